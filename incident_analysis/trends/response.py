"""How long incidents last, and whether groups of them differ, with what could have been seen at all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from incident_analysis import frames, words
from incident_analysis.errors import ParameterError
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.statistics import detectable, survival, turnbull
from incident_analysis.statistics.distribution import probability_argument
from incident_analysis.statistics.log_rank import log_rank
from incident_analysis.statistics.lognormal_times import LognormalFit, lognormal_fit, modified_cox
from incident_analysis.statistics.welch import NORMAL_FROM
from incident_analysis.trends.groups import EARLIER, in_order, severity_column
from incident_analysis.trends.lasted import lengths, name_of, survived

#: Fewer ended incidents give no interval: their figures are said, one by one, not estimated.
LEAST_ENDED = 5


def response_times(
    incidents: pd.DataFrame, *, of: str | Sequence[str], by: str | None = None, as_of: Any, level: float
) -> pd.DataFrame:
    """Median, 90 % point, geometric mean, restricted mean and mean of how long incidents last.

    Open incidents count as open: as longer than they have lasted so far. Zero lengths, ends before their start and
    unknown ends are no lengths (`lengths` counts them).

    Parameters
    ----------
    incidents : INCIDENTS
    of : str or pair of str
        What is measured: see `MEASURES`.
    by : str, optional
        Column of the groups; or half, year, quarter, month.
    as_of : str or datetime
        With its zone.
    level : float
        In (0, 1).

    Returns
    -------
    ESTIMATES
        Key `group`; seconds. Where starts or ends are known to an interval only, the median at the earliest and at the
        latest stand beside it, and Turnbull's. Names: `median`, `median at the shortest`, `median at the longest`,
        `median by Turnbull`, `p90`, `geometric mean`, `restricted mean`, `mean`.

    Notes
    -----
    Median and 90 % point: Kaplan-Meier with log-log intervals. Geometric mean: lognormal, open ones included.
    Restricted mean: every length counted up to the longest ended one. Mean: modified Cox, and unknown where any
    is open, because no data tell the tail.
    """
    probability_argument(level, "level")
    measured = lengths(incidents, of=of, as_of=as_of, by=by)
    rows: list[tuple[dict[str, str], str, Estimate]] = []
    for name in in_order(measured["group"].unique()) or [""]:
        mine = measured[measured["group"] == name]
        rows += [({"group": name}, what, e) for what, e in _of_group(mine, level, name_of(of))]
    return frames.estimates(rows)


def _of_group(mine: pd.DataFrame, level: float, what: str) -> list[tuple[str, Estimate]]:
    t, over = survived(mine)
    n, still = len(t), int((~over).sum())
    source = (Evidence("formula", "trends.response_times", "", f"{what} of {words.plural(n, 'incident')}"),)
    names = ("median", "p90", "geometric mean", "restricted mean", "mean")
    if not n:
        gone = len(mine)
        why = f"no length is known of {words.plural(gone, 'incident')}" if gone else "there is no incident"
        return [(name, Estimate.unknown(why, unit="s", evidence=source)) for name in names]

    def claim(value: float, low: float, high: float, method: str) -> Estimate:
        if not math.isfinite(value) and not math.isfinite(low):
            longest = float(t.max())
            return Estimate(
                None,
                longest,
                math.inf,
                interval="bounds",
                unit="s",
                n=n,
                censored=still,
                evidence=source,
                method="not reached: too many are open",
            )
        return Estimate(
            value if math.isfinite(value) else None,
            low,
            high,
            level=level,
            interval="confidence",
            unit="s",
            n=n,
            censored=still,
            method=method,
            evidence=source,
        )

    curve = survival.kaplan_meier(t, over, level=level)
    made = [
        ("median", claim(*survival.quantile(curve, 0.5), "Kaplan-Meier, log-log")),
        *_interval_medians(mine, claim),
        ("p90", claim(*survival.quantile(curve, 0.9), "Kaplan-Meier, log-log")),
    ]
    few = (
        f"only {words.plural(int(over.sum()), 'length')} known to its end"
        if over.sum() != 1
        else "only 1 length known to its end"
    )
    if over.sum() < LEAST_ENDED:
        return made + [(name, Estimate.unknown(few, unit="s", evidence=source)) for name in names[2:]]
    fit = fit_of(t, over)
    if fit is None:
        alike = Estimate.unknown("all lengths are alike", unit="s", evidence=source)
        made.append(("geometric mean", alike))
    else:
        how = "lognormal, maximum likelihood" if still else "Student on logarithms"
        made.append(("geometric mean", claim(*fit.geometric_mean(level), how)))
    until = float(t[over].max())
    value, low, high = survival.restricted_mean(curve, until=until, level=level)
    made.append(("restricted mean", claim(value, low, high, f"area under Kaplan-Meier to {words.duration(until)}")))
    if still:
        why = (
            f"{words.plural(still, 'incident')} {'is' if still == 1 else 'are'} open: no data tell how long in the end"
        )
        made.append(("mean", Estimate.unknown(why, unit="s", evidence=source)))
    elif fit is None:
        made.append(("mean", Estimate.unknown("all lengths are alike", unit="s", evidence=source)))
    else:
        made.append(("mean", claim(*modified_cox(t, level=level), "modified Cox, lognormal")))
    return made


def fit_of(t: np.ndarray, over: np.ndarray) -> LognormalFit | None:
    try:
        return lognormal_fit(t, over)
    except ParameterError:
        return None


def _interval_medians(mine: pd.DataFrame, claim: Any) -> list[tuple[str, Estimate]]:
    """The median at the shortest and the longest that the times allow, and Turnbull's between them."""
    rows = mine[mine["state"].isin(("ended", "open")) & (mine["high"] > 0)]
    ended = (rows["state"] == "ended").to_numpy()
    low, high = rows["low"].to_numpy(float), rows["high"].to_numpy(float)
    if not (ended & (high > low)).any():
        return []
    made = []
    level = claim(1.0, 1.0, 1.0, "").level
    for name, side in (("shortest", low), ("longest", np.where(ended, high, low))):
        curve = survival.kaplan_meier(side, ended, level=level)
        made.append((f"median at the {name}", claim(*survival.quantile(curve, 0.5), f"Kaplan-Meier at the {name}")))
    try:
        first, last = turnbull.quantile_bounds(turnbull.turnbull(low, high), 0.5)
        if math.isfinite(last):
            found = Estimate(
                None,
                first,
                last,
                interval="bounds",
                unit="s",
                n=len(rows),
                censored=int((~ended).sum()),
                method="Turnbull",
                evidence=made[0][1].evidence,
            )
            made.append(("median by Turnbull", found))
    except ParameterError:
        # So many different intervals that the two medians beside it have to do.
        pass
    return made


