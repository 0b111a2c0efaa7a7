"""Traffic against what is usual in the same hours, with the gap filled."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator

from incident_analysis import frames, words
from incident_analysis.charts import amount_axis, style, time_axis
from incident_analysis.charts.page import Page, inner_width
from incident_analysis.estimate import Estimate

WHAT = "Requests that came, against the usual ones (time in UTC)"
_HEIGHT = 1.9
_LOST = {"facecolor": style.VERMILLION, "alpha": 0.35, "linewidth": 0, "hatch": "////", "edgecolor": style.VERMILLION}
_MORE = {"facecolor": style.GREEN, "alpha": 0.35, "linewidth": 0, "hatch": "....", "edgecolor": style.GREEN}
_BAND = {"facecolor": style.SKY, "alpha": 0.3, "linewidth": 0}
_WINDOW = {"facecolor": style.FAINT, "linewidth": 0}


@style.styled
def traffic(
    usual: pd.DataFrame, *, lost: pd.DataFrame | None = None, title: str | None = None, ax: Axes | None = None
) -> Axes:
    """What came and what is usual, interval by interval; the gap between them inside the incident is filled.

    Parameters
    ----------
    usual : SERIES
        Of `impact.usual_traffic`, of one key: `count`, `value`, `low`, `high`, `weeks`, `inside`. Where nothing can be
        compared (`value` NaN) only what came is drawn. Without rows: words instead of a chart.
    lost : ESTIMATES, optional
        Of `impact.lost_requests`: the areas' sizes, printed beside their samples.
    title : str, optional
    ax : Axes, optional

    Returns
    -------
    Axes
        Its x values are days since 1970-01-01 UTC.
    """
    if usual.empty:
        return style.nothing_known(WHAT, "No requests are known around the incident.", title=title, ax=ax)
    starts, ends = time_axis.days(usual["time"]), time_axis.days(usual["end"])
    came = usual["count"].to_numpy(float)
    value, low, high = (usual[name].to_numpy(float) for name in ("value", "low", "high"))
    inside = usual["inside"].to_numpy(bool)
    top = float(np.nanmax(np.concatenate([came, value, high, [1.0]])))
    ticks = [float(t) for t in MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]).tick_values(0, top) if 0 <= t <= top * 1.08]
    left = max(style.text_width(amount_axis.compact(t), style.SMALL) for t in ticks) + 0.36
    scale = time_axis.time_scale(
        np.concatenate([starts, ends]), inner_width(ax, left), before=0.02, after=0.08, broken=False
    )
    said = _said(lost)
    length = words.duration(round((ends[0] - starts[0]) * 86400))
    weeks = usual.loc[usual["value"].notna(), "weeks"]
    notes = _notes(usual, weeks)
    page = Page(WHAT, title, left, scale.width, _keys(said, value, low, came, inside), notes)
    ax = page.axes(ax, _HEIGHT, over=0.04, under=0.52)
    time_axis.apply(ax, scale)
    ax.set_ylim(0, top * 1.08)
    ax.yaxis.set_major_locator(FixedLocator(ticks))
    ax.yaxis.set_major_formatter(FixedFormatter([amount_axis.compact(t) for t in ticks]))
    ax.tick_params(axis="y", labelsize=style.SMALL, pad=3)
    ax.set_axisbelow(True)
    ax.grid(axis="y", color=style.FAINT, linewidth=0.6)
    unit = ax.set_ylabel(f"requests per {length}", fontsize=style.SMALL)
    unit.set_in_layout(False)
    ax.yaxis.set_label_coords(-(left - 0.14) / scale.width, 0.5)
    x = np.append(np.stack([starts, ends], axis=1).ravel(), [])
    steps = {name: np.repeat(v, 2) for name, v in (("came", came), ("value", value), ("low", low), ("high", high))}
    for a, b in _stretches(starts, ends, inside):
        ax.axvspan(a, b, zorder=0.2, **_WINDOW)
    ax.fill_between(x, steps["low"], steps["high"], zorder=1, **_BAND)
    within = np.repeat(inside, 2)
    after = np.repeat(~inside & (starts >= (ends[inside].max() if inside.any() else np.inf)), 2)
    short, more = steps["came"] < steps["value"], steps["came"] > steps["value"]
    if _is_some(said.get("lost_requests")):
        ax.fill_between(x, steps["came"], steps["value"], where=within & short, zorder=2, **_LOST)
    if _is_some(said.get("beyond_usual_after")):
        ax.fill_between(x, steps["value"], steps["came"], where=after & more, zorder=2, **_MORE)
    ax.plot(x, steps["value"], color=style.INK, linewidth=1.0, linestyle=(0, (4, 2)), zorder=3)
    ax.plot(x, steps["came"], color=style.BLUE, linewidth=1.4, zorder=4)
    page.write(ax, over=0.04, under=0.52, alt=_alt(usual, said, length))
    return ax


def _said(lost: pd.DataFrame | None) -> dict[str, Estimate]:
    if lost is None:
        return {}
    return {str(row["name"]): frames.to_estimate(row) for row in frames.rows(lost)}


def _is_some(estimate: Estimate | None) -> bool:
    """Whether an area is filled: where all came, or more than usual, single intervals below it are chance."""
    return estimate is None or (estimate.value or 0.0) > 0 or (estimate.low or 0.0) > 0


def _stretches(starts: np.ndarray, ends: np.ndarray, inside: np.ndarray) -> list[tuple[float, float]]:
    turns = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(int)))
    return [(float(starts[a]), float(ends[b - 1])) for a, b in zip(turns[::2], turns[1::2], strict=True)]


def _notes(usual: pd.DataFrame, weeks: pd.Series) -> list[str]:
    if weeks.empty:
        return ["What is usual is not known: there is no comparable week and no quiet time."]
    if int(weeks.max()) < 3:
        return ["Under three comparable weeks: the band is bounds, its middle stands for the usual."]
    return []


def _keys(
    said: dict[str, Estimate], value: np.ndarray, low: np.ndarray, came: np.ndarray, inside: np.ndarray
) -> list[style.Key]:
    keys: list[style.Key] = [({"linestyle": "-", "color": style.BLUE, "linewidth": 1.4}, "came")]
    if np.isfinite(value).any():
        keys.append(({"linestyle": (0, (3, 1.5)), "color": style.INK}, "usual"))
    if np.isfinite(low).any():
        keys.append(({"box": _BAND}, "its interval"))
    if inside.any():
        keys.append(({"box": {**_WINDOW, "edgecolor": style.PALE, "linewidth": 0.5}}, "incident"))
        lost = said.get("lost_requests")
        figure = f": {lost.short}" if lost is not None else ""
        if (came[inside] < value[inside]).any() or figure:
            keys.append(({"box": _LOST} if _is_some(lost) else {"sign": "–"}, f"never came{figure}"))
    after = said.get("beyond_usual_after")
    if after is not None and after.known:
        sample = {"box": _MORE} if _is_some(after) else {"sign": "–"}
        keys.append((sample, f"beyond the usual after it, not taken off: {after.short}"))
    return keys


def _alt(usual: pd.DataFrame, said: dict[str, Estimate], length: str) -> str:
    inside = usual[usual["inside"]]
    parts = [
        f"Requests per {length} from {words.instant(usual['time'].iloc[0])} to {words.instant(usual['end'].iloc[-1])}"
    ]
    if len(inside):
        # The intervals at the edges lie in part outside: what was measured by finer ones is the truer count.
        came = said.get("requests")
        count = words.plural(int(inside["count"].sum()), "request") if came is None or not came.known else came.short
        parts.append(f"inside the incident {count} came")
    names: dict[str, Any] = {
        "usual_requests": "usual there",
        "lost_requests": "never came",
        "beyond_usual_after": "beyond the usual after it",
    }
    parts += [f"{told}: {said[name].short}" for name, told in names.items() if name in said]
    return ". ".join(p[0].upper() + p[1:] for p in parts) + "."
