"""Priors from histories: how often incidents are posted, and how much that differs between those who post them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from incident_analysis import frames, words
from incident_analysis.errors import MethodError, ParameterError
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.risk.prior import USUAL_LEVEL
from incident_analysis.risk.telling import figure
from incident_analysis.statistics import Distribution
from incident_analysis.statistics.between import Between, between_groups
from incident_analysis.statistics.distribution import probability_argument

#: What is counted has a name of its own: who posts more is not who fails more.
NAME = "posted incidents a year"
#: A source's own words for severity that are at least "major".
MAJOR = frozenset({"major", "critical", "major_outage", "critical_outage", "sev-1", "sev1", "sev-0", "sev0"})
#: Words for what is no incident.
NO_INCIDENT = frozenset({"maintenance", "scheduled", "planned"})
_YEAR = pd.Timedelta(days=365.25)


@dataclass(frozen=True, slots=True, eq=False)
class ReferenceClass:
    """What a class of incidents says of a member that was not seen.

    Parameters
    ----------
    by : str
        What the class is made of.
    every, major : Between or None
        Posted incidents a year; `major`: those whose source calls them major or worse. None where nothing is told.
    years : float
        The time that was looked at.
    estimates : DataFrame
        ESTIMATES with the key `which` (all or major).
    sentence : str
    """

    by: str
    every: Between
    major: Between | None
    years: float
    estimates: pd.DataFrame = field(repr=False)
    sentence: str

    @property
    def rate(self) -> Distribution:
        """Posted incidents a year of a member that was not seen: a prior."""
        return self.every.rate

    @property
    def major_rate(self) -> Distribution:
        """The same for incidents that are posted as major or worse."""
        if self.major is None:
            raise MethodError(
                "no source's own word for severity is known",
                remedy="fill `severity_stated` with the source's word, such as major",
                where="incidents",
            )
        return self.major.rate


def reference_class(
    incidents: pd.DataFrame,
    *,
    by: str,
    since: str | pd.Timestamp | None = None,
    until: str | pd.Timestamp | None = None,
    level: float = USUAL_LEVEL,
) -> ReferenceClass:
    """A prior from a history: how many incidents a member of a class posts in a year.

    Parameters
    ----------
    incidents : INCIDENTS
        `started` and `severity_stated` are used; what is called maintenance is not counted.
    by : str
        The column whose values are the members, such as `organisation`. Members are not ranked: status pages differ
        in what they post, and a long list may mean much honesty.
    since, until : str or Timestamp, optional
        The time over which every member posted; by default from the first to the last incident of the frame.
    level : float

    Returns
    -------
    ReferenceClass

    Raises
    ------
    ParameterError
        There is no such column, or no time.
    MethodError
        Fewer than three members.

    Notes
    -----
    The range is that of a member that was not seen (between-provider predictive); the mean and the spread of the class
    are uncertain themselves. A rate of posts is not the rate of a cause at a company.
    """
    frames.check(incidents, frames.INCIDENTS, where="incidents")
    probability_argument(level, "level")
    if by not in incidents.columns:
        close = words.nearest(by, list(incidents.columns))
        raise ParameterError(
            f"no column {by!r}", remedy=f"write {close!r}" if close else "name a column of the frame", where="by"
        )
    # Frames that were put together may carry an index twice.
    incidents = incidents.reset_index(drop=True)
    stated = incidents["severity_stated"].fillna("").astype(str).str.strip().str.lower()
    real = incidents[~stated.isin(NO_INCIDENT)]
    start = _instant(since, "since") if since is not None else real["started"].min()
    end = _instant(until, "until") if until is not None else real["started"].max()
    if pd.isna(start) or pd.isna(end) or not end > start:
        raise ParameterError(
            "no time in which incidents were counted",
            remedy="give since and until, the later one second",
            where="since",
        )
    inside = real[(real["started"] >= start) & (real["started"] <= end)]
    members = sorted(real[by].dropna().astype(str).unique())
    years = float((end - start) / _YEAR)
    every = between_groups(_counts(inside[by], members), [years] * len(members))
    words_of = stated.loc[inside.index]
    major = None
    if words_of.ne("").any():
        major = between_groups(_counts(inside.loc[words_of.isin(MAJOR), by], members), [years] * len(members))
    rows = []
    span = f"from {start:%Y-%m-%d} to {end:%Y-%m-%d}"
    for which, one in (("all", every), ("major", major)):
        if one is None:
            rows.append(({"which": which}, "posted_incidents", _untold()))
            continue
        low, high = one.rate.interval(level)
        method = (
            f"{NAME}: median and range of a member that was not seen, from {words.plural(one.groups, 'member')} over "
            f"{words.number(years)} years; gamma-Poisson between members, its mean and spread uncertain"
        )
        claim = Estimate(
            one.rate.quantile(0.5), low, high, level=level, interval="credible", unit="per year", n=one.events,
            method=method, evidence=(Evidence("formula", f"INCIDENTS by {by}", "", span),),
        )  # fmt: skip
        rows.append(({"which": which}, "posted_incidents", claim))
    sentence = (
        f"{len(members)} members of the class posted {words.plural(every.events, 'incident')} in {words.number(years)} "
        f"years. A further member is to be expected at {figure(rows[0][2])} ({NAME})"
        + (f", of which major or worse: {figure(rows[1][2])}." if major is not None else ".")
        + " Who posts more does not fail more: the members are not ranked."
    )
    return ReferenceClass(by, every, major, years, frames.estimates(rows), sentence)


def _counts(column: pd.Series, members: Sequence[str]) -> list[int]:
    counts = column.astype(str).value_counts()
    return [int(counts.get(name, 0)) for name in members]


def _instant(given: str | pd.Timestamp, name: str) -> pd.Timestamp:
    try:
        found = pd.Timestamp(given)
    except ValueError:
        raise ParameterError(f"{name} is {given!r}", remedy="give a date such as 2024-01-01", where=name) from None
    return found.tz_localize("UTC") if found.tzinfo is None else found.tz_convert("UTC")


def _untold() -> Estimate:
    return Estimate.unknown("no source's own word for severity is known", unit="per year")
