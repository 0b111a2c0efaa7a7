"""What stands around the analysis: TL;DR, description, action plan, interviews, open questions."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from incident_analysis import frames, impact, risk, words
from incident_analysis import timeline as times
from incident_analysis.charts.chart import Chart
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.findings.finding import Finding
from incident_analysis.findings.kinds import KIND_NAMES
from incident_analysis.findings.phrases import (
    CATEGORY_NAMES,
    bare,
    counts,
    statement,
    table,
)
from incident_analysis.impact.ledger import figure, line_estimate
from incident_analysis.incident import Incident

#: How many lines a paragraph of the TL;DR names one by one; the section tells all.
MOST_IN_A_PARAGRAPH = 6


def postmortem(incident: Incident, *, charts: Iterable[Chart] = ()) -> list[Finding]:
    """The findings of TL;DR, Description, Action Plan and Interview minutes.

    Parameters
    ----------
    incident : Incident
    charts : iterable of Chart
        The one named "causes" goes with the contributing factors.

    Returns
    -------
    list of Finding
    """
    drawn = {chart.name: (chart,) for chart in charts}
    return [
        _tldr_times(incident),
        _tldr_description(incident),
        _tldr_consequences(incident),
        _tldr_action_plan(incident),
        _what_happened(incident),
        _factors(incident, drawn.get("causes", ())),
        _actions(incident),
        _interviews(incident),
        open_questions(incident),
    ]


def _tldr_times(incident: Incident) -> Finding:
    asked = {
        "malfunction_began": "The system began to malfunction",
        "detected": "It was first detected",
        "started": "The declared impact started",
        "restored": "The service was restored",
    }
    rows, evidence = [], []
    for name, label in asked.items():
        moment = incident.moment(name)
        source = incident.where("times", name)
        rows.append(
            {
                "When": label,
                "Time": moment.text,
                "What the source says": moment.statement,
                "Accounts": "; ".join(
                    f"{c.time or 'no time'} ({c.source or 'source not stated'})" for c in moment.claims
                )
                or ("none" if moment.certainty == "unknown" else "one account"),
                "Where": f"incident.yaml, {source}" if source else "incident.yaml",
            }
        )
        evidence.append(statement(incident, f"{label}: {moment.text}: {moment.statement}", "times", name))
    began, detected, started, restored = (row["Time"] for row in rows)
    sentence = f"Malfunction began: {began}. First detected: {detected}. Declared impact from: {started}. "
    sentence += f"Service restored: {restored}."
    return Finding(
        "tldr-times",
        "tldr",
        "When did the system begin to malfunction, when was it first detected, when was the service restored?",
        sentence,
        table=table(rows, list(rows[0])),
        evidence=tuple(evidence),
        place=10,
    )


def _tldr_description(incident: Incident) -> Finding:
    level = incident.severity.level
    whose = f" ({bare(incident.organisation)})" if incident.organisation else ""
    sentence = f"{bare(incident.title)}{whose}. Severity {level.value} ({level.meaning})"
    sentence += f": {bare(incident.severity.reason)}." if incident.severity.reason else "; the reason is not stated."
    evidence = [
        statement(incident, incident.title, "title"),
        statement(incident, incident.organisation, "organisation"),
        statement(incident, f"{level.value} {level.meaning}: {incident.severity.reason}", "severity"),
    ]
    chosen = {
        "Set off by": [i for i, c in enumerate(incident.causes) if c.kind == "trigger"],
        "Conditions that were there before": [i for i, c in enumerate(incident.causes) if c.kind == "latent"],
    }
    for label, places in chosen.items():
        if places:
            sentence += f" {label}: {'; '.join(bare(incident.causes[i].text) for i in places)}."
            evidence += [statement(incident, incident.causes[i].text, "causes", i) for i in places]
    if not incident.causes:
        sentence += " The contributing factors are not stated."
    return Finding("tldr-description", "tldr", "What happened?", sentence, evidence=tuple(evidence), place=20)


def _tldr_consequences(incident: Incident) -> Finding:
    durations = times.durations(incident)
    lasted = frames.named(durations, "time_to_restore")
    ledger = impact.ledger(incident).to_dict("records")
    main = [r for r in ledger if r["role"] == "loss" and not r["part_of"]]
    shown = main[:MOST_IN_A_PARAGRAPH]
    if lasted.known:
        sentence = f"From the start of the declared impact to the restored service: {lasted.figure}."
    else:
        sentence = f"How long the impact lasted is unknown: {lasted.reason}."
    rest = len(ledger) - len(shown)
    if shown:
        named = "; ".join(f"{bare(r['what'])}: {figure(r)}{_reservation(r['note'])}" for r in shown)
        sentence += f" {named}"
        sentence += f"; {words.plural(rest, 'further line')} in the ledger." if rest else "."
    else:
        sentence += " No consequence is stated yet: that is unknown, not none."
    silent = [n.lower() for k, n in KIND_NAMES.items() if k != "other" and all(r["kind"] != k for r in ledger)]
    if silent and ledger:
        sentence += f" Unknown: {words.listing(silent)}."
    estimates: list[tuple[dict[str, str], str, Estimate]] = [({}, "time_to_restore", lasted)]
    estimates += [({}, r["what"], line_estimate(r)) for r in shown]
    # What a figure is a part of is a number of the sentence too.
    estimates += [
        ({}, f"{r['what']}, out of", line_estimate(r | {"likely": r["of"], "low": None, "high": None}))
        for r in shown
        if pd.notna(r["of"])
    ]
    made = frames.estimates(estimates)
    return Finding(
        "tldr-consequences",
        "tldr",
        "What did it cost, and whom?",
        sentence,
        estimates=made if not rest else _with_counts(made, [("further lines", rest, "impact lines")]),
        evidence=tuple(e for r in shown for e in (*r["evidence"], Evidence("ledger", r["source"], r["id"], r["note"]))),
        place=30,
    )


def _reservation(note: str) -> str:
    """The source's own reservation, where "about" does not say it already."""
    return f" ({bare(note)})" if note and not note.startswith(("approximately", "stated")) else ""


