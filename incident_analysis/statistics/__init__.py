"""Methods without incident words: distributions, intervals, and how counts change a belief.

- `distribution`: what each distribution answers; `distributions`: Gamma, Beta, Lognormal, PERT and Point as frozen
  values; `tabulated`: what has no closed form
- `intervals`: exact and approximate confidence intervals of counts and shares
- `rates`: a belief about a rate, changed by events that were all counted; surprise
- `probabilities`: the same for a probability and hits among trials
- `joint`: rate × probability where only the product shows
- `survival`: Kaplan-Meier, quantiles and the restricted mean; `turnbull`: starts and ends known to an interval;
  `log_rank`: whether groups last equally long; `lognormal_times`: geometric mean and mean; `welch`: their ratio;
  `detectable`: what a comparison could have seen
- `rate_ratio`: two rates; `dispersion`: clusters, and the next count; `trend_tests`, `growth`, `change_points`: whether
  and when a rate changed; `mean_cumulative`: many services
"""

from incident_analysis.statistics import (
    change_points,
    detectable,
    dispersion,
    growth,
    intervals,
    joint,
    log_rank,
    lognormal_times,
    mean_cumulative,
    probabilities,
    rate_ratio,
    rates,
    survival,
    trend_tests,
    turnbull,
    welch,
)
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
    "change_points",
    "detectable",
    "dispersion",
    "growth",
    "intervals",
    "joint",
    "log_rank",
    "lognormal_times",
    "mean_cumulative",
    "probabilities",
    "rate_ratio",
    "rates",
    "survival",
    "trend_tests",
    "turnbull",
    "welch",
]
