"""What the response cost, what was said, what was promised, and what another response would have changed."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from incident_analysis import frames, impact, words
from incident_analysis.charts.chart import Chart
from incident_analysis.estimate import Estimate
from incident_analysis.findings.finding import Finding
from incident_analysis.findings.phrases import bare, counts, or_not_stated, statement, table
from incident_analysis.impact.ledger import figure
from incident_analysis.impact.scenarios import for_reading
from incident_analysis.incident import Incident

_SAID = {
    "detection_to_first_word": "Detection to the first word",
    "longest_silence": "Longest silence until the restore",
    "updates": "Updates",
    "updates_per_hour": "Updates an hour, detection to restore",
}

#: Lines that a sentence names; its table tells all.
MOST_NAMED = 3

Drawn = Mapping[str, tuple[Chart, ...]]


def response(incident: Incident, ledger: pd.DataFrame, scenarios: pd.DataFrame | None, drawn: Drawn) -> list[Finding]:
    """The findings on people and words; none of what nothing is known."""
    return [
        *_staff(incident, ledger),
        *_data(incident, ledger),
        *_communication(incident),
        *_promises(incident, drawn.get("recovery", ())),
        *_what_if(scenarios, drawn.get("what_if", ())),
    ]


def _staff(incident: Incident, ledger: pd.DataFrame) -> list[Finding]:
    hours = impact.staff_hours(incident)
    whole = frames.named(hours[hours["who"] == ""], "hours")
    if not whole.known or not whole.low:
        return []
    people = hours[hours["who"] != ""]
    rows = []
    for who in dict.fromkeys(people["who"]):
        mine = {str(r["name"]): frames.to_estimate(r) for r in frames.rows(people[people["who"] == who])}
        rows.append(
            {
                "Who": who,
                "Time": _length(mine["hours"]),
                "In working hours": _length(mine["hours_in"]),
                "Out of them": _length(mine["hours_out"]),
            }
        )
    people_count = words.plural(len(rows), "person", "people")
    inner, out = (frames.named(hours[hours["who"] == ""], name) for name in ("hours_in", "hours_out"))
    total = {"Time": _length(whole), "In working hours": _length(inner), "Out of them": _length(out)}
    sentence = f"{people_count} worked on it for {_length(whole)}" + (" in all" if len(rows) > 1 else "")
    if len(rows) > 1:
        rows.append({"Who": f"All: {people_count}", **total})
    if not out.known:
        sentence += f". In and out of working hours: unknown, since {out.reason}."
    elif out.value is not None and out.value in (0.0, whole.value):
        sentence += f", {'all' if out.value else 'none'} of it out of working hours."
    else:
        sentence += f", {_length(out)} of them out of working hours."
    columns = list(rows[0]) if out.known else ["Who", "Time"]
    stated = [r for r in frames.rows(ledger) if r["kind"] == "staff_hours" and r["role"] == "loss"]
    notes = ["Time between stated beginning and end, and between signs of work; nothing is cut at a day."]
    if stated:
        lines = words.listing(f"{r['id']} ({figure(r)})" for r in stated)
        notes.append(f"Of those whom the incident names. What the ledger states stands by itself: {lines}.")
    return [
        Finding(
            "hours-worked",
            "consequences",
            "How long did the staff work on it?",
            sentence,
            estimates=hours,
            table=table(rows, columns),
            evidence=tuple(dict.fromkeys(e for told in hours["evidence"] for e in told)),
            notes=tuple(notes),
            place=66,
        )
    ]


def _length(hours: Estimate) -> str:
    """Hours as a length of time, which reads better than a fraction."""
    if not hours.known:
        return f"unknown: {hours.reason}"
    if hours.value is not None:
        return words.duration(hours.value * 3600)
    return f"at least {words.duration((hours.low or 0.0) * 3600)}"


def _or_why(estimate: Estimate) -> str:
    return estimate.figure if estimate.known else f"unknown: {estimate.reason}"


def _data(incident: Incident, ledger: pd.DataFrame) -> list[Finding]:
    objective = incident.recovery_point_objective
    points = impact.data_loss(ledger, objective=None if objective is None else pd.Timedelta(objective))
    reached = [r for r in frames.rows(points) if r["name"] == "recovery_point" and r["line"]]
    if not reached:
        return []
    names = {str(r["id"]): r for r in frames.rows(ledger)}
    rows, said = [], []
    for row in reached:
        line, estimate = names[str(row["line"])], frames.to_estimate(row)
        cells = {"Line": line["id"], "What": line["what"], "Recovery point": _or_why(estimate)}
        told = f"{bare(str(line['what']))}: {_or_why(estimate)}"
        if objective is not None:
            mine = points[(points["line"] == row["line"]) & (points["name"] == "beyond_objective")]
            cells["Against the objective"] = _beyond(frames.to_estimate(frames.rows(mine)[0]))
            told += "" if not estimate.known else f", {cells['Against the objective']}"
        said.append(told)
        rows.append(cells | {"Source": line["source"]})
    disagree = any(names[str(r["line"])]["conflicts_with"] for r in reached)
    aim = " No recovery point objective is stated."
    if objective is not None:
        aim = f" The objective: at most {words.duration(objective.total_seconds())}."
    several = " The sources disagree; both figures stand." if disagree else ""
    return [
        Finding(
            "recovery-point",
            "consequences",
            "How far back did the lost data go?",
            words.sentence("; ".join(said)) + several + aim,
            estimates=points if objective is not None else points[points["name"] == "recovery_point"],
            table=table(rows, list(rows[0])),
            evidence=(
                *(e for r in reached for e in r["evidence"]),
                *(() if objective is None else (statement(incident, aim, "recovery_point_objective"),)),
            ),
            place=68,
        )
    ]


def _beyond(estimate: Estimate) -> str:
    """By how much a recovery point misses the objective; "within it" only where that is sure."""
    if not estimate.known:
        return f"unknown: {estimate.reason}"
    most = estimate.high if estimate.high is not None else estimate.value
    if most == 0:
        return "within it"
    if estimate.value is None and not estimate.low:
        return f"not sure: {estimate.figure} beyond it" if most is not None else "not sure"
    return f"{estimate.figure} beyond it"


def _communication(incident: Incident) -> list[Finding]:
    said = impact.communication(incident)
    if said.empty:
        return []
    spoken = impact.told(incident)
    parts, rows = [], []
    for audience in dict.fromkeys(said["audience"]):
        mine = {str(r["name"]): frames.to_estimate(r) for r in frames.rows(said[said["audience"] == audience])}
        whom = "To an audience that is not stated" if audience == "not stated" else f"To {_article(str(audience))}"
        first, gap = mine["detection_to_first_word"], mine["longest_silence"]
        part = f"{whom} the evidence holds {words.plural(round(mine['updates'].value or 0), 'update')}"
        part += (
            f"; detection to the first word: {first.figure}"
            if first.known
            else f"; how soon after the detection is unknown: {first.reason}"
        )
        if gap.known:
            part += f"; the longest silence until the restore: {gap.figure}"
        parts.append(part)
        rows += [
            {
                "Audience": audience,
                "Measure": label,
                "Figure": _or_why(mine[name].rounded(2) if name == "updates_per_hour" else mine[name]),
                "How": mine[name].method or "not computed",
            }
            for name, label in _SAID.items()
        ]
    rule = bool((spoken["by"] == "by rule").any())
    notes = ("Words that name a public place are taken as said to the public, by rule.",) if rule else ()
    return [
        Finding(
            "communication",
            "consequences",
            "How soon and how often were people told?",
            ". ".join(parts) + ".",
            estimates=said,
            table=table(rows, list(rows[0])),
            evidence=tuple(dict.fromkeys(e for told in said["evidence"] for e in told)),
            notes=(*notes, "What was said elsewhere, the evidence does not hold."),
            place=70,
        )
    ]


def _article(audience: str) -> str:
    return "the public" if audience == "public" else audience


def _promises(incident: Incident, charts: tuple[Chart, ...]) -> list[Finding]:
    if not incident.promises:
        return []
    kept = impact.promises(incident)
    if kept.empty:
        return []
    rows, parts = [], []
    for number in dict.fromkeys(kept["promise"]):
        mine = frames.rows(kept[kept["promise"] == number])
        by_name = {str(r["name"]): frames.to_estimate(r) for r in mine}
        promise = incident.promises[int(number) - 1]
        row = {
            "Audience": or_not_stated(promise.audience),
            "Promised at": str(promise.time) if promise.time else "unknown",
            "What": promise.about,
            "Expected by": str(promise.expected_by) if promise.expected_by else "not stated",
        }
        for name in ("mitigated", "restored", "resolved"):
            row[name.capitalize()] = _late(by_name[f"late_{name}"])
        rows.append(row)
        told = [
            f"{name} {row[name.capitalize()]}" for name in ("restored", "resolved") if by_name[f"late_{name}"].known
        ]
        what = bare(promise.about) or "what is not stated"
        length = by_name["promised_in"]
        parts.append(
            f"At {row['Promised at']} {row['Audience']} were promised: {what}"
            + (f" within {length.figure}" if length.known else "")
            + f", by {row['Expected by']}. What came: {words.listing(told) if told else 'unknown'}"
        )
    return [
        Finding(
            "promises",
            "consequences",
            "What was promised, and what came?",
            ". ".join(parts) + ".",
            estimates=kept,
            table=table(rows, list(rows[0])),
            charts=charts,
            evidence=tuple(
                statement(incident, p.about or "a promise", "promises", i) for i, p in enumerate(incident.promises)
            ),
            place=72,
        )
    ]


def _late(estimate: Estimate) -> str:
    if not estimate.known:
        return f"unknown: {estimate.reason}"
    if estimate.censored:
        return f"not yet, {estimate.figure} late"
    if estimate.value is not None and estimate.value <= 0:
        return "in time" if estimate.value == 0 else f"{words.duration(-estimate.value)} early"
    return f"{estimate.figure} late"


def _what_if(scenarios: pd.DataFrame | None, charts: tuple[Chart, ...]) -> list[Finding]:
    if scenarios is None or scenarios.empty:
        return []
    what_was = {str(r["line"]): frames.to_estimate(r) for r in frames.rows(scenarios[scenarios["name"] == "actual"])}
    held: dict[str, dict[str, Estimate]] = {}
    what: dict[str, str] = {}
    for row in frames.rows(scenarios):
        if row["model"] != "refused":
            estimate = frames.to_estimate(row)
            estimate = estimate if row["name"] == "actual" else for_reading(estimate, what_was.get(str(row["line"])))
            name = "actual" if row["name"] == "actual" else str(row["model"])
            held.setdefault(str(row["line"]), {})[name] = estimate
            what[str(row["line"])] = str(row["what"])
    known = {k: v for k, v in held.items() if any(v[m].known for m in ("proportional", "stepwise") if m in v)}
    if not known:
        return []
    rows = [
        {
            "Line": key,
            "What": what[key],
            "As it was": mine["actual"].figure,
            "Proportional model": _or_why(mine["proportional"]),
            "Stepwise model": _or_why(mine["stepwise"]),
        }
        for key, mine in known.items()
    ]
    said = []
    for row in rows[:MOST_NAMED]:
        models = ("Proportional model", "Stepwise model")
        told = [f"{row[c]} by the {c.lower()}" for c in models if not row[c].startswith("unknown")]
        if len({row[c] for c in models}) == 1:
            told = [f"{row[models[0]]} by both models"]
        said.append(f"{bare(row['What'])}: {words.listing(told)}, instead of {row['As it was']}")
    more = len(rows) - MOST_NAMED
    if more > 0:
        said.append(f"and {words.plural(more, 'further line')}, in the table")
    return [
        Finding(
            "what-if",
            "consequences",
            "What would have been left, had it been detected at once?",
            f"Had the malfunction been detected at once, and all else had taken as long as it did. {'; '.join(said)}.",
            estimates=pd.concat([scenarios, counts([("not named", max(more, 0), "lines")])], ignore_index=True),
            table=table(rows, list(rows[0])),
            charts=charts,
            notes=(
                "Scenarios, without a level: that consequences grow evenly until the restore, or with the share of the "
                "service that was hit, are both assumptions. Consequences that are no function of time are left out.",
            ),
            place=80,
        )
    ]
