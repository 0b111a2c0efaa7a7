"""How many log records there were, when, and of which level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator

from incident_analysis import severity, words
from incident_analysis.charts import amount_axis, placing, style, time_axis
from incident_analysis.charts.page import sheet, whole, write_sheet
from incident_analysis.charts.time_axis import TimeScale
from incident_analysis.errors import FrameError

#: Colour, and marker where a bar is too narrow to be seen.
LOOK = {
    "trace and debug": (style.SKY, "."),
    "information": (style.BLUE, "o"),
    "warning": (style.ORANGE, "^"),
    "error": (style.VERMILLION, "s"),
    "fatal": (style.BLACK, "D"),
    severity.NOT_KNOWN: (style.GREY, "x"),
}
NOTHING = "Log records by severity"
_NAME, _PANEL, _BETWEEN, _UNDER = 1.2, 0.6, 0.17, 0.52
#: Bars that the width has room for; more are summed by longer intervals.
_MOST_BARS = 700
_GAPS = 3
_STEP = style.line_height(style.SMALL) + 0.015
_S = 1 / 86400
_LONGER = [*(1, 2, 5, 10, 15, 30), *(60 * n for n in (1, 2, 5, 10, 15, 30)), *(3600 * n for n in (1, 2, 3, 6, 12))]
_LONGER += [86400 * n for n in (1, 2, 7, 14, 28, 91, 182, 365, 730, 3650)]
_SHADE = {"facecolor": style.FAINT, "edgecolor": style.PALE, "hatch": "....", "linewidth": 0}
_WINDOW = {"facecolor": style.GREEN, "alpha": 0.13, "linewidth": 0}


@dataclass(frozen=True)
class _Group:
    """The counts of one severity group: days at which intervals begin, and counts, both as drawn."""

    name: str
    starts: np.ndarray
    counts: np.ndarray
    total: int
    most: int
    most_at: float

    @property
    def text(self) -> str:
        """How many records it has."""
        return words.plural(self.total, "record")


@style.styled
def log_rates(
    counts: pd.DataFrame,
    *,
    title: str | None = None,
    windows: pd.DataFrame | None = None,
    figure: Figure | None = None,
) -> Figure:
    """Log records by severity on one time axis, a panel for each group of levels with a scale of its own.

    The longest stretches without any record are shaded and their length is printed: logs that fall silent tell as much
    as logs that shout. A stretch that would leave the rest no room is cut out of the axis, with its length.

    Parameters
    ----------
    counts : SERIES
        Of `count_logs(..., by=("severity_number",))`: `time`, `end`, `key`, `count`. Without rows: words instead of a
        chart.
    title : str, optional
        What it is about: the incident, and that it is made up where it is.
    windows : WINDOWS, optional
        Shaded over all panels where the logs reach; for example of `timeline.windows`.
    figure : Figure, optional
        Where to draw; it is brought to the size needed. By default a new one, 6.5 in wide.

    Returns
    -------
    Figure
        One pair of axes for each group of levels that has records; x values are days since 1970-01-01 UTC. More
        intervals than the width has room for are summed by longer ones, and the unit says so.

    Raises
    ------
    FrameError
        `counts` is not by severity number.
    """
    _check(counts)
    timeless = int(counts.attrs.get("without_time", 0))
    unseen = [f"{words.plural(timeless, 'record')} without a time cannot be drawn."] * bool(timeless)
    if counts.empty:
        nothing = " ".join(["No record with a time is known.", *unseen])
        ax = style.nothing_known(NOTHING, nothing, title=title, ax=style.cover(figure) if figure else None)
        return ax.figure
    spans = _spans(counts)
    every = pd.Timedelta(counts["end"].iloc[0] - counts["time"].iloc[0]).total_seconds()
    gaps = _gaps(spans)
    scale, left, groups, drawn = _fit(counts, spans, every, gaps)
    unit = f"records per {words.duration(drawn)}"
    cut = set(scale.breaks)
    flagged = [gap for gap in gaps if gap not in cut and scale.place(gap[1]) - scale.place(gap[0]) > 0.02]
    labels = [f"no record for {time_axis.gap_label(gap)}" for gap in flagged]
    flags = _flags(flagged, labels, scale, left)
    shown, outside = _windows(windows, spans)
    absent = [name for name in severity.GROUPS if name not in {g.name for g in groups}]
    notes = [f"No record of: {words.listing(absent, last='or')}."] * bool(absent) + unseen + outside
    if drawn > every:
        notes.append(f"Counts per {words.duration(every)} are summed by {words.duration(drawn)} to be drawn.")
    if cut:
        notes.append("The axis is cut where no record is for long; the length is printed in the cut.")
    page = whole(f"Log {unit}, by severity (time in UTC)", title, _keys(flagged, shown), notes)
    over = _STEP * (1 + max((flag.row for flag in flags), default=-1)) + (0.08 if flags else 0.02)
    tall = len(groups) * (_PANEL + _BETWEEN) - _BETWEEN
    base = sheet(page, figure, over + tall + _UNDER)
    foot = style.MARGIN + page.below + _UNDER
    for number, group in enumerate(groups):
        y = foot + (len(groups) - 1 - number) * (_PANEL + _BETWEEN)
        ax = style.add_axes(base.figure, left, y, scale.width, _PANEL)
        _draw(ax, group, scale, drawn * _S, [*flagged, *cut], shown, last=number == len(groups) - 1)
        _name(base, group, unit, y)
    _draw_flags(base, flags, flagged, labels, scale, left, foot, tall)
    stretches = [(n * (_PANEL + _BETWEEN), n * (_PANEL + _BETWEEN) + _PANEL) for n in range(len(groups))]
    time_axis.draw_breaks(ax, scale, stretches, label_y=tall - _PANEL / 2)
    write_sheet(page, base, alt=_alt(groups, gaps, windows, drawn, every, notes))
    return base.figure


def _check(counts: pd.DataFrame) -> None:
    remedy = 'give what count_logs(…, by=("severity_number",)) returns'
    lacking = [name for name in ("time", "end", "key", "count") if name not in counts.columns]
    if lacking:
        raise FrameError(f"counts without {words.listing(lacking)}", remedy=remedy, where="counts")
    numbers = {"", *(str(n) for n in range(1, 25))}
    strange = sorted(set(counts["key"].astype(str)) - numbers)
    if strange:
        raise FrameError(f"the key {strange[0]!r} is no severity number", remedy=remedy, where="counts")


def _spans(counts: pd.DataFrame) -> list[tuple[float, float]]:
    """The intervals that hold records, in order."""
    once = counts[["time", "end"]].drop_duplicates().sort_values("time")
    return list(zip(time_axis.days(once["time"]).tolist(), time_axis.days(once["end"]).tolist(), strict=True))


def _gaps(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The longest stretches between intervals that hold records, the earlier of two alike first; in order."""
    every = [(a[1], b[0]) for a, b in pairwise(spans) if b[0] - a[1] > 1e-9]
    return sorted(sorted(every, key=lambda gap: (round((gap[0] - gap[1]) * 86400, 3), gap[0]))[:_GAPS])


