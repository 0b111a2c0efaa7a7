"""A made-up service with eight weeks of traffic: nobody's figures, drawn by a seeded generator.

Its requests follow day and week, each week is busier or quieter than the others by about a tenth, and single minutes
vary more than chance alone would (negative binomial). In the last week an incident keeps requests away, lets others
fail, and is followed by people who catch up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from incident_analysis import frames

NAME = "made-up ticket shop"
#: A Monday.
BEGIN = pd.Timestamp("2026-01-05T00:00Z")
WEEKS = 8
#: The incident: a Saturday afternoon, of the last week.
START, END = pd.Timestamp("2026-02-28T13:04Z"), pd.Timestamp("2026-02-28T14:31Z")


@dataclass(frozen=True)
class MadeUp:
    """The traffic, and what nobody would know of a real one."""

    series: pd.DataFrame
    #: Requests that would have come during the incident.
    would_have_come: int
    lost: int
    failed: int
    caught_up: int


def traffic(
    seed: int,
    *,
    weeks: int = WEEKS,
    per_minute: float = 120.0,
    week_effect: float = 0.1,
    dispersion: float = 50.0,
    kept_away: float = 0.6,
    failing: float = 0.35,
    coming_back: float = 0.25,
    every: str = "5min",
) -> MadeUp:
    """Eight weeks of made-up traffic with an incident in the last.

    Parameters
    ----------
    per_minute : float
        Mean of the busiest hour.
    week_effect : float
        Standard deviation of a week's level, relative.
    dispersion : float
        Of the negative binomial: the smaller, the more intervals vary.
    kept_away, failing, coming_back : float
        Shares: of the usual requests that never come, of those that come and fail, of the lost that come in the hour after.
    """
    rng = np.random.default_rng(seed)
    step = pd.Timedelta(every)
    times = pd.date_range(BEGIN, periods=int(pd.Timedelta(weeks=weeks) / step), freq=step)
    hour = times.hour + times.minute / 60
    daily = 0.25 + 0.75 * np.exp(-(((hour - 14) / 5) ** 2))
    weekly = np.where(times.day_of_week >= 5, 1.3, 1.0)
    level = rng.gamma(1 / week_effect**2, week_effect**2, weeks)[(times - BEGIN) // pd.Timedelta(weeks=1)]
    mean = per_minute * (step / pd.Timedelta("1min")) * daily * weekly * level
    would = rng.negative_binomial(dispersion, dispersion / (dispersion + mean))
    begin = BEGIN + (START - pd.Timestamp("2026-02-28T00:00Z")) + pd.Timedelta(weeks=weeks - 1, days=5)
    end = begin + (END - START)
    inside = np.clip((np.minimum(times + step, end) - np.maximum(times, begin)) / step, 0, 1)
    lost = rng.binomial(would, kept_away * inside)
    back = (times >= end.ceil(step)) & (times < end.ceil(step) + pd.Timedelta("1h"))
    extra = np.zeros(len(times), int)
    extra[back] = rng.multinomial(int(lost.sum() * coming_back), np.full(back.sum(), 1 / back.sum()))
    came = would - lost + extra
    bad = rng.binomial(would - lost, failing * inside) + rng.binomial(came, 2e-5)
    bad = np.minimum(bad, came)
    series = pd.DataFrame(
        {
            "time": times.astype("datetime64[ns, UTC]"),
            "end": (times + step).astype("datetime64[ns, UTC]"),
            "key": pd.Series([NAME] * len(times), dtype="str"),
            "valid": came.astype(float),
            "good": (came - bad).astype(float),
            "unit": pd.Series(["requests"] * len(times), dtype="str"),
        }
    )
    touched = inside > 0
    return MadeUp(series, int(would[touched].sum()), int(lost.sum()), int(bad[touched].sum()), int(extra.sum()))


def window(weeks: int = WEEKS, *, aligned: str | None = None) -> pd.DataFrame:
    """The incident as WINDOWS."""
    shift = pd.Timedelta(weeks=weeks - WEEKS)
    start, end = START + shift, END + shift
    if aligned:
        start, end = start.floor(aligned), end.ceil(aligned)
    row = {"start": start, "start_low": start, "start_high": start, "end": end, "end_low": end, "end_high": end}
    return frames.build(frames.WINDOWS, [row | {"effect": "made up"}])
