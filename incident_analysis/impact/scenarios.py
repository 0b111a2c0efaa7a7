"""What a faster detection or restore would have changed: scenarios, without a level."""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

import pandas as pd

from incident_analysis import frames, words
from incident_analysis.errors import ParameterError
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.impact.ledger import checked_ledger, ledger, line_estimate
from incident_analysis.impact.when import interval_length
from incident_analysis.incident import Incident, Moment

#: Kinds whose counts can grow while an incident lasts.
GROWING = ("requests", "money", "staff_hours", "other")
_RATE = re.compile(r"percent|%|ratio|\bshare\b|\bper\b|/s|peak|viewers", re.IGNORECASE)
#: What is decided, priced or owned once, however long an incident lasts.
_ONCE = re.compile(
    r"penalt|fine\b|fines\b|settle|capital|equity|market value|share price|insured|peak|asked for|"
    r"servers in|pace of|built|named as|inspected",
    re.IGNORECASE,
)
_COUNTS_OF_THINGS = re.compile(r"services|locations|data cent|products|servers|sites|properties|rules", re.IGNORECASE)
_TIME_UNITS = ("s", "seconds", "min", "minutes", "h", "hours", "d", "days")


def what_if(
    incident: Incident,
    *,
    detected_after: str | pd.Timedelta | None = None,
    mitigated_after: str | pd.Timedelta | None = None,
    restored_after: str | pd.Timedelta | None = None,
    lines: Sequence[str] | None = None,
) -> pd.DataFrame:
    """What the consequences would have been, had detection, mitigation or restore taken another time.

    A scenario, not an estimate: it has no level. Two models stand side by side, because neither is known to be right.
    "proportional": what was lost grows evenly from the start of the impact to the restore. "stepwise": it grows with
    the share of the service that was hit, period by period; where no periods are stated, evenly until the mitigation
    and not after it.

    Parameters
    ----------
    incident : Incident
    detected_after : str or Timedelta, optional
        Time from the beginning of the malfunction to the detection. What followed the detection takes as long as it
        did, only sooner.
    mitigated_after, restored_after : str or Timedelta, optional
        Time from the start of the impact to the mitigation, to the restore. Given on top of `detected_after` they are
        counted after its shift, and never prolong the incident beyond it.
    lines : sequence of str, optional
        Ids of the impact lines. By default every loss that can grow with time; lines that cannot are listed, each with
        the reason.

    Returns
    -------
    ESTIMATES
        Keys `line`, `what`, `model` ("proportional", "stepwise", or "refused"); names `actual` and `scenario`. At the
        recorded times the scenario is the actual consequence exactly. Unknown times, unknown consequences and refused
        lines are unknown, each with its reason.

    Raises
    ------
    ParameterError
        Nothing is changed; a time that the incident does not have; a line in `lines` that is no function of time.

    Notes
    -----
    Assumes that demand was even, that nothing was lost twice, and that a faster response would have had the same
    effect. It never rises when the detection comes earlier.
    """
    asked = {"detected_after": detected_after, "mitigated_after": mitigated_after, "restored_after": restored_after}
    given = {name: _length(value, name) for name, value in asked.items() if value is not None}
    if not given:
        raise ParameterError(
            "nothing is changed", remedy='give detected_after="2min", or restored_after="30min"', where="what_if"
        )
    frame = checked_ledger(ledger(incident))
    chosen = frames.rows(frame)
    if lines is not None:
        ids = [str(r["id"]) for r in chosen]
        for name in lines:
            if name not in ids:
                close = words.nearest(name, ids)
                remedy = f"write {close!r}" if close else f"use one of {words.listing(ids, last='or', most=12)}"
                raise ParameterError(f"no impact line {name!r}", remedy=remedy, where="lines")
        chosen = [r for r in chosen if r["id"] in lines]
    told = words.listing(f"{name.replace('_', ' ')} {words.duration(value)}" for name, value in given.items())
    models = {"proportional": _Even(incident), "stepwise": _Steps(incident)}
    claims: list[tuple[dict[str, str], str, Estimate]] = []
    for row in chosen:
        key = {"line": str(row["id"]), "what": str(row["what"])}
        actual = line_estimate(row)
        why = no_function_of_time(row, named=lines is not None)
        if why and lines is not None:
            raise ParameterError(
                f"{row['id']} ({row['what']}) is no function of time: {why}",
                remedy="choose lines that grow while the incident lasts",
                where="lines",
            )
        if why:
            claims.append(({**key, "model": "refused"}, "actual", actual))
            unit = str(row["unit"])
            claims.append(
                ({**key, "model": "refused"}, "scenario", Estimate.unknown(f"no function of time: {why}", unit=unit))
            )
            continue
        for model, how in models.items():
            claims.append(({**key, "model": model}, "actual", actual))
            claims.append(
                ({**key, "model": model}, "scenario", _scenario(actual, how, given, f"{model} model, {told}"))
            )
    return frames.estimates(claims, keys=["line", "what", "model"])


