"""Recovery against what was promised."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from incident_analysis import words
from incident_analysis.charts import milestones, style, time_axis
from incident_analysis.charts.page import Page, inner_width

WHAT = "Recovery against what was promised (time in UTC)"
_ROW = 0.56
_PROMISED = {"facecolor": style.SKY, "edgecolor": style.BLUE, "linewidth": 0.7}
_LATE = {"facecolor": "white", "edgecolor": style.VERMILLION, "linewidth": 0.7, "hatch": "//////"}


@style.styled
def recovery(
    promises: pd.DataFrame, moments: pd.DataFrame, *, title: str | None = None, ax: Axes | None = None
) -> Axes:
    """Each promise from when it was given to when it was due, and on to what came; milestones as lines.

    Parameters
    ----------
    promises : DataFrame
        Of `impact.recovery`. Without rows: words instead of a chart.
    moments : MOMENTS
        Of the same incident.
    title : str, optional
    ax : Axes, optional

    Returns
    -------
    Axes
        Its x values are days since 1970-01-01 UTC.
    """
    timeless = int(promises.attrs.get("timeless", 0))
    unseen = [f"{words.plural(timeless, 'promise')} without a time cannot be drawn."] * bool(timeless)
    if promises.empty:
        nothing = " ".join(["No promise of recovery is stated.", *unseen])
        return style.nothing_known(WHAT, nothing, title=title, ax=ax)
    rows = promises.to_dict("records")
    starts, ends, came = (time_axis.days(promises[name]) for name in ("start", "end", "came"))
    labels = [style.wrap(str(row["label"]), 1.3, most=2) for row in rows]
    left = max(style.text_width(line) for label in labels for line in label.split("\n")) + style.MARGIN + 0.1
    is_awaited = (promises["certainty"] == "open").any()
    open_until = time_axis.days(moments["time_low"])[(moments["certainty"] == "open").to_numpy() & is_awaited]
    points = np.concatenate([milestones.points(moments), starts, ends, came, open_until])
    scale = time_axis.time_scale(points, inner_width(ax, left), after=0.3, broken=False)
    found = milestones.lines(moments, scale)
    marked = milestones.place_flags(found, scale, left=style.MARGIN - left, right=scale.width)
    height = _ROW * len(rows) + 0.04
    keys: list[style.Key] = [({"box": _PROMISED}, "promised to be back")]
    if (came > ends).any() or np.isnan(came).any():
        keys.append(({"box": _LATE}, "later than promised"))
    notes = [marked.note] * bool(marked.note) + milestones.missing(moments) + unseen
    page = Page(WHAT, title, left, scale.width, keys + milestones.keys(found), notes)
    over, under = marked.height, 0.52
    ax = page.axes(ax, height, over=over, under=under)
    time_axis.apply(ax, scale)
    ax.set_ylim(0, height)
    ax.set_yticks([])
    marked.draw(ax, scale, height)
    for number, row in enumerate(rows):
        foot = height - (number + 1) * _ROW
        style.put(ax, -0.08, foot + _ROW / 2, labels[number], ha="right", va="center")
        ax.axhline(foot, color=style.FAINT, linewidth=0.6, zorder=0)
        here = style.inches(ax)
        spans = [(starts[number], ends[number], _PROMISED)]
        is_open = row["certainty"] == "open"
        stop = (open_until.max() if len(open_until) else np.nan) if is_open else came[number]
        if np.isfinite(stop) and stop > ends[number]:
            spans.append((ends[number], stop, _LATE))
        for a, b, look in spans:
            low, high = (float(x) for x in scale.place(np.array([a, b])))
            ax.add_artist(Rectangle((low, foot + 0.06), max(high - low, 0.015), 0.12, transform=here, zorder=3, **look))
        if is_open and np.isfinite(stop):
            x = float(scale.place(stop))
            ax.plot(
                [x + 0.03],
                [foot + 0.12],
                transform=here,
                marker=">",
                markersize=7,
                color=style.VERMILLION,
                clip_on=False,
            )
        for line, y in ((str(row["text"]), 0.45), (str(row["late"]), 0.29)):
            text = style.wrap(line, scale.width - 0.1, size=style.SMALL, most=1)
            wide = style.text_width(text, style.SMALL)
            x = float(scale.place(starts[number]))
            style.put(
                ax, max(0.02, min(x, scale.width - wide - 0.04)), foot + y, text, size=style.SMALL,
                va="center_baseline", zorder=7, bbox=style.BLANK,
            )  # fmt: skip
    told = [f"Promise {row['label']}: {row['text']}; {row['late']}" for row in rows]
    told += [f"{milestones.name(m)}: {t}" for m, t in zip(moments["milestone"], moments["text"], strict=True)]
    page.write(ax, over=over, under=under, alt=". ".join(part[0].upper() + part[1:] for part in told) + ".")
    return ax
