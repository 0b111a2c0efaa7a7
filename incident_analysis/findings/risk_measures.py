"""Further answers of the risk analysis: the loss of a year, what actions do, scores, and what stays unknown."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

import pandas as pd

from incident_analysis import frames, risk, words
from incident_analysis.charts.chart import Chart
from incident_analysis.findings.finding import Finding
from incident_analysis.findings.phrases import bare, count, counts, table
from incident_analysis.incident import Incident
from incident_analysis.register import Register
from incident_analysis.risk import Verdict
from incident_analysis.risk.telling import figure

SECTION = "risk_analysis"
NO_GATES = (
    "Whether all of these factors were needed, or any one of them would have been enough, is not stated; so no "
    "probability, no smallest set of causes and no importance is computed from them."
)
#: So many unknowns are listed in a sentence.
LISTED = 6


def gates_told(incident: Incident) -> bool:
    """Whether nothing is left open about how the factors came together: no more than one leads to anything."""
    targets = [target for cause in incident.causes for target in cause.leads_to]
    return len(targets) == len(set(targets))


def compared(incident: Incident) -> list[str]:
    """How common what set it off is elsewhere, where a published share has that category."""
    said = []
    for category in dict.fromkeys(c.category for c in incident.causes if c.kind == "trigger" and c.category):
        share = risk.base_rate_of(category, "trigger")
        if share is not None:
            said.append(
                f"For comparison: “{bare(category)}” set off {words.percent(share)} of the incidents with a postmortem "
                "at Google from 2010 to 2017 (The Site Reliability Workbook, appendix C): one company, by its own "
                "categories."
            )
    return said


def chains(verdicts: Sequence[Verdict], drawn: Mapping[str, Chart]) -> list[Finding]:
    """How causes come together where a scenario has a gate; nothing where none has."""
    chart = drawn.get("chain")
    findings: list[Finding] = []
    for one in (v for v in verdicts if v.scenario.cause.gate is not None):
        found = risk.chain(one.scenario)
        rows = frames.rows(found.importance.sort_values("CIF", ascending=False))
        if found.probability.known:
            first = rows[0]
            sentence = (
                f"“{bare(found.effect)}” has a probability of {words.percent(found.probability.value or 0.0)} in a "
                "year. What matters most is "
                f"“{bare(first['what'])}”: with it the probability is {words.number(first['RAW'])} "
                f"times as high"
                + (
                    " and without it there is none."
                    if first["RRW"] == math.inf
                    else f", without it {words.number(first['RRW'])} times lower."
                )
            )
        else:
            sentence = f"The probability of “{bare(found.effect)}” is unknown: {found.probability.reason}."
        if found.cut_sets:
            sets = words.listing((" with ".join(s) for s in found.cut_sets), last="or", most=4)
            sentence += f" The smallest sets of events that suffice: {sets}."
        texts = [
            {
                "Event": bare(r["what"]),
                "Probability": words.percent(r["probability"]) if r["probability"] == r["probability"] else "unknown",
                "Given the effect": words.percent(r["DIF"]) if r["DIF"] == r["DIF"] else "unknown",
                "Times as high with it": words.number(r["RAW"]) if r["RAW"] == r["RAW"] else "unknown",
                "Times lower without it": _worth(r["RRW"]),
                "In smallest sets": str(r["cut_sets"]),
            }
            for r in rows
        ]
        findings.append(
            Finding(
                f"risk-chain-{re.sub('[^a-z0-9]+', '-', one.scenario.id.lower()).strip('-')}",
                SECTION,
                f"{one.scenario.title}: which causes does it need, and which matters most?",
                sentence,
                estimates=found.estimates,
                table=table(texts, list(texts[0])),
                charts=(chart,) if chart is not None and not findings else (),
                evidence=(*found.probability.evidence, *one.evidence),
                notes=found.notes,
                place=41,
            )
        )
    return findings


def _worth(value: float) -> str:
    if value != value:
        return "unknown"
    return "none without it" if value == math.inf else words.number(value)


def yearly_loss(verdicts: Sequence[Verdict], drawn: Mapping[str, Chart]) -> list[Finding]:
    """What a year may cost, before and now; nothing where no scenario states a consequence."""
    known = [v for v in verdicts if v.year is not None]
    if not known:
        return []
    rows, texts, said = [], [], []
    for one in known:
        year = one.year
        assert year is not None
        found = {r["name"]: frames.to_estimate(r) for r in frames.rows(one.estimates) if not r["effect_id"]}
        names = ("expected_annual_loss_assumed", "expected_annual_loss_now", "exceedance_assumed", "exceedance_now")
        rows += [
            ({"scenario_id": one.scenario.id}, n, found[n]) for n in (*names, "annual_loss_threshold") if n in found
        ]
        amount, over, over_now = (found[n] for n in ("annual_loss_threshold", "exceedance_assumed", "exceedance_now"))
        before, now = (found.get(n) for n in names[:2])
        share, share_now = (words.percent(e.value or 0.0) for e in (over, over_now))
        texts += [
            {
                "Scenario": one.scenario.title,
                "What": "Expected loss of a year",
                "Assumed": figure(before) if before is not None else "unknown",
                "Now": figure(now) if now is not None else "unknown",
            },
            {
                "Scenario": one.scenario.title,
                "What": f"Probability of a year above {amount.figure}",
                "Assumed": share,
                "Now": share_now,
            },
        ]
        if one.reconstructed:
            said.append(f"“{bare(one.scenario.title)}”: a year above {amount.figure} has a probability of {share}.")
            continue
        moved = "rose" if (over_now.value or 0) > (over.value or 0) else "fell"
        said.append(
            f"“{bare(one.scenario.title)}”: the probability of a year above {amount.figure} {moved} from {share} to "
            f"{share_now}" + (f", the expected loss is now {figure(now)}." if now is not None else ".")
        )
    chart = drawn.get("exceedance")
    return [
        Finding(
            "risk-annual-loss",
            SECTION,
            "What may a year cost, and how has that changed?",
            " ".join(said),
            estimates=frames.estimates(rows),
            table=table(texts, ["Scenario", "What", "Assumed", "Now"]),
            charts=(chart,) if chart is not None else (),
            evidence=tuple(dict.fromkeys(e for v in known for e in v.evidence)),
            notes=(
                "Losses are summed over the events of a year, exactly; an expected loss is an average of many years, "
                "around which single years spread widely.",
            ),
            place=42,
        )
    ]


def treated(incident: Incident, verdicts: Sequence[Verdict], drawn: Mapping[str, Chart], level: float) -> list[Finding]:
    """What the plan does to the risks that the incident names; nothing where it names none."""
    if not verdicts:
        return []
    found = risk.treatments([v.scenario for v in verdicts], actions=risk.actions(incident), level=level)
    chart = drawn.get("bow-tie")
    bare_places = pd.DataFrame(
        [["none is named", "—", what, "—", "as assumed", "as assumed"] for what in found.uncovered["what"]],
        columns=found.table.columns,
    )
    uncovered = [("places that no action is said to cover", len(found.uncovered), "places")]
    estimates = counts([*uncovered, ("cuts of these scenarios", _cuts(found.table), "cuts")])
    if len(found.estimates):
        estimates = pd.concat([found.estimates, estimates], ignore_index=True).fillna({"reason": ""})
        estimates = estimates.assign(**{c: estimates[c].fillna("") for c in ("action_id", "scenario_id", "measure")})
    return [
        Finding(
            "risk-treatments",
            SECTION,
            "What does the action plan do to these risks?",
            found.sentence,
            estimates=estimates,
            table=pd.concat([found.table, bare_places], ignore_index=True),
            charts=(chart,) if chart is not None else (),
            evidence=tuple(dict.fromkeys(e for v in verdicts for e in v.evidence)),
            place=44,
        )
    ]


def _cuts(told: pd.DataFrame) -> int:
    return int((~told["Action"].str.startswith("all actions")).sum()) if len(told) else 0


def scored(
    incident: Incident,
    register: Register | None,
    verdicts: Sequence[Verdict],
    drawn: Mapping[str, Chart],
    as_of: datetime | str | None,
    level: float,
) -> list[Finding]:
    """How good the register's forecasts were; nothing where no scenario that the incident names has an older prior."""
    found = risk.held_against(incident, register, verdicts=verdicts, as_of=as_of, level=level)
    if found.scores is None:
        return []
    titles = {
        (v.scenario.id, e.id): f"{bare(v.scenario.title)}: {bare(e.what)}"
        for v in found.verdicts
        for e in v.scenario.effects
    } | {(v.scenario.id, ""): f"{bare(v.scenario.title)}: the cause" for v in found.verdicts}
    forecasts = found.scores.forecasts
    rows = forecasts.assign(
        Forecast=[titles[key] for key in zip(forecasts["scenario_id"], forecasts["effect_id"], strict=True)],
        Probability=forecasts["probability"].map(words.percent),
        Years=forecasts["years"].map(words.number),
        Happened=forecasts["happened"].map(lambda h: "yes" if h else "no"),
    )
    estimates = pd.concat(
        [
            found.scores.estimates,
            counts(
                [
                    ("forecasts", len(forecasts), "forecasts"),
                    ("forecasts that came true", int(forecasts["happened"].sum()), "forecasts"),
                    ("ranges", len(found.scores.intervals), "ranges"),
                ]
            ),
        ],
        ignore_index=True,
    )
    return [
        Finding(
            "risk-scores",
            SECTION,
            "How good were the register's forecasts?",
            found.scores.paragraph,
            estimates=estimates.assign(score=estimates["score"].fillna("")),
            table=rows[["Forecast", "Probability", "Years", "Happened"]].astype(object) if len(rows) else None,
            charts=tuple(drawn[name] for name in ("register", "calibration") if name in drawn),
            evidence=tuple(dict.fromkeys(e for v in found.verdicts for e in v.evidence)),
            notes=(
                "Only this incident and the register's own counts are held against the register here, as if nothing "
                "else had been recorded since. Whoever scores a register gives risk.scores all incidents.",
                "The interval takes the forecasts as independent. A cause and its effects come together, so the truth "
                "is wider, and a few bad forecasts of one scenario may be one surprise, not several.",
            ),
            place=46,
        )
    ]


