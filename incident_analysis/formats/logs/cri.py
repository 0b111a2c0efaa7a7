"""Kubernetes' container logs (CRI: containerd, CRI-O): `2026-01-02T10:00:00.000000001Z stdout F text`.

Long lines are cut: pieces marked P go on until the F of the same stream; the record spans all of them, and has the
time of the first. Stamps have one to nine digits of fraction, Z or an offset. The text is read again by its own
format.
"""

from __future__ import annotations

import re

from incident_analysis import clock
from incident_analysis.format import Context, Format, Lines, Piece, Row, by_lines
from incident_analysis.formats.stamps import RFC3339
from incident_analysis.patterns import pattern

_LINE = pattern(rf"({RFC3339}) (stdout|stderr) ([PF])(?:[:\w]*) ?(.*)", re.DOTALL)


def joins(text: str, context: Context) -> Piece | None:
    """The line's stream, and whether more of it follows."""
    match = _LINE.match(text)
    return None if match is None else Piece(match[2], match[3] == "P")


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `stream`; `pieces` where there were several."""
    matches = [_LINE.fullmatch(line) for line in text.split("\n")]
    found = [match for match in matches if match is not None]
    if not found or len(found) < len(matches):
        return None
    row: Row = {
        "time": clock.iso(found[0][1]),
        "message": "".join(match[4].rstrip("\r") for match in found),
        "stream": found[0][2],
    }
    if len(found) > 1:
        row["pieces"] = len(found)
    return row


FORMAT = Format(
    name="cri",
    title="Kubernetes container logs (CRI)",
    reference="https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md",
    sample=(
        "2026-01-02T10:00:00.000000001Z stdout P half a \n"
        "2026-01-02T10:00:00.000000002Z stderr F another stream\n"
        "2026-01-02T10:00:00.000000003Z stdout F line\n"
    ),
    recognise=by_lines(rf"{RFC3339} (?:stdout|stderr) [PF](?: |$)", strength=0.97, why="CRI's lines"),
    lines=Lines(parse, joins=joins),
    inner="message",
)
