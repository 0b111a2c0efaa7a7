"""Which incidents of a history count, and over which time it was watched.

Every measure of the room begins here: the same rows are set apart, the same window is used, and both can be told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from incident_analysis import frames, words
from incident_analysis.document import Problem, when
from incident_analysis.errors import FrameError, ParameterError

_MILESTONES = ("malfunction_began", "started", "detected", "acknowledged", "mitigated", "restored", "resolved")
#: What else a record of an export may tell of its own time.
_RECORDED = ("published_at", "updated_at", "closed_at", "downtime_start", "downtime_end")
_ATTRS = "trends"
DAY_S = 86_400.0
YEAR_S = 365.25 * DAY_S


@dataclass(frozen=True, slots=True)
class Window:
    """The time over which a history was watched.

    Parameters
    ----------
    start, end : Timestamp
        UTC; between them every start was recorded. An export holds no start after its last one.
    open_until : Timestamp
        The last instant at which the records tell of anything: what is open counts as open until then.
    as_of : Timestamp
        The instant at which the history is told.
    opened_by_first : bool
        Whether the first incident opens the window: then it is not counted in rates and trends, because a window that
        starts at an event holds that event whatever the rate is.
    extract : bool
        Whether the history is an export, which knows nothing after its last record. Then the last incident closes the
        window, and is not counted in rates and trends either.
    """

    start: pd.Timestamp
    end: pd.Timestamp
    open_until: pd.Timestamp
    as_of: pd.Timestamp
    opened_by_first: bool
    extract: bool

    @property
    def seconds(self) -> float:
        """Its length."""
        return float((self.end - self.start).total_seconds())

    @property
    def years(self) -> float:
        """Its length in years of 365.25 days."""
        return self.seconds / YEAR_S

    @property
    def text(self) -> str:
        """In words."""
        days = [f"{t:%Y-%m-%d}" for t in (self.start, self.end)]
        long = f"{self.years:.1f} years" if self.years >= 2 else words.duration(round(self.seconds / DAY_S) * DAY_S)
        if self.seconds < 2 * DAY_S:
            long = words.duration(self.seconds)
        said = f"{days[0]} to {days[1]} ({long})"
        if self.extract and self.end < self.as_of:
            said += ", where its last start is"
        return said


def usable(incidents: pd.DataFrame, *, as_of: Any, since: Any = None, extract: bool | None = None) -> pd.DataFrame:
    """The incidents that count, in order of their start.

    Set apart, and counted by `set_apart`: maintenance, drills, what the source itself marks `none`, the same
    incident again, what has no start, and what starts after `as_of`.

    Parameters
    ----------
    incidents : INCIDENTS
    as_of : str or datetime
        With its zone.
    since : str or datetime, optional
        Where the window begins; by default the first incident opens it and is not counted in rates.
    extract : bool, optional
        Whether this is an export, which tells of no start after its last one. By default: whether any row names a
        source other than an incident's own folder. A living register ends at `as_of`.

    Returns
    -------
    INCIDENTS; the window goes with it to the other functions of the room

    Raises
    ------
    FrameError
        A column is missing or cannot be read as time.
    ParameterError
        `as_of` or `since` is no instant.
    """
    return _sorted(incidents, as_of=as_of, since=since, extract=extract)[0]


def set_apart(incidents: pd.DataFrame, *, as_of: Any) -> pd.DataFrame:
    """What of a history does not count, and what weakens the rest.

    Parameters
    ----------
    incidents : INCIDENTS
        As read, before `usable`.
    as_of : str or datetime

    Returns
    -------
    DataFrame
        `what`, `count`, `treatment`; rows whose count is 0 too, so that a reader sees what was looked for.
    """
    _, told = _sorted(incidents, as_of=as_of, since=None, extract=None)
    return pd.DataFrame(
        {
            "what": pd.Series([t[0] for t in told], dtype="str"),
            "count": pd.Series([t[1] for t in told], dtype="Int64"),
            "treatment": pd.Series([t[2] for t in told], dtype="str"),
        }
    )


def window(incidents: pd.DataFrame, *, as_of: Any) -> Window | None:
    """The time over which a history was watched; None where no incident counts.

    Parameters
    ----------
    incidents : INCIDENTS
    as_of : str or datetime
    """
    return prepared(incidents, as_of=as_of)[1]


def prepared(incidents: pd.DataFrame, *, as_of: Any) -> tuple[pd.DataFrame, Window | None]:
    """The incidents that count with their window, made once and then carried along."""
    told = instant(as_of, "as_of")
    known = getattr(incidents, "attrs", {}).get(_ATTRS)
    if known and known["as_of"] == told.isoformat():
        if not known["start"]:
            return incidents, None
        start, end, until = (pd.Timestamp(known[name]) for name in ("start", "end", "open_until"))
        return incidents, Window(start, end, until, told, known["opened_by_first"], known["extract"])
    frame = usable(incidents, as_of=as_of)
    return prepared(frame, as_of=as_of)


def counted(incidents: pd.DataFrame, span: Window) -> pd.Series:
    """The starts that count as events inside the window, in seconds from its beginning, ascending."""
    started = incidents["started"]
    seconds = (started - span.start).dt.total_seconds()
    seconds = seconds[(seconds >= 0) & (started <= span.end)]
    # The first one opened the window. A subset may not hold it; then nothing is left out.
    if span.opened_by_first and len(seconds) and seconds.iloc[0] == 0:
        seconds = seconds.iloc[1:]
    # Nor is the last, where it closed it: between two events, the others lie anywhere alike if the rate is constant.
    if span.extract and len(seconds) and seconds.iloc[-1] == span.seconds:
        seconds = seconds.iloc[:-1]
    return seconds


def instant(value: Any, name: str) -> pd.Timestamp:
    """An argument as an instant in UTC."""
    if value is None:
        raise ParameterError("no instant is given", remedy="give it with its zone: 2026-08-21T00:00:00Z", where=name)
    try:
        if isinstance(value, str):
            return pd.Timestamp(when(value).low).tz_convert("UTC")
        stamp = pd.Timestamp(value)
        if stamp is pd.NaT or stamp.tzinfo is None:
            raise ValueError
        return stamp.tz_convert("UTC")
    except (Problem, ValueError, TypeError) as problem:
        raise ParameterError(
            f"{value!r} is no instant with a zone", remedy="write it like 2026-08-21T00:00:00Z", where=name
        ) from problem


def _sorted(
    incidents: pd.DataFrame, *, as_of: Any, since: Any, extract: bool | None
) -> tuple[pd.DataFrame, list[tuple[str, int, str]]]:
    now = instant(as_of, "as_of")
    frame, without_zone = _in_utc(incidents)
    frames.check(frame, frames.INCIDENTS, where="incidents")
    n = len(frame)
    start = frame["started"]
    stated = frame["severity_stated"].astype("str").str.strip().str.lower()
    planned = stated.str.contains("maintenance", regex=False)
    drill = pd.Series(False, index=frame.index)
    if "kind" in frame.columns:
        kind = frame["kind"].astype("str").str.lower()
        planned |= kind == "maintenance"
        drill = kind == "drill"
    # Neither is an incident, and neither tells over which time incidents were watched.
    planned &= ~drill
    other = planned | drill
    harmless = (stated == "none") & ~other
    unplaced = start.isna()
    future = (start > now).fillna(False)
    twice = _twice(frame) & ~unplaced
    kept = ~(other | harmless | unplaced | future | twice)
    if kept.all() and start.is_monotonic_increasing:
        found = frame.copy(deep=False)
    else:
        found = frame[kept].sort_values(["started", "incident_id"], kind="stable", ignore_index=True)
    span = _window(frame[~other], found, now, since, extract)
    if span is not None and since is not None:
        found = found[found["started"] >= span.start].reset_index(drop=True)
    found.attrs = {**incidents.attrs, _ATTRS: _carried(span, now)}
    apart = "set apart: not counted"
    told = [
        ("records", n, ""),
        ("planned maintenance", int(planned.sum()), apart),
        ("marked as a drill", int(drill.sum()), apart),
        ("marked “none” by the source", int(harmless.sum()), apart),
        ("the same incident again", int((twice & ~other & ~harmless).sum()), f"{apart}; the first stays"),
        ("without a start", int((unplaced & ~other & ~harmless).sum()), apart),
        ("start after the instant of telling", int((future & ~other & ~harmless & ~twice).sum()), apart),
        ("counted", len(found), ""),
        ("that overlap another of the same organisation", _overlaps(found), "counted; they are not independent"),
        ("stamps without a zone", without_zone, "taken as UTC"),
    ]
    return found, told


def _in_utc(incidents: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """The frame with every time in UTC, and how many stamps had no zone."""
    if not isinstance(incidents, pd.DataFrame):
        frames.check(incidents, frames.INCIDENTS, where="incidents")
    named = [f"{m}{end}" for m in _MILESTONES for end in ("", "_low", "_high")] + list(_RECORDED)
    naive = 0
    changed: dict[str, pd.Series] = {}
    for name in named:
        if name not in incidents.columns:
            continue
        column = incidents[name]
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            if str(column.dtype.tz) != "UTC":
                changed[name] = column.dt.tz_convert("UTC")
            continue
        try:
            if pd.api.types.is_datetime64_dtype(column.dtype):
                naive += int(column.notna().sum())
                changed[name] = column.dt.tz_localize("UTC")
            elif column.isna().all():
                changed[name] = pd.Series(pd.NaT, index=column.index, dtype="datetime64[us, UTC]")
            else:
                # Zones that differ from row to row arrive as objects or texts.
                changed[name], without = _one_by_one(column)
                naive += without
        except (ValueError, TypeError, OverflowError) as problem:
            raise FrameError(
                f"column {name} cannot be read as time", remedy="give instants with their zone", where="incidents"
            ) from problem
    return (incidents.assign(**changed) if changed else incidents), naive


def _one_by_one(column: pd.Series) -> tuple[pd.Series, int]:
    """A column of any instants in UTC, and how many of them had no zone."""
    made: list[Any] = []
    naive = 0
    for value in column:
        stamp: Any = pd.NaT if pd.isna(value) else pd.Timestamp(value)
        if stamp is not pd.NaT:
            naive += stamp.tzinfo is None
            stamp = stamp.tz_localize("UTC") if stamp.tzinfo is None else stamp.tz_convert("UTC")
        made.append(stamp)
    series = pd.Series(made, index=column.index, dtype=object)
    return pd.to_datetime(series, utc=True).astype("datetime64[us, UTC]"), naive  # type: ignore[call-overload]  # the stubs know zones by other names


def _twice(frame: pd.DataFrame) -> pd.Series:
    """Rows that repeat an earlier one: the same id of the same organisation, or without an id the same in all."""
    identity = frame["incident_id"].astype("str")
    named = identity != ""
    by_id = frame.duplicated(["organisation", "incident_id"]) & named
    if named.all():
        return by_id
    return by_id | (frame.duplicated(["organisation", "title", "started", "restored", "resolved"]) & ~named)


def _overlaps(found: pd.DataFrame) -> int:
    """Incidents that start before the end of an earlier one of the same organisation."""
    if len(found) < 2:
        return 0
    end = found["restored"].fillna(found["resolved"]).fillna(found["started"])
    last = end.groupby(found["organisation"], observed=True).cummax()
    before = last.groupby(found["organisation"], observed=True).shift()
    return int((found["started"] < before).sum())


def _window(
    every: pd.DataFrame, found: pd.DataFrame, now: pd.Timestamp, since: Any, extract: bool | None
) -> Window | None:
    if found.empty:
        return None
    if extract is None:
        source = every["source"].astype("str")
        extract = bool(((source != "") & (source != "incident.yaml")).any())
    start = found["started"].iloc[0] if since is None else instant(since, "since")
    end = until = now
    if extract:
        end = max(start, found["started"].iloc[-1])
        latest = [end]
        for name in (*_MILESTONES, *_RECORDED):
            if name in every.columns:
                column = every[name]
                column = column[column <= now]
                if len(column):
                    latest.append(column.max())
        until = min(now, max(latest))
    if start > end:
        raise ParameterError(
            f"the window begins at {start} and ends before", remedy="choose an earlier one", where="since"
        )
    return Window(start, end, until, now, since is None, extract)


def _carried(span: Window | None, now: pd.Timestamp) -> dict[str, Any]:
    """The window as plain values, which a frame can carry through copies and files."""
    if span is None:
        return {"as_of": now.isoformat(), "start": ""}
    return {
        "as_of": now.isoformat(),
        "start": span.start.isoformat(),
        "end": span.end.isoformat(),
        "open_until": span.open_until.isoformat(),
        "opened_by_first": span.opened_by_first,
        "extract": span.extract,
    }
