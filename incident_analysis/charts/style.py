"""Sizes, palette and fonts of every chart, and the measuring of text.

Lengths are inches, font sizes points. Everything is laid out from measured text before anything is drawn, so no text
overlaps another and a picture is drawn once.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D, ScaledTranslation, Transform

WIDTH = 6.5
DPI = 200
TITLE, TEXT, SMALL = 9.0, 7.5, 6.8
MARGIN = 0.08

# Okabe and Ito, Color Universal Design, 2008: told apart with any kind of colour vision.
BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILLION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
INK, GREY, PALE, FAINT = "#222222", "#666666", "#BBBBBB", "#EEEEEE"

#: Behind a label that lines may pass: they end at its edge.
BLANK = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}

_OWN = {
    "font.family": ["DejaVu Sans"],
    "font.size": TEXT,
    "text.color": INK,
    # Texts are people's words: a dollar sign in them is a dollar sign.
    "text.parse_math": False,
    "text.usetex": False,
    "axes.linewidth": 0.6,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.labelsize": TEXT,
    "axes.unicode_minus": True,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "hatch.linewidth": 0.5,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": TEXT,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.size": 3.0,
    "xtick.major.width": 0.6,
    "svg.fonttype": "path",
}
_KEEP = {"backend", "backend_fallback", "interactive", "toolbar", "timezone", "webagg.port", "webagg.address"}
_RC = {
    name: value
    for name, value in matplotlib.rcParamsDefault.items()
    if name not in _KEEP and not name.startswith(("webagg.", "keymap.", "savefig.directory", "datapath"))
} | _OWN

P = ParamSpec("P")
T = TypeVar("T")


@contextmanager
def context(**more: Any) -> Iterator[None]:
    """Settings under which every chart is drawn and saved, whatever the user's own are."""
    with matplotlib.rc_context({**_RC, **more}):
        yield


def styled(draw: Callable[P, T]) -> Callable[P, T]:
    """A drawing function that runs under `context`."""

    @wraps(draw)
    def inside(*args: P.args, **kwargs: P.kwargs) -> T:
        with context():
            return draw(*args, **kwargs)

    return inside


class ChartFigure(Figure):
    """A figure that shows itself in a notebook without pyplot and its global state."""

    def _repr_png_(self) -> tuple[bytes, dict[str, float]]:
        with context():
            held = io.BytesIO()
            FigureCanvasAgg(self).print_figure(held, format="png", dpi=DPI)
        width, height = self.get_size_inches()
        return held.getvalue(), {"width": round(100 * width), "height": round(100 * height)}


class ChartAxes(Axes):
    """Axes that show their figure in a notebook."""

    def _repr_png_(self) -> Any:
        shows = getattr(self.figure, "_repr_png_", None)
        return shows() if shows else None


def new_figure(height: float, *, width: float = WIDTH) -> Figure:
    """An empty white figure, sizes in inches."""
    figure = ChartFigure(figsize=(width, height), dpi=100)
    FigureCanvasAgg(figure)
    return figure


def add_axes(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Axes at a place given in inches from the figure's lower left corner."""
    across, up = figure.get_size_inches()
    return figure.add_axes((left / across, bottom / up, width / across, height / up), axes_class=ChartAxes)


def cover(figure: Figure) -> Axes:
    """Axes over a whole figure that came in."""
    return figure.add_axes((0, 0, 1, 1), axes_class=ChartAxes)


def size_of(ax: Axes) -> tuple[float, float]:
    """Width and height of axes in inches."""
    across, up = ax.figure.get_size_inches()
    box = ax.get_position()
    return box.width * across, box.height * up


def describe(figure: Figure, *, title: str, alt: str) -> None:
    """Keep the words of a chart with its figure; `save` hands them on."""
    figure.chart_title, figure.chart_alt = title, alt  # type: ignore[attr-defined]


def own_words(figure: Figure) -> tuple[str, str]:
    """Title and words that a chart gave its figure; empty where it gave none."""
    return getattr(figure, "chart_title", ""), getattr(figure, "chart_alt", "")


# Text ------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _glyphs() -> frozenset[int]:
    font = get_font(findfont(FontProperties(family="DejaVu Sans")))
    return frozenset(font.get_charmap())


def drawable(text: str) -> str:
    """Text with a box for every letter that the font lacks; the words kept beside the chart stay whole."""
    known = _glyphs()
    return "".join(c if c == "\n" or ord(c) in known else "□" for c in text)


@lru_cache(maxsize=8192)
def text_width(text: str, size: float = TEXT, weight: str = "normal") -> float:
    """Width of one line of text in inches, with a little to spare for hinting."""
    if not text:
        return 0.0
    text = drawable(text)
    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, False)
    return float(width) / 72 * 1.03


def line_height(size: float = TEXT) -> float:
    """Height of one line in inches, with the space to the next."""
    return size * 1.35 / 72


