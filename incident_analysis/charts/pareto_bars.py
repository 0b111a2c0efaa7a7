"""The most frequent causes with the intervals of their shares, and Google's shares beside them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator

from incident_analysis import words
from incident_analysis.charts import style
from incident_analysis.charts.page import Page, inner_width
from incident_analysis.errors import FrameError

WHAT = "Share of incidents, by what they state"
_ROW, _UNDER, _NAME = 0.25, 0.42, 2.1


@style.styled
def pareto(shares: pd.DataFrame, *, of: str = "cause", title: str | None = None, ax: Axes | None = None) -> Axes:
    """Bars of shares, with their intervals.

    Parameters
    ----------
    shares : DataFrame
        Of `trends.pareto`. Without rows: words instead of a chart.
    of : str
        What the incidents state, in words: "trigger", "service".
    title : str, optional
    ax : Axes, optional

    Returns
    -------
    Axes; x values are ratios
    """
    missing = [c for c in ("cause", "count", "share", "low", "high", "google") if c not in shares.columns]
    if missing:
        raise FrameError(f"shares without {missing[0]}", remedy="give what trends.pareto makes", where="shares")
    what = f"{WHAT} ({style.clean(of)})"
    if shares.empty:
        return style.nothing_known(what, f"No incident states a {style.clean(of)}.", title=title, ax=ax)
    named = shares["count"][~shares["cause"].astype("str").str.endswith(" others")]
    if len(named) > 1 and int(named.max()) == 1:
        return style.nothing_known(what, f"No two incidents state the same {style.clean(of)}.", title=title, ax=ax)
    labels = [style.wrap(name, _NAME, size=style.SMALL, most=1) for name in shares["cause"]]
    counts = [f"{int(n):,}" for n in shares["count"]]
    left = style.MARGIN + max(style.text_width(t, style.SMALL) for t in labels) + 0.1
    beside = max(style.text_width(t, style.SMALL) for t in counts) + 0.12
    google = shares["google"].notna().to_numpy()
    keys: list[style.Key] = [
        ({"box": {"facecolor": style.SKY, "edgecolor": style.BLUE}}, "share, with its exact interval"),
    ]
    if google.any():
        keys.append(({"marker": "D", "color": style.VERMILLION, "markersize": 4.5}, "Google's postmortems, 2010–2017"))
    notes = _notes(shares)
    page = Page(what, title, left, inner_width(ax, left) - beside, keys, notes)
    tall = _ROW * len(shares) + 0.06
    ax = page.axes(ax, tall, under=_UNDER)
    y = np.arange(len(shares))[::-1]
    share, low, high = (shares[name].to_numpy(float) for name in ("share", "low", "high"))
    most = min(1.0, float(np.nanmax(np.r_[high, shares["google"].to_numpy(float)[google]])) * 1.02)
    ax.set_xlim(0, most)
    ax.set_ylim(-0.6, len(shares) - 0.4)
    ax.barh(y, share, height=0.62, color=style.SKY, edgecolor=style.BLUE, linewidth=0.6, zorder=2)
    ax.hlines(y, low, high, color=style.INK, linewidth=0.9, zorder=3)
    for ends in (low, high):
        ax.plot(ends, y, "|", color=style.INK, markersize=5, zorder=3)
    ax.plot(shares["google"].to_numpy(float)[google], y[google], "D", color=style.VERMILLION, markersize=4.5, zorder=4)
    ax.yaxis.set_major_locator(FixedLocator(y.tolist()))
    ax.yaxis.set_major_formatter(FixedFormatter(labels))
    ax.tick_params(axis="y", labelsize=style.SMALL, length=0)
    step = next(s for s in (0.005, 0.01, 0.02, 0.05, 0.1, 0.2) if most / s <= 7)
    ticks = [i * step for i in range(int(most / step + 1e-9) + 1)]
    ax.xaxis.set_major_locator(FixedLocator(ticks))
    ax.xaxis.set_major_formatter(FixedFormatter([words.percent(round(t, 6)) for t in ticks]))
    ax.set_xlabel("share of the incidents that state one; right: how many", labelpad=2)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.set_axisbelow(True)
    ax.grid(axis="x", color=style.FAINT, linewidth=0.6)
    width, height = style.size_of(ax)
    for place, text in zip(y, counts, strict=True):
        up = height * (place + 0.6) / (len(shares) + 0.2)
        style.put(ax, width + beside - 0.06, up, text, size=style.SMALL, ha="right", va="center", color=style.GREY)
    rows: list[dict[Any, Any]] = shares.to_dict("records")
    alt = "; ".join(
        f"{style.clean(r['cause'])}: {int(r['count']):,}, {words.percent(round(r['share'], 3))}" for r in rows
    )
    page.write(ax, under=_UNDER, alt=" ".join([alt + ".", *notes]))
    return ax


def _notes(shares: pd.DataFrame) -> list[str]:
    silent = int(shares.attrs.get("not_stated", 0))
    notes = []
    if silent == 1:
        notes.append("1 incident states none and is not in the shares.")
    elif silent:
        notes.append(f"{silent:,} incidents state none and are not in the shares.")
    if float(shares["share"].sum()) > 1.001:
        notes.append("An incident may state several: the shares add to more than 100 %.")
    return notes