def no_function_of_time(row: Any, *, named: bool = False) -> str:
    """Why a line of the ledger does not grow while the incident lasts; empty where it can."""
    if row["role"] != "loss":
        return f"it is {row['role']}, not a loss"
    if row["part_of"] and not named:
        return f"it is part of {row['part_of']}"
    unit, what = str(row["unit"]), str(row["what"])
    if _RATE.search(unit):
        return "a share, a rate or a peak does not add up over time"
    if row["kind"] == "data" and not named:
        return "data is mostly lost at a moment, and that it was not is not stated"
    if row["kind"] in ("customers", "people"):
        return "the same ones are counted once, however long it lasts"
    if row["kind"] not in GROWING and not (named and row["kind"] == "data"):
        return f"how {str(row['kind']).replace('_', ' ')} would have changed with time is not known"
    if not named and (_ONCE.search(what) or _COUNTS_OF_THINGS.search(unit)):
        return "by its words it is counted or set once, however long it lasts"
    if row["kind"] == "other" and unit not in _TIME_UNITS and not named:
        return "that it grows with time is not stated"
    return ""


def _length(value: Any, name: str) -> float:
    # A time of 0 is a scenario: detected at once.
    if str(value).strip() in ("0", "0s", "0 s", "0min", "0 min", "0 days 00:00:00", "0:00:00"):
        return 0.0
    return float(interval_length(value, where=name).total_seconds())


def _scenario(actual: Estimate, how: _Model, given: dict[str, float], method: str) -> Estimate:
    if not actual.known:
        return Estimate.unknown(actual.reason, unit=actual.unit, evidence=actual.evidence)
    ratio = how.ratios(given)
    evidence = (*actual.evidence, Evidence("formula", "what_if", "", how.formula))
    if isinstance(ratio, str):
        return Estimate.unknown(ratio, unit=actual.unit, evidence=evidence)
    value, low, high = ratio

    def by(x: float | None, factor: float) -> float | None:
        return None if x is None else x * factor

    scaled = by(actual.value, value)
    least, most = by(actual.low, low), by(actual.high, high)
    if actual.value is not None and least is None and most is None and low < high:
        least, most = actual.value * low, actual.value * high
    if low == high != 1.0 and actual.interval == "exact":
        # Computed, not counted: about, with no bounds made up.
        least = most = None
    bounded = least is not None and most is not None
    return Estimate(
        scaled,
        min(least, scaled) if bounded and least is not None and scaled is not None else least,
        max(most, scaled) if bounded and most is not None and scaled is not None else most,
        interval=actual.interval
        if value == low == high == 1.0
        else "bounds"
        if least is not None or most is not None
        else "stated",
        unit=actual.unit,
        n=actual.n,
        method=f"scenario, no level: {method}",
        evidence=evidence,
    )


