"""Service levels from metrics: how much counters rose, interval by interval."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from incident_analysis import words
from incident_analysis.errors import ParameterError
from incident_analysis.impact.when import nanosecond

KINDS = ("counter", "per_sample", "per_second")
_SELECTOR = re.compile(r"\s*(?P<name>[A-Za-z_:][\w:.]*)?\s*(?:\{(?P<labels>.*)\})?\s*", re.DOTALL)
_LABEL = re.compile(r'\s*([A-Za-z_][\w.]*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*,?', re.DOTALL)
_HELD = re.compile(r'([A-Za-z_][\w.]*)="((?:[^"\\]|\\.)*)"')


def of_counters(
    metrics: pd.DataFrame,
    *,
    selectors: Mapping[str, str],
    every: pd.Timedelta,
    by: str | None,
    low: pd.Timestamp | None,
    high: pd.Timestamp | None,
    samples: str | None = None,
) -> pd.DataFrame:
    """SERIES of requests, from METRICS.

    Parameters
    ----------
    metrics : METRICS
    selectors : mapping
        `valid`, `good` and further names, each a selector `NAME{label="x", other!~"5.."}`.
    every : Timedelta
    by : str, optional
        Label whose values become the key.
    low, high : Timestamp, optional
    samples : {"counter", "per_sample", "per_second"}, optional
        What a sample is; by default a counter where its name ends in _total or _count, otherwise what was counted since
        the sample before. A counter that falls began anew at 0. What a counter rose between two samples is spread
        evenly over the time between them.
    """
    if samples is not None and samples not in KINDS:
        close = words.nearest(samples, KINDS)
        remedy = f"write {close!r}" if close else f"use one of {', '.join(KINDS)}"
        raise ParameterError(f"no kind of samples {samples!r}", remedy=remedy, where="sli.samples")
    rows = metrics[metrics["time"].notna() & metrics["value"].notna()]
    labels = {text: dict(_HELD.findall(str(text))) for text in rows["labels"].astype("str").unique()}
    length = every.as_unit("ns").value
    found: dict[str, dict[str, np.ndarray]] = {}
    span = _span(rows, length, low, high)
    for name, selector in selectors.items():
        if name == "valid" and not selector.strip():
            raise ParameterError(
                "which metric counts the valid events is not said",
                remedy='give valid, for example {"valid": "http_requests_total", "good": …}',
                where="sli.valid",
            )
        mine = _selected(rows, selector, labels, where=f"sli.{name}")
        if mine.empty and name == "valid":
            known = sorted(set(metrics["metric"].astype("str")))
            raise ParameterError(
                f"no sample of {selector!r}",
                remedy=f"choose a metric of {words.listing(known, most=8)}, and labels that it has",
                where="sli.valid",
            )
        for key, part in _keyed(mine, by, labels):
            found.setdefault(key, {})[name] = _counts(part, span, length, samples)
    parts = []
    from incident_analysis.impact.service_level import table

    for key, counts in sorted(found.items()):
        if "valid" not in counts:
            continue
        nothing = np.zeros(len(counts["valid"]))
        columns = {name: counts.get(name, nothing) for name in ("valid", "good", *selectors)}
        seen = columns["valid"] > 0
        starts = span[0] * length + np.arange(len(nothing), dtype=np.int64) * length
        kept = {name: values[seen] for name, values in columns.items()}
        # Valid events can be read from other samples than good ones: a little more good than valid is dust.
        kept["good"] = np.minimum(kept["good"], kept["valid"])
        parts.append(table(starts[seen], length, key, kept, unit="requests"))
    if not parts:
        return table(np.array([], np.int64), length, "", {n: np.array([]) for n in selectors}, unit="requests")
    made = pd.concat(parts, ignore_index=True).sort_values(["time", "key"], kind="stable", ignore_index=True)
    made.attrs["undecided"] = int(len(metrics) - len(rows))
    return made


def _span(rows: pd.DataFrame, length: int, low: pd.Timestamp | None, high: pd.Timestamp | None) -> tuple[int, int]:
    if rows.empty:
        return 0, 0
    first = nanosecond(rows["time"].min()) if low is None else max(nanosecond(low), nanosecond(rows["time"].min()))
    last = nanosecond(rows["time"].max()) if high is None else min(nanosecond(high), nanosecond(rows["time"].max()))
    return first // length, max(-(-last // length), first // length + 1)


def _selected(rows: pd.DataFrame, selector: str, labels: Mapping[str, dict[str, str]], *, where: str) -> pd.DataFrame:
    match = _SELECTOR.fullmatch(selector)
    wanted = [] if match is None or not match["labels"] else _LABEL.findall(match["labels"])
    rest = "" if match is None or not match["labels"] else _LABEL.sub("", match["labels"]).strip()
    if match is None or rest:
        raise ParameterError(
            f"{selector!r} selects no metric",
            remedy='write NAME{label="value"}, with =, !=, =~ or !~, for example requests_total{code!~"5.."}',
            where=where,
        )
    fits = {text for text, held in labels.items() if all(_fits(held.get(n, ""), how, v, where) for n, how, v in wanted)}
    keep = rows["labels"].astype("str").isin(fits)
    if match["name"]:
        keep &= rows["metric"].astype("str") == match["name"]
    return rows[keep]


def _fits(held: str, how: str, value: str, where: str) -> bool:
    if how in ("=", "!="):
        return (held == value) == (how == "=")
    try:
        return bool(re.fullmatch(value, held)) == (how == "=~")
    except re.error as error:
        raise ParameterError(
            f"{value!r} is no regular expression ({error})", remedy="correct it, or compare with = ", where=where
        ) from None


def _keyed(rows: pd.DataFrame, by: str | None, labels: Mapping[str, dict[str, str]]) -> list[tuple[str, pd.DataFrame]]:
    if by is None:
        return [("", rows)] if len(rows) else []
    keys = rows["labels"].astype("str").map({text: held.get(by, "") for text, held in labels.items()})
    return [(str(key), rows[keys == key]) for key in sorted(set(keys))]


def _counts(rows: pd.DataFrame, span: tuple[int, int], length: int, samples: str | None) -> np.ndarray:
    """Events in each interval, summed over the series that were selected."""
    edges = np.arange(span[0], span[1] + 1, dtype=np.int64) * length
    total = np.zeros(max(len(edges) - 1, 0))
    source = rows["source"].astype("str") if "source" in rows else pd.Series("", index=rows.index)
    for (metric, *_), one in rows.groupby([rows["metric"].astype("str"), rows["labels"].astype("str"), source]):
        one = one.drop_duplicates("time").sort_values("time")
        times = one["time"].astype("datetime64[ns, UTC]").astype("int64").to_numpy()
        values = one["value"].to_numpy(float)
        if len(times) < 2:
            continue
        kind = samples or ("counter" if str(metric).endswith(("_total", "_count")) else "per_sample")
        if kind == "counter":
            steps = np.diff(values)
            rises = np.where(steps >= 0, steps, values[1:])
            begin = times
        else:
            apart = np.diff(times)
            before = times[0] - int(np.median(apart))
            begin = np.concatenate([[before], times])
            rises = values * (np.diff(begin) / 1e9) if kind == "per_second" else values
        up = np.append(0.0, np.cumsum(rises))
        total += np.diff(np.interp(edges, begin, up))
    return np.round(total, 6)
