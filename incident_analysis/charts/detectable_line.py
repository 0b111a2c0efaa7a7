"""How large an improvement has to be before so many incidents can show it."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from incident_analysis import frames, words
from incident_analysis.charts import amount_axis, style
from incident_analysis.charts.page import Page, inner_width
from incident_analysis.statistics import detectable as method

WHAT = "The smallest improvement that a comparison can see"
_TALL, _UNDER = 2.2, 0.44


@style.styled
def detectable(
    change: pd.DataFrame, *, level: float = 0.95, power: float = 0.8, title: str | None = None, ax: Axes | None = None
) -> Axes:
    """The smallest cut of a typical length against the incidents in each of two groups, with this history's place.

    Parameters
    ----------
    change : ESTIMATES
        Of `trends.detectable_change`. Where the spread is unknown: words instead of a chart.
    level, power : float
        Those with which it was made.
    title : str, optional
    ax : Axes, optional

    Returns
    -------
    Axes; x values are incidents per group, y values ratios
    """
    frames.check(change, frames.ESTIMATES, where="change")
    sigma = frames.named(change, "sigma")
    if sigma.value is None:
        return style.nothing_known(WHAT, f"Not to be told: {sigma.reason}.", title=title, ax=ax)
    here = frames.named(change, "smallest cut")
    own = max(2.0, ((sigma.n or 0) - sigma.censored) / 2)
    first, last = min(5.0, own / 1.5), max(5000.0, own * 4)
    said = ""
    if here.value is not None:
        said = f"{words.percent(round(here.value, 3))} with {words.number(math.floor(own))} each"
    sizes = np.geomspace(first, last, 200)
    cut = np.array([method.detectable_cut(k, sigma=sigma.value, level=level, power=power) for k in sizes])
    left = style.MARGIN + 0.6
    keys: list[style.Key] = [
        ({"linestyle": "-", "color": style.BLUE, "linewidth": 1.6}, f"seen in {words.percent(power)} of cases"),
        ({"marker": "D", "color": style.VERMILLION, "markersize": 5}, f"two halves of this history: {said}"),
    ]
    test = f"two-sided test at {words.percent(1 - level)}"
    notes = [f"Lengths that spread like these (σ of the logarithm {words.number(sigma.value)}); {test}."]
    page = Page(WHAT, title, left, inner_width(ax, left) - 0.1, keys, notes)
    ax = page.axes(ax, _TALL, under=_UNDER)
    ax.set_xscale("log")
    ax.set_xlim(first, last)
    ax.set_ylim(0, 1)
    marks = [m * 10**k for k in range(1, 8) for m in (1, 3) if first <= m * 10**k <= last]
    ax.xaxis.set_major_locator(FixedLocator(marks))
    ax.xaxis.set_major_formatter(FixedFormatter([amount_axis.compact(float(m)) for m in marks]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_locator(FixedLocator([0, 0.1, 0.2, 0.3, 0.5, 0.8, 1]))
    ax.yaxis.set_major_formatter(FixedFormatter([f"{p} %" for p in (0, 10, 20, 30, 50, 80, 100)]))
    ax.tick_params(axis="y", labelsize=style.SMALL)
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_xlabel("incidents in each of the two groups, logarithmic axis", labelpad=2)
    ax.set_ylabel("cut of the typical length", labelpad=2)
    ax.set_axisbelow(True)
    ax.grid(color=style.FAINT, linewidth=0.6)
    ax.plot(sizes, cut, color=style.BLUE, linewidth=1.6, zorder=3)
    alt = f"With σ {words.number(sigma.value)}: "
    needed = {c: method.needed_per_group(c, sigma=sigma.value, level=level, power=power) for c in (0.1, 0.2, 0.3, 0.5)}
    alt += "; ".join(f"{words.percent(c)} shorter needs {n:,} a group" for c, n in needed.items())
    if said:
        ax.plot([own], [here.value], "D", color=style.VERMILLION, markersize=5.5, zorder=4, clip_on=False)
        alt += f". Two halves of this history see {said}"
    page.write(ax, under=_UNDER, alt=alt + ".")
    return ax
