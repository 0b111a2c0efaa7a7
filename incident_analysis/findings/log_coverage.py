"""Whether the logs hold the incident."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from incident_analysis import frames
from incident_analysis.estimate import Estimate
from incident_analysis.findings.finding import Finding
from incident_analysis.findings.log_terms import at, capped, ends_of, seconds
from incident_analysis.findings.phrases import statement
from incident_analysis.incident import Incident


def coverage(incident: Incident, described: Mapping[str, Any]) -> list[Finding]:
    """Whether the logs hold the time from the malfunction's beginning to the restored service."""
    began, restored = incident.moment("malfunction_began"), incident.moment("restored")
    ends = (began, restored)
    if all(moment.certainty == "unknown" for moment in ends):
        return []
    evidence = (
        *(statement(incident, f"{m.name} {m.text}: {m.statement or 'no words'}", "times", m.name) for m in ends),
        *ends_of(described),
    )
    question = "Do the logs cover the incident, from the beginning of the malfunction to the restored service?"

    def answer(sentence: str, rows: Sequence[tuple[str, Estimate]] = (), shown: pd.DataFrame | None = None) -> Finding:
        estimates = frames.estimates(({}, name, estimate) for name, estimate in rows) if rows else None
        return Finding(
            "logs-coverage",
            "timeline",
            question,
            sentence,
            estimates=estimates,
            table=shown,
            evidence=evidence,
            place=74,
        )

    told = f"The system began to malfunction: {began.text}. The service was restored: {restored.text}. "
    if described["first"] is None:
        return [answer(told + "No record has a usable time, so whether the logs cover this is not known.")]
    start, end = _bound(began, "low"), _bound(restored, "high")
    first, last = pd.Timestamp(described["first"]), pd.Timestamp(described["last"])
    told += f"The logs run from {at(described['first'])} to {at(described['last'])}. "
    rows: list[tuple[str, Estimate]] = []

    def length(name: str, delta: pd.Timedelta) -> str:
        rows.append((name, seconds(delta.total_seconds())))
        return rows[-1][1].figure

    said = []
    if start is not None and last < start:
        said.append(
            f"They end {length('end before the beginning', start - last)} before it began: they do not cover it."
        )
    elif end is not None and first > end:
        said.append(f"They begin {length('begin after the end', first - end)} after its end: they do not cover it.")
    else:
        whole = start is not None and end is not None and first <= start and last >= end
        if start is None:
            said.append("Whether they begin before the malfunction is not known.")
        elif first > start:
            said.append(f"The first {length('beginning not covered', first - start)} of it are not in the logs.")
        if end is None:
            said.append("Whether they reach to its end is not known.")
        elif last < end:
            said.append(f"The last {length('end not covered', end - last)} of it are not in the logs.")
        if whole:
            said.append("They cover all of it.")
        inside = _inside(described["largest_gaps"], start, end)
        if inside:
            # Gaps that are not listed are at most as long as the last that is.
            least = pd.Timedelta(seconds=described["largest_gaps"][-1]["seconds"])
            if inside[1] - inside[0] >= least:
                text = length("longest gap inside", inside[1] - inside[0])
                said.append(f"The longest stretch without a record in it lasts {text}.")
            else:
                text = length("no gap inside is longer", least)
                said.append(f"No stretch without a record in it is longer than {text}.")
    if restored.certainty == "open":
        said.append("It is not over: what came after that instant is not counted.")
    sources = [s for s in described["sources"] if s["first"] is not None]
    shown = capped(
        [
            {
                "Source": s["source"],
                "First": at(s["first"]),
                "Last": at(s["last"]),
                "Covers": _covers(pd.Timestamp(s["first"]), pd.Timestamp(s["last"]), start, end),
            }
            for s in sources
        ]
    )
    return [answer(told + " ".join(said), rows, shown)]


def _bound(moment: Any, side: str) -> pd.Timestamp | None:
    """The outer bound of a milestone: what covers it covers every account of it."""
    found = getattr(moment, side) or moment.time or moment.low
    return None if found is None else pd.Timestamp(found)


def _inside(
    gaps: Iterable[Mapping[str, Any]], start: pd.Timestamp | None, end: pd.Timestamp | None
) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    """The longest part of a gap that lies between two instants."""
    cut = []
    for gap in gaps:
        a, b = pd.Timestamp(gap["start"]), pd.Timestamp(gap["end"])
        a, b = (a if start is None else max(a, start)), (b if end is None else min(b, end))
        if a < b:
            cut.append((a, b))
    return max(cut, key=lambda pair: pair[1] - pair[0], default=None)


def _covers(first: pd.Timestamp, last: pd.Timestamp, start: pd.Timestamp | None, end: pd.Timestamp | None) -> str:
    if start is not None and last < start:
        return "nothing: it ends before"
    if end is not None and first > end:
        return "nothing: it begins after"
    if start is None or end is None:
        return "not known"
    early, late = first <= start, last >= end
    return {(True, True): "all of it", (True, False): "its beginning", (False, True): "its end"}.get(
        (early, late), "a part inside it"
    )
