"""What a history tells of causes, of hours, of actions and of its own records."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from incident_analysis import frames, words
from incident_analysis.charts.chart import Chart
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.findings.finding import Finding
from incident_analysis.findings.phrases import table
from incident_analysis.findings.trends_pieces import DEFINITION, HOW, evidence_of, find, numbers, p_of
from incident_analysis.risk import published_shares
from incident_analysis.trends import Measures

GOOGLE = "Google's postmortems 2010–2017 (SRE Workbook, appendix C), for comparison: triggers "
GOOGLE += words.listing(f"{name} {words.percent(share)}" for name, share in published_shares("trigger").items())
GOOGLE += "; causes " + words.listing(
    f"{name} {words.number(100 * share, digits=4)} %" for name, share in published_shares("cause").items()
)
GOOGLE += "."


def causes(m: Measures, charts: tuple[Chart, ...]) -> Finding:
    """The most frequent causes, with Google's beside them."""
    of, question = m.cause_word, "What are the most frequent causes?"
    silent, stated = int(m.pareto.attrs["not_stated"]), int(m.pareto.attrs["stated"])
    numbers_ = [("states one", stated, "incidents"), ("states none", silent, "incidents")]
    estimates = numbers(numbers_)
    if m.pareto.empty:
        why = "no trigger, cause or category" if m.cause_column is None else f"no {of}"
        sentence = f"Not to be told: the records state {why} and no service."
        return _plain("trends-causes", question, sentence, 70, charts)
    if int(m.pareto["count"].iloc[0]) == 1 and len(m.pareto) > 1:
        sentence = f"No two of {words.plural(stated, 'incident')} state the same {of}: none is most frequent."
        made = frames.estimates(estimates)
        notes = (f"{DEFINITION}share of the incidents that state a {of}.", GOOGLE)
        return Finding(
            "trends-causes", "trends", question, sentence, estimates=made, charts=charts, notes=notes, place=70
        )
    first = frames.rows(m.pareto)[0]
    share = _share(first, m.level)
    estimates.append(({}, str(first["cause"]), share))
    lead = "" if m.cause_column else "Causes are not stated; services stand in their place. "
    states = "states" if stated == 1 else "state"
    sentence = (
        f"{lead}Of {words.plural(stated, 'incident')} that {states} a {of}, “{first['cause']}” has {share.figure}"
    )
    sentence += f"; {silent:,} {'states' if silent == 1 else 'state'} none." if silent else "."
    rows = []
    for r in frames.rows(m.pareto):
        google = r["google"]
        rows.append(
            {
                of.capitalize(): str(r["cause"]),
                "Incidents": words.number(int(r["count"])),
                "Share": _share(r, m.level).figure,
                "Google 2010–2017": words.percent(google) if google == google else "—",
            }
        )
    notes = (
        f"{DEFINITION}share of the incidents that state a {of}, with its exact interval. Where two intervals overlap "
        "the order of the two is not known.",
        GOOGLE,
    )
    return Finding(
        "trends-causes",
        "trends",
        question,
        sentence,
        estimates=frames.estimates(estimates),
        table=table(rows, list(rows[0])),
        charts=charts,
        evidence=(Evidence("formula", HOW, m.cause_column or "services", "counts of what is stated"),),
        notes=notes,
        place=70,
    )


def _share(row: dict[Any, Any], level: float) -> Estimate:
    percent = [100 * float(row[name]) for name in ("share", "low", "high")]
    return Estimate(
        percent[0],
        percent[1],
        percent[2],
        level=level,
        interval="confidence",
        unit="%",
        n=int(row["count"]),
        method="Clopper-Pearson, exact",
    )


def _percent(share: Estimate) -> Estimate:
    """A share as a percentage."""
    value, low, high = (None if x is None else 100 * x for x in (share.value, share.low, share.high))
    return replace(share, value=value, low=low, high=high, unit="%")


def again(m: Measures) -> Finding:
    """What repeats an earlier incident."""
    claims = m.recurrence.attrs["estimates"]
    parts = []
    for row in frames.rows(claims):
        one = frames.to_estimate(row)
        parts.append(
            f"by {row['kind']}: {_percent(one).figure} of {words.plural(one.n or 0, 'incident')}"
            if one.known
            else f"by {row['kind']}: {one.reason}"
        )
    percents = frames.estimates(
        ({"kind": r["kind"]}, "the same in percent", _percent(frames.to_estimate(r))) for r in frames.rows(claims)
    )
    rows = [
        {
            "Kind": r["kind"],
            "What": str(r["what"]),
            "Times": words.number(int(r["count"])),
            "First": f"{r['first']:%Y-%m-%d}",
            "Last": f"{r['last']:%Y-%m-%d}",
            "Median gap": words.duration(r["median_gap_s"]),
            "Actions of the earlier ones": r["actions"],
        }
        for r in frames.rows(m.recurrence)
    ]
    return Finding(
        "trends-again",
        "trends",
        "What came again?",
        f"Incidents that repeat an earlier one: {'; '.join(parts)}.",
        estimates=pd.concat([claims, percents], ignore_index=True),
        table=table(rows, list(rows[0])) if rows else None,
        evidence=evidence_of(claims),
        notes=(
            f"{DEFINITION}an incident repeats an earlier one when it states the same trigger, risk scenario or "
            "service, in the same words.",
        ),
        place=80,
    )


