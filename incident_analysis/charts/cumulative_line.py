"""How many incidents there were by each day, beside the growth model and a constant rate."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator

from incident_analysis import frames, words
from incident_analysis.charts import amount_axis, style, time_axis
from incident_analysis.charts.page import Page, inner_width

WHAT = "Incidents by then (time in UTC)"
_TALL, _UNDER = 2.4, 0.5


@style.styled
def cumulative(cumulated: pd.DataFrame, *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """The cumulative count with the growth model and the straight line of a constant rate.

    Parameters
    ----------
    cumulated : CUMULATED
        Of `trends.cumulated`. Without rows: words instead of a chart.
    title : str, optional
        What it is about.
    ax : Axes, optional
        Where to draw; by default on a figure of its own.

    Returns
    -------
    Axes; x values are days since 1970-01-01 UTC
    """
    frames.check(cumulated, frames.CUMULATED, where="cumulated")
    rows = cumulated[cumulated["time"].notna()]
    if len(rows) < 2 or rows["time"].nunique() < 2:
        return style.nothing_known(
            WHAT, "Fewer than two incidents count: there is no course to draw.", title=title, ax=ax
        )
    days = time_axis.days(rows["time"])
    count = rows["count"].to_numpy(float)
    expected = rows["expected"].to_numpy(float)
    most = float(np.nanmax([count.max(), 1.0, np.nanmax(np.r_[0.0, expected[np.isfinite(expected)]])]))
    ticks = [t for t in MaxNLocator(5, steps=[1, 2, 5, 10], integer=True).tick_values(0, most) if 0 <= t <= most * 1.1]
    widest = max(style.text_width(amount_axis.compact(t), style.SMALL) for t in ticks)
    left = style.MARGIN + widest + 0.32
    fitted = bool(np.isfinite(expected).any())
    keys: list[style.Key] = [({"linestyle": "-", "color": style.BLUE, "linewidth": 1.6}, "incidents")]
    if fitted:
        keys.append(
            ({"linestyle": (0, (5, 2)), "color": style.VERMILLION, "linewidth": 1.3}, "growth model (Crow-AMSAA)")
        )
    keys.append(({"linestyle": (0, (1, 1.6)), "color": style.GREY, "linewidth": 1.2}, "a constant rate"))
    notes = [] if fitted else ["No growth model is fitted: fewer than 5 incidents after the first."]
    page = Page(WHAT, title, left, inner_width(ax, left), keys, notes)
    ax = page.axes(ax, _TALL, under=_UNDER)
    scale = time_axis.time_scale(days, style.size_of(ax)[0], before=0.04, after=0.2, broken=False)
    time_axis.apply(ax, scale)
    ax.set_ylim(0, most * 1.06)
    ax.yaxis.set_major_locator(FixedLocator(ticks))
    ax.yaxis.set_major_formatter(FixedFormatter([amount_axis.compact(t) for t in ticks]))
    ax.tick_params(axis="y", labelsize=style.SMALL, pad=3)
    ax.set_ylabel("incidents, summed", labelpad=2)
    ax.set_axisbelow(True)
    ax.grid(axis="y", color=style.FAINT, linewidth=0.6)
    ax.plot(days[[0, -1]], [0, count[-1]], linestyle=(0, (1, 1.6)), color=style.GREY, linewidth=1.2, zorder=2)
    if fitted:
        ax.plot(days, expected, linestyle=(0, (5, 2)), color=style.VERMILLION, linewidth=1.3, zorder=4)
    marker = {"marker": "o", "markersize": 2.6} if len(days) <= 40 else {}
    ax.plot(days, count, drawstyle="steps-post", color=style.BLUE, linewidth=1.6, zorder=3, **marker)
    span = " to ".join(words.instant(time_axis.instant(d)) for d in (days[0], days[-1]))
    alt = f"{words.plural(int(count[-1]), 'incident')} inside the window, {span}."
    half = days[0] + (days[-1] - days[0]) / 2
    alt += f" By the middle of the time there were {words.number(float(count[days <= half].max()))}."
    if fitted:
        alt += f" The growth model gives {words.number(round(float(np.interp(half, days, expected))))} by then."
    page.write(ax, under=_UNDER, alt=alt)
    return ax
