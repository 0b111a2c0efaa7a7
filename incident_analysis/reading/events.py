"""Timelines: any export of alerts, chats, tickets and incidents as events; and all that an incident's folder tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from incident_analysis.format import Format
from incident_analysis.reading import event_rows
from incident_analysis.reading.documents import documents
from incident_analysis.reading.logs import _bounds, _clip, _narrow, tell
from incident_analysis.reading.sources import is_incident

if TYPE_CHECKING:
    from incident_analysis.incident import Incident

#: Rows that are made into a frame at once.
BATCH_ROWS = 50_000


def read_timeline(
    paths: str | Path | Incident | Iterable[str | Path],
    *,
    format: str | Format | None = None,
    zone: str | None = None,
    date: Any = None,
    since: Any = None,
    until: Any = None,
    progress: Callable[[str, int], None] | None = None,
) -> pd.DataFrame:
    """Read exports of events into one timeline; nothing is lost.

    Parameters
    ----------
    paths : path, iterable of paths, or Incident
        Files, folders, globs, "-" for standard input; packed ones too. Of an incident: what is written in its
        `timeline` and its `timeline.csv`, and its evidence that holds events, each file in the format, zone and with
        the clock offset that `evidence:` states; logs and metrics among it are passed over, and so is what was imported
        into `timeline.csv`, where people's corrections of it stand.
    format : str or Format, optional
        Name of the format; by default each file's content tells.
    zone : str, optional
        Zone of clocks that carry none: an IANA name, an offset, "UTC" (the default, with a warning).
    date : str or date, optional
        The day of clocks without one, "2017-01-31". Of an incident, the day on which it started.
    since, until : str or datetime, optional
        Keep events from `since` (included) to `until` (excluded); events without a time stay. What lies outside is
        dropped file by file, so that an export may be larger than memory.
    progress : callable, optional
        Takes a source's name and how many further bytes of it were read.

    Returns
    -------
    TIMELINE
        In order of time; an event without one keeps its place behind the event before it. Further columns are the
        formats' own, and `line_start`, `line_end`, `parsed`: what a format cannot read is an "observation" with its
        whole text and `parsed` False. `event_id` is the format's name and the source's own id. `attrs["sources"]` tells
        what became of each source's lines and bytes.

    Raises
    ------
    FormatError
        A file that was named has no known format, or is no export of events.
    PathError
        A file is missing.
    ParameterError
        No such format, zone or date.

    Warns
    -----
    EvidenceWarning
        Anything that weakens the evidence: an assumed zone, a truncated export, a cut file, events without a time.
    """
    bounds = _bounds(since, until)
    parts, accounts = [], []
    as_of = None
    imported: set[str] = set()
    if is_incident(paths):
        from incident_analysis.reading import incident_events

        told = incident_events.written(paths)
        if "imported" in told:
            imported = set(told.loc[told["imported"].fillna("") != "", "source"])
        parts.append(_clip(told, *bounds))
        started = paths.moment("started")
        date = date if date is not None or started.time is None else started.time.date()
        as_of = None if paths.as_of is None else pd.Timestamp(paths.as_of.high)
    for document in documents(paths, asked="TIMELINE", format=format, zone=zone, day=date, progress=progress):
        if document.source.of_incident and document.account.source.removeprefix("evidence/") in imported:
            continue
        accounts.append(document.account)
        if document.form is None:
            continue
        found = [item for item in document.items if (item.frame or document.form.yields) == "TIMELINE" or not item.row]
        if not found:
            continue
        rows = event_rows.timeline_rows(found, form=document.form, source=document.source, account=document.account)
        if as_of is not None:
            # What came later has not happened yet.
            rows = rows[rows["time"].isna() | (rows["time"] <= as_of)]
        parts.append(_clip(rows, *_narrow(bounds, document.source)))
    tell(accounts)
    parts = [part for part in parts if len(part)]
    made = pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0] if parts else event_rows.empty()
    made = _typed(in_order(made))
    made.attrs["sources"] = [account.to_dict() for account in accounts]
    return made


def in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Events by time; of one instant in the order given; one without a time stays behind the event before it."""
    # Within a source the row before it, in its own order, tells the place.
    key = rows["time"].groupby(rows["source"], sort=False).ffill()
    return (
        rows.assign(_key=key)
        .sort_values("_key", kind="stable", na_position="first", ignore_index=True)
        .drop(columns="_key")
    )


def _typed(rows: pd.DataFrame) -> pd.DataFrame:
    """What the reader tells of a row holds for written events too, which have no lines and are read."""
    if "parsed" not in rows:
        rows = rows.assign(parsed=True)
        rows[["line_start", "line_end"]] = pd.NA
    return rows.assign(
        line_start=rows["line_start"].astype("Int64"),
        line_end=rows["line_end"].astype("Int64"),
        parsed=rows["parsed"].astype("boolean").fillna(True).astype("bool"),
    )
