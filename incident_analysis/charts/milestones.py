"""Milestones as labelled lines, and those that cannot be drawn in words."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from incident_analysis import words
from incident_analysis.charts import placing, style, time_axis
from incident_analysis.charts.time_axis import TimeScale

#: Between milestones that lie closer than this (inches) no eye can tell.
_SAME = 0.02


@dataclass(frozen=True)
class Line:
    """One line, or several at one place: days, the label above it, and how sure the time is."""

    time: float
    low: float
    high: float
    label: str
    certainty: str


def name(milestone: str) -> str:
    """A milestone in words."""
    return milestone.replace("_", " ")


def points(moments: pd.DataFrame | None) -> np.ndarray:
    """Every instant that the milestones put on the axis, in days."""
    if moments is None or not len(moments):
        return np.array([])
    known = moments[moments["time"].notna()]
    return np.concatenate([time_axis.days(known[c]) for c in ("time", "time_low", "time_high")])


def lines(moments: pd.DataFrame | None, scale: TimeScale) -> list[Line]:
    """The milestones with a time, in its order; those at one place share a label."""
    if moments is None or not len(moments):
        return []
    known = moments[moments["time"].notna()]
    columns = [time_axis.days(known[c]) for c in ("time", "time_low", "time_high")]
    rows = sorted(zip(*columns, known["milestone"], known["certainty"], strict=True), key=lambda row: row[0])
    made: list[Line] = []
    for time, low, high, milestone, certainty in rows:
        told = _told(time, low, high, certainty, scale)
        last = made[-1] if made else None
        here = float(scale.place(time))
        if last and last.certainty == certainty and here - float(scale.place(last.time)) < _SAME:
            names, _, before = last.label.rpartition(" · ")
            label = f"{names}, {name(milestone)} · {told if told == before else f'{before}, {told}'}"
            made[-1] = Line(
                last.time, np.nanmin([last.low, low, last.time]), np.nanmax([last.high, high, time]), label, certainty
            )
            continue
        made.append(Line(time, low, high, f"{name(milestone)} · {told}", certainty))
    return made


def _told(time: float, low: float, high: float, certainty: str, scale: TimeScale) -> str:
    day = time_axis.date(time) + " " if scale.step >= 0.25 else ""
    if certainty == "day":
        return time_axis.date(time)
    if high > low:
        return f"{day}{time_axis.clock(low)}–{time_axis.clock(high)}"
    return ("about " if certainty == "approx" else "") + day + time_axis.clock(time)


@dataclass(frozen=True)
class Flags:
    """The labels above the axes with their places."""

    lines: list[Line]
    spots: list[placing.Flag]
    note: str

    @property
    def height(self) -> float:
        """Inches above the axes that they take."""
        return (max(spot.row for spot in self.spots) + 1) * _STEP + 0.06 if self.spots else 0.04

    def draw(self, ax: Axes, scale: TimeScale, top: float) -> None:
        """Draw lines over the axes (whose y values are inches, up to `top`) and the labels above."""
        for line, spot in zip(self.lines, self.spots, strict=True):
            foot = top + spot.row * _STEP + 0.03
            shade = 0.12
            dashes: str | tuple[int, tuple[int, int]] = "-"
            if line.certainty == "day":
                # A day has no minute that a line could stand at.
                dashes, shade = (0, (1, 2)), 0.18
            elif line.certainty == "approx":
                dashes = (0, (3, 2))
            if line.high > line.low:
                ax.fill_betweenx([0, top], line.low, line.high, color=style.BLUE, alpha=shade, linewidth=0, zorder=0.5)
            how = {"color": style.BLUE, "linewidth": 0.8, "linestyle": dashes, "clip_on": False, "zorder": 1}
            ax.plot([line.time] * 2, [0, foot + _STEP * 0.9], **how)
            x = float(scale.place(line.time))
            side = {"ha": "left"} if spot.right else {"ha": "right"}
            shift = 0.03 if spot.right else -0.03
            style.put(ax, x + shift, foot, line.label, size=style.SMALL, va="bottom", color=style.BLUE, **side)


_STEP = style.line_height(style.SMALL) + 0.015


def place_flags(found: list[Line], scale: TimeScale, *, left: float, right: float) -> Flags:
    """Find room for the labels between `left` and `right` (inches from the axes' left end).

    Where there is none, letters stand in for them, and a note tells what they mean.
    """
    xs = [float(scale.place(line.time)) for line in found]
    spots = placing.flags(xs, [style.text_width(line.label, style.SMALL) for line in found], left=left, right=right)
    if spots is not None:
        return Flags(found, spots, "")
    letters = [f"M{n + 1}" for n in range(len(found))]
    short = [replace(line, label=letter) for line, letter in zip(found, letters, strict=True)]
    narrow = [style.text_width(letter, style.SMALL) for letter in letters]
    # Short labels that all point right fit: the axis keeps more room than that at its end.
    spots = placing.flags(xs, narrow, left=left, right=right + 1.0) or []
    note = "; ".join(f"{letter} {line.label}" for letter, line in zip(letters, found, strict=True))
    return Flags(short, spots, f"Milestones: {note}.")


def missing(moments: pd.DataFrame | None) -> list[str]:
    """Sentences on the milestones without a time: not yet reached, and not known."""
    if moments is None:
        return []
    said = []
    for row in moments[moments["certainty"] == "open"].to_dict("records"):
        as_of = "" if pd.isna(row["time_low"]) else f" (as of {words.instant(row['time_low'])})"
        said.append(f"Not yet: {name(row['milestone'])}{as_of}.")
    unknown = moments[(moments["certainty"] != "open") & moments["time"].isna()]
    if len(unknown):
        said.append(f"Time not known: {words.listing([name(m) for m in unknown['milestone']])}.")
    return said


def keys(found: list[Line]) -> list[style.Key]:
    """The signs of the lines that occur."""
    seen = {line.certainty for line in found}
    made: list[style.Key] = []
    if seen - {"approx", "day"}:
        made.append(({"linestyle": "-", "color": style.BLUE}, "milestone"))
    if "approx" in seen:
        made.append(({"linestyle": (0, (3, 2)), "color": style.BLUE}, "milestone, about"))
    if "day" in seen:
        box = {"facecolor": style.BLUE, "alpha": 0.18, "linewidth": 0}
        made.append(({"box": box}, "milestone, only the day is known"))
    return made
