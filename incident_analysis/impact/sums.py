"""Sums over the ledger, of what may be added."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from incident_analysis import frames, words
from incident_analysis.estimate import Estimate, Interval


def sums(ledger: pd.DataFrame) -> pd.DataFrame:
    """Add up the lines of money and of working hours, one sum for each kind, unit and role.

    Only these add up: the same user can stand in two lines, and shares, rates and peaks have no sum.

    Left out, and said in `method`: lines that are part of another, lines that contradict another (both stand in the
    ledger), context. Lines without a figure make the sum a lower bound. Nothing is added across units.

    Parameters
    ----------
    ledger : LEDGER

    Returns
    -------
    ESTIMATES
        Keys `kind`, `unit`, `role` (loss or gain); name "sum". Ends are sums of ends: bounds, without a level.
    """
    frames.check(ledger, frames.LEDGER, where="ledger")
    return frames.estimates(
        ({"kind": kind, "unit": unit, "role": role}, "sum", _sum(group))
        for (kind, unit, role), group in _groups(ledger)
    )


def _groups(ledger: pd.DataFrame) -> Iterator[tuple[tuple[str, str, str], list[dict[str, Any]]]]:
    rows = ledger.to_dict("records")
    keys = dict.fromkeys(
        (r["kind"], r["unit"], r["role"]) for r in rows if r["role"] != "context" and _adds_up(r["kind"], r["unit"])
    )
    for key in keys:
        yield key, [r for r in rows if (r["kind"], r["unit"], r["role"]) == key]  # type: ignore[misc]


def _adds_up(kind: str, unit: str) -> bool:
    return (kind == "money" and words.is_currency(unit)) or (kind == "staff_hours" and unit in ("h", "hour", "hours"))


def _sum(group: list[dict[str, Any]]) -> Estimate:
    nested = [r for r in group if r["part_of"]]
    against = {r["conflicts_with"] for r in group if r["conflicts_with"]}
    contradicted = [r for r in group if not r["part_of"] and (r["conflicts_with"] or r["id"] in against)]
    taken = [r for r in group if not r["part_of"] and r not in contradicted]
    known = [r for r in taken if not all(pd.isna(r[x]) for x in ("low", "likely", "high"))]
    evidence = tuple(e for r in taken for e in r["evidence"])
    left_out = [
        f"{words.plural(len(rows), 'line')} {why}"
        for rows, why in ((nested, "part of another"), (contradicted, "contradicting another"))
        if rows
    ]
    if len(known) < len(taken):
        left_out.append(f"{words.plural(len(taken) - len(known), 'line')} without a figure")
    # A contradicted figure is a loss all the same: the sum is then a lower bound.
    unknown = len(taken) - len(known) + len(contradicted)
    method = "sum of lines" + (f"; left out: {words.listing(left_out)}" if left_out else "")
    unit = group[0]["unit"]
    if not known:
        return Estimate.unknown("no line has a figure", unit=unit, evidence=evidence)
    low = sum(_first(r, "low", "likely") or 0.0 for r in known)
    bounded = all(_first(r, "high", "likely") is not None for r in known) and not unknown
    high = sum(_first(r, "high", "likely") or 0.0 for r in known) if bounded else None
    pointed = all(not pd.isna(r["likely"]) for r in known) and not unknown
    value = sum(float(r["likely"]) for r in known) if pointed else None
    if not any(_first(r, "low", "likely") is not None for r in known):
        return Estimate(None, None, high, interval="bounds", unit=unit, n=len(known), method=method, evidence=evidence)
    if low == high:
        sure = all(r["certainty"] in ("counted", "stated") for r in known)
        kind: Interval = "exact" if sure else "stated"
        ends = (low, high) if sure else (None, None)
        return Estimate(
            value, ends[0], ends[1], interval=kind, unit=unit, n=len(known), method=method, evidence=evidence
        )
    return Estimate(value, low, high, interval="bounds", unit=unit, n=len(known), method=method, evidence=evidence)


def _first(row: dict[str, Any], *names: str) -> float | None:
    return next((float(row[name]) for name in names if not pd.isna(row[name])), None)
