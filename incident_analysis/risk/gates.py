"""The probability of a gate of independent events, exactly."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from incident_analysis.errors import MethodError
from incident_analysis.register import GateNode

# Every combination of so many events is looked at: 2^20 of them take about a second.
MOST_EVENTS = 20


def gate_probability(gate: GateNode, probabilities: Mapping[str, float]) -> float:
    """Probability that a gate holds, its events being independent.

    Every combination of the events is weighed, so an event that stands below several gates counts once; the sum of
    cut sets, which can exceed 1, is never used.

    Parameters
    ----------
    gate : GateNode
    probabilities : mapping
        Of every event below the gate, by id.

    Raises
    ------
    MethodError
        More than 20 events stand below the gate.

    Notes
    -----
    Linear in each single probability: with independent uncertain probabilities, the mean of the result is the result
    at their means.
    """
    names = gate.names
    if len(names) > MOST_EVENTS:
        raise MethodError(
            f"a gate of {len(names)} events; up to {MOST_EVENTS} are computed",
            remedy="gather events that belong together into one, with its own probability",
            where="gate",
        )
    places = np.arange(2 ** len(names))
    columns = {name: (places >> i) & 1 == 1 for i, name in enumerate(names)}
    weights = np.ones(len(places))
    for name, column in columns.items():
        weights *= np.where(column, probabilities[name], 1 - probabilities[name])
    return float(weights[holds(gate, columns)].sum())


def holds(member: str | GateNode, columns: Mapping[str, NDArray[np.bool_]]) -> NDArray[np.bool_]:
    """In which combinations a gate, or an event, holds."""
    if isinstance(member, str):
        return columns[member]
    parts = np.array([holds(one, columns) for one in member.members])
    if member.kind == "not":
        return np.asarray(~parts[0])
    needed = {"any_of": 1, "all_of": len(parts)}.get(member.kind, member.at_least)
    return np.asarray(parts.sum(axis=0) >= needed)
