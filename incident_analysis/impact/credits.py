"""What customers get back where an agreement on the service level was missed."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from incident_analysis import words
from incident_analysis.errors import ParameterError
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.incident.parts import Credit


def sla_credits(
    availability: Estimate, *, schedule: Iterable[Credit], bill: float | None = None, unit: str = ""
) -> Estimate:
    """Credits owed, from a stated schedule: the largest share whose level was not reached.

    Parameters
    ----------
    availability : Estimate
        Of the agreement's own period (a calendar month, mostly), as a ratio.
    schedule : iterable of Credit
        Such as `slo.credits`: below a ratio, a share of the bill.
    bill : float, optional
        What customers pay for the period; without it the credits are a ratio of the bill.
    unit : str
        Currency of the bill.

    Returns
    -------
    Estimate
        A step function of the availability: where that is known within bounds only, so are the credits, with the level
        of its interval. Exact where both ends give the same step.

    Raises
    ------
    ParameterError
        A level or share that is no ratio; a schedule that rises the wrong way; a bill without a currency.
    """
    steps = sorted(schedule, key=lambda step: step.below)
    for step in steps:
        for name, ratio in (("below", step.below), ("share_of_bill", step.share_of_bill)):
            if not 0 <= ratio <= 1:
                raise ParameterError(
                    f"{name} is {ratio:g}, which is no ratio", remedy=f"write {ratio / 100:g}", where="schedule"
                )
    if any(a.share_of_bill < b.share_of_bill for a, b in pairwise(steps)):
        raise ParameterError(
            "a lower level that gives back less", remedy="check `below` and `share_of_bill`", where="schedule"
        )
    if bill is not None and (bill < 0 or not words.is_currency(unit)):
        raise ParameterError(
            f"a bill of {bill:g} {unit}".rstrip(), remedy='give 0 or more, and unit="EUR" for example', where="bill"
        )
    of = unit if bill is not None else ""
    if not steps:
        return Estimate.unknown("no schedule of credits is stated", unit=of)
    if not availability.known:
        return Estimate.unknown(f"the availability is unknown: {availability.reason}", unit=of)

    def owed(ratio: float | None) -> float | None:
        if ratio is None:
            return None
        returned: float = next((step.share_of_bill for step in steps if ratio < step.below), 0.0)
        return returned if bill is None else returned * bill

    value = owed(availability.value)
    low = owed(availability.high if availability.high is not None else availability.value)
    high = owed(availability.low if availability.low is not None else availability.value)
    told = words.listing(f"{words.percent(s.share_of_bill)} below {words.percent(s.below)}" for s in steps)
    exact = low == high
    return Estimate(
        value if value is not None else low if exact else None,
        low,
        high,
        level=None if exact else availability.level,
        interval="exact" if exact else availability.interval if availability.level else "bounds",
        unit=of,
        n=availability.n,
        method=f"stated schedule: {told}",
        evidence=(*availability.evidence, Evidence("statement", "schedule of credits", "", told)),
    )