def _fit(
    counts: pd.DataFrame, spans: Sequence[tuple[float, float]], every: float, gaps: Sequence[tuple[float, float]]
) -> tuple[TimeScale, float, list[_Group], float]:
    """Scale, left end of the axes in inches, counts as drawn, seconds of one bar: each depends on the others."""
    whole_span = spans[-1][1] - spans[0][0]
    # Silence is what an analyst looks for: only where it leaves nearly no room for the rest it is cut out.
    broken = any(b - a > 0.75 * whole_span for a, b in gaps)
    points = [t for span in spans for t in span]
    rough = time_axis.time_scale(points, style.WIDTH, broken=broken)
    shown = whole_span - sum(b - a for a, b in rough.breaks)
    drawn = _bar(every, shown * 86400)
    groups = _groups(counts, drawn)
    widest = max(style.text_width(amount_axis.compact(t), style.SMALL) for g in groups for t in _ticks(g))
    left = style.MARGIN + _NAME + widest + 0.1
    width = style.WIDTH - left - style.MARGIN
    return time_axis.time_scale(points, width, before=0.04, after=0.12, broken=broken), left, groups, drawn


def _bar(every: float, shown: float) -> float:
    """Seconds of one bar: the intervals' own, or the shortest usual multiple that has room."""
    if shown / every <= _MOST_BARS:
        return every
    usual = (s for s in _LONGER if s > every and abs(s / every - round(s / every)) < 1e-9 and shown / s <= _MOST_BARS)
    return float(next(usual, every * np.ceil(shown / every / _MOST_BARS)))


