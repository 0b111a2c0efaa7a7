"""Envoy's access log in its default format, and Istio's, which has more: `[2026-01-02T10:00:00.123Z] "GET / HTTP/1.1"
503 UF 0 91 30 - "-" "curl/8" "request id" "host" "192.0.2.7:80"`.

The time is when the request began, UTC. Durations are milliseconds. The flags say what Envoy itself met (UF: no
connection to the upstream, UO: overflow, NR: no route, URX: retries used up); "-" is none. References:
https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage#default-format-string,
https://istio.io/latest/docs/tasks/observability/logs/access-log/. No sample was at hand: from the documentation.
"""

from __future__ import annotations

import re

from incident_analysis import clock, severity
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.formats.http import given, request, seconds, whole
from incident_analysis.patterns import pattern

_START = (
    r'\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)\] "(?:[^"\\\n]|\\.)*" \d{1,3} '
    r"(?:-|[A-Z]{2,5}(?:,[A-Z]{2,5})*) "
    r'(?:\S+ (?:-|\S+) "[^"\n]*" )?\d+ \d+ (?:\d+|-) (?:\d+|-) "'
)
_LINE = pattern(
    r'\[([^\]]+)\] "((?:[^"\\]|\\.)*)" (\d{1,3}) (\S+) (?:(\S+) (\S+) "([^"]*)" )?(\d+) (\d+) (\d+|-) (\d+|-) '
    r'"([^"]*)" "((?:[^"\\]|\\.)*)" "([^"]*)" "([^"]*)" "([^"]*)"(?: (\S+) (\S+) (\S+) (\S+) (\S+) (\S+))?(?: (.*))?',
    re.DOTALL,
)
_NAMES = "upstream_cluster upstream_local_address downstream_local_address downstream_address server_name route".split()


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: those of access logs, `response_flags`, `response_details`, `upstream_cluster` and more."""
    match = _LINE.fullmatch(text)
    if match is None or (time := clock.iso(match[1])) is None:
        return None
    line, code, flags, details, ended, failure, received, sent, took, waited, chain, agent, asked, host, upstream = (
        match.groups()[1:16]
    )
    # 0: no answer was sent.
    status = int(code) or None
    row: Row = {
        "time": time,
        **request(line),
        "status": status,
        "severity_number": severity.of_status(status) if status else severity.number("warning"),
        "response_flags": given(flags),
        "response_details": given(details),
        "termination_details": given(ended),
        "transport_failure": given(failure),
        "request_bytes": whole(received),
        "bytes": whole(sent),
        "duration_s": seconds(took, unit="ms"),
        "upstream_duration_s": seconds(waited, unit="ms"),
        "user_agent": given(agent),
        "request_id": given(asked),
        "request_host": given(host),
        "upstream": given(upstream),
    }
    # Of a chain of proxies the first is who asked.
    first, _, others = chain.partition(",")
    row |= {"client": given(first.strip()), "forwarded_by": given(others.strip())}
    row |= {name: given(value) for name, value in zip(_NAMES, match.groups()[16:22], strict=True)}
    if row["client"] is None and row["downstream_address"]:
        row["client"] = row["downstream_address"].rsplit(":", 1)[0].strip("[]")
    if match[23]:
        row["extra"] = match[23]
    return row


FORMAT = Format(
    name="envoy",
    title="Envoy and Istio access log",
    reference="https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage (no sample)",
    sample=(
        '[2026-01-02T10:00:00.123Z] "GET /made/up HTTP/1.1" 503 UF 0 91 30 - "192.0.2.1" "made-up/1.0" "id-1" '
        '"made.up" "198.51.100.7:80"\n'
    ),
    recognise=by_lines(_START, strength=0.96, why="Envoy's access log lines", least=0.3),
    lines=Lines(parse),
)
