"""Events by kind on a true time axis."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from incident_analysis import words
from incident_analysis.charts import milestones, placing, style, time_axis
from incident_analysis.charts.page import Page, inner_width
from incident_analysis.charts.time_axis import TimeScale

WHAT = "Timeline of events by kind (time in UTC)"
MINUTE_UNKNOWN = "minute not known"

# Kind: its marker and colour, in the order of the lanes: from what set it off to what was done about it.
KINDS = {
    "deploy": (">", style.PURPLE),
    "signal": ("^", style.SKY),
    "failure": ("X", style.VERMILLION),
    "consequence": ("P", style.ORANGE),
    "alert": ("D", style.BLUE),
    "acknowledgement": ("s", style.GREEN),
    "decision": ("p", style.PURPLE),
    "action": ("o", style.BLACK),
    "communication": ("v", style.BLUE),
    "observation": ("h", style.GREY),
}
OTHER = ("*", style.GREY)

_ROW, _PAD, _HALF_MARK = 0.175, 0.05, 0.055


@dataclass
class _Item:
    """An event in its lane; places in inches from the left end of the axis."""

    label: str
    kind: str
    certainty: str
    x: float
    low: float
    high: float
    cut: bool = False
    bracket: tuple[float, float] | None = None
    row: int = 0

    @property
    def label_inside(self) -> bool:
        """Whether the label stands inside the bar of a day."""
        room = self.high - self.low - style.text_width(self.label, style.SMALL)
        return self.certainty == "day" and room > 0.08 and not self.cut

    @property
    def label_x(self) -> float:
        """Where the label starts."""
        wide = style.text_width(self.label, style.SMALL)
        if self.label_inside:
            return (self.low + self.high - wide) / 2
        return (self.high if self.certainty == "day" else max(self.x + _HALF_MARK, self.high)) + 0.03

    @property
    def span(self) -> tuple[float, float]:
        """The room that mark, bounds and label take."""
        left = self.low if self.certainty == "day" else min(self.x - _HALF_MARK, self.low)
        return left, max(self.high, self.label_x + style.text_width(self.label, style.SMALL))


@dataclass
class _Lane:
    name: str
    items: list[_Item] = field(default_factory=list)
    bottom: float = 0.0

    @property
    def height(self) -> float:
        return (max(item.row for item in self.items) + 1) * _ROW + 2 * _PAD

    def middle(self, item: _Item) -> float:
        """Height of an item's middle above the foot of the axes."""
        return self.bottom + self.height - _PAD - (item.row + 0.5) * _ROW


def event_labels(events: pd.DataFrame) -> list[str]:
    """What stands beside each event's mark: its id where all ids are short, else its number in the order.

    Parameters
    ----------
    events : TIMELINE

    Examples
    --------
    >>> event_labels(pd.DataFrame({"event_id": ["e01", "e02"]}))
    ['e01', 'e02']
    >>> event_labels(pd.DataFrame({"event_id": ["failover-began", "e02"]}))
    ['1', '2']
    """
    ids = [style.clean(identity) for identity in events["event_id"]]
    short = all(0 < len(identity) <= 5 for identity in ids) and len(set(ids)) == len(ids)
    return ids if short else [str(n + 1) for n in range(len(ids))]


