"""Access logs of AWS Classic Load Balancers: the time first, then the balancer's name.

No sample was at hand: from the documentation. As with its successor the durations are seconds, -1 where the phase was
not reached; the backend's status "-" or 0 where none answered; TCP listeners have no status and `"- - - "` for a
request.
"""

from __future__ import annotations

from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.formats.http import given
from incident_analysis.formats.logs import alb

_LINE = (
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z [\w-]+ \S+:\d+ (?:\S+:\d+|-) "
    r"(?:-1|\d+\.\d+) (?:-1|\d+\.\d+) (?:-1|\d+\.\d+) (?:-|\d+) (?:-|\d+) \d+ \d+(?: \"|$)"
)


def parse(text: str, context: Context) -> Row | None:
    """A record's fields, as those of `alb`."""
    values = alb.fields(text)
    if len(values) < 11:
        return None
    row = alb.common(values[1:], values[0])
    if row is None:
        return None
    for name, value in zip(("ssl_cipher", "ssl_protocol"), values[13:], strict=False):
        row[name] = given(value)
    return row


FORMAT = Format(
    name="elb_classic",
    title="AWS Classic Load Balancer",
    reference="https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/access-log-collection.html (no sample)",
    sample=(
        "2026-01-02T10:00:00.945958Z made-up 192.0.2.1:2817 198.51.100.7:80 0.000073 0.001048 0.000057 200 200 0 "
        '29 "GET http://made.up:80/ HTTP/1.1" "made-up/1.0" - -\n'
        '2026-01-02T10:00:01.000000Z made-up 192.0.2.1:2818 - -1 -1 -1 504 0 0 0 "GET http://made.up/ HTTP/1.1" "-"\n'
    ),
    recognise=by_lines(_LINE, strength=0.95, why="lines of a Classic Load Balancer"),
    lines=Lines(parse),
)