def clean(text: object) -> str:
    """Text that can be drawn on one line: no line breaks, no control or direction characters."""
    kept = "".join(" " if c.isspace() else c for c in str(text) if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join(kept.split())


def wrap(text: object, width: float, *, size: float = TEXT, weight: str = "normal", most: int | None = None) -> str:
    """Text broken into lines of at most `width` inches; words too long for a line are cut.

    Parameters
    ----------
    most : int, optional
        Lines that are kept; where there are more, the last ends in an ellipsis.
    """
    lines: list[str] = []
    line = ""
    for word in drawable(clean(text)).split(" "):
        joined = f"{line} {word}" if line else word
        if text_width(joined, size, weight) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        while text_width(word, size, weight) > width and len(word) > 1:
            cut = len(word) - 1
            while cut > 1 and text_width(word[:cut] + "-", size, weight) > width:
                cut -= 1
            # Prefer the seam that a long name already has.
            seam = max(word.rfind(mark, 1, cut) for mark in "-_/.,:") + 1
            lines.append(word[:seam] if seam > cut // 2 else word[:cut] + "-")
            word = word[seam if seam > cut // 2 else cut :]
        line = word
    if line:
        lines.append(line)
    if most is not None and len(lines) > most:
        last = lines[most - 1]
        while last and text_width(last + "…", size, weight) > width:
            last = last[:-1]
        lines = [*lines[: most - 1], last.rstrip() + "…"]
    return "\n".join(lines)


def block_height(text: str, size: float = TEXT) -> float:
    """Height in inches of a text that is already broken into lines; 0 for an empty one."""
    return (text.count("\n") + 1) * line_height(size) if text else 0.0


def inches(ax: Axes, x: float = 0.0, y: float = 0.0) -> Transform:
    """Coordinates in inches, counted from a place that is itself inches from the axes' lower left corner."""
    return Affine2D().translate(x, y) + ax.figure.dpi_scale_trans + ScaledTranslation(0, 0, ax.transAxes)


def offset_from(ax: Axes, x: float, y: float) -> Transform:
    """Coordinates in inches, counted from a point of the axes' data."""
    return ax.figure.dpi_scale_trans + ScaledTranslation(x, y, ax.transData)


def put(ax: Axes, x: float, y: float, text: str, *, size: float = TEXT, **how: Any) -> Text:
    """Write text at a place in inches from the lower left corner of the axes."""
    how = {"ha": "left", "va": "top", "linespacing": 1.15, "color": INK, "clip_on": False, **how}
    return ax.text(0, 0, drawable(text), transform=inches(ax, x, y), fontsize=size, **how)


def heading(what: str, title: str | None, width: float) -> tuple[str, str, float]:
    """The two lines above a chart, wrapped: what is shown, what it is about; and their height with the space below."""
    first = wrap(what, width, size=TITLE, weight="bold")
    second = wrap(title, width) if title else ""
    return first, second, block_height(first, TITLE) + block_height(second) + 0.1


def put_heading(ax: Axes, first: str, second: str, *, x: float, y: float) -> None:
    """Write the heading with its upper left corner at a place in inches from the axes' lower left corner."""
    put(ax, x, y, first, size=TITLE, weight="bold")
    if second:
        put(ax, x, y - block_height(first, TITLE), second, color=GREY)


def full_title(what: str, title: str | None) -> str:
    """Both lines of the heading as one."""
    return f"{what}: {clean(title)}" if title else what


@styled
def nothing_known(what: str, words: str, *, title: str | None, ax: Axes | None = None) -> Axes:
    """Say in words that there is nothing to draw; never an empty axis."""
    first, second, above = heading(what, title, WIDTH - 2 * MARGIN)
    said = wrap(words, WIDTH - 6 * MARGIN, size=TITLE)
    height = above + block_height(said, TITLE) + 4 * MARGIN
    if ax is None:
        figure = new_figure(height)
        ax = add_axes(figure, 0, 0, WIDTH, height)
    ax.set_axis_off()
    tall = size_of(ax)[1]
    put_heading(ax, first, second, x=MARGIN, y=tall - MARGIN)
    put(ax, 3 * MARGIN, tall - above - 2 * MARGIN, said, size=TITLE, style="italic", color=GREY)
    describe(ax.figure, title=full_title(what, title), alt=f"{full_title(what, title)}. {words}")
    ax.figure.chart_is_words = True
    return ax


def is_words(figure: Figure) -> bool:
    """Whether a chart only says that there is nothing to draw."""
    return bool(getattr(figure, "chart_is_words", False))


# Keys ------------------------------------------------------------------------------------------------------------

Key = tuple[dict[str, Any], str]
_SAMPLE = 0.2


def key_rows(keys: Sequence[Key], width: float) -> list[list[tuple[float, Key]]]:
    """The signs of a chart and their meaning, in rows of at most `width` inches: places and keys."""
    rows: list[list[tuple[float, Key]]] = []
    x = 0.0
    for key in keys:
        wide = _SAMPLE + 0.05 + text_width(key[1], SMALL) + 0.16
        if not rows or x + wide > width:
            rows.append([])
            x = 0.0
        rows[-1].append((x, key))
        x += wide
    return rows


def keys_height(keys: Sequence[Key], width: float) -> float:
    """Height of `key_rows` in inches."""
    return len(key_rows(keys, width)) * (line_height(SMALL) + 0.03)


def put_keys(ax: Axes, keys: Sequence[Key], *, x: float, y: float, width: float) -> None:
    """Draw the keys with their upper left corner at a place in inches from the axes' lower left corner.

    A key's first part describes its sample: a marker, a line (`linestyle`), or a box (`box`, keywords of Rectangle).
    """
    step = line_height(SMALL) + 0.03
    for number, row in enumerate(key_rows(keys, width)):
        middle = y - (number + 0.5) * step
        for start, (sample, words) in row:
            here = inches(ax, x + start, middle)
            if "box" in sample:
                box = Rectangle((0, -0.045), _SAMPLE, 0.09, transform=here, clip_on=False, **sample["box"])
                ax.add_artist(box)
            elif "sign" in sample:
                put(ax, x + start + _SAMPLE / 2, middle, sample["sign"], size=SMALL, ha="center", va="center")
            else:
                ends = [0, _SAMPLE] if "linestyle" in sample else [_SAMPLE / 2]
                how = {"linestyle": "none", "color": GREY, "linewidth": 1.0, **sample}
                ax.add_artist(Line2D(ends, [0] * len(ends), transform=here, clip_on=False, **how))
            put(ax, x + start + _SAMPLE + 0.05, middle, words, size=SMALL, va="center")