def for_reading(left: Estimate, actual: Estimate | None = None) -> Estimate:
    """A scenario's figure as people read it: computed, so to three digits; what did not change stays as it was.

    Parameters
    ----------
    left : Estimate
        What a model leaves.
    actual : Estimate, optional
        What it was.
    """
    same = actual is not None and (left.value, left.low, left.high) == (actual.value, actual.low, actual.high)
    return left if same or not left.known else left.rounded(3)


@dataclass(frozen=True)
class _Times:
    """The times of one corner of what is known, in seconds since the beginning of the malfunction."""

    started: float
    detected: float | None
    mitigated: float | None
    restored: float


class _Model(ABC):
    """Which part of the consequences a scenario leaves, as a ratio."""

    formula = ""

    def __init__(self, incident: Incident) -> None:
        self._incident = incident
        self._moments = {m.name: m for m in incident.moments}

    @abstractmethod
    def weight(self, times: _Times, cut: _Cut) -> float | None:
        """What is lost in arbitrary units once `cut` is taken out; None where it cannot be told."""

    def ratios(self, given: dict[str, float]) -> tuple[float, float, float] | str:
        """Ratio at the stated times, and the least and the most that their bounds allow; or why there is none."""
        missing = self._missing(given)
        if missing:
            return missing
        found = []
        corners = self._corners()
        sooner = _sooner(corners[0], given)
        for times in corners:
            cut = _cut(times, sooner)
            whole, left = self.weight(times, _Cut(0.0, math.inf, math.inf)), self.weight(times, cut)
            if whole is None or left is None:
                return self._lacks()
            if whole <= 0:
                return "the impact lasted no time"
            found.append(left / whole)
        return found[0], min(found), max(found)

    def _lacks(self) -> str:
        return "neither periods with a share nor the time of mitigation are known"

    def _missing(self, given: dict[str, float]) -> str:
        needed = ["started", "restored"]
        needed += ["malfunction_began", "detected"] if "detected_after" in given else []
        needed += ["mitigated"] if "mitigated_after" in given else []
        for name in needed:
            moment = self._moments[name]
            if moment.certainty == "open":
                return f"{name.replace('_', ' ')} has not happened yet"
            if moment.certainty == "day":
                return f"{name.replace('_', ' ')} is known by its day only"
            if not moment.known:
                return f"when it was {name.replace('_', ' ')} is not known"
        return ""

    def _corners(self) -> list[_Times]:
        """The stated times first, then every combination of their bounds."""
        began = self._moments["malfunction_began"]
        zero = began.time or self._moments["started"].time
        names = ("started", "detected", "mitigated", "restored")

        def seconds(time: Any) -> float | None:
            return None if time is None or zero is None else (time - zero).total_seconds()

        def bounds(moment: Moment) -> list[float | None]:
            if moment.low is None or moment.high is None or moment.low == moment.high or not moment.known:
                return [seconds(moment.time)]
            return [seconds(moment.low), seconds(moment.high)]

        nominal = [seconds(self._moments[n].time) for n in names]
        corners = [nominal, *map(list, product(*(bounds(self._moments[n]) for n in names)))]
        made = []
        for started, detected, mitigated, restored in corners:
            if started is not None and restored is not None and restored > started:
                made.append(_Times(started, detected, mitigated, restored))
        return made or [_Times(0.0, None, None, 0.0)]


@dataclass(frozen=True)
class _Cut:
    """What a scenario takes out: time before the detection, and what lies after an end."""

    before_detection: float
    mitigated: float
    restored: float


def _sooner(stated: _Times, given: dict[str, float]) -> dict[str, float]:
    """By how many seconds each of the given times is shorter than the stated one.

    Taken from the stated times alone: at the recorded times nothing changes, however wide their bounds are.
    """
    recorded = {
        "detected_after": stated.detected,
        "mitigated_after": None if stated.mitigated is None else stated.mitigated - stated.started,
        "restored_after": stated.restored - stated.started,
    }
    return {name: recorded[name] - value for name, value in given.items() if recorded[name] is not None}  # type: ignore[operator]  # those that are known


