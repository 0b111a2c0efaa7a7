"""The consequences: `ledger` holds every line of every kind, `sums` adds only what may be added."""

from incident_analysis.impact.alerts import USUAL_RULES, BurnRule, alerts
from incident_analysis.impact.ledger import ledger
from incident_analysis.impact.objectives import (
    allowance,
    availability,
    budget_spent,
    burn_rate,
    error_budget,
    time_to_empty,
)
from incident_analysis.impact.service_level import USUAL_SLI, service_level
from incident_analysis.impact.sums import sums
