"""Frame in, figure out; one file a chart.

`lanes`
    When what happened: events by kind on a true time axis.
`sources`
    Who told what: events by source and kind, copies joined.
`coverage`
    What each source covers, where it is silent, truncated or absent.
`clocks`
    How far copies of the same event are apart, before and after clocks were put right.
`acknowledgements`
    How long each alert waited for its acknowledgement.
`phases`
    How long it took to detect, acknowledge, mitigate and restore.
`impact`
    What was lost, a panel for each unit, with bounds.
`traffic`
    Requests that came against the usual ones, the gap filled.
`error_budget`
    How the error budget was spent, with this incident marked.
`recovery`
    What was promised, and what came.
`what_if`
    What a faster response would have left of the consequences.
`belief`
    What was assumed before and what is held now.
`causes`
    What led to what, and which actions cut it.
`chain`
    How much each cause matters for the effect.
`bow_tie`
    A scenario: what leads to it, what comes of it, and what stands between.
`exceedance`
    How likely a year costs more than an amount, before and after.
`register`
    A whole register as ranges: how often, and how much.
`calibration`
    How good forecasts were.
`log_rates`
    How many log records there were, of which severity, and when there were none.
`cumulative`, `rates`, `survival`, `detectable`, `pareto`, `hours`, `action_ages`
    A history of many incidents: how many by when, how often, how long, what a comparison can see, why, at which hour of
    the week, and how old its open actions are.
`save`
    PNG and SVG of one of them, the same bytes every time, as a `Chart`; `save_known` of several, those with nothing to
    draw left out.

Every chart takes its frame first and the rest by keyword, draws on the axes or figure that came in or on one of its
own, and saves and shows nothing. Markers differ in shape as well as in colour, unknown is said in words and never drawn
as zero, and the words of the picture are kept beside it for readers who do not see it. The size, the font and the
palette are the same on every machine: a `matplotlibrc` changes nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from incident_analysis.charts.chart import Chart

if TYPE_CHECKING:
    from incident_analysis.charts.action_marks import action_ages
    from incident_analysis.charts.belief_curves import belief
    from incident_analysis.charts.bow_tie_boxes import bow_tie
    from incident_analysis.charts.budget_line import error_budget
    from incident_analysis.charts.calibration_marks import calibration
    from incident_analysis.charts.cause_graph import causes
    from incident_analysis.charts.chain_importance import chain
    from incident_analysis.charts.clock_panels import clocks
    from incident_analysis.charts.coverage_bars import coverage
    from incident_analysis.charts.cumulative_line import cumulative
    from incident_analysis.charts.detectable_line import detectable
    from incident_analysis.charts.exceedance_curves import exceedance
    from incident_analysis.charts.hour_grid import hours
    from incident_analysis.charts.impact_panels import impact
    from incident_analysis.charts.log_panels import log_rates
    from incident_analysis.charts.pair_bars import acknowledgements
    from incident_analysis.charts.pareto_bars import pareto
    from incident_analysis.charts.phase_bars import phases
    from incident_analysis.charts.promise_bars import recovery
    from incident_analysis.charts.rate_steps import rates
    from incident_analysis.charts.register_ranges import register
    from incident_analysis.charts.saving import save, save_known
    from incident_analysis.charts.scenario_marks import what_if
    from incident_analysis.charts.source_lanes import sources
    from incident_analysis.charts.survival_curves import survival
    from incident_analysis.charts.timeline_lanes import event_labels, lanes
    from incident_analysis.charts.traffic_gap import traffic

# `Chart` is read where nothing is drawn, so matplotlib waits until a chart is asked for.
_HOMES = {
    "acknowledgements": "pair_bars",
    "action_ages": "action_marks",
    "belief": "belief_curves",
    "bow_tie": "bow_tie_boxes",
    "calibration": "calibration_marks",
    "causes": "cause_graph",
    "clocks": "clock_panels",
    "coverage": "coverage_bars",
    "error_budget": "budget_line",
    "chain": "chain_importance",
    "event_labels": "timeline_lanes",
    "exceedance": "exceedance_curves",
    "cumulative": "cumulative_line",
    "detectable": "detectable_line",
    "hours": "hour_grid",
    "impact": "impact_panels",
    "lanes": "timeline_lanes",
    "log_rates": "log_panels",
    "pareto": "pareto_bars",
    "phases": "phase_bars",
    "recovery": "promise_bars",
    "register": "register_ranges",
    "save": "saving",
    "sources": "source_lanes",
    "save_known": "saving",
    "traffic": "traffic_gap",
    "what_if": "scenario_marks",
    "rates": "rate_steps",
    "survival": "survival_curves",
}

__all__ = [
    "Chart",
    "acknowledgements",
    "action_ages",
    "belief",
    "bow_tie",
    "calibration",
    "causes",
    "chain",
    "clocks",
    "coverage",
    "cumulative",
    "detectable",
    "error_budget",
    "event_labels",
    "exceedance",
    "hours",
    "impact",
    "lanes",
    "log_rates",
    "pareto",
    "phases",
    "rates",
    "recovery",
    "register",
    "save",
    "save_known",
    "sources",
    "survival",
    "traffic",
    "what_if",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
