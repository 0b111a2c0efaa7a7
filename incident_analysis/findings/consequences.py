"""What the consequences answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from incident_analysis import frames, impact, words
from incident_analysis import timeline as times
from incident_analysis.charts.chart import Chart
from incident_analysis.findings.adding import added
from incident_analysis.findings.finding import Finding
from incident_analysis.findings.kinds import KIND_NAMES
from incident_analysis.findings.measuring import measures
from incident_analysis.findings.phrases import bare, counts, statement, table
from incident_analysis.findings.responding import response
from incident_analysis.impact.ledger import figure, line_estimate
from incident_analysis.incident import Incident

#: Lines that a sentence names one by one; its table tells all.
MOST_NAMED = 8


def consequences(
    incident: Incident,
    *,
    charts: Iterable[Chart] = (),
    measured: pd.DataFrame | None = None,
    alerts: pd.DataFrame | None = None,
    scenarios: pd.DataFrame | None = None,
    rng: np.random.Generator | None = None,
    level: float = 0.9,
) -> list[Finding]:
    """The findings of the section Consequences.

    Parameters
    ----------
    incident : Incident
    charts : iterable of Chart
        Those named "impact", "traffic", "error_budget", "recovery" and "what_if" go with the findings they belong to.
    measured : ESTIMATES, optional
        Of `impact.measured`.
    alerts : DataFrame, optional
        Of `impact.alert_times`.
    scenarios : ESTIMATES, optional
        Of `impact.what_if`, for the detection at once.
    rng : Generator, optional
        For sums of lines with ranges; without it only their ends are added.
    level : float
        Of the intervals of sums.

    Returns
    -------
    list of Finding
        What nothing is known of has no finding of its own: it is named in the last one.
    """
    drawn = {chart.name: (chart,) for chart in charts}
    ledger = impact.ledger(incident)
    return [
        _summary(incident, ledger, drawn.get("impact", ())),
        *(_kind(incident, ledger, kind, i) for i, kind in enumerate(KIND_NAMES) if (ledger["kind"] == kind).any()),
        *added(incident, ledger, rng=rng, level=level),
        *measures(incident, measured, alerts, drawn),
        *response(incident, ledger, scenarios, drawn),
        _gaps(incident, ledger, measured),
    ]


def _summary(incident: Incident, ledger: pd.DataFrame, charts: tuple[Chart, ...]) -> Finding:
    lasted = frames.named(times.durations(incident), "time_to_restore")
    kinds = [k for k in KIND_NAMES if (ledger["kind"] == k).any()]
    losses = int((ledger["role"] == "loss").sum())
    unknown = int(ledger[["low", "likely", "high"]].isna().all(axis=1).sum())
    numbers = [
        ("lines", len(ledger), "impact lines"),
        ("losses", losses, "losses"),
        ("kinds", len(kinds), "kinds of consequence"),
        ("without a figure", unknown, "impact lines"),
    ]
    services = f"{words.listing([bare(s) for s in incident.services])}. " if incident.services else ""
    sentence = f"Services concerned: {services}" if services else "Which services were concerned is not stated. "
    if lasted.known:
        sentence += f"From the start of the declared impact to the restored service: {lasted.figure}. "
    else:
        sentence += f"How long the impact lasted is unknown: {lasted.reason}. "
    if ledger.empty:
        sentence += "No consequence is stated yet: that is unknown, not none."
    else:
        named = words.listing(KIND_NAMES[k].lower() for k in kinds)
        sentence += (
            f"The ledger holds {words.plural(len(ledger), 'line')} of {words.plural(len(kinds), 'kind')} ({named})"
        )
        if len(ledger) == 1:
            sentence += ", without a figure." if unknown else ", with a figure."
        else:
            sentence += f"; {unknown} of them without a figure." if unknown else ", each with a figure."
    effects = [bare(e.text) for e in incident.effects]
    if effects:
        sentence += f" What came of it: {'; '.join(effects)}."
    estimates = pd.concat(
        [counts(numbers), times.durations(incident).query("name == 'time_to_restore'").drop(columns="incident_id")],
        ignore_index=True,
    )
    evidence = [statement(incident, e.text, "effects", i) for i, e in enumerate(incident.effects)]
    evidence += [statement(incident, s, "services", i) for i, s in enumerate(incident.services)]
    return Finding(
        "consequences",
        "consequences",
        "Who suffered, and how much of what?",
        sentence,
        estimates=estimates,
        charts=charts,
        evidence=tuple(evidence),
        place=10,
    )


def _kind(incident: Incident, ledger: pd.DataFrame, kind: str, place: int) -> Finding:
    lines = ledger[ledger["kind"] == kind].to_dict("records")
    names = {row["id"]: row["what"] for row in ledger.to_dict("records")}
    rows = [
        {
            "Line": row["id"],
            "What": row["what"],
            "Figure": figure(row),
            "Who": row["who"],
            "Borne by": row["bearer"],
            "Why": _why(incident, row["why"]),
            "Certainty": row["certainty"],
            "Source": row["source"],
            "Note": _note(row, names),
        }
        for row in lines
    ]
    said = [f"{bare(row['what'])}: {figure(row)}{_mark(row, names)}" for row in lines[:MOST_NAMED]]
    estimates = frames.estimates(({"line": row["id"]}, row["what"], line_estimate(row)) for row in lines)
    more = len(lines) - len(said)
    if more:
        said.append(f"and {words.plural(more, 'further line')}, in the table")
        estimates = pd.concat([estimates, counts([("not named", more, "impact lines")])], ignore_index=True)
    return Finding(
        f"consequences-{kind.replace('_', '-')}",
        "consequences",
        f"{KIND_NAMES[kind]}: what was lost, by whom and why?",
        words.sentence("; ".join(said)),
        estimates=estimates,
        table=table(rows, list(rows[0])),
        evidence=tuple(e for row in lines for e in row["evidence"]),
        place=20 + place,
    )


def _why(incident: Incident, reference: str) -> str:
    if not reference:
        return ""
    texts = {e.id: e.text for e in incident.timeline if e.id}
    texts |= {c.id: c.text for c in incident.causes} | {e.id: e.text for e in incident.effects}
    return f"{reference}: {bare(texts[reference])}" if reference in texts else reference


def _mark(row: dict[Any, Any], names: dict[str, str]) -> str:
    if row["role"] == "context":
        return " (context, not a loss)"
    if row["role"] == "gain":
        return " (a gain)"
    if row["part_of"]:
        return f" (part of “{bare(names.get(row['part_of'], row['part_of']))}”)"
    if row["conflicts_with"]:
        return f" (the sources disagree: see “{bare(names.get(row['conflicts_with'], row['conflicts_with']))}”)"
    return ""


def _note(row: dict[Any, Any], names: dict[str, str]) -> str:
    parts = [bare(row["note"])] if row["note"] else []
    mark = _mark(row, names).strip(" ()")
    if mark:
        parts.append(mark)
    if row["together"]:
        parts.append(f"moves together with the group {row['together']}")
    return "; ".join(parts) or "none"


def _gaps(incident: Incident, ledger: pd.DataFrame, measured: pd.DataFrame | None) -> Finding:
    told = set(ledger["kind"]) | {"other"}
    # What was measured is known, though no source states it.
    if measured is not None and (measured["name"] == "requests").any():
        told.add("requests")
    if frames.named(impact.staff_hours(incident).query("who == ''"), "hours").known:
        told.add("staff_hours")
    silent = [name.lower() for kind, name in KIND_NAMES.items() if kind not in told]
    without = {
        "who suffered": ledger[ledger["who"] == ""],
        "who bears it": ledger[ledger["bearer"] == ""],
        "why (which event or cause)": ledger[ledger["why"] == ""],
    }
    numbers = [("kinds without a line", len(silent), "kinds")]
    sentence = ""
    if silent:
        sentence = f"No source tells of {words.listing(silent, last='or')}: that is unknown, not zero."
    for number in dict.fromkeys(len(rows) for rows in without.values() if len(rows)):
        what = [name for name, rows in without.items() if len(rows) == number]
        numbers += [(f"lines without {name}", number, "impact lines") for name in what]
        which = "any line" if number == len(ledger) else words.plural(number, "line")
        sentence += f" Not stated for {which}: {words.listing(what)}."
    if measured is not None and measured.empty:
        sentence += (
            " Not measured, since the folder holds no requests, and no periods with an objective: availability, error "
            "budget, requests and users lost."
        )
    return Finding(
        "consequences-unknown",
        "consequences",
        "What do we know that we do not know about the consequences?",
        sentence.strip() or "Each kind has a line, and each line says who suffered, who bears it and why.",
        estimates=counts(numbers),
        table=_asked(ledger),
        evidence=(statement(incident, "every line of the ledger", "impact"),) if len(ledger) else (),
        place=90,
    )


def _asked(ledger: pd.DataFrame) -> pd.DataFrame | None:
    """What each line leaves open."""
    rows = []
    for row in ledger.to_dict("records"):
        open_questions = ["how much"] * all(pd.isna(row[name]) for name in ("low", "likely", "high"))
        asked = {"who": "who suffered", "bearer": "who bears it", "why": "why", "source": "which source"}
        open_questions += [question for name, question in asked.items() if not row[name]]
        if open_questions:
            rows.append((words.listing(open_questions) + "?", row))
    # Lines that ask the same share a row.
    asked_of: dict[str, list[dict[Any, Any]]] = {}
    for question, row in rows:
        asked_of.setdefault(question, []).append(row)
    made = [
        {
            "Open": question,
            "Lines": ", ".join(row["id"] for row in lines),
            "What": bare(lines[0]["what"]) if len(lines) == 1 else f"{len(lines)} lines",
        }
        for question, lines in asked_of.items()
    ]
    return table(made, ["Open", "Lines", "What"]) if made else None