def _groups(counts: pd.DataFrame, drawn: float) -> list[_Group]:
    number = pd.to_numeric(counts["key"].replace("", "0")).astype("int64")
    named = number.map({n: severity.group(n) for n in range(25)})
    # Both count from 1970, so every longer interval begins with a shorter one.
    starts = counts["time"].dt.floor(pd.Timedelta(seconds=drawn))
    made = []
    for name in LOOK:
        mine = counts[named == name]
        if mine.empty:
            continue
        summed = mine["count"].groupby(starts[named == name]).sum().sort_index()
        days = time_axis.days(summed.index.to_series())
        values = summed.to_numpy(float)
        peak = int(np.argmax(values))
        made.append(_Group(name, days, values, int(mine["count"].sum()), int(values[peak]), float(days[peak])))
    return made


def _ticks(group: _Group) -> list[float]:
    found = MaxNLocator(2, steps=[1, 2, 5, 10], integer=True).tick_values(0, group.most)
    return [float(t) for t in found if 0 <= t <= group.most * 1.05]


def _draw(
    ax: Axes,
    group: _Group,
    scale: TimeScale,
    bar: float,
    gaps: Sequence[tuple[float, float]],
    windows: Sequence[dict[str, Any]],
    *,
    last: bool,
) -> None:
    time_axis.apply(ax, scale)
    ax.set_ylim(0, group.most * 1.12)
    ticks = _ticks(group)
    ax.yaxis.set_major_locator(FixedLocator(ticks))
    ax.yaxis.set_major_formatter(FixedFormatter([amount_axis.compact(t) for t in ticks]))
    ax.tick_params(axis="y", labelsize=style.SMALL, pad=3)
    ax.set_axisbelow(True)
    ax.grid(axis="y", color=style.FAINT, linewidth=0.6)
    if not last:
        ax.set_xlabel("")
        ax.tick_params(axis="x", labelbottom=False, length=0)
    for gap in gaps:
        ax.axvspan(*gap, zorder=0.3, **_SHADE)
    for window in windows:
        ax.axvspan(window["from"], window["to"], zorder=0.4, **_WINDOW)
        for edge in window["edges"]:
            ax.axvline(edge, color=style.GREEN, linewidth=0.9, linestyle=(0, (4, 2)), zorder=3.5)
    colour, marker = LOOK[group.name]
    ax.add_patch(PathPatch(_bars(group, bar), facecolor=colour, edgecolor=colour, linewidth=0.5, zorder=3))
    if len(group.starts) <= 60 and bar * scale.per_day < 0.05:
        how = {"linestyle": "none", "markersize": 3.5, "color": colour, "zorder": 4, "clip_on": False}
        ax.plot(group.starts + bar / 2, group.counts, marker=marker, **how)


def _bars(group: _Group, bar: float) -> Path:
    """The bars, those that touch in one outline; a line around them keeps the narrowest to be seen."""
    apart = np.flatnonzero(np.diff(group.starts) > bar * (1 + 1e-6)) + 1
    outlines = []
    for starts, counts in zip(np.split(group.starts, apart), np.split(group.counts, apart), strict=True):
        edges = np.repeat(np.append(starts, starts[-1] + bar), 2)
        outlines.append(Path(np.column_stack([edges, [0.0, *np.repeat(counts, 2), 0.0]])))
    return Path.make_compound_path(*outlines)


def _name(page: Axes, group: _Group, unit: str, y: float) -> None:
    colour, marker = LOOK[group.name]
    middle = y + _PANEL - 0.09
    here = style.inches(page, style.MARGIN + 0.05, middle)
    page.plot([0], [0], transform=here, marker=marker, markersize=4.5, color=colour, clip_on=False)
    x = style.MARGIN + 0.16
    style.put(page, x, middle, group.name, weight="bold", va="center_baseline")
    said = "\n".join(style.wrap(t, _NAME - 0.16, size=style.SMALL) for t in (unit, f"{group.text} in all"))
    style.put(page, x, middle - 0.09, said, size=style.SMALL, color=style.GREY)


