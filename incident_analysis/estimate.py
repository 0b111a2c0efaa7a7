"""A claim with its interval, its count and its evidence.

An `Estimate` never travels without saying how sure it is and where it comes from. There is no arithmetic between
Estimates: quantiles do not add, and an unknown is not a zero.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from incident_analysis import words
from incident_analysis.errors import ParameterError, UnknownValueError

EvidenceKind = Literal["log", "event", "ledger", "statement", "formula"]
Interval = Literal["confidence", "credible", "stated", "bounds", "exact"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a claim comes from.

    Parameters
    ----------
    kind : {"log", "event", "ledger", "statement", "formula"}
    source : str
        File, document or person.
    at : str
        Line or id inside the source; empty where there is none.
    text : str
        What the source says, in a few words.
    """

    kind: EvidenceKind
    source: str
    at: str = ""
    text: str = ""

    def __post_init__(self) -> None:
        if self.kind not in get_args(EvidenceKind):
            raise ParameterError(
                f"evidence of kind {self.kind!r}",
                remedy=f"use one of {', '.join(get_args(EvidenceKind))}",
                where="kind",
            )

    def __str__(self) -> str:
        place = f"{self.source}, {self.at}" if self.at else self.source
        return f"{place}: {self.text}" if self.text else place


@dataclass(frozen=True, slots=True)
class Estimate:
    """A claim: a value with its interval, its count and its evidence.

    Parameters
    ----------
    value : float or None
        None where only bounds are known, or nothing is.
    low, high : float or None
        Ends of the interval; `high` infinite means "not reached"; None means not known.
    level : float or None
        Probability of the interval in (0, 1); None for bounds and exact values, which have no level.
    interval : {"confidence", "credible", "stated", "bounds", "exact"}
    unit : str
        "s" for durations, an ISO 4217 code for money, "per year", "" for ratios.
    n : int or None
        How many observations the claim rests on.
    censored : int
        How many of them are still open.
    method : str
        In a few words.
    evidence : tuple of Evidence
    reason : str
        Why the value is unknown; empty otherwise.

    Examples
    --------
    >>> print(Estimate(3000, 2400, math.inf, level=0.9, interval="confidence", unit="s", n=4, censored=1,
    ...                method="Kaplan-Meier"))
    50 min [40 min, not reached] (90 % confidence, n = 4, 1 open, Kaplan-Meier)
    >>> print(Estimate.unknown("no source gives the minute"))
    unknown: no source gives the minute
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    interval: Interval = "exact"
    unit: str = ""
    n: int | None = None
    censored: int = 0
    method: str = ""
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""

    def __post_init__(self) -> None:
        if self.interval not in get_args(Interval):
            raise ParameterError(
                f"interval of kind {self.interval!r}",
                remedy=f"use one of {', '.join(get_args(Interval))}",
                where="interval",
            )
        for name in ("value", "low", "high"):
            number = getattr(self, name)
            if number is not None:
                number = float(number)
                object.__setattr__(self, name, None if math.isnan(number) else number)
        if self.level is not None and not 0 < self.level < 1:
            raise ParameterError(
                f"level is {self.level}", remedy="give it as a probability: 0.9, not 90", where="level"
            )
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ParameterError(
                f"low {self.low} is above high {self.high}", remedy="give the lower end first", where="low"
            )
        if not self.known and not self.reason:
            raise ParameterError(
                "an unknown estimate gives no reason", remedy="use Estimate.unknown(reason)", where="reason"
            )

    @classmethod
    def unknown(cls, reason: str, *, unit: str = "", evidence: tuple[Evidence, ...] = ()) -> Estimate:
        """A claim about something that is not known, with the reason."""
        return cls(None, unit=unit, reason=reason, evidence=evidence, n=0)

    @property
    def known(self) -> bool:
        """Whether a value or at least one bound is known."""
        return any(x is not None for x in (self.value, self.low, self.high))

    @property
    def figure(self) -> str:
        """The value with its interval, without the method: what a sentence quotes."""
        return _figure(self)

    @property
    def short(self) -> str:
        """The figure with its unit said once: `between 3 and 5 requests`, `4 requests [3, 5]`.

        Things that are computed, not counted, are told to the whole one from ten on.

        >>> Estimate(1604.2, 1515.4, 1692.9, interval="bounds", unit="requests").short
        '1,604 requests [1,515, 1,693]'
        >>> Estimate(None, 0.0, 468.0, interval="bounds", unit="requests").short
        'between 0 and 468 requests'
        """
        plain = self.unit not in ("", "s", "percent", "%") and not words.is_currency(self.unit)
        ends = (self.low, self.high)
        if not plain or not self.known or None in ends or self.low == self.high:
            return _figure(self)

        def say(x: float | None) -> str:
            assert x is not None  # asked for above
            if not math.isfinite(x):
                return "not reached"
            return words.number(round(x) if abs(x) >= 10 else x)

        if self.value is None:
            return f"between {say(self.low)} and {say(self.high)} {self.unit}"
        return f"{say(self.value)} {self.unit} [{say(self.low)}, {say(self.high)}]"

    def rounded(self, digits: int) -> Estimate:
        """The same claim, its figures rounded to some significant digits: for what is computed, to be read."""

        def by(x: float | None) -> float | None:
            return None if x is None else words.significant(x, digits=digits)

        return replace(self, value=by(self.value), low=by(self.low), high=by(self.high))

    def __str__(self) -> str:
        if not self.known:
            return f"unknown: {self.reason}"
        qualities = []
        if self.level is not None:
            qualities.append(f"{words.percent(self.level)} {self.interval}")
        elif self.low != self.high:
            qualities.append(self.interval)
        if self.n is not None:
            qualities.append(f"n = {self.n:,}")
        if self.censored:
            qualities.append(f"{self.censored:,} open")
        if self.method:
            qualities.append(self.method)
        return f"{_figure(self)} ({', '.join(qualities)})" if qualities else _figure(self)

    def with_evidence(self, *evidence: Evidence) -> Estimate:
        """The same claim with further evidence."""
        return replace(self, evidence=self.evidence + evidence)

    def _compare(self, other: Any) -> tuple[float, float]:
        theirs = other.value if isinstance(other, Estimate) else other
        if self.value is None or theirs is None:
            why = self.reason if self.value is None else getattr(other, "reason", "")
            raise UnknownValueError(
                f"a comparison with something unknown ({why or 'only bounds are known'})",
                remedy="ask .known and .value first, or compare the bounds .low and .high",
            )
        if isinstance(other, Estimate) and other.unit != self.unit:
            raise ParameterError(
                f"{self.unit or 'a ratio'} compared with {other.unit or 'a ratio'}",
                remedy="compare estimates of one unit",
            )
        return self.value, float(theirs)

    def __lt__(self, other: Any) -> bool:
        mine, theirs = self._compare(other)
        return mine < theirs

    def __le__(self, other: Any) -> bool:
        mine, theirs = self._compare(other)
        return mine <= theirs

    def __gt__(self, other: Any) -> bool:
        mine, theirs = self._compare(other)
        return mine > theirs

    def __ge__(self, other: Any) -> bool:
        mine, theirs = self._compare(other)
        return mine >= theirs

    def __bool__(self) -> bool:
        raise UnknownValueError(
            "an estimate is neither true nor false", remedy="ask .known, or compare .value with a number"
        )


def _figure(e: Estimate) -> str:
    def say(x: float) -> str:
        # What was stated or counted keeps every digit; what was computed, such as the mean of a range that was stated
        # at a level, is rounded for reading.
        exact = e.interval in ("exact", "stated") and e.level is None
        return words.quantity(x, e.unit, exact=exact) if math.isfinite(x) else "not reached"

    if not e.known:
        return "unknown"
    if e.value is None:
        if e.high is None or math.isinf(e.high):
            return f"at least {say(e.low)}" if e.low is not None else "unknown"
        if e.low is None:
            return f"at most {say(e.high)}"
        return f"between {say(e.low)} and {say(e.high)}"
    if e.low is None and e.high is None:
        # A point whose width nobody states: "about", with no bounds made up.
        return say(e.value) if e.interval == "exact" else f"about {say(e.value)}"
    if e.low == e.high:
        return say(e.value)
    low = "not known" if e.low is None else say(e.low)
    high = "not known" if e.high is None else say(e.high)
    return f"{say(e.value)} [{low}, {high}]"
