"""What was assumed before and what is held now, as densities with medians and intervals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from incident_analysis import words
from incident_analysis.charts import amount_axis, style
from incident_analysis.charts.page import sheet, whole, write_sheet
from incident_analysis.errors import FrameError
from incident_analysis.risk import Verdict
from incident_analysis.statistics import Distribution

WHAT = "What was assumed before, and what is held now"
_TEXT, _GAP = 2.3, 0.12
_AXIS = style.WIDTH - _TEXT - _GAP - 2 * style.MARGIN
_CURVE, _ROW, _HEAD, _FOOT = 0.62, 0.19, 0.2, 0.3

# Which: colour, line, marker filled.
_LOOK = {"prior": (style.VERMILLION, (0, (4, 2)), False), "posterior": (style.BLUE, "-", True)}
_SAID = {"prior": "assumed", "posterior": "now"}


@dataclass(frozen=True)
class _Curve:
    """One belief: its density where it has one, its median and its interval."""

    which: str
    x: np.ndarray
    density: np.ndarray
    median: float
    low: float
    high: float

    @property
    def ends(self) -> tuple[float, float]:
        """First and last x to show."""
        return float(self.x[0]), float(self.x[-1])


@dataclass(frozen=True)
class _Panel:
    """One quantity; `group` is the scenario's heading, where there is one."""

    quantity: str
    unit: str
    group: str
    curves: tuple[_Curve, ...]
    reconstructed: bool = False
    log: bool = False


@style.styled
def belief(
    beliefs: Verdict | Iterable[Verdict] | pd.DataFrame,
    *,
    level: float = 0.9,
    title: str | None = None,
    figure: Figure | None = None,
) -> Figure:
    """Prior against posterior, a panel for each quantity.

    The prior is dashed with a hollow mark, the posterior solid and filled; marks are medians, lines intervals. Where
    the range is wide the axis is logarithmic and the density is that of the logarithm, so that equal areas stay equal
    probabilities.

    Parameters
    ----------
    beliefs : Verdict, several of them, or DataFrame
        A frame holds `quantity`, `which` (prior or posterior), `x` (rising), `density` (per unit of x) and `unit`.
    level : float
        Of the intervals, in (0, 1).
    title : str, optional
        What it is about: the incident, and that it is made up where it is.
    figure : Figure, optional
        Where to draw; it is brought to the size needed. By default a new one, 6.5 in wide.

    Returns
    -------
    Figure
        One pair of axes for each quantity. Where nothing is known: words instead of a chart.
    """
    notes: list[str] = []
    if isinstance(beliefs, pd.DataFrame):
        panels = list(_from_frame(beliefs, level, notes))
    else:
        verdicts = [beliefs] if isinstance(beliefs, Verdict) else list(beliefs)
        panels = [panel for verdict in verdicts for panel in _from_verdict(verdict, level, notes)]
    if not panels:
        nothing = "No assumption is known: no scenario of a risk register is named, or it states no prior."
        ax = style.nothing_known(
            WHAT, " ".join([nothing, *notes]), title=title, ax=style.cover(figure) if figure else None
        )
        return ax.figure
    groups = list(dict.fromkeys(panel.group for panel in panels))
    page = whole(WHAT, title, _keys(panels, level), notes)
    heads = {group: style.wrap(group, style.WIDTH - 2 * style.MARGIN, weight="bold") for group in groups}
    high = sum(_height(panel) for panel in panels) + sum(
        style.block_height(head) + 0.06 for head in heads.values() if head
    )
    ax = sheet(page, figure, high)
    top = style.size_of(ax)[1] - style.MARGIN - page.above
    said = []
    for number, panel in enumerate(panels):
        begins = bool(panel.group) and (number == 0 or panels[number - 1].group != panel.group)
        if begins:
            style.put(ax, style.MARGIN, top, heads[panel.group], weight="bold")
            top -= style.block_height(heads[panel.group]) + 0.06
        _draw(ax, panel, top)
        top -= _height(panel)
        told = "; ".join(f"{_name(panel, c.which)} {_figure(c, panel.unit)}" for c in panel.curves)
        said.append(f"{panel.group + '. ' if begins else ''}{_heading(panel)}: {told}")
    ending = f" Figures are medians with {words.percent(level)} intervals."
    write_sheet(
        page, ax, alt=". ".join(style.clean(s) for s in [*said, *(note.rstrip(".") for note in notes)]) + "." + ending
    )
    return ax.figure


