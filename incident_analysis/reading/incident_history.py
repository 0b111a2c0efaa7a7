"""From Items to the frame INCIDENTS: histories as status pages, tickets and their archives tell them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from incident_analysis import frames
from incident_analysis.format import Format, Item
from incident_analysis.incident import MILESTONES
from incident_analysis.reading.accounts import Account
from incident_analysis.reading.instants import further, instants, is_stamp
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
        Those that could not be read are told in the account and have no row.
    as_of : Timestamp, optional
        The instant at which they are told; without it the last time that the source holds.

    Returns
    -------
    INCIDENTS
        With what else the format tells, and `line_start`, `line_end`.
    """
    items = [item for item in found if item.row is not None]
    rows: list[dict[str, Any]] = [dict(item.row or {}) for item in items]
    own = {*frames.INCIDENTS.names, "line_start", "line_end"}
    names = list(dict.fromkeys(name for row in rows for name in row if name not in own))
    extra = {n: further([r.get(n) for r in rows], form=form, source=source, account=account) for n in names}
    times = {
        name: instants([r.get(name) for r in rows], form=form, source=source, account=account)[0]
        for m in MILESTONES
        for name in (m, f"{m}_low", f"{m}_high")
    }
    told = [times[m].max() for m in MILESTONES]
    told += [extra[n].max() for n in names if any(is_stamp(r.get(n)) for r in rows)]
    known = [t for t in told if pd.notna(t)]
    seen = as_of if as_of is not None else max(known) if known else pd.NaT
    columns: dict[str, Any] = {
        name: pd.Series([_text(r.get(name)) for r in rows], dtype="str")
        for name in ("incident_id", "title", "organisation", "severity", "severity_stated", "trigger")
    }
    columns["services"] = pd.Series([tuple(r.get("services") or ()) for r in rows], dtype=object)
    columns["scenario_ids"] = pd.Series([tuple(r.get("scenario_ids") or ()) for r in rows], dtype=object)
    columns["source"] = pd.Series([account.source] * len(rows), dtype="str")
    for m in MILESTONES:
        time, low, high = times[m], times[f"{m}_low"], times[f"{m}_high"]
        certainty = pd.Series([_text(r.get(f"{m}_certainty")) for r in rows], dtype="str")
        if as_of is not None:
            # What came later has not happened yet.
            later = time > as_of
            time, low, high = time.mask(later), low.mask(later), high.mask(later)
            certainty = certainty.mask(later, "open")
        certainty = certainty.where(certainty != "", "unknown").mask(
            time.notna() & certainty.isin(["", "unknown"]), "exact"
        )
        certainty = certainty.mask(time.isna() & ~certainty.isin(NO_TIME), "unknown")
        exact = certainty == "exact"
        columns[m] = time
        columns[f"{m}_low"] = low.mask(low.isna() & exact, time).mask(certainty == "open", seen)
        columns[f"{m}_high"] = high.mask(high.isna() & exact, time)
        columns[f"{m}_certainty"] = certainty
    _tell(columns, account)
    columns = {name: columns[name] for name in frames.INCIDENTS.names} | extra
    columns["line_start"] = pd.Series([item.line_start for item in items], dtype="Int64")
    columns["line_end"] = pd.Series([item.line_end for item in items], dtype="Int64")
    made = pd.DataFrame(columns)
    made.attrs["as_of"] = None if pd.isna(seen) else pd.Timestamp(seen).isoformat()
    return made


def _text(value: Any) -> str:
    text = "" if value is None else value if isinstance(value, str) else str(value)
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


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
