"""How likely a year costs more than an amount, before and after, against what is tolerated."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from incident_analysis import frames, words
from incident_analysis.charts import amount_axis, style
from incident_analysis.charts.page import Page
from incident_analysis.errors import FrameError

_HEIGHT, _LEFT = 2.6, 0.62
_BEFORE: dict[str, Any] = {"color": style.VERMILLION, "linestyle": (0, (4, 2)), "linewidth": 1.4}
_AFTER: dict[str, Any] = {"color": style.BLUE, "linestyle": "-", "linewidth": 1.6}
_TOLERATED: dict[str, Any] = {"color": style.BLACK, "linestyle": "-", "linewidth": 0.9, "marker": "s", "markersize": 4}
_WHAT = {"sum": "all losses of the year together", "largest": "the largest single loss of the year"}


@style.styled
def exceedance(
    before: pd.DataFrame,
    after: pd.DataFrame | None = None,
    *,
    tolerance: pd.DataFrame | None = None,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """The exceedance of a year's loss, on logarithmic axes.

    Parameters
    ----------
    before : LOSS_CURVE
    after : LOSS_CURVE, optional
        In the same unit, of the same loss.
    tolerance : DataFrame, optional
        What is tolerated: `x` and `exceedance_probability`, at least one row; a curve above it is too much.
    title : str, optional
    ax : Axes, optional

    Returns
    -------
    Axes
        Amount (logarithmic) against probability in a year (logarithmic). A band is the Monte Carlo interval of
        simulated years.

    Raises
    ------
    FrameError
        The two curves are in two units, or of two losses.
    """
    for name, curve in (("before", before), ("after", after)):
        if curve is not None:
            frames.check(curve, frames.LOSS_CURVE, where=name)
    curves = [(c, look, said) for c, look, said in _named(before, after) if len(c)]
    what = "Probability that a year costs more than an amount"
    if not curves:
        return style.nothing_known(what, "No loss of a year is known.", title=title, ax=ax)
    kinds = {(str(c["unit"].iloc[0]), str(c["of"].iloc[0])) for c, _, _ in curves}
    if len(kinds) > 1:
        raise FrameError(
            f"curves of {words.listing(sorted(' '.join(k) for k in kinds))}",
            remedy="give curves of one unit and of one loss: units are never mixed",
            where="after",
        )
    (unit, of) = kinds.pop()
    shown = [c[(c["x"] > 0) & (c["exceedance_probability"] > 0)] for c, _, _ in curves]
    x = np.concatenate([s["x"].to_numpy(float) for s in shown])
    p = np.concatenate([s["exceedance_probability"].to_numpy(float) for s in shown])
    if not len(x):
        return style.nothing_known(what, "No year of these has a loss.", title=title, ax=ax)
    marks = tolerance[["x", "exceedance_probability"]].to_numpy(float) if tolerance is not None else np.empty((0, 2))
    keys: list[style.Key] = [(dict(look), said) for _, look, said in curves]
    if len(marks):
        keys.append(({"marker": "s", "markersize": 4, "color": style.BLACK}, "tolerated at most"))
    page = Page(what, title, _LEFT, style.WIDTH - _LEFT - style.MARGIN, keys, _notes(curves, marks, of, unit))
    under = 0.42
    ax = page.axes(ax, _HEIGHT, under=under)
    width = style.size_of(ax)[0]
    amount_axis.apply(ax, [*x, *marks[:, 0]], width, unit=unit, log=True)
    ax.set_yscale("log")
    bottom = 10.0 ** np.floor(np.log10(max(min(p.min(), *marks[:, 1]) if len(marks) else p.min(), 1e-6)) + 1e-9)
    ax.set_ylim(bottom, 1.3)
    ticks = [10.0**k for k in range(int(np.log10(bottom)), 1)]
    ax.yaxis.set_major_locator(FixedLocator(ticks))
    ax.yaxis.set_major_formatter(FixedFormatter([words.percent(t) for t in ticks]))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.tick_params(axis="y", labelsize=style.SMALL, length=3)
    ax.spines["left"].set_visible(True)
    ax.grid(True, color=style.FAINT, linewidth=0.6)
    ax.set_axisbelow(True)
    for (curve, look, _), some in zip(curves, shown, strict=True):
        ax.plot(some["x"], some["exceedance_probability"], **look)
        if curve["low"].notna().any():
            low = some["low"].clip(lower=bottom)
            ax.fill_between(some["x"], low, some["high"], color=look["color"], alpha=0.15, linewidth=0)
    if len(marks):
        ax.plot(marks[:, 0], marks[:, 1], **_TOLERATED)
    style.put(ax, width / 2, -0.24, f"{unit or 'amount'} a year (log scale)", ha="center")
    page.write(ax, under=under, alt=_alt(curves, marks, unit))
    return ax


def _named(before: pd.DataFrame, after: pd.DataFrame | None) -> list[tuple[pd.DataFrame, dict[str, Any], str]]:
    if after is None or not len(after):
        return [(before, _AFTER, "as it stands")]
    return [(before, _BEFORE, "before"), (after, _AFTER, "after")]


def _at(curve: pd.DataFrame, x: float) -> float:
    return float(np.interp(x, curve["x"], curve["exceedance_probability"]))


def _notes(curves: list[tuple[pd.DataFrame, dict[str, Any], str]], marks: np.ndarray, of: str, unit: str) -> list[str]:
    notes = [f"What is meant: {_WHAT[of]}."]
    any_loss = [f"{said} {words.percent(float(c['exceedance_probability'].iloc[0]))}" for c, _, said in curves]
    notes.append(f"Any loss at all in a year: {'; '.join(any_loss)}.")
    for x, p in marks:
        found = [f"{said} {words.percent(_at(c, x))}" for c, _, said in curves]
        notes.append(f"Above {words.quantity(x, unit)}, tolerated in {words.percent(p)} of years: {'; '.join(found)}.")
    notes += list(dict.fromkeys(words.sentence(str(m)) for c, _, _ in curves for m in c["method"].unique()))
    return notes


def _alt(curves: list[tuple[pd.DataFrame, dict[str, Any], str]], marks: np.ndarray, unit: str) -> str:
    said = []
    for curve, _, name in curves:
        points = []
        for p in (0.1, 0.05, 0.01):
            over = curve[curve["exceedance_probability"] >= p]
            if len(over) and float(over["x"].iloc[-1]) > 0:
                points.append(f"{words.percent(p)} above about {words.quantity(float(over['x'].iloc[-1]), unit)}")
        none = words.percent(float(curve["exceedance_probability"].iloc[0]))
        said.append(
            f"{name[0].upper()}{name[1:]}: any loss {none}" + (f", {', '.join(points)}" if points else "") + "."
        )
    said += [f"Tolerated: {words.percent(p)} above {words.quantity(x, unit)}." for x, p in marks]
    return " ".join(said)
