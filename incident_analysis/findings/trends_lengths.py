"""What a history tells about lengths: how long, whether groups differ, and what could have been seen."""

from __future__ import annotations

import math

import pandas as pd

from incident_analysis import frames, words
from incident_analysis.charts.chart import Chart
from incident_analysis.estimate import Estimate
from incident_analysis.findings.finding import Finding
from incident_analysis.findings.phrases import count, table
from incident_analysis.findings.trends_pieces import DEFINITION, chance, evidence_of, figure, p_of
from incident_analysis.trends import Measures
from incident_analysis.trends.lasted import MEANING, name_of
from incident_analysis.trends.response import LEAST_ENDED

_NAMES = ("median", "p90", "geometric mean", "restricted mean", "mean")


def _of(m: Measures) -> tuple[str, str]:
    """The measure's name, and its definition."""
    name = name_of(m.of)
    meaning = MEANING.get(m.of, "between the two instants") if isinstance(m.of, str) else "between the two instants"
    return name, f"{DEFINITION}{name}, {meaning}."


def lasting(m: Measures, charts: tuple[Chart, ...]) -> Finding:
    """How long incidents last, by group."""
    name, definition = _of(m)
    claims = {(str(r["group"]), str(r["name"])): frames.to_estimate(r) for r in frames.rows(m.times_by_group)}
    groups = list(dict.fromkeys(g for g, _ in claims))
    parts = []
    few = [g for g in groups if (claims[g, "median"].n or 0) - claims[g, "median"].censored < LEAST_ENDED]
    for group in groups:
        median = claims[group, "median"]
        if group not in few:
            parts.append(f"{group or 'all'} {figure(median)} (n = {median.n or 0:,})")
    if few and parts:
        parts.append(f"too few known lengths in {words.listing(few)}")
    sentence = (
        f"Median {name}: {'; '.join(parts)}."
        if parts
        else f"No group has {LEAST_ENDED} lengths that are known to their end."
    )
    states = m.lengths_by_state.sum() if len(m.lengths_by_state) else pd.Series(dtype="int64")
    aside = [("zero length", int(states.get("zero", 0))), ("end before its start", int(states.get("reversed", 0)))]
    aside += [("unknown end", int(states.get("unknown", 0)))]
    plurals = {"end before its start": "ends before their start"}
    named = [words.plural(n, what, plurals.get(what, "")) for what, n in aside if n]
    if named:
        sentence += f" Apart, as no measured lengths: {words.listing(named)}."
    still = int(states.get("open", 0))
    if still:
        are, count_as = ("is", "counts") if still == 1 else ("are", "count")
        sentence += f" {words.plural(still, 'incident')} {are} open and {count_as} as open."
    rows = []
    for group in groups:
        row = {"Group": group or "all"}
        row |= {n.capitalize(): figure(claims[group, n]) for n in _NAMES}
        median = claims[group, "median"]
        row["n"] = f"{median.n or 0:,}" + (f", {median.censored:,} open" if median.censored else "")
        rows.append(row)
    further = [
        f"{group or 'All'}: {what} {claims[group, what].figure}."
        for group, what in claims
        if what.startswith("median ") and claims[group, what].known
    ]
    notes = [
        f"{definition} What is open counts as longer than it has lasted so far. p90: nine of ten are over by then.",
        "Restricted mean: every length counted up to the longest that ended. The mean is modified Cox's, for lognormal "
        "lengths; a few long ones make half of it. Where it lies below the restricted one, lengths have a longer "
        "tail than that.",
    ]
    if further:
        notes.append("Starts or ends known to an interval only: " + " ".join(further))
    aside.append(("lengths that are needed", LEAST_ENDED))
    made = [({"group": "", "name": ""}, what, count(n, "incidents", "trends")) for what, n in aside]
    made = [({"group": ""}, what, e) for _, what, e in made] + [
        ({"group": ""}, "open", count(still, "incidents", "trends"))
    ]
    return Finding(
        "trends-lengths",
        "trends",
        f"How long do incidents last ({name})?",
        sentence,
        estimates=pd.concat([m.times_by_group, frames.estimates(made)], ignore_index=True),
        table=table(rows, list(rows[0])) if rows else None,
        charts=charts,
        evidence=evidence_of(m.times_by_group),
        notes=tuple(notes),
        place=50,
    )


