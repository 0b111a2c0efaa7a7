"""Incidents per year in each period with intervals, and the stretches between changes."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator

from incident_analysis import frames, words
from incident_analysis.charts import amount_axis, style, time_axis
from incident_analysis.charts.page import Page, inner_width

WHAT = "Incidents per year, by period (time in UTC)"
_TALL, _UNDER = 2.4, 0.5


@style.styled
def rates(
    periods: pd.DataFrame, *, changes: pd.DataFrame | None = None, title: str | None = None, ax: Axes | None = None
) -> Axes:
    """Rates with their intervals, and a bar of constant rate for each stretch between changes.

    Parameters
    ----------
    periods : STRETCHES
        Of `trends.by_period`. Without rows: words instead of a chart.
    changes : STRETCHES, optional
        Of `trends.change_points`.
    title : str, optional
    ax : Axes, optional

    Returns
    -------
    Axes; x values are days since 1970-01-01 UTC
    """
    frames.check(periods, frames.STRETCHES, where="periods")
    if periods.empty:
        return style.nothing_known(WHAT, "The window has no length: no rate can be told.", title=title, ax=ax)
    start, end = (time_axis.days(periods[name]) for name in ("start", "end"))
    value, low, high = (periods[name].to_numpy(float) for name in ("per_year", "low", "high"))
    # A piece at the end has a wide interval; it must not flatten the rest.
    whole = (end - start) >= 0.5 * np.median(end - start)
    most = float(np.nanmax(np.r_[high[whole], value[np.isfinite(value)], 1e-9]))
    if changes is not None and len(changes) > 1:
        most = max(most, float(np.nanmax(changes["high"])))
    ticks = [t for t in MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(0, most) if 0 <= t <= most * 1.1]
    widest = max(style.text_width(amount_axis.compact(t), style.SMALL) for t in ticks)
    left = style.MARGIN + widest + 0.32
    level = words.percent(float(periods["level"].iloc[0]))
    none = np.isnan(value)
    keys: list[style.Key] = [
        ({"marker": "o", "color": style.BLUE, "markersize": 4}, f"a period, with its exact {level} interval"),
    ]
    if none.any():
        keys.append(
            ({"marker": "v", "color": style.BLUE, "markerfacecolor": "white", "markersize": 4}, "none: upper end")
        )
    several = changes is not None and len(changes) > 1
    if changes is not None:
        found = "no change was found" if changes.attrs.get("tested", True) else "too little to look for changes"
        said = "between changes, with its interval" if several else f"one rate for all: {found}"
        keys.append(({"box": {"facecolor": style.ORANGE, "alpha": 0.35, "edgecolor": style.VERMILLION}}, said))
    page = Page(WHAT, title, left, inner_width(ax, left), keys, _notes(most, high))
    ax = page.axes(ax, _TALL, under=_UNDER)
    points = np.r_[start, end]
    scale = time_axis.time_scale(points, style.size_of(ax)[0], before=0.04, after=0.2, broken=False)
    time_axis.apply(ax, scale)
    ax.set_ylim(0, most * 1.06)
    ax.yaxis.set_major_locator(FixedLocator(ticks))
    ax.yaxis.set_major_formatter(FixedFormatter([amount_axis.compact(t) for t in ticks]))
    ax.tick_params(axis="y", labelsize=style.SMALL, pad=3)
    ax.set_ylabel("incidents per year", labelpad=2)
    ax.set_axisbelow(True)
    ax.grid(axis="y", color=style.FAINT, linewidth=0.6)
    if changes is not None:
        _draw_changes(ax, changes)
    middle = (start + end) / 2
    ax.vlines(middle, np.where(none, 0, low), np.minimum(high, most * 1.06), color=style.BLUE, linewidth=0.9, zorder=3)
    ax.plot(middle[~none], value[~none], "o", color=style.BLUE, markersize=4 if len(middle) < 60 else 2.2, zorder=4)
    hollow = {"markerfacecolor": "white", "color": style.BLUE, "markersize": 4, "zorder": 4, "linestyle": "none"}
    ax.plot(middle[none], np.minimum(high[none], most), marker="v", **hollow)
    page.write(ax, under=_UNDER, alt=_alt(periods, changes))
    return ax


def _notes(most: float, high: np.ndarray) -> list[str]:
    cut = int((high > most * 1.06).sum())
    return (
        [f"{words.plural(cut, 'interval')} of a short piece at an end {'runs' if cut == 1 else 'run'} out at the top."]
        if cut
        else []
    )


def _draw_changes(ax: Axes, changes: pd.DataFrame) -> None:
    starts, ends = (time_axis.days(changes[name]) for name in ("start", "end"))
    for a, b, row in zip(starts, ends, changes.to_dict("records"), strict=True):
        if np.isnan(row["per_year"]):
            continue
        ax.fill_between([a, b], row["low"], row["high"], color=style.ORANGE, alpha=0.35, linewidth=0, zorder=1)
        ax.plot([a, b], [row["per_year"]] * 2, color=style.VERMILLION, linewidth=1.5, zorder=2)
    for change in starts[1:]:
        ax.axvline(change, color=style.VERMILLION, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1.5)


def _alt(periods: pd.DataFrame, changes: pd.DataFrame | None) -> str:
    known = periods[periods["per_year"].notna()]
    alt = f"{words.plural(len(periods), 'period')}."
    if len(known):
        order = known.sort_values("per_year", kind="stable").to_dict("records")
        alt += "".join(
            f" {word} in the one from {row['start']:%Y-%m-%d}: {words.number(row['per_year'])} per year."
            for word, row in (("Least", order[0]), ("Most", order[-1]))
        )
    if changes is not None and len(changes) > 1:
        parts = [
            f"{row['start']:%Y-%m-%d} to {row['end']:%Y-%m-%d} "
            + (f"{words.number(row['per_year'])} per year" if not np.isnan(row["per_year"]) else "none")
            for row in changes.to_dict("records")
        ]
        alt += f" Between changes: {'; '.join(parts)}."
    return alt
