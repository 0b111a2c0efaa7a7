"""An axis of amounts in one unit: linear from zero, or logarithmic where the range is wide."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator, NullLocator

from incident_analysis import words
from incident_analysis.charts import style

#: From this ratio of largest to smallest on, an axis is logarithmic.
WIDE = 50.0


def compact(value: float, unit: str = "") -> str:
    """A tick's label: short, without the unit, which stands beside the axis; durations keep theirs."""
    if unit == "s":
        return words.duration(value)
    for limit, name in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(value) >= limit:
            return f"{words.number(value / limit)} {name}"
    return words.number(value)


def is_wide(values: Sequence[float]) -> bool:
    """Whether positive values range so far that only a logarithmic axis shows them all."""
    return len(values) > 1 and min(values) > 0 and max(values) / min(values) > WIDE


def apply(
    ax: Axes, values: Sequence[float], width: float, *, unit: str = "", after: float = 0.15, log: bool | None = None
) -> bool:
    """Give axes a scale for these values, with as many ticks as their labels leave room for.

    Parameters
    ----------
    values : sequence of float
        Finite.
    width : float
        Of the axes in inches.
    after : float
        Inches kept free beyond the largest value.
    log : bool, optional
        By default where `is_wide`.

    Returns
    -------
    bool
        Whether it is logarithmic.
    """
    logarithmic = is_wide(values) if log is None else log
    low, high = min(values), max(values)
    if logarithmic:
        span = max(np.log10(high / low), 0.3) / (width - after - 0.15)
        low, high = low / 10 ** (0.15 * span), high * 10 ** (after * span)
        ax.set_xscale("log")
        candidates = [_decades(low, high, marks) for marks in ((1, 2, 5), (1, 3), (1,))]
        candidates += [_decades(low, high, (1,))[::n] for n in (2, 3, 4, 6, 9)]
    else:
        low, high = min(low, 0.0), max(high, 0.0)
        # Zero itself is drawn in its place, at the left end of an axis from 0 to 1.
        span = ((high - low) or 1.0) / (width - after - (0.15 if low < 0 else 0.0))
        low, high = (low - 0.15 * span if low < 0 else 0.0), (high + after * span if high > 0 or low == 0 else 0.0)
        if high <= low:
            high = low + 1.0
        candidates = [
            [float(t) for t in MaxNLocator(n, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high) if low <= t <= high]
            for n in range(6, 0, -1)
        ]
    ax.set_xlim(low, high)
    ticks = next((c for c in candidates if c and _fits(ax, c, width, unit)), candidates[-1][:1])
    ax.xaxis.set_major_locator(FixedLocator(ticks))
    ax.xaxis.set_major_formatter(FixedFormatter([compact(t, unit) for t in ticks]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="x", pad=2)
    ax.set_yticks([])
    return logarithmic


def _even(low: float, high: float, count: int) -> list[float]:
    found = MaxNLocator(count, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    return [float(t) for t in found if low <= t <= high]


def _decades(low: float, high: float, marks: Sequence[int]) -> list[float]:
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    return [m * 10.0**p for p in powers for m in marks if low <= m * 10.0**p <= high]


def _fits(ax: Axes, ticks: Sequence[float], width: float, unit: str) -> bool:
    places = ax.transAxes.inverted().transform(ax.transData.transform([(t, 0) for t in ticks]))[:, 0] * width
    halves = [style.text_width(compact(t, unit), style.SMALL) / 2 for t in ticks]
    ends = list(zip(places, halves, strict=True))
    return all(b - a >= u + v + 0.1 for (a, u), (b, v) in pairwise(ends))