def hours(m: Measures, charts: tuple[Chart, ...]) -> Finding:
    """When incidents start."""
    tests = m.calendar[m.calendar["name"] != "share"].drop(columns="even")
    parts = []
    for row in frames.rows(tests):
        one = frames.to_estimate(row)
        if one.value is None:
            parts.append(f"by {row['cycle']}: unknown ({one.reason})")
        else:
            found = "uneven" if one.value < 1 - m.level else "no unevenness can be told from chance"
            parts.append(f"by {row['cycle']}: {found} ({p_of(one)})")
    rows = []
    for r in m.calendar[(m.calendar["name"] == "share") & (m.calendar["cycle"] != "hour")].to_dict("records"):
        one = frames.to_estimate({str(k): v for k, v in r.items() if k != "even"})
        low, high = ("" if x is None else words.percent(round(x, 4)) for x in (one.low, one.high))
        value = words.percent(round(one.value, 4)) if one.value is not None else "—"
        told = f"{value} [{low}, {high}]" if one.value is not None else f"at most {high}" if high else "unknown"
        even = words.percent(round(r["even"], 4))
        rows.append(
            {"When": str(r["part"]), "Share": told, "If all were alike": even, "Incidents": words.number(one.n or 0)}
        )
    return Finding(
        "trends-hours",
        "trends",
        "When do incidents start?",
        f"Starts {'; '.join(parts)}.",
        estimates=tests,
        table=table(rows, list(rows[0])),
        charts=charts,
        evidence=evidence_of(tests),
        notes=(
            f"{DEFINITION}the start that the record states, in UTC. Where people open the records, hours tell when "
            "people work.",
        ),
        place=90,
    )


def actions(m: Measures, charts: tuple[Chart, ...]) -> Finding:
    """How old open actions are."""
    every = m.actions[m.actions["category"] == "all"]
    question = "How old are the open actions?"
    definition = (
        f"{DEFINITION}from the day an action was opened to the day it was closed, or to the instant of telling: open "
        "ones count as open (Kaplan-Meier). Rejected ones are left out."
    )
    if m.plans.empty:
        return _plain("trends-actions", question, "No action is stated in this history.", 100, charts, definition)
    still, done, median = (find(every, n) for n in ("open", "done", "median time to done"))
    sentence = f"Of {words.plural(len(m.plans), 'action')} "
    sentence += (
        f"{still.figure.removesuffix(' actions')} are open and {done.figure.removesuffix(' actions')} done"
        if still.known
        else "none states whether it is done"
    )
    if median.value is not None:
        sentence += f"; half are done by {median.figure}."
    else:
        sentence += f"; how long they take is unknown: {median.reason or median.method}."
    rows = []
    for name in dict.fromkeys(m.actions["category"]):
        mine = m.actions[m.actions["category"] == name]
        told = {n: find(mine, n) for n in ("open", "done", "median time to done", "oldest open")}
        rows.append(
            {"Category": str(name).replace("_", " ")}
            | {n.capitalize(): e.figure if e.known else f"unknown: {e.reason}" for n, e in told.items()}
        )
    made = pd.concat([frames.estimates(numbers([("actions", len(m.plans), "actions")])), m.actions], ignore_index=True)
    made["category"] = made["category"].fillna("").astype("str")
    return Finding(
        "trends-actions",
        "trends",
        question,
        sentence,
        estimates=made,
        table=table(rows, list(rows[0])),
        charts=charts,
        evidence=evidence_of(m.actions),
        notes=(definition,),
        place=100,
    )


def complete(m: Measures) -> Finding:
    """Which times are known, and which records are worth completing."""
    frame = m.completeness
    missing = int(frame.attrs["missing"])
    total = len(m.incidents)
    known = [
        (str(r["milestone"]).replace("_", " "), int(r["exact"] + r["approx"] + r["day"])) for r in frames.rows(frame)
    ]
    never = [name for name, n in known if not n]
    if missing:
        have, are = ("has", "it is") if missing == 1 else ("have", "they are")
        sentence = (
            f"{missing:,} of {words.plural(total, 'incident')} {have} neither an end nor the word that {are} open."
        )
    elif total:
        sentence = "Of every incident it is told when it was restored or resolved, or that it is open."
    else:
        sentence = "No incident counts."
    if never:
        sentence += f" Never stated: {words.listing(never)}; what begins or ends there cannot be measured."
    worth = frame.attrs["worth_completing"][:10]
    if worth:
        sentence += f" Worth completing first: {words.listing(worth)}."
    rows = [
        {"Milestone": str(r["milestone"]).replace("_", " ").capitalize()}
        | {k.capitalize(): words.number(int(r[k])) for k in ("exact", "approx", "day", "open", "unknown")}
        for r in frames.rows(frame)
    ]
    made = numbers([("incidents", total, "incidents"), ("without an end", missing, "incidents")])
    return Finding(
        "trends-complete",
        "trends",
        "Which times are known?",
        sentence,
        estimates=frames.estimates(made),
        table=table(rows, list(rows[0])),
        evidence=(
            Evidence("formula", HOW, "completeness", "counts of milestones by certainty"),
            *(Evidence("statement", "incident", i) for i in worth),
        ),
        notes=(
            f"{DEFINITION}exact: an instant; approx: about; day: the day alone; open: not over; unknown: not stated. "
            "Each end that is completed adds one length to every measure.",
        ),
        place=110,
    )


def _plain(name: str, question: str, sentence: str, place: int, charts: tuple[Chart, ...], *notes: str) -> Finding:
    return Finding(name, "trends", question, sentence, charts=charts, notes=notes, place=place)
