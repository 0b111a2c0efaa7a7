"""How the error budget was spent, with this incident marked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator

from incident_analysis import frames, words
from incident_analysis.charts import style, time_axis
from incident_analysis.charts.page import Page, inner_width
from incident_analysis.estimate import Estimate

WHAT = "Error budget left (time in UTC)"
_HEIGHT = 1.7
_LEFT = 0.62
_COLOURS = (style.BLUE, style.GREEN, style.PURPLE, style.INK)
_STROKES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1, 1)), (0, (5, 1, 1, 1)))
_NAMES = ("budget", "bad", "spent_ratio", "left_ratio", "incident_bad", "incident_spent_ratio")
_WINDOW = {"facecolor": style.VERMILLION, "alpha": 0.2, "linewidth": 0}


@style.styled
def error_budget(
    left: pd.DataFrame,
    *,
    budget: pd.DataFrame | None = None,
    windows: pd.DataFrame | None = None,
    alerts: pd.DataFrame | None = None,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """The share of the budget that is left, falling with every bad event of the window; below zero it is overspent.

    Parameters
    ----------
    left : SERIES
        Of `impact.budget_left`: `value`, the share left at the end of each interval; a line for each key. Without rows,
        or where no whole budget is known: words instead of a chart.
    budget : ESTIMATES, optional
        Of `impact.error_budget`: what was spent, printed with the keys; or of `impact.measured`, whose `service` tells
        which line is meant.
    windows : WINDOWS, optional
        Of the incident, shaded.
    alerts : DataFrame, optional
        Of `impact.alerts`: when they would have fired, marked on the line.
    title : str, optional
    ax : Axes, optional

    Returns
    -------
    Axes
        Its x values are days since 1970-01-01 UTC; y is a ratio.
    """
    known = left[left["value"].notna()] if len(left) else left
    if known.empty:
        unknown = [e.reason for _, e in _said(budget, None) if not e.known]
        why = unknown[0] if unknown else "no service level is known"
        return style.nothing_known(WHAT, f"How much of the budget is left is not known: {why}.", title=title, ax=ax)
    lines = {str(key): mine for key, mine in known.groupby("key", sort=False)}
    said = {key: dict(_said(budget, key)) for key in lines}
    starts, ends = time_axis.days(known["time"]), time_axis.days(known["end"])
    value = known["value"].to_numpy(float)
    scale = time_axis.time_scale(
        np.concatenate([starts, ends]), inner_width(ax, _LEFT), before=0.02, after=0.1, broken=False
    )
    low = min(float(value.min()), 0.0)
    marks = [mark for key, mine in lines.items() for mark in _fired(alerts, key, mine)]
    page = Page(WHAT, title, _LEFT, scale.width, _keys(said, windows, marks))
    ax = page.axes(ax, _HEIGHT, over=0.04, under=0.52)
    time_axis.apply(ax, scale)
    ax.set_ylim(low * 1.08 if low < 0 else 0, 1.04)
    ticks = [t for t in MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]).tick_values(low, 1) if low - 1e-9 <= t <= 1 + 1e-9]
    ax.yaxis.set_major_locator(FixedLocator(ticks))
    ax.yaxis.set_major_formatter(FixedFormatter([words.percent(float(t)) for t in ticks]))
    ax.tick_params(axis="y", labelsize=style.SMALL, pad=3)
    ax.set_axisbelow(True)
    ax.grid(axis="y", color=style.FAINT, linewidth=0.6)
    if windows is not None:
        for start, end in zip(time_axis.days(windows["start"]), time_axis.days(windows["end"]), strict=True):
            stop = ends.max() if np.isnan(end) else end
            ax.axvspan(start, stop, zorder=0.4, **_WINDOW)
            # A short incident in a long window is a line's width at least.
            ax.axvline(start, color=style.VERMILLION, linewidth=0.8, linestyle=(0, (4, 2)), zorder=0.5)
    if low < 0:
        ax.axhline(0, color=style.GREY, linewidth=0.9, zorder=2)
    for look, mine in zip(_looks(len(lines)), lines.values(), strict=True):
        x = np.concatenate([time_axis.days(mine["time"].iloc[:1]), time_axis.days(mine["end"])])
        y = np.concatenate([[1.0], mine["value"].to_numpy(float)])
        ax.plot(x, y, drawstyle="steps-post", zorder=3, **look)
    for x_at, y_at, calls in marks:
        shape = "v" if calls == "page" else "s"
        ax.plot(
            [x_at],
            [y_at],
            marker=shape,
            markersize=6,
            color=style.ORANGE,
            markeredgecolor=style.INK,
            markeredgewidth=0.5,
            zorder=5,
        )
    page.write(ax, over=0.04, under=0.52, alt=_alt(lines, said, marks))
    return ax


def _said(budget: pd.DataFrame | None, key: str | None) -> list[tuple[str, Estimate]]:
    """What was spent and left of one objective; of all of them where there is no telling them apart."""
    if budget is None:
        return []
    mine = budget[budget["name"].isin(_NAMES)]
    if key is not None and "service" in mine:
        mine = mine[mine["service"] == key]
    return [(str(r["name"]), frames.to_estimate(r)) for r in frames.rows(mine)]


def _looks(count: int) -> list[dict[str, Any]]:
    """A colour and a stroke of its own for each line; from the fifth on they come again."""
    own = list(zip(_COLOURS, _STROKES, strict=True))
    return [
        {"color": colour, "linestyle": stroke, "linewidth": 1.4}
        for colour, stroke in (own[i % len(own)] for i in range(count))
    ]


def _fired(alerts: pd.DataFrame | None, key: str, line: pd.DataFrame) -> list[tuple[float, float, str]]:
    if alerts is None:
        return []
    mine = alerts[alerts["service"] == key] if "service" in alerts else alerts
    fired = mine[mine["fired"].notna()]
    ends, value = time_axis.days(line["end"]), line["value"].to_numpy(float)
    found = []
    for at, calls in zip(time_axis.days(fired["fired"]), fired["calls"], strict=True):
        if ends[0] <= at <= ends[-1] + 1e-9:
            place = int(np.searchsorted(ends, at - 1e-9))
            found.append((float(at), float(value[min(place, len(value) - 1)]), str(calls)))
    return found


def _keys(
    said: dict[str, dict[str, Estimate]], windows: pd.DataFrame | None, marks: list[tuple[float, float, str]]
) -> list[style.Key]:
    keys: list[style.Key] = []
    several = len(said) > 1
    for look, (key, mine) in zip(_looks(len(said)), said.items(), strict=True):
        parts = []
        spent, end = mine.get("incident_spent_ratio"), mine.get("left_ratio")
        if several and spent is not None and spent.known:
            parts.append(f"this incident spent {_share(spent)}")
        if several and end is not None and end.value is not None:
            parts.append(f"left at the end {_percent(end.value)}")
        name = f"{key or 'service not stated'}: " if several else ""
        keys.append((look, name + (", ".join(parts) or "left of the budget")))
    only = next(iter(said.values())) if len(said) == 1 else {}
    spent, end = only.get("incident_spent_ratio"), only.get("left_ratio")
    share = "" if spent is None or not spent.known else _share(spent)
    if windows is not None:
        told = f": spent {share} of the budget" if share else ""
        look = {"linestyle": (0, (4, 2)), "color": style.VERMILLION, "linewidth": 0.9}
        keys.append((look, f"this incident{told}"))
    if end is not None and end.value is not None:
        keys.append(({"sign": "="}, f"left at the end: {_percent(end.value)}"))
    for calls, shape in (("page", "v"), ("ticket", "s")):
        if any(c == calls for *_, c in marks):
            look = {
                "marker": shape,
                "markersize": 6,
                "color": style.ORANGE,
                "markeredgecolor": style.INK,
                "markeredgewidth": 0.5,
            }
            keys.append((look, f"a {calls} would have gone out"))
    return keys


def _share(spent: Estimate) -> str:
    if spent.value is not None:
        return words.percent(spent.value)
    ends = [words.percent(x) for x in (spent.low, spent.high) if x is not None]
    return " to ".join(ends)


def _alt(
    lines: dict[str, pd.DataFrame], said: dict[str, dict[str, Estimate]], marks: list[tuple[float, float, str]]
) -> str:
    parts = []
    for key, mine in lines.items():
        first, last = words.instant(mine["time"].iloc[0]), words.instant(mine["end"].iloc[-1])
        name = f"the budget of {key}" if key and len(lines) > 1 else "the budget"
        parts.append(f"From {first} to {last} {name} falls from 100 % to {_percent(float(mine['value'].iloc[-1]))}")
        spent = said[key].get("incident_spent_ratio")
        if spent is not None and spent.known:
            parts.append(f"this incident spent {_share(spent)} of it")
    if marks:
        parts.append(f"{words.plural(len(marks), 'alert')} would have fired")
    return ". ".join(p[0].upper() + p[1:] for p in parts) + "."


def _percent(ratio: float) -> str:
    return words.percent(ratio) if ratio >= 0 else "−" + words.percent(-ratio)
