"""Syslog with the new head (RFC 5424): `<PRI>1 stamp host app procid msgid [structured data] message`, one a line.

Any field may be "-". The stamp has its zone; without one the record has no time. A mark of the byte order may stand
before the message. Messages may span lines: a line without a head goes on the record above. Old heads among the new
ones (a relay of several senders) are read too.
"""

from __future__ import annotations

from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.formats import syslog
from incident_analysis.patterns import pattern


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `facility`, `pid` or `procid`, `msgid`, structured data as `element.name`."""
    return syslog.new(text) or syslog.old(text)


FORMAT = Format(
    name="syslog_rfc5424",
    title="syslog, RFC 5424",
    reference="https://www.rfc-editor.org/rfc/rfc5424; RSYSLOG_SyslogProtocol23Format of rsyslog",
    sample=(
        '<165>1 2026-01-02T10:00:00.003Z made-up app 7 ID47 [made@32473 step="1"] started\n'
        "<11>1 2026-01-02T11:00:01+01:00 made-up app - - - lost\n"
    ),
    recognise=by_lines(syslog.NEW, strength=0.95, why="heads of RFC 5424", least=0.3),
    lines=Lines(parse, start=pattern(rf"{syslog.NEW}|{syslog.PRI}{syslog.BSD} |{syslog.PRI}{syslog.ISO} ".encode())),
    zone_rule="local",
)