def compare_response_times(
    incidents: pd.DataFrame,
    *,
    of: str | Sequence[str],
    by: str,
    as_of: Any,
    level: float = 0.95,
    power: float = 0.8,
    within: str | None = None,
) -> pd.DataFrame:
    """Whether groups last equally long, by how much they differ, and what would have been seen.

    Parameters
    ----------
    incidents : INCIDENTS
    of : str or pair of str
    by : str
        Column of the groups; or half, year, quarter, month. Each is compared with the
        largest, the later half with the earlier.
    as_of : str or datetime
    level, power : float
        Of the intervals and tests; and how often a true ratio of the detectable size would be seen.
    within : str, optional
        Column within which the comparison is repeated (stratified); by default the severity, where `by` is another.
        A difference that turns round or vanishes there came from the mix (Simpson's paradox).

    Returns
    -------
    ESTIMATES
        Keys `group`, `other`, `within`. Names: `ratio of geometric means` (the group over the other), `detectable
        ratio`, `p of the ratio`, and for all groups together `p by log-rank`; stratified ones name their strata in
        `within`, single strata as `column = value`. Unknown where a group has fewer than 5 known ends.

    Notes
    -----
    The ratio is Welch's on logarithms; with open incidents the lognormal's maximum likelihood takes its place. Normal
    quantiles from 29 degrees of freedom on, Student's below. Several comparisons at once find a difference by chance
    more often than one.
    """
    if within is None:
        usual = severity_column(incidents)
        within = None if by in ("severity", "severity_stated") else usual
    measured = lengths(incidents, of=of, as_of=as_of, by=by)
    strata = lengths(incidents, of=of, as_of=as_of, by=within)["group"] if within else None
    keep = measured["state"].isin(("ended", "open")) & (measured["seconds"] > 0)
    rows = measured[keep]
    inner = strata[keep] if strata is not None else None
    names = in_order(rows["group"].unique())
    made: list[tuple[dict[str, str], str, Estimate]] = []
    if len(names) < 2:
        why = "there is nothing to compare: one group" if names else "no length is known"
        return frames.estimates(
            [(_key("", ""), name, Estimate.unknown(why)) for name in ("ratio of geometric means", "p by log-rank")]
        )
    made.append((_key("all", "each other"), "p by log-rank", _log_rank(rows, None)))
    if inner is not None and inner.nunique() > 1:
        made.append((_key("all", "each other", str(within)), "p by log-rank", _log_rank(rows, inner)))
    sizes = rows["group"].value_counts()
    reference = EARLIER if by == "half" else max(names, key=lambda name: int(sizes[name]))
    fits = {name: _fitted(rows[rows["group"] == name]) for name in names}
    for name in names:
        if name == reference:
            continue
        made += _pair(name, reference, fits[name], fits[reference], level, power)
        if inner is not None and inner.nunique() > 1:
            made += _stratified(rows, inner, name, reference, str(within), level, power)
    return frames.estimates(made)


def _key(group: str, other: str, within: str = "") -> dict[str, str]:
    return {"group": group, "other": other, "within": within}


