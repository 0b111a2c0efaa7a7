"""The whole register after its incidents: every scenario, those without any event too, and what is not in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd

from incident_analysis import frames, words
from incident_analysis.incident import Incident
from incident_analysis.register import Register
from incident_analysis.risk.prior import USUAL_LEVEL
from incident_analysis.risk.telling import figure
from incident_analysis.risk.verdict import Verdict, verdict

NOT_IN_REGISTER = "not in the register"
COLUMNS = ["Scenario", "Assumed", "Happened", "Surprise", "Now"]


@dataclass(frozen=True, slots=True, eq=False)
class RegisterUpdate:
    """A register after its incidents.

    Parameters
    ----------
    verdicts : tuple of Verdict
        One for each scenario, in the register's order, with or without incidents.
    estimates : DataFrame
        ESTIMATES of all of them; keys `scenario_id`, `effect_id`.
    table : DataFrame
        One row a scenario, as text: Scenario, Assumed, Happened, Surprise, Now.
    missing : DataFrame
        What no scenario tells of: `incident_id`, `what`, `why`.
    sentence : str
    """

    verdicts: tuple[Verdict, ...]
    estimates: pd.DataFrame = field(repr=False)
    table: pd.DataFrame = field(repr=False)
    missing: pd.DataFrame = field(repr=False)
    sentence: str


def update_register(
    register: Register, incidents: Sequence[Incident], *, as_of: datetime | str | None, level: float = USUAL_LEVEL
) -> RegisterUpdate:
    """Every scenario of a register after all incidents.

    A scenario without an incident is updated too: that nothing came in its time is evidence. Updating only what
    happened makes every register look more dangerous than it is.

    Parameters
    ----------
    register : Register
    incidents : sequence of Incident
        All that were recorded since the priors.
    as_of : datetime, str or None
        Until when; None for the latest instant at which the incidents are told.
    level : float

    Returns
    -------
    RegisterUpdate
    """
    every = list(incidents)
    instant = as_of if as_of is not None else max((i.seen_at for i in every), default=None)
    verdicts = tuple(verdict(s, incidents=every, as_of=instant, level=level) for s in register.scenarios)
    estimates = (
        pd.concat([v.estimates for v in verdicts], ignore_index=True)
        if verdicts
        else frames.empty(frames.ESTIMATES, keys=["scenario_id", "effect_id"])
    )
    missing = pd.DataFrame(
        [row for incident in every for row in _missing(incident, register)], columns=["incident_id", "what", "why"]
    )
    came = sum(_seen(v) for v in verdicts)
    surprised = [v.scenario.title for v in verdicts if v.contradicted]
    sentence = (
        f"The register holds {words.plural(len(verdicts), 'scenario')}; {came} of them came, and the "
        f"{len(verdicts) - came} that did not {'is' if len(verdicts) - came == 1 else 'are'} updated by that too."
    )
    if surprised:
        listed = words.listing((f"“{title}”" for title in surprised), most=4)
        sentence += f" Assumption and observation contradict each other for {listed}."
    if len(missing):
        of = missing["incident_id"].nunique()
        sentence += f" {words.plural(of, 'incident')} had a cause that is {NOT_IN_REGISTER}."
    return RegisterUpdate(
        verdicts, estimates, pd.DataFrame([_row(v) for v in verdicts], columns=COLUMNS), missing, sentence
    )


def _seen(one: Verdict) -> bool:
    found = one.estimates[one.estimates["name"].isin(["cause_count", "loss_event_count"])]
    return bool((found["value"] > 0).any())


def _missing(incident: Incident, register: Register) -> list[dict[str, str]]:
    named = [s.id for s in incident.risk.scenarios] if incident.risk is not None else []
    rows = []
    for name in named:
        if name not in register:
            close = words.nearest(name, register.ids)
            hint = f"; did you mean {close!r}?" if close else ""
            rows.append(
                {"incident_id": incident.id, "what": name, "why": f"{NOT_IN_REGISTER}: no scenario of that id{hint}"}
            )
    if not named:
        causes = [c.text for c in incident.causes if c.kind == "trigger"] or [incident.title]
        rows += [
            {
                "incident_id": incident.id,
                "what": words.sentence(text),
                "why": f"{NOT_IN_REGISTER}: no scenario is named",
            }
            for text in causes
        ]
    return rows


def _row(one: Verdict) -> list[str]:
    found = {(row["effect_id"], row["name"]): frames.to_estimate(row) for row in frames.rows(one.estimates)}
    leading = max(one.effects, key=lambda e: e.count, default=None)
    key, name = (leading.effect.id, "loss_event") if leading is not None else ("", "cause")
    before, now = ("loss_event_frequency_assumed", "loss_event_frequency_now")
    if leading is None or not found[key, before].known:
        key, name, before, now = "", "cause", "cause_rate_assumed", "cause_rate_now"
    count, years = found.get((key, f"{name}_count")), found.get((key, f"{name}_exposure_years"))
    bits = found.get((key, f"{name}_count_surprise"))
    happened = f"{figure(count)} in {figure(years)}" if count is not None and years is not None else "not counted"
    none = "none: reconstructed afterwards" if one.reconstructed else "unknown"
    surprise = figure(bits) if bits is not None else none
    return [one.heading, figure(found[key, before]), happened, surprise, figure(found[key, now])]
