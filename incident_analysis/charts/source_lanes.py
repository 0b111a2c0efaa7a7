"""Events by source and kind: who told what, and what several told."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from incident_analysis import words
from incident_analysis.charts import milestones, placing, style, time_axis
from incident_analysis.charts.page import Page, inner_width
from incident_analysis.charts.timeline_lanes import KINDS, OTHER
from incident_analysis.timeline import origins

WHAT = "Events by source and kind (time in UTC)"
_STEP, _PAD, _LABEL = 0.115, 0.05, 1.5


@style.styled
def sources(
    events: pd.DataFrame, *, moments: pd.DataFrame | None = None, title: str | None = None, ax: Axes | None = None
) -> Axes:
    """Events in lanes, one for each source, on a true time axis in UTC.

    Marks differ by kind. A hollow mark is a copy: another source's row leads that event, and a thin line joins the two.

    Parameters
    ----------
    events : TIMELINE
        Merged; rows that are left out of the report are shown too.
    moments : MOMENTS, optional
        Milestones, drawn as labelled lines.
    title : str, optional
        What it is about: the incident, and that it is made up where it is.
    ax : Axes, optional
        Where to draw; by default axes on a new figure, 6.5 in wide and as high as needed.

    Returns
    -------
    Axes
        Its x values are days since 1970-01-01 UTC. With fewer than two sources, or without times: words instead.
    """
    whose = np.array(origins(events), dtype=object)
    names = list(dict.fromkeys(whose))
    if len(names) < 2:
        said = f"All events come from one source: {names[0]}." if names else "No event is known."
        return style.nothing_known(WHAT, said, title=title, ax=ax)
    known = events["time"].notna().to_numpy() & (events["certainty"] != "day").to_numpy()
    if not known.any():
        return style.nothing_known(WHAT, "No event has a time of day.", title=title, ax=ax)
    told = events[known]
    days, lanes = time_axis.days(told["time"]), whose[known]
    names = [name for name in names if name in set(lanes)]
    labels = {name: style.wrap(name, _LABEL, size=style.SMALL, most=2) for name in names}
    widest = max(style.text_width(line, style.SMALL) for text in labels.values() for line in text.split("\n"))
    left = widest + style.MARGIN + 0.1
    width = inner_width(ax, left)
    points = np.concatenate([days, milestones.points(moments)])
    scale = time_axis.time_scale(points, width, after=0.2)
    xs = scale.place(days)
    rows = np.zeros(len(told), dtype=int)
    bottoms: dict[str, float] = {}
    strip = 0.2 if scale.breaks else 0.04
    height = strip
    for name in reversed(names):
        mine = np.flatnonzero(lanes == name)
        rows[mine] = placing.stack([(x - 0.045, x + 0.045) for x in xs[mine]], gap=0.0)
        bottoms[name] = height
        tall = max((rows[mine].max() + 1) * _STEP, style.block_height(labels[name], style.SMALL))
        height += tall + 2 * _PAD
    ys = np.array([bottoms[lane] + _PAD + (row + 0.5) * _STEP for lane, row in zip(lanes, rows, strict=True)])
    found = milestones.lines(moments, scale)
    marked = milestones.place_flags(found, scale, left=style.MARGIN - left, right=width)
    copies = (told["relation"] == "duplicates").to_numpy()
    notes = [marked.note] * bool(marked.note) + _left_out(events, known) + milestones.missing(moments)
    page = Page(WHAT, title, left, width, _keys(told, copies, found, bool(scale.breaks)), notes)
    over, under = marked.height, 0.52
    ax = page.axes(ax, height, over=over, under=under)
    time_axis.apply(ax, scale)
    ax.set_ylim(0, height)
    here = style.inches(ax)
    for name in names:
        ax.axhline(bottoms[name], color=style.FAINT, linewidth=0.6, zorder=0)
    place = {identity: i for i, identity in enumerate(told["event_id"])}
    for i, lead in enumerate(told["relates_to"]):
        if copies[i] and lead in place:
            j = place[lead]
            ax.plot(xs[[i, j]], ys[[i, j]], transform=here, color=style.PALE, linewidth=0.6, zorder=1.5)
    for i, kind in enumerate(told["kind"]):
        marker, colour = KINDS.get(kind, OTHER)
        look = {"marker": marker, "markersize": 4.2, "color": colour, "markeredgewidth": 0.7}
        ax.plot(xs[i], ys[i], transform=here, markerfacecolor="white" if copies[i] else colour, zorder=4, **look)
    time_axis.draw_breaks(ax, scale, [(-0.04, height)], label_y=strip / 2)
    marked.draw(ax, scale, height)
    tops = [*[bottoms[name] for name in names[:-1]], strip]
    middles = [(low + high) / 2 for low, high in zip(tops, [height, *tops[:-1]], strict=True)]
    ax.set_yticks(middles, [labels[name] for name in names], fontsize=style.SMALL)
    page.write(ax, over=over, under=under, alt=_alt(told, lanes, names, copies))
    return ax


def _left_out(events: pd.DataFrame, known: np.ndarray) -> list[str]:
    missing = int((~known).sum())
    return [f"Not drawn: {words.plural(missing, 'event')} without a time of day."] if missing else []


def _keys(told: pd.DataFrame, copies: np.ndarray, found: list[milestones.Line], broken: bool) -> list[style.Key]:
    kinds = set(told["kind"])
    keys: list[style.Key] = [
        ({"marker": marker, "markersize": 4.2, "color": colour}, kind)
        for kind, (marker, colour) in KINDS.items()
        if kind in kinds
    ]
    if kinds - set(KINDS):
        keys.append(({"marker": OTHER[0], "markersize": 4.2, "color": OTHER[1]}, "of another kind"))
    if copies.any():
        hollow = {"marker": "o", "markersize": 4.2, "color": style.GREY, "markerfacecolor": "white"}
        keys.append((hollow, "hollow: a copy; the line leads to the event itself"))
    if broken:
        keys.append(({"sign": "≀≀"}, "time left out, its length at the foot"))
    return keys + milestones.keys(found)


def _alt(told: pd.DataFrame, lanes: np.ndarray, names: list[str], copies: np.ndarray) -> str:
    said = []
    for name in names:
        mine = lanes == name
        counted = told.loc[mine, "kind"].value_counts().sort_index()
        kinds = words.listing(words.plural(int(n), str(kind)) for kind, n in counted.items())
        extra = (
            f"; {int((mine & copies).sum())} of them copies of other sources' events" if (mine & copies).any() else ""
        )
        said.append(f"{name}: {kinds}{extra}")
    return ". ".join(said) + "."