def _fitted(rows: pd.DataFrame) -> LognormalFit | None:
    t, over = survived(rows)
    return fit_of(t, over) if over.sum() >= LEAST_ENDED else None


def _ratio(a: LognormalFit, b: LognormalFit) -> tuple[float, float, float, str]:
    """Logarithm of the ratio, its error and degrees of freedom, and the method."""
    error = math.hypot(a.error, b.error)
    freedom = error**4 / (a.error**4 / (a.events - 1) + b.error**4 / (b.events - 1))
    still = a.n - a.events + b.n - b.events
    return a.mu - b.mu, error, freedom, "lognormal, maximum likelihood" if still else "Welch on logarithms"


def _pair(
    name: str, other: str, a: LognormalFit | None, b: LognormalFit | None, level: float, power: float, within: str = ""
) -> list[tuple[dict[str, str], str, Estimate]]:
    key = _key(name, other, within)
    if a is None or b is None:
        few = name if a is None else other
        why = f"fewer than {LEAST_ENDED} different lengths known to their end in {few}"
        return [(key, what, Estimate.unknown(why)) for what in ("ratio of geometric means", "detectable ratio")]
    log, error, freedom, method = _ratio(a, b)
    return _told(key, log, error, freedom, a.n + b.n, a.n - a.events + b.n - b.events, method, level, power)


def _told(
    key: dict[str, str],
    log: float,
    error: float,
    freedom: float,
    n: int,
    still: int,
    method: str,
    level: float,
    power: float,
) -> list[tuple[dict[str, str], str, Estimate]]:
    upper = (1 + level) / 2
    normal = freedom >= NORMAL_FROM
    z = float(special.ndtri(upper) if normal else special.stdtrit(freedom, upper))
    p = 2 * float(special.ndtr(-abs(log) / error) if normal else special.stdtr(freedom, -abs(log) / error))
    how = f"{method}, {'normal' if normal else 'Student'} quantiles"
    source = (Evidence("formula", "trends.compare_response_times", "", f"{key['group']} over {key['other']}"),)
    seen = detectable.detectable_ratio(error, level=level, power=power)
    return [
        (
            key,
            "ratio of geometric means",
            Estimate(
                math.exp(log),
                math.exp(log - z * error),
                math.exp(log + z * error),
                level=level,
                interval="confidence",
                n=n,
                censored=still,
                method=how,
                evidence=source,
            ),
        ),
        (
            key,
            "detectable ratio",
            Estimate(
                seen,
                seen,
                seen,
                interval="bounds",
                n=n,
                censored=still,
                evidence=source,
                method=f"seen in {words.percent(power)} of histories like this one",
            ),
        ),
        (key, "p of the ratio", Estimate(p, p, p, interval="bounds", n=n, censored=still, method=how, evidence=source)),
    ]


def _stratified(
    rows: pd.DataFrame, inner: pd.Series, name: str, other: str, within: str, level: float, power: float
) -> list[tuple[dict[str, str], str, Estimate]]:
    """The ratio within each stratum, and their mean weighted by precision."""
    made, logs, errors, freedoms, n, still = [], [], [], [], 0, 0
    for stratum in in_order(inner.unique()):
        here = rows[inner == stratum]
        a, b = (_fitted(here[here["group"] == g]) for g in (name, other))
        if a is None or b is None:
            continue
        log, error, freedom, _ = _ratio(a, b)
        logs.append(log)
        errors.append(error)
        freedoms.append(freedom)
        n, still = n + a.n + b.n, still + a.n - a.events + b.n - b.events
        made += _pair(name, other, a, b, level, power, f"{within} = {stratum}")
    if not logs:
        return []
    weights = 1 / np.square(errors)
    log = float(weights @ np.array(logs) / weights.sum())
    error = float(1 / math.sqrt(weights.sum()))
    # Welch and Satterthwaite's rule for a weighted mean.
    freedom = 1 / float(((weights / weights.sum()) ** 2 / np.array(freedoms)).sum())
    return _told(_key(name, other, within), log, error, freedom, n, still, "stratified", level, power) + made


def _log_rank(rows: pd.DataFrame, inner: pd.Series | None) -> Estimate:
    t, over = rows["seconds"].to_numpy(float), (rows["state"] == "ended").to_numpy()
    source = (Evidence("formula", "trends.compare_response_times", "", "log-rank of all groups"),)
    try:
        found = log_rank(t, over, rows["group"].to_numpy(str), strata=None if inner is None else inner.to_numpy(str))
    except ParameterError as error:
        return Estimate.unknown(error.what, evidence=source)
    how = f"log-rank, χ² {words.number(found.statistic)} on {found.freedom}" + (
        ", stratified" if inner is not None else ""
    )
    return Estimate(
        found.p, found.p, found.p, interval="bounds", n=len(t), censored=int((~over).sum()), method=how, evidence=source
    )