@style.styled
def lanes(
    events: pd.DataFrame, *, moments: pd.DataFrame | None = None, title: str | None = None, ax: Axes | None = None
) -> Axes:
    """Events in lanes, one for each kind, on a true time axis in UTC.

    Filled markers are exact times, hollow ones approximate; bounds are thin lines; a time known by its day only is a
    bar over that day. Events of unknown minute stand in a lane of their own, between those they were written between.
    A gap that would leave the rest too little room is cut short: the cut is marked and its length printed.

    Parameters
    ----------
    events : TIMELINE
        In order; rows whose `include` is False are left out.
    moments : MOMENTS, optional
        Milestones, drawn as labelled lines; those not known or not yet reached are named below.
    title : str, optional
        What it is about: the incident, and that it is made up where it is. Stands below the chart's own heading.
    ax : Axes, optional
        Where to draw; by default axes on a new figure, 6.5 in wide and as high as needed.

    Returns
    -------
    Axes
        Its x values are days since 1970-01-01 UTC. Where no event has a time: words instead of a chart.
    """
    shown = events.assign(label=event_labels(events))
    if "include" in shown:
        shown = shown[shown["include"].astype("boolean").fillna(True)]
    if not shown["time"].notna().any():
        return style.nothing_known(WHAT, _without_times(shown), title=title, ax=ax)
    points = np.concatenate(
        [time_axis.days(shown[c]) for c in ("time", "time_low", "time_high", "end")] + [milestones.points(moments)]
    )
    kinds = [kind for kind in [*KINDS, *_others(shown)] if (shown["kind"][shown["time"].notna()] == kind).any()]
    timeless = bool(shown["time"].isna().any())
    left = max(style.text_width(_lane_name(k)) for k in [*kinds, *[MINUTE_UNKNOWN] * timeless]) + style.MARGIN + 0.08
    width = inner_width(ax, left)
    scale = time_axis.time_scale(points, width)

    rows = [_Lane(kind, _timed(shown, kind, scale)) for kind in kinds]
    if timeless:
        rows.append(_Lane(MINUTE_UNKNOWN, _timeless(shown, scale)))
    strip = 0.2 if scale.breaks else 0.04
    height = strip
    for lane in reversed(rows):
        for item, row in zip(lane.items, placing.stack([item.span for item in lane.items]), strict=True):
            item.row = row
        lane.bottom = height
        height += lane.height

    found = milestones.lines(moments, scale)
    marked = milestones.place_flags(found, scale, left=style.MARGIN - left, right=width)
    notes = [marked.note] * bool(marked.note) + milestones.missing(moments)
    if list(shown["label"]) != [style.clean(i) for i in shown["event_id"]]:
        notes.append("Numbers: the event's place in the timeline.")
    page = Page(WHAT, title, left, width, _keys(rows, found, scale), notes)
    over, under = marked.height, 0.52
    ax = page.axes(ax, height, over=over, under=under)
    time_axis.apply(ax, scale)
    ax.set_ylim(0, height)
    for lane in rows:
        _draw_lane(ax, lane, scale)
    # The lane of unknown minutes has no scale that could break.
    lowest = rows[-1].bottom + rows[-1].height if timeless else strip
    time_axis.draw_breaks(ax, scale, [(-0.04, strip), (lowest, height)], label_y=strip / 2)
    marked.draw(ax, scale, height)
    ax.set_yticks([lane.bottom + lane.height / 2 for lane in rows], [_lane_name(lane.name) for lane in rows])
    page.write(ax, over=over, under=under, alt=_alt(shown, scale, moments))
    return ax


def _others(shown: pd.DataFrame) -> list[str]:
    return sorted({str(kind) for kind in shown["kind"]} - set(KINDS))


def _lane_name(kind: str) -> str:
    return style.clean(kind).replace("_", " ") or "kind not stated"


def _timed(shown: pd.DataFrame, kind: str, scale: TimeScale) -> list[_Item]:
    rows = shown[(shown["kind"] == kind) & shown["time"].notna()]
    columns = [time_axis.days(rows[c]) for c in ("time", "time_low", "time_high", "end")]
    items = []
    for label, certainty, time, low, high, end in zip(rows["label"], rows["certainty"], *columns, strict=True):
        first, last = np.nanmin([time, low]), np.nanmax([time, high, end])
        cut = any(a < last and b > first for a, b in scale.breaks)
        x, low_x, high_x = (float(p) for p in scale.place(np.array([time, first, last])))
        items.append(_Item(label, kind, certainty, x, low_x, high_x, cut=cut))
    return items


def _timeless(shown: pd.DataFrame, scale: TimeScale) -> list[_Item]:
    """Events without a time, spread evenly between the timed ones around them."""
    items: list[_Item] = []
    places = [None if np.isnan(t) else float(scale.place(t)) for t in time_axis.days(shown["time"])]
    labels, kinds = list(shown["label"]), list(shown["kind"])
    start = 0
    while start < len(places):
        stop = start
        while stop < len(places) and places[stop] is None:
            stop += 1
        if stop > start:
            before = places[start - 1] if start else None
            after = places[stop] if stop < len(places) else None
            low = 0.0 if before is None else before
            high = scale.width - 0.3 if after is None else after
            for n in range(start, stop):
                x = low + (high - low) * (n - start + 1) / (stop - start + 1)
                items.append(_Item(labels[n], kinds[n], "unknown", x, x, x, bracket=(low, high)))
        start = stop + 1
    return items


