"""What exports of incidents and of their updates share: rows of two frames from one record, stages in words, HTML."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from incident_analysis.clock import SECOND, Stamp
from incident_analysis.errors import InputError
from incident_analysis.format import Context, Item, Row
from incident_analysis.formats import objects
from incident_analysis.patterns import pattern

#: What a record gives: rows, each with its frame ("" for the format's own).
Made = Iterable[tuple[Row, str]]
TIMELINE, INCIDENTS = "TIMELINE", "INCIDENTS"


def items(text: str, context: Context, make: Callable[[dict[str, Any], Context], Made], *paths: str) -> Iterator[Item]:
    """The records of a JSON export as Items; one that is not as its format says is kept unparsed.

    Parameters
    ----------
    text, context
        As a format's `read` is given them.
    make : callable
        From a record and the Context to its rows; it may raise ValueError, KeyError and their like.
    paths : str
        Dotted keys that lead to the list of records, as in `objects.records`.
    """
    count = 0
    for record, first, last in objects.records(text, *paths):
        count += 1
        rows = attempt(make, record, context) if isinstance(record, dict) else None
        if not rows:
            # Many records may stand in one line: each is kept with its own text.
            yield Item(None, first, last, "" if record is None else json.dumps(record, ensure_ascii=False))
            continue
        for row, frame in rows:
            yield Item(row, first, last, "", frame)
    objects.at_limit(count, context, limits=PAGES)


def linked(given: Iterable[Item]) -> Iterator[Item]:
    """Events with the links that an incident's own id makes: what acknowledges or resolves the alert before it.

    Parameters
    ----------
    given : iterable of Item
        Rows of TIMELINE that belong together have the same `incident_id`; rows that have a link keep it.
    """
    every, broken = gathered(given)
    alerts: dict[Any, list[Row]] = {}
    for item in every:
        row = item.row
        if row is not None and row.get("kind") == "alert" and row.get("time") is not None:
            alerts.setdefault(row.get("incident_id"), []).append(row)
    for item in every:
        row = item.row
        if row is not None and not row.get("relates_to") and row.get("incident_id") in alerts:
            acknowledges = row.get("kind") == "acknowledgement"
            if acknowledges or (row.get("milestone") == "resolved" and row.get("kind") != "alert"):
                candidates = alerts[row["incident_id"]]
                time = row.get("time")
                before = [a for a in candidates if time is not None and a["time"].ns <= time.ns]
                one = max(before, key=lambda a: a["time"].ns) if before else min(candidates, key=lambda a: a["time"].ns)
                row["relates_to"] = one.get("event_id") or one.get("source_id")
                row["relation"] = "acknowledges" if acknowledges else "resolves"
        yield item
    if broken is not None:
        raise broken


def gathered(given: Iterable[Item]) -> tuple[list[Item], Exception | None]:
    """All items that can be had, and what kept the rest from being read: it is to be raised behind them."""
    every: list[Item] = []
    try:
        for item in given:
            every.append(item)  # what came before an error has to be there
    except InputError:
        raise
    except (ValueError, KeyError, IndexError, TypeError, OverflowError, RecursionError, AttributeError) as error:
        return every, error
    return every, None


def pages(text: str, context: Context, *keys: str) -> None:
    """Warn where an export says that more follows: only a page of it was saved.

    Parameters
    ----------
    keys : str
        Fields outside the records that say so by being there: a token, an address, true.
    """
    for key in keys:
        value = objects.told(text, key)
        if value is not None and value.lower() not in ("", "false", "0", "null"):
            context.warn(f"the export is cut: it says that more follows (`{key}`); only a page of it was saved")
            return


#: Numbers of records at which interfaces end a page.
PAGES = frozenset({25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000, 100_000})


def attempt(
    make: Callable[[dict[str, Any], Context], Made], record: dict[str, Any], context: Context
) -> list[tuple[Row, str]] | None:
    """The rows of a record; None where it is not as its format says."""
    try:
        return list(make(record, context))
    except InputError:
        raise
    except (ValueError, KeyError, IndexError, TypeError, OverflowError, RecursionError, AttributeError):
        return None


def required(stamp: Stamp | None) -> Stamp:
    """A stamp without which a record tells nothing.

    Raises
    ------
    ValueError
        There is none.
    """
    if stamp is None:
        raise ValueError("no time")
    return stamp


def name(value: Any) -> str:
    """A name, an id or words without which a record tells nothing.

    Raises
    ------
    ValueError
        There is none.

    Examples
    --------
    >>> name("Q1"), name(12)
    ('Q1', '12')
    """
    if isinstance(value, bool) or not isinstance(value, (str, int)) or not str(value).strip():
        raise ValueError("no name")
    return str(value)


#: Words for the last stage of an incident, as status pages and on-call tools write them.
DONE = frozenset("resolved completed postmortem closed available verified finished done".split())
_MILESTONES = {
    "detected": "detected",
    "acknowledged": "acknowledged",
    "triggered": "detected",
    "mitigated": "mitigated",
    "resolved": "resolved",
    "completed": "resolved",
    "closed": "resolved",
}


def milestone(stage: Any) -> str:
    """The milestone that a stage's name stands for; empty where it stands for none.

    Examples
    --------
    >>> milestone("Resolved"), milestone("Monitoring")
    ('resolved', '')
    """
    return _MILESTONES.get(str(stage or "").strip().lower(), "")


def is_done(stage: Any) -> bool:
    """Whether a stage's name says that the incident is over."""
    return str(stage or "").strip().lower().replace("post-mortem", "postmortem") in DONE


