"""The log of Nagios and of Icinga's compatible log: state changes, notifications, acknowledgements, downtimes.

Written from the documentation: no real file was at hand. A state is SOFT while the check is tried again: only HARD
ones count as alerts, SOFT ones are signals. A HARD OK or UP ends the last problem of its host and service. Times are
seconds since 1970; people paste the log with dates in words, `[Tue Jan 12 00:00:00 2016]`, which are a wall clock.
"""

from __future__ import annotations

import re

from incident_analysis import clock
from incident_analysis.clock import Stamp
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.formats.happenings import Ids, known
from incident_analysis.patterns import pattern

_LINE = pattern(r"\[([^\]]{6,40})\]\s+(?:([A-Z][A-Z ]+?): )?(.*)", re.DOTALL)
_GOOD = frozenset({"OK", "UP"})


def _time(text: str) -> Stamp | None:
    return clock.epoch(text) if text.isdigit() else clock.ctime(text) or clock.iso(text)


def parse(text: str, context: Context) -> Row | None:
    """A line of the log."""
    match = _LINE.match(text)
    if match is None:
        return None
    stamp = _time(match[1])
    if stamp is None:
        return None
    ids: Ids = context.memory.setdefault("ids", Ids())
    problems: dict[str, str] = context.memory.setdefault("problems", {})
    what, rest = match[2] or "", match[3]
    parts = rest.split(";")
    row: Row = {
        "time": stamp,
        "time_stated": match[1],
        "actor": "system",
        "automatic": True,
        "kind": "observation",
        "text": f"{what}: {rest}" if what else rest,
        "nagios_type": what or None,
    }
    made = _of(what, parts, problems)
    if made is None:
        # The program's own words: starting, reading its configuration.
        made = {"include": False}
    row |= made
    row["source_id"] = ids.of(match[1], what.lower().replace(" ", "-"), ";".join(parts[:2])[:80])
    if row.pop("problem", False):
        problems[str(row["object"])] = row["source_id"]
    elif row.get("relation") == "resolves":
        problems.pop(str(row["object"]), None)
    return known(row)


def _of(what: str, parts: list[str], problems: dict[str, str]) -> Row | None:
    service = what.startswith("SERVICE ")
    kind = what.removeprefix("SERVICE ").removeprefix("HOST ")
    if what in ("SERVICE ALERT", "HOST ALERT"):
        return _change(parts if service else [parts[0], "", *parts[1:]], problems)
    if what in ("SERVICE NOTIFICATION", "HOST NOTIFICATION"):
        # contact;host;[service;]state;command;text
        given = parts if service else [*parts[:2], "", *parts[2:]]
        if len(given) < 6:
            return None
        acknowledged = given[3].startswith("ACKNOWLEDGEMENT")
        return {
            "kind": "communication",
            "object": _object(given[1], given[2]),
            "host": given[1],
            "service": given[2] or given[1],
            "state": given[3],
            "who": given[0],
            "text": f"notified of {_object(given[1], given[2])}: {given[3]} {';'.join(given[5:])}".strip(),
            "relates_to": problems.get(_object(given[1], given[2])),
            "relation": None,
            "include": None if acknowledged else False,
        }
    if what == "EXTERNAL COMMAND":
        return _command(parts, problems)
    if kind in ("DOWNTIME ALERT", "FLAPPING ALERT") and len(parts) >= 3:
        given = parts if service else [parts[0], "", *parts[1:]]
        return {
            "kind": "observation",
            "object": _object(given[0], given[1]),
            "host": given[0],
            "service": given[1] or given[0],
            "state": given[2],
            "text": f"{_object(given[0], given[1])}: {kind.removesuffix(' ALERT').lower()} {given[2].lower()}"
            + (f": {';'.join(given[3:]).strip()}" if given[3:] else ""),
        }
    return None


def _object(host: str, service: str) -> str:
    return f"{host}/{service}" if service else host


def _change(parts: list[str], problems: dict[str, str]) -> Row | None:
    """host;service;state;SOFT or HARD;attempt;text"""
    if len(parts) < 5:
        return None
    host, service, state, hardness, attempt = parts[:5]
    name, said = _object(host, service), ";".join(parts[5:])
    made: Row = {
        "object": name,
        "host": host,
        "service": service or host,
        "criticality": state,
        "state": state,
        "state_type": hardness,
        "attempt": int(attempt) if attempt.isdigit() else None,
        "text": f"{name} {state}" + (f": {said}" if said else ""),
    }
    if hardness != "HARD":
        return made | {"kind": "signal"}
    if state in _GOOD:
        return made | {
            "relates_to": problems.get(name),
            "relation": "resolves" if name in problems else None,
        }
    return made | {"kind": "alert", "problem": True}


def _command(parts: list[str], problems: dict[str, str]) -> Row | None:
    what = parts[0]
    made: Row = {"actor": "staff", "automatic": False, "kind": "action", "command": what}
    if what in ("ACKNOWLEDGE_SVC_PROBLEM", "ACKNOWLEDGE_HOST_PROBLEM"):
        given = parts[1:] if what == "ACKNOWLEDGE_SVC_PROBLEM" else [*parts[1:2], "", *parts[2:]]
        if len(given) < 7:
            return None
        name = _object(given[0], given[1])
        return made | {
            "kind": "acknowledgement",
            "object": name,
            "host": given[0],
            "service": given[1] or given[0],
            "who": given[5],
            "text": f"{name} acknowledged: {';'.join(given[6:])}",
            "relates_to": problems.get(name),
            "relation": "acknowledges" if name in problems else None,
        }
    if what.startswith("PROCESS_"):
        # Passive results of checks: the state change that follows from them has its own line.
        return made | {"actor": "system", "automatic": True, "kind": "signal", "include": False}
    return made


_SAMPLE = (
    "[1767348000] SERVICE ALERT: made-up;http;CRITICAL;SOFT;1;timed out\n"
    "[1767348120] SERVICE ALERT: made-up;http;CRITICAL;HARD;3;timed out\n"
    "[1767348300] EXTERNAL COMMAND: ACKNOWLEDGE_SVC_PROBLEM;made-up;http;2;1;1;somebody;looking\n"
    "[1767349000] SERVICE ALERT: made-up;http;OK;HARD;3;up again\n"
)

FORMAT = Format(
    name="nagios",
    title="Nagios and Icinga log",
    yields="TIMELINE",
    reference="https://assets.nagios.com/downloads/nagioscore/docs/nagioscore/4/en/ (from documentation; no sample was "
    "at hand)",
    sample=_SAMPLE,
    recognise=by_lines(
        r"\[(?:\d{9,10}|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})\] (?:SERVICE|HOST|EXTERNAL|CURRENT|"
        r"PROGRAM|Warning|Nagios|Error|LOG|Auto-save|Caught|Successfully|PASSIVE|TIMEPERIOD|INITIAL|wproc|Event|GLOBAL)",
        strength=0.95,
        why="epoch in brackets before SERVICE or HOST",
        least=0.6,
    ),
    lines=Lines(parse=parse),
    zone_rule="local",
)
