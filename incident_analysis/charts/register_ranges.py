"""A whole register as ranges on logarithmic axes: how often, and how much, as assumed and as held now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from incident_analysis import frames, words
from incident_analysis.charts import amount_axis, style
from incident_analysis.charts.page import sheet, whole, write_sheet
from incident_analysis.estimate import Estimate
from incident_analysis.risk import Verdict

WHAT = "The register: how often, and how much each time"
_TEXT, _GAP, _LINE, _FOOT, _EDGE = 2.0, 0.16, 0.15, 0.42, 0.3


@dataclass(frozen=True)
class _Row:
    text: str
    often: tuple[Estimate | None, Estimate | None]
    much: Estimate | None
    shade: bool


@style.styled
def register(verdicts: Sequence[Verdict], *, title: str | None = None, figure: Figure | None = None) -> Figure:
    """The scenarios of a register as ranges, a row for each effect.

    Parameters
    ----------
    verdicts : sequence of Verdict
        As `risk.update_register` gives them.
    title : str, optional
    figure : Figure, optional
        Where to draw; it is brought to the size needed.

    Returns
    -------
    Figure
        Left: loss events a year, as assumed (dashed) and now. Right: the consequence each time, as assumed, in the
        unit that most effects state. What is unknown is said in words.
    """
    units = [e.consequence.unit for v in verdicts for e in v.effects if e.consequence.distribution is not None]
    unit = max(dict.fromkeys(units), key=units.count, default="")
    rows = [row for number, v in enumerate(verdicts) for row in _rows(v, unit, shade=number % 2 == 0)]
    if not rows:
        ax = style.nothing_known(
            WHAT, "The register holds no scenario.", title=title, ax=style.cover(figure) if figure else None
        )
        return ax.figure
    texts = [style.wrap(row.text, _TEXT, size=style.SMALL, most=4) for row in rows]
    heights = [max(style.block_height(t, style.SMALL), 2 * _LINE) + 0.1 for t in texts]
    hollow = {"marker": "D", "markersize": 4.4, "color": style.VERMILLION, "markerfacecolor": "white"}
    keys: list[style.Key] = [
        ({"linestyle": (0, (4, 2)), "color": style.VERMILLION}, "assumed, 90 % range"),
        (hollow, "its mean"),
        ({"linestyle": "-", "color": style.BLUE}, "now, 90 % interval"),
        ({"marker": "o", "markersize": 4.4, "color": style.BLUE}, "its mean"),
    ]
    others = [u for u in dict.fromkeys(units) if u != unit]
    notes = [f"Consequences in {words.listing(others)} are not drawn: units are never mixed."] if others else []
    page = whole(WHAT, title, keys, notes)
    high = sum(heights) + _FOOT + style.line_height() + 0.06
    ax = sheet(page, figure, high)
    top = style.size_of(ax)[1] - style.MARGIN - page.above
    left = style.MARGIN + _TEXT + _GAP
    # Half of the last tick's label stands outside its panel.
    room = style.WIDTH - left - style.MARGIN - _EDGE
    wide = (room - _GAP) / 2 if unit else room
    style.put(ax, left, top, "How often (per year, log scale)", weight="bold", size=style.SMALL)
    if unit:
        heading = f"How much each time ({unit}, log scale)"
        style.put(ax, left + wide + _GAP, top, heading, weight="bold", size=style.SMALL)
    top -= style.line_height() + 0.06
    often = [[e for e in row.often if e is not None and e.value is not None] for row in rows]
    _panel(ax, left, top, wide, heights, often, texts=[_silent(row.often) for row in rows])
    if unit:
        much = [[row.much] if row.much is not None and row.much.value is not None else [] for row in rows]
        said = ["unknown" if not m else "" for m in much]
        _panel(ax, left + wide + _GAP, top, wide, heights, much, texts=said, unit=unit)
    y = top
    for text, height in zip(texts, heights, strict=True):
        style.put(ax, style.MARGIN, y - height / 2, text, size=style.SMALL, va="center")
        y -= height
    write_sheet(page, ax, alt=" ".join(_said(row) for row in rows))
    return ax.figure


def _rows(verdict: Verdict, unit: str, *, shade: bool) -> list[_Row]:
    found = {(r["effect_id"], r["name"]): frames.to_estimate(r) for r in frames.rows(verdict.estimates)}
    rows = []
    for one in verdict.effects:
        key = one.effect.id
        before, now = found.get((key, "loss_event_frequency_assumed")), found.get((key, "loss_event_frequency_now"))
        size = found.get((key, "loss_magnitude_assumed")) if one.consequence.unit == unit else None
        text = f"{verdict.scenario.title}: {one.effect.what}"
        rows.append(_Row(text, (before, None if verdict.reconstructed else now), size, shade))
    if not rows:
        pair = (found.get(("", "cause_rate_assumed")), found.get(("", "cause_rate_now")))
        rows.append(_Row(verdict.scenario.title, pair, None, shade))
    return rows


def _silent(pair: tuple[Estimate | None, Estimate | None]) -> str:
    return "" if any(e is not None and e.value is not None for e in pair) else "unknown"


def _panel(
    page: Axes,
    left: float,
    top: float,
    width: float,
    heights: Sequence[float],
    estimates: Sequence[Sequence[Estimate]],
    *,
    texts: Sequence[str],
    unit: str = "",
) -> None:
    total = sum(heights)
    ax = style.add_axes(page.figure, left, top - total, width, total)
    values = [x for some in estimates for e in some for x in (e.low, e.value, e.high) if x is not None and x > 0]
    ax.set_ylim(0, total)
    amount_axis.apply(ax, values or [0.1, 10.0], width, unit=unit, log=True)
    ax.grid(True, axis="x", color=style.FAINT, linewidth=0.6)
    y = total
    for some, height, text in zip(estimates, heights, texts, strict=True):
        ax.axhline(y, color=style.FAINT, linewidth=0.6)
        for number, e in enumerate(some):
            at = y - height / 2 + (0.5 - number) * _LINE * (len(some) > 1)
            colour, line = (style.VERMILLION, (0, (4, 2))) if number == 0 else (style.BLUE, "-")
            if e.low is not None and e.high is not None and e.low > 0:
                ax.plot([e.low, e.high], [at, at], color=colour, linestyle=line, linewidth=1.3)
            if e.value is not None and e.value > 0:
                fill = "white" if number == 0 else colour
                ax.plot(
                    [e.value], [at], marker="D" if number == 0 else "o", markersize=4.4, color=colour,
                    markerfacecolor=fill,
                )  # fmt: skip
        if text:
            style.put(ax, 0.1, y - height / 2, text, size=style.SMALL, va="center", style="italic", color=style.GREY)
        y -= height


def _said(row: _Row) -> str:
    before, now = row.often
    parts = [f"assumed {before.figure}" if before is not None and before.known else "assumed: unknown"]
    if now is not None and now.known:
        parts.append(f"now {now.figure}")
    if row.much is not None and row.much.known:
        parts.append(f"each time {row.much.figure}")
    return f"{style.clean(row.text)}: {', '.join(parts)}."
