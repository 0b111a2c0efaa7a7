"""How far copies of the same event are apart, before and after the clocks were put right."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from incident_analysis import words
from incident_analysis.charts import page, style

WHAT = "Clocks of the sources: copies of the same event, seconds from the event that leads"
_ROW, _LABEL, _GAP, _UNDER = 0.34, 1.3, 0.3, 0.36
_MARKS = (1, 10, 60, 600, 3600, 21_600, 86_400, 604_800, 2_592_000, 31_536_000)


@style.styled
def clocks(agreement: pd.DataFrame, *, title: str | None = None, figure: Figure | None = None) -> Figure:
    """For each source, how far its copies of events are from the events that lead them: raw, and put right.

    Both panels share one scale, linear to a second and logarithmic beyond, so that seconds and days can be compared.
    Each dot is a copy, the upright line is the median.

    Parameters
    ----------
    agreement : AGREEMENT
    title : str, optional
        What it is about: the incident, and that it is made up where it is.
    figure : Figure, optional
        Where to draw; by default a new figure, 6.5 in wide and as high as needed.

    Returns
    -------
    Figure
        Without a copy of any event: words instead of panels.
    """
    if not len(agreement):
        ax = None if figure is None else style.cover(figure)
        return style.nothing_known(WHAT, "No event stands in two sources.", title=title, ax=ax).figure
    names = list(dict.fromkeys(agreement["source"]))
    labels = [style.wrap(name, _LABEL, size=style.SMALL, most=2) for name in names]
    widest = max(style.text_width(line, style.SMALL) for label in labels for line in label.split("\n"))
    left = style.MARGIN + widest + 0.08
    across = (style.WIDTH - left - style.MARGIN - 0.1 - _GAP) / 2
    tall = _ROW * len(names)
    keys: list[style.Key] = [
        ({"marker": "o", "markersize": 3.6, "color": style.BLUE, "markerfacecolor": "none"}, "a copy of an event"),
        ({"marker": "|", "markersize": 9, "color": style.VERMILLION, "markeredgewidth": 1.6}, "median of a source"),
    ]
    notes = ["Right of 0: the source's clock is ahead, or it tells later. The scale is linear up to 1 s."]
    whole = page.whole(WHAT, title, keys, notes)
    head = style.line_height() + 0.06
    ax = page.sheet(whole, figure, head + tall + _UNDER)
    base = style.MARGIN + whole.below + _UNDER
    reach = float(np.nanmax(np.abs(agreement[["before_s", "after_s"]].to_numpy())))
    limit = next((m for m in _MARKS if m > reach), reach) * 1.6
    said = []
    for column, heading, x in (
        ("before_s", "as the clocks were", left),
        ("after_s", "as they were put right", left + across + _GAP),
    ):
        panel = style.add_axes(ax.figure, x, base, across, tall)
        _panel(panel, agreement, column, names, limit, across)
        style.put(ax, x + across / 2, base + tall + 0.04, heading, ha="center", va="bottom")
        if column == "before_s":
            panel.set_yticks(range(len(names)), labels, fontsize=style.SMALL)
    for name in names:
        mine = agreement[agreement["source"] == name]
        before, after = (words.duration(round(float(mine[c].median()), 1)) for c in ("before_s", "after_s"))
        said.append(f"{name}: {words.plural(len(mine), 'copy', 'copies')}, median {before} before and {after} after")
    page.write_sheet(whole, ax, alt=". ".join(said) + ".")
    return ax.figure


def _panel(panel: Axes, agreement: pd.DataFrame, column: str, names: list[str], limit: float, width: float) -> None:
    panel.set_xscale("symlog", linthresh=1.0, linscale=0.5)
    panel.set_xlim(-limit, limit)
    panel.set_ylim(len(names) - 0.5, -0.5)
    panel.set_yticks([])
    panel.spines[["top", "right", "left"]].set_visible(False)
    panel.tick_params(axis="y", length=0)
    panel.axvline(0, color=style.GREY, linewidth=0.8, zorder=1)
    for y, name in enumerate(names):
        values = agreement.loc[agreement["source"] == name, column].to_numpy(dtype=float)
        # Dots of one place stand above each other, so that many do not look like one.
        spread = np.linspace(-0.26, 0.26, len(values)) if len(values) > 1 else np.zeros(1)
        dots = {"marker": "o", "markersize": 3.0, "linestyle": "none", "markerfacecolor": "none", "zorder": 3}
        panel.plot(values, y + spread, color=style.BLUE, markeredgewidth=0.7, **dots)
        middle = float(np.median(values))
        panel.plot([middle] * 2, [y - 0.38, y + 0.38], color=style.VERMILLION, linewidth=1.6, zorder=4)
        panel.axhline(y + 0.5, color=style.FAINT, linewidth=0.6, zorder=0)
    marks = _that_fit([m for m in _MARKS if m <= limit], limit, width)
    ticks = [*[-m for m in reversed(marks)], 0, *marks]
    panel.xaxis.set_major_locator(FixedLocator(ticks))
    panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _short(value)))
    panel.xaxis.set_minor_locator(NullLocator())


def _that_fit(marks: list[int], limit: float, width: float) -> list[int]:
    """Ticks of one side whose labels do not meet, counted from 0 outwards."""

    def place(value: float) -> float:
        # Of a scale that is linear over half a decade and logarithmic beyond.
        return (0.5 + np.log10(value)) / (0.5 + np.log10(limit)) * width / 2

    kept: list[int] = []
    end = style.text_width("0", style.SMALL) / 2
    for mark in marks:
        half = style.text_width(_short(-mark), style.SMALL) / 2
        if place(mark) - half > end + 0.05 and place(mark) + half < width / 2 + 0.12:
            kept.append(mark)
            end = place(mark) + half
    return kept


def _short(seconds: float) -> str:
    for unit, name in ((31_536_000, "y"), (86_400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        if abs(seconds) >= unit:
            return f"{seconds / unit:g} {name}".replace("-", "−")
    return "0"