def ratio_text(estimate: Estimate) -> str:
    """A ratio with its interval: 1.35 (0.85–2.14)."""
    value, low, high = (math.nan if x is None else x for x in (estimate.value, estimate.low, estimate.high))
    return f"{_two(value)} ({_two(low)}–{_two(high)})"


def _two(value: float) -> str:
    return f"{value:.2f}" if 0.095 <= value < 99.5 else words.number(value)


def _claims(frame: pd.DataFrame) -> dict[tuple[str, str, str, str], Estimate]:
    return {
        (
            str(r.get("group", "")),
            str(r.get("other", "")),
            str(r.get("within", "")),
            str(r["name"]),
        ): frames.to_estimate(r)
        for r in frames.rows(frame)
    }


def _verdict(claims: dict[tuple[str, str, str, str], Estimate], pair: tuple[str, str, str], level: float) -> str:
    """One comparison in words."""
    ratio = claims[(*pair, "ratio of geometric means")]
    label = f"{pair[0]}/{pair[1]}" + (f" within {pair[2].replace('_stated', '')}" if pair[2] else "")
    if ratio.value is None:
        return f"{label}: unknown, {ratio.reason}"
    seen, p = claims[(*pair, "detectable ratio")], claims[(*pair, "p of the ratio")]
    if seen.value is None or p.value is None:
        return f"{label} {ratio_text(ratio)}"
    text = f"{label} {ratio_text(ratio)}"
    if p.value >= 1 - level:
        return f"no detectable difference: {text}, only {_two(seen.value)} would have been seen"
    return f"{text}, {pair[0]} {'longer' if ratio.value > 1 else 'shorter'} ({p_of(p)})"


def compared(m: Measures, charts: tuple[Chart, ...]) -> Finding:
    """Whether severities differ, and whether lengths changed, overall and within each severity."""
    name, definition = _of(m)
    said, rows, parts = [], [], []
    for title, frame in (
        ("By severity" if m.by.startswith("severity") else f"By {m.by}", m.comparison),
        ("Later against earlier", m.halves),
    ):
        claims = _claims(frame)
        pairs = [(g, o, w) for g, o, w, what in claims if what == "ratio of geometric means"]
        every = [pair for pair in pairs if not pair[2] and pair[0]]
        few = [pair[0] for pair in every if claims[(*pair, "ratio of geometric means")].value is None]
        whole = [_verdict(claims, pair, m.level) for pair in every if pair[0] not in few]
        if few:
            whole.append(f"too few lengths known to their end to compare: {words.listing(few)}")
        if whole:
            said.append(f"{title}: {'; '.join(whole)}.")
        else:
            reason = next((e.reason for e in claims.values() if e.reason), "nothing to compare")
            said.append(f"{title}: {reason}.")
        within = [pair for pair in pairs if pair[2] and "=" not in pair[2]]
        for pair in within:
            said.append(words.sentence(_verdict(claims, pair, m.level)))
            said.append(_simpson(claims, (pair[0], pair[1], ""), pair, m.level))
        for pair in pairs:
            ratio = claims[(*pair, "ratio of geometric means")]
            if not pair[0]:
                continue
            seen, p = claims.get((*pair, "detectable ratio")), claims.get((*pair, "p of the ratio"))
            rows.append(
                {
                    "Comparison": f"{pair[0]} / {pair[1]}",
                    "Within": pair[2].replace("_stated", "").replace("_", " ") or "all together",
                    "Ratio of geometric means": ratio_text(ratio)
                    if ratio.value is not None
                    else f"unknown: {ratio.reason}",
                    "Would have been seen": _two(seen.value) if seen is not None and seen.value is not None else "—",
                    "p": chance(p) if p is not None and p.known else "—",
                    "n": words.number(ratio.n or 0),
                }
            )
        for (_, _, within_, what), one in claims.items():
            if what == "p by log-rank" and one.known:
                rows.append(
                    {
                        "Comparison": f"{title.lower()}, all groups",
                        "Within": within_.replace("_stated", "").replace("_", " ") or "all together",
                        "Ratio of geometric means": one.method,
                        "Would have been seen": "—",
                        "p": chance(one),
                        "n": words.number(one.n or 0),
                    }
                )
        parts.append(frame)
    columns = ["Comparison", "Within", "Ratio of geometric means", "Would have been seen", "p", "n"]
    notes = (
        f"{definition} The ratio of geometric means compares typical lengths: 2 is twice as long. In brackets its "
        f"interval at {words.percent(m.level)}. A true ratio of the size that would have been seen is found in "
        f"{words.percent(m.power)} of histories like this one; a smaller one may be there and go unseen.",
        "A difference that turns round or vanishes within the severities comes from their mix (Simpson's paradox). "
        "Several comparisons at once find a difference by chance more often than one.",
    )
    levels = [
        (
            {"group": "", "other": "", "within": ""},
            "level",
            Estimate(m.level, m.level, m.level, interval="exact", method="chosen"),
        ),
        (
            {"group": "", "other": "", "within": ""},
            "power",
            Estimate(m.power, m.power, m.power, interval="exact", method="chosen"),
        ),
    ]
    made = pd.concat([*parts, frames.estimates(levels)], ignore_index=True)
    return Finding(
        "trends-compared",
        "trends",
        f"Do lengths differ between groups, or did they change ({name})?",
        " ".join(s for s in said if s),
        estimates=made,
        table=table(rows, columns) if rows else None,
        charts=charts,
        evidence=evidence_of(made),
        notes=notes,
        place=55,
    )


