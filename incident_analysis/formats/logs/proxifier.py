"""Proxifier, the client of proxies: `[01.02 10:00:00] program.exe - host:443 open through proxy host:5070 HTTPS`.

The month stands first, the year nowhere; the wall clock is the machine's, without a zone. A closed connection tells its
bytes and how long it lived. Reference: https://github.com/logpai/loghub (Proxifier).
"""

from __future__ import annotations

import re

from incident_analysis.clock import Yearless
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.patterns import pattern

_START = r"\[\d\d\.\d\d \d\d:\d\d:\d\d\] "
_HEAD = pattern(
    r"\[(\d\d)\.(\d\d) (\d\d):(\d\d):(\d\d)\] (?:([^\n]+?)(?: \*64)? - (\S+) )?(.*)",
    re.DOTALL,
)
_CLOSED = pattern(r"close, (\d+) bytes (?:\([^)]*\) )?sent, (\d+) bytes (?:\([^)]*\) )?received, lifetime (\S+)")


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `target`, `sent_bytes`, `received_bytes`, `duration_s`; the program is the service."""
    match = _HEAD.match(text)
    if match is None:
        return None
    *wall, program, target, message = match.groups()
    month, day, hour, minute, second = (int(part) for part in wall)
    row: Row = {
        "time": Yearless(month, day, hour, minute, second, ""),
        "service": program,
        "target": target,
        "message": message,
    }
    if (closed := _CLOSED.match(message)) is not None:
        row["sent_bytes"], row["received_bytes"] = int(closed[1]), int(closed[2])
        if ":" in closed[3]:
            parts = [int(part) for part in re.findall(r"\d+", closed[3])]
            row["duration_s"] = float(sum(part * 60**i for i, part in enumerate(reversed(parts))))
    return row


FORMAT = Format(
    name="proxifier",
    title="Proxifier",
    reference="https://github.com/logpai/loghub (Proxifier)",
    sample="[01.02 10:00:00] made-up.exe - shop.example:443 open through proxy proxy.example:5070 HTTPS\n"
    "[01.02 10:00:07] made-up.exe - shop.example:443 close, 7 bytes sent, 9 bytes received, lifetime 00:07\n",
    recognise=by_lines(
        _START + r"[^\n]+? - \S+ (?:open|close|error|resolve|could not)",
        strength=0.93,
        why="heads of Proxifier",
        least=0.3,
    ),
    lines=Lines(parse, start=pattern(_START.encode())),
    zone_rule="local",
)
