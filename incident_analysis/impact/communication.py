"""What was said to whom, when; and promises against what came."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import Any

import pandas as pd

from incident_analysis import frames, words
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.impact.when import instant
from incident_analysis.incident import Incident, Moment
from incident_analysis.timeline import events

PUBLIC = "public"
NOT_STATED = "not stated"
#: Words that name a place where everybody can read. A proposal by rule, said as such.
_PUBLIC_WORDS = re.compile(
    r"\bstatus (?:page|post|goes|green|yellow|red)|\bpublic|\bblog|\btwitter|\btweet|\bbanner|\bdashboard updates?",
    re.IGNORECASE,
)
_TOLD = ("time", "audience", "by", "text", "source", "at", "certainty")


def told(incident: Incident) -> pd.DataFrame:
    """Everything that was said, in order: communications of the timeline, who was informed, promises.

    Parameters
    ----------
    incident : Incident

    Returns
    -------
    DataFrame
        `time` (UTC, NaT where unknown), `audience` ("not stated" where it is not), `by` (stated, or "by rule" where the
        words name a public place), `text`, `source`, `at`, `certainty`.
    """
    rows = _of_timeline(events(incident))
    for i, one in enumerate(incident.informed):
        if not incident.is_later(one.when):
            time, sure = _time(one.when)
            rows.append(
                _row(
                    time,
                    one.who,
                    f"{one.who} informed: {one.how or 'how is not stated'}",
                    incident.where("informed", i),
                    sure,
                )
            )
    for i, promise in enumerate(incident.promises):
        if not incident.is_later(promise.time):
            time, sure = _time(promise.time)
            rows.append(
                _row(
                    time,
                    promise.audience or NOT_STATED,
                    f"promise: {promise.about}",
                    incident.where("promises", i),
                    sure,
                )
            )
    made = pd.DataFrame(rows, columns=list(_TOLD))
    made["time"] = pd.to_datetime(made["time"], utc=True).astype("datetime64[us, UTC]")
    # One word can be told in several places: informed, and promised in the same breath.
    known = made["time"].notna() & (made["audience"] != NOT_STATED)
    once = ~made.duplicated(["time", "audience"]) | ~known
    return made[once].sort_values("time", kind="stable", ignore_index=True)


def _time(when: Any) -> tuple[Any, str]:
    return (pd.NaT, "unknown") if when is None else (when.low, "day" if when.is_day else "exact")


def _row(time: Any, audience: str, text: str, at: str, certainty: str) -> dict[str, Any]:
    return dict(zip(_TOLD, (time, audience, "stated", text, "incident.yaml", at, certainty), strict=True))


def _of_timeline(timeline: pd.DataFrame) -> list[dict[str, Any]]:
    rows = []
    for row in frames.rows(timeline):
        if row["kind"] != "communication":
            continue
        stated = str(row.get("audience") or "")
        public = bool(_PUBLIC_WORDS.search(str(row["text"])))
        rows.append(
            {
                "time": row["time"],
                "audience": stated or (PUBLIC if public else NOT_STATED),
                "by": "stated" if stated else "by rule" if public else "stated",
                "text": row["text"],
                "source": row["source"],
                "at": row["event_id"],
                "certainty": row["certainty"],
            }
        )
    return rows


def communication(timeline: pd.DataFrame | Incident, *, detected: Any = None, until: Any = None) -> pd.DataFrame:
    """How soon, how often and with which silences people were told, by audience.

    Parameters
    ----------
    timeline : TIMELINE or Incident
        An Incident brings its milestones, and whom it says was informed or promised something. A TIMELINE may have a
        further column `audience`; without it, words that name a public place ("status page", "blog") propose the
        public, and the method says "by rule".
    detected, until : str or datetime, optional
        With a TIMELINE: when it was detected (by default its event with that milestone), and the end of the time in
        which silences count (by default the last word).

    Returns
    -------
    ESTIMATES
        Key `audience`; `detection_to_first_word` (seconds; negative where people were told before the detection),
        `longest_silence` (seconds, between detection, words and the end), `updates` and `updates_per_hour`. A word
        without a minute is counted in `updates`; since it may have come first, the times are then "at most". Empty
        where the evidence holds no word, which does not say that none was spoken.
    """
    if isinstance(timeline, Incident):
        said = told(timeline)
        first, last = timeline.moment("detected"), timeline.moment("restored")
        begin, sure = _instant_of(first)
        stop, _ = _instant_of(last)
    else:
        frames.check(timeline, frames.TIMELINE, where="timeline")
        said = pd.DataFrame(_of_timeline(timeline), columns=list(_TOLD))
        marked = timeline[(timeline["milestone"] == "detected") & timeline["time"].notna()]
        begin = instant(detected, where="detected") or (marked["time"].min() if len(marked) else None)
        stop, sure = instant(until, where="until"), "exact"
    claims: list[tuple[dict[str, str], str, Estimate]] = []
    for audience in dict.fromkeys(said["audience"]):
        mine = said[said["audience"] == audience]
        claims += [({"audience": str(audience)}, *claim) for claim in _of_audience(mine, begin, stop, sure)]
    return frames.estimates(claims, keys=["audience"])


def _instant_of(moment: Moment) -> tuple[pd.Timestamp | None, str]:
    known = moment.time is not None and moment.certainty in ("exact", "approx")
    return (pd.Timestamp(moment.time) if moment.time is not None and known else None), moment.certainty


def _of_audience(
    said: pd.DataFrame, begin: pd.Timestamp | None, stop: pd.Timestamp | None, sure: str
) -> list[tuple[str, Estimate]]:
    evidence = tuple(
        Evidence("event", str(r["source"]), str(r["at"]), str(r["text"])[:100]) for r in said.to_dict("records")
    )
    timed = said[said["time"].notna() & (said["certainty"] != "day")]
    rule = "; the audience is proposed by rule" if (said["by"] == "by rule").any() else ""
    if len(said) > len(timed):
        rule += f"; {words.plural(len(said) - len(timed), 'word')} without a minute"
    times = sorted(timed["time"])
    found: list[tuple[str, Estimate]] = []
    vague = (timed["certainty"] == "approx").any() or sure == "approx"

    timeless = len(said) > len(timed)

    def length(seconds: float, method: str) -> Estimate:
        if timeless:
            # A word of which no minute is known may have come earlier, and broken the silence.
            return Estimate(
                None, None, seconds, interval="bounds", unit="s", n=len(timed), method=method + rule, evidence=evidence
            )
        end = None if vague else seconds
        return Estimate(
            seconds,
            end,
            end,
            interval="stated" if vague else "exact",
            unit="s",
            n=len(timed),
            method=method + rule,
            evidence=evidence,
        )

    if begin is None:
        first = Estimate.unknown("when it was detected is not known", unit="s", evidence=evidence)
    elif not times:
        first = Estimate.unknown("no word has a minute", unit="s", evidence=evidence)
    else:
        first = length((times[0] - begin).total_seconds(), "detection to the first word with a time")
    found.append(("detection_to_first_word", first))
    ends = sorted(
        {
            t
            for t in [*times, begin, stop]
            if t is not None and (begin is None or t >= begin) and (stop is None or t <= stop)
        }
    )
    if len(ends) < 2 or not times:
        found.append(
            ("longest_silence", Estimate.unknown("fewer than two instants are known", unit="s", evidence=evidence))
        )
    else:
        gap = max((b - a).total_seconds() for a, b in pairwise(ends))
        found.append(("longest_silence", length(gap, "longest time without a word between detection and restore")))
    count = float(len(said))
    found.append(
        (
            "updates",
            Estimate(
                count,
                count,
                count,
                interval="exact",
                unit="updates",
                n=len(said),
                method="counted" + rule,
                evidence=evidence,
            ),
        )
    )
    if not times:
        per = Estimate.unknown("no word has a minute", unit="updates per hour", evidence=evidence)
    elif begin is not None and stop is not None and stop > begin:
        inside = [t for t in times if begin <= t <= stop]
        if timeless and not inside:
            # "At least 0" would say nothing.
            why = "no word is known to lie between detection and restore, and some have no minute"
            return [*found, ("updates_per_hour", Estimate.unknown(why, unit="updates per hour", evidence=evidence))]
        hours = (stop - begin).total_seconds() / 3600
        rate = len(inside) / hours
        per = Estimate(
            None if timeless else rate,
            rate if timeless or not vague else None,
            None if timeless or vague else rate,
            interval="bounds" if timeless else "stated" if vague else "exact",
            unit="updates per hour", n=len(inside),
            method=f"{words.plural(len(inside), 'word')} in {words.duration(hours * 3600)}, to the restore" + rule,
            evidence=evidence,
        )  # fmt: skip
    else:
        per = Estimate.unknown("detection or restore is not known", unit="updates per hour", evidence=evidence)
    found.append(("updates_per_hour", per))
    return found


def promises(incident: Incident) -> pd.DataFrame:
    """What was promised, and what came.

    Parameters
    ----------
    incident : Incident

    Returns
    -------
    ESTIMATES
        Keys `promise` (its number), `audience`, `about`; `promised_in` (seconds from the promise to when it was
        expected), and for each of the milestones mitigated, restored and resolved `late_MILESTONE` (seconds after what
        was promised; negative: before). Which of them the promise meant is for its readers: `about` stands beside it.
    """
    claims: list[tuple[dict[str, str], str, Estimate]] = []
    for i, one in enumerate(incident.promises):
        if incident.is_later(one.time):
            continue
        key = {"promise": str(i + 1), "audience": one.audience or NOT_STATED, "about": one.about or NOT_STATED}
        said = (Evidence("statement", one.source or "incident.yaml", incident.where("promises", i), one.about),)
        if one.time is None or one.expected_by is None or one.time.is_day or one.expected_by.is_day:
            made = Estimate.unknown("the promise has no minute", unit="s", evidence=said)
        else:
            seconds = (one.expected_by.low - one.time.low).total_seconds()
            made = Estimate(seconds, seconds, seconds, unit="s", n=1, method="promised", evidence=said)
        claims.append((key, "promised_in", made))
        for name in ("mitigated", "restored", "resolved"):
            claims.append((key, f"late_{name}", _late(incident, one.expected_by, name, said)))
    return frames.estimates(claims, keys=["promise", "audience", "about"])


def _late(incident: Incident, expected: Any, name: str, said: tuple[Evidence, ...]) -> Estimate:
    moment = incident.moment(name)
    told = (*said, Evidence("statement", "incident.yaml", incident.where("times", name), f"{name}: {moment.text}"))
    if expected is None:
        return Estimate.unknown("it is not stated by when", unit="s", evidence=told)
    if moment.certainty == "open" and moment.low is not None:
        passed = (moment.low - expected.high).total_seconds()
        return Estimate(
            None,
            passed,
            math.inf,
            interval="bounds",
            unit="s",
            n=1,
            censored=1,
            method=f"{name} not yet",
            evidence=told,
        )
    if moment.time is None:
        return Estimate.unknown(f"when it was {name} is not known", unit="s", evidence=told)
    value = (moment.time - expected.low).total_seconds()
    if moment.low is None or moment.high is None:
        return Estimate(
            value, interval="stated", unit="s", n=1, method=f"{name}, less what was promised", evidence=told
        )
    low, high = (moment.low - expected.high).total_seconds(), (moment.high - expected.low).total_seconds()
    day = moment.certainty == "day" or expected.is_day
    return Estimate(
        None if day else value, low, high, interval="exact" if low == high else "bounds", unit="s", n=1,
        method=f"{name}, less what was promised", evidence=told,
    )  # fmt: skip
