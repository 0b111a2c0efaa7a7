"""Access logs of AWS Application Load Balancers: `https 2026-01-02T10:00:00.186641Z app/… 192.0.2.1:2817 …`.

The time is when the answer was sent. Durations are seconds; -1 means that the phase was not reached. Two statuses:
the load balancer's own and the target's; "-" in the latter where no target answered: whose error it is shows there.
Quoted fields were added at the end over the years: lines may be shorter or longer.
"""

from __future__ import annotations

import re

from incident_analysis import clock, severity
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.formats.http import given, request, seconds, whole
from incident_analysis.patterns import pattern

_FIELD = pattern(r'"((?:[^"\\]|\\.)*)"|(\S+)')
_LATER = (
    "ssl_cipher ssl_protocol target_group_arn trace_id domain_name chosen_cert_arn matched_rule_priority "
    "request_creation_time actions_executed redirect_url error_reason target_list target_status_list classification "
    "classification_reason connection_trace_id transformed_host transformed_uri request_transform_status"
).split()
_LINE = r"(?:https?|h2|grpcs|wss?) \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z (?:app|net)/\S+ \S+ \S+ (?:-1|\d+(?:\.\d+)?) "


def fields(text: str) -> list[str]:
    """The fields of a line, quoted ones without their quotes."""
    return [quoted or bare for quoted, bare in _FIELD.findall(text)]


def common(values: list[str], stamp: str) -> Row | None:
    """From the balancer's name to the user agent: what all load balancers' lines share."""
    balancer, client, target, asked, worked, answered, status, target_status, received, sent = values[:10]
    time = clock.iso(stamp)
    if time is None or not re.fullmatch(r"-|\d{1,3}|-1", status):
        return None
    parts = [seconds(asked), seconds(worked), seconds(answered)]
    total = sum(p for p in parts if p is not None)
    row: Row = {
        "time": time,
        "service": balancer,
        **request(values[10] if len(values) > 10 else ""),
        "status": whole(status) or None,
        "upstream_status": whole(target_status) or None,
        "bytes": whole(sent),
        "request_bytes": whole(received),
        # The sum only where every phase was reached.
        "duration_s": None if None in parts else round(total, 9),
        "request_processing_s": parts[0],
        "target_processing_s": parts[1],
        "response_processing_s": parts[2],
        "client": address(client),
        "upstream": given(target),
    }
    if row["status"] is not None:
        row["severity_number"] = severity.of_status(row["status"])
    if len(values) > 11:
        row["user_agent"] = given(values[11])
    return row


def address(text: str) -> str | None:
    """An address without its port."""
    bare = given(text)
    return None if bare is None else bare.rsplit(":", 1)[0].strip("[]")


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: the three parts of the duration, the target and the fields that AWS names."""
    values = fields(text)
    if len(values) < 14:
        return None
    row = common(values[2:], values[1])
    if row is None:
        return None
    row["type"] = values[0]
    for name, value in zip(_LATER, values[14:], strict=False):
        row[name] = given(value)
    return row


FORMAT = Format(
    name="alb",
    title="AWS Application Load Balancer",
    reference="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html",
    sample=(
        "https 2026-01-02T10:00:00.186641Z app/made-up/50dc6c495c0c9188 192.0.2.1:2817 198.51.100.7:80 0.001 0.048 0 "
        '200 200 34 366 "GET https://made.up:443/ HTTP/1.1" "made-up/1.0" - - - "Root=1-made-up" "-" "-" 0 '
        '2026-01-02T10:00:00.135000Z "forward" "-" "-" "198.51.100.7:80" "200" "-" "-"\n'
    ),
    recognise=by_lines(_LINE, strength=0.97, why="lines of an Application Load Balancer"),
    lines=Lines(parse),
)
