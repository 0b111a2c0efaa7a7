"""How likely: a belief about a probability, changed by hits among trials that were all counted."""

from __future__ import annotations

from typing import overload

import numpy as np
from scipy import special

from incident_analysis.errors import ParameterError
from incident_analysis.statistics.distribution import FAR_TAIL, Distribution
from incident_analysis.statistics.distributions import Beta
from incident_analysis.statistics.tabulated import POINTS, reweighted


@overload
def update(prior: Beta, *, hits: int, trials: int) -> Beta: ...
@overload
def update(prior: Distribution, *, hits: int, trials: int) -> Distribution: ...
def update(prior: Distribution, *, hits: int, trials: int) -> Distribution:
    """The belief about a probability after `hits` among `trials`.

    Right only where the misses were counted too. Postmortems are written because the effect happened, so incidents
    alone give hits without trials: see `joint`.

    Parameters
    ----------
    prior : Distribution
        Of the probability, a ratio.
    hits, trials : int
        0 ≤ hits ≤ trials.

    Returns
    -------
    Distribution
        A Beta for a Beta (exact), otherwise tabulated.

    Examples
    --------
    >>> update(Beta(1, 9), hits=3, trials=4)
    Beta(a=4, b=10)
    """
    _check(hits, trials)
    if isinstance(prior, Beta):
        return Beta(prior.a + hits, prior.b + trials - hits)
    return reweighted(prior, lambda p: special.xlogy(hits, p) + special.xlog1py(trials - hits, -p))


def tail(prior: Distribution, *, hits: int, trials: int) -> float:
    """Probability, before anything was seen, of at least `hits` among `trials`.

    For a Beta prior this is the beta-binomial's tail.

    Examples
    --------
    >>> round(tail(Beta(1, 1), hits=2, trials=2), 6)
    0.333333
    """
    _check(hits, trials)
    if hits == 0:
        return 1.0
    if isinstance(prior, Beta):
        k = np.arange(hits, trials + 1)
        log = (
            special.gammaln(trials + 1)
            - special.gammaln(k + 1)
            - special.gammaln(trials - k + 1)
            + special.betaln(k + prior.a, trials - k + prior.b)
            - special.betaln(prior.a, prior.b)
        )
        return min(1.0, float(np.exp(log).sum()))
    p, weights = prior.nodes(POINTS, tail=FAR_TAIL)
    return float(np.dot(weights, special.betainc(hits, trials - hits + 1, p)))


def _check(hits: int, trials: int) -> None:
    if not 0 <= hits <= trials or hits != int(hits) or trials != int(trials):
        raise ParameterError(
            f"{hits} hits in {trials} trials", remedy="give whole numbers with 0 ≤ hits ≤ trials", where="hits"
        )
