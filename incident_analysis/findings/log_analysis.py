"""What the logs answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from incident_analysis import frames, severity, words
from incident_analysis.charts.chart import Chart
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.findings.finding import Finding
from incident_analysis.findings.log_coverage import coverage
from incident_analysis.findings.log_terms import HOW, at, capped, counts, ends_of, seconds, stamp
from incident_analysis.findings.phrases import bare, count, statement, table
from incident_analysis.incident import Incident
from incident_analysis.reading import evidence_list


def log_analysis(
    incident: Incident,
    *,
    described: Mapping[str, Any],
    charts: Iterable[Chart] = (),
    messages: pd.DataFrame | None = None,
) -> list[Finding]:
    """The findings on what the logs hold, in the section Timeline.

    Parameters
    ----------
    incident : Incident
    described : mapping
        Of these logs, from `describe_logs`.
    charts : iterable of Chart
        The one named "log_rates" goes with the levels.
    messages : DataFrame, optional
        Of `frequent_messages`: errors and worse.

    Returns
    -------
    list of Finding
        One alone, which says so, where there are no logs.
    """
    drawn = {chart.name: (chart,) for chart in charts}
    if not described["rows"]:
        return [_nothing(incident, described)]
    return [
        _held(described),
        _levels(described, drawn.get("log_rates", ())),
        *([] if messages is None else [_errors(described, messages)]),
        _gaps(described),
        *coverage(incident, described),
        _reservations(described),
    ]


def _nothing(incident: Incident, described: Mapping[str, Any]) -> Finding:
    sources = described["sources"]
    question = "What do the logs hold?"
    if not sources:
        listed = statement(
            incident, f"{words.plural(len(evidence_list.entries(incident)), 'file')} under evidence", "evidence"
        )
        sentence = "No logs are in the folder: what the systems recorded is not known."
        return Finding("logs", "timeline", question, sentence, evidence=(listed,), place=70)
    sentence = (
        f"None of {words.plural(len(sources), 'file')} holds a log record that can be read: what the systems recorded "
        "is not known."
    )
    return Finding(
        "logs",
        "timeline",
        question,
        sentence,
        estimates=counts(described, [("files", len(sources), "files")]),
        table=_remarks(sources),
        place=70,
    )


def _held(described: Mapping[str, Any]) -> Finding:
    sources = [s for s in described["sources"] if s["rows"]]
    formats = sorted({s["format"] for s in sources})
    sentence = (
        f"The logs hold {words.plural(described['rows'], 'record')} from {words.plural(len(sources), 'source')} of "
        f"{words.plural(len(formats), 'format')} ({words.listing(formats)}). "
    )
    rows: list[tuple[dict[str, str], str, Estimate]] = [
        ({}, name, count(number, unit, HOW))
        for name, number, unit in (
            *((f"read as {f}", sum(s["rows"] for s in sources if s["format"] == f), "records") for f in formats),
            ("records", described["rows"], "records"),
            ("sources", len(sources), "sources"),
            ("formats", len(formats), "formats"),
            ("unparsed", described["unparsed"], "records"),
            ("without a time", described["without_time"], "records"),
        )
    ]
    if described["first"] is None:
        sentence += "None of them has a usable time. "
    else:
        span = seconds(described["span_s"])
        rows.append(({}, "span", span))
        sentence += f"They run from {at(described['first'])} to {at(described['last'])}, over {span.figure}. "
    unread, timeless = described["unparsed"], described["without_time"]
    if unread:
        sentence += f"{words.plural(unread, 'record')} could not be read by any format and {_keep(unread)} whole text. "
    else:
        sentence += "Every line of them could be read. "
    if timeless and described["first"] is not None:
        sentence += f"{words.plural(timeless, 'record')} {'has' if timeless == 1 else 'have'} no usable time."
    return Finding(
        "logs",
        "timeline",
        "What do the logs hold?",
        sentence.strip(),
        estimates=frames.estimates(rows),
        table=capped(
            [
                {
                    "Source": s["source"],
                    "Format": s["format"],
                    "Records": words.number(s["rows"]),
                    "Not readable": words.number(s["unparsed"]),
                    "First": at(s["first"]),
                    "Last": at(s["last"]),
                    "Zone": _zone(s["zone"]),
                }
                for s in sources
            ]
        ),
        evidence=ends_of(described),
        place=70,
    )


def _keep(number: int) -> str:
    return "is kept with its" if number == 1 else "are kept with their"


def _zone(zone: str) -> str:
    """Where the zone of a source's stamps comes from; several origins stand with commas between them."""
    if zone in ("", "explicit"):
        return "in every stamp" if zone else "none"
    told = {"explicit": "in other stamps told", "header": "told by the file"}
    return ", ".join(told.get(one, one.replace("assumed:", "assumed: ")) for one in zone.split(", "))


