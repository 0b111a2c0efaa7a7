"""Methods without incident words: distributions, intervals, and how counts change a belief.

- `distribution`: what each distribution answers; `distributions`: Gamma, Beta, Lognormal, PERT and Point as frozen
  values; `uniform`: evenly between two ends; `tabulated`: what has no closed form
- `intervals`: exact and approximate confidence intervals of counts and shares
- `predictions`: what one more count would have been; `distinct`: how many different values there are
- `rates`: a belief about a rate, changed by events that were all counted; surprise
- `probabilities`: the same for a probability and hits among trials
- `joint`: rate × probability where only the product shows
"""

from incident_analysis.statistics import distinct, intervals, joint, predictions, probabilities, rates
from incident_analysis.statistics.distribution import Distribution
from incident_analysis.statistics.distributions import PERT, Beta, Gamma, Lognormal, Point
from incident_analysis.statistics.tabulated import Tabulated
from incident_analysis.statistics.uniform import Uniform

__all__ = [
    "PERT",
    "Beta",
    "Distribution",
    "Gamma",
    "Lognormal",
    "Point",
    "Tabulated",
    "Uniform",
    "distinct",
    "intervals",
    "joint",
    "predictions",
    "probabilities",
    "rates",
]
