"""Access logs of AWS Network Load Balancers (TLS listeners): `tls 2.0 2026-01-02T10:00:00 net/… … 192.0.2.1:2817 …`.

The time is when the connection ended, without a zone: UTC, as all of AWS' logs. Durations are whole milliseconds, "-"
where the handshake failed; then `tls_alert` may say why. There is no request, and so no status. No sample was at hand:
from the documentation.
"""

from __future__ import annotations

from incident_analysis import clock, severity
from incident_analysis.clock import Stamp
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.formats.http import given, seconds, whole
from incident_analysis.formats.logs import alb
from incident_analysis.patterns import pattern

_STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?"
_LINE = rf"tls \d\.\d {_STAMP} net/\S+ \S+ \S+:\d+ \S+ (?:-|\d+) (?:-|\d+) (?:-|\d+) (?:-|\d+) "
_NAMES = (
    "tls_alert chosen_cert_arn chosen_cert_serial ssl_cipher ssl_protocol tls_named_group domain_name alpn_front "
    "alpn_back alpn_offered created"
).split()
#: A list of quoted words is one field.
_FIELD = pattern(r'(?:"[^"]*"(?:,"[^"]*")*)|\S+')


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `upstream`, `handshake_s`, `tls_alert` and what AWS names beside them."""
    values = _FIELD.findall(text)
    if len(values) < 12:
        return None
    kind, version, stamp, balancer, listener, client, target, lasted, handshake, received, sent, *rest = values
    time = clock.iso(stamp)
    if time is None:
        return None
    row: Row = {
        "time": Stamp(time.ns, True),
        "service": balancer,
        "type": kind,
        "log_version": version,
        "listener": given(listener),
        "client": alb.address(client),
        "upstream": given(target),
        "duration_s": seconds(lasted, unit="ms"),
        "handshake_s": seconds(handshake, unit="ms"),
        "request_bytes": whole(received),
        "bytes": whole(sent),
    }
    for name, value in zip(_NAMES, rest, strict=False):
        row[name] = given(value)
    failed = row["handshake_s"] is None
    row["severity_number"] = severity.number("warning" if failed or row.get("tls_alert") else "info")
    row["message"] = f"{client} to {given(target) or 'no target'}, {lasted} ms" + (", no handshake" if failed else "")
    return row


FORMAT = Format(
    name="nlb",
    title="AWS Network Load Balancer (TLS)",
    reference="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html "
    "(no sample was at hand)",
    sample=(
        "tls 2.0 2026-01-02T10:00:00 net/made-up/c6e77e28c25b2234 g3d4b5e8bb8464cd 192.0.2.1:51341 198.51.100.7:443 5 "
        "2 98 246 - arn:made-up - MADE-UP-CIPHER tlsv12 - made.up - - - 2026-01-02T09:59:55\n"
    ),
    recognise=by_lines(_LINE, strength=0.97, why="lines of a Network Load Balancer"),
    lines=Lines(parse),
    zone_rule="explicit",
)