def _draw_lane(ax: Axes, lane: _Lane, scale: TimeScale) -> None:
    ax.axhline(lane.bottom, color=style.FAINT, linewidth=0.6, zorder=0)
    here = style.inches(ax)
    for item in lane.items:
        marker, colour = KINDS.get(item.kind, OTHER)
        y = lane.middle(item)
        if item.bracket is not None:
            low, high = item.bracket
            ax.plot([low, high], [y - 0.068] * 2, transform=here, color=style.PALE, linewidth=0.8, zorder=7.5)
            ax.plot(
                [item.x], [y], transform=here, marker="|", markersize=7, color=colour, markeredgewidth=1.6, zorder=4
            )
        elif item.certainty == "day":
            size = (item.high - item.low, 0.11)
            ax.add_artist(
                Rectangle((item.low, y - 0.055), *size, transform=here, facecolor="white", edgecolor=colour, zorder=3)
            )
        else:
            if item.high > item.low:
                ends = {"marker": "|", "markersize": 4, "markeredgewidth": 0.8}
                ax.plot([item.low, item.high], [y, y], transform=here, color=colour, linewidth=0.8, zorder=3, **ends)
            fill = colour if item.certainty == "exact" else "white"
            ax.plot(
                [item.x],
                [y],
                transform=here,
                marker=marker,
                markersize=5.2,
                color=colour,
                markerfacecolor=fill,
                zorder=4,
            )
        style.put(ax, item.label_x, y, item.label, size=style.SMALL, va="center_baseline", zorder=7, bbox=style.BLANK)


def _keys(rows: list[_Lane], found: list[milestones.Line], scale: TimeScale) -> list[style.Key]:
    items = [item for lane in rows for item in lane.items]
    seen = {item.certainty for item in items}
    keys: list[style.Key] = []
    dot = {"marker": "o", "markersize": 5.2}
    if "exact" in seen:
        keys.append((dot, "filled: time as stated"))
    if seen - {"exact", "day", "unknown"}:
        keys.append((dot | {"markerfacecolor": "white"}, "hollow: about"))
    if any(item.high > item.low for item in items if item.certainty not in ("day", "unknown")):
        keys.append(({"linestyle": "-", "marker": "|", "markersize": 4}, "from – to"))
    if "day" in seen:
        keys.append(({"box": {"facecolor": "white", "edgecolor": style.GREY}}, "only the day is known"))
    if any(item.bracket for item in items):
        keys.append(
            ({"marker": "|", "markersize": 7, "markeredgewidth": 1.6}, "between its neighbours, minute not known")
        )
    keys += milestones.keys(found)
    if scale.breaks:
        keys.append(({"sign": "≀≀"}, "time left out, its length at the foot"))
    return keys


def _without_times(shown: pd.DataFrame) -> str:
    if not len(shown):
        return "No event is known."
    return f"No event has a known time. Their order: {words.listing(shown['label'])}."


def _alt(shown: pd.DataFrame, scale: TimeScale, moments: pd.DataFrame | None) -> str:
    first, last = (words.instant(time_axis.instant(t)) for t in (scale.points[0], scale.points[-1]))
    said = [f"{words.plural(len(shown), 'event')} between {first} and {last}"]
    for kind in dict.fromkeys([*KINDS, *_others(shown)]):
        rows = shown[(shown["kind"] == kind) & shown["time"].notna()]
        if len(rows):
            days = time_axis.days(rows["time"])
            told = [_time_words(*row) for row in zip(rows["label"], rows["certainty"], days, strict=True)]
            said.append(f"{_lane_name(kind)}: {', '.join(told)}")
    timeless = shown[shown["time"].isna()]
    if len(timeless):
        said.append(f"minute not known: {', '.join(timeless['label'])}")
    if moments is not None:
        said += [f"{milestones.name(m)}: {t}" for m, t in zip(moments["milestone"], moments["text"], strict=True)]
    said += [f"left out between events: {time_axis.gap_label(gap)}" for gap in scale.breaks]
    return ". ".join(part[0].upper() + part[1:] for part in said) + "."


def _time_words(label: str, certainty: str, day: float) -> str:
    when = time_axis.date(day) if certainty == "day" else f"{time_axis.date(day)} {time_axis.clock(day)}"
    return f"{label} {'about ' if certainty == 'approx' else ''}{when}"