def _simpson(
    claims: dict[tuple[str, str, str, str], Estimate],
    whole: tuple[str, str, str],
    within: tuple[str, str, str],
    level: float,
) -> str:
    """Says so where the strata tell another story than the whole."""
    a, b = (claims[(*pair, "ratio of geometric means")].value for pair in (whole, within))
    p, q = (claims.get((*pair, "p of the ratio")) for pair in (whole, within))
    if a is None or b is None or p is None or q is None or p.value is None or q.value is None:
        return ""
    first, second = p.value < 1 - level, q.value < 1 - level
    if first and second and (a > 1) != (b > 1):
        return "The two point opposite ways: the mix of severities changed, not the incidents (Simpson's paradox)."
    if first and not second:
        return "The difference vanishes within the severities: it came from their mix."
    if second and not first:
        return "The difference shows only within the severities: their mix hid it."
    return ""


def seen(m: Measures, charts: tuple[Chart, ...]) -> Finding:
    """What a comparison of two halves could have seen."""
    name, definition = _of(m)
    claims = {(str(r["cut"]), str(r["name"])): frames.to_estimate(r) for r in frames.rows(m.change)}
    sigma, cut = claims["", "sigma"], claims["", "smallest cut"]
    rows = [
        {"Improvement": f"{c} shorter", "Incidents needed in each group": e.figure.removesuffix(" incidents")}
        for (c, what), e in claims.items()
        if what == "incidents per group"
    ]
    estimates = m.change
    if cut.value is None:
        sentence = f"Not to be told: {cut.reason}."
    else:
        share = Estimate(
            100 * cut.value, 100 * cut.value, 100 * cut.value, interval="bounds", unit="%", n=cut.n, method=cut.method
        )
        need = claims["10 %", "incidents per group"]
        sentence = (
            f"Two halves of this history show a cut of {share.figure} or more of the typical {name}; a cut of 10 % "
            f"would need {need.figure if need.value != 1 else '1 incident'} in each group."
        )
        ten = Estimate(10, 10, 10, interval="exact", unit="%", method="chosen")
        estimates = pd.concat(
            [
                m.change,
                frames.estimates([({"cut": ""}, "smallest cut, percent", share), ({"cut": "10 %"}, "cut", ten)]),
            ],
            ignore_index=True,
        )
    return Finding(
        "trends-seen",
        "trends",
        "What improvement could have been seen?",
        sentence,
        estimates=estimates,
        table=table(rows, list(rows[0])) if rows else None,
        charts=charts,
        evidence=evidence_of(m.change),
        notes=(
            f"{definition} Seen means: found in {words.percent(m.power)} of cases by a two-sided test at "
            f"{words.percent(1 - m.level)}. "
            f"The spread σ of the lengths' logarithm is {figure(sigma)}; it alone, with the number of incidents, "
            "decides.",
        ),
        place=60,
    )
