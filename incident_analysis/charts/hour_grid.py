"""Incidents by weekday and hour, as a grid of counts."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import FixedFormatter, FixedLocator

from incident_analysis import words
from incident_analysis.charts import style
from incident_analysis.charts.page import Page, inner_width
from incident_analysis.errors import FrameError

WHAT = "Starts of incidents by weekday and hour"
_ROW, _UNDER = 0.23, 0.44


@style.styled
def hours(grid: pd.DataFrame, *, zone: str = "UTC", title: str | None = None, ax: Axes | None = None) -> Axes:
    """A cell for each hour of the week; its number is printed in it, an empty one holds a dot.

    Parameters
    ----------
    grid : DataFrame
        Of `trends.hours`: 7 weekdays by 24 hours. Without an incident: words instead of a chart.
    zone : str
        Of the hours.
    title : str, optional
    ax : Axes, optional

    Returns
    -------
    Axes; x values are hours, y values weekdays from the top
    """
    if grid.shape != (7, 24):
        raise FrameError(
            f"a grid of {grid.shape[0]} by {grid.shape[1]}", remedy="give what trends.hours makes", where="grid"
        )
    counts = grid.to_numpy(float)
    what = f"{WHAT} ({style.clean(zone)})"
    total = int(counts.sum())
    if not total:
        return style.nothing_known(what, "No start after the first is known to the hour.", title=title, ax=ax)
    names = [str(name) for name in grid.index]
    left = style.MARGIN + max(style.text_width(n, style.SMALL) for n in names) + 0.1
    sums = [_short(float(n)) for n in counts.sum(axis=1)]
    beside = max(style.text_width(s, style.SMALL) for s in sums) + 0.14
    page = Page(
        what, title, left, inner_width(ax, left) - beside, (), ("Right: the weekday's sum. The darker, the more.",)
    )
    ax = page.axes(ax, 7 * _ROW, under=_UNDER)
    most = float(counts.max())
    shades = LinearSegmentedColormap.from_list("hours", ["#FFFFFF", style.SKY, style.BLUE, "#003A5C"])
    ax.imshow(counts, cmap=shades, vmin=0, vmax=most, aspect="auto", interpolation="nearest")
    width, height = style.size_of(ax)
    cell = width / 24
    size = style.SMALL
    while size > 4.5 and max(style.text_width(_short(n), size) for n in counts.ravel()) > cell - 0.02:
        size -= 0.2
    for day in range(7):
        for hour in range(24):
            value = counts[day, hour]
            up = height * (7 - day - 0.5) / 7
            colour = "white" if value > 0.45 * most else style.INK if value else style.PALE
            style.put(
                ax,
                (hour + 0.5) * cell,
                up,
                _short(value) if value else "·",
                size=size,
                ha="center",
                va="center",
                color=colour,
            )
        style.put(
            ax,
            width + beside - 0.06,
            height * (7 - day - 0.5) / 7,
            sums[day],
            size=style.SMALL,
            ha="right",
            va="center",
            color=style.GREY,
        )
    ax.yaxis.set_major_locator(FixedLocator(range(7)))
    ax.yaxis.set_major_formatter(FixedFormatter(names))
    ax.xaxis.set_major_locator(FixedLocator(range(24)))
    ax.xaxis.set_major_formatter(FixedFormatter([f"{h:02d}" for h in range(24)]))
    ax.tick_params(labelsize=style.SMALL, length=0)
    ax.set_xlabel(f"hour of the start, {zone}", labelpad=2)
    ax.spines[:].set_color(style.PALE)
    day, hour = divmod(int(counts.argmax()), 24)
    by_day = ", ".join(f"{name} {words.number(n)}" for name, n in zip(names, counts.sum(axis=1), strict=True))
    alt = f"{words.plural(total, 'start')}. By weekday: {by_day}. "
    alt += f"Most in one hour: {words.number(most)}, {names[day]} {hour:02d}."
    page.write(ax, under=_UNDER, alt=alt)
    return ax


def _short(value: float) -> str:
    """A count in few letters: 12345 is 12k."""
    if value < 10_000:
        return f"{int(value)}"
    return f"{value / 1000:.0f}k" if value < 1e6 else f"{value / 1e6:.1f}M"