def _with_counts(made: pd.DataFrame, numbers: list[tuple[str, int, str]]) -> pd.DataFrame:
    return pd.concat([made, counts(numbers)], ignore_index=True)


def _tldr_action_plan(incident: Incident) -> Finding:
    by_category = {c: [a for k, _, a in incident.every_action if k == c] for c in CATEGORY_NAMES}
    total = len(incident.every_action)
    evidence = tuple(statement(incident, a.text, "actions", c, i) for c, i, a in incident.every_action)
    numbers = [("actions", total, "actions")]
    numbers += [(c, len(a), "actions") for c, a in by_category.items()]
    if not total:
        sentence = "No action is stated yet."
    else:
        said = [
            f"{CATEGORY_NAMES[c].lower()}: {'; '.join(bare(a.text) for a in actions)}"
            for c, actions in by_category.items()
            if actions
        ]
        sentence = f"{words.plural(total, 'action')}. {'. '.join(words.sentence(s)[:-1] for s in said)}."
        empty = [CATEGORY_NAMES[c].lower() for c, actions in by_category.items() if not actions]
        if empty:
            sentence += f" None stated for {words.listing(empty, last='or')}."
    return Finding(
        "tldr-action-plan",
        "tldr",
        "What was done, and what is to be done?",
        sentence,
        estimates=counts(numbers),
        evidence=evidence,
        place=40,
    )


def _ending(incident: Incident) -> list[str]:
    """How it ended: a chain of failures without their end would be half a story."""
    told = {"mitigated": "Mitigated", "restored": "Restored", "resolved": "Resolved"}
    found = []
    for name, label in told.items():
        moment = incident.moment(name)
        if moment.certainty != "unknown":
            said = f" ({bare(moment.statement)})" if moment.statement and moment.certainty != "open" else ""
            found.append(f"{label}: {moment.text}{said}.")
    return found


#: What the Description tells; the Timeline has every event.
TOLD_KINDS = ("signal", "alert", "failure", "consequence", "deploy", "decision")


def _what_happened(incident: Incident) -> Finding:
    events = times.events(incident)
    # An action from which something came, or that resolved something, is part of cause and effect.
    linked = events["event_id"].isin(set(events["relates_to"])) | (events["relation"] == "resolves")
    told = events[(events["kind"].isin(TOLD_KINDS) | linked) & events["include"].fillna(True).astype(bool)]
    if told.empty:
        sentence = (
            "The timeline holds no signal, alert, failure or consequence yet: what happened is not stated in order."
        )
    else:
        day = ""
        parts = []
        for row in told.to_dict("records"):
            if row["time"] is None or row["time"] != row["time"]:
                when = "Then, the minute not known"
            else:
                new = f"{row['time']:%Y-%m-%d}"
                clock = "" if row["certainty"] == "day" else f"{row['time']:%H:%M}"
                about = "about " if row["certainty"] == "approx" and clock else ""
                when = " ".join(x for x in (new if new != day else "", f"{about}{clock}") if x) or new
                day = new
            parts.append(f"{when} ({row['kind']}): {bare(row['text'])}.")
        sentence = " ".join(parts + _ending(incident))
    places = {e.id or f"event-{i + 1}": i for i, e in enumerate(incident.timeline)}
    evidence = []
    for row in told.to_dict("records"):
        at = incident.where("timeline", places[row["event_id"]]) if row["event_id"] in places else row["source_id"]
        said = f"{row['time_stated'] or 'no time'} {row['kind']}: {row['text']}"
        evidence.append(Evidence("event", row["source"], f"{row['event_id']} {at}".strip(), said))
    for name in ("mitigated", "restored", "resolved"):
        moment = incident.moment(name)
        evidence.append(statement(incident, f"{name} {moment.text} {moment.statement}", "times", name))
    return Finding(
        "what-happened",
        "description",
        "What happened, in order?",
        sentence,
        evidence=tuple(evidence),
        notes=("Times are UTC. The section Timeline holds every event.",) if len(told) else (),
        place=10,
    )


