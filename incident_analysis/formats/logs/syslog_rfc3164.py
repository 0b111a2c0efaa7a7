"""Syslog with the old head (RFC 3164): `<PRI>Mmm dd hh:mm:ss host tag[pid]: message`, and rsyslog's ISO stamps.

Written by rsyslog, syslog-ng, sysklogd and devices. BSD stamps have no year (the last record's is taken from the file
or the analyst; earlier ones roll over at New Year) and no zone; files that a newer rsyslog writes have both. PRI stands
only in what was forwarded. Messages of nginx, Apache and HAProxy are read as their own formats say. Read too is what
devices write in its place: Cisco's numbers, marks and mnemonics (also a year before the stamp), facility and level in
words (BusyBox, OpenWrt, AIX, BSD's `syslogd -v`), `log show --style syslog` of macOS, a PRI with no stamp behind it
(then there is no time). Lines of `journalctl` between the records (`-- Reboot --`) are rows without a time; the months
of German locales are known.
"""

from __future__ import annotations

from incident_analysis.clock import Stamp
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.formats import syslog
from incident_analysis.formats.logs import access, haproxy
from incident_analysis.patterns import pattern

_HEAD = rf"{syslog.OLD}|{syslog.NEW}"
#: What journalctl writes between records.
_NOTE = r"-- (?:Logs begin at |Journal begins at |Boot [0-9a-f]|Reboot --|No entries --)"
_NOTED = pattern(_NOTE)
#: Programs that log requests through syslog.
_SERVERS = pattern(r"(?:nginx|apache2?|httpd|openresty|caddy|traefik)\b")


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `facility`, `pid` beside the common ones."""
    row = syslog.old(text)
    if row is None and text[:3] == "-- " and _NOTED.match(text):
        return {"time": None, "message": text}
    if row is None:
        return syslog.new(text) or syslog.stampless(text)
    if _SERVERS.match(row.get("service") or ""):
        row = inside(row, access.parse(row["message"], context))
    elif row.get("service") == "haproxy" and (inner := haproxy.traffic(row["message"])) is not None:
        # The accept date is the record's time, as in HAProxy's own format.
        row |= inner
    return row


def inside(row: Row, inner: Row | None) -> Row:
    """A record with the fields of the line that its message holds; the stamp with a zone is the better one."""
    if inner is None:
        return row
    merged = {**row, **{k: v for k, v in inner.items() if v is not None}}
    time = inner.get("time")
    if not (isinstance(time, Stamp) and time.zoned):
        merged["time"] = row["time"]
    return merged


FORMAT = Format(
    name="syslog_rfc3164",
    title="syslog, RFC 3164 and rsyslog's files",
    reference="https://www.rfc-editor.org/rfc/rfc3164; RSYSLOG_TraditionalFileFormat and RSYSLOG_FileFormat of rsyslog",
    sample=(
        "Jan  2 10:00:00 made-up cron[7]: started\n"
        "<34>Jan  2 10:00:01 made-up su: refused\n"
        "2026-01-02T10:00:02.123456+01:00 made-up kernel: a line of a newer rsyslog\n"
    ),
    recognise=by_lines(_HEAD, strength=0.85, why="syslog heads", least=0.3),
    lines=Lines(parse, start=pattern(rf"{syslog.BEGINS}|{_NOTE}".encode())),
    zone_rule="local",
)
