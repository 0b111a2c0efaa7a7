"""The consequences: what happened to whom, how much, and how well that is known.

- from requests, metrics and periods: `service_level` gives the series, from which `availability`, `error_budget`,
  `burn_rate` and `alerts` follow; `affected_requests`, `lost_requests` and `affected_users` count what came of it
"""

from incident_analysis.impact.alerts import USUAL_RULES, BurnRule, alerts
from incident_analysis.impact.ledger import ledger
from incident_analysis.impact.lost import lost_requests, usual_traffic
from incident_analysis.impact.objectives import (
    allowance,
    availability,
    budget_spent,
    burn_rate,
    error_budget,
    time_to_empty,
)
from incident_analysis.impact.requests import affected_requests
from incident_analysis.impact.service_level import USUAL_SLI, service_level
from incident_analysis.impact.sums import sums
from incident_analysis.impact.users import affected_users
