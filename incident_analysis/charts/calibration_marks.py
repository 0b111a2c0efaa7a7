"""How good forecasts were: probabilities against what came, and ranges against what they were to hold."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator

from incident_analysis import words
from incident_analysis.charts import style
from incident_analysis.charts.page import sheet, whole, write_sheet
from incident_analysis.risk import Scores
from incident_analysis.statistics import intervals

WHAT = "How good the forecasts were"
_HIGH, _LEFT, _UNDER, _GAP = 2.1, 0.62, 0.44, 0.85
_GROUPS = 5
#: Beyond so many half widths a mark stands at the edge.
_REACH = 3.0


@style.styled
def calibration(scores: Scores | None, *, title: str | None = None, figure: Figure | None = None) -> Figure:
    """Forecasts in groups against the share that came true; ranges against what happened.

    Parameters
    ----------
    scores : Scores or None
        None where there is no forecast to score.
    title : str, optional
    figure : Figure, optional
        Where to draw; it is brought to the size needed.

    Returns
    -------
    Figure
        Left: mean probability of a group of forecasts against the share that came, with its 90 % Clopper-Pearson
        interval; right: where in its range each consequence fell. Where there is none of either: words.
    """
    n, m = (len(scores.forecasts), len(scores.intervals)) if scores is not None else (0, 0)
    if scores is None or (not n and not m):
        said = scores.paragraph if scores is not None else "No forecast is older than what it could be held against."
        ax = style.nothing_known(WHAT, said, title=title, ax=style.cover(figure) if figure else None)
        return ax.figure
    keys: list[style.Key] = []
    notes = []
    if n:
        keys.append(({"marker": "o", "markersize": 4.6, "color": style.BLUE}, "group of forecasts, 90 % interval"))
        keys.append(({"linestyle": (0, (4, 2)), "color": style.BLACK}, "as they should lie"))
    if m:
        keys.append(({"marker": "D", "markersize": 4.6, "color": style.GREEN}, "inside its range"))
        keys.append(({"marker": "X", "markersize": 5.4, "color": style.VERMILLION}, "outside"))
    notes.append(scores.paragraph)
    page = whole(WHAT, title, keys, notes)
    ax = sheet(page, figure, _HIGH + _UNDER + style.line_height() + 0.06)
    top = style.size_of(ax)[1] - style.MARGIN - page.above - style.line_height() - 0.06
    both = bool(n and m)
    wide = (style.WIDTH - _LEFT - _GAP - 2 * style.MARGIN) / 2 if both else style.WIDTH - _LEFT - 2 * style.MARGIN
    left = style.MARGIN + _LEFT
    parts = []
    if n:
        parts.append(_forecasts(ax, scores, left, top, wide))
        left += wide + _GAP
    if m:
        parts.append(_ranges(ax, scores, left, top, wide))
    write_sheet(page, ax, alt=" ".join([*parts, scores.paragraph]))
    return ax.figure


def _forecasts(page: Axes, scores: Scores, left: float, top: float, wide: float) -> str:
    table = scores.forecasts.sort_values("probability", kind="stable").reset_index(drop=True)
    n = len(table)
    groups = min(_GROUPS, max(1, n // 4))
    place = np.arange(n) * groups // n
    ax = style.add_axes(page.figure, left, top - _HIGH, wide, _HIGH)
    style.put(page, left, top + style.line_height() + 0.02, f"{words.plural(n, 'forecast')}", weight="bold")
    ticks = [0.0, 0.25, 0.5, 0.75, 1.0]
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(FixedLocator(ticks))
        axis.set_major_formatter(FixedFormatter([words.percent(t) for t in ticks]))
    ax.set_xlim(0, 1.02)
    ax.set_ylim(0, 1.02)
    ax.tick_params(labelsize=style.SMALL)
    ax.spines[["top", "right"]].set_visible(False)
    ax.plot([0, 1], [0, 1], color=style.BLACK, linestyle=(0, (4, 2)), linewidth=0.9)
    said = []
    for group, rows in table.groupby(place):
        hits = int(rows["happened"].sum())
        low, high = intervals.clopper_pearson(hits, len(rows), level=0.9)
        x, y = float(rows["probability"].mean()), hits / len(rows)
        ax.plot([x, x], [low, high], color=style.BLUE, linewidth=1.3, marker="_", markersize=6)
        ax.plot([x], [y], marker="o", markersize=4.6, color=style.BLUE, clip_on=False)
        said.append(f"group {int(group) + 1}: {words.percent(x)} said, {hits} of {len(rows)} came")  # type: ignore[call-overload]
    style.put(page, left + wide / 2, top - _HIGH - 0.24, "probability that was given", ha="center")
    style.put(page, left - 0.5, top - _HIGH / 2, "share that came", rotation=90, ha="center", va="center")
    return f"Forecasts, {'; '.join(said)}."


def _ranges(page: Axes, scores: Scores, left: float, top: float, wide: float) -> str:
    table = scores.intervals
    ax = style.add_axes(page.figure, left, top - _HIGH, wide, _HIGH)
    style.put(page, left, top + style.line_height() + 0.02, f"{words.plural(len(table), 'range')}", weight="bold")
    ax.set_xlim(-_REACH - 0.2, _REACH + 0.2)
    ax.set_ylim(0, 1)
    ax.axvspan(-1, 1, color=style.FAINT, linewidth=0)
    ax.axvline(0, color=style.PALE, linewidth=0.8)
    ax.xaxis.set_major_locator(FixedLocator([-1, 1]))
    ax.xaxis.set_major_formatter(FixedFormatter(["low end", "high end"]))
    ax.tick_params(axis="x", labelsize=style.SMALL)
    ax.set_yticks([])
    ax.spines[["top", "right", "left"]].set_visible(False)
    for number, row in enumerate(table.to_dict("records")):
        x = float(np.clip(row["distance"], -_REACH, _REACH))
        y = 1 - (number + 0.5) / len(table)
        how = {"marker": "D", "markersize": 4.6, "color": style.GREEN} if row["inside"] else {
            "marker": "X", "markersize": 5.4, "color": style.VERMILLION}  # fmt: skip
        ax.plot([x], [y], linestyle="none", clip_on=False, **how)
    style.put(page, left + wide / 2, top - _HIGH - 0.24, "where it fell (log scale)", ha="center")
    inside = int(table["inside"].sum())
    return f"{inside} of {words.plural(len(table), 'range')} held what happened."
