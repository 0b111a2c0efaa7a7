"""Which lines make a sum uncertain, and which are most worth to be closed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from incident_analysis import frames, words
from incident_analysis.impact.ledger import checked_ledger, figure
from incident_analysis.impact.total import HOURS, Parts, parts_of, quantiles
from incident_analysis.incident.parts import ExchangeRate
from incident_analysis.statistics import Distribution

#: Points at which a distribution is integrated for its variance.
_POINTS = (np.arange(20_000) + 0.5) / 20_000


def variance_shares(
    ledger: pd.DataFrame,
    *,
    unit: str,
    rates: Iterable[ExchangeRate] = (),
    distributions: Mapping[str, Distribution] | None = None,
) -> pd.DataFrame:
    """How much each line with a range adds to the variance of the sum.

    Parameters
    ----------
    ledger, unit, rates, distributions
        As in `total`.

    Returns
    -------
    DataFrame
        One row a line with a range, the largest first: `line`, `what`, `together`, `variance` (of the line alone, unit
        squared), `share_ratio` (of the variance of the sum as if groups were independent; a line of a group counts with
        what it shares with the others of its group, so the shares add up to 1).
    """
    parts = parts_of(ledger, unit=unit, rates=rates, distributions=distributions)
    return _shares(parts)


def _shares(parts: Parts) -> pd.DataFrame:
    lines = [line for line in parts.lines if line.distribution is not None]
    drawn = [quantiles(line.distribution, _POINTS) for line in lines]  # type: ignore[arg-type]  # those with a range
    apart = [x - x.mean() for x in drawn]
    rows = []
    for i, line in enumerate(lines):
        mates = [j for j, other in enumerate(lines) if j == i or (line.together and other.together == line.together)]
        # Lines of a group stand at the same quantile: their covariance is that of their quantiles.
        counted = sum(float(np.mean(apart[i] * apart[j])) for j in mates)
        rows.append(
            {
                "line": line.id,
                "what": line.what,
                "together": line.together,
                "variance": float(np.mean(apart[i] ** 2)),
                "share_ratio": counted,
            }
        )
    made = pd.DataFrame(rows, columns=["line", "what", "together", "variance", "share_ratio"])
    whole = made["share_ratio"].sum()
    made["share_ratio"] = made["share_ratio"] / whole if whole else math.nan
    return made.sort_values(["share_ratio", "line"], ascending=[False, True], kind="stable", ignore_index=True)


def worth_closing(ledger: pd.DataFrame, *, rates: Iterable[ExchangeRate] = ()) -> pd.DataFrame:
    """What would make the consequences better known: unknowns first, then open ends, then what makes sums wide.

    Parameters
    ----------
    ledger : LEDGER
    rates : iterable of ExchangeRate
        For money of several currencies; without them each currency is looked at by itself.

    Returns
    -------
    DataFrame
        `line`, `what`, `figure`, `why` (why it is worth closing), `share_ratio` (of the variance of the sum in its
        unit; NaN where there is none), in the order in which it is worth it. Context, gains and lines that are part of
        another are not asked for.
    """
    checked_ledger(ledger)
    losses = [r for r in frames.rows(ledger) if r["role"] == "loss" and not r["part_of"]]
    shares: dict[str, float] = {}
    for unit in dict.fromkeys(
        str(r["unit"]) for r in losses if words.is_currency(str(r["unit"])) or r["unit"] in HOURS
    ):
        mine = ledger[ledger["unit"] == unit]
        apart = frames.rows(_shares(parts_of(mine, unit=unit)))
        # A single line is no sum.
        shares |= {str(r["line"]): float(r["share_ratio"]) for r in apart} if len(apart) > 1 else {}
    against = {r["conflicts_with"] for r in losses if r["conflicts_with"]}
    found = []
    for row in losses:
        low, likely, high = (not pd.isna(row[name]) for name in ("low", "likely", "high"))
        share = shares.get(str(row["id"]), math.nan)
        if not (low or likely or high):
            rank, why = 0, "no figure is known"
        elif low and not high and not likely:
            rank, why = 1, "only a least figure is known"
        elif high and not low and not likely:
            rank, why = 1, "only a greatest figure is known"
        elif row["conflicts_with"] or row["id"] in against:
            rank, why = 2, "the sources disagree"
        elif low and high and row["low"] < row["high"]:
            rank = 3
            why = "its range is wide" if math.isnan(share) else f"{words.percent(share)} of the variance of the sum"
        else:
            continue
        found.append(
            {
                "line": row["id"],
                "what": row["what"],
                "figure": figure(row),
                "why": why,
                "share_ratio": share,
                "rank": rank,
            }
        )
    made = pd.DataFrame(found, columns=["line", "what", "figure", "why", "share_ratio", "rank"])
    made = made.sort_values(["rank", "share_ratio"], ascending=[True, False], kind="stable", ignore_index=True)
    return made.drop(columns="rank")
