"""Scenarios as simulated years: which of them move together, and their caps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from incident_analysis import words
from incident_analysis.document import Range
from incident_analysis.errors import MethodError, ParameterError
from incident_analysis.register import Scenario
from incident_analysis.risk.loss import Scenarios, as_scenarios, losses_of, one_unit
from incident_analysis.risk.simulation import cap_of, simulated
from incident_analysis.statistics import Distribution, Source


def simulate_losses(
    scenarios: Scenarios, *, years: int, rng: np.random.Generator, unit: str | None = None
) -> pd.DataFrame:
    """Years of losses by simulation: for scenarios that move together, and for caps.

    Parameters
    ----------
    scenarios : Register, Scenario or sequence of them
    years : int
        Above 0; the Monte Carlo error falls with its root.
    rng : Generator
        Of numpy: the same state gives the same years.
    unit : str, optional
        Which unit, where the scenarios state several.

    Returns
    -------
    LOSSES
        Give it to `annual_loss` and `exceedance`, which print the Monte Carlo error.

    Raises
    ------
    ParameterError
        Several units, and none is chosen; a scenario moves with one that is not there; a cap in another unit.

    Notes
    -----
    Scenarios that move together (`moves_with`, either way) are taken at the strongest dependence there is: a year
    with many causes of one is a year with many of the others, and sizes have one rank. The truth lies between that and
    independence. A cap is the most that a scenario can cost in a year. Simulating is for these two: where neither is
    there `exceedance` is exact, and faster.
    """
    every = as_scenarios(scenarios)
    chosen = one_unit(every, unit)
    losses = losses_of(every, chosen)
    if not losses.sources:
        raise MethodError(
            f"no loss in {chosen} is known", remedy="state rate, probability and consequence", where="scenarios"
        )
    known = {s.id: s for s in every if s.id in losses.sources}
    caps = {name: _cap(scenario, chosen) for name, scenario in known.items()}
    groups: list[list[tuple[Source, Distribution | None]]] = [
        [(source, caps[name]) for name in group for source in losses.sources[name]]
        for group in _groups(every, list(known))
    ]
    return simulated(groups, years=years, rng=rng, unit=chosen)


def _groups(scenarios: Sequence[Scenario], known: list[str]) -> list[list[str]]:
    ids = [s.id for s in scenarios]
    home = {name: name for name in ids}

    def root(name: str) -> str:
        while home[name] != name:
            name = home[name]
        return name

    for scenario in scenarios:
        for other in scenario.moves_with:
            if other not in home:
                close = words.nearest(other, ids)
                raise ParameterError(
                    f"{scenario.id} moves with {other!r}, which is not among the scenarios",
                    remedy=f"write {close!r}" if close else "give that scenario too, or remove the reference",
                    where="moves_with",
                )
            home[root(scenario.id)] = root(other)
    made: dict[str, list[str]] = {}
    for name in known:
        made.setdefault(root(name), []).append(name)
    return list(made.values())


def _cap(scenario: Scenario, unit: str) -> Distribution | None:
    if isinstance(scenario.cap, Range) and scenario.cap.unit != unit:
        raise ParameterError(
            f"the cap of {scenario.id} is in {scenario.cap.unit or 'no unit'}, its consequences in {unit}",
            remedy="state both in one unit",
            where="cap",
        )
    return cap_of(scenario.cap)
