"""Clocks that do not agree: by how much, and what that looks like."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from incident_analysis import frames, words
from incident_analysis.errors import ParameterError
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.statistics.location import Location, location
from incident_analysis.timeline.copies import candidates, origins

#: Fewer copies than this do not tell a clock.
LEAST_COPIES = 8
QUARTER, DAY = 900, 86_400
#: A second-best agreement of more than this share of the best one leaves open which of them is right.
RIVAL = 0.6
#: Where only instants are compared, at most this share may stand there by chance.
CHANCE = 0.2
#: And as much agreement must be this improbable by chance, and no wider than this.
DOUBT, WIDEST = 0.001, 120.0
#: Less than this is what it takes to deliver an alert or to post a message, and says nothing of a clock.
LAG = 5.0
#: Stamps of whole minutes are cut, not rounded: half a minute too early on average.
MINUTE = 60.0
#: No zone is farther from another than this: -12 h to +14 h.
_WIDEST_ZONE = 26 * 3600


def clock_offset(a: pd.DataFrame, b: pd.DataFrame, *, level: float = 0.9) -> Estimate:
    """How many seconds have to be added to the clock of `b` so that it agrees with that of `a`.

    Copies of the same event are looked for by keys and fingerprints, by what the events say, and where that gives too
    few, by their instants alone. The offset is the difference on which most candidates agree; wrong pairs, up to half
    of them, may lie anywhere.

    Parameters
    ----------
    a, b : TIMELINE
        Two sources; `a` is the reference.
    level : float
        Probability of the interval, in (0, 1).

    Returns
    -------
    Estimate
        Seconds, positive where the clock of `b` is behind, so that `shift(b, offset=clock_offset(a, b))` puts `b` on
        the clock of `a`; `n` copies, `evidence` the copies with their differences. Unknown, with the reason, with fewer
        than eight copies, or where two offsets explain the sources nearly as well.

    Raises
    ------
    ParameterError
        `level` is no probability.

    Notes
    -----
    A delay that all copies share (a chat that always comes later) cannot be told from a clock. The 90 % interval is
    held by simulation (tests/test_timeline_clocks.py): 5 to 50 copies, up to half wrong pairs, jitter 0.1 to 60 s.

    References
    ----------
    See `statistics.location`.

    Examples
    --------
    >>> from incident_analysis import frames
    >>> told = [f"event {word}" for word in "red blue green black white grey pink brown teal".split()]
    >>> def source(delay):
    ...     start = pd.Timestamp("2026-03-07T10:00Z")
    ...     rows = [{"event_id": w, "text": w, "certainty": "exact",
    ...              "time": start + pd.Timedelta(minutes=i * i, seconds=delay + i % 2)} for i, w in enumerate(told)]
    ...     return frames.build(frames.TIMELINE, rows)
    >>> offset = clock_offset(source(0), source(-7200))
    >>> offset.value, offset.n, proposal(offset).kind
    (7200.0, 9, 'zone')
    """
    if not 0 < level < 1:
        raise ParameterError(f"level is {level}", remedy="give it as a probability: 0.9, not 90", where="level")
    return _told(*_weighed(a, b, level=level), level=level)


def copies(a: pd.DataFrame, b: pd.DataFrame, *, level: float = 0.9) -> pd.DataFrame:
    """The pairs of events that a clock offset rests on.

    Parameters
    ----------
    a, b, level
        As in `clock_offset`.

    Returns
    -------
    COPIES
        Every candidate where keys or texts gave them; of instants alone those with a weight. In the order of
        `first_time`.
    """
    return _weighed(a, b, level=level)[0]


def _weighed(a: pd.DataFrame, b: pd.DataFrame, *, level: float) -> tuple[pd.DataFrame, Location | None, float]:
    """The candidates with their weights, where their differences agree, and what was taken from them before."""
    found = candidates(a, b)
    differences = found["difference_s"].to_numpy(dtype=float)
    # Around their median, so that days of offset do not cost the digits of a tenth of a second.
    base = float(np.round(np.median(differences))) if len(differences) else 0.0
    where = location(differences - base, level=level)
    by = set(found["matched_by"])
    if where is not None:
        found["weight"] = where.weight
        if by == {"instant"}:
            found = found[found["weight"] > 0.1]
    found = found.sort_values(["first_time", "second_time", "first_id", "second_id"], ignore_index=True)
    return found, where, base


def _told(found: pd.DataFrame, where: Location | None, base: float, *, level: float) -> Estimate:
    sure = found[found["weight"] > 0.1]
    pairs = min(sure["first_id"].nunique(), sure["second_id"].nunique())
    evidence = tuple(
        Evidence("event", str(row["first_id"]), str(row["second_id"]), f"{row['difference_s']:.3f} s apart")
        for row in sure.sort_values("weight", ascending=False, kind="stable").head(50).to_dict("records")
    )
    by = words.listing(sorted(set(found["matched_by"])))
    if where is None or pairs < LEAST_COPIES:
        return Estimate.unknown(
            f"cannot tell: {words.plural(pairs, 'copy', 'copies')} of the same event found in both sources, "
            f"{LEAST_COPIES} are needed",
            unit="s",
            evidence=evidence,
        )
    if where.rival >= RIVAL * where.count:
        return Estimate.unknown(
            f"cannot tell: {pairs} pairs agree on one offset and nearly as many on another, as where events come at "
            "regular intervals",
            unit="s",
            evidence=evidence,
        )
    # Paired with everything, an event also agrees with others by chance; and so do many events of few words.
    many = len(found) > 1.5 * pairs or "instant" in by
    crowded = many and where.by_chance > CHANCE * where.count
    if crowded or where.spread > WIDEST or where.doubt > DOUBT:
        return Estimate.unknown(
            "cannot tell: too many events are alike, or stand too close together, to see which of them are the same",
            unit="s",
            evidence=evidence,
        )
    if not np.isfinite(where.low):
        return Estimate.unknown("cannot tell: the differences do not agree", unit="s", evidence=evidence)
    low, high = where.low + base, where.high + base
    method = f"common difference of copies matched by {by}, clutter allowed"
    # Cut stamps differ evenly over their minute; if these do not, the events did happen on the minute.
    cut = [_whole_minutes(sure[name]) and where.spread > MINUTE / 8 for name in ("first_time", "second_time")]
    if cut[0] != cut[1]:
        low, high = (low, high + MINUTE / 2) if cut[0] else (low - MINUTE / 2, high)
        method += "; one source writes whole minutes, half a minute was added to that side"
    return Estimate(
        where.centre + base,
        low,
        high,
        level=level,
        interval="confidence",
        unit="s",
        n=pairs,
        method=method,
        evidence=evidence,
    )


def _whole_minutes(times: pd.Series) -> bool:
    return bool((times.dt.second == 0).all() and (times.dt.microsecond == 0).all())


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an offset looks like.

    Parameters
    ----------
    kind : {"none", "clock", "zone", "date", "unknown"}
        "zone": a whole multiple of 15 minutes; "date": of whole days; "clock": neither.
    seconds : float or None
        What to add: the whole multiple where it is one, else the estimate; 0 where the clocks agree.
    text : str
        In words, with the remedy.
    """

    kind: str
    seconds: float | None
    text: str


