"""How long each phase took, as bars on a true time axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from incident_analysis import frames
from incident_analysis.charts import milestones, style, time_axis
from incident_analysis.charts.page import Page, inner_width
from incident_analysis.charts.time_axis import TimeScale
from incident_analysis.estimate import Estimate
from incident_analysis.timeline import DURATIONS

WHAT = "Phases from malfunction to resolution (time in UTC)"
_ROW = 0.4


@dataclass(frozen=True)
class _End:
    """A milestone on the axis, in days; `time` is NaN where it is unknown or not yet reached."""

    time: float
    low: float
    high: float
    certainty: str


@dataclass(frozen=True)
class _Row:
    label: str
    ends: str
    start: _End
    end: _End
    estimate: Estimate

    @property
    def text(self) -> str:
        """The duration in words."""
        if not self.estimate.known:
            return f"unknown: {self.estimate.reason}"
        if self.end.certainty == "open":
            return f"{self.estimate.figure}, not over"
        return self.estimate.figure


@style.styled
def phases(moments: pd.DataFrame, durations: pd.DataFrame, *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """Time to detect, acknowledge, mitigate, restore and resolve, between the milestones they are measured from.

    Bars are hatched where an end is uncertain; a hollow end is approximate with a width that no source states. What is
    unknown is said in words, what is not over runs to the as-of time and ends in an arrow. The axis is never broken:
    lengths are compared here.

    Parameters
    ----------
    moments : MOMENTS
        Of one incident.
    durations : ESTIMATES
        Of the same incident, in seconds, with the names of `timeline.DURATIONS`.
    title : str, optional
        What it is about: the incident, and that it is made up where it is.
    ax : Axes, optional
        Where to draw; by default axes on a new figure, 6.5 in wide and as high as needed.

    Returns
    -------
    Axes
        Its x values are days since 1970-01-01 UTC. Where no milestone has a time: words instead of a chart.
    """
    ends = _ends(moments)
    rows = [_row(record, ends) for record in durations.to_dict("records") if record["name"] in DURATIONS]
    points = milestones.points(moments)
    if not np.isfinite(points).any():
        nothing = " ".join(["No milestone has a known time.", *milestones.missing(moments)])
        return style.nothing_known(WHAT, nothing, title=title, ax=ax)
    open_until = time_axis.days(moments["time_low"])[(moments["certainty"] == "open").to_numpy()]
    left = max(max(style.text_width(r.label), style.text_width(r.ends, style.SMALL)) for r in rows) if rows else 0.3
    left += style.MARGIN + 0.08
    width = inner_width(ax, left)
    scale = time_axis.time_scale(np.concatenate([points, open_until]), width, after=0.2, broken=False)
    found = milestones.lines(moments, scale)
    marked = milestones.place_flags(found, scale, left=style.MARGIN - left, right=width)
    height = _ROW * max(len(rows), 1) + 0.06
    notes = [marked.note] * bool(marked.note) + milestones.missing(moments)
    page = Page(WHAT, title, left, width, _keys(rows, found), notes)
    over, under = marked.height, 0.52
    ax = page.axes(ax, height, over=over, under=under)
    time_axis.apply(ax, scale)
    ax.set_ylim(0, height)
    ax.set_yticks([])
    marked.draw(ax, scale, height)
    for number, row in enumerate(rows):
        _draw(ax, row, scale, height - (number + 1) * _ROW, left)
    said = [f"{row.label} ({row.ends}): {row.text}" for row in rows]
    told = [f"{milestones.name(m)}: {t}" for m, t in zip(moments["milestone"], moments["text"], strict=True)]
    page.write(ax, over=over, under=under, alt=". ".join(part[0].upper() + part[1:] for part in said + told) + ".")
    return ax


def _ends(moments: pd.DataFrame) -> dict[str, _End]:
    columns = [time_axis.days(moments[c]) for c in ("time", "time_low", "time_high")]
    rows = zip(moments["milestone"], *columns, moments["certainty"], strict=True)
    return {name: _End(time, low, high, certainty) for name, time, low, high, certainty in rows}


_NOWHERE = _End(np.nan, np.nan, np.nan, "unknown")


def _row(record: dict[Any, Any], ends: dict[str, _End]) -> _Row:
    start, end = DURATIONS[str(record["name"])]
    estimate = frames.to_estimate(record)
    label = str(record["name"]).replace("_", " ")
    between = f"{milestones.name(start)} → {milestones.name(end)}"
    return _Row(label, between, ends.get(start, _NOWHERE), ends.get(end, _NOWHERE), estimate)


def _draw(ax: Axes, row: _Row, scale: TimeScale, foot: float, left: float) -> None:
    ax.axhline(foot, color=style.FAINT, linewidth=0.6, zorder=0)
    style.put(ax, -0.08, foot + 0.31, row.label, ha="right", va="center_baseline")
    style.put(ax, -0.08, foot + 0.13, row.ends, size=style.SMALL, ha="right", va="center_baseline", color=style.GREY)
    known = row.estimate.known and np.isfinite(row.start.time)
    x = _draw_bar(ax, row, scale, foot + 0.13) if known else 0.16
    wide = style.text_width(row.text, style.TEXT)
    text = style.wrap(row.text, scale.width - 0.2, most=1 if known else 2)
    style.put(
        ax,
        max(0.02, min(x + 0.05, scale.width - wide - 0.02)),
        foot + 0.31 if known else foot + _ROW / 2,
        text,
        va="center_baseline" if known else "center",
        color=style.INK if known else style.GREY,
        style="normal" if known else "italic",
        zorder=7,
        bbox=style.BLANK,
    )


def _draw_bar(ax: Axes, row: _Row, scale: TimeScale, y: float) -> float:
    """Draw the bar of a known duration; the place of its start in inches."""
    start, end = row.start, row.end
    is_open = end.certainty == "open"
    stop = min(end.low, scale.points[-1]) if is_open else end.time
    here = style.inches(ax)

    def bar(a: float, b: float, **how: object) -> None:
        low, high = (float(x) for x in scale.place(np.array([a, b])))
        look = {"facecolor": style.SKY, "edgecolor": style.BLUE, "linewidth": 0.7, **how}
        ax.add_artist(Rectangle((low, y - 0.06), high - low, 0.12, transform=here, zorder=3, **look))

    def known(value: float, other: float) -> float:
        return value if np.isfinite(value) else other

    outer = (known(start.low, start.time), stop if is_open else known(end.high, end.time))
    inner = (known(start.high, start.time), stop if is_open else known(end.low, end.time))
    bar(*outer, facecolor="white", hatch="//////")
    if inner[1] > inner[0]:
        bar(*inner)
    for side, time in ((start, start.time), (end, stop)):
        x = float(scale.place(time))
        if side is end and is_open:
            ax.plot(
                [x + 0.03], [y], transform=here, marker=">", markersize=7, color=style.BLUE, zorder=5, clip_on=False
            )
        elif side.certainty != "day":
            fill = "white" if side.certainty == "approx" else style.BLUE
            ax.plot(
                [x], [y], transform=here, marker="o", markersize=4.5, color=style.BLUE, markerfacecolor=fill, zorder=5
            )
    return float(scale.place(outer[0]))


def _keys(rows: list[_Row], found: list[milestones.Line]) -> list[style.Key]:
    drawn = [row for row in rows if row.estimate.known and np.isfinite(row.start.time)]
    ends = [end for row in drawn for end in (row.start, row.end)]
    dot = {"marker": "o", "markersize": 4.5, "color": style.BLUE}
    keys: list[style.Key] = []
    if any(end.certainty == "exact" for end in ends):
        keys.append((dot, "filled end: time as stated"))
    if any(end.certainty == "approx" for end in ends):
        keys.append((dot | {"markerfacecolor": "white"}, "hollow end: about"))
    if any(end.high > end.low for end in ends):
        box = {"facecolor": "white", "edgecolor": style.BLUE, "hatch": "//////", "linewidth": 0.7}
        keys.append(({"box": box}, "between the bounds of an end"))
    if any(end.certainty == "open" for end in ends):
        keys.append(({"marker": ">", "markersize": 6, "color": style.BLUE}, "not over"))
    return keys + milestones.keys(found)
