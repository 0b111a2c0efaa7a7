"""Alerts on burn rates over two windows: when they would have fired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from incident_analysis.errors import ParameterError
from incident_analysis.impact.objectives import budget_ratio, budget_spent, burn_rate
from incident_analysis.impact.when import checked_series, interval_length, target_ratio


@dataclass(frozen=True, slots=True)
class BurnRule:
    """Fires while the burn rate over both windows is above the threshold.

    Parameters
    ----------
    long, short : str
        Lengths of the two trailing windows; the short one ends the alert soon after the trouble ends.
    threshold : float
        Burn rate; never rounded: 14.44 is above 14.4.
    calls : {"page", "ticket"}
    """

    long: str
    short: str
    threshold: float
    calls: str = "page"

    @property
    def name(self) -> str:
        """The rule in a few words."""
        return f"{self.threshold:g} over {self.long} and {self.short}"


#: The three rules of the Site Reliability Workbook, chapter 5, for an objective over 30 days.
USUAL_RULES = (
    BurnRule("1h", "5min", 14.4),
    BurnRule("6h", "30min", 6.0),
    BurnRule("3d", "6h", 1.0, "ticket"),
)
COLUMNS = ("rule", "calls", "long", "short", "threshold", "fired", "cleared", "peak", "spends_ratio", "covered_ratio")


def alerts(
    series: pd.DataFrame,
    *,
    target: float,
    window: str | pd.Timedelta = "30d",
    rules: Sequence[BurnRule] = USUAL_RULES,
) -> pd.DataFrame:
    """When alerts on burn rates over two windows would have fired, and when they would have ended.

    Parameters
    ----------
    series : SERIES with `valid` and `good`
        Of one key. An alert is looked at when an interval ends, so it cannot fire earlier than that. What lies before
        the series counts as good, at the rate of what is seen of the window: no alert fires on a window of which it has
        seen next to nothing.
    target : float
        Ratio in (0, 1).
    window : str or Timedelta
        Of the objective: what share of the budget a rule stands for.
    rules : sequence of BurnRule

    Returns
    -------
    DataFrame
        One row each time a rule fired, and one for a rule that never did: `rule`, `calls`, `long`, `short`,
        `threshold`, `fired` and `cleared` (UTC; NaT where it did not, or had not ended), `peak` burn rate of the long
        window meanwhile (of the whole series where it never fired), `spends_ratio` (share of the budget that the
        threshold spends over the long window), `covered_ratio` (how much of the long window the series held when it
        fired).

    References
    ----------
    Beyer et al. (eds.), The Site Reliability Workbook, 2018, chapter 5.
    """
    rows = checked_series(series, needs=("valid", "good"))
    if rows["key"].nunique() > 1:
        raise ParameterError(
            "alerts of several services at once", remedy='choose one: series[series["key"] == "…"]', where="series"
        )
    target_ratio(target)
    made = []
    for rule in rules:
        if interval_length(rule.short, where="rules") > interval_length(rule.long, where="rules"):
            raise ParameterError(
                f"the short window {rule.short} is longer than {rule.long}", remedy="swap the two", where="rules"
            )
        if not rule.threshold > 0:
            raise ParameterError(f"threshold {rule.threshold}", remedy="give a burn rate above 0", where="rules")
        made += _of_rule(rows, rule, target, window)
    found = pd.DataFrame(made, columns=list(COLUMNS))
    for name in ("fired", "cleared"):
        found[name] = pd.to_datetime(found[name], utc=True).astype("datetime64[us, UTC]")
    return found


def _of_rule(rows: pd.DataFrame, rule: BurnRule, target: float, window: str | pd.Timedelta) -> list[dict[str, object]]:
    base: dict[str, object] = {
        "rule": rule.name,
        "calls": rule.calls,
        "long": rule.long,
        "short": rule.short,
        "threshold": rule.threshold,
        "spends_ratio": budget_spent(rule.threshold, during=rule.long, window=window),
    }
    nothing = {"fired": pd.NaT, "cleared": pd.NaT, "peak": np.nan, "covered_ratio": np.nan}
    if rows.empty:
        return [base | nothing]
    long = burn_rate(rows, target=target, window=rule.long)
    short = burn_rate(rows, target=target, window=rule.short)
    limit = Fraction(repr(float(rule.threshold))) * budget_ratio(target)
    seen, seen_short = (_seen(rows, window) for window in (rule.long, rule.short))
    firing = _above(long, limit, seen) & _above(short, limit, seen_short)
    peak = long["value"].to_numpy(float) * seen
    if not firing.any():
        return [base | nothing | {"peak": float(np.nanmax(peak)) if np.isfinite(peak).any() else np.nan}]
    turns = np.flatnonzero(np.diff(np.concatenate([[False], firing, [False]]).astype(int)))
    found = []
    for first, stop in zip(turns[::2], turns[1::2], strict=True):
        fired = rows["end"].iloc[first]
        found.append(
            base
            | {
                "fired": fired,
                "cleared": rows["end"].iloc[stop] if stop < len(rows) else pd.NaT,
                "peak": float(np.nanmax(peak[first:stop])),
                "covered_ratio": float(seen[first]),
            }
        )
    return found


def _seen(rows: pd.DataFrame, window: str) -> np.ndarray:
    """At the end of each interval: the share of a window that the series holds."""
    passed = (rows["end"] - rows["time"].iloc[0]) / interval_length(window, where="rules")
    return np.minimum(passed.to_numpy(float), 1.0)


def _above(burn: pd.DataFrame, limit: Fraction, seen: np.ndarray) -> np.ndarray:
    """Where bad events are more than `limit` × valid ones; what floating point cannot tell is told by fractions."""
    valid, bad = burn["valid"].to_numpy(float), (burn["valid"] - burn["good"]).to_numpy(float)
    edge = float(limit) * valid / seen
    above = bad > edge
    for place in np.flatnonzero((np.abs(bad - edge) <= 1e-9 * np.maximum(edge, 1e-300)) & (valid > 0) & (seen == 1)):
        above[place] = Fraction(bad[place]) > limit * Fraction(valid[place])
    return above & (valid > 0)
