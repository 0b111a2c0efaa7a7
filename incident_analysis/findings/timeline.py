"""What the timeline answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pandas as pd

from incident_analysis import frames, words
from incident_analysis import timeline as times
from incident_analysis.charts.chart import Chart
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.findings.finding import Finding
from incident_analysis.findings.phrases import (
    DURATION_NAMES,
    MILESTONE_NAMES,
    bare,
    counts,
    or_not_stated,
    statement,
    table,
)
from incident_analysis.findings.timeline_evidence import evidence_findings
from incident_analysis.incident import Incident


def timeline(
    incident: Incident, *, charts: Iterable[Chart] = (), coverage: pd.DataFrame | None = None
) -> list[Finding]:
    """The findings of the section Timeline, and what the TL;DR says of the times' assumptions.

    Parameters
    ----------
    incident : Incident
    charts : iterable of Chart
        Those named "lanes", "phases", "sources", "clocks", "coverage" and "acknowledgements" go with the findings they
        belong to.
    coverage : COVERAGE, optional
        Where `timeline.coverage` is computed already: it reads the logs.

    Returns
    -------
    list of Finding
    """
    drawn = {chart.name: (chart,) for chart in charts}
    events = times.events(incident)
    return [
        _milestones(incident, drawn.get("phases", ())),
        _response_times(incident),
        _events(incident, events, drawn.get("lanes", ())),
        *_pairs(events, drawn.get("acknowledgements", ())),
        *evidence_findings(incident, events, charts=drawn, coverage=coverage),
        *_periods(incident),
        *_published(incident),
    ]


def _milestones(incident: Incident, charts: tuple[Chart, ...]) -> Finding:
    moments = times.moments(incident).set_index("milestone")
    rows = [
        {
            "Milestone": MILESTONE_NAMES[str(name)],
            "Time": row["text"],
            "Certainty": "not yet" if row["certainty"] == "open" else row["certainty"],
            "What the source says": row["statement"],
            "Accounts": "; ".join(row["claims"]) or ("one account" if row["certainty"] != "unknown" else "none"),
            "Chosen because": row["chosen_because"] or "not said",
        }
        for name, row in moments.iterrows()
    ]
    unknown = [MILESTONE_NAMES[str(n)].lower() for n in moments.index[moments["certainty"] == "unknown"]]
    told = {name: moments.loc[name, "text"] for name in moments.index}
    sentence = (
        f"The system began to malfunction: {told['malfunction_began']}. It was first detected: {told['detected']}. "
        f"The service was restored: {told['restored']}."
    )
    if incident.times.malfunction_began is None:
        sentence += " The sources tell no earlier malfunction than the start of the declared impact."
    if unknown:
        sentence += f" No time is known for: {words.listing(unknown)}."
    evidence = tuple(
        statement(incident, f"{name} {row['text']}: {or_not_stated(row['statement'])}", "times", str(name))
        for name, row in moments.iterrows()
    )
    return Finding(
        "milestones",
        "timeline",
        "When did the system begin to malfunction, when was it detected, when was the service restored?",
        sentence,
        table=table(rows, list(rows[0])),
        charts=charts,
        evidence=evidence,
        place=10,
    )


def _response_times(incident: Incident) -> Finding:
    durations = times.durations(incident)
    rows, said, missing = [], [], []
    for row in frames.rows(durations):
        estimate = frames.to_estimate(row)
        start, end = times.DURATIONS[str(row["name"])]
        label = DURATION_NAMES[str(row["name"])]
        rows.append(
            {
                "Measure": label,
                "From": MILESTONE_NAMES[start].lower(),
                "To": MILESTONE_NAMES[end].lower(),
                "Value": estimate.figure if estimate.known else f"unknown: {estimate.reason}",
                "How": estimate.method or "not computed",
            }
        )
        if estimate.known:
            said.append(f"{label.lower()} {estimate.figure}")
        else:
            missing.append(label.lower())
    sentence = words.sentence(words.listing(said)) if said else "No response time can be computed from what is known."
    if missing:
        sentence += f" Unknown: {words.listing(missing)}."
    return Finding(
        "response-times",
        "timeline",
        "How long did it take to detect, acknowledge, mitigate, restore and resolve?",
        sentence,
        estimates=durations,
        table=table(rows, list(rows[0])),
        evidence=tuple(dict.fromkeys(e for told in durations["evidence"] for e in told)),
        place=20,
    )


def _events(incident: Incident, events: pd.DataFrame, charts: tuple[Chart, ...]) -> Finding:
    copies = int((events["relation"] == "duplicates").sum())
    events = events[events["relation"] != "duplicates"]
    total, timeless = len(events), int((events["certainty"] == "unknown").sum())
    days = int((events["certainty"] == "day").sum())
    approximate = int((events["certainty"] == "approx").sum())
    numbers = [("events", total, "events")]
    if not total:
        sentence = "No event is in the timeline yet."
    else:
        kinds = events["kind"].value_counts()
        numbers += [(str(kind), int(n), f"events of kind {kind}") for kind, n in kinds.items()]
        sentence = f"The timeline holds {words.plural(total, 'event')}: "
        sentence += words.listing(words.plural(int(n), str(kind)) for kind, n in kinds.sort_index().items()) + "."
        unsure = [
            (timeless, "has no time in the sources and keeps its place", "have no time and keep their place"),
            (days, "is known by its day only", "are known by their day only"),
            (approximate, "is approximate", "are approximate"),
        ]
        said = [f"{n} {one if n == 1 else many}" for n, one, many in unsure if n]
        if said:
            sentence += f" Of these {words.listing(said)}."
        names = ("without a time", "known by day", "approximate")
        numbers += [(name, n, "events") for name, (n, _, _) in zip(names, unsure, strict=True)]
    if copies:
        numbers.append(("copies", copies, "rows that are copies of an event"))
        sentence += f" Beside them {words.plural(copies, 'row')} from other sources, which tell the same events."
    later = sum(incident.is_later(event.time) for event in incident.timeline)
    if later:
        numbers.append(("after the as-of time", later, "events"))
        sentence += f" Left out, since they lie after the as-of time: {words.plural(later, 'event')}."
    return Finding(
        "events",
        "timeline",
        "What happened, in order?",
        sentence,
        estimates=counts(numbers),
        charts=charts,
        evidence=(statement(incident, "every event of the timeline", "timeline"),) if total else (),
        place=30,
    )


_QUESTIONS = {
    "alert-acknowledgement": (
        "alerts-and-acknowledgements",
        "Which alerts were acknowledged, and after how long?",
        "alert",
        "acknowledgement",
    ),
    "failure-consequence": (
        "failures-and-consequences",
        "Which failures had which consequences, and after how long?",
        "failure",
        "consequence",
    ),
}


def _pairs(events: pd.DataFrame, charts: tuple[Chart, ...]) -> list[Finding]:
    pairs = times.pairs(events)
    found = []
    for place, (kind, (name, question, first, second)) in enumerate(_QUESTIONS.items()):
        mine = pairs[pairs["kind"] == kind]
        numbers = [
            ("stated", int((mine["link"] == "stated").sum()), "pairs linked in the evidence"),
            ("proposed", int((mine["link"] == "proposed").sum()), "pairs proposed by rule"),
            ("alone", int(((mine["link"] == "none") & (mine["first_id"] != "")).sum()), f"{first}s without a partner"),
            (
                "orphans",
                int(((mine["link"] == "none") & (mine["first_id"] == "")).sum()),
                f"{second}s without a partner",
            ),
        ]
        stated, proposed, alone, orphans = (n for _, n, _ in numbers)
        if mine.empty:
            sentence = f"The evidence holds no {first} and no {second}."
        else:
            parts = []
            if stated:
                parts.append(f"{words.plural(stated, 'pair')} linked in the evidence")
            if proposed:
                parts.append(f"{words.plural(proposed, 'pair')} proposed by rule, to be confirmed")
            if alone:
                parts.append(f"{words.plural(alone, first)} with no {second} in the evidence")
            if orphans:
                parts.append(f"{words.plural(orphans, second)} with no {first} before it in the evidence")
            sentence = words.sentence(words.listing(parts))
        rows = [
            {
                first.capitalize(): f"{r['first_id']}: {bare(r['first_text'])}" if r["first_id"] else "none found",
                second.capitalize(): f"{r['second_id']}: {bare(r['second_text'])}" if r["second_id"] else "none found",
                "Delay": r["delay"],
                "Link": r["reason"],
            }
            for r in mine.to_dict("records")
        ]
        found.append(
            Finding(
                name,
                "timeline",
                question,
                sentence,
                estimates=counts(numbers),
                table=table(rows, list(rows[0])) if rows else None,
                # A picture of delays, where there are any.
                charts=charts if kind == "alert-acknowledgement" and mine["delay_s"].notna().any() else (),
                evidence=tuple(_event_evidence(mine)),
                place=40 + place,
            )
        )
    return found


def _event_evidence(pairs: pd.DataFrame) -> Iterator[Evidence]:
    for row in pairs.to_dict("records"):
        for end in ("first", "second"):
            if row[f"{end}_id"]:
                yield Evidence("event", "incident.yaml", row[f"{end}_id"], row[f"{end}_text"])


def _periods(incident: Incident) -> list[Finding]:
    periods = times.periods(incident)
    if periods.empty:
        return []
    rows: list[dict[str, str]] = []
    estimates: list[tuple[dict[str, str], str, Estimate]] = []
    for i, (row, stated) in enumerate(zip(periods.to_dict("records"), incident.periods, strict=True), 1):
        name = row["service"] or f"period {i}"
        start, end = stated.started, stated.ended
        text = "unknown"
        if start and end:
            estimate = times.duration(incident, start=start.text, end=end.text)
            source = statement(incident, f"{row['service']} {row['kind']} from {start} to {end}", "periods", i - 1)
            estimates.append(({}, f"period:{name}", replace(estimate, evidence=(source,))))
            text = ("about " if row["certainty"] == "approx" else "") + estimate.figure
        rows.append(
            {
                "Service": name,
                "State": str(row["kind"]).replace("_", "-"),
                "From": str(start) if start else "unknown",
                "To": str(end) if end else "not over, or not known",
                "Length": text,
                "Share concerned": "" if pd.isna(row["share"]) else words.percent(float(row["share"])),
            }
        )
    said = [f"{row['Service']} {row['State']} for {row['Length']}" for row in rows]
    return [
        Finding(
            "periods",
            "timeline",
            "When was which service down, degraded or read-only?",
            words.sentence(words.listing(said)),
            estimates=frames.estimates(estimates) if estimates else None,
            table=table(rows, list(rows[0])),
            evidence=(statement(incident, "periods as stated", "periods"),),
            place=50,
        )
    ]


def _published(incident: Incident) -> list[Finding]:
    compared = times.published(incident)
    if compared.empty:
        return []
    rows = [
        {
            "Interval": str(r["name"]).replace("-", " "),
            "From": str(r["start"]).replace("_", " "),
            "To": str(r["end"]).replace("_", " "),
            "Published": words.duration(r["published_s"]),
            "From the clock times": "unknown" if pd.isna(r["computed_s"]) else words.duration(r["computed_s"]),
            "Difference": "unknown" if pd.isna(r["difference_s"]) else words.duration(r["difference_s"]),
            "Standing": f"{r['standing']}, {'within' if r['agrees'] else 'outside'} {words.duration(r['tolerance_s'])}",
            "Source": f"{r['statement']} ({r['source']})" if r["source"] else r["statement"],
        }
        for r in compared.to_dict("records")
    ]
    agree, total = int(compared["agrees"].sum()), len(compared)
    independent = int((compared["standing"] == "independent").sum())
    sentence = (
        f"Of {words.plural(total, 'duration')} that the sources publish, {agree} "
        f"{'agrees' if agree == 1 else 'agree'} with the clock times within the stated tolerance; "
        f"{independent} {'is' if independent == 1 else 'are'} independent of them."
    )
    mismatch = incident.published.known_mismatch if incident.published else ""
    return [
        Finding(
            "published-durations",
            "timeline",
            "Do the durations that the sources publish agree with their clock times?",
            sentence,
            estimates=counts(
                [
                    ("published", total, "published durations"),
                    ("agree", agree, "published durations that agree"),
                    ("independent", independent, "published durations independent of the clock times"),
                ]
            ),
            table=table(rows, list(rows[0])),
            evidence=(statement(incident, "durations and clock times as the sources give them", "published"),),
            notes=(words.sentence(mismatch),) if mismatch else (),
            place=60,
        )
    ]
