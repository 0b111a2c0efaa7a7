"""Service levels as series: how many events counted, and how many of them were good, interval by interval."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from incident_analysis import frames, words
from incident_analysis.errors import FrameError, ParameterError
from incident_analysis.impact.conditions import Condition, condition
from incident_analysis.impact.counters import of_counters
from incident_analysis.impact.uptime import of_periods
from incident_analysis.impact.when import instant, interval_length
from incident_analysis.incident.parts import Sli

#: The convention where no objective says what a good request is.
USUAL_SLI = {"valid": "", "good": "status < 500"}


def service_level(
    logs: pd.DataFrame | Iterable[pd.DataFrame],
    *,
    sli: Sli | Mapping[str, str],
    every: str | pd.Timedelta,
    by: str | None = None,
    since: Any = None,
    until: Any = None,
) -> pd.DataFrame:
    """Events that count and events that were good, by interval.

    Parameters
    ----------
    logs : LOGS, iterable of LOGS, METRICS, or PERIODS
        Requests, one row each. An iterable of frames (`reading.log_batches`) is never held as a whole. Of METRICS, the
        counters that `sli` selects. Of PERIODS, seconds in place of requests.
    sli : Sli or mapping
        `valid`: which events count; `good`: which of them are good; each a condition such as "status < 500 and path
        starts with /pay" (empty: every event), or for METRICS a selector such as `requests_total{code!~"5.."}`. A
        mapping may name further conditions, each a column of the result, such as `slow`: "duration_s > 1"; and for
        METRICS `samples`: "counter", "per_sample" or "per_second" (by default a counter where the metric's name ends in
        _total or _count).
    every : str or Timedelta
        Length of an interval, such as "1min". Intervals begin at whole multiples since 1970, UTC.
    by : str, optional
        Column whose values become the key; by default one series with an empty key.
    since, until : str or datetime, optional
        Only events from `since` (included) to `until` (excluded). Needed for PERIODS, which say nothing of the time
        outside of them; what lies between periods counts as good.

    Returns
    -------
    SERIES
        `valid`, `good`, `value` = good / valid, `unit`. Of requests an interval without one has no row. Of PERIODS
        `good` is NaN where the share concerned is not stated, and `good_low` and `good_high` are its bounds.
        `attrs["undecided"]`: events left out because a column that `sli` looks at has no value, or they have no time.

    Raises
    ------
    ParameterError
        A condition cannot be read or looks at a column that is not there; a length that is none.
    """
    length = interval_length(every, where="every")
    samples = None if isinstance(sli, Sli) else sli.get("samples")
    conditions = _conditions(sli)
    low, high = instant(since, where="since"), instant(until, where="until")
    if low is not None and high is not None and low >= high:
        raise ParameterError(
            f"an empty window from {words.instant(low)} to {words.instant(high)}",
            remedy="give `since` before `until`",
            where="since",
        )
    if isinstance(logs, pd.DataFrame):
        if {"start", "kind", "share"} <= set(logs.columns):
            return of_periods(
                logs, good=conditions["good"], valid=conditions["valid"], every=length, low=low, high=high
            )
        if {"metric", "labels", "value"} <= set(logs.columns):
            texts = {name: c.text for name, c in conditions.items()}
            return of_counters(logs, selectors=texts, every=length, by=by, low=low, high=high, samples=samples)
        logs = (logs,)
    total = _Tally(length, conditions, by)
    for rows in _checked(logs):
        total.add(rows, low, high)
    return total.series()


def _conditions(sli: Sli | Mapping[str, str]) -> dict[str, Condition]:
    given = (
        {"valid": sli.valid, "good": sli.good}
        if isinstance(sli, Sli)
        else {k: v for k, v in sli.items() if k != "samples"}
    )
    if not str(given.get("good", "")).strip():
        raise ParameterError(
            "the service level does not say what is good",
            remedy='give good, for example {"valid": "", "good": "status < 500"}',
            where="sli",
        )
    given.setdefault("valid", "")
    taken = {"time", "end", "key", "value", "unit", "count"} & set(given)
    if taken:
        raise ParameterError(
            f"a condition is named {sorted(taken)[0]!r}", remedy="choose another name, for example slow", where="sli"
        )
    # A metric's selector is no condition on columns; it is read where metrics are.
    return {
        name: Condition(text, ()) if "{" in text or _is_name(text) else condition(text, where=f"sli.{name}")
        for name, text in given.items()
    }


def _is_name(text: str) -> bool:
    return bool(text.strip()) and all(c.isalnum() or c in "_:" for c in text.strip())


def _checked(logs: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    for rows in logs:
        if not isinstance(rows, pd.DataFrame) or "time" not in rows.columns:
            raise FrameError(
                "no frame of requests: it has no column time",
                remedy="give what read_logs or reading.log_batches returns",
                where="logs",
            )
        yield rows


class _Tally:
    """Counts that go on from frame to frame."""

    def __init__(self, length: pd.Timedelta, conditions: Mapping[str, Condition], by: str | None) -> None:
        self._length = length.as_unit("ns").value
        self._conditions = conditions
        self._by = by
        self._names = ["valid", "good", *(n for n in conditions if n not in ("valid", "good"))]
        self._counts: dict[str, tuple[int, np.ndarray]] = {}
        self._undecided = 0

    def add(self, rows: pd.DataFrame, low: Any, high: Any) -> None:
        if not len(rows):
            return
        for name, one in self._conditions.items():
            if not one.alternatives and one.text:
                condition(one.text, where=f"sli.{name}")
            one.require(rows.columns, where=f"sli.{name}")
        if self._by is not None and self._by not in rows.columns:
            raise ParameterError(
                f"no column {self._by!r}", remedy=f"choose from {words.listing(map(str, rows.columns))}", where="by"
            )
        # An event that lacks what decides is neither good nor bad.
        looked_at = {"time", *(c for one in self._conditions.values() for c in one.columns)}
        known = np.ones(len(rows), bool)
        for column in looked_at:
            known &= rows[column].notna().to_numpy()
        self._undecided += int((~known).sum())
        if low is not None:
            known &= (rows["time"] >= low).to_numpy(dtype=bool, na_value=False)
        if high is not None:
            known &= (rows["time"] < high).to_numpy(dtype=bool, na_value=False)
        holds = {name: one.holds(rows) for name, one in self._conditions.items()}
        keep = known & holds["valid"]
        if not keep.any():
            return
        times = rows["time"].astype("datetime64[ns, UTC]").astype("int64").to_numpy()[keep]
        interval = times // self._length
        if self._by is None:
            codes, keys = np.zeros(len(interval), np.int64), [""]
        else:
            codes, values = pd.factorize(rows[self._by].astype("object").where(rows[self._by].notna(), "")[keep])
            keys = [str(v) for v in values]
        for place, key in enumerate(keys):
            mine = codes == place
            self._put(key, interval[mine], [holds[name][keep][mine] for name in self._names])

    def _put(self, key: str, interval: np.ndarray, masks: list[np.ndarray]) -> None:
        first, last = int(interval.min()), int(interval.max())
        if last - first > 20_000_000:
            raise ParameterError(
                "the requests span more than 20,000,000 intervals",
                remedy="give a longer `every`, or `since` and `until`: single records may carry a wrong year",
                where="every",
            )
        here = np.stack([np.bincount(interval[m] - first, minlength=last - first + 1) for m in masks])
        if key in self._counts:
            start, held = self._counts[key]
            begin = min(start, first)
            width = max(start + held.shape[1], last + 1) - begin
            joined = np.zeros((len(masks), width), np.int64)
            joined[:, start - begin : start - begin + held.shape[1]] = held
            joined[:, first - begin : last + 1 - begin] += here
            self._counts[key] = (begin, joined)
        else:
            self._counts[key] = (first, here)

    def series(self) -> pd.DataFrame:
        parts = []
        for key, (first, held) in sorted(self._counts.items()):
            places = np.flatnonzero(held[0])
            starts = (places + first) * self._length
            columns = {name: held[i, places].astype(float) for i, name in enumerate(self._names)}
            parts.append(table(starts, self._length, key, columns, unit="requests"))
        if not parts:
            nothing = {name: np.array([]) for name in self._names}
            parts = [table(np.array([], np.int64), self._length, "", nothing, unit="requests")]
        made = pd.concat(parts, ignore_index=True)
        made = made.sort_values(["time", "key"], kind="stable", ignore_index=True)
        made.attrs["undecided"] = self._undecided
        return made


def table(starts: np.ndarray, length: int, key: str, columns: Mapping[str, np.ndarray], *, unit: str) -> pd.DataFrame:
    """SERIES of one key, from the intervals' starts in nanoseconds since 1970."""
    valid, good = columns["valid"], columns["good"]
    value = np.divide(good, valid, out=np.full(len(valid), np.nan), where=valid > 0)
    made = pd.DataFrame(
        {
            "time": pd.Series(np.asarray(starts, np.int64).view("datetime64[ns]")).dt.tz_localize("UTC"),
            "end": pd.Series((np.asarray(starts, np.int64) + length).view("datetime64[ns]")).dt.tz_localize("UTC"),
            "key": pd.Series([key] * len(starts), dtype="str"),
            **columns,
            "value": value,
            "unit": pd.Series([unit] * len(starts), dtype="str"),
        }
    )
    return frames.check(made, frames.SERIES, where="series")
