"""What further stands beside the verdicts of an incident: the chain of a gate, the whole register and its forecasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from incident_analysis.incident import Incident
from incident_analysis.register import Register
from incident_analysis.risk.chains import Chain, chain
from incident_analysis.risk.scoring import Scores, scores
from incident_analysis.risk.verdict import Verdict, verdict


@dataclass(frozen=True, slots=True, eq=False)
class HeldAgainst:
    """A register after one incident.

    Parameters
    ----------
    verdicts : tuple of Verdict
        On every scenario of the register; empty where there is no forecast to score.
    scores : Scores or None
        How good its forecasts were; None where there are none.
    """

    verdicts: tuple[Verdict, ...] = ()
    scores: Scores | None = field(default=None, repr=False)


def first_chain(verdicts: Sequence[Verdict]) -> Chain | None:
    """How the causes come together in the first scenario that states it as a gate; None where none does."""
    gated = [one.scenario for one in verdicts if one.scenario.cause.gate is not None]
    return chain(gated[0]) if gated else None


def held_against(
    incident: Incident,
    register: Register | None,
    *,
    verdicts: Sequence[Verdict],
    as_of: datetime | str | None,
    level: float,
) -> HeldAgainst:
    """The whole register after one incident.

    Parameters
    ----------
    incident : Incident
    register : Register or None
    verdicts : sequence of Verdict
        Those on the scenarios that the incident names, as `risk.verdicts` gives them: they are not made again.
    as_of : datetime, str or None
        Instant of the verdicts, with a zone; None for the one at which the incident is told.
    level : float
        Of the intervals, in (0, 1).

    Returns
    -------
    HeldAgainst
        Empty where the incident names no scenario of the register, or only such as were written down afterwards: then
        there is no forecast to score.
    """
    if register is None or all(one.reconstructed for one in verdicts):
        return HeldAgainst()
    made = {one.scenario.id: one for one in verdicts}
    # At the incident's own instant for every scenario: those that it does not name have no other.
    instant = as_of if as_of is not None else incident.seen_at
    return HeldAgainst(
        tuple(
            made[s.id] if s.id in made else verdict(s, incidents=[incident], as_of=instant, level=level)
            for s in register.scenarios
        ),
        scores(register, [incident], as_of=as_of, level=level),
    )
