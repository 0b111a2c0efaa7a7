"""What each source can tell of an incident's time: covered, silent, truncated or absent."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from incident_analysis import files, frames, words
from incident_analysis.errors import IncidentAnalysisWarning, InputError
from incident_analysis.incident import Incident
from incident_analysis.reading import count_logs, evidence_list, read_metrics, read_timeline
from incident_analysis.timeline.copies import origins, origins_of
from incident_analysis.timeline.events import events

_Row = dict[str, Any]
#: A gap this many times the usual one, and of at least so many seconds, is a silence; machines write more steadily.
_SILENT = {"logs": (300.0, 10.0), "metrics": (120.0, 3.0), "events": (1200.0, 5.0)}
#: How readers tell that an export holds only a part.
_CUT = re.compile(
    r"truncat|\bcut\b|more:? ?true|has more|further page|page limit|nextToken|PartialData|incomplete", re.I
)
#: Around the incident, as a share of its length, and at least in seconds.
_MARGIN, _LEAST_MARGIN = 0.1, 600.0


def coverage(incident: Incident) -> pd.DataFrame:
    """What the sources of an incident can tell of its time.

    The time looked at runs from the beginning of the malfunction to the last milestone, with a tenth on each side. A
    source is "absent" before its first and behind its last entry, "truncated" behind the last one where its export was
    cut, "silent" where a gap inside is much longer than its usual one (for logs ten times and five minutes, for metrics
    three times and two minutes, for events five times and twenty minutes), and "covered" else. Silence is no proof that
    nothing happened.

    Parameters
    ----------
    incident : Incident
        Its events (`timeline`, `timeline.csv`) by source, the logs and metrics that `evidence:` names or
        `evidence.csv` lists, and whatever else they name. A log tells for itself, not by the events taken from it.

    Returns
    -------
    COVERAGE
        Stretches by source, in the order of time; a file that is listed but missing or unreadable is one absent
        stretch. Empty where neither the incident nor a source has a time.
    """
    told = events(incident)
    seen: list[tuple[str, str, pd.Series, str]] = []
    if len(told):
        for whose, part in told.groupby(pd.Series(origins(told), index=told.index), sort=False):
            times = part.loc[(part["certainty"] != "day") & part["time"].notna(), "time"]
            seen.append((str(whose), "events", times, ""))
    cut, unread = _accounts(incident)
    with warnings.catch_warnings():
        # Told by those who read for content.
        warnings.simplefilter("ignore", IncidentAnalysisWarning)
        seen += _logs(incident, unread)
        seen += _metrics(incident, unread)
    # Events that somebody picked out of a log are no measure of what the log itself covers.
    whole = {name for name, holds, _, _ in seen if holds != "events"}
    seen = [one for one in seen if one[1] != "events" or one[0] not in whole]
    start, end = _span(incident, seen)
    if start is None or end is None:
        return frames.empty(frames.COVERAGE)
    rows: list[_Row] = []
    for name, holds, times, note in seen:
        rows += _stretches(name, holds, times, start, end, cut.get(name, note))
    named = {name for name, _, _, _ in seen}
    absent = [(path, why) for path, why in unread.items() if path not in named]
    rows += [_row(path, "unknown", start, end, "absent", 0, why) for path, why in absent]
    return frames.build(frames.COVERAGE, rows)


def _row(source: str, holds: str, start: Any, end: Any, state: str, count: int, reason: str) -> _Row:
    return dict(zip(frames.COVERAGE.names, (source, holds, start, end, state, count, reason), strict=True))


def _accounts(incident: Incident) -> tuple[dict[str, str], dict[str, str]]:
    """Why sources of events end before their end; and why files that are listed cannot be read."""
    cut: dict[str, str] = {}
    unread: dict[str, str] = {}
    if incident.folder is None:
        return cut, unread
    # Those too that are listed and no longer there.
    listed = {e.path for e in incident.evidence} | set(evidence_list.listed(incident.folder)["path"])
    for path in sorted(listed):
        name = path.removeprefix("evidence/")
        place = files.inside(incident.folder, path, where="evidence")
        if not files.exists(place):
            unread[name] = "it is listed, but not in the folder"
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", IncidentAnalysisWarning)
                rows = read_timeline([place])
        except InputError as error:
            # Logs and metrics are no events: their own readers tell.
            if "TIMELINE" not in error.what and "events" not in error.what:
                unread[name] = f"cannot be read: {error.what}"
            continue
        for account in rows.attrs.get("sources", ()):
            why = [text for text in account["warnings"] if _CUT.search(text)]
            if account["truncated"] or why:
                # As the timeline's rows of this file are called.
                whose = origins_of([name] * len(rows), rows["event_id"])
                cut[whose[0] if whose else name] = why[0] if why else "the export ends before its own end"
    return cut, unread


def _tried(read: Callable[[], pd.DataFrame], unread: dict[str, str]) -> pd.DataFrame | None:
    try:
        return read()
    except InputError as error:
        unread[error.where or "evidence"] = f"cannot be read: {error.what}"
        return None


def _logs(incident: Incident, unread: dict[str, str]) -> Iterator[tuple[str, str, pd.Series, str]]:
    if not evidence_list.entries(incident):
        return
    counted = _tried(lambda: count_logs(incident, every="1min", by=("source",)), unread)
    if counted is None:
        return
    accounts = {a["source"]: a for a in counted.attrs.get("sources", ())}
    for name, part in counted.groupby("key", sort=False):
        account = accounts.get(str(name), {})
        why = "the file ends before its own end" if account.get("truncated") else ""
        yield str(name).removeprefix("evidence/"), "logs", part["time"], why


def _metrics(incident: Incident, unread: dict[str, str]) -> Iterator[tuple[str, str, pd.Series, str]]:
    if not evidence_list.entries(incident):
        return
    samples = _tried(lambda: read_metrics(incident), unread)
    if samples is None or not len(samples):
        return
    for name, part in samples[samples["time"].notna()].groupby("source", sort=False, observed=True):
        yield str(name).removeprefix("evidence/"), "metrics", part["time"].drop_duplicates(), ""


def _span(
    incident: Incident, seen: list[tuple[str, str, pd.Series, str]]
) -> tuple[pd.Timestamp | None, pd.Timestamp | None]:
    ends = [pd.Timestamp(m.time) for m in incident.moments if m.time is not None and m.certainty != "day"]
    if len(set(ends)) < 2:
        every = [t for _, _, times, _ in seen for t in (times.min(), times.max()) if not pd.isna(t)]
        ends += every
    if not ends:
        return None, None
    start, end = min(ends), max(ends)
    if incident.is_open:
        seen_at: datetime = incident.seen_at
        end = max(end, pd.Timestamp(seen_at))
    margin = pd.Timedelta(seconds=max((end - start).total_seconds() * _MARGIN, _LEAST_MARGIN))
    return (start - margin).as_unit("us"), (end + margin).as_unit("us")


def _stretches(
    name: str, holds: str, times: pd.Series, start: pd.Timestamp, end: pd.Timestamp, cut: str
) -> Iterator[_Row]:
    """The stretches of one source inside the time looked at."""
    stamps = pd.DatetimeIndex(times.dropna().sort_values()).as_unit("us")
    if not len(stamps):
        yield _row(name, holds, start, end, "absent", 0, "none of its entries has a time of day")
        return
    # A minute with records is covered to its end.
    step = pd.Timedelta("1min") if holds == "logs" else pd.Timedelta(0)
    first, last = stamps[0], stamps[-1] + step
    if first > end or last < start:
        when = "after" if first > end else "before"
        whole = f"it holds {words.instant(first)} to {words.instant(last)}, {when} the incident"
        yield _row(name, holds, start, end, "absent", 0, whole)
        return
    if first > start:
        yield _row(name, holds, start, first, "absent", 0, f"its first entry is of {words.instant(first)}")
    least, times_usual = _SILENT[holds]
    gaps = np.diff(stamps.asi8) / 1e6
    usual = float(np.median(gaps)) if len(gaps) else 0.0
    silent = np.flatnonzero(gaps >= max(least, times_usual * usual))
    bounds = [first, *[t for i in map(int, silent) for t in (stamps[i] + step, stamps[i + 1])], last]
    for i, (low, high) in enumerate(pairwise(bounds)):
        low, high = max(low, start), min(high, end)
        if low > high or (low == high and i % 2):
            continue
        inside = int(((stamps >= low) & (stamps <= high)).sum())
        if i % 2:
            length = words.duration((high - low).total_seconds())
            yield _row(name, holds, low, high, "silent", 0, f"no entry for {length}; usual are {words.duration(usual)}")
        else:
            yield _row(name, holds, low, high, "covered", inside, "entries as usual")
    if last < end:
        state = "truncated" if cut else "absent"
        yield _row(name, holds, last, end, state, 0, cut or f"its last entry is of {words.instant(last - step)}")
