"""How old open actions are, and how long those that are done took, by category."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator

from incident_analysis import words
from incident_analysis.charts import amount_axis, style
from incident_analysis.charts.page import Page, inner_width
from incident_analysis.errors import FrameError

WHAT = "Age of actions, by category"
_ROW, _UNDER = 0.34, 0.42
_DAY = 86_400.0


@style.styled
def action_ages(ages: pd.DataFrame, *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """A mark for each action with a date: filled squares are done, hollow circles still open.

    Parameters
    ----------
    ages : DataFrame
        Of `trends.ageing`. Without dated actions: words instead of a chart.
    title : str, optional
    ax : Axes, optional

    Returns
    -------
    Axes; x values are days
    """
    missing = [c for c in ("category", "state", "seconds") if c not in ages.columns]
    if missing:
        raise FrameError(f"actions without {missing[0]}", remedy="give what trends.ageing makes", where="ages")
    dated = ages[ages["state"].isin(("done", "open"))]
    left_out = len(ages) - len(dated)
    if dated.empty:
        said = (
            f"None of {words.plural(len(ages), 'action')} states when it was opened and whether it is done."
            if len(ages)
            else "No action is stated."
        )
        return style.nothing_known(WHAT, said, title=title, ax=ax)
    names = list(dict.fromkeys(dated["category"].astype("str")))
    labels = [style.wrap(n.replace("_", " ") or "no category", 1.6, size=style.SMALL, most=1) for n in names]
    left = style.MARGIN + max(style.text_width(t, style.SMALL) for t in labels) + 0.12
    keys: list[style.Key] = [
        ({"marker": "s", "color": style.BLUE, "markersize": 4}, "done: days from opening to closing"),
        (
            {"marker": "o", "color": style.VERMILLION, "markerfacecolor": "white", "markersize": 4.5},
            "open: its age now",
        ),
    ]
    notes = [f"{words.plural(left_out, 'action')} without dates or rejected: not drawn."] if left_out else []
    page = Page(WHAT, title, left, inner_width(ax, left) - 0.12, keys, notes)
    ax = page.axes(ax, _ROW * len(names) + 0.05, under=_UNDER)
    days = dated["seconds"].to_numpy(float) / _DAY
    most = max(1.0, float(days.max()))
    ax.set_xlim(-0.02 * most, most * 1.04)
    ax.set_ylim(len(names) - 0.5, -0.5)
    for place, name in enumerate(names):
        for state, marker, how in (
            ("done", "s", {"color": style.BLUE}),
            ("open", "o", {"color": style.VERMILLION, "markerfacecolor": "white"}),
        ):
            mine = np.sort(days[((dated["category"] == name) & (dated["state"] == state)).to_numpy()])
            # Marks of one place are moved up and down by their order, so that none hides another.
            shift = (np.arange(len(mine)) % 3 - 1) * 0.16 + (0.08 if state == "open" else 0)
            ax.plot(mine, place + shift, marker, markersize=4, linestyle="none", zorder=3, **how)
        ax.axhline(place + 0.5, color=style.FAINT, linewidth=0.6, zorder=1)
    ax.yaxis.set_major_locator(FixedLocator(range(len(names))))
    ax.yaxis.set_major_formatter(FixedFormatter(labels))
    ax.tick_params(axis="y", labelsize=style.SMALL, length=0)
    marks = [t for t in MaxNLocator(7, steps=[1, 2, 5, 10]).tick_values(0, most) if 0 <= t <= most * 0.97]
    ax.xaxis.set_major_locator(FixedLocator(marks))
    ax.xaxis.set_major_formatter(FixedFormatter([amount_axis.compact(t) for t in marks]))
    ax.set_xlabel("days", labelpad=2)
    ax.spines[["top", "right", "left"]].set_visible(False)
    told = []
    for name, label in zip(names, labels, strict=True):
        states = dated.loc[dated["category"] == name, "state"]
        told.append(f"{label}: {int((states == 'done').sum())} done, {int((states == 'open').sum())} open")
    page.write(ax, under=_UNDER, alt="; ".join(told) + ". " + " ".join(notes))
    return ax
