"""The consequences: `ledger` holds every line of every kind, `sums` adds only what may be added."""

from incident_analysis.impact.ledger import ledger
from incident_analysis.impact.sums import sums

__all__ = ["ledger", "sums"]
