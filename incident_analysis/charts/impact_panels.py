"""Consequences by kind: a panel for each unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from incident_analysis import words
from incident_analysis.charts import amount_axis, style
from incident_analysis.charts.page import sheet, whole, write_sheet
from incident_analysis.impact.ledger import figure as figure_text

WHAT = "Consequences by kind, each in its own unit"

# Certainty: marker and whether it is filled.
CERTAINTY = {
    "counted": ("s", True),
    "stated": ("o", True),
    "reported": ("D", True),
    "estimate": ("o", False),
    "derived": ("^", False),
}
_ROLE = {"gain": style.GREEN, "context": "#8A8A8A"}
_LABEL, _VALUE, _GAP = 2.35, 1.75, 0.12
_AXIS = style.WIDTH - _LABEL - _VALUE - 2 * _GAP - 2 * style.MARGIN


@dataclass
class _Line:
    """One line of the ledger with its texts, already wrapped."""

    label: str
    below: str
    value: str
    indent: float
    low: float
    likely: float
    high: float
    certainty: str
    role: str

    @property
    def height(self) -> float:
        """Inches it takes."""
        left = style.block_height(self.label) + style.block_height(self.below, style.SMALL)
        return max(left, style.block_height(self.value), 0.16) + 0.07

    @property
    def numbers(self) -> list[float]:
        """The known ones of its figures."""
        return [x for x in (self.low, self.likely, self.high) if np.isfinite(x)]


@style.styled
def impact(ledger: pd.DataFrame, *, title: str | None = None, figure: Figure | None = None) -> Figure:
    """Every line of the ledger with its bounds, one panel for each kind and unit.

    Units never share an axis. A figure without a range is a mark alone; at least and at most are arrows; what is
    unknown is a question mark and never a zero. Lines that are no loss are grey.

    Parameters
    ----------
    ledger : LEDGER
    title : str, optional
        What it is about: the incident, and that it is made up where it is.
    figure : Figure, optional
        Where to draw; it is brought to the size needed. By default a new one, 6.5 in wide.

    Returns
    -------
    Figure
        One pair of axes for each kind and unit that has a figure. Where no line has one: words instead of a chart.
    """
    rows = ledger.to_dict("records")
    if not any(np.isfinite([row[c] for c in ("low", "likely", "high")]).any() for row in rows):
        ax = style.nothing_known(WHAT, _without_figures(rows), title=title, ax=style.cover(figure) if figure else None)
        return ax.figure
    panels: dict[tuple[str, str], list[_Line]] = {}
    for row in _nested(rows):
        panels.setdefault((row["kind"], row["unit"]), []).append(_line(row))
    # Kinds stand together, in the order of writing.
    kinds = list(dict.fromkeys(kind for kind, _ in panels))
    ordered = sorted(panels.items(), key=lambda panel: kinds.index(panel[0][0]))
    lines = [line for panel in panels.values() for line in panel]
    page = whole(WHAT, title, _keys(lines), ["Lines are not added up: see the table for what may be."])
    ax = sheet(page, figure, sum(_panel_height(panel) for _, panel in ordered))
    top = style.size_of(ax)[1] - style.MARGIN - page.above
    for (kind, unit), panel in ordered:
        _draw_panel(ax, _heading(kind, unit), unit, panel, top)
        top -= _panel_height(panel)
    said = [f"{row['kind'].replace('_', ' ')}, {row['id']} {row['what']}: {figure_text(row)}" for row in rows]
    write_sheet(page, ax, alt=". ".join(words.sentence(style.clean(part)).rstrip(".") for part in said) + ".")
    return ax.figure


def _without_figures(rows: list[dict[Any, Any]]) -> str:
    if not rows:
        return "No consequence is known."
    named = words.listing([style.clean(row["what"] or row["id"]) for row in rows], most=6)
    return f"No figure is known for {words.plural(len(rows), 'consequence')}: {named}."


def _nested(rows: list[dict[Any, Any]]) -> list[dict[Any, Any]]:
    """Lines in their order, each followed by those that are part of it."""
    ids = {row["id"] for row in rows}
    parts: dict[object, list[dict[Any, Any]]] = {}
    for row in rows:
        parent = row["part_of"] if row["part_of"] in ids and row["part_of"] != row["id"] else None
        parts.setdefault(parent, []).append(row)
    ordered: list[dict[Any, Any]] = []
    waiting = list(reversed(parts.get(None, [])))
    while waiting:
        row = waiting.pop()
        ordered.append(row)
        waiting += reversed(parts.pop(row["id"], []))
    # Lines that are part of each other in a circle come last rather than not at all.
    return ordered + [row for row in rows if not any(row is kept for kept in ordered)]


def _line(row: dict[Any, Any]) -> _Line:
    indent = 0.14 if row["part_of"] else 0.0
    remarks = [f"part of {row['part_of']}"] * bool(row["part_of"])
    remarks += [f"conflicts with {row['conflicts_with']}"] * bool(row["conflicts_with"])
    remarks += [said for role, said in (("context", "context, not a loss"), ("gain", "a gain")) if row["role"] == role]
    room = _LABEL - indent
    return _Line(
        style.wrap(f"{row['id']}  {row['what']}", room, most=5),
        style.wrap("; ".join(remarks), room, size=style.SMALL) if remarks else "",
        style.wrap(figure_text(row), _VALUE, most=5),
        indent,
        float(row["low"]),
        float(row["likely"]),
        float(row["high"]),
        str(row["certainty"]),
        str(row["role"] or "loss"),
    )


def _heading(kind: str, unit: str) -> str:
    name = kind.replace("_", " ") or "kind not stated"
    said = {"s": "duration", "percent": "percent", "%": "percent"}.get(unit, unit)
    if said == name:
        return name
    return f"{name}: {said}" if said else f"{name}: no unit stated"


def _has_axis(panel: list[_Line]) -> bool:
    return any(line.numbers for line in panel)


def _panel_height(panel: list[_Line]) -> float:
    return 0.2 + sum(line.height for line in panel) + (0.3 if _has_axis(panel) else 0.08)


def _draw_panel(page: Axes, heading: str, unit: str, panel: list[_Line], top: float) -> None:
    style.put(page, style.MARGIN, top, style.wrap(heading, _LABEL + _AXIS, weight="bold", most=1), weight="bold")
    top -= 0.2
    high = sum(line.height for line in panel)
    x = style.MARGIN + _LABEL + _GAP
    ax = None
    if _has_axis(panel):
        ax = style.add_axes(page.figure, x, top - high, _AXIS, high)
        arrows = any(np.isfinite(line.low) and not np.isfinite(line.high) for line in panel)
        numbers = [n for line in panel for n in line.numbers]
        log = amount_axis.apply(ax, numbers, _AXIS, unit=unit, after=0.38 if arrows else 0.15)
        ax.set_ylim(0, high)
        if log:
            style.put(
                page, x + _AXIS, top + 0.02, "log scale", size=style.SMALL, ha="right", va="bottom", color=style.GREY
            )
    y = high
    for line in panel:
        # Marks stand level with the first line of the texts.
        middle = y - 0.035 - style.line_height() / 2
        grey = style.GREY if line.role == "context" else style.INK
        begin = top - high + y - 0.035
        style.put(page, style.MARGIN + line.indent, begin, line.label, color=grey)
        below = begin - style.block_height(line.label)
        style.put(page, style.MARGIN + line.indent, below, line.below, size=style.SMALL, color=style.GREY)
        style.put(page, x + _AXIS + _GAP, begin, line.value, color=grey)
        if ax is not None:
            ax.axhline(y - line.height, color=style.FAINT, linewidth=0.6, zorder=0)
        if line.numbers and ax is not None:
            _draw_line(ax, line, middle)
        else:
            spot = (x + 0.1, top - high + middle)
            here = style.inches(page)
            page.plot(*spot, transform=here, marker="o", markersize=10, color=style.GREY, markerfacecolor="white")
            style.put(page, *spot, "?", ha="center", va="center", color=style.GREY)
        y -= line.height


def _draw_line(ax: Axes, line: _Line, y: float) -> None:
    colour = _ROLE.get(line.role, style.BLUE)
    marker, filled = CERTAINTY.get(line.certainty, ("o", False))
    x = next(n for n in (line.likely, line.low, line.high) if np.isfinite(n))
    how = {"color": colour, "zorder": 3}
    if np.isfinite(line.low) and np.isfinite(line.high):
        ax.plot([line.low, line.high], [y, y], linewidth=1.4, marker="|", markersize=6, **how)
    elif np.isfinite(line.low) or np.isfinite(line.high):
        upward = bool(np.isfinite(line.low))
        end = line.low if upward else line.high
        # An arrow of a fixed length: how far it reaches is what nobody knows.
        ax.annotate(
            "",
            (0.32 if upward else -0.32, 0),
            xytext=(end, y),
            xycoords=style.offset_from(ax, end, y),
            textcoords="data",
            annotation_clip=False,
            arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 1.4, "shrinkA": 0, "shrinkB": 0},
        )
        ax.plot([end], [y], marker="|", markersize=7, markeredgewidth=1.4, **how)
    if np.isfinite(line.likely) or not (np.isfinite(line.low) and np.isfinite(line.high)):
        fill = colour if filled else "white"
        ax.plot([x], [y], marker=marker, markersize=5, markerfacecolor=fill, **{**how, "zorder": 4}, clip_on=False)


def _keys(lines: list[_Line]) -> list[style.Key]:
    keys: list[style.Key] = []
    seen = [line for line in lines if line.numbers]
    for name, (marker, filled) in CERTAINTY.items():
        if any(line.certainty == name for line in seen):
            fill = {} if filled else {"markerfacecolor": "white"}
            keys.append(({"marker": marker, "markersize": 5, **fill}, name))
    if any(np.isfinite(line.low) and np.isfinite(line.high) for line in seen):
        keys.append(({"linestyle": "-", "marker": "|", "markersize": 6}, "from – to"))
    if any(np.isfinite(line.low) and not np.isfinite(line.high) for line in seen):
        keys.append(({"sign": "→"}, "at least"))
    if any(np.isfinite(line.high) and not np.isfinite(line.low) for line in seen):
        keys.append(({"sign": "←"}, "at most"))
    if any(not line.numbers for line in lines):
        keys.append(({"sign": "?"}, "no figure known"))
    for role, said in (("context", "grey: context, not a loss"), ("gain", "green: a gain")):
        if any(line.role == role for line in lines):
            keys.append(({"marker": "o", "markersize": 5, "color": _ROLE[role]}, said))
    return keys
