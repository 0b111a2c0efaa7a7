"""What the lines of the ledger add up to, and which of them are most worth to be closed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from incident_analysis import frames, impact, words
from incident_analysis.errors import ParameterError
from incident_analysis.estimate import Estimate
from incident_analysis.findings.finding import Finding
from incident_analysis.findings.kinds import KIND_NAMES
from incident_analysis.findings.phrases import counts, table
from incident_analysis.incident import Incident

#: Lines that the sentence on what is worth closing names; its table tells all.
MOST_NAMED = 3


def added(incident: Incident, ledger: pd.DataFrame, *, rng: np.random.Generator | None, level: float) -> list[Finding]:
    """Sums, and what would make them better known; nothing where there is nothing to be added."""
    return [*_sums(ledger), *_totals(incident, ledger, rng, level), *_closing(ledger)]


def _sums(ledger: pd.DataFrame) -> list[Finding]:
    sums = impact.sums(ledger)
    # A sum of one line says nothing that the line does not say.
    several = sums[sums["n"].fillna(0) > 1]
    if several.empty:
        return []
    said = []
    rows = []
    for row in frames.rows(several):
        estimate = frames.to_estimate(row)
        label = f"{KIND_NAMES[str(row['kind'])]} ({row['role']})"
        said.append(f"{label}: {estimate.figure} over {words.plural(estimate.n or 0, 'line')}")
        rows.append({"Kind": label, "Sum": estimate.figure, "Lines": str(estimate.n), "How": estimate.method})
    return [
        Finding(
            "consequences-sums",
            "consequences",
            "What do the lines of money and of working hours add up to?",
            words.sentence("; ".join(said)),
            estimates=several,
            table=table(rows, list(rows[0])),
            notes=(
                "Lines that are part of another, contradict another or are context are not added; units never mix.",
            ),
            place=40,
        )
    ]


def _totals(incident: Incident, ledger: pd.DataFrame, rng: np.random.Generator | None, level: float) -> list[Finding]:
    """Sums of lines with ranges, drawn; nothing where no two lines with a range are added."""
    if rng is None:
        return []
    money = sorted({str(u) for u in ledger.loc[ledger["role"] == "loss", "unit"] if words.is_currency(str(u))})
    claims: list[tuple[dict[str, str], str, Estimate]] = []
    rows, said = [], []
    for unit in money[:1] if incident.rates else money:
        mine = ledger if incident.rates else ledger[ledger["unit"] == unit]
        try:
            whole = impact.total(mine, unit=unit, rng=rng, level=level, rates=incident.rates)
            apart = impact.totals(mine, unit=unit, rng=rng, level=level, rates=incident.rates)
            shares = impact.variance_shares(mine, unit=unit, rates=incident.rates)
        except ParameterError as error:
            # A rate is missing: currencies stay apart, which the sums already are.
            said.append(f"{unit} and other currencies are not added: {error.what}")
            continue
        if len(shares) == 0 or (whole.n or 0) < 2 or apart.empty:
            continue
        claims.append(({"unit": unit}, "total", whole))
        said.append(f"All losses in {unit}: {whole.figure}")
        for row in frames.rows(apart):
            made = frames.to_estimate(row)
            name = {"independent": "if the lines are independent", "fully_dependent": "if all move as one"}[row["name"]]
            claims.append(({"unit": unit}, str(row["name"]), made))
            rows.append({"Unit": unit, "Of": f"the sum, {name}", "Figure": made.figure, "Share of the variance": "all"})
            said.append(f"{name} {made.figure}")
        rows += [
            {
                "Unit": unit,
                "Of": f"{r['line']}: {r['what']}",
                "Figure": f"moves together with the group {r['together']}" if r["together"] else "by itself",
                "Share of the variance": words.percent(float(r["share_ratio"])),
            }
            for r in shares.to_dict("records")
        ]
    if not rows:
        return []
    return [
        Finding(
            "consequences-total",
            "consequences",
            "How well is the sum of the losses known?",
            words.sentence("; ".join(said)),
            estimates=frames.estimates(claims),
            table=table(rows, ["Unit", "Of", "Figure", "Share of the variance"]),
            notes=(
                "Between stated ends a line is drawn as PERT where a likely figure is stated, evenly otherwise.",
                "That lines move together is stated by their group; where it is not, the interval holds both cases.",
            ),
            place=42,
        )
    ]


def _closing(ledger: pd.DataFrame) -> list[Finding]:
    closing = impact.worth_closing(ledger)
    if closing.empty:
        return []
    rows = [
        {"Line": r["line"], "What": r["what"], "Figure": r["figure"], "Why": r["why"]}
        for r in closing.to_dict("records")
    ]
    first = words.listing((f"“{r['What'].rstrip('.')}” ({r['Why']})" for r in rows), most=MOST_NAMED)
    return [
        Finding(
            "consequences-worth-closing",
            "consequences",
            "Which figures are most worth to be found out?",
            words.sentence(f"Worth closing first: {first}"),
            estimates=counts(
                [("worth closing", len(rows), "impact lines"), ("not named", max(len(rows) - MOST_NAMED, 0), "lines")]
            ),
            table=table(rows, list(rows[0])),
            place=44,
        )
    ]
