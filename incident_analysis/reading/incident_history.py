"""From Items to the frame INCIDENTS: histories as status pages, tickets and their archives tell them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from incident_analysis import frames
from incident_analysis.format import Format, Item
from incident_analysis.incident import MILESTONES
from incident_analysis.reading import assemble
from incident_analysis.reading.accounts import Account
from incident_analysis.reading.instants import further, instants, is_stamp, is_zoned, text, tuples
from incident_analysis.reading.sources import Source

#: A milestone's certainty where there is no time.
NO_TIME = ("open", "unknown")


def incident_rows(
    found: Sequence[Item], *, form: Format, source: Source, account: Account, as_of: pd.Timestamp | None = None
) -> pd.DataFrame:
    """Items of one source as INCIDENTS, in the source's order.

    Parameters
    ----------
    found : sequence of Item
        Those that could not be read are told in the account and have no row; events have none, but say when they were.
    as_of : Timestamp, optional
        The instant at which they are told; without it the last time that the source holds.

    Returns
    -------
    INCIDENTS
        With what else the format tells, and `line_start`, `line_end`.
    """
    items = [item for item in found if item.row is not None and item.frame != "TIMELINE"]
    rows: list[dict[str, Any]] = [dict(item.row or {}) for item in items]
    own = {*frames.INCIDENTS.names, "line_start", "line_end"}
    names = list(dict.fromkeys(name for row in rows for name in row if name not in own))
    extra = {n: further([r.get(n) for r in rows], form=form, source=source, account=account) for n in names}
    never = pd.Series(np.full(len(rows), assemble.NAT).astype("datetime64[us]")).dt.tz_localize("UTC")
    times = {
        name: instants([r.get(name) for r in rows], form=form, source=source, account=account)[0]
        if any(r.get(name) is not None for r in rows)
        else never
        for m in MILESTONES
        for name in (m, f"{m}_low", f"{m}_high")
    }
    seen = (
        as_of if as_of is not None else _last(rows, times, extra, [item for item in found if item.frame == "TIMELINE"])
    )
    columns: dict[str, Any] = {
        name: pd.Series([text(r.get(name)) for r in rows], dtype="str")
        for name in ("incident_id", "title", "organisation", "severity", "severity_stated", "trigger")
    }
    columns["services"] = tuples([r.get("services") or () for r in rows])
    columns["scenario_ids"] = tuples([r.get("scenario_ids") or () for r in rows])
    columns["source"] = pd.Series([account.source] * len(rows), dtype="str")
    for m in MILESTONES:
        columns |= _milestone(m, rows, times, seen=seen, as_of=as_of)
    _tell(columns, account)
    columns = {name: columns[name] for name in frames.INCIDENTS.names} | extra
    columns["line_start"] = pd.Series([item.line_start for item in items], dtype="Int64")
    columns["line_end"] = pd.Series([item.line_end for item in items], dtype="Int64")
    made = pd.DataFrame(columns)
    made.attrs["as_of"] = None if pd.isna(seen) else pd.Timestamp(seen).isoformat()
    return made


def _last(
    rows: list[dict[str, Any]], times: dict[str, pd.Series], extra: dict[str, pd.Series], events: Sequence[Item]
) -> Any:
    """The last time that an export tells of what has happened; what is planned has not."""
    happened = pd.Series([r.get("kind") != "maintenance" for r in rows], dtype="bool")
    stamps = [times[m][happened].max() for m in MILESTONES]
    stamps += [extra[n].max() for n in extra if not n.startswith("scheduled") and any(is_stamp(r.get(n)) for r in rows)]
    ns = [item.row["time"].ns for item in events if item.row is not None and is_zoned(item.row.get("time"))]
    if ns:
        stamps.append(pd.Timestamp(max(ns), unit="ns", tz="UTC").floor("us"))
    return max((t for t in stamps if pd.notna(t)), default=pd.NaT)


def _milestone(
    m: str, rows: list[dict[str, Any]], times: dict[str, pd.Series], *, seen: Any, as_of: pd.Timestamp | None
) -> dict[str, pd.Series]:
    """The four columns of a milestone."""
    time, low, high = times[m], times[f"{m}_low"], times[f"{m}_high"]
    told = [text(r.get(f"{m}_certainty")) for r in rows]
    if as_of is not None:
        # What came later has not happened yet.
        later = time > as_of
        time, low, high = time.mask(later), low.mask(later), high.mask(later)
        told = ["open" if late else word for late, word in zip(later, told, strict=True)]
    known = time.notna()
    words = [
        (word if word not in ("", *NO_TIME) else "exact") if there else (word if word in NO_TIME else "unknown")
        for there, word in zip(known, told, strict=True)
    ]
    certainty = pd.Series(words, dtype="str")
    if known.any():
        exact = certainty == "exact"
        low, high = low.mask(low.isna() & exact, time), high.mask(high.isna() & exact, time)
    if "day" in words:
        day = certainty == "day"
        low, high = low.mask(low.isna() & day, time), high.mask(high.isna() & day, time + pd.Timedelta("1D"))
    if "open" in words:
        low = low.mask(certainty == "open", seen)
    return {m: time, f"{m}_low": low, f"{m}_high": high, f"{m}_certainty": certainty}


def _tell(columns: dict[str, Any], account: Account) -> None:
    ends = columns["resolved"].where(columns["resolved"].notna(), columns["restored"])
    early = int((ends < columns["started"]).sum())
    if early:
        account.warn("incidents end before they start: kept as the source says", early)
    named = columns["incident_id"][columns["incident_id"] != ""]
    again = int(named.duplicated().sum())
    if again:
        account.warn("incidents stand there again under the same id: all kept", again)
    if account.unparsed:
        account.warn("records that could not be read have no row among incidents", account.unparsed)
