"""What a history of incidents can tell, and what it cannot: the answers of the page about it.

The first note of each finding is its definition; the page prints it beside the figure.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from incident_analysis import frames, words
from incident_analysis.charts.chart import Chart
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.findings.finding import Finding
from incident_analysis.findings.phrases import table
from incident_analysis.findings.trends_causes import actions, again, causes, complete, hours
from incident_analysis.findings.trends_lengths import compared, lasting, seen
from incident_analysis.findings.trends_pieces import DEFINITION, HOW, chance, evidence_of, figure, find, numbers, p_of
from incident_analysis.trends import Measures

#: A rate by the year from less than that is told with a warning.
MONTH_S = 30 * 86_400.0
#: In a shorter window the hours of the day and the days of the week make what looks like a trend.
FOUR_WEEKS_S = 28 * 86_400.0


def trends(measures: Measures, *, charts: Iterable[Chart] = ()) -> list[Finding]:
    """The answers of a history's page, in their order.

    Parameters
    ----------
    measures : Measures
        Of `trends.measures`.
    charts : iterable of Chart
        Saved under the names cumulative, rates, survival, detectable, pareto, hours, action_ages; others are left out.

    Returns
    -------
    list of Finding, in section `trends`
    """
    saved = {chart.name: chart for chart in charts}

    def of(*names: str) -> tuple[Chart, ...]:
        return tuple(saved[name] for name in names if name in saved)

    return [
        _counted(measures),
        _mix(measures),
        _course(measures, of("cumulative")),
        _rate(measures, of("rates")),
        lasting(measures, of("survival")),
        compared(measures, ()),
        seen(measures, of("detectable")),
        causes(measures, of("pareto")),
        again(measures),
        hours(measures, of("hours")),
        actions(measures, of("action_ages")),
        complete(measures),
    ]


def _counted(m: Measures) -> Finding:
    total = int(m.apart["count"].iloc[0])
    kept = len(m.incidents)
    aside = m.apart[m.apart["treatment"].str.startswith("set apart") & (m.apart["count"] > 0)]
    sentence = (
        f"{words.plural(kept, 'incident')} of {words.plural(total, 'record')} {'counts' if kept == 1 else 'count'}"
    )
    named = [f"{int(n):,} {what}" for what, n in zip(aside["what"], aside["count"], strict=True)]
    sentence += f"; set apart: {words.listing(named)}." if named else "; nothing is set apart."
    if m.window is not None:
        sentence += f" They were watched from {m.window.text}."
    told = words.instant(m.as_of.to_pydatetime())
    if m.as_of.timestamp() != 0:
        sentence += f" Told as of {told}."
    rows = [
        {"What": str(w), "Records": words.number(int(n)), "Treatment": str(t) or "—"}
        for w, n, t in m.apart.itertuples(index=False)
    ]
    notes = [
        f"{DEFINITION}an incident counts unless its source calls it maintenance, a drill or of no impact, or it "
        "is there twice, has no start, or starts after the instant of telling."
    ]
    if m.window is not None and m.window.opened_by_first:
        last = " and the last closes it, so they are" if m.window.extract else ", so it is"
        notes.append(f"The first incident opens the window{last} not counted in rates and trends.")
    if m.window is not None and m.window.extract:
        until = words.instant(m.window.open_until.to_pydatetime())
        notes.append(f"An export knows nothing after its last record: what is open counts as open until {until}.")
    estimates = numbers([("records", total, "records"), ("incidents that count", kept, "incidents")])
    estimates += numbers([(str(w), int(n), "records") for w, n, _ in m.apart.iloc[1:].itertuples(index=False)])
    ends = [] if m.window is None else [m.window.start, m.window.end, m.window.open_until]
    span = tuple(Evidence("formula", HOW, "window", words.instant(t.to_pydatetime())) for t in ends)
    return Finding(
        "trends-counted",
        "trends",
        "What is counted, and over which time?",
        sentence,
        estimates=frames.estimates(estimates),
        table=table(rows, ["What", "Records", "Treatment"]),
        evidence=(
            *span,
            Evidence("formula", HOW, "as of", told),
            Evidence("formula", HOW, "window", "" if m.window is None else m.window.text),
        ),
        notes=tuple(notes),
        place=10,
    )


def _mix(m: Measures) -> Finding:
    question = "Did what is counted stay the same?"
    definition = (
        f"{DEFINITION}the earlier half of the incidents against the later half; a share has changed where χ² finds p "
        "below 0.01, divided by the number of tests. A trend over a mix or a definition that changed may be no trend "
        "of the incidents."
    )
    if m.mix.empty:
        return Finding("trends-mix", "trends", question, "Too few incidents to tell.", notes=(definition,), place=20)
    changed = m.mix[m.mix["changed"]]
    names = list(dict.fromkeys(changed["what"]))
    if names:
        sentence = f"No: {words.listing(names)} changed over the window. Read every trend below with that in mind"
        sentence += (
            "; lengths are compared within each severity too." if any(n.startswith("severity") for n in names) else "."
        )
    else:
        sentence = "No change of severities, of what is set apart or of how records are written was found."
    rows = [
        {
            "What": f"{r['what']}: {r['value']}",
            "Earlier half": words.percent(round(r["first"], 4)) if r["first"] == r["first"] else "—",
            "Later half": words.percent(round(r["second"], 4)) if r["second"] == r["second"] else "—",
            "p": chance(Estimate(r["p"], interval="bounds")) if r["p"] == r["p"] else "not tested",
            "Changed": "yes" if r["changed"] else "no",
        }
        for r in _most(m.mix)
    ]
    made = numbers([("tests", int(m.mix["what"].nunique()), "tests"), ("changed", len(names), "tests")])
    source = (Evidence("formula", HOW, "halves meet", words.instant(m.mix.attrs["middle"].floor("s").to_pydatetime())),)
    return Finding(
        "trends-mix",
        "trends",
        question,
        sentence,
        estimates=frames.estimates(made),
        table=table(rows, list(rows[0])),
        evidence=source,
        notes=(definition,),
        place=20,
    )


def _most(mix: pd.DataFrame, most: int = 8) -> list[dict[str, Any]]:
    """The values of each test that have most incidents; a table of every organisation is read by nobody."""
    kept: list[dict[str, Any]] = []
    for _, rows in mix.groupby("what", sort=False):
        size = rows["first"].fillna(0) + rows["second"].fillna(0)
        kept += frames.rows(rows.loc[size.nlargest(most).index.sort_values()])
    return kept


def _course(m: Measures, charts: tuple[Chart, ...]) -> Finding:
    question = "Do incidents become more or fewer?"
    slope, fit = find(m.growth, "slope"), find(m.growth, "p of the fit")
    own = find(m.growth, "p by Lewis-Robinson")
    notes = [
        f"{DEFINITION}the growth model (Crow-AMSAA) expects λ·t^slope incidents by time t: a slope of 1 is a "
        "constant rate, below 1 ever fewer, above 1 ever more. A register ends when it is told, not at its last "
        "incident; an export ends at its last start."
    ]
    if not slope.known:
        sentence = f"Not to be told: {slope.reason}."
    else:
        clear = own.known and own.value is not None and own.value < 1 - m.level
        sign = find(m.growth, "Lewis-Robinson").value or 0.0
        way = "ever more" if sign > 0 else "ever fewer"
        sentence = f"The growth model's slope is {slope.figure}"
        if fit.value is not None and fit.value < 0.05:
            sentence += f", but the model does not fit ({p_of(fit)}): the course is no power law"
        sentence += "."
        if own.known:
            sentence += f" The test that clusters do not fool (Lewis-Robinson) gives {p_of(own)}"
            short = m.window is not None and m.window.seconds < FOUR_WEEKS_S
            if clear and short:
                sentence += ", but the window is shorter than 4 weeks, and hours and weekdays alone can make that."
            else:
                sentence += f": a trend towards {way}." if clear else ": no trend can be told from chance."
        poisson = find(m.growth, "p by Laplace")
        if own.known and poisson.value is not None and poisson.value < 1 - m.level and not clear:
            sentence += f" Laplace's test alone would say that there is one ({p_of(poisson)}); it takes clusters "
            sentence += "for a trend."
        notes.append(
            "Laplace and MIL-HDBK-189 test against a Poisson process of constant rate: clusters alone can reject it. "
            "Lewis-Robinson permutes the gaps. All see a steady trend, not a bump: for that see the changes below."
        )
    rows = [
        {"What": name, "Value": chance(e) if name.startswith("p ") else figure(e), "How": e.method or "—"}
        for name, e in ((r["name"], frames.to_estimate(r)) for r in frames.rows(m.growth))
    ]
    return Finding(
        "trends-course",
        "trends",
        question,
        sentence,
        estimates=m.growth,
        table=table(rows, ["What", "Value", "How"]),
        charts=charts,
        evidence=evidence_of(m.growth),
        notes=tuple(notes),
        place=30,
    )


def _rate(m: Measures, charts: tuple[Chart, ...]) -> Finding:
    rate, scatter, p = find(m.rate, "rate"), find(m.clusters, "scatter"), find(m.clusters, "p of the scatter")
    stretches = frames.rows(m.changes)
    estimates = [({"group": "all"}, "rate", rate), ({"group": ""}, "next quarter", m.next_quarter)]
    said = [f"{rate.figure}." if rate.known else f"The rate is unknown: {rate.reason}."]
    if rate.known and m.window is not None and m.window.seconds < MONTH_S:
        said.append("The window is shorter than a month: this is the rate of these days, told by the year.")
    if len(stretches) > 1:
        parts = []
        for row in stretches:
            one = _stretch(row)
            day = f"{row['start']:%Y-%m-%d}"
            estimates.append(({"group": f"from {day}"}, "rate", one))
            parts.append(f"from {day} {one.figure}")
        said.append(f"The rate changed: {'; '.join(parts)}.")
    elif m.changes.attrs.get("tested"):
        said.append("No change of the rate was found.")
    else:
        said.append("Too few incidents, or too short a window, to look for changes of the rate.")
    if scatter.value is not None and p.value is not None and p.value < 0.01:
        estimates += [({"group": "months"}, "scatter", scatter), ({"group": "months"}, "p of the scatter", p)]
        said.append(
            f"Counts by month scatter {scatter.figure} times as much as chance makes (a changed rate, or clusters)."
        )
    each = m.per_service
    if each.known:
        estimates.append(({"group": "services"}, "per service", each))
        said.append(
            f"A service has had {each.figure} on average ({words.plural(each.n or 0, 'service')} that had any)."
        )
    ahead = m.next_quarter
    said.append(
        f"If the present rate stays, the next quarter will have {ahead.figure}."
        if ahead.known
        else f"The next quarter's count is unknown: {ahead.reason}."
    )
    rows = [
        {
            "Group": str(r["group"]) or "all",
            "Incidents per year": e.figure if e.known else e.reason,
            "Incidents": words.number(e.n or 0),
            "How": e.method or "—",
        }
        for r, e in ((r, frames.to_estimate(r)) for r in frames.rows(m.rate_by_group))
    ]
    step = m.changes.attrs.get("step", "day")
    notes = (
        f"{DEFINITION}incidents inside the window, by its years of 365.25 days. Severities are listed by their words, "
        "never by what was measured.",
        f"Changes: every {step} was tried as a place; each must gain more than chance and clusters give. Their "
        "intervals do not know that the places were searched for.",
    )
    made = frames.estimates(estimates)
    return Finding(
        "trends-rate",
        "trends",
        "How often do incidents happen, and when did that change?",
        " ".join(said),
        estimates=pd.concat([made, m.rate_by_group], ignore_index=True),
        table=table(rows, ["Group", "Incidents per year", "Incidents", "How"]),
        charts=charts,
        evidence=tuple(
            dict.fromkeys(
                [*evidence_of(made), *(Evidence("formula", HOW, "change", f"{r['start']:%Y-%m-%d}") for r in stretches)]
            )
        ),
        notes=notes,
        place=40,
    )


def _stretch(row: dict[Any, Any]) -> Estimate:
    n = int(row["count"])
    return Estimate(
        row["per_year"],
        row["low"],
        row["high"],
        level=float(row["level"]),
        interval="confidence",
        unit="per year",
        n=n,
        method="Garwood, exact",
        evidence=(Evidence("formula", HOW, "", f"{words.plural(n, 'incident')} to {row['end']:%Y-%m-%d}"),),
    )
