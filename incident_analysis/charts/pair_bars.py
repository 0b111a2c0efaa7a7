"""How long each alert waited for its acknowledgement."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from incident_analysis import words
from incident_analysis.charts import style
from incident_analysis.charts.page import Page, inner_width

WHAT = "From alert to acknowledgement (minutes after each alert)"
_ROW, _LABEL = 0.2, 2.3
_STEPS = (0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440, 2880, 10_080, 43_200)


@style.styled
def acknowledgements(pairs: pd.DataFrame, *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """A line for each alert, from the alert at 0 to its acknowledgement.

    A hollow end was paired by rule, not in the evidence; an alert that nobody acknowledged in the evidence has words
    and no line, for its delay is not 0 but unknown.

    Parameters
    ----------
    pairs : PAIRS
        Only alerts with their acknowledgements are drawn.
    title : str, optional
        What it is about: the incident, and that it is made up where it is.
    ax : Axes, optional
        Where to draw; by default axes on a new figure, 6.5 in wide and as high as needed.

    Returns
    -------
    Axes
        Its x values are minutes. Without an alert: words instead of a chart.
    """
    mine = pairs[(pairs["kind"] == "alert-acknowledgement") & (pairs["first_id"] != "")].reset_index(drop=True)
    if not len(mine):
        return style.nothing_known(WHAT, "The evidence holds no alert.", title=title, ax=ax)
    minutes = mine["delay_s"].to_numpy(dtype=float) / 60
    labels = [style.wrap(text, _LABEL, size=style.SMALL, most=1) for text in mine["first_text"]]
    left = max(style.text_width(label, style.SMALL) for label in labels) + style.MARGIN + 0.1
    width = inner_width(ax, left)
    known = minutes[np.isfinite(minutes)]
    low, high = min(0.0, *known) if len(known) else 0.0, max(1.0, *known) if len(known) else 1.0
    room = max((style.text_width(text, style.SMALL) for text in mine["delay"]), default=0.0) + 0.15
    per_minute = (width - room - 0.1) / (high - low)
    height = _ROW * len(mine) + 0.06
    orphans = pairs[(pairs["kind"] == "alert-acknowledgement") & (pairs["first_id"] == "")]
    notes = []
    if len(orphans):
        notes.append(f"Not drawn: {words.plural(len(orphans), 'acknowledgement')} without an alert in the evidence.")
    page = Page(WHAT, title, left, width, _keys(mine), notes)
    under = 0.42
    ax = page.axes(ax, height, under=under)
    ax.set_xlim(low - 0.1 / per_minute, low + (width - 0.1) / per_minute)
    ax.set_ylim(0, height)
    step = next((s for s in _STEPS if s * per_minute >= 0.55), _STEPS[-1])
    marks = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
    ax.xaxis.set_major_locator(FixedLocator(list(marks)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}".replace("-", "−")))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xlabel("minutes from the alert", labelpad=2)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    ax.axvline(0, color=style.GREY, linewidth=0.8, zorder=1)
    here = style.inches(ax)
    for i, row in enumerate(mine.to_dict("records")):
        y = height - (i + 0.5) * _ROW - 0.03
        zero = (0 - low) * per_minute + 0.1
        if np.isfinite(minutes[i]):
            x = (minutes[i] - low) * per_minute + 0.1
            ax.plot([zero, x], [y, y], transform=here, color=style.BLUE, linewidth=1.2, zorder=3)
            fill = style.GREEN if row["link"] == "stated" else "white"
            ax.plot(x, y, transform=here, marker="s", markersize=4.6, color=style.GREEN, markerfacecolor=fill, zorder=5)
            style.put(ax, max(x, zero) + 0.07, y, row["delay"], size=style.SMALL, va="center_baseline", zorder=7)
        else:
            said = row["reason"] if row["link"] == "none" else f"{row['delay']}: a time of day is missing"
            style.put(ax, zero + 0.1, y, said, size=style.SMALL, va="center_baseline", style="italic", color=style.GREY)
        ax.plot(zero, y, transform=here, marker="D", markersize=4.4, color=style.BLUE, zorder=4)
    middles = [height - (i + 0.5) * _ROW - 0.03 for i in range(len(mine))]
    ax.set_yticks(middles, [style.drawable(label) for label in labels], fontsize=style.SMALL)
    alt = [
        f"{style.clean(row['first_text'])}: {row['delay'] if row['link'] != 'none' else row['reason']}"
        for row in mine.to_dict("records")
    ]
    page.write(ax, under=under, alt=". ".join(alt) + ".")
    return ax


def _keys(mine: pd.DataFrame) -> list[style.Key]:
    keys: list[style.Key] = [({"marker": "D", "markersize": 4.4, "color": style.BLUE}, "alert")]
    square = {"marker": "s", "markersize": 4.6, "color": style.GREEN}
    if (mine["link"] == "stated").any():
        keys.append((square, "acknowledgement, linked in the evidence"))
    if (mine["link"] == "proposed").any():
        keys.append((square | {"markerfacecolor": "white"}, "acknowledgement, paired by rule"))
    return keys