def _levels(described: Mapping[str, Any], charts: tuple[Chart, ...]) -> Finding:
    numbers = dict.fromkeys([*severity.GROUPS, severity.NOT_KNOWN], 0)
    for name, rows in described["severities"].items():
        number = severity.TEXTS.index(name) if name in severity.TEXTS else None
        numbers[severity.group(number)] += rows
    total = described["rows"]
    bad, unknown = numbers["error"] + numbers["fatal"], numbers[severity.NOT_KNOWN]
    held = [f"{words.number(n)} {name}" for name, n in numbers.items() if n]
    sentence = f"{words.plural(total, 'record')} by level: {words.listing(held)}."
    if not bad:
        sentence += " None of those that tell their level is an error." if unknown else " None of them is an error."
    given = [(name, n, "records") for name, n in [*numbers.items(), ("records", total)]]
    return Finding(
        "logs-levels",
        "timeline",
        "How many records are there of each level, and when?",
        sentence,
        estimates=counts(described, given),
        table=table(
            [
                {"Level": name, "Records": words.number(n), "Share": words.percent(n / total)}
                for name, n in numbers.items()
            ],
            ["Level", "Records", "Share"],
        ),
        charts=charts,
        evidence=ends_of(described),
        notes=("The source's own word for a level is put to OpenTelemetry's severity numbers.",),
        place=71,
    )


def _errors(described: Mapping[str, Any], messages: pd.DataFrame) -> Finding:
    question = "Which errors were logged most often?"
    every, kinds = (
        int(messages.attrs.get("records", messages["count"].sum())),
        int(messages.attrs.get("messages", len(messages))),
    )
    numbers = [("records", every, "records"), ("messages", kinds, "messages")]
    if messages.empty:
        sentence = "No record has the level error or fatal, so none is quoted."
        return Finding("logs-errors", "timeline", question, sentence, estimates=counts(described, numbers), place=72)
    rows = messages.to_dict("records")
    first = rows[0]
    times = words.plural(int(first["count"]), "record")
    sentence = (
        f"{words.plural(every, 'record')} of level error or fatal {'says' if every == 1 else 'say'} "
        f"{words.plural(kinds, 'different thing')}; most often, in {times}: “{bare(first['message'])}”."
    )
    shown = [
        {
            "Level": str(row["severity_text"]).lower(),
            "Service": row["service"],
            "Message": bare(row["message"]) or "no text",
            "Records": words.number(row["count"]),
            "First": stamp(row["first"]),
            "Last": stamp(row["last"]),
        }
        for row in rows
    ]
    return Finding(
        "logs-errors",
        "timeline",
        question,
        sentence,
        estimates=counts(described, [*numbers, ("most frequent", int(first["count"]), "records")]),
        table=table(shown, list(shown[0])),
        evidence=tuple(
            Evidence("log", str(row["source"]), f"line {row['line']}", bare(row["example"])) for row in rows
        ),
        notes=("Numbers and ids in messages are written as #, so that what says the same is counted together.",),
        place=72,
    )


