"""Single steps of learning: a rate, a probability, and both where only incidents and some near misses are seen."""

from __future__ import annotations

from dataclasses import dataclass

from incident_analysis.errors import ParameterError
from incident_analysis.statistics import Distribution, joint, probabilities, rates


def update_rate(prior: Distribution, *, events: int, exposure_years: float) -> Distribution:
    """The belief about a rate after every event of a time was counted.

    Incidents alone are not all events of their cause: `update_from_incidents` is for those.

    Parameters
    ----------
    prior : Distribution
        Of the rate, per year: a Gamma is updated in closed form.
    events : int
        0 or more; zero events in a time are evidence too.
    exposure_years : float
        Above 0.

    Returns
    -------
    Distribution

    Raises
    ------
    ParameterError
        A negative count, or no time in which something could have been seen.

    References
    ----------
    Gelman et al., Bayesian Data Analysis, 3rd ed., 2013, section 2.6.

    Examples
    --------
    >>> from incident_analysis.statistics import Gamma
    >>> after = update_rate(Gamma.from_interval(0.2, 2, level=0.9), events=3, exposure_years=1)
    >>> round(after.mean, 5), [round(x, 5) for x in after.interval(0.9)]
    (1.46205, [0.60424, 2.62232])
    """
    _belief(prior)
    _exposure(exposure_years)
    return rates.update(prior, count=events, exposure=exposure_years)


def update_probability(prior: Distribution, *, hits: int, trials: int) -> Distribution:
    """The belief about a probability after hits among trials, the misses counted too.

    Parameters
    ----------
    prior : Distribution
        Of the probability: a Beta is updated in closed form.
    hits, trials : int
        0 ≤ hits ≤ trials.

    Examples
    --------
    >>> from incident_analysis.statistics import Beta
    >>> after = update_probability(Beta(1, 9), hits=3, trials=4)
    >>> [round(x, 5) for x in after.interval(0.9)]
    [0.11267, 0.49465]
    """
    _belief(prior)
    return probabilities.update(prior, hits=hits, trials=trials)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What near misses say where nobody knows which share of them is reported.

    Parameters
    ----------
    rate : Distribution
        If all of them were reported: the cause comes at least that often.
    probability : Distribution
        If all of them were reported: the effect follows at most that often.
    """

    rate: Distribution
    probability: Distribution


def update_from_incidents(
    rate: Distribution,
    probability: Distribution,
    *,
    effects: int,
    exposure_years: float,
    near_misses: int | None = None,
    near_miss_reporting: Distribution | None = None,
) -> joint.Joint:
    """Rate and probability after effects that were seen without the causes that had none.

    Parameters
    ----------
    rate, probability : Distribution
        Of the cause per year, and of the effect once it is there.
    effects : int
        Incidents with the effect.
    exposure_years : float
        Above 0.
    near_misses : int, optional
        Causes without the effect that were reported in that time.
    near_miss_reporting : Distribution, optional
        Share of near misses that is reported. Without it reported near misses give only bounds: `near_miss_bounds`.

    Returns
    -------
    Joint
        Of rate × probability, and the marginals, which incidents alone hardly move.

    Examples
    --------
    >>> from incident_analysis.statistics import Beta, Gamma
    >>> prior = Gamma.from_interval(0.2, 2, level=0.9), Beta(1, 9)
    >>> round(update_from_incidents(*prior, effects=1, exposure_years=5).product.mean, 3)
    0.127
    """
    _belief(rate)
    _belief(probability)
    _exposure(exposure_years)
    misses = None
    if near_misses is not None and near_miss_reporting is not None:
        misses = joint.NearMisses(near_misses, near_miss_reporting)
    elif near_misses is not None:
        raise ParameterError(
            f"{near_misses} near misses, but not which share of them is reported",
            remedy="give near_miss_reporting as a distribution, or ask risk.near_miss_bounds for what they bound",
            where="near_miss_reporting",
        )
    return joint.update(rate, probability, count=effects, exposure=exposure_years, near_misses=misses)


def near_miss_bounds(
    rate: Distribution, probability: Distribution, *, effects: int, near_misses: int, exposure_years: float
) -> Bounds:
    """What reported near misses bound where nobody knows which share of them is reported.

    Parameters
    ----------
    rate, probability : Distribution
    effects, near_misses : int
    exposure_years : float

    Returns
    -------
    Bounds
        Had all been reported; the truth has at least as many causes.
    """
    _exposure(exposure_years)
    every = effects + near_misses
    return Bounds(
        rates.update(rate, count=every, exposure=exposure_years),
        probabilities.update(probability, hits=effects, trials=every),
    )


def _belief(prior: object) -> None:
    if not isinstance(prior, Distribution):
        raise ParameterError(
            f"a prior of kind {type(prior).__name__}",
            remedy="give a distribution, for example statistics.Gamma.from_interval(0.2, 2, level=0.9)",
            where="prior",
        )


def _exposure(years: float) -> None:
    if not years > 0:
        raise ParameterError(
            f"exposure_years is {years}",
            remedy="give the time in which events would have been seen, above 0; without one nothing can be learnt",
            where="exposure_years",
        )