def proposal(offset: Estimate) -> Proposal:
    """What an offset looks like: another zone, another date, a clock that is off, or nothing.

    A whole multiple counts where it lies in the interval or within five seconds of it, since a message or an alert
    takes a moment to be delivered.

    Parameters
    ----------
    offset : Estimate
        As `clock_offset` gives it.

    Examples
    --------
    >>> proposal(Estimate(86401, 86390, 86412, level=0.9, interval="confidence", unit="s")).text
    'a whole day behind: the date is probably another one; add 1 d'
    >>> proposal(Estimate(-7163.2, -7165, -7161, level=0.9, interval="confidence", unit="s")).kind
    'clock'
    """
    if offset.value is None or offset.low is None or offset.high is None:
        return Proposal("unknown", None, offset.reason or "cannot tell")
    low, high = offset.low - LAG, offset.high + LAG
    if low <= 0 <= high:
        return Proposal("none", 0.0, "the clocks agree, but for what a delivery takes")
    way = "behind" if offset.value > 0 else "ahead"
    for unit, kind in ((DAY, "date"), (QUARTER, "zone")):
        whole = round(offset.value / unit) * unit
        narrow = offset.high - offset.low < unit / 2
        if whole and narrow and low <= whole <= high and (kind == "date" or abs(whole) <= _WIDEST_ZONE):
            told = words.duration(abs(whole))
            verb = "add" if whole > 0 else "take away"
            if kind == "date":
                days = "a whole day" if abs(whole) == DAY else f"{told}, whole days,"
                return Proposal(kind, float(whole), f"{days} {way}: the date is probably another one; {verb} {told}")
            return Proposal(
                kind, float(whole), f"{told} {way}, a multiple of 15 minutes: probably another zone; {verb} {told}"
            )
    near = round(offset.value / QUARTER) * QUARTER
    rest = abs(offset.value - near)
    text = f"the clock is {words.duration(abs(offset.value))} {way}"
    if near and rest < 120:
        text += f" ({words.duration(abs(near))} and another {words.duration(rest)})"
    return Proposal("clock", offset.value, text)


