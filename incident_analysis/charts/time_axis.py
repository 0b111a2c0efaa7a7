"""A true time axis in UTC, with breaks where nothing happened for long.

Instants are numbers of days since 1970 here, as matplotlib counts them; places are inches.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from incident_analysis import words
from incident_analysis.charts import style

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_S, _M, _H = 1 / 86400, 1 / 1440, 1 / 24
_STEPS = [*(n * _S for n in (1, 2, 5, 10, 15, 30)), *(n * _M for n in (1, 2, 5, 10, 15, 30))]
_STEPS += [*(n * _H for n in (1, 2, 3, 6, 12)), 1, 2, 5, 7, 14, 28, 56, 91, 182, 365, 730, 1826, 3652, 18262]


def days(times: pd.Series) -> np.ndarray:
    """Instants as days since 1970; NaN where there is none."""
    # Microseconds since 1970 reach every year that a date can have; nanoseconds do not.
    micro = pd.to_datetime(times, utc=True).astype("datetime64[us, UTC]")
    return np.where(micro.isna(), np.nan, micro.astype("int64").to_numpy(float) / 86_400e6)


def instant(day: float) -> datetime:
    """The instant of a number of days, to the millisecond."""
    return _EPOCH + timedelta(milliseconds=round(day * 86_400_000))


def clock(day: float, *, exact: bool = True) -> str:
    """Time of day, with seconds where they are not zero (and `exact` asks for them)."""
    at = instant(day)
    return at.strftime("%H:%M:%S" if exact and at.second else "%H:%M")


def date(day: float, *, year: bool = False) -> str:
    """Day and month in English, whatever the machine's language is."""
    at = instant(day)
    return f"{at.day} {_MONTHS[at.month - 1]}" + (f" {at.year}" if year else "")


@dataclass(frozen=True)
class TimeScale:
    """From instants to places and back.

    Parameters
    ----------
    knots, places : tuple of float
        Days, and inches from the left end; linear between them and beyond.
    breaks : tuple of (float, float)
        Stretches that are shortened.
    points : tuple of float
        The instants the scale was made for.
    width : float
        Inches.
    """

    knots: tuple[float, ...]
    places: tuple[float, ...]
    breaks: tuple[tuple[float, float], ...]
    points: tuple[float, ...]
    width: float
    per_day: float

    def place(self, day: np.ndarray | float) -> np.ndarray:
        """Inches from the left end of the axis."""
        return _piecewise(np.asarray(day, float), self.knots, self.places, self.per_day)

    def day(self, place: np.ndarray | float) -> np.ndarray:
        """The instant at a place in inches."""
        return _piecewise(np.asarray(place, float), self.places, self.knots, 1 / self.per_day)

    @property
    def step(self) -> float:
        """Days from one tick to the next."""
        return next((s for s in _STEPS if s * self.per_day >= (0.62 if s < _M else 0.5)), _STEPS[-1])

    @property
    def segments(self) -> list[tuple[float, float]]:
        """The stretches between the breaks."""
        ends = [self.points[0], *(t for gap in self.breaks for t in gap), self.points[-1]]
        return list(zip(ends[::2], ends[1::2], strict=True))


def _piecewise(x: np.ndarray, xs: Sequence[float], ys: Sequence[float], slope: float) -> np.ndarray:
    inside = np.interp(x, xs, ys)
    inside = np.where(x < xs[0], ys[0] + (x - xs[0]) * slope, inside)
    return np.where(x > xs[-1], ys[-1] + (x - xs[-1]) * slope, inside)


def gap_label(gap: tuple[float, float]) -> str:
    """The length of a break in words."""
    return words.duration(round((gap[1] - gap[0]) * 86400))


def _break_width(gap: tuple[float, float]) -> float:
    return max(0.75, style.text_width(gap_label(gap), style.SMALL) + 0.2)


def long_gaps(points: Sequence[float], *, most: int = 3) -> tuple[tuple[float, float], ...]:
    """The gaps that are shortened: those that leave the rest too little room.

    A gap is long when it takes over half of what the scale shows, and at least five instants share the rest.

    Examples
    --------
    >>> long_gaps([0, 1, 2, 3, 20, 21])
    ((3, 20),)
    >>> long_gaps([0, 1, 20])
    ()
    """
    ends = sorted(set(points))
    chosen: list[tuple[float, float]] = []
    for gap in sorted(pairwise(ends), key=lambda gap: gap[0] - gap[1])[:most]:
        parts = [p for p in _parts(ends, chosen) if len(p) > 1]
        left = sum(part[-1] - part[0] for part in parts)
        if sum(len(part) for part in parts) < 5 or gap[1] - gap[0] < 0.5 * left:
            break
        chosen = sorted([*chosen, gap])
    return tuple(chosen)


def _parts(ends: list[float], breaks: Sequence[tuple[float, float]]) -> list[list[float]]:
    """The instants between the breaks."""
    starts = [0, *(ends.index(later) for _, later in breaks), len(ends)]
    return [ends[a:b] for a, b in pairwise(starts)]


def _that_fit(gaps: Sequence[tuple[float, float]], room: float) -> tuple[tuple[float, float], ...]:
    """The longest gaps whose marks have room; what stands between them needs the rest of the axis."""
    kept: list[tuple[float, float]] = []
    for gap in sorted(gaps, key=lambda g: g[0] - g[1]):
        room -= _break_width(gap)
        if room < 0:
            break
        kept.append(gap)
    return tuple(sorted(kept))


