"""Methods without incident words: distributions, intervals, and how counts change a belief.

- `distribution`: what each distribution answers; `distributions`: Gamma, Beta, Lognormal, PERT and Point as frozen
  values; `tabulated`: what has no closed form
- `intervals`: exact and approximate confidence intervals of counts and shares
- `rates`: a belief about a rate, changed by events that were all counted; surprise
- `probabilities`: the same for a probability and hits among trials
- `joint`: rate × probability where only the product shows
"""

from incident_analysis.statistics import intervals, joint, probabilities, rates
from incident_analysis.statistics.distribution import Distribution
from incident_analysis.statistics.distributions import PERT, Beta, Gamma, Lognormal, Point
from incident_analysis.statistics.tabulated import Tabulated

__all__ = [
    "PERT",
    "Beta",
    "Distribution",
    "Gamma",
    "Lognormal",
    "Point",
    "Tabulated",
    "intervals",
    "joint",
    "probabilities",
    "rates",
]
