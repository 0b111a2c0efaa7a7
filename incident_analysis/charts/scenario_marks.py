"""What a faster response would have left of the consequences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from incident_analysis import frames, words
from incident_analysis.charts import style
from incident_analysis.charts.page import Page, inner_width
from incident_analysis.estimate import Estimate
from incident_analysis.impact.scenarios import for_reading

WHAT = "What would have been left of the consequences"
_MODELS = {"proportional": ("o", style.BLUE), "stepwise": ("s", style.ORANGE)}
_LABEL = 2.3


@dataclass(frozen=True)
class _Line:
    what: str
    actual: Estimate
    scenarios: dict[str, Estimate]

    def share(self, model: str) -> float:
        """Of the actual consequence; NaN where it is not known."""
        scenario = self.scenarios.get(model)
        if scenario is None or not scenario.known:
            return np.nan
        for name in ("value", "low", "high"):
            was, left = getattr(self.actual, name), getattr(scenario, name)
            if was and left is not None:
                return float(left / was)
        return np.nan


@style.styled
def what_if(scenarios: pd.DataFrame, *, change: str, title: str | None = None, ax: Axes | None = None) -> Axes:
    """Each line of the ledger that grows with time: what a scenario leaves of it, by two models.

    Parameters
    ----------
    scenarios : ESTIMATES
        Of `impact.what_if`. Lines that are no function of time, or unknown, are named and not drawn. Where none is
        left: words instead of a chart.
    change : str
        What is changed, in words.
    title : str, optional
    ax : Axes, optional

    Returns
    -------
    Axes
        x: percent of what was lost. The scenarios have no level.
    """
    lines, refused, unknown = _lines(scenarios)
    notes = ["Scenarios without a level: neither model is known to be right."]
    if refused:
        notes.append(f"No function of time, so not drawn: {words.listing(refused, most=6)}.")
    if unknown:
        notes.append(f"Not known: {words.listing(unknown, most=6)}.")
    if not lines:
        nothing = " ".join(["No consequence is known to grow with time.", *notes[1:]])
        return style.nothing_known(f"{WHAT}: {change}", nothing, title=title, ax=ax)
    labels = [style.wrap(line.what, _LABEL, most=3) for line in lines]
    told = [_told(line) for line in lines]
    left = _LABEL + style.MARGIN + 0.1
    width = inner_width(ax, left)
    texts = [style.wrap(text, width - 0.1, size=style.SMALL, most=2) for text in told]
    heights = [
        max(style.block_height(label), 0.24 + style.block_height(text, style.SMALL)) + 0.1
        for label, text in zip(labels, texts, strict=True)
    ]
    keys: list[style.Key] = [({"box": {"facecolor": style.PALE, "linewidth": 0}}, "as it was: 100 %")]
    for name, (marker, colour) in _MODELS.items():
        keys.append(({"marker": marker, "markersize": 5.5, "color": colour}, f"{name} model"))
    page = Page(f"{WHAT}: {change}", title, left, width, keys, notes)
    ax = page.axes(ax, sum(heights), over=0.02, under=0.42)
    most = max([1.0, *(line.share(m) for line in lines for m in _MODELS if np.isfinite(line.share(m)))])
    ax.set_xlim(0, most * 1.04)
    step = 0.25 if most <= 1.6 else 0.5 if most <= 3 else max(1, round(most / 5))
    ticks = list(np.arange(0, most + 1e-9, step))
    ax.set_xticks(ticks, [words.percent(float(t)) for t in ticks])
    ax.tick_params(axis="x", labelsize=style.SMALL, pad=2)
    ax.set_xlabel("of what was lost (percent)", labelpad=2)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.set_yticks([])
    top = sum(heights)
    ax.set_ylim(0, top)
    for line, label, text, height in zip(lines, labels, texts, heights, strict=True):
        style.put(ax, -0.1, top - 0.03, label, ha="right")
        ax.axhline(top - height, color=style.FAINT, linewidth=0.6, zorder=0)
        y = top - 0.12
        ax.plot([0, 1], [y, y], color=style.PALE, linewidth=5, solid_capstyle="butt", zorder=1)
        for name, (marker, colour) in _MODELS.items():
            share = line.share(name)
            if np.isfinite(share):
                shift = 0.035 if name == "proportional" else -0.035
                ax.plot([share], [y + shift], marker=marker, markersize=5.5, color=colour, zorder=3, clip_on=False)
        style.put(ax, 0.02, top - 0.24, text, size=style.SMALL, color=style.GREY)
        top -= height
    page.write(
        ax, over=0.02, under=0.42, alt=". ".join(f"{line.what}: {t}" for line, t in zip(lines, told, strict=True)) + "."
    )
    return ax


def _lines(scenarios: pd.DataFrame) -> tuple[list[_Line], list[str], list[str]]:
    held: dict[str, _Line] = {}
    refused, unknown = [], []
    for row in frames.rows(scenarios):
        what, key = style.clean(row["what"]), str(row["line"])
        if row["model"] == "refused":
            if row["name"] == "scenario":
                refused.append(what)
            continue
        estimate = frames.to_estimate(row)
        if row["name"] == "actual":
            held.setdefault(key, _Line(what, estimate, {}))
        else:
            held[key].scenarios[str(row["model"])] = estimate
    for key, line in list(held.items()):
        if not any(np.isfinite(line.share(m)) for m in _MODELS):
            unknown.append(line.what)
            del held[key]
    return list(held.values()), refused, unknown


def _told(line: _Line) -> str:
    said = [
        f"{name} {for_reading(line.scenarios[name], line.actual).figure}" for name in _MODELS if name in line.scenarios
    ]
    return f"was {line.actual.figure}; {', '.join(said)}"
