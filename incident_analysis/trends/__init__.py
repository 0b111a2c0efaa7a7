"""Across incidents: what a history can tell, and what it cannot.

- `history`: which incidents count, what is set apart, over which window they were watched
- `groups`: by what a history is divided: severities, services, halves, calendar periods; never people
- `lasted`: how long each incident lasted: ended, open, or not to be told
- `response`: medians and means of lengths, comparisons of groups; `drawn`: the share that lasts longer; `detectable`:
  what a comparison could have seen
- `rates`: incidents per year, their ratio, clusters, the next quarter
- `growth_model`: trend tests, the growth model, many services as one curve
- `changes`: when the rate changed; whether the mix or a definition did
- `calendar_cycles`: hours, weekdays, months
- `causes`: the most frequent causes beside Google's, and what came again
- `plans`: how long actions stay open; which records are worth completing
- `measuring`: all of it at once, for a page

All of them take INCIDENTS and `as_of`. `usable` sets the window once and hands it on. No measure is made of people or
teams.
"""

from incident_analysis.trends.calendar_cycles import calendar, hours
from incident_analysis.trends.causes import cause_column, pareto, recurrence
from incident_analysis.trends.changes import change_points, mix
from incident_analysis.trends.detectable import detectable_change
from incident_analysis.trends.drawn import curves
from incident_analysis.trends.groups import severity_column
from incident_analysis.trends.growth_model import cumulated, growth, mean_cumulative, per_service
from incident_analysis.trends.history import Window, set_apart, usable, window
from incident_analysis.trends.lasted import MEASURES, lengths, measure_of, name_of
from incident_analysis.trends.measuring import STEPS, Measures, measures
from incident_analysis.trends.plans import action_rows, actions, ageing, completeness
from incident_analysis.trends.rates import by_period, clusters, next_quarter, rate, rate_ratio
from incident_analysis.trends.response import compare_response_times, response_times

__all__ = [
    "MEASURES",
    "STEPS",
    "Measures",
    "Window",
    "action_rows",
    "actions",
    "ageing",
    "by_period",
    "calendar",
    "cause_column",
    "change_points",
    "clusters",
    "compare_response_times",
    "completeness",
    "cumulated",
    "curves",
    "detectable_change",
    "growth",
    "hours",
    "lengths",
    "mean_cumulative",
    "measure_of",
    "measures",
    "mix",
    "name_of",
    "next_quarter",
    "pareto",
    "per_service",
    "rate",
    "rate_ratio",
    "recurrence",
    "response_times",
    "set_apart",
    "severity_column",
    "usable",
    "window",
]