def _gaps(described: Mapping[str, Any]) -> Finding:
    gaps = described["largest_gaps"]
    question = "Where do the logs fall silent?"
    if not gaps:
        timed = described["rows"] - described["without_time"]
        if timed < 2:
            sentence = f"{'One record has' if timed else 'No record has'} a time: no gap can be told."
            return Finding("logs-gaps", "timeline", question, sentence, evidence=ends_of(described), place=73)
        step = seconds(described["step_s"])
        sentence = f"No two neighbouring records are more than {step.figure} apart."
        shortest = frames.estimates([({}, "shortest gap that is told", step)])
        return Finding(
            "logs-gaps", "timeline", question, sentence, estimates=shortest, evidence=ends_of(described), place=73
        )
    longest, span = seconds(gaps[0]["seconds"]), seconds(described["span_s"])
    sentence = (
        f"The longest stretch without any record lasts {longest.figure}, from {at(gaps[0]['start'])} to "
        f"{at(gaps[0]['end'])}"
    )
    sentence += f", out of {span.figure} between the first and the last record."
    rows = [{"From": at(g["start"]), "To": at(g["end"]), "Length": seconds(g["seconds"]).figure} for g in gaps]
    return Finding(
        "logs-gaps",
        "timeline",
        question,
        sentence,
        estimates=frames.estimates(
            [
                *(({}, f"gap {i}", seconds(g["seconds"])) for i, g in enumerate(gaps, 1)),
                ({}, "span", span),
            ]
        ),
        table=table(rows, list(rows[0])),
        evidence=ends_of(described),
        notes=(
            "A gap is measured between neighbouring records of all sources together. It does not tell whether nothing "
            "happened, nothing was logged, or something was left out of the export.",
        ),
        place=73,
    )


def _reservations(described: Mapping[str, Any]) -> Finding:
    sources = described["sources"]
    assumed = {zone: n for zone, n in described["zones"].items() if zone.startswith("assumed:")}
    cut = [s["source"] for s in sources if s["truncated"]]
    left = [s["source"] for s in sources if not s["rows"]]
    said, numbers = [], [("sources", len(sources), "sources")]
    for zone, rows in assumed.items():
        name = zone.removeprefix("assumed:")
        said.append(
            f"The zone of {words.plural(rows, 'record')} is not in the file: {name} is assumed, and if that is wrong "
            f"{'it is' if rows == 1 else 'all of them are'} shifted by whole or half hours"
        )
        numbers.append((f"zone assumed to be {name}", rows, "records"))
    if cut:
        said.append(f"{words.plural(len(cut), 'source')} {_end(cut)}: {words.listing(cut, most=3)}")
        numbers.append(("cut off", len(cut), "sources"))
    if left:
        said.append(f"{words.plural(len(left), 'file')} gave no record: {words.listing(left, most=3)}")
        numbers.append(("without a record", len(left), "sources"))
    if described["unparsed"]:
        said.append(
            f"{words.plural(described['unparsed'], 'record')} could not be read and {_keep(described['unparsed'])} text"
        )
        numbers.append(("unparsed", described["unparsed"], "records"))
    if described["without_time"]:
        said.append(f"{words.plural(described['without_time'], 'record')} without a usable time cannot be placed")
        numbers.append(("without a time", described["without_time"], "records"))
    remarks = _remarks(sources)
    if remarks is not None:
        numbers.append(("remarks", len(remarks), "remarks"))
    if said:
        sentence = " ".join(words.sentence(part) for part in said)
    elif remarks is not None:
        sentence = f"Every record has its time and zone; reading them left {words.plural(len(remarks), 'remark')}."
    else:
        sentence = "Nothing: every line could be read, and every record has its time and its zone."
    if len(left) > 3 or len(cut) > 3:
        numbers += [("further", n - 3, "sources") for n in (len(left), len(cut)) if n > 3]
    return Finding(
        "logs-reservations",
        "timeline",
        "What weakens these logs as evidence?",
        sentence,
        estimates=counts(described, numbers),
        table=remarks,
        evidence=(
            *ends_of(described),
            *(Evidence("log", name, "", "as its account says") for name in (*cut[:3], *left[:3])),
        ),
        place=75,
    )


def _end(names: Sequence[str]) -> str:
    return "breaks off before its end" if len(names) == 1 else "break off before their end"


def _remarks(sources: Iterable[Mapping[str, Any]]) -> pd.DataFrame | None:
    """What reading the sources left to be known; None for nothing."""
    told: dict[str, list[str]] = {}
    times: dict[str, int] = {}
    for source in sources:
        for warning in source["warnings"]:
            told.setdefault(warning["what"], []).append(source["source"])
            times[warning["what"]] = times.get(warning["what"], 0) + warning["count"]
    rows = [
        {"Remark": words.sentence(what), "Sources": words.listing(names, most=5), "Times": words.number(times[what])}
        for what, names in told.items()
    ]
    return table(rows, list(rows[0])) if rows else None
