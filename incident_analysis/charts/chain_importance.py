"""How much each cause of a chain matters: the effect's probability with it and without it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from incident_analysis import frames, words
from incident_analysis.charts import amount_axis, style
from incident_analysis.charts.page import sheet, whole, write_sheet
from incident_analysis.risk import Chain

_TEXT, _SIDE, _GAP, _AXIS = 2.0, 1.55, 0.12, 0.4


@style.styled
def chain(chain: Chain | None, *, title: str | None = None, figure: Figure | None = None) -> Figure:
    """The importance of the basic events of a chain.

    A line for each event runs from the effect's probability if the event does not come to that if it does; the dashed
    line across is the probability as it stands. What reaches furthest down is worth preventing most.

    Parameters
    ----------
    chain : Chain or None
        None where no gate says how the causes come together.
    title : str, optional
    figure : Figure, optional
        Where to draw; it is brought to the size needed.

    Returns
    -------
    Figure
        Where probabilities are unknown: the smallest sets of causes that suffice, or words.
    """
    what = "What each cause changes in the probability of the effect"
    if chain is None:
        said_none = "No scenario states how its causes come together."
        ax = style.nothing_known(what, said_none, title=title, ax=style.cover(figure) if figure else None)
        return ax.figure
    rows = frames.rows(chain.importance)
    known = [r for r in rows if not np.isnan(r["MIF"])]
    sets = _sets(chain)
    if chain.probability.value is None or not known:
        said = [f"The probability is unknown: {chain.probability.reason}." if chain.probability.reason else "", sets]
        ax = style.nothing_known(
            what, " ".join(s for s in said if s), title=title, ax=style.cover(figure) if figure else None
        )
        return ax.figure
    p = chain.probability.value
    known.sort(key=lambda r: -r["CIF"])
    ends = [(p / r["RRW"] if np.isfinite(r["RRW"]) else 0.0, r["RAW"] * p) for r in known]
    texts = [style.wrap(r["what"], _TEXT, most=3) for r in known]
    heights = [max(style.block_height(t), 2 * style.line_height(style.SMALL)) + 0.08 for t in texts]
    keys: list[style.Key] = [
        ({"marker": "o", "markersize": 5, "color": style.GREEN, "markerfacecolor": "white"}, "if it does not come"),
        ({"marker": "D", "markersize": 4.6, "color": style.VERMILLION}, "if it comes"),
        ({"linestyle": (0, (4, 2)), "color": style.BLACK}, f"as it stands: {words.percent(p)}"),
    ]
    notes = [sets] if sets else []
    if any(low <= 0 for low, _ in ends):
        notes.append("An arrow at the left, or a mark at zero: without this cause the effect does not come at all.")
    page = whole(what, title or chain.effect, keys, [*notes, *chain.notes])
    high = sum(heights) + style.line_height() + 0.1 + _AXIS
    sheet_ax = sheet(page, figure, high)
    top = style.size_of(sheet_ax)[1] - style.MARGIN - page.above
    left = style.MARGIN + _TEXT + _GAP
    width = style.WIDTH - left - _SIDE - _GAP - style.MARGIN
    side = left + width + _GAP
    style.put(sheet_ax, style.MARGIN, top, "Cause", weight="bold")
    style.put(sheet_ax, side, top, "Given the effect", weight="bold")
    top -= style.line_height() + 0.06
    ax = style.add_axes(sheet_ax.figure, left, top - sum(heights), width, sum(heights))
    positive = [x for pair in ends for x in pair if x > 0] + [p]
    log = amount_axis.is_wide(positive)
    amount_axis.apply(ax, positive if log else [0.0, *positive], width, log=log)
    ax.set_ylim(0, sum(heights))
    ax.axvline(p, color=style.BLACK, linestyle=(0, (4, 2)), linewidth=0.9)
    y = sum(heights)
    for row, (low, up), text, height in zip(known, ends, texts, heights, strict=True):
        middle = y - height / 2
        start = max(low, ax.get_xlim()[0]) if log else low
        ax.plot([start, up], [middle, middle], color=style.GREY, linewidth=1.2, zorder=2)
        if low <= 0 and log:
            ax.plot([start], [middle], marker="<", markersize=6, color=style.GREEN, clip_on=False, zorder=3)
        else:
            ax.plot(
                [low], [middle], marker="o", markersize=5, color=style.GREEN, markerfacecolor="white", clip_on=False,
                zorder=3,
            )  # fmt: skip
        ax.plot([up], [middle], marker="D", markersize=4.6, color=style.VERMILLION, clip_on=False, zorder=3)
        at = top - (sum(heights) - middle)
        style.put(sheet_ax, style.MARGIN, at, text, va="center")
        style.put(sheet_ax, side, at, _beside(row), va="center", size=style.SMALL)
        y -= height
    scale = " (log scale)" if log else ""
    style.put(sheet_ax, left + width / 2, top - sum(heights) - 0.2, f"probability of the effect{scale}", ha="center")
    write_sheet(page, sheet_ax, alt=_alt(chain, known, ends, sets))
    return sheet_ax.figure


def _beside(row: Mapping[str, Any]) -> str:
    return f"it came in {words.percent(row['DIF'])}\nin {words.plural(int(row['cut_sets']), 'smallest set')}"


def _sets(chain: Chain) -> str:
    if not chain.cut_sets:
        return ""
    told = [" + ".join(one) for one in chain.cut_sets[:8]]
    more = len(chain.cut_sets) - len(told)
    return f"Smallest sets that suffice: {'; '.join(told)}{f'; and {more} more' if more > 0 else ''}."


def _alt(chain: Chain, rows: list[dict[str, Any]], ends: list[tuple[float, float]], sets: str) -> str:
    said = [f"Probability of “{style.clean(chain.effect)}”: {words.percent(chain.probability.value or 0.0)}."]
    for row, (low, up) in zip(rows, ends, strict=True):
        said.append(
            f"{style.clean(row['what'])}: {words.percent(low)} if it does not come, {words.percent(up)} if it comes; "
            f"given the effect it came in {words.percent(row['DIF'])}."
        )
    return " ".join([*said, sets]).strip()