def _factors(incident: Incident, charts: tuple[Chart, ...]) -> Finding:
    causes = risk.causes(incident)
    factors = causes[causes["kind"] != "effect"]
    if factors.empty:
        return Finding(
            "contributing-factors",
            "description",
            "Which chain of causes led to the effects?",
            "The contributing factors are not stated yet.",
            charts=charts,
            place=20,
        )
    uncut = [name for name in factors["cause_id"] if not _is_cut(incident, name)]
    kinds = factors["kind"].value_counts()
    numbers = [("factors", len(factors), "contributing factors")]
    numbers += [(str(kind), int(n), f"{kind} factors") for kind, n in kinds.items()]
    sentence = f"{words.plural(len(factors), 'contributing factor')}: "
    sentence += words.listing(
        f"{int(kinds[k])} {label}"
        for k, label in (
            ("trigger", "that set it off"),
            ("latent", "there before"),
            ("contributing", "that followed and made it worse"),
        )
        if k in kinds
    )
    sentence += "."
    if len(uncut) == len(factors):
        sentence += " No action says which of them it cuts."
    elif uncut:
        numbers.append(("without an action", len(uncut), "contributing factors"))
        one = len(uncut) == 1
        sentence += (
            f" {len(uncut)} of them {'has' if one else 'have'} no action that says it cuts {'it' if one else 'them'}."
        )
    sentence += " The section Risk Analysis lists them one by one."
    return Finding(
        "contributing-factors",
        "description",
        "Which chain of causes led to the effects?",
        sentence,
        estimates=counts(numbers),
        charts=charts,
        evidence=tuple(statement(incident, c.text, "causes", i) for i, c in enumerate(incident.causes)),
        place=20,
    )


def _is_cut(incident: Incident, cause: str) -> bool:
    return any(cut.id == cause for _, _, action in incident.every_action for cut in action.cuts)


def _actions(incident: Incident) -> Finding:
    actions = risk.actions(incident)
    rows = [
        {
            "Category": CATEGORY_NAMES[row["category"]],
            "Action": f"{row['action_id']}: {row['text']}" if row["action_id"] else row["text"],
            "Status": str(row["status"]).replace("_", " "),
            "Owner": row["owner"],
            "Due": "" if row["due"] is None or row["due"] != row["due"] else f"{row['due']:%Y-%m-%d}",
            "Cuts": words.listing(row["cuts"]),
            "Cost": row["cost"],
            "Rule": row["rule"],
        }
        for row in actions.to_dict("records")
    ]
    # A column in which no action has anything is said in a sentence, not shown as a column of blanks.
    silent = [c for c in ("Status", "Owner", "Due", "Cuts", "Cost", "Rule") if rows and not any(r[c] for r in rows)]
    numbers = [("actions", len(rows), "actions")]
    numbers += [(c, int((actions["category"] == c).sum()), "actions") for c in CATEGORY_NAMES]
    by_status = actions["status"].replace("", "status not stated").value_counts().sort_index()
    numbers += [(str(s), int(n), "actions") for s, n in by_status.items()]
    if not rows:
        sentence = "No action is stated yet."
    else:
        sentence = words.plural(len(rows), "action")
        if "Status" not in silent:
            said = words.listing(f"{int(n)} {str(s).replace('_', ' ')}" for s, n in by_status.items())
            sentence += f": {said}"
        sentence += "."
        empty = [name.lower() for c, name in CATEGORY_NAMES.items() if not (actions["category"] == c).any()]
        if empty:
            sentence += f" None is stated for {words.listing(empty, last='or')}."
        if silent:
            sentence += f" Not stated for any of them: {words.listing(s.lower() for s in silent)}."
    columns = [c for c in ("Category", "Action", "Status", "Owner", "Due", "Cuts", "Cost", "Rule") if c not in silent]
    return Finding(
        "actions",
        "action_plan",
        "What was done, what is to be done, by whom and until when?",
        sentence,
        estimates=counts(numbers),
        table=table(rows, columns) if rows else None,
        evidence=tuple(statement(incident, a.text, "actions", c, i) for c, i, a in incident.every_action),
        place=10,
    )


