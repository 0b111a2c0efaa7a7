"""What led to what, from latent causes to effects, and the actions that cut it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from incident_analysis import words
from incident_analysis.charts import layering, style
from incident_analysis.charts.page import Page, inner_width

WHAT = "Contributing factors and effects, and the actions that cut them"

# Kind: border, its width and line, fill, corner.
KINDS: dict[str, dict[str, Any]] = {
    "latent": {"edgecolor": style.BLUE, "linewidth": 1.1, "linestyle": (0, (3, 2)), "facecolor": "white"},
    "trigger": {"edgecolor": style.VERMILLION, "linewidth": 2.0, "linestyle": "-", "facecolor": "white"},
    "contributing": {"edgecolor": style.GREY, "linewidth": 0.9, "linestyle": "-", "facecolor": "white"},
    "effect": {"edgecolor": style.BLACK, "linewidth": 0.9, "linestyle": "-", "facecolor": "#EFEFEF"},
}
_SQUARE = {"trigger", "effect"}
_WIDEST, _GAP, _JOINT, _PAD, _CHANNEL = 1.9, 0.13, 0.06, 0.06, 0.34
_PER_ROW = 5


@dataclass(frozen=True)
class _Box:
    kind: str
    text: str
    tag: str
    width: float

    @property
    def text_height(self) -> float:
        return style.block_height(self.text, style.SMALL) + 2 * _PAD

    @property
    def height(self) -> float:
        return self.text_height + (style.block_height(self.tag, style.SMALL) + 0.05 if self.tag else 0.0)


@style.styled
def causes(
    causes: pd.DataFrame, actions: pd.DataFrame | None = None, *, title: str | None = None, ax: Axes | None = None
) -> Axes:
    """The chains of causes as a layered graph, causes above, effects at the foot.

    Triggers, latent causes, contributing factors and effects differ in border and fill. The actions that cut a cause or
    an effect are named below its box; those that were rejected cut nothing.

    Parameters
    ----------
    causes : CAUSES
    actions : ACTIONS, optional
    title : str, optional
        What it is about: the incident, and that it is made up where it is.
    ax : Axes, optional
        Where to draw; by default axes on a new figure, 6.5 in wide and as high as needed.

    Returns
    -------
    Axes
        Without scales. Where no cause and no effect is known: words instead of a chart.

    Raises
    ------
    FrameError
        The causes run in a circle.
    """
    if not len(causes):
        return style.nothing_known(WHAT, "No contributing factor and no effect is known.", title=title, ax=ax)
    rows = {str(row["cause_id"]): row for row in causes.to_dict("records")}
    edges = {node: [str(t) for t in row["leads_to"]] for node, row in rows.items()}
    effects = [node for node, row in rows.items() if row["kind"] == "effect"]
    found = layering.layers(edges, last=effects, most=_PER_ROW)
    cuts = _cuts(actions)
    left = style.MARGIN
    width = inner_width(ax, left)
    # Many edges that pass a row leave its boxes little room: then everything stands closer.
    narrow = min((width - len(row) * (_JOINT + _GAP)) / sum(isinstance(n, str) for n in row) for row in found.rows)
    gap = _GAP if narrow > 0.6 else 0.05
    boxes = _boxes(found, rows, cuts, width, gap)
    x = layering.places(found, lambda n: boxes[n].width if isinstance(n, str) else _JOINT, width=width, gap=gap)
    heights = [max((boxes[n].height for n in row if isinstance(n, str)), default=0.1) for row in found.rows]
    high = sum(heights) + _CHANNEL * (len(heights) - 1) + 0.04
    page = Page(WHAT, title, left, width, _keys(rows, cuts), _notes(rows, edges, effects, actions, cuts))
    ax = page.axes(ax, high)
    ax.set_axis_off()
    top = style.size_of(ax)[1] - 0.02
    tops = [top - sum(heights[:r]) - r * _CHANNEL for r in range(len(heights))]
    ends = [t - h for t, h in zip(tops, heights, strict=True)]
    row_of = {n: r for r, row in enumerate(found.rows) for n in row}
    for node, box in boxes.items():
        _draw_box(ax, box, x[node], tops[row_of[node]])
    _draw_edges(ax, found, boxes, x, row_of, tops, ends)
    page.write(ax, under=0.06, alt=_alt(rows, edges, cuts))
    return ax


def _cuts(actions: pd.DataFrame | None) -> dict[str, list[tuple[str, dict[Any, Any]]]]:
    """The actions that cut each cause or effect, with the sign they are named by."""
    cutting: dict[str, list[tuple[str, dict[Any, Any]]]] = {}
    for number, row in enumerate(actions.to_dict("records") if actions is not None else []):
        if row["status"] != "rejected":
            sign = style.clean(row["action_id"]) or f"action {number + 1}"
            for target in dict.fromkeys(row["cuts"]):
                cutting.setdefault(str(target), []).append((sign, {**row, "place": number}))
    return cutting


def _boxes(
    found: layering.Layers,
    rows: dict[str, Any],
    cuts: dict[str, list[tuple[str, dict[Any, Any]]]],
    width: float,
    gap: float,
) -> dict[str, _Box]:
    boxes: dict[str, _Box] = {}
    for row in found.rows:
        nodes = [n for n in row if isinstance(n, str)]
        joints = len(row) - len(nodes)
        room = width - joints * _JOINT - (len(row) - 1) * gap
        wide = min(_WIDEST, room / max(len(nodes), 1))
        for n in nodes:
            signs = ", ".join(sign + (" ✓" if a["status"] == "done" else "") for sign, a in cuts.get(n, ()))
            boxes[n] = _Box(
                str(rows[n]["kind"]),
                style.wrap(rows[n]["text"] or n, wide - 2 * _PAD, size=style.SMALL, most=9),
                style.wrap(f"cut by {signs}", wide - 2 * _PAD, size=style.SMALL, most=3) if signs else "",
                wide,
            )
    return boxes


def _draw_box(ax: Axes, box: _Box, x: float, top: float) -> None:
    here = style.inches(ax)
    look = KINDS.get(box.kind, KINDS["contributing"])
    corner = "square,pad=0" if box.kind in _SQUARE else "round,pad=0,rounding_size=0.06"
    low = top - box.text_height
    place = (x - box.width / 2, low)
    ax.add_artist(
        FancyBboxPatch(
            place, box.width, box.text_height, boxstyle=corner, transform=here, zorder=3, clip_on=False, **look
        )
    )
    if box.kind == "effect":
        inner = (x - box.width / 2 + 0.025, low + 0.025)
        size = (box.width - 0.05, box.text_height - 0.05)
        plain = {"edgecolor": style.BLACK, "facecolor": "none", "linewidth": 0.5}
        ax.add_artist(
            FancyBboxPatch(inner, *size, boxstyle="square,pad=0", transform=here, zorder=3, clip_on=False, **plain)
        )
    style.put(ax, x, top - box.text_height / 2, box.text, size=style.SMALL, ha="center", va="center", zorder=5)
    if box.tag:
        style.put(ax, x, low - 0.04, box.tag, size=style.SMALL, ha="center", zorder=5, color="#00664B", weight="bold")


def _draw_edges(
    ax: Axes,
    found: layering.Layers,
    boxes: dict[str, _Box],
    x: dict[layering.Node, float],
    row_of: dict[layering.Node, int],
    tops: list[float],
    ends: list[float],
) -> None:
    here = style.inches(ax)
    leaving = {edge: spot for node in boxes for edge, spot in _ports(found, boxes, x, node, out=True)}
    coming = {edge: spot for node in boxes for edge, spot in _ports(found, boxes, x, node, out=False)}
    for edge, path in found.paths.items():
        start = edge[0]
        xs = [leaving[edge], *(x[n] for n in path[1:-1]), coming[edge]]
        y = tops[row_of[start]] - boxes[start].height
        points, codes = [(xs[0], y), (xs[0], ends[row_of[start]])], [Path.MOVETO, Path.LINETO]
        for number in range(1, len(path)):
            row = row_of[path[number]]
            before, after, upper, lower = xs[number - 1], xs[number], ends[row - 1], tops[row]
            middle = (upper + lower) / 2
            points += [(before, middle), (after, middle), (after, lower)]
            codes += [Path.CURVE4] * 3
            if number < len(path) - 1:
                points.append((after, ends[row]))
                codes.append(Path.LINETO)
        arrow = FancyArrowPatch(
            path=Path(points, codes),
            arrowstyle="-|>,head_length=3.2,head_width=1.8",
            color=style.GREY,
            linewidth=0.8,
            transform=here,
            zorder=2,
            shrinkA=0,
            shrinkB=0,
            mutation_scale=1,
        )
        arrow.set_clip_on(False)
        ax.add_artist(arrow)


def _ports(
    found: layering.Layers, boxes: dict[str, _Box], x: dict[layering.Node, float], node: str, *, out: bool
) -> list[tuple[tuple[str, str], float]]:
    """Where the edges of a box touch it, side by side in the order of what they lead to or come from."""
    own = [(edge, path[1] if out else path[-2]) for edge, path in found.paths.items() if edge[0 if out else 1] == node]
    own.sort(key=lambda pair: x[pair[1]])
    step = min(0.16, (boxes[node].width - 0.2) / max(len(own), 1))
    return [(edge, x[node] + (i - (len(own) - 1) / 2) * step) for i, (edge, _) in enumerate(own)]


def _keys(rows: dict[str, Any], cuts: dict[str, list[tuple[str, dict[Any, Any]]]]) -> list[style.Key]:
    seen = {row["kind"] for row in rows.values()}
    names = {"contributing": "contributing factor", "latent": "latent cause"}
    keys: list[style.Key] = [({"box": look}, names.get(kind, kind)) for kind, look in KINDS.items() if kind in seen]
    if len(rows) > 1:
        keys.append(({"sign": "→"}, "leads to"))
    if any(a["status"] == "done" for found in cuts.values() for _, a in found):
        keys.append(({"sign": "✓"}, "action done"))
    return keys


def _notes(
    rows: dict[str, Any],
    edges: dict[str, list[str]],
    effects: list[str],
    actions: pd.DataFrame | None,
    cuts: dict[str, list[tuple[str, dict[Any, Any]]]],
) -> list[str]:
    notes = []
    named = {sign: row for found in cuts.values() for sign, row in found}
    for sign, row in sorted(named.items(), key=lambda item: item[1]["place"]):
        what = ", ".join(str(row[c]).replace("_", " ") for c in ("category", "status") if row[c])
        notes.append(f"{sign} ({what}): {row['text']}" if what else f"{sign}: {row['text']}")
    if actions is not None and len(actions) and not set(cuts) & set(rows):
        notes.append("No action is said to cut any of these.")
    if len(effects) == len(rows):
        notes.append("No contributing factor is known.")
    elif any(not any(effect in targets for targets in edges.values()) for effect in effects):
        notes.append("An effect without an arrow: what led to it is not stated.")
    return notes


def _alt(rows: dict[str, Any], edges: dict[str, list[str]], cuts: dict[str, list[tuple[str, dict[Any, Any]]]]) -> str:
    names = {"contributing": "contributing factor", "latent": "latent cause"}
    said = []
    for node, row in rows.items():
        text = f"{names.get(row['kind'], row['kind'])}: {style.clean(row['text'] or node).rstrip('.')}"
        targets = [style.clean(rows[t]["text"] or t).rstrip(".") for t in edges[node] if t in rows]
        if targets:
            text += f", leads to {words.listing([f'“{t}”' for t in targets])}"
        if node in cuts:
            text += f"; cut by {words.listing([sign for sign, _ in cuts[node]])}"
        said.append(words.sentence(text))
    return " ".join(said)
