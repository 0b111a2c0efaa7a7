"""What each source covers, as bars on a true time axis."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from incident_analysis import words
from incident_analysis.charts import milestones, style, time_axis
from incident_analysis.charts.page import Page, inner_width

WHAT = "What the sources cover (time in UTC)"
_ROW, _LABEL = 0.24, 1.6
#: State: how it looks and what it means.
STATES: dict[str, tuple[dict[str, Any], str]] = {
    "covered": ({"facecolor": style.SKY, "edgecolor": style.BLUE, "linewidth": 0.6}, "covered"),
    "silent": (
        {"facecolor": "white", "edgecolor": style.ORANGE, "hatch": "//////", "linewidth": 0.6},
        "silent: no entry for much longer than usual",
    ),
    "truncated": (
        {"facecolor": "white", "edgecolor": style.VERMILLION, "hatch": "xxxxxx", "linewidth": 0.6},
        "truncated: the export was cut",
    ),
    "absent": (
        {"facecolor": "white", "edgecolor": style.PALE, "linestyle": ":", "linewidth": 0.6},
        "absent: before its first or behind its last entry",
    ),
}


@style.styled
def coverage(
    stretches: pd.DataFrame, *, moments: pd.DataFrame | None = None, title: str | None = None, ax: Axes | None = None
) -> Axes:
    """For each source the time that it covers, and where it is silent, truncated or absent.

    Parameters
    ----------
    stretches : COVERAGE
    moments : MOMENTS, optional
        Milestones, drawn as labelled lines.
    title : str, optional
        What it is about: the incident, and that it is made up where it is.
    ax : Axes, optional
        Where to draw; by default axes on a new figure, 6.5 in wide and as high as needed.

    Returns
    -------
    Axes
        Its x values are days since 1970-01-01 UTC. Without a source: words instead of a chart.
    """
    drawn = stretches[stretches["start"].notna() & stretches["end"].notna()]
    if not len(drawn):
        return style.nothing_known(WHAT, "No source has a time.", title=title, ax=ax)
    keyed = drawn["source"] + "\x1f" + drawn["holds"]
    lanes = list(dict.fromkeys(keyed))
    labels = [style.wrap(lane.split("\x1f")[0], _LABEL, size=style.SMALL, most=1) for lane in lanes]
    holds = [lane.split("\x1f")[1] for lane in lanes]
    widest = max(style.text_width(f"{label} · {held}", style.SMALL) for label, held in zip(labels, holds, strict=True))
    left = widest + style.MARGIN + 0.1
    width = inner_width(ax, left)
    starts, ends = time_axis.days(drawn["start"]), time_axis.days(drawn["end"])
    inside = None if moments is None else moments[_within(moments, starts.min(), ends.max())]
    scale = time_axis.time_scale([*starts, *ends], width, before=0.05, after=0.1, broken=False)
    found = milestones.lines(inside, scale)
    marked = milestones.place_flags(found, scale, left=style.MARGIN - left, right=width)
    height = _ROW * len(lanes) + 0.06
    states = set(drawn["state"])
    keys: list[style.Key] = [({"box": look}, said) for name, (look, said) in STATES.items() if name in states]
    notes = [marked.note] * bool(marked.note)
    page = Page(WHAT, title, left, width, keys + milestones.keys(found), notes)
    over, under = marked.height, 0.52
    ax = page.axes(ax, height, over=over, under=under)
    time_axis.apply(ax, scale)
    ax.set_ylim(0, height)
    here = style.inches(ax)
    for lane, state, start, end in zip(keyed, drawn["state"], scale.place(starts), scale.place(ends), strict=True):
        y = height - (lanes.index(lane) + 0.5) * _ROW - 0.03
        look = STATES[state][0]
        # A single entry is an instant: it is drawn as wide as a line.
        wide = max(float(end - start), 0.02)
        tall = 0.13 if state != "absent" else 0.05
        ax.add_artist(Rectangle((float(start), y - tall / 2), wide, tall, transform=here, zorder=3, **look))
    marked.draw(ax, scale, height)
    middles = [height - (n + 0.5) * _ROW - 0.03 for n in range(len(lanes))]
    names = [f"{label} · {held}" for label, held in zip(labels, holds, strict=True)]
    ax.set_yticks(middles, names, fontsize=style.SMALL)
    page.write(ax, over=over, under=under, alt=_alt(drawn))
    return ax


def _within(moments: pd.DataFrame, low: float, high: float) -> pd.Series:
    days = time_axis.days(moments["time"])
    return pd.Series((days >= low) & (days <= high), index=moments.index)


def _alt(drawn: pd.DataFrame) -> str:
    said = []
    for (source, holds), rows in drawn.groupby(["source", "holds"], sort=False):
        stretches = [
            f"{row['state']} {words.instant(row['start'])} to {words.instant(row['end'])}"
            for row in rows.to_dict("records")
        ]
        said.append(f"{source} ({holds}): {', '.join(stretches)}")
    return ". ".join(said) + "."