def _from_frame(frame: pd.DataFrame, level: float, notes: list[str]) -> Iterator[_Panel]:
    missing = [c for c in ("quantity", "which", "x", "density", "unit") if c not in frame]
    if missing:
        raise FrameError(
            f"a frame of beliefs without {', '.join(missing)}",
            remedy="give quantity, which (prior or posterior), x, density and unit: Verdict.curves() makes it",
            where="beliefs",
        )
    for (quantity, unit), rows in frame.groupby(["quantity", "unit"], sort=False):
        curves = []
        for which in _LOOK:
            part = rows[rows["which"] == which].sort_values("x")
            if len(part):
                curves.append(_numerical(which, part["x"].to_numpy(float), part["density"].to_numpy(float), level))
        if curves:
            yield _panel(str(quantity), str(unit), "", curves)
            if "source" in rows and rows["source"].iloc[0]:
                notes.append(f"{quantity}, source of the assumption: {rows['source'].iloc[0]}")


def _numerical(which: str, x: np.ndarray, density: np.ndarray, level: float) -> _Curve:
    """Median and interval of a density on a grid, by the trapezoidal rule."""
    if len(x) == 1 or not np.isfinite(density).all():
        return _Curve(which, x, density, float(x[0]), float(x[0]), float(x[0]))
    mass = np.concatenate([[0.0], np.cumsum(np.diff(x) * (density[1:] + density[:-1]) / 2)])
    low, median, high = np.interp(np.array([(1 - level) / 2, 0.5, (1 + level) / 2]) * mass[-1], mass, x)
    return _Curve(which, x, density, float(median), float(low), float(high))


def _panel(quantity: str, unit: str, group: str, curves: list[_Curve], *, reconstructed: bool = False) -> _Panel:
    ends = [end for curve in curves for end in (*curve.ends, curve.low, curve.high)]
    return _Panel(quantity, unit, group, tuple(curves), reconstructed, amount_axis.is_wide(ends))


def _from_verdict(verdict: Verdict, level: float, notes: list[str]) -> Iterator[_Panel]:
    """The panels of a scenario; what is unknown, and where the assumptions come from, goes into the notes."""
    pairs: list[tuple[str, str, str, Distribution | None, Distribution | None]] = [
        ("Rate of the cause", "per year", verdict.rate_source, verdict.prior_rate, verdict.posterior_rate)
    ]
    for one in verdict.effects:
        name, now = one.effect.id, (one.probability_now[0], one.frequency_now[0])
        belief = one.probability
        pairs.append((f"Probability of the effect {name}", "", belief.source, belief.distribution, now[0]))
        # A product has no source of its own: those of its factors stand above it.
        pairs.append((f"Rate of the effect {name}", "per year", "", one.frequency[0], now[1]))
    group = style.clean(verdict.scenario.title or verdict.scenario.id)
    missing = []
    for quantity, unit, source, before, after in pairs:
        known = [d for d in (before, after) if d is not None]
        if not known:
            missing.append(quantity[0].lower() + quantity[1:] + (f" ({source})" if source else ""))
            continue
        if source:
            notes.append(f"{quantity} of “{group}”, source of the assumption: {source}")
        low, high = min(d.quantile(0.005) for d in known), max(d.quantile(0.995) for d in known)
        log = amount_axis.is_wide([low, high])
        curves = [
            _exact(which, distribution, level, log=log)
            for which, distribution in (("prior", before), ("posterior", after))
            if distribution is not None and not (which == "posterior" and after is before)
        ]
        yield _panel(quantity, unit, verdict.heading, curves, reconstructed=verdict.reconstructed)
    if missing:
        notes.append(f"Unknown for “{group}”: {words.listing(missing)}.")


def _exact(which: str, distribution: Distribution, level: float, *, log: bool) -> _Curve:
    low, high = distribution.quantile(0.005), distribution.quantile(0.995)
    x = np.array([low])
    if high > low:
        x = np.geomspace(low, high, 240) if log and low > 0 else np.linspace(low, high, 240)
    density = distribution.pdf(x) if len(x) > 1 else np.array([np.nan])
    return _Curve(which, x, density, distribution.quantile(0.5), *distribution.interval(level))