def _interviews(incident: Incident) -> Finding:
    kinds = {"staff": "staff", "business": "business", "impacted": "people impacted"}
    found = {kind: sum(i.who == kind for i in incident.interviews) for kind in kinds}
    numbers = [(kind, n, "interviews") for kind, n in found.items()]
    missing = [label for kind, label in kinds.items() if not found[kind]]
    if not incident.interviews:
        sentence = (
            "No interview minutes are in the folder: staff, business and the people impacted were not heard here."
        )
    else:
        sentence = words.sentence(
            words.listing(f"{words.plural(n, 'interview')} with {kinds[k]}" for k, n in found.items() if n)
        )
        if missing:
            sentence += f" None with {words.listing(missing, last='or')}."
    return Finding(
        "interviews",
        "interviews",
        "Who was heard?",
        sentence,
        estimates=counts(numbers),
        evidence=tuple(Evidence("statement", i.file, "", i.role) for i in incident.interviews),
        place=10,
    )


def open_questions(incident: Incident) -> Finding:
    """What is asked of those who complete the postmortem: stated unknowns, then gaps in the folder.

    Parameters
    ----------
    incident : Incident

    Returns
    -------
    Finding
        Its table has a row for each question, with what would close it and who is asked.
    """
    rows = [
        {
            "Question": u.text,
            "Kind": "stated as unknown",
            "About": u.about,
            "Would change": u.would_change,
            "Closed by": u.closed_by,
            "Owner": u.owner,
        }
        for u in incident.unknowns
    ]
    stated = len(rows)
    rows += [
        {"Question": question, "Kind": "missing in the folder", "About": about} for question, about in _gaps(incident)
    ]
    asked = len(rows) - stated
    as_of = incident.as_of
    sentence = (
        f"{words.plural(stated, 'unknown')} stated, {words.plural(asked, 'open question')} from gaps in the folder."
    )
    if incident.status != "final" or incident.told_early:
        if as_of is not None:
            sentence += f" Told as of {as_of}."
        else:
            latest = words.instant(incident.seen_at)
            sentence += f" Told as of {latest}, the latest instant in the folder, since none is stated."
    evidence = [statement(incident, u.text, "unknowns", i) for i, u in enumerate(incident.unknowns)]
    if as_of is not None:
        evidence.append(statement(incident, str(as_of), "as_of"))
    else:
        evidence.append(Evidence("formula", "incident.yaml", "", f"latest instant {words.instant(incident.seen_at)}"))
    columns = ["Question", "Kind", "About", "Would change", "Closed by", "Owner"]
    used = [c for c in columns if c in ("Question", "Kind") or any(row.get(c) for row in rows)]
    return Finding(
        "open-questions",
        "description",
        "What do we know that we do not know?",
        sentence,
        estimates=counts([("unknowns", stated, "stated unknowns"), ("questions", asked, "open questions")]),
        table=table(rows, used) if rows else None,
        evidence=tuple(evidence),
        place=90,
    )


def _gaps(incident: Incident) -> list[tuple[str, str]]:
    """Questions that the folder leaves open, with the field that would answer each."""
    asked = {
        "malfunction_began": "When did the system first malfunction?",
        "started": "When did the impact start?",
        "detected": "When was it first detected, and by whom or what?",
        "acknowledged": "When was the first alert acknowledged?",
        "mitigated": "When did the impact stop?",
        "restored": "When was the service restored?",
    }
    gaps = [
        (question, f"times.{name}") for name, question in asked.items() if incident.moment(name).certainty == "unknown"
    ]
    if incident.is_open:
        gaps.append(("The service is not restored yet: when will it be?", "times.restored"))
    lists = (
        (incident.services, "Which services were concerned?", "services"),
        (incident.timeline, "What happened, in order?", "timeline"),
        (incident.impact, "Who suffered, and how much of what?", "impact"),
        (incident.causes, "Which contributing factors led to it?", "causes"),
        (incident.every_action, "What was done and what will be done?", "actions"),
        (incident.risk, "How had the risk been seen before?", "risk"),
        (incident.interviews, "What do staff, business and the people impacted say?", "interviews"),
    )
    gaps += [(question, field) for value, question, field in lists if not value]
    if not incident.severity.reason:
        gaps.append(("Why this severity?", "severity.reason"))
    silent = [x.id or x.what for x in incident.impact if not x.who and not x.bearer]
    if silent:
        gaps.append(("Who bears these consequences?", f"impact: {words.listing(silent)}"))
    causeless = [x.id or x.what for x in incident.impact if not x.why]
    if causeless:
        gaps.append(("Which event or cause led to these consequences?", f"impact: {words.listing(causeless)}"))
    return gaps
