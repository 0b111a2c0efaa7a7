"""What the risk analysis answers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import pandas as pd

from incident_analysis import risk, words
from incident_analysis.charts.chart import Chart
from incident_analysis.estimate import Evidence
from incident_analysis.findings.finding import Finding
from incident_analysis.findings.phrases import CATEGORY_NAMES, bare, counts, or_not_stated, statement, table
from incident_analysis.findings.risk_measures import (
    NO_GATES,
    chains,
    compared,
    gates_told,
    scored,
    treated,
    unknowns,
    yearly_loss,
)
from incident_analysis.incident import Incident
from incident_analysis.register import Register, find_register, read_register
from incident_analysis.risk import Verdict

SECTION = "risk_analysis"


def risk_analysis(
    incident: Incident,
    *,
    register: Register | str | Path | None = None,
    as_of: datetime | str | None = None,
    level: float = 0.9,
    charts: Iterable[Chart] = (),
) -> list[Finding]:
    """The findings of the section Risk analysis.

    Parameters
    ----------
    incident : Incident
    register : Register or path, optional
        By default the one that the incident names, looked for beside it, in the two folders above and in `data`.
    as_of : datetime or str, optional
        Instant of the verdicts, with a zone; by default the one at which the incident is told.
    level : float
        Of the intervals, in (0, 1).
    charts : iterable of Chart
        "belief" goes with the first verdict that has a curve, "belief-ID" with the verdict on the scenario ID,
        "exceedance" with the loss of a year, "bow-tie" with what the actions do, "chain" with the first gate,
        "register" and "calibration" with how good the forecasts were.

    Returns
    -------
    list of Finding
        What was thought before; one verdict for each scenario; the loss of a year; what the actions do to the risk; how
        good the forecasts were; the chain of causes; what stays unknown.

    Raises
    ------
    RegisterError
        The register does not hold together.
    """
    drawn = {chart.name: chart for chart in charts}
    known = register if isinstance(register, Register) else _register(incident, register)
    verdicts = risk.verdicts(incident, known, as_of=as_of, level=level)
    return [
        _before(incident),
        *_verdicts(incident, verdicts, drawn),
        *_unplaced(incident, known, verdicts),
        *chains(verdicts, drawn),
        *yearly_loss(verdicts, drawn),
        *treated(incident, verdicts, drawn, level),
        *scored(incident, known, verdicts, drawn, as_of, level),
        _causes(incident),
        *unknowns(verdicts),
    ]


def register_of(incident: Incident) -> Register | None:
    """The register that an incident names, read; None where there is none."""
    return _register(incident, None)


def _register(incident: Incident, path: str | Path | None) -> Register | None:
    if path is not None:
        return read_register(path)
    name = incident.risk.register_ if incident.risk is not None else ""
    found = find_register(incident.folder, name)
    return read_register(found) if found is not None else None


def _before(incident: Incident) -> Finding:
    said = incident.risk.initial_consideration if incident.risk is not None else ""
    if said.strip():
        sentence = f"Before the incident it was thought: “{bare(said)}.”"
        evidence: tuple[Evidence, ...] = (statement(incident, said, "risk", "initial_consideration"),)
    else:
        sentence = (
            "How the risk had been considered before the incident is not stated: that is unknown, not “not at all”. "
            "Open question: who knew of this risk, and what did they think of it?"
        )
        evidence = ()
    return Finding(
        "risk-initial-consideration",
        SECTION,
        "How had this risk been considered before?",
        sentence,
        evidence=evidence,
        place=10,
    )


def _verdicts(incident: Incident, verdicts: Iterable[Verdict], drawn: dict[str, Chart]) -> list[Finding]:
    findings = []
    general = drawn.get("belief")
    for place, one in enumerate(verdicts):
        chart = drawn.get(f"belief-{one.scenario.id}")
        if chart is None and general is not None and not one.curves(2).empty:
            chart, general = general, None
        findings.append(
            Finding(
                f"risk-{slug(one.scenario.id)}",
                SECTION,
                f"{one.heading}: was the assumption right, what has changed, what stays unknown?",
                one.paragraph,
                estimates=one.estimates,
                table=one.table,
                charts=(chart,) if chart is not None else (),
                evidence=(*one.evidence, statement(incident, f"the incident {incident.id}", "id")),
                notes=one.notes,
                place=20 + place,
            )
        )
    return findings


def _unplaced(incident: Incident, register: Register | None, verdicts: tuple[Verdict, ...]) -> list[Finding]:
    """Why there is no verdict, or not one for each scenario that the incident names."""
    named = list(dict.fromkeys(s.id for s in incident.risk.scenarios)) if incident.risk is not None else []
    missing = [name for name in named if register is None or name not in register]
    if verdicts and not missing:
        return []
    if not named:
        sentence = (
            "The incident names no scenario of a risk register. Whether the risk was on a register, and what was "
            "assumed of it, is unknown; so there is nothing to hold against what happened. Open question: which "
            "scenario does this incident belong to, or which one is to be added?"
        )
        evidence: tuple[Evidence, ...] = ()
    else:
        listed = words.listing(f"“{name}”" for name in missing)
        if register is None:
            why = "no register was found"
        else:
            closes = [words.nearest(name, register.ids) for name in missing]
            hints = [f"did you mean “{c}”?" for c in closes if c]
            why = "the register does not hold it" + (f" ({' '.join(hints)})" if hints else "")
        sentence = (
            f"The incident names {listed}, but {why}. What was assumed of it is unknown. Open question: who writes the "
            "scenario down, with its rate, its effects and where the figures come from?"
        )
        place = next(i for i, s in enumerate(incident.risk.scenarios if incident.risk else ()) if s.id in missing)
        evidence = (statement(incident, f"names the scenario {missing[0]}", "risk", "scenarios", place),)
    return [
        Finding(
            "risk-not-on-the-register",
            SECTION,
            "Was this risk on the register?",
            sentence,
            evidence=evidence,
            place=40,
        )
    ]


def _causes(incident: Incident) -> Finding:
    question = "Which contributing factors came together, and what cuts the chain?"
    causes = risk.causes(incident)
    factors = causes[causes["kind"] != "effect"]
    if factors.empty:
        return Finding(
            "risk-causes",
            SECTION,
            question,
            "The contributing factors are not stated yet: unknown, not none. Open question: what had to come together?",
            place=50,
        )
    actions = risk.actions(incident)
    cut = {one for ids in actions["cuts"] for one in ids}
    kinds = [(kind, int((factors["kind"] == kind).sum())) for kind in ("trigger", "latent", "contributing")]
    linked = int((actions["cuts"].map(len) > 0).sum())
    uncut = int((~factors["cause_id"].isin(list(cut))).sum())
    numbers = [
        ("contributing factors", len(factors), "factors"),
        *((f"{kind} factors", n, "factors") for kind, n in kinds),
        ("actions", len(actions), "actions"),
        ("actions linked to a factor", linked, "actions"),
        ("factors without an action linked to them", uncut, "factors"),
    ]
    shares = words.listing(f"{n} {kind}" for kind, n in kinds if n)
    sentence = f"{words.plural(len(factors), 'factor')} came together ({shares})."
    triggers = [bare(text) for text in factors.loc[factors["kind"] == "trigger", "text"]]
    latent = [bare(text) for text in factors.loc[factors["kind"] == "latent", "text"]]
    if triggers:
        sentence += f" What set it off: {'; '.join(triggers)}."
    if latent:
        sentence += f" What had been there before: {'; '.join(latent)}."
    if actions.empty:
        sentence += " No action is stated yet: what cuts the chain is an open question."
    elif not linked:
        sentence += (
            f" The plan holds {words.plural(len(actions), 'action')}, but does not say which factor any of them cuts: "
            "an open question."
        )
    else:
        sentence += (
            f" Of {words.plural(len(actions), 'action')}, {linked} {'is' if linked == 1 else 'are'} linked to what "
            f"{'it cuts' if linked == 1 else 'they cut'}; {words.plural(uncut, 'factor')} "
            f"{'has' if uncut == 1 else 'have'} no action linked to {'it' if uncut == 1 else 'them'}."
        )
    evidence = tuple(statement(incident, c.text, "causes", i) for i, c in enumerate(incident.causes))
    notes = (*(() if gates_told(incident) else (NO_GATES,)), *compared(incident))
    return Finding(
        "risk-causes",
        SECTION,
        question,
        sentence,
        estimates=counts(numbers),
        table=_chain(causes, actions),
        evidence=evidence,
        notes=notes,
        place=50,
    )


def _chain(causes: pd.DataFrame, actions: pd.DataFrame) -> pd.DataFrame:
    texts = dict(zip(causes["cause_id"], causes["text"], strict=True))
    rows = []
    for cause in causes.to_dict("records"):
        cuts = [
            f"{bare(action['text'])} ({CATEGORY_NAMES[action['category']].lower()})"
            for action in actions.to_dict("records")
            if cause["cause_id"] in action["cuts"]
        ]
        follows = [bare(texts[name]) for name in cause["leads_to"] if name in texts]
        rows.append(
            {
                "Factor": bare(cause["text"]),
                "Kind": cause["kind"],
                "Category": or_not_stated(cause["category"]),
                "Leads to": "; ".join(follows) or "nothing further",
                "Cut by": "; ".join(cuts) or "no action linked",
            }
        )
    return table(rows, ["Factor", "Kind", "Category", "Leads to", "Cut by"])


def slug(text: str) -> str:
    """A scenario's id as part of a finding's id."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "scenario"