def _heading(panel: _Panel) -> str:
    unit = {"": "a share between 0 and 1", "s": "duration"}.get(panel.unit, panel.unit)
    return f"{panel.quantity} ({unit}{', log scale' if panel.log else ''})"


def _name(panel: _Panel, which: str) -> str:
    if which == "prior" and panel.reconstructed:
        return "assumed, reconstructed afterwards"
    return _SAID[which]


def _short(panel: _Panel, which: str) -> str:
    return "assumed afterwards" if which == "prior" and panel.reconstructed else _SAID[which]


def _figure(curve: _Curve, unit: str) -> str:
    say = words.duration if unit == "s" else words.number
    if curve.low == curve.high:
        return f"{say(curve.median)} exactly"
    return f"{say(curve.median)} [{say(curve.low)}, {say(curve.high)}]"


def _texts(panel: _Panel) -> list[str]:
    lines = [f"{_short(panel, c.which)}: {_figure(c, panel.unit)}" for c in panel.curves]
    if all(c.which == "prior" for c in panel.curves):
        lines.append("now: as assumed, nothing was counted")
    return [style.wrap(line, _TEXT) for line in lines]


def _height(panel: _Panel) -> float:
    rows = sum(max(_ROW, style.block_height(text) + 0.04) for text in _texts(panel))
    return _HEAD + _CURVE + rows + _FOOT


def _draw(page: Axes, panel: _Panel, top: float) -> None:
    texts = _texts(panel)
    steps = [max(_ROW, style.block_height(text) + 0.04) for text in texts]
    rows = sum(steps)
    high = _CURVE + rows
    style.put(page, style.MARGIN, top, style.wrap(_heading(panel), style.WIDTH - 2 * style.MARGIN, most=1))
    ax = style.add_axes(page.figure, style.MARGIN + 0.05, top - _HEAD - high, _AXIS - 0.05, high)
    ends = [end for curve in panel.curves for end in (*curve.ends, curve.low, curve.high)]
    amount_axis.apply(ax, ends, _AXIS - 0.05, unit=panel.unit, log=panel.log)
    ax.set_ylim(0, high)
    shown = [(c, c.density * c.x if panel.log else c.density) for c in panel.curves]
    tallest = max((float(np.nanmax(d)) for c, d in shown if len(c.x) > 1), default=1.0) or 1.0
    ax.axhline(rows, color=style.PALE, linewidth=0.6)
    y = rows
    for number, text in enumerate(texts):
        middle = y - 0.02 - style.line_height() / 2
        style.put(page, style.MARGIN + _AXIS + _GAP, top - _HEAD - high + y - 0.02, text)
        y -= steps[number]
        if number >= len(shown):
            continue
        curve, density = shown[number]
        colour, line, filled = _LOOK[curve.which]
        if len(curve.x) > 1:
            height = rows + 0.95 * _CURVE * density / tallest
            ax.plot(curve.x, height, color=colour, linestyle=line, linewidth=1.2)
            if filled:
                ax.fill_between(curve.x, rows, height, color=colour, alpha=0.15, linewidth=0)
        else:
            ax.plot([curve.median] * 2, [rows, rows + 0.95 * _CURVE], color=colour, linestyle=line, linewidth=1.2)
        ax.plot([curve.low, curve.high], [middle, middle], color=colour, linewidth=1.4, marker="|", markersize=6)
        fill = colour if filled else "white"
        ax.plot(
            [curve.median], [middle], marker="o" if filled else "D", markersize=4.6, color=colour, markerfacecolor=fill
        )


def _keys(panels: list[_Panel], level: float) -> list[style.Key]:
    seen = {curve.which for panel in panels for curve in panel.curves}
    keys: list[style.Key] = []
    for which, (colour, line, filled) in _LOOK.items():
        if which in seen:
            name = _name(panels[0], which) if all(p.reconstructed for p in panels) else _SAID[which]
            keys.append(({"linestyle": line, "color": colour}, name))
            fill = {} if filled else {"markerfacecolor": "white"}
            keys.append(({"marker": "o" if filled else "D", "markersize": 4.6, "color": colour, **fill}, "its median"))
    keys.append(({"linestyle": "-", "marker": "|", "markersize": 6}, f"{words.percent(level)} interval"))
    return keys
