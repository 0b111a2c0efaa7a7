"""Availability, error budget and burn rate against an objective."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

import numpy as np
import pandas as pd

from incident_analysis import frames, words
from incident_analysis.errors import ParameterError
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.impact.when import (
    checked_series,
    checked_windows,
    instant,
    interval_length,
    overlap,
    target_ratio,
)
from incident_analysis.statistics import intervals

Method = Literal["auto", "exact", "wilson"]
#: From here on, of trials and of expected hits and misses, Wilson's interval holds its level (see statistics).
ENOUGH_TRIALS, ENOUGH_EACH = 40, 8


def availability(
    series: pd.DataFrame, *, level: float = 0.9, since: Any = None, until: Any = None, method: Method = "auto"
) -> Estimate:
    """Share of events that were good, with its interval.

    Parameters
    ----------
    series : SERIES with `valid` and `good`
    level : float
        In (0, 1).
    since, until : str or datetime, optional
        Only intervals that lie wholly between the two.
    method : {"auto", "exact", "wilson"}
        Wilson's interval needs 40 events of which 8 are good and 8 are bad; "auto" takes the exact one of Clopper and
        Pearson below that. None bad of n still has an upper bound of the bad share.

    Returns
    -------
    Estimate
        A ratio. Unknown without events. In seconds (from PERIODS) it is what it is, exact or with bounds; of requests
        the interval is for the ratio that lay behind them.

    Notes
    -----
    The interval takes requests as independent. Within an incident they fail together, so it says how well the counts
    tell the ratio, not how the next month will be.

    Examples
    --------
    >>> minute = pd.Timestamp("2026-03-07T13:00Z")
    >>> one = pd.DataFrame({"time": [minute], "end": [minute + pd.Timedelta("1min")], "key": [""],
    ...                     "valid": [10000.0], "good": [9990.0]})
    >>> print(availability(one, level=0.95))
    0.999 [0.99816, 0.999457] (95 % confidence, n = 10,000, good of valid events, Wilson)
    """
    rows = _within(checked_series(series, needs=("valid",)), since, until)
    if "good" not in rows:
        checked_series(series, needs=("valid", "good"))
    if bool((rows["good"] > rows["valid"] * (1 + 1e-12)).any()):
        raise ParameterError("more good events than valid ones", remedy="count good among valid events", where="series")
    valid = float(rows["valid"].sum())
    evidence = (Evidence("formula", "service level", "", "sum of good / sum of valid"),)
    if valid <= 0:
        return Estimate.unknown("no valid event in the time looked at", evidence=evidence)
    if _in_seconds(rows):
        return _of_time(rows, valid, evidence)
    good = float(rows["good"].sum())
    hits, trials = round(good), round(valid)
    enough = trials >= ENOUGH_TRIALS and min(hits, trials - hits) >= ENOUGH_EACH
    exact = method == "exact" or (method == "auto" and not enough)
    find = intervals.clopper_pearson if exact else intervals.wilson
    low, high = find(hits, trials, level=level)
    return Estimate(
        hits / trials,
        low,
        high,
        level=level,
        interval="confidence",
        n=trials,
        method=f"good of valid events, {'Clopper-Pearson' if exact else 'Wilson'}",
        evidence=evidence,
    )


def _of_time(rows: pd.DataFrame, valid: float, evidence: tuple[Evidence, ...]) -> Estimate:
    low = float(rows.get("good_low", rows["good"]).sum()) / valid
    high = float(rows.get("good_high", rows["good"]).sum()) / valid
    value = None if rows["good"].isna().any() else float(rows["good"].sum()) / valid
    if value is not None:
        low, high = min(low, value), max(high, value)
    exact = value is not None and high - low < 1e-12
    if exact:
        low = high = value  # type: ignore[assignment]  # known, since exact
    return Estimate(
        value,
        low,
        high,
        interval="exact" if exact else "bounds",
        method=f"good seconds of {words.duration(valid)}, from the stated periods",
        evidence=evidence,
    )


def _within(rows: pd.DataFrame, since: Any, until: Any) -> pd.DataFrame:
    low, high = instant(since, where="since"), instant(until, where="until")
    if low is not None and high is not None and low >= high:
        raise ParameterError(
            f"an empty window from {words.instant(low)} to {words.instant(high)}",
            remedy="give `since` before `until`",
            where="since",
        )
    if low is not None:
        rows = rows[rows["time"] >= low]
    if high is not None:
        rows = rows[rows["end"] <= high]
    return rows


def _in_seconds(rows: pd.DataFrame) -> bool:
    return "unit" in rows and len(rows) > 0 and bool((rows["unit"] == "s").all())


def allowance(*, target: float, window: str | pd.Timedelta) -> float:
    """Seconds of full outage that an objective allows in its window.

    Parameters
    ----------
    target : float
        Ratio in (0, 1).
    window : str or Timedelta

    References
    ----------
    Beyer et al. (eds.), Site Reliability Engineering, 2016, appendix A.

    Examples
    --------
    >>> round(allowance(target=0.999, window="30d") / 60, 6)
    43.2
    """
    return float(budget_ratio(target) * Fraction(interval_length(window, where="window").value, 10**9))


def budget_ratio(target: float) -> Fraction:
    """The share of events that may be bad, free of binary dust: 1 − 0.999 is exactly 1/1000."""
    return 1 - Fraction(repr(target_ratio(target)))


def budget_spent(burn: float, *, during: str | pd.Timedelta, window: str | pd.Timedelta) -> float:
    """Share of the error budget that a burn rate spends in some time.

    Parameters
    ----------
    burn : float
        Burn rate; 1 spends exactly the whole budget in the objective's own window.
    during : str or Timedelta
        How long it lasts.
    window : str or Timedelta
        Of the objective.

    Examples
    --------
    >>> round(budget_spent(14.4, during="1h", window="30d"), 10)
    0.02
    """
    return burn * (interval_length(during, where="during") / interval_length(window, where="window"))


def time_to_empty(burn: float, *, window: str | pd.Timedelta) -> float:
    """Seconds until a burn rate has spent the whole budget; infinite at 0.

    Examples
    --------
    >>> time_to_empty(14.4, window="30d") / 3600
    50.0
    """
    if burn < 0:
        raise ParameterError(f"burn rate {burn}", remedy="give 0 or more", where="burn")
    seconds = interval_length(window, where="window").total_seconds()
    return seconds / burn if burn else float("inf")


def burn_rate(series: pd.DataFrame, *, target: float, window: str | pd.Timedelta) -> pd.DataFrame:
    """Speed at which the error budget is spent, over a trailing window.

    A burn rate of 1 spends exactly the whole budget in the objective's own period.

    Parameters
    ----------
    series : SERIES with `valid` and `good`
    target : float
        Objective as a ratio in (0, 1): 0.999, not 99.9.
    window : str or Timedelta
        Length of the trailing window, for example "1h".

    Returns
    -------
    SERIES
        `value` dimensionless, at the end of each interval of `series`; NaN where the window holds no valid event. Never
        rounded. `valid` and `good` are those of the window. Near the beginning of the series a window is shorter than
        its name.

    References
    ----------
    Beyer et al. (eds.), The Site Reliability Workbook, 2018, chapter 5.
    """
    rows = checked_series(series, needs=("valid", "good"))
    length = interval_length(window, where="window").as_unit("ns").value
    budget = budget_ratio(target)
    parts = [_trailing(one, length, budget) for _, one in rows.groupby("key", sort=True)]
    made = pd.concat(parts, ignore_index=True) if parts else rows.assign(value=np.nan, unit="")
    return made.sort_values(["time", "key"], kind="stable", ignore_index=True)


def _trailing(rows: pd.DataFrame, length: int, budget: Fraction) -> pd.DataFrame:
    starts = rows["time"].astype("datetime64[ns, UTC]").astype("int64").to_numpy()
    ends = rows["end"].astype("datetime64[ns, UTC]").astype("int64").to_numpy()
    valid = np.append(0.0, np.cumsum(rows["valid"].to_numpy(float)))
    good = np.append(0.0, np.cumsum(rows["good"].to_numpy(float)))
    first = np.searchsorted(starts, ends - length, side="left")
    here = np.arange(1, len(rows) + 1)
    of, fine = valid[here] - valid[first], good[here] - good[first]
    # One division by a product: (bad / valid) / budget would round twice.
    scale = float(1 / budget)
    rate = np.divide((of - fine) * scale, of, out=np.full(len(rows), np.nan), where=of > 0)
    kept = rows[["time", "end", "key"]].copy()
    return kept.assign(value=rate, valid=of, good=fine, unit="")


def error_budget(
    series: pd.DataFrame,
    *,
    target: float,
    window: str,
    at: Any,
    windows: pd.DataFrame | None = None,
    expected: float | None = None,
) -> pd.DataFrame:
    """The error budget of one window: how much there is, what was spent, what this incident spent, what is left.

    Parameters
    ----------
    series : SERIES with `valid` and `good`
        Of one key.
    target : float
        Ratio in (0, 1).
    window : str
        A length ("30d") for the rolling window that ends `at`, or "month", "quarter", "year" for the calendar's (UTC)
        that holds `at`. The two are different claims and are named apart.
    at : str or datetime
    windows : WINDOWS, optional
        Of the incident.
    expected : float, optional
        Events that the whole window will hold (or held), where the series does not span it. Without it the budget in
        events is unknown then: nobody counted the rest.

    Returns
    -------
    ESTIMATES
        `budget` (events or seconds), `bad`, `spent_ratio`, `left_ratio` (of the budget; below 0: overspent),
        and with `windows` `incident_bad`, `incident_spent_ratio`. Key `window`. Ratios are never rounded or cut at 1.
    """
    rows = checked_series(series, needs=("valid", "good"))
    if rows["key"].nunique() > 1:
        raise ParameterError(
            "a budget of several services at once", remedy='choose one: series[series["key"] == "…"]', where="series"
        )
    target_ratio(target)
    moment = _moment(at)
    start, end, name = window_of(window, moment)
    share = overlap(rows, start, end)
    seconds = _in_seconds(rows)
    unit = "s" if seconds else "requests"
    said = (Evidence("formula", "service level", "", f"{name}, objective {target:g}"),)
    covered = 0.0
    if len(rows):
        low, high = max(rows["time"].min(), start), min(rows["end"].max(), end)
        covered = max((high - low) / (end - start), 0.0)
    whole = covered > 1 - 1e-9
    valid = float((rows["valid"] * share).sum())
    known = not rows.loc[share > 0, "good"].isna().any()
    bad = float(((rows["valid"] - rows["good"]) * share).sum()) if known else None
    method = f"{name}, from {words.instant(start)} to {words.instant(end)}"
    if seconds:
        events: float | None = (end - start).total_seconds()
    elif expected is not None:
        if not expected > 0:
            raise ParameterError(
                f"expected is {expected}", remedy="give the events of the whole window", where="expected"
            )
        events, method = max(expected, valid), method + f"; {words.number(expected)} events expected in it"
    else:
        events = valid if whole else None
    reason = f"the series spans {words.percent(covered)} of the {name}: how many events the rest holds is not known"
    budget = None if events is None or events <= 0 else float(budget_ratio(target) * Fraction(events))
    claims: list[tuple[str, Estimate]] = []
    # Seconds are measured, not counted.
    count = None if seconds else round(valid)

    def claim(label: str, value: float | None, of: str = "", why: str = reason) -> None:
        made = (
            Estimate.unknown(why, unit=of, evidence=said)
            if value is None
            else Estimate(value, value, value, interval="exact", unit=of, n=count, method=method, evidence=said)
        )
        claims.append((label, made))

    unsure = "of a period it is not stated how many it concerned"
    claim("budget", budget, unit)
    claim("bad", bad, unit, unsure)
    ratio = None if bad is None or budget is None else bad / budget
    claim("spent_ratio", ratio, "", reason if known else unsure)
    claim("left_ratio", None if ratio is None else 1 - ratio, "", reason if known else unsure)
    if windows is not None and len(windows):
        within = _inside(rows, checked_windows(windows), end) * (share > 0)
        hurt = (rows["valid"] - rows["good"]).to_numpy(float)
        if seconds:
            # The periods are the incident's own: what was bad in an interval lies inside as far as it can.
            least = most = np.minimum(hurt, within * rows["valid"].to_numpy(float))
        else:
            least, most = np.where(within > 1 - 1e-12, hurt, 0.0), np.where(within > 0, hurt, 0.0)
        low, high = (float(x.sum()) if known else None for x in (least, most))
        for label, by, of, why in (
            ("incident_bad", 1.0, unit, unsure),
            ("incident_spent_ratio", budget, "", reason if known else unsure),
        ):
            if low is None or high is None or by is None or low == high:
                claim(label, None if low is None or by is None else low / by, of, why)
                continue
            edges = method + "; intervals at the edges may lie outside"
            made = Estimate(None, low / by, high / by, interval="bounds", unit=of, n=count, method=edges, evidence=said)
            claims.append((label, made))
    return frames.estimates(({"window": name}, label, made) for label, made in claims)


def budget_left(
    series: pd.DataFrame, *, target: float, window: str, at: Any, expected: float | None = None
) -> pd.DataFrame:
    """The share of a window's error budget that is left at the end of each interval.

    Parameters
    ----------
    series, target, window, at, expected
        As in `error_budget`.

    Returns
    -------
    SERIES
        `value`: 1 at the beginning of the window, below 0 where it is overspent, NaN where the budget is not known.
    """
    rows = checked_series(series, needs=("valid", "good"))
    moment = _moment(at)
    whole = frames.named(error_budget(series, target=target, window=window, at=at, expected=expected), "budget")
    start, end, _ = window_of(window, moment)
    share = overlap(rows, start, end)
    kept = rows[share > 0]
    spent = ((kept["valid"] - kept["good"]) * share[share > 0]).cumsum()
    made = kept[["time", "end", "key"]].copy()
    made["value"] = np.nan if whole.value is None else 1 - spent / whole.value
    made["unit"] = ""
    return made.reset_index(drop=True)


def _moment(at: Any) -> pd.Timestamp:
    moment = instant(at, where="at")
    if moment is None:
        raise ParameterError(
            "no instant is given", remedy="give the instant at which the budget is looked at", where="at"
        )
    return moment


def _inside(rows: pd.DataFrame, windows: pd.DataFrame, end: pd.Timestamp) -> np.ndarray:
    inside = np.zeros(len(rows))
    for row in frames.rows(windows):
        inside = np.maximum(inside, overlap(rows, row["start"], end if pd.isna(row["end"]) else row["end"]))
    return inside


def window_of(window: str, at: pd.Timestamp) -> tuple[pd.Timestamp, pd.Timestamp, str]:
    """Start, end and name of the rolling window that ends at an instant, or of the calendar's that holds it."""
    calendar = {"month": "M", "quarter": "Q", "year": "Y"}
    if window in calendar:
        period = at.tz_localize(None).to_period(calendar[window])
        start = period.start_time.tz_localize("UTC")
        return start, (period + 1).start_time.tz_localize("UTC"), f"calendar {window} {period}"
    if isinstance(window, str) and window.strip().isalpha():
        raise ParameterError(
            f"no window {window!r}", remedy='give a length ("30d"), or "month", "quarter" or "year"', where="window"
        )
    length = interval_length(window, where="window")
    return at - length, at, f"rolling {words.duration(length.total_seconds())}"
