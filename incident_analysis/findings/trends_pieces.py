"""Pieces that all findings about a history share."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from incident_analysis import frames
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.findings.phrases import count

#: What the first note of a finding begins with: the page prints it beside the figure.
DEFINITION = "Definition: "
HOW = "trends"


def numbers(pairs: Sequence[tuple[str, int, str]]) -> list[tuple[dict[str, str], str, Estimate]]:
    """Counts as rows of ESTIMATES."""
    return [({}, name, count(number, unit, HOW)) for name, number, unit in pairs]


def evidence_of(frame: pd.DataFrame) -> tuple[Evidence, ...]:
    """The evidence of all estimates of a frame, each once."""
    every = [e for row in frame["evidence"] for e in (row or ())]
    return tuple(dict.fromkeys(every))


def find(frame: pd.DataFrame, name: str, **keys: str) -> Estimate:
    rows = frame[frame["name"] == name]
    for key, value in keys.items():
        rows = rows[rows[key] == value]
    return frames.to_estimate(rows.iloc[0]) if len(rows) else Estimate.unknown("not measured")


def figure(estimate: Estimate) -> str:
    """An estimate as a table shows it: its figure, or why there is none."""
    return estimate.figure if estimate.known else f"unknown: {estimate.reason}"


def chance(estimate: Estimate) -> str:
    """A p-value for reading; the estimate beside the sentence keeps every digit."""
    if estimate.value is None:
        return f"unknown: {estimate.reason}"
    if estimate.value < 1e-4:
        return "below 0.0001"
    # Never in powers of ten: 0.00092, not 9.2e-4.
    return f"{float(f'{estimate.value:.2g}'):.6f}".rstrip("0").rstrip(".")


def p_of(estimate: Estimate) -> str:
    """A p-value inside a sentence."""
    said = chance(estimate)
    return f"p {said}" if said.startswith("below") else f"p = {said}"
