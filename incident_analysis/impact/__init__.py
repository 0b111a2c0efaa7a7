"""The consequences: what happened to whom, how much, and how well that is known.

- what people stated: `ledger` holds every line of every kind, `sums` adds ends, `total` adds with what is believed
  between them, `variance_shares` and `worth_closing` say which lines matter, `convert` and `sla_credits` keep to stated
  rates and schedules
- what was measured: `service_level` gives a series, from which `availability`, `error_budget`, `budget_left`,
  `burn_rate` and `alerts` follow; `affected_requests`, `lost_requests`, `usual_traffic` and `affected_users` count what
  came of it
- of an incident with all its objectives: `service_levels`, `measured`, `usual_baseline`, `budget_line`, `alert_times`
- people and words: `staff_hours`, `communication`, `promises`, `recovery`; and `data_loss` against its objective
- `what_if`: what a faster response would have changed
"""

from incident_analysis.impact.alerts import USUAL_RULES, BurnRule, alerts
from incident_analysis.impact.closing import variance_shares, worth_closing
from incident_analysis.impact.communication import communication, promises, told
from incident_analysis.impact.converting import convert
from incident_analysis.impact.credits import sla_credits
from incident_analysis.impact.ledger import ledger
from incident_analysis.impact.lost import lost_requests
from incident_analysis.impact.measured import (
    alert_times,
    budget_line,
    measured,
    quiet_time,
    service_levels,
    usual_baseline,
)
from incident_analysis.impact.objectives import (
    allowance,
    availability,
    budget_left,
    budget_spent,
    burn_rate,
    error_budget,
    time_to_empty,
)
from incident_analysis.impact.recovering import recovery
from incident_analysis.impact.recovery_point import data_loss
from incident_analysis.impact.requests import affected_requests
from incident_analysis.impact.scenarios import what_if
from incident_analysis.impact.service_level import USUAL_SLI, service_level
from incident_analysis.impact.staff import staff_hours
from incident_analysis.impact.sums import sums
from incident_analysis.impact.total import total, totals
from incident_analysis.impact.users import affected_users
from incident_analysis.impact.usual import usual_traffic

__all__ = [
    "USUAL_RULES",
    "USUAL_SLI",
    "BurnRule",
    "affected_requests",
    "affected_users",
    "alert_times",
    "alerts",
    "allowance",
    "availability",
    "budget_left",
    "budget_line",
    "budget_spent",
    "burn_rate",
    "communication",
    "convert",
    "data_loss",
    "error_budget",
    "ledger",
    "lost_requests",
    "measured",
    "promises",
    "quiet_time",
    "recovery",
    "service_level",
    "service_levels",
    "sla_credits",
    "staff_hours",
    "sums",
    "time_to_empty",
    "told",
    "total",
    "totals",
    "usual_baseline",
    "usual_traffic",
    "variance_shares",
    "what_if",
    "worth_closing",
]
