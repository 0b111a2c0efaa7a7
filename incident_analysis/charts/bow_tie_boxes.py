"""A scenario as a bow-tie: what leads to it on the left, what comes of it on the right, barriers between."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from incident_analysis import words
from incident_analysis.charts import style
from incident_analysis.charts.page import sheet, whole, write_sheet
from incident_analysis.errors import FrameError

WHAT = "What leads to it, what comes of it, and what stands between"
_BOX, _MIDDLE, _GAP, _PAD = 1.72, 1.36, 0.1, 0.06
_LOOK: dict[str, dict[str, Any]] = {
    "threat": {"edgecolor": style.BLUE, "linewidth": 1.1, "linestyle": (0, (3, 2)), "facecolor": "white"},
    "event": {"edgecolor": style.VERMILLION, "linewidth": 2.0, "facecolor": "white"},
    "consequence": {"edgecolor": style.BLACK, "linewidth": 0.9, "facecolor": "#EFEFEF"},
}
_NAMES = {"threat": "what leads to it", "event": "the cause", "consequence": "effect"}


@style.styled
def bow_tie(parts: pd.DataFrame, *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """A bow-tie of one scenario.

    Parameters
    ----------
    parts : DataFrame
        As `risk.bow_tie` gives it: `side`, `node_id`, `text`, `figure`, `barriers`.
    title : str, optional
    ax : Axes, optional
        Whose figure is drawn on; it is brought to the size needed.

    Returns
    -------
    Axes
        Without scales. Barriers are the actions that cut a part; a line without one says that none is said to cover it.
    """
    missing = [c for c in ("side", "node_id", "text", "figure", "barriers") if c not in parts]
    if missing:
        raise FrameError(
            f"a bow-tie without {', '.join(missing)}", remedy="give what risk.bow_tie makes", where="parts"
        )
    sides = {side: parts[parts["side"] == side].to_dict("records") for side in _LOOK}
    if not sides["event"]:
        return style.nothing_known(WHAT, "No scenario is known.", title=title, ax=ax)
    keys: list[style.Key] = [({"box": look}, _NAMES[s]) for s, look in _LOOK.items() if sides[s]]
    keys.append(({"marker": "s", "markersize": 5, "color": style.GREEN}, "number of an action that cuts it"))
    barriers = list(dict.fromkeys(b for row in parts.to_dict("records") for b in row["barriers"]))
    notes = [f"{number + 1}: {text}" for number, text in enumerate(barriers)]
    bare = [style.clean(r["text"]) for r in parts.to_dict("records") if not r["barriers"]]
    if bare:
        notes.append(f"No action is said to cover: {'; '.join(bare)}.")
    page = whole(WHAT, title, keys, notes)
    texts = {
        row["node_id"]: _text(row, _MIDDLE if row["side"] == "event" else _BOX) for row in parts.to_dict("records")
    }
    tall = {side: sum(_high(texts[r["node_id"]]) + _GAP for r in rows) for side, rows in sides.items()}
    high = max(tall.values()) + 0.1
    sheet_ax = sheet(page, ax.figure if ax is not None else None, high)  # type: ignore[arg-type]
    top = style.size_of(sheet_ax)[1] - style.MARGIN - page.above
    middle_left = (style.WIDTH - _MIDDLE) / 2 if sides["threat"] else style.MARGIN
    places = {"threat": style.MARGIN, "event": middle_left, "consequence": style.WIDTH - style.MARGIN - _BOX}
    centre = top - high / 2
    numbers = {text: number + 1 for number, text in enumerate(barriers)}
    for side in ("threat", "consequence"):
        y = centre + tall[side] / 2
        for row in sides[side]:
            text = texts[row["node_id"]]
            _box(sheet_ax, places[side], y, _BOX, text, side)
            middle = y - _high(text) / 2
            if side == "threat":
                ends = (places[side] + _BOX, middle_left)
                line = (middle, centre)
            else:
                ends = (middle_left + _MIDDLE, places[side])
                line = (centre, middle)
            _link(sheet_ax, ends, line, [numbers[b] for b in row["barriers"]], near=0.28 if side == "threat" else 0.72)
            y -= _high(text) + _GAP
    event = sides["event"][0]
    text = texts[event["node_id"]]
    _box(sheet_ax, middle_left, centre + _high(text) / 2, _MIDDLE, text, "event")
    own = [numbers[b] for b in event["barriers"]]
    if own:
        said = "cut by " + ", ".join(str(n) for n in own)
        style.put(
            sheet_ax, middle_left + _MIDDLE / 2, centre - _high(text) / 2 - 0.03, said, size=style.SMALL, ha="center",
            color="#00664B", weight="bold",
        )  # fmt: skip
    write_sheet(page, sheet_ax, alt=_alt(parts, barriers))
    return sheet_ax


def _text(row: dict[Any, Any], width: float) -> str:
    inner = width - 2 * _PAD
    told = style.wrap(row["text"], inner, size=style.SMALL, most=6)
    return f"{told}\n{style.wrap(row['figure'], inner, size=style.SMALL, most=6)}"


def _high(text: str) -> float:
    return style.block_height(text, style.SMALL) + 2 * _PAD


def _box(ax: Axes, x: float, top: float, width: float, text: str, side: str) -> None:
    height = _high(text)
    patch = FancyBboxPatch(
        (x, top - height), width, height, boxstyle="square,pad=0", transform=style.inches(ax), zorder=3, clip_on=False,
        **_LOOK[side],
    )  # fmt: skip
    ax.add_artist(patch)
    style.put(ax, x + width / 2, top - height / 2, text, size=style.SMALL, ha="center", va="center", zorder=5)


def _link(ax: Axes, x: tuple[float, float], y: tuple[float, float], barriers: list[int], *, near: float) -> None:
    here = style.inches(ax)
    colour = style.GREY if barriers else style.VERMILLION
    line = "-" if barriers else (0, (2, 2))
    ax.plot(x, y, transform=here, color=colour, linestyle=line, linewidth=1.0, zorder=1, clip_on=False)
    if barriers:
        at = (x[0] + near * (x[1] - x[0]), y[0] + near * (y[1] - y[0]))
        label = ",".join(str(b) for b in barriers)
        style.put(
            ax, *at, label, size=style.SMALL, ha="center", va="center", zorder=4, color="white", weight="bold",
            bbox={"facecolor": "#00664B", "edgecolor": "none", "pad": 1.5},
        )  # fmt: skip


def _alt(parts: pd.DataFrame, barriers: list[str]) -> str:
    said = []
    for row in parts.to_dict("records"):
        text = f"{_NAMES[row['side']].capitalize()}: {style.clean(row['text'])} ({row['figure']})"
        text += f"; cut by {words.listing(row['barriers'])}" if row["barriers"] else "; no action is said to cover it"
        said.append(text + ".")
    return " ".join(said)
