"""The share of incidents that last longer, by group, on a logarithmic axis of time."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from incident_analysis import words
from incident_analysis.charts import style
from incident_analysis.charts.page import Page, inner_width
from incident_analysis.errors import FrameError

WHAT = "Share of incidents that last longer"
_TALL, _UNDER = 2.6, 0.44
_LOOK = (
    (style.VERMILLION, "-"),
    (style.BLUE, (0, (5, 1.5))),
    (style.GREEN, (0, (1.2, 1.2))),
    (style.PURPLE, (0, (5, 1.5, 1, 1.5))),
    (style.BLACK, (0, (3, 1, 1, 1, 1, 1))),
    (style.SKY, (0, (8, 2))),
)
_TICKS = {
    1: "1 s", 10: "10 s", 60: "1 min", 300: "5 min", 900: "15 min", 3600: "1 h", 14400: "4 h", 43200: "12 h",
    86400: "1 d", 3 * 86400: "3 d", 604800: "1 week", 30 * 86400: "30 d", 91 * 86400: "3 months", 365 * 86400: "1 year",
    1826 * 86400: "5 years",
}  # fmt: skip


@style.styled
def survival(curves: pd.DataFrame, *, of: str, title: str | None = None, ax: Axes | None = None) -> Axes:
    """Kaplan-Meier curves with their intervals; the dotted line at one half meets each curve at its median.

    Parameters
    ----------
    curves : DataFrame
        Of `trends.curves`. Without rows: words instead of a chart.
    of : str
        What is measured, in words: "time to restore".
    title : str, optional
    ax : Axes, optional

    Returns
    -------
    Axes; x values are seconds. More than 6 groups: the 6 largest.
    """
    missing = [c for c in ("group", "time", "survival", "low", "high", "total", "open") if c not in curves.columns]
    if missing:
        raise FrameError(f"curves without {missing[0]}", remedy="give what trends.curves makes", where="curves")
    what = f"{WHAT}: {style.clean(of)}"
    if curves.empty:
        nothing = "No group has 5 incidents whose length is known to its end."
        return style.nothing_known(what, nothing, title=title, ax=ax)
    sizes = curves.groupby("group", sort=False)["total"].first()
    chosen = [g for g in sizes.index if g in set(sizes.nlargest(len(_LOOK)).index)]
    shown = curves[curves["group"].isin(chosen) & (curves["time"] > 0)]
    left = style.MARGIN + 0.6
    keys: list[style.Key] = []
    for (colour, line), group in zip(_LOOK, chosen, strict=False):
        still = int(curves.loc[curves["group"] == group, "open"].iloc[0])
        said = f"{style.clean(group) or 'all'}: {words.plural(int(sizes[group]), 'incident')}" + (
            f", {still:,} open" if still else ""
        )
        keys.append(
            ({"linestyle": line, "color": colour, "linewidth": 1.6}, style.wrap(said, 5.5, size=style.SMALL, most=1))
        )
    notes = []
    if len(sizes) > len(chosen):
        notes.append(f"{words.plural(len(sizes) - len(chosen), 'smaller group')} not drawn.")
    page = Page(what, title, left, inner_width(ax, left) - 0.1, keys, notes)
    ax = page.axes(ax, _TALL, under=_UNDER)
    low, high = float(shown["time"].min()), float(shown["time"].max())
    ax.set_xscale("log")
    ax.set_xlim(low / 1.3, max(high, low * 4) * 1.15)
    ax.set_ylim(0, 1.02)
    _ticks(ax)
    ax.yaxis.set_major_locator(FixedLocator([0, 0.25, 0.5, 0.75, 1]))
    ax.yaxis.set_major_formatter(FixedFormatter(["0 %", "25 %", "50 %", "75 %", "100 %"]))
    ax.tick_params(axis="y", labelsize=style.SMALL)
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_xlabel(f"{of}, logarithmic axis", labelpad=2)
    ax.set_axisbelow(True)
    ax.grid(color=style.FAINT, linewidth=0.6)
    ax.axhline(0.5, color=style.GREY, linewidth=0.8, linestyle=(0, (1, 2)), zorder=1)
    told = []
    for (colour, line), group in zip(_LOOK, chosen, strict=False):
        mine = shown[shown["group"] == group]
        x = np.r_[low / 1.3, mine["time"].to_numpy(float)]
        bottom, middle, top = (np.r_[1.0, mine[name].to_numpy(float)] for name in ("low", "survival", "high"))
        ax.fill_between(x, bottom, top, step="post", color=colour, alpha=0.13, linewidth=0, zorder=2)
        ax.plot(x, middle, drawstyle="steps-post", color=colour, linestyle=line, linewidth=1.6, zorder=3)
        under = np.flatnonzero(middle <= 0.5)
        half = f"half by {words.duration(_half(x, middle, under))}" if len(under) else "fewer than half are over"
        told.append(f"{style.clean(group) or 'all'}: {half}, of {words.number(int(sizes[group]))}")
    page.write(ax, under=_UNDER, alt=". ".join([*told, *(n.rstrip(".") for n in notes)]) + ".")
    return ax


def _half(x: np.ndarray, share: np.ndarray, under: np.ndarray) -> float:
    """The median as the table tells it: where the curve lies on one half, the middle of that stretch."""
    first = int(under[0])
    flat = np.isclose(share[first], 0.5) and first + 1 < len(x)
    return float((x[first] + x[first + 1]) / 2 if flat else x[first])


def _ticks(ax: Axes) -> None:
    """Usual lengths, as many as have room."""
    low, high = ax.get_xlim()
    width = style.size_of(ax)[0]
    taken = -1.0
    marks: list[tuple[int, str]] = []
    for seconds, text in _TICKS.items():
        if not low <= seconds <= high:
            continue
        place = width * np.log(seconds / low) / np.log(high / low)
        half = style.text_width(text, style.SMALL) / 2 + 0.04
        if place - half > taken:
            marks.append((seconds, text))
            taken = place + half
    ax.xaxis.set_major_locator(FixedLocator([s for s, _ in marks]))
    ax.xaxis.set_major_formatter(FixedFormatter([t for _, t in marks]))
    ax.xaxis.set_minor_locator(NullLocator())