def _flags(
    gaps: Sequence[tuple[float, float]], labels: Sequence[str], scale: TimeScale, left: float
) -> list[placing.Flag]:
    xs = [float(np.mean(scale.place(np.array(gap)))) for gap in gaps]
    wide = [style.text_width(label, style.SMALL) for label in labels]
    return placing.flags(xs, wide, left=style.MARGIN - left, right=scale.width) or []


def _draw_flags(
    page: Axes,
    flags: Sequence[placing.Flag],
    gaps: Sequence[tuple[float, float]],
    labels: Sequence[str],
    scale: TimeScale,
    left: float,
    foot: float,
    tall: float,
) -> None:
    """A line from each shaded gap up to its length."""
    for flag, label in zip(flags, labels, strict=False):
        y = foot + tall + flag.row * _STEP + 0.05
        here = style.inches(page)
        how = {"color": style.GREY, "linewidth": 0.7, "clip_on": False, "zorder": 1}
        page.plot([left + flag.x] * 2, [foot + tall, y + _STEP * 0.85], transform=here, **how)
        side = {"ha": "left"} if flag.right else {"ha": "right"}
        shift = 0.03 if flag.right else -0.03
        style.put(page, left + flag.x + shift, y, label, size=style.SMALL, va="bottom", color=style.GREY, **side)


def _windows(
    windows: pd.DataFrame | None, spans: Sequence[tuple[float, float]]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Where to shade, in days; and sentences on windows outside of what the logs hold."""
    shown: list[dict[str, Any]] = []
    outside: list[str] = []
    if windows is None:
        return shown, outside
    first, last = spans[0][0], spans[-1][1]
    for row, start, end in zip(
        windows.to_dict("records"), time_axis.days(windows["start"]), time_axis.days(windows["end"]), strict=True
    ):
        stop = last if np.isnan(end) else end
        if np.isnan(start):
            continue
        if start > last or end < first:
            told = _told(row)
            outside.append(f"Outside of what these logs hold: {told}.")
            continue
        edges = [t for t in (start, end) if first <= t <= last]
        shown.append({"effect": str(row["effect"]), "from": max(start, first), "to": min(stop, last), "edges": edges})
    return shown, outside


def _told(row: dict[Any, Any]) -> str:
    until = "not over" if pd.isna(row["end"]) else words.instant(row["end"])
    return f"{row['effect'] or 'a window'} ({words.instant(row['start'])} to {until})"


def _keys(flagged: Sequence[tuple[float, float]], windows: Sequence[dict[str, Any]]) -> list[style.Key]:
    keys: list[style.Key] = []
    if flagged:
        longest = "the longest stretch" if len(flagged) == 1 else f"the {len(flagged)} longest stretches"
        keys.append(({"box": _SHADE}, f"{longest} of intervals without any record"))
    for effect in dict.fromkeys(w["effect"] for w in windows):
        keys.append(({"box": _WINDOW}, style.wrap(effect, style.WIDTH - 0.6, size=style.SMALL, most=1)))
    return keys


def _alt(
    groups: Sequence[_Group],
    gaps: Sequence[tuple[float, float]],
    windows: pd.DataFrame | None,
    drawn: float,
    every: float,
    notes: Sequence[str],
) -> str:
    def at(day: float) -> str:
        return words.instant(time_axis.instant(day))

    said = [
        f"{g.name}: {g.text}, most in the {words.duration(drawn)} from {at(g.most_at)}: {words.number(g.most)}"
        for g in groups
    ]
    said += [f"no record for {time_axis.gap_label(gap)} from {at(gap[0])} to {at(gap[1])}" for gap in gaps]
    if not gaps:
        said.append(f"no interval of {words.duration(every)} between the first and the last record is without one")
    told = [] if windows is None else [_told(row) for row in windows.to_dict("records")]
    said += [t for t in told if not any(t in note for note in notes)]
    return " ".join(words.sentence(style.clean(part)) for part in [*said, *notes])
