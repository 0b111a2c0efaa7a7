"""Events moved onto another clock, and which order of events that leaves open."""

from __future__ import annotations

import numpy as np
import pandas as pd

from incident_analysis import frames
from incident_analysis.errors import ParameterError
from incident_analysis.estimate import Estimate


def shift(timeline: pd.DataFrame, *, offset: Estimate | float, source: str | None = None) -> pd.DataFrame:
    """Add an offset to the clock of a source.

    Raw and corrected time are both kept: `time_stated` stays as the source writes it, `clock_offset_s` tells what was
    added in all. The interval of an estimated offset widens the bounds of each event.

    Parameters
    ----------
    timeline : TIMELINE
    offset : Estimate or float
        Seconds to be added, as `clock_offset` gives them.
    source : str, optional
        Only the rows of this source; by default all.

    Returns
    -------
    TIMELINE
        In the given order, with the column `order_doubtful` (see `mark_order`).

    Raises
    ------
    ParameterError
        The offset is unknown or not finite, or there is no such source.
    """
    frames.check(timeline, frames.TIMELINE, where="timeline")
    value, low, high = _ends(offset)
    moved = timeline.copy()
    if source is None:
        chosen = pd.Series(True, index=moved.index)
    else:
        chosen = moved["source"] == source
        if not chosen.any():
            known = ", ".join(dict.fromkeys(moved["source"]))
            raise ParameterError(f"no source {source!r}", remedy=f"use one of {known}", where="source")
    for name, seconds in (("time", value), ("end", value), ("time_low", low), ("time_high", high)):
        moved.loc[chosen, name] = moved.loc[chosen, name] + pd.Timedelta(microseconds=round(seconds * 1e6))
    before = moved.loc[chosen, "clock_offset_s"].fillna(0.0)
    moved.loc[chosen, "clock_offset_s"] = before + value
    wide = chosen & (moved["certainty"] == "exact") & (moved["time_low"] != moved["time_high"])
    moved.loc[wide & moved["time_low"].notna(), "certainty"] = "approx"
    return mark_order(moved)


def _ends(offset: Estimate | float) -> tuple[float, float, float]:
    if isinstance(offset, Estimate):
        if offset.value is None:
            raise ParameterError(
                f"the offset is unknown ({offset.reason or 'only bounds are known'})",
                remedy="state the seconds yourself, or leave the clock as it is",
                where="offset",
            )
        low = offset.value if offset.low is None else offset.low
        high = offset.value if offset.high is None else offset.high
        ends = (offset.value, low, high)
    else:
        if isinstance(offset, bool) or not isinstance(offset, (int, float)):
            raise ParameterError(
                f"{offset!r} is no number of seconds", remedy="give seconds: 7200, not '2h'", where="offset"
            )
        ends = (float(offset),) * 3
    if not np.isfinite(ends).all():
        raise ParameterError("the offset is not finite", remedy="give a number of seconds", where="offset")
    if max(abs(e) for e in ends) > 3_660 * 86_400:
        raise ParameterError(
            "the offset is longer than ten years", remedy="give seconds, not milliseconds", where="offset"
        )
    return ends


def mark_order(timeline: pd.DataFrame) -> pd.DataFrame:
    """Mark the events whose place in the order is not certain.

    Parameters
    ----------
    timeline : TIMELINE

    Returns
    -------
    TIMELINE
        With the column `order_doubtful`: True where the bounds of the event overlap those of another one of another
        source, so that either may have come first; missing where the event has no bounds. Within one source one clock
        gives the order, however far off it is; copies of one event have no order.
    """
    low, high = (timeline[name].astype("datetime64[us, UTC]").astype("int64") for name in ("time_low", "time_high"))
    known = (timeline["time_low"].notna() & timeline["time_high"].notna()).to_numpy()
    lows, highs = low.to_numpy(), high.to_numpy()
    sources = timeline["source"].to_numpy()
    same = same_event(timeline)
    doubtful = np.zeros(len(timeline), dtype=bool)
    order = np.flatnonzero(known)[np.argsort(lows[known], kind="stable")]
    open_ones: list[int] = []
    for i in order:
        open_ones = [j for j in open_ones if highs[j] > lows[i]]
        for j in open_ones:
            # Two instants that are equal and exact are at the same time, not in doubt.
            if sources[i] != sources[j] and same[i] != same[j] and highs[j] > lows[i]:
                doubtful[i] = doubtful[j] = True
        open_ones.append(int(i))
    marked = timeline.copy()
    marked["order_doubtful"] = pd.arrays.BooleanArray(doubtful, ~known)
    return marked


def same_event(timeline: pd.DataFrame) -> list[str]:
    """For each row the id of the event it is, or is a copy of."""
    copy_of = {
        str(row["event_id"]): str(row["relates_to"])
        for row in timeline[timeline["relation"] == "duplicates"].to_dict("records")
        if row["relates_to"]
    }
    return [leader(str(identity), copy_of) for identity in timeline["event_id"]]


def leader(identity: str, copy_of: dict[str, str]) -> str:
    """The event at the end of a chain of copies."""
    seen = {identity}
    while (further := copy_of.get(identity)) is not None and further not in seen:
        identity = further
        seen.add(identity)
    return identity
