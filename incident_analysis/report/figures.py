"""Live figures: the plain text for every name that people may put between double braces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from incident_analysis import words
from incident_analysis.estimate import Estimate
from incident_analysis.findings import Finding
from incident_analysis.incident import Incident, Period
from incident_analysis.report.rows import Claim


def of(
    incident: Incident,
    findings: Iterable[Finding],
    *,
    measured: Mapping[str, Estimate],
    claims: Mapping[str, Sequence[Claim]],
) -> dict[str, str]:
    """Names and texts: measures, milestones, `period:SERVICE`, `finding:ID` and a few facts.

    Parameters
    ----------
    incident : Incident
    findings : iterable of Finding
    measured : mapping of str to Estimate
        The incident's durations by name; they go before a finding's estimate of the same name.
    claims : mapping of str to sequence of (row, Estimate)
        Each finding's claims by its id, without plain counts: "events" is too common a name for one figure.

    Returns
    -------
    dict of str to str
    """
    figures = {
        "title": incident.title,
        "organisation": incident.organisation or "not stated",
        "severity": incident.severity.level.value,
        "as_of": words.instant(incident.seen_at),
    }
    figures |= {moment.name: moment.text for moment in incident.moments}
    figures |= {name: say(estimate) for name, estimate in measured.items()}
    for finding in findings:
        figures[f"finding:{finding.id}"] = " ".join(finding.sentence.split())
        for row, estimate in claims.get(finding.id, ()):
            figures.setdefault(str(row["name"]), say(estimate))
    for service in dict.fromkeys(period.service for period in incident.periods if period.service):
        spans = [_length(period, incident) for period in incident.periods if period.service == service]
        figures[f"period:{service}"] = words.listing(spans)
    return figures


def say(estimate: Estimate) -> str:
    """An estimate as a sentence quotes it."""
    return estimate.figure if estimate.known else f"unknown ({estimate.reason})"


def _length(period: Period, incident: Incident) -> str:
    start, end = period.started, period.ended
    if start is None or start.is_day or (end is not None and end.is_day):
        return "a time that is unknown"
    if end is None:
        passed = (incident.seen_at - start.low).total_seconds()
        return f"at least {words.duration(max(passed, 0.0))}, not over"
    text = words.duration((end.low - start.low).total_seconds())
    return f"about {text}" if period.certainty == "approx" else text
