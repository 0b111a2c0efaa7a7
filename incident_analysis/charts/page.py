"""What stands around the axes of a chart: heading, keys and notes, each in its measured room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from incident_analysis.charts import style


@dataclass(frozen=True)
class Page:
    """The room around one pair of axes.

    Parameters
    ----------
    what : str
        What is shown, with unit or zone.
    title : str or None
        What it is about.
    left, width : float
        Inches: from the page's left side to the axes, and of the axes.
    keys : sequence of (sample, words)
    notes : sequence of str
        Sentences below the keys.
    """

    what: str
    title: str | None
    left: float
    width: float
    keys: Sequence[style.Key] = ()
    notes: Sequence[str] = ()

    @property
    def across(self) -> float:
        """Width for texts that run over the whole page."""
        return self.left + self.width - style.MARGIN

    @property
    def above(self) -> float:
        """Height of the heading."""
        return style.heading(self.what, self.title, self.across)[2]

    @property
    def below(self) -> float:
        """Height of keys and notes."""
        said = sum(style.block_height(self._wrapped(note), style.SMALL) for note in self.notes)
        return style.keys_height(self.keys, self.across) + said + 0.06

    def _wrapped(self, note: str) -> str:
        return style.wrap(note, self.across, size=style.SMALL)

    def axes(self, ax: Axes | None, height: float, *, over: float = 0.0, under: float = 0.0) -> Axes:
        """The axes that came in, or new ones of a height in inches on a figure with room for everything around.

        Parameters
        ----------
        over, under : float
            Inches kept free between heading and axes, and between axes and keys.
        """
        if ax is not None:
            return ax
        below = under + self.below + style.MARGIN
        figure = style.new_figure(style.MARGIN + self.above + over + height + below)
        return style.add_axes(figure, self.left, below, self.width, height)

    def write(self, ax: Axes, *, over: float = 0.0, under: float = 0.0, alt: str) -> None:
        """Write heading, keys and notes around the axes, and keep the chart's words."""
        first, second, above = style.heading(self.what, self.title, self.across)
        height = style.size_of(ax)[1]
        x = style.MARGIN - self.left
        style.put_heading(ax, first, second, x=x, y=height + over + above)
        style.put_keys(ax, self.keys, x=x, y=-under, width=self.across)
        y = -under - style.keys_height(self.keys, self.across) - 0.02
        for note in self.notes:
            text = self._wrapped(note)
            style.put(ax, x, y, text, size=style.SMALL, color=style.GREY)
            y -= style.block_height(text, style.SMALL)
        title = style.full_title(self.what, self.title)
        style.describe(ax.figure, title=title, alt=f"{title}. {alt}".strip())


def sheet(page: Page, figure: Figure | None, height: float) -> Axes:
    """An empty sheet over a whole figure, for charts of many panels; heading, keys and notes are not yet written.

    Parameters
    ----------
    figure : Figure or None
        The one that came in, which is brought to the size needed, or None for a new one.
    height : float
        Inches for the panels.

    Returns
    -------
    Axes
        Without lines; inches count from the figure's lower left corner.
    """
    total = height + page.above + page.below + 2 * style.MARGIN
    if figure is None:
        figure = style.new_figure(total)
    else:
        figure.set_size_inches(style.WIDTH, total)
    ax = style.add_axes(figure, 0, 0, style.WIDTH, total)
    ax.set_axis_off()
    ax.set_zorder(-1)
    return ax


def whole(what: str, title: str | None, keys: Sequence[style.Key], notes: Sequence[str] = ()) -> Page:
    """The page of a chart of many panels."""
    return Page(what, title, 0.0, style.WIDTH - style.MARGIN, keys, notes)


def write_sheet(page: Page, ax: Axes, *, alt: str) -> None:
    """Write heading, keys and notes on a `sheet`."""
    page.write(ax, over=-page.above - style.MARGIN, under=-page.below - style.MARGIN, alt=alt)


def inner_width(ax: Axes | None, left: float) -> float:
    """Inches across the axes: of those that came in, or what the left margin leaves of the page."""
    return style.size_of(ax)[0] if ax is not None else style.WIDTH - left - style.MARGIN
