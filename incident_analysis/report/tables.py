"""The report's tables, made from an incident: every line that was stated, with words where nothing was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pandas as pd

from incident_analysis import impact, timeline, words
from incident_analysis.document import When
from incident_analysis.estimate import Estimate
from incident_analysis.findings.phrases import DURATION_NAMES, MILESTONE_NAMES, NOT_STATED
from incident_analysis.impact.ledger import figure
from incident_analysis.incident import Incident
from incident_analysis.report import rows as rows_of
from incident_analysis.report.model import Block, Heading, Paragraph, Row, Table

#: Gives the comments about any of the names it is called with.
Comments = Callable[..., tuple[str, ...]]


def spaced(name: str) -> str:
    """A name of a field as words."""
    return name.replace("_", " ")


def stated(value: Any) -> str:
    """A value in words; "not stated" where there is none."""
    if value is None or value == "" or value == ():
        return NOT_STATED
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return words.listing(str(v) for v in value)
    return str(value)


#: Columns that fit a page, and the length from which it is worth while to tell a cell once.
_MOST_COLUMNS = 7
_LONG = 6


def filled(columns: Sequence[str], rows: Iterable[Row], *, keep: Sequence[int] = (0,), **options: Any) -> Table:
    """A table without the columns in which no row states anything."""
    every = tuple(rows)
    used = [i for i in range(len(columns)) if i in keep or any(r.cells[i] not in ("", NOT_STATED) for r in every)]
    main = options.pop("main", 0)
    return Table(
        tuple(columns[i] for i in used),
        tuple(Row(tuple(r.cells[i] or NOT_STATED for i in used), r.notes, r.anchor, r.mark) for r in every),
        main=used.index(main) if main in used else 0,
        **options,
    )


# ---- times ---------------------------------------------------------------------------------------------------------


def moments(incident: Incident, names: Iterable[str], comments: Comments) -> Table:
    """Milestones: when, how sure, and from which source."""
    rows = []
    for name in names:
        moment = incident.moment(name)
        said = moment.statement
        if name == "malfunction_began" and incident.times.malfunction_began is None and incident.times.started:
            said = f"Not stated apart from the declared impact. {said}".strip()
        said = "" if said == NOT_STATED else said
        source = incident.where("times", name)
        place = f"incident.yaml, {source}" if source else "incident.yaml"
        claims = [claim for claim in moment.claims if claim.source]
        sources = words.listing(dict.fromkeys(claim.source for claim in claims)) or place
        accounts = [
            f"{claim.source}: {claim.time or 'no time'}" + (f" ({claim.statement})" if claim.statement else "")
            for claim in claims
        ]
        if accounts:
            said = words.sentence(said) + f" Accounts: {'; '.join(accounts)}."
        if moment.chosen_because:
            said = f"{words.sentence(said)} Chosen because: {words.sentence(moment.chosen_because)}".strip()
        certainty = {"open": "not yet", "approx": "approximate", "day": "day only"}.get(
            moment.certainty, moment.certainty
        )
        cells = (MILESTONE_NAMES[name], moment.text, certainty, said or NOT_STATED, sources)
        rows.append(Row(cells, comments(name), mark="" if moment.known else "quiet"))
    return Table(("Milestone", "When", "Certainty", "What is stated", "Source"), tuple(rows), main=3)


def estimates(frame: pd.DataFrame) -> dict[str, Estimate]:
    """The estimates of a frame by name; the first where a name stands twice."""
    found: dict[str, Estimate] = {}
    for row, estimate in rows_of.claims(frame):
        found.setdefault(row["name"], estimate)
    return found


def durations(measured: dict[str, Estimate], comments: Comments) -> Table:
    """The durations with their bounds and what they rest on."""
    rows = []
    for name, estimate in measured.items():
        start, end = timeline.DURATIONS[name]
        between = f"{MILESTONE_NAMES[start].lower()} → {MILESTONE_NAMES[end].lower()}"
        value = estimate.figure if estimate.known else f"unknown: {estimate.reason}"
        method = estimate.method or NOT_STATED
        mark = "" if estimate.known else "quiet"
        rows.append(Row((DURATION_NAMES.get(name, spaced(name)), value, between, method), comments(name), mark=mark))
    return Table(("Measure", "Value", "Between", "How it is known"), tuple(rows), main=3)


def events(frame: pd.DataFrame, comments: Comments) -> Table:
    """Every event in order; one whose minute is unknown stands in its place."""
    rows = []
    for row in rows_of.records(frame):
        if row["include"] is False:
            continue
        rows.append(
            Row(
                (row["event_id"], _event_time(row), spaced(row["kind"]), _by(row), _happened(row)),
                comments(row["event_id"]),
                mark="quiet" if row["certainty"] == "unknown" else "",
            )
        )
    return Table(("Id", "Time (UTC)", "Kind", "By", "What happened"), tuple(rows), main=4)


def _event_time(row: dict[Any, Any]) -> str:
    if pd.isna(row["time"]):
        return "minute unknown"
    if row["certainty"] == "day":
        text = f"{row['time']:%Y-%m-%d}, minute unknown"
    else:
        text = words.instant(row["time"].to_pydatetime())[:-4]
        text = f"about {text}" if row["certainty"] == "approx" else text
        low, high = row["time_low"], row["time_high"]
        if not pd.isna(low) and not pd.isna(high) and low != high:
            text += f" [{low:%H:%M}–{high:%H:%M}]"
    return text if pd.isna(row["end"]) else f"{text} to {words.instant(row['end'].to_pydatetime())[:-4]}"


def _by(row: dict[Any, Any]) -> str:
    who = spaced(row["actor"]) or NOT_STATED
    if row["role"]:
        who += f" ({spaced(row['role'])})"
    if pd.isna(row["automatic"]):
        return who
    return f"{who}, {'automatic' if row['automatic'] else 'by hand'}"


def _happened(row: dict[Any, Any]) -> str:
    parts = [words.sentence(row["text"])]
    if row["why"]:
        parts.append(f"Why: {words.sentence(row['why'])}")
    if row["relates_to"]:
        parts.append(f"({words.sentence(spaced(row['relation'] or 'relates to'))[:-1]} {row['relates_to']}.)")
    about = [f"service: {row['service']}" if row["service"] else ""]
    about += [f"criticality: {row['criticality']}" if row["criticality"] else ""]
    about += [f"source: {row['source']}" if row["source"] not in ("", "incident.yaml", "timeline.csv") else ""]
    about = [x for x in about if x]
    if about:
        parts.append(f"[{'; '.join(about)}]")
    if row["note"]:
        parts.append(f"Note: {words.sentence(row['note'])}")
    return " ".join(parts)


def periods(incident: Incident) -> Table | None:
    """The stretches in which a service was not as it should be."""
    rows = [
        Row(
            (
                period.service or NOT_STATED,
                spaced(period.kind),
                stated(period.started),
                stated(period.ended),
                NOT_STATED if period.share is None else words.percent(period.share),
                period.certainty or NOT_STATED,
            )
        )
        for period in incident.periods
    ]
    if not rows:
        return None
    return filled(("Service", "State", "From", "Until", "Share affected", "Certainty"), rows, keep=(0, 1, 2, 3))


# ---- consequences --------------------------------------------------------------------------------------------------


def ledger(incident: Incident, comments: Comments) -> Table | None:
    """Every line of the ledger, nested and context lines marked as such."""
    lines = rows_of.records(impact.ledger(incident))
    if not lines:
        return None
    rows = []
    for line in lines:
        note = [line["note"]]
        note += [f"part of {line['part_of']}, not added to it" if line["part_of"] else ""]
        note += [f"contradicts {line['conflicts_with']}" if line["conflicts_with"] else ""]
        note += ["context, not a loss" if line["role"] == "context" else "a gain" if line["role"] == "gain" else ""]
        cells = (
            line["id"],
            spaced(line["kind"]),
            line["what"],
            figure(line),
            line["certainty"],
            "; ".join(x for x in (line["who"], line["bearer"] and f"borne by: {line['bearer']}") if x) or NOT_STATED,
            line["source"] or NOT_STATED,
            "; ".join(x for x in note if x) or NOT_STATED,
        )
        rows.append(Row(cells, comments(line["id"]), mark="quiet" if line["role"] == "context" else ""))
    columns = ("Id", "Kind", "What", "How much", "Certainty", "Who", "Source", "Note")
    return filled(columns, rows, keep=(0, 2, 3, 4), main=2)


def rates(incident: Incident) -> list[Block]:
    """What one currency was worth in another, where the incident says so."""
    rows = [
        Row((r.from_, r.to, words.number(r.rate, digits=6), stated(r.date), r.source or NOT_STATED))
        for r in incident.rates
    ]
    if not rows:
        return []
    return [Heading("Exchange rates"), filled(("From", "To", "Rate", "Date", "Source"), rows, keep=(0, 1, 2))]


# ---- risk ----------------------------------------------------------------------------------------------------------


def causes(incident: Incident, comments: Comments) -> Table | None:
    """Contributing factors and what they led to."""
    rows = [
        Row(
            (
                cause.id,
                cause.text,
                cause.kind,
                cause.category or NOT_STATED,
                words.listing(cause.leads_to) or "nothing further",
                words.listing(cause.events) or NOT_STATED,
            ),
            comments(cause.id),
        )
        for cause in incident.causes
    ]
    rows += [
        Row((effect.id, effect.text, "effect", NOT_STATED, "—", NOT_STATED), comments(effect.id))
        for effect in incident.effects
    ]
    if not rows:
        return None
    return filled(("Id", "What", "Kind", "Category", "Leads to", "Events"), rows, keep=(0, 1, 2), main=1)


# ---- any frame -----------------------------------------------------------------------------------------------------


# What a cell says where the sources are silent; a whole column of it is said once, below the table.
_SILENT = {NOT_STATED, "not said", "none", "—", "one account", "no action says so"}


def of_frame(frame: pd.DataFrame, comments: Comments) -> list[Block]:
    """A finding's table: its columns are headings for people already.

    Comments stand below the row whose first two cells name what they are about.
    """
    if frame.empty or not len(frame.columns):
        return []
    silent = {}
    for name in list(frame.columns)[1:]:
        said = {_cell(value) for value in frame[name]}
        if len(said) == 1 and said <= _SILENT:
            silent[str(name)] = said.pop()
    frame = frame.drop(columns=list(silent))
    # A wide table is cut off on a page: the longest of what is the same in every row stands below it.
    same = {str(name): {_cell(value) for value in frame[name]} for name in list(frame.columns)[3:]}
    longest = sorted(((name, min(said)) for name, said in same.items() if len(said) == 1), key=lambda one: -len(one[1]))
    shared = {name: text for name, text in longest[: max(len(frame.columns) - _MOST_COLUMNS, 0)] if len(text) > _LONG}
    frame = frame.drop(columns=list(shared))
    numeric = tuple(
        i
        for i, name in enumerate(frame.columns)
        if all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in frame[name] if not _missing(v))
        and not all(_missing(v) for v in frame[name])
    )
    rows = []
    for values in rows_of.tuples(frame):
        cells = tuple(_cell(value) for value in values)
        names = [name for cell in cells[:2] for name in (cell, cell.split(":")[0], _field(cell))]
        rows.append(Row(cells, comments(*names)))
    lengths = [max(len(str(row.cells[i])) for row in rows) for i in range(len(frame.columns))]
    main = max(range(len(lengths)), key=lengths.__getitem__)
    table = Table(tuple(str(c) for c in frame.columns), tuple(rows), numeric=numeric, main=main)
    unstated = [name.lower() for name, text in silent.items() if text == NOT_STATED]
    below = [f"Not stated: {words.listing(unstated)}."] if unstated else []
    below += [f"{name}: {text}." for name, text in silent.items() if text not in (NOT_STATED, "none", "—")]
    below += [f"{name}: {text.removesuffix('.')}." for name, text in shared.items()]
    return [table, Paragraph(" ".join(below), small=True)] if below else [table]


_FIELDS = {label: name for names in (MILESTONE_NAMES, DURATION_NAMES) for name, label in names.items()}


def _field(label: str) -> str:
    """The field that a label of a milestone or a measure stands for."""
    return _FIELDS.get(label, label)


def _missing(value: Any) -> bool:
    return value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and value != value)


def _cell(value: Any) -> str:
    if _missing(value):
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, (int, float)):
        return words.number(value)
    if isinstance(value, pd.Timestamp):
        return words.instant(value.to_pydatetime())
    if isinstance(value, When):
        return str(value)
    if isinstance(value, (list, tuple)):
        return words.listing(str(v) for v in value) or "—"
    return str(value)
