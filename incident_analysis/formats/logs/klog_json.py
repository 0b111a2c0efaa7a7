"""Kubernetes components that log as JSON (`--logging-format=json`): `ts`, `caller`, `msg`; but for errors, `v`.

There is no level: by Kubernetes' own rule each record but an error has the verbosity `v`. `ts` is milliseconds since
1970 with a fraction. No sample was at hand: from the documentation.
"""

from __future__ import annotations

from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.formats.logs import json_lines


def parse(text: str, context: Context) -> Row | None:
    """A record's fields as those of JSON lines, with the level that the verbosity tells."""
    row = json_lines.parse(text, context)
    if row is None or row.get("severity_text") or "caller" not in row:
        return row
    level, number = ("INFO", 9) if "v" in row else ("ERROR", 17)
    return row | {"severity_text": level, "severity_number": number}


FORMAT = Format(
    name="klog_json",
    title="Kubernetes components, as JSON",
    reference="https://kubernetes.io/docs/concepts/cluster-administration/system-logs/#json-log-format "
    "(no sample was at hand)",
    sample='{"ts":1767348000000.25,"caller":"made/up.go:12","msg":"started","v":0}\n'
    '{"ts":1767348001000.25,"caller":"made/up.go:20","msg":"lost","err":"made up"}\n',
    recognise=by_lines(
        r'(?![^\n]*"level":)\{"ts":\d{13}(?:\.\d+)?,"caller":"[^"\n]+:\d+","msg":"',
        strength=0.9,
        why="ts, caller and msg of Kubernetes components",
    ),
    lines=Lines(parse),
)