def offsets(
    timelines: Iterable[pd.DataFrame], *, level: float = 0.9, fixed: Iterable[pd.DataFrame] = ()
) -> pd.DataFrame:
    """Each source's clock against the others', and what is to be added.

    The most trusted source is the reference: one that is `fixed`, else one whose stamps carry their zone, written by
    machines, with most events. Each further source is compared with all that have their place already, the one with
    most copies first.

    Parameters
    ----------
    timelines : iterable of TIMELINE
        One frame a source.
    level : float
    fixed : iterable of TIMELINE
        What has its place already, such as the rows of an earlier import.

    Returns
    -------
    OFFSETS
        In the order of `timelines`. `applied_s` is what `proposal` says; 0 where the clocks agree within the interval,
        or where the offset cannot be told.
    """
    from incident_analysis.timeline.shifting import shift

    waiting = dict(enumerate(timelines))
    total = len(waiting)
    names = {i: source_name(frame) for i, frame in waiting.items()}
    placed = [frame for frame in fixed if len(frame)]
    made: dict[int, dict[str, object]] = {}
    if waiting and not placed:
        best = max(_trust(frame) for frame in waiting.values())
        first = min((i for i in waiting if _trust(waiting[i]) == best), key=lambda i: (names[i], i))
        placed.append(waiting.pop(first))
        made[first] = {
            "source": names[first],
            "reference": names[first],
            "offset_s": 0.0,
            "applied_s": 0.0,
            "proposal": "the reference",
            "reason": "its stamps carry their zone" if best[0] else "most events; no source's stamps carry their zone",
        }
    reference = words.listing(list(dict.fromkeys(source_name(f) for f in placed)), most=3)
    while waiting:
        against = pd.concat(placed, ignore_index=True)
        told = {i: clock_offset(against, frame, level=level) for i, frame in waiting.items()}
        # By name where as many copies tell: the order in which sources are given decides nothing.
        i = min(told, key=lambda k: (not told[k].known, -(told[k].n or 0), names[k], k))
        offset, looks = told[i], proposal(told[i])
        frame = waiting.pop(i)
        made[i] = {
            "source": names[i],
            "reference": reference,
            "offset_s": offset.value,
            "offset_low_s": offset.low,
            "offset_high_s": offset.high,
            "level": offset.level,
            "copies": offset.n if offset.known else None,
            "applied_s": looks.seconds or 0.0,
            "proposal": looks.text if offset.known else "",
            "reason": offset.reason or _why(looks.kind),
        }
        if offset.known:
            placed.append(shift(frame, offset=looks.seconds or 0.0))
            reference = words.listing(list(dict.fromkeys(source_name(f) for f in placed)), most=3)
    return frames.build(frames.OFFSETS, [made[i] for i in range(total)])


def _why(kind: str) -> str:
    return {
        "none": "left as it is",
        "clock": "the estimate was added; its interval widens the bounds",
        "zone": "the whole multiple was added, to be confirmed by stating the zone",
        "date": "whole days were added, to be confirmed by stating the date",
    }[kind]


def source_name(frame: pd.DataFrame) -> str:
    """The source of a frame's rows, for people."""
    return words.listing(list(dict.fromkeys(origins(frame))), most=2) or "no source"


def _trust(frame: pd.DataFrame) -> tuple[bool, float, int]:
    """How far a clock is to be believed: stamps with a zone, written by machines, many."""
    timed = frame[frame["time"].notna()]
    if not len(timed):
        return False, 0.0, 0
    explicit = float(timed["zone"].isin(["explicit", "header"]).mean())
    machine = float((timed["actor"] == "system").mean())
    return explicit > 0.9, round(machine, 1), len(timed)
