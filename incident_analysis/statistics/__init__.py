"""Methods without incident words: distributions, intervals, and how counts change a belief.

- `distribution`: what each distribution answers; `distributions`: Gamma, Beta, Lognormal, PERT and Point as frozen
  values; `uniform`: evenly between two ends; `tabulated`: what has no closed form
- `elicitation`: what people state, held against what it implies
- `intervals`: exact and approximate confidence intervals of counts and shares
- `predictions`: what one more count would have been; `distinct`: how many different values there are
- `rates`: a belief about a rate, changed by events that were all counted; surprise
- `probabilities`: the same for a probability and hits among trials
- `joint`: rate × probability where only the product shows
- `log_amounts`: what single losses teach about the range they come from
- `between`: how rates differ between groups
- `compound`: the loss of a year, exactly
- `scores`: how good earlier forecasts were
- `survival`: Kaplan-Meier, quantiles and the restricted mean; `turnbull`: starts and ends known to an interval;
  `log_rank`: whether groups last equally long; `lognormal_times`: geometric mean and mean; `welch`: their ratio;
  `detectable`: what a comparison could have seen
- `rate_ratio`: two rates; `dispersion`: clusters, and the next count; `trend_tests`, `growth`, `change_points`: whether
  and when a rate changed; `mean_cumulative`: many services
"""

from incident_analysis.statistics import (
    between,
    change_points,
    compound,
    detectable,
    dispersion,
    distinct,
    elicitation,
    growth,
    intervals,
    joint,
    log_amounts,
    log_rank,
    lognormal_times,
    mean_cumulative,
    predictions,
    probabilities,
    rate_ratio,
    rates,
    scores,
    survival,
    trend_tests,
    turnbull,
    welch,
)
from incident_analysis.statistics.compound import Compound, Source
from incident_analysis.statistics.distribution import Distribution
from incident_analysis.statistics.distributions import PERT, Beta, Gamma, Lognormal, Point
from incident_analysis.statistics.log_amounts import LogStudent, NormalInverseGamma
from incident_analysis.statistics.tabulated import Tabulated
from incident_analysis.statistics.uniform import Uniform

__all__ = [
    "PERT",
    "Beta",
    "Compound",
    "Distribution",
    "Gamma",
    "LogStudent",
    "Lognormal",
    "NormalInverseGamma",
    "Point",
    "Source",
    "Tabulated",
    "Uniform",
    "between",
    "change_points",
    "compound",
    "detectable",
    "dispersion",
    "distinct",
    "elicitation",
    "growth",
    "intervals",
    "joint",
    "log_amounts",
    "log_rank",
    "lognormal_times",
    "mean_cumulative",
    "predictions",
    "probabilities",
    "rate_ratio",
    "rates",
    "scores",
    "survival",
    "trend_tests",
    "turnbull",
    "welch",
]
