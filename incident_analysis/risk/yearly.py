"""The loss of a year of one scenario, as assumed and as held now."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from incident_analysis.risk.update import Update
from incident_analysis.statistics import Compound, Distribution, Point, Source, joint

#: The amount that is told is what a year exceeds with this probability, as assumed.
TOLD = 0.05


@dataclass(frozen=True, slots=True)
class Yearly:
    """A scenario's year before and after, in one unit.

    Parameters
    ----------
    unit : str
    threshold : float
        The amount that is held against: exceeded in 5 % of years as assumed; the median loss where losses are rarer.
    before, after : tuple of Source
    exceeded, exceeded_now : float
        Probability of a year that costs more than the threshold.
    """

    unit: str
    threshold: float
    before: tuple[Source, ...]
    after: tuple[Source, ...]
    exceeded: float
    exceeded_now: float


def sources_before(changed: Update, unit: str) -> tuple[Source, ...]:
    """What was assumed, as sources of losses in one unit."""
    effects = tuple(
        (one.probability.distribution, one.consequence.distribution)
        for one in changed.effects
        if one.consequence.unit == unit
        and one.probability.distribution is not None
        and one.consequence.distribution is not None
    )
    return (Source(changed.rate.distribution, effects),) if effects and changed.rate.distribution is not None else ()


def sources_after(changed: Update, unit: str) -> tuple[Source, ...]:
    """What is held now.

    Where rate and probability were each counted, or nothing was, they stay apart, and one cause may bring several
    effects. Where only their product was seen each effect comes by itself, at the rate that was learnt for it.
    """
    told = [e for e in changed.effects if e.consequence.unit == unit and e.consequence_now[0] is not None]
    if not any(e.entangled or (e.alone and e.rate_now[0] is not changed.rate_counted[0]) for e in told):
        rate = changed.rate_counted[0]
        effects: list[tuple[Distribution, Distribution]] = [
            (e.probability_now[0], e.consequence_now[0])
            for e in told
            if e.probability_now[0] is not None and e.consequence_now[0] is not None
        ]
        return (Source(rate, tuple(effects)),) if rate is not None and effects else ()
    return tuple(
        Source(e.frequency_now[0], ((Point(1.0), e.consequence_now[0]),))
        for e in told
        if e.frequency_now[0] is not None and e.consequence_now[0] is not None
    )


def yearly(changed: Update) -> Yearly | None:
    """The year before and after in the first unit in which a consequence is known; None where none is."""
    units = dict.fromkeys(e.consequence.unit for e in changed.effects if e.consequence.distribution is not None)
    for unit in units:
        before, after = sources_before(changed, unit), sources_after(changed, unit)
        if not before or not after:
            continue
        year, now = Compound(before), Compound(after)
        threshold = year.quantile(1 - TOLD)
        if threshold <= 0:
            threshold = min(loss.quantile(0.5) for source in before for _, loss in source.effects)
        x = np.array([_round(threshold)])
        return Yearly(unit, float(x[0]), before, after, float(year.above(x)[0]), float(now.above(x)[0]))
    return None


def frequency(source: Source) -> Distribution | None:
    """How often its one effect comes; None where there are several."""
    return joint.product(source.rate, source.effects[0][0]) if len(source.effects) == 1 else None


def _round(x: float) -> float:
    """Two digits: the amount is a mark to look at, not a result."""
    return float(f"{x:.1e}")
