"""What requests, metrics and periods measured: service levels, requests, users."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from incident_analysis import frames, words
from incident_analysis.charts.chart import Chart
from incident_analysis.estimate import Estimate
from incident_analysis.findings.finding import Finding
from incident_analysis.findings.phrases import counts, statement, table
from incident_analysis.incident import Incident
from incident_analysis.incident.parts import Slo

_LEVELS = {
    "availability": "Availability, over all that was measured",
    "availability_during": "Availability during the incident",
    "budget": "Error budget of the window",
    "bad": "Bad in the window",
    "spent_ratio": "Spent of the budget in the window",
    "left_ratio": "Left of the budget",
    "incident_bad": "Bad during the incident",
    "incident_spent_ratio": "Spent of the budget by this incident",
    "credits": "Credits owed, as a share of the bill",
}
_REQUESTS = {
    "requests": "Requests that came",
    "failed": "Failed",
    "failed_beyond_usual": "Failed beyond the usual",
    "slow": "Slow",
    "slow_beyond_usual": "Slow beyond the usual",
    "usual_requests": "Usual in that time",
    "lost_requests": "Never came",
    "beyond_usual_during": "Came beyond the usual, during the incident",
    "beyond_usual_after": "Came beyond the usual, after it",
    "users": "Users with a failed request",
}
_RATIOS = ("availability", "availability_during", "spent_ratio", "left_ratio", "incident_spent_ratio", "credits")
_OF_WINDOW = ("bad", "spent_ratio", "left_ratio", "incident_bad", "incident_spent_ratio")
_SHARES_OF_BUDGET = ("spent_ratio", "incident_spent_ratio")

Drawn = Mapping[str, tuple[Chart, ...]]


def measures(
    incident: Incident, measured: pd.DataFrame | None, alerts: pd.DataFrame | None, drawn: Drawn
) -> list[Finding]:
    """The findings on what was measured; none where nothing was."""
    if measured is None or measured.empty:
        return []
    return [
        *_service_levels(incident, measured, drawn.get("error_budget", ())),
        *_alerts(incident, alerts),
        *_requests(incident, measured, drawn.get("traffic", ())),
    ]


def _rows(measured: pd.DataFrame, names: Mapping[str, str]) -> list[tuple[str, str, Estimate]]:
    return [
        (str(r["service"]), str(r["name"]), frames.to_estimate(r)) for r in frames.rows(measured) if r["name"] in names
    ]


def _figure(name: str, estimate: Estimate) -> str:
    """A measure in words; ratios as percentages."""
    if not estimate.known:
        return f"unknown: {estimate.reason}"
    if name not in _RATIOS:
        return estimate.short
    if name == "left_ratio" and estimate.value is not None and estimate.value < -1:
        return f"none: overspent by {words.number(-estimate.value)} times the budget"
    if name in _SHARES_OF_BUDGET and max(x for x in (estimate.value, estimate.low, estimate.high) if x is not None) > 2:
        return _times(estimate)
    value, low, high = (None if x is None else _percent(x) for x in (estimate.value, estimate.low, estimate.high))
    if value is not None and (low is None or low == high):
        return value
    if value is None:
        return f"between {low} and {high}" if low and high else f"at least {low}" if low else f"at most {high}"
    return f"{value} [{low}, {high}]"


def _times(spent: Estimate) -> str:
    """How many times the whole budget: beyond twice it, percentages are hard to read."""
    value, low, high = (None if x is None else words.number(x) for x in (spent.value, spent.low, spent.high))
    if value is not None:
        return f"{value} times the budget"
    if low is not None and high is not None:
        return f"{low} times the budget" if low == high else f"between {low} and {high} times the budget"
    return f"at least {low} times the budget" if low is not None else f"at most {high} times the budget"


def _percent(ratio: float) -> str:
    return words.percent(ratio) if ratio >= 0 else "−" + words.percent(-ratio)


def _table(rows: list[tuple[str, str, Estimate]], names: Mapping[str, str]) -> pd.DataFrame:
    several = len({service for service, *_ in rows}) > 1
    made: list[dict[str, str]] = []
    last = ""
    for service, name, estimate in rows:
        how = _how(estimate)
        # One window stands behind many measures: it is named once.
        cells = {
            "Measure": names[name],
            "Figure": _figure(name, estimate),
            "How": "as above" if how == last and name in _OF_WINDOW else how,
        }
        made.append(({"Service": service} if several else {}) | cells)
        last = how
    return table(made, list(made[0]))


def _how(estimate: Estimate) -> str:
    parts = [f"{words.percent(estimate.level)} {estimate.interval}"] if estimate.level is not None else []
    parts += [f"n = {estimate.n:,}"] if estimate.n else []
    return "; ".join([*parts, estimate.method or "not computed"])


def _estimates(rows: list[tuple[str, str, Estimate]]) -> pd.DataFrame:
    return frames.estimates(({"service": service}, name, estimate) for service, name, estimate in rows)


def _of(service: str) -> str:
    return f" of {service}" if service else ""


def _service_levels(incident: Incident, measured: pd.DataFrame, charts: tuple[Chart, ...]) -> list[Finding]:
    rows = _rows(measured, _LEVELS)
    if not rows:
        return []
    said = []
    for service in dict.fromkeys(s for s, *_ in rows):
        mine = {name: e for s, name, e in rows if s == service}
        slo = next((s for s in incident.slo if s.service == service), None)
        part = f"The availability{_of(service)} was {_figure('availability', mine['availability'])}"
        if "availability_during" in mine:
            during = _figure("availability_during", mine["availability_during"])
            part += f" over all that was measured, {during} during the incident"
        if slo is not None:
            part += f"; the objective: {words.percent(slo.target)}{_over(slo)}"
        spent = mine.get("incident_spent_ratio")
        if spent is not None and spent.known:
            left = mine["left_ratio"]
            share = _figure("spent_ratio", spent).removesuffix(" the budget")
            part += f". This incident spent {share}{'' if share.endswith('times') else ' of'} the error budget; "
            part += (
                f"{_figure('left_ratio', left)} is left"
                if left.value is None or left.value >= 0
                else "nothing of it is left"
            )
        elif "budget" in mine and not mine["budget"].known:
            part += f". How much of the error budget it spent is unknown: {mine['budget'].reason}"
        if "credits" in mine:
            part += f". Credits owed by the stated schedule: {_figure('credits', mine['credits'])} of the bill"
        said.append(part)
    targets = [statement(incident, _objective(slo), "slo", i) for i, slo in enumerate(incident.slo)]
    convention = (
        ()
        if any(s.sli is not None and s.sli.good for s in incident.slo)
        else ("What a good request is, is not stated: by convention one whose status is below 500.",)
    )
    in_seconds = all(e.n is None for _, name, e in rows if name == "availability")
    return [
        Finding(
            "service-level",
            "consequences",
            "What became of the service level and its error budget?",
            ". ".join(said) + ".",
            estimates=_estimates(rows),
            table=_table(rows, _LEVELS),
            charts=charts,
            evidence=tuple(targets),
            notes=() if in_seconds else convention,
            place=60,
        )
    ]


def _over(slo: Slo) -> str:
    return f" over {words.duration(slo.window.total_seconds())}" if slo.window else ", its window is not stated"


def _objective(slo: Slo) -> str:
    return f"{slo.service or 'service not stated'}: objective {words.percent(slo.target)}{_over(slo)}"


def _alerts(incident: Incident, alerts: pd.DataFrame | None) -> list[Finding]:
    if alerts is None or alerts.empty:
        return []
    fired = alerts[alerts["fired"].notna()]
    rows = [
        {
            "Rule": f"burn rate above {r['rule']}",
            "Calls": r["calls"],
            "Fires": "never" if pd.isna(r["fired"]) else words.instant(r["fired"]),
            "Ends": ("not applicable" if pd.isna(r["fired"]) else "not within what was measured")
            if pd.isna(r["cleared"])
            else words.instant(r["cleared"]),
            "Window seen": "not applicable" if pd.isna(r["covered_ratio"]) else words.percent(r["covered_ratio"]),
            **({"Service": r["service"]} if alerts["service"].nunique() > 1 else {}),
        }
        for r in alerts.to_dict("records")
    ]
    rules = alerts["rule"].nunique()
    if fired.empty:
        sentence = f"None of {words.plural(rules, 'usual rule')} on the burn rate would have fired."
    else:
        first = fired.sort_values("fired").iloc[0]
        sentence = (
            f"Of {words.plural(rules, 'usual rule')} on the burn rate {fired['rule'].nunique()} would have fired, the "
            f"first at {words.instant(first['fired'])}"
        )
        detected = incident.moment("detected")
        if detected.time is not None and detected.certainty != "day":
            sentence += f"; it was detected: {detected.text}"
        sentence += "."
    return [
        Finding(
            "burn-rate-alerts",
            "consequences",
            "When would alerts on the error budget have fired?",
            sentence,
            estimates=counts(
                [("rules", rules, "rules"), ("fired", int(fired["rule"].nunique()), "rules that would have fired")]
            ),
            table=table(rows, list(rows[0])),
            evidence=(statement(incident, f"detected: {incident.moment('detected').text}", "times", "detected"),),
            notes=(
                "Rules and windows of the Site Reliability Workbook, chapter 5; looked at when an interval ends.",
                "What lies before the measured time counts as good.",
            ),
            place=61,
        )
    ]


def _requests(incident: Incident, measured: pd.DataFrame, charts: tuple[Chart, ...]) -> list[Finding]:
    rows = _rows(measured, _REQUESTS)
    if not rows:
        return []
    said = []
    for service in dict.fromkeys(s for s, *_ in rows):
        mine: dict[str, Any] = {name: e for s, name, e in rows if s == service}
        part = []
        if mine["requests"].known:
            part.append(f"{mine['requests'].short}{_of(service)} came during the incident")
            if mine["failed"].known:
                part.append(f"of which failed: {mine['failed'].short}")
        else:
            part.append(f"how many requests{_of(service)} it concerned is unknown: {mine['requests'].reason}")
        lost = mine.get("lost_requests")
        if lost is not None:
            part.append(f"never came: {lost.short}" if lost.known else f"how many never came is unknown: {lost.reason}")
        during = mine.get("beyond_usual_during")
        if during is not None and during.known:
            part.append(f"beyond the usual came {during.short}, which may be failed ones that were tried again")
        after = mine.get("beyond_usual_after")
        if after is not None and after.known:
            part.append(f"after it, beyond the usual and not taken off: {after.short}")
        if "users" in mine and mine["users"].known:
            part.append(f"failed requests came from {mine['users'].short}")
        said.append(words.sentence("; ".join(part)))
    return [
        Finding(
            "requests-measured",
            "consequences",
            "How many requests failed, how many never came, and whom did it concern?",
            " ".join(said),
            estimates=_estimates(rows),
            table=_table(rows, _REQUESTS),
            charts=charts,
            notes=("Requests that came after the restore are not taken off those that were lost.",),
            place=62,
        )
    ]