def time_scale(
    points: Iterable[float], width: float, *, before: float = 0.12, after: float = 0.4, broken: bool = True
) -> TimeScale:
    """A scale that shows all points, with `before` and `after` inches beside them.

    Parameters
    ----------
    points : iterable of float
        Days; NaN are left out; at least one is a number.
    width : float
        Inches.
    broken : bool
        Whether long gaps are shortened; not where lengths are compared.
    """
    ends = sorted({float(p) for p in points if not np.isnan(p)})
    breaks = _that_fit(long_gaps(ends), 0.7 * width - before - after) if broken else ()
    widths = [_break_width(gap) for gap in breaks]
    shown = ends[-1] - ends[0] - sum(b - a for a, b in breaks)
    room = width - before - after - sum(widths)
    # One instant alone gets an hour on either side.
    per_day = room / shown if shown > 0 else room / (2 * _H)
    x = before if shown > 0 else before + room / 2
    knots, places = [ends[0]], [x]
    for gap, wide in zip(breaks, widths, strict=True):
        x += (gap[0] - knots[-1]) * per_day
        if gap[0] > knots[-1]:
            knots.append(gap[0])
            places.append(x)
        x += wide
        knots.append(gap[1])
        places.append(x)
    if ends[-1] > knots[-1]:
        knots.append(ends[-1])
        places.append(x + (ends[-1] - knots[-2]) * per_day)
    return TimeScale(tuple(knots), tuple(places), breaks, tuple(ends), width, per_day)


def ticks(scale: TimeScale) -> tuple[list[float], list[str]]:
    """Instants to mark and their labels, none over another.

    Every stretch between two breaks has at least one.
    """
    step = scale.step
    whole_days = step >= 1
    marks: list[tuple[float, bool]] = []
    for number, (start, end) in enumerate(scale.segments):
        if number == 0:
            start = float(scale.day(0.0))
        if number == len(scale.breaks):
            end = float(scale.day(scale.width - 0.1))
        first, last = int(np.ceil(start / step - 1e-9)), int(np.floor(end / step + 1e-9))
        inside = [i * step for i in range(first, last + 1)]
        point = scale.segments[number][0]
        marks += [(t, i == 0) for i, t in enumerate(inside)] or [(point, True)]
    accepted: list[tuple[float, str]] = []
    taken: list[tuple[float, float]] = []
    # One in every stretch first, the others where there is room.
    for t, needed in sorted(marks, key=lambda m: (not m[1], m[0])):
        # Where years pass between two ticks, each tells its own.
        label = _label(t, whole_days, dated=needed or step >= 182)
        half = max(style.text_width(line, style.SMALL) for line in label.split("\n")) / 2 + 0.05
        x = float(scale.place(t))
        if all(x + half <= a or x - half >= b for a, b in taken):
            taken.append((x - half, x + half))
            accepted.append((t, label))
    accepted.sort()
    if whole_days:
        # A new year is told where it begins.
        years = [instant(t).year for t, _ in accepted]
        for place in range(1, len(accepted)):
            t, label = accepted[place]
            if years[place] != years[place - 1] and "\n" not in label:
                accepted[place] = (t, f"{label}\n{years[place]}")
    return [t for t, _ in accepted], [label for _, label in accepted]


def _label(day: float, whole_days: bool, *, dated: bool) -> str:
    at = instant(day)
    midnight = not (at.hour or at.minute or at.second or at.microsecond)
    if whole_days:
        return date(day) + (f"\n{at.year}" if dated else "")
    return clock(day) + (f"\n{date(day)}" if dated or midnight else "")


def apply(ax: Axes, scale: TimeScale) -> None:
    """Give axes the scale, its ticks, the zone, and a foot line alone.

    The x values of the axes stay days since 1970, breaks or not.
    """
    ax.set_xscale("function", functions=(scale.place, scale.day))
    ax.set_xlim(float(scale.day(0.0)), float(scale.day(scale.width)))
    marks, labels = ticks(scale)
    ax.xaxis.set_major_locator(FixedLocator(marks))
    ax.xaxis.set_major_formatter(FixedFormatter(labels))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel(f"time, UTC ({span_words(scale)})", labelpad=2)


def span_words(scale: TimeScale) -> str:
    """First and last day of the scale, for the axis label."""
    first, last = instant(scale.points[0]), instant(scale.points[-1])
    days_shown = [f"{at.year:04d}-{at.month:02d}-{at.day:02d}" for at in (first, last)]
    return " to ".join(dict.fromkeys(days_shown))


def draw_breaks(ax: Axes, scale: TimeScale, stretches: Sequence[tuple[float, float]], *, label_y: float) -> None:
    """Mark every break with a double jagged line, and print its length.

    Parameters
    ----------
    stretches : sequence of (float, float)
        From where to where the lines run, in inches above the foot of the axes.
    label_y : float
        Where the lengths stand.
    """
    here = style.inches(ax)
    for gap in scale.breaks:
        middle = float(np.mean(scale.place(np.array(gap))))
        for low, high in stretches:
            teeth = np.append(np.arange(low, high, 0.07), high)
            side = middle + np.where(np.arange(len(teeth)) % 2, 0.02, -0.02)
            white = {"color": "white", "linewidth": 0, "zorder": 6}
            ax.fill_betweenx(teeth, side - 0.028, side + 0.028, transform=here, clip_on=False, **white)
            for shift in (-0.028, 0.028):
                how = {"color": style.GREY, "linewidth": 0.7, "zorder": 6.1, "clip_on": False}
                ax.plot(side + shift, teeth, transform=here, **how)
        label = style.put(ax, middle, label_y, gap_label(gap), size=style.SMALL, ha="center", va="center", zorder=8)
        label.set_bbox(style.BLANK)
