"""Copies of one event in two sources: found by keys, by what they say, else by their instants alone."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from incident_analysis import frames

#: Columns in which a format hands on what ties events together across sources.
KEYS = ("key", "fingerprint", "dedup_key", "thread")
#: Kinds that say how something came to be known rather than what it was: they may be copies of any other kind.
SOFT = ("communication", "observation", "signal", "")
#: Likeness from which two texts may speak of the same event.
ALIKE = 0.5
ALIKE_BUT_FOR_KIND = 0.7
#: A word that would pair more events than this is in nearly all of them.
MOST_OF_A_WORD = 40_000
#: Beyond this many candidates no clock can be told from instants alone.
MOST_CANDIDATES = 4_000_000

_STATES = (
    ("resolved", re.compile(r"\b(resolv\w*|recover\w*|clos(?:e|ed|ing)|cleared|ok now|back to normal)\b", re.I)),
    ("acknowledged", re.compile(r"\b(ack(?:ed)?|acknowledg\w*)\b", re.I)),
    ("fired", re.compile(r"\b(firing|fired|trigger\w*|alert(?:ing|ed)?)\b", re.I)),
)
_WORD = re.compile(r"[^\W_]+")
_MARKUP = re.compile(r"<[^<>|]*\|([^<>]*)>|[*`_~]|:[a-z_+-]+:")


def words_of(text: str) -> list[str]:
    """The words of a text in small letters, without markup; CamelCase and names with - or _ fall into their parts."""
    plain = _MARKUP.sub(r" \1 ", text)
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain)
    return [w for w in (m.lower() for m in _WORD.findall(plain)) if w not in _STOP]


_STOP = frozenset(
    "a an and are as at be by for from has have in is it of on or so that the this to was we were will with "
    "firing fired resolved triggered trigger acknowledged ack alert alerting".split()
)


def state(row: dict[str, Any]) -> str:
    """Whether an event says that something fired, was acknowledged or is over; empty where it says none of these."""
    kind = str(row.get("kind") or "")
    if kind == "acknowledgement":
        return "acknowledged"
    if row.get("relation") == "resolves":
        return "resolved"
    found = next((name for name, pattern in _STATES if pattern.search(str(row.get("text") or ""))), "")
    if kind == "alert":
        return found if found == "resolved" else "fired"
    return found


def keys_of(row: dict[str, Any]) -> set[str]:
    """What ties an event to others: its keys, and its id in its source where that is an id and no line."""
    found = {str(row[name]) for name in KEYS if name in row and _given(row[name])}
    identity = str(row.get("source_id") or "")
    if len(identity) >= 6 and not re.fullmatch(r"(?:lines?|rows?|page|sheet)?[\s\d:.,–-]+|.*\bline \d+", identity):
        found.add(identity)
    return found


def origins(timeline: pd.DataFrame) -> list[str]:
    """For each row, whose clock it is: a file; an archive with all its members; of a folder the files of one format.

    Parameters
    ----------
    timeline : TIMELINE
    """
    return origins_of(timeline["source"], timeline["event_id"])


def origins_of(sources: Iterable[Any], ids: Iterable[Any]) -> list[str]:
    """The same from sources and ids; what could not be read of a file goes with what could."""
    pairs = [(str(source), str(identity)) for source, identity in zip(sources, ids, strict=True)]
    known = {source: whose for source, identity in pairs if (whose := origin(source, identity)).endswith(")")}
    return [known.get(source) or origin(source, identity) for source, identity in pairs]


def origin(source: str, identity: str) -> str:
    """Whose clock a row of this source and id is."""
    archive = re.match(r"(.+?\.(?:zip|tar|tgz)):", source, re.I)
    if archive:
        return archive[1]
    if "/" in source:
        form, colon, _ = identity.partition(":")
        return f"{source.split('/', 1)[0]}/" + (f" ({form})" if colon and form.isidentifier() else "")
    return source


def _given(value: Any) -> bool:
    return isinstance(value, str) and value.strip() != ""


def least_likeness(first: tuple[str, str], second: tuple[str, str]) -> float:
    """How alike two events of these kinds and states have to be to be copies; more than 1 where that forbids it.

    Kinds are often guessed from words, so that an alert which tells of failing queries may be called a failure by
    another source: then the texts have to agree more closely. An acknowledgement is never anything else.
    """
    (a, said), (b, told) = first, second
    if said and told and said != told:
        return 2.0
    if a == b or a in SOFT or b in SOFT:
        return ALIKE
    return 2.0 if "acknowledgement" in (a, b) else ALIKE_BUT_FOR_KIND


class Likeness:
    """How alike the events of two sources are.

    Words weigh by how rare they are in both sources together: the likeness of two texts is the cosine of their tf-idf
    vectors, that of two events with a key in common is 1.

    Parameters
    ----------
    first, second : list of mapping
        Rows of TIMELINE.
    """

    def __init__(self, first: list[dict[str, Any]], second: list[dict[str, Any]]) -> None:
        both = (first, second)
        self.words = tuple([set(words_of(str(row.get("text") or ""))) for row in rows] for rows in both)
        self.keys = tuple([keys_of(row) for row in rows] for rows in both)
        self.kinds = tuple([(str(row.get("kind") or ""), state(row)) for row in rows] for rows in both)
        seen: dict[str, int] = defaultdict(int)
        for side in self.words:
            for said in side:
                for word in said:
                    seen[word] += 1
        total = len(first) + len(second)
        self.weight = {word: math.log(1 + total / n) ** 2 for word, n in seen.items()}
        self.norms = tuple([math.sqrt(sum(self.weight[w] for w in said)) for said in side] for side in self.words)

    def of(self, i: int, j: int) -> tuple[float, str] | None:
        """Likeness of two events and what it rests on, "key" or "text"; None where they are no copies."""
        said, told = self.words[0][i], self.words[1][j]
        norm = self.norms[0][i] * self.norms[1][j]
        likeness = sum(self.weight[w] for w in said & told) / norm if norm else 0.0
        keyed = not self.keys[0][i].isdisjoint(self.keys[1][j])
        if likeness < ALIKE and not keyed:
            return None
        one, two = self.kinds[0][i], self.kinds[1][j]
        least = least_likeness(one, two)
        if keyed and least <= 1 and (likeness >= least or one[0] == two[0]):
            return 1.0, "key"
        return (min(likeness, 1.0), "text") if likeness >= least else None


def alike(first: list[dict[str, Any]], second: list[dict[str, Any]]) -> dict[tuple[int, int], tuple[float, str]]:
    """The events of two sources that may be the same, whenever they were: by places, their `Likeness`.

    A word in nearly every event tells none from another; pairs that have only such words in common are not looked at.
    """
    likeness = Likeness(first, second)
    pairs: set[tuple[int, int]] = set()
    for sides in (likeness.words, likeness.keys):
        places: list[dict[str, list[int]]] = [defaultdict(list), defaultdict(list)]
        for side, index in zip(sides, places, strict=True):
            for i, marks in enumerate(side):
                for mark in marks:
                    index[mark].append(i)
        for mark, here in places[0].items():
            there = places[1].get(mark, [])
            if len(here) * len(there) <= MOST_OF_A_WORD:
                pairs.update((i, j) for i in here for j in there)
    return {pair: told for pair in sorted(pairs) if (told := likeness.of(*pair)) is not None}


def candidates(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    """Pairs of events of two sources that may be copies, without regard to their clocks.

    Each event keeps its best partners by key or text; where that gives fewer than eight pairs, every event of the one
    source is paired with every one of the other, and only the agreement of their differences can tell.

    Parameters
    ----------
    a, b : TIMELINE
        Rows without a time, or known by day only, are left out: they say nothing of a clock.

    Returns
    -------
    COPIES
        `weight` NaN: it is judged by `clock_offset`.
    """
    sides = [_clocked(frame, name) for frame, name in ((a, "a"), (b, "b"))]
    rows = [frames.rows(side) for side in sides]
    found = alike(*rows)
    best: list[dict[int, float]] = [defaultdict(float), defaultdict(float)]
    for (i, j), (how, _) in found.items():
        best[0][i], best[1][j] = max(best[0][i], how), max(best[1][j], how)
    kept = {p: told for p, told in found.items() if told[0] >= max(best[0][p[0]], best[1][p[1]]) - 0.05}
    distinct = min(len({i for i, _ in kept}), len({j for _, j in kept}))
    if distinct < 8 and len(rows[0]) * len(rows[1]) <= MOST_CANDIDATES and min(map(len, rows)) >= 8:
        grid = np.indices((len(rows[0]), len(rows[1])))
        mine, theirs = grid[0].ravel(), grid[1].ravel()
        likeness, by = np.full(len(mine), np.nan), ["instant"] * len(mine)
    else:
        pairs = sorted(kept)
        mine, theirs = (np.array([p[side] for p in pairs], dtype=int) for side in (0, 1))
        likeness, by = np.array([kept[p][0] for p in pairs]), [kept[p][1] for p in pairs]
    first, second = (side["time"].astype("datetime64[us, UTC]") for side in sides)
    made = pd.DataFrame(
        {
            "first_id": pd.array(sides[0]["event_id"].to_numpy()[mine], dtype="str"),
            "second_id": pd.array(sides[1]["event_id"].to_numpy()[theirs], dtype="str"),
            "first_time": first.array[mine],
            "second_time": second.array[theirs],
            "difference_s": (first.array[mine] - second.array[theirs]).total_seconds(),
            "matched_by": pd.array(by, dtype="str"),
            "likeness": likeness.astype(float),
            "weight": np.full(len(mine), np.nan),
        }
    )
    return made[frames.COPIES.names]


def _clocked(frame: pd.DataFrame, where: str) -> pd.DataFrame:
    frames.check(frame, frames.TIMELINE, where=where)
    told = frame["time"].notna() & (frame["certainty"] != "day") & (frame["relation"] != "duplicates")
    return frame[told].reset_index(drop=True)
