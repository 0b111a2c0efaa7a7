"""systemd's journal, `journalctl -o json` (also json-sse, json-seq, json-pretty).

The time is `__REALTIME_TIMESTAMP`, microseconds since 1970 in UTC, when the journal received the entry; what the sender
said stays in `said_us`. All values are texts; a value that is no UTF-8 is a list of byte numbers, one that was too long
is null, a field that came several times is a list of texts. For json-sse, json-seq and json-pretty no sample was at
hand: from the documentation. References: https://www.freedesktop.org/software/systemd/man/latest/journalctl.html,
https://systemd.io/JOURNAL_EXPORT_FORMATS/.
"""

from __future__ import annotations

import json
import re

from incident_analysis.format import Context, Format, Lines, Match, Row
from incident_analysis.formats import journal
from incident_analysis.patterns import pattern


def parse(text: str, context: Context) -> Row | None:
    """An entry's fields, see `journal.row_of`."""
    record = json.loads(text.strip().lstrip("\x1e").removeprefix("data:").strip())
    if not isinstance(record, dict) or "__REALTIME_TIMESTAMP" not in record:
        return None
    if "MESSAGE" in record and record["MESSAGE"] is None:
        context.warn("fields that were too long for the export are null: export with `--all`")
    return journal.row_of(record)


_BEGIN = pattern(rb'\s*\x1e?(?:data: ?)?\{(?:\s*"|\s*$)')


def recognise(head: bytes) -> Match | None:
    """By the journal's own time at an object's level."""
    text = head.lstrip(b"\xef\xbb\xbf \r\n")
    if _BEGIN.match(text) and re.search(rb'"__REALTIME_TIMESTAMP"\s*:\s*"\d{15,17}"', text):
        return Match(0.96, "objects with __REALTIME_TIMESTAMP")
    return None


FORMAT = Format(
    name="journald_json",
    title="systemd journal as JSON",
    reference="https://systemd.io/JOURNAL_EXPORT_FORMATS/",
    sample='{"__REALTIME_TIMESTAMP":"1767348000000000","PRIORITY":"6","SYSLOG_IDENTIFIER":"made-up",'
    '"_HOSTNAME":"h","MESSAGE":"started"}\n',
    recognise=recognise,
    lines=Lines(parse, start=pattern(rb"\x1e|data: ?\{|\{")),
    zone_rule="explicit",
)
