"""Frame in, figure out; one file a chart.

`lanes`
    When what happened: events by kind on a true time axis.
`phases`
    How long it took to detect, acknowledge, mitigate and restore.
`impact`
    What was lost, a panel for each unit, with bounds.
`belief`
    What was assumed before and what is held now.
`causes`
    What led to what, and which actions cut it.
`log_rates`
    How many log records there were, of which severity, and when there were none.
`cumulative`, `rates`, `survival`, `detectable`, `pareto`, `hours`, `action_ages`
    A history of many incidents: how many by when, how often, how long, what a comparison can see, why, at which hour of
    the week, and how old its open actions are.
`save`
    PNG and SVG of one of them, the same bytes every time, as a `Chart`.

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
    from incident_analysis.charts.cause_graph import causes
    from incident_analysis.charts.cumulative_line import cumulative
    from incident_analysis.charts.detectable_line import detectable
    from incident_analysis.charts.hour_grid import hours
    from incident_analysis.charts.impact_panels import impact
    from incident_analysis.charts.log_panels import log_rates
    from incident_analysis.charts.pareto_bars import pareto
    from incident_analysis.charts.phase_bars import phases
    from incident_analysis.charts.rate_steps import rates
    from incident_analysis.charts.saving import save
    from incident_analysis.charts.survival_curves import survival
    from incident_analysis.charts.timeline_lanes import event_labels, lanes

# `Chart` is read where nothing is drawn, so matplotlib waits until a chart is asked for.
_HOMES = {
    "action_ages": "action_marks",
    "belief": "belief_curves",
    "causes": "cause_graph",
    "cumulative": "cumulative_line",
    "detectable": "detectable_line",
    "event_labels": "timeline_lanes",
    "hours": "hour_grid",
    "impact": "impact_panels",
    "lanes": "timeline_lanes",
    "log_rates": "log_panels",
    "pareto": "pareto_bars",
    "phases": "phase_bars",
    "rates": "rate_steps",
    "save": "saving",
    "survival": "survival_curves",
}

__all__ = [
    "Chart",
    "action_ages",
    "belief",
    "causes",
    "cumulative",
    "detectable",
    "event_labels",
    "hours",
    "impact",
    "lanes",
    "log_rates",
    "pareto",
    "phases",
    "rates",
    "save",
    "survival",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