def unknowns(verdicts: Sequence[Verdict]) -> list[Finding]:
    """Which figures of the scenarios nobody knows; nothing where there is no verdict."""
    if not verdicts:
        return []
    rows = []
    for one in verdicts:
        names = {e.effect.id: e.effect.what for e in one.effects}
        for row in frames.rows(one.estimates):
            if row["name"] not in _ASKED or frames.to_estimate(row).known:
                continue
            of = names.get(row["effect_id"], one.scenario.cause.what)
            rows.append(
                {
                    "Scenario": one.scenario.title,
                    "What": _ASKED[row["name"]].format(f"“{bare(of)}”"),
                    "Why": row["reason"],
                }
            )
    if rows:
        sentence = (
            f"{words.plural(len(rows), 'figure')} of these scenarios {'is' if len(rows) == 1 else 'are'} unknown: "
            f"{words.listing((r['What'] for r in rows), most=LISTED)}. Who knows one of them can write it into the "
            "register, with its source; until then it is not taken for zero."
        )
    else:
        sentence = "Every figure of these scenarios is stated as a range or was counted."
    return [
        Finding(
            "risk-unknown",
            SECTION,
            "What stays unknown about these risks?",
            sentence,
            estimates=frames.estimates(
                [
                    ({}, "unknown figures", count(len(rows), "figures")),
                    ({}, "unknown figures that are not listed", count(max(0, len(rows) - LISTED), "figures")),
                ]
            ),
            table=table(rows, ["Scenario", "What", "Why"]) if rows else None,
            evidence=tuple(dict.fromkeys(e for v in verdicts for e in v.evidence)),
            place=60,
        )
    ]


_ASKED = {
    "cause_rate_assumed": "how often {} comes",
    "effect_probability_assumed": "how likely {} then is",
    "effect_probability_counted": "in which share of the cases {} came",
    "loss_magnitude_assumed": "what {} costs",
}