def _cut(times: _Times, sooner: dict[str, float]) -> _Cut:
    mitigated = restored = math.inf
    if "mitigated_after" in sooner and times.mitigated is not None:
        mitigated = max(times.mitigated - sooner["mitigated_after"], times.started)
    if "restored_after" in sooner:
        restored = max(times.restored - sooner["restored_after"], times.started)
    return _Cut(sooner.get("detected_after", 0.0), mitigated, restored)


class _Even(_Model):
    formula = "consequence × time of impact in the scenario / time of impact"

    def weight(self, times: _Times, cut: _Cut) -> float | None:
        end = min(times.restored - cut.before_detection, cut.restored)
        if math.isfinite(cut.mitigated) and times.mitigated is not None:
            # What followed the mitigation takes as long as it did.
            end = min(end, cut.mitigated + (times.restored - times.mitigated))
        return max(end - times.started, 0.0)


class _Steps(_Model):
    formula = "consequence × share-weighted time of impact in the scenario / the same as it was"

    def weight(self, times: _Times, cut: _Cut) -> float | None:
        steps = self._shares(times)
        if steps is None:
            return None
        # A period may last beyond the restore: it ends sooner by as much as the restore does.
        last = max((b for _, b, _ in steps), default=times.restored)
        end = cut.restored + max(last - times.restored, 0.0)
        detected = times.detected if times.detected is not None else times.started
        saved = cut.before_detection
        if saved > 0:
            # The last stretch before the detection is what a faster one takes out; the rest comes sooner.
            steps = _without(steps, detected - saved, detected)
        elif saved < 0:
            steps = _stretched(steps, detected, -saved)
        if math.isfinite(cut.mitigated) and times.mitigated is not None:
            now = times.mitigated - saved
            steps = _without(steps, cut.mitigated, now) if cut.mitigated < now else steps
        return sum(max(min(b, end) - max(a, times.started), 0.0) * share for a, b, share in steps if b > a)

    def _shares(self, times: _Times) -> list[tuple[float, float, float]] | None:
        zero = self._moments["malfunction_began"].time or self._moments["started"].time
        made = []
        for period in self._incident.periods:
            share = period.share if period.share is not None else 1.0 if period.kind == "down" else None
            if period.started is None or period.started.is_day or zero is None:
                return self._until_mitigated(times)
            end = times.restored if period.ended is None else (period.ended.low - zero).total_seconds()
            if share is None or (period.ended is not None and period.ended.is_day):
                return self._until_mitigated(times)
            made.append(((period.started.low - zero).total_seconds(), end, share))
        if not made:
            return self._until_mitigated(times)
        return _highest(made)

    @staticmethod
    def _until_mitigated(times: _Times) -> list[tuple[float, float, float]] | None:
        if times.mitigated is None or times.mitigated <= times.started:
            return None
        return [(times.started, times.mitigated, 1.0)]


def _highest(steps: list[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """Stretches that do not overlap; where several did, the largest share counts."""
    cuts = sorted({t for a, b, _ in steps for t in (a, b)})
    return [
        (a, b, share)
        for a, b in pairwise(cuts)
        if (share := max((s for x, y, s in steps if x <= a and y >= b), default=0.0)) > 0
    ]


def _without(steps: list[tuple[float, float, float]], start: float, end: float) -> list[tuple[float, float, float]]:
    """Take a stretch of time out: what lay after it comes sooner by its length."""
    gone = end - start
    made = []
    for a, b, share in steps:
        made.append((min(a, start), min(b, start), share))
        made.append((max(a, end) - gone, max(b, end) - gone, share))
    return [(a, b, s) for a, b, s in made if b > a]


def _stretched(steps: list[tuple[float, float, float]], at: float, by: float) -> list[tuple[float, float, float]]:
    """Put time in: what happened at an instant lasts longer, and what lay after it comes later."""
    made = []
    for a, b, share in steps:
        if b <= at:
            made.append((a, b, share))
        elif a >= at:
            made.append((a + by, b + by, share))
        else:
            made.append((a, b + by, share))
    return made