def ending(stamp: Stamp | None, over: bool | None) -> dict[str, Any]:
    """`resolved` and how sure: its time; "open" where the source says that it is not over; else "unknown".

    Parameters
    ----------
    stamp : Stamp or None
    over : bool or None
        What the source says; None where it says nothing.
    """
    if stamp is not None:
        return {"resolved": stamp, "resolved_certainty": "exact"}
    return {"resolved": None, "resolved_certainty": "open" if over is False else "unknown"}


def minutes(first: Stamp | None, last: Stamp | None) -> float | None:
    """Minutes between two stamps of one clock."""
    return None if first is None or last is None else (last.ns - first.ns) / (60 * SECOND)


_BREAKS = pattern(r"<(?:br|/p|/div|/li|p|li)\b[^>]{0,200}>", re.IGNORECASE)
_TAGS = pattern(r"<[^<>]{1,2000}>")
_SPACES = pattern(r"[ \t\u00a0]+")


def text_of_html(markup: Any) -> str:
    r"""HTML as text: marks left out, line breaks kept, characters read.

    Examples
    --------
    >>> text_of_html("<div><b>12:53 PM PDT</b>&nbsp;We&#39;re on it.<br />More.</div>")
    "12:53 PM PDT We're on it.\nMore."
    """
    if not isinstance(markup, str):
        return ""
    plain = html.unescape(_TAGS.sub("", _BREAKS.sub("\n", markup)))
    lines = (_SPACES.sub(" ", line).strip() for line in plain.split("\n"))
    return "\n".join(line for line in lines if line)


def inside(record: Any, key: str) -> dict[str, Any]:
    """The object in a field; empty where there is none."""
    value = record.get(key) if isinstance(record, dict) else None
    return value if isinstance(value, dict) else {}


def names(given: Any, *keys: str) -> list[str]:
    """Names in a list of texts or objects, each once: `[{"name": "API"}]` gives ["API"]."""
    found = []
    for one in given if isinstance(given, list) else []:
        known = objects.pick(one, *keys) if isinstance(one, dict) else one
        if isinstance(known, str) and known.strip():
            found.append(known.strip())
    return list(dict.fromkeys(found))
