"""How much a verdict rests on what was assumed: the same counts, held against other assumptions."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from incident_analysis.errors import MethodError
from incident_analysis.register import Scenario
from incident_analysis.risk.counting import Counted
from incident_analysis.risk.prior import Belief
from incident_analysis.risk.update import Update, update
from incident_analysis.statistics import PERT, Distribution, Gamma, Lognormal, Point, Tabulated

#: Other assumptions about the rate of the cause: name, and how it is said.
VARIANTS = {
    "rate_doubled": "twice as high",
    "rate_halved": "half as high",
    "width_doubled": "twice as uncertain",
}
#: The largest result over the smallest: below the first the counts decide, above the second the assumption does.
COUNTS_DECIDE, ASSUMPTION_DECIDES = 1.5, 2.5


def variants(scenario: Scenario, seen: Counted, changed: Update) -> Iterator[tuple[str, Update]]:
    """The update of the effect that was seen most, again under other assumptions; none where nothing was counted."""
    assumed = changed.rate.distribution
    if assumed is None or seen.reconstructed or not seen.anything:
        return
    made = {
        "rate_doubled": scaled(assumed, 2.0),
        "rate_halved": scaled(assumed, 0.5),
        "width_doubled": widened(assumed),
    }
    for name, distribution in made.items():
        if distribution is not None:
            rate: Belief = replace(changed.rate, distribution=distribution)
            leading = changed.leading
            kept = [e for e in scenario.effects if leading is not None and e.id == leading.effect.id]
            yield name, update(scenario.model_copy(update={"effects": tuple(kept)}), seen, rate=rate)


def scaled(distribution: Distribution, factor: float) -> Distribution | None:
    """The same belief about an amount that is so many times as large."""
    if isinstance(distribution, Gamma):
        return Gamma(distribution.shape, distribution.rate / factor)
    if isinstance(distribution, Lognormal):
        return Lognormal(distribution.mu + math.log(factor), distribution.sigma)
    if isinstance(distribution, Point):
        return Point(distribution.value * factor)
    if isinstance(distribution, PERT):
        return PERT(distribution.low * factor, distribution.likely * factor, distribution.high * factor)
    if isinstance(distribution, Tabulated):
        return Tabulated(distribution.x * factor, distribution.weights)
    return None


def widened(distribution: Distribution) -> Distribution | None:
    """The same family through a range that spans twice as many orders of magnitude, its middle kept."""
    if isinstance(distribution, Lognormal):
        return Lognormal(distribution.mu, 2 * distribution.sigma)
    if not isinstance(distribution, Gamma):
        return None
    low, high = distribution.interval(0.9)
    step = math.sqrt(high / low)
    try:
        return Gamma.from_interval(low / step, high * step, level=0.9)
    except MethodError:
        return None


def leans_on(figures: list[float]) -> str:
    """In words: do the counts decide, or what was assumed?"""
    spread = max(figures) / min(figures) if figures and min(figures) > 0 else math.inf
    if spread <= COUNTS_DECIDE:
        return "so the counts decide, not the assumption"
    if spread >= ASSUMPTION_DECIDES:
        return "so the assumption still decides, and the counts are too few to correct it"
    return "so the assumption still matters"
