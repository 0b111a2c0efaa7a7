"""Windows events as CSV: Event Viewer's "save as CSV", PowerShell's `Get-WinEvent | Export-Csv`, and plaso's timeline.

Hazards: Event Viewer and PowerShell write the local clock, without a zone, in the order and language of the machine's
settings: whether the day or the month stands first is decided over the whole column and told. The heading is read in
English, German, French and Spanish. A message of several lines stands in quotes, in a column without a name. plaso's
`datetime` carries its offset, and its `xml_string` the whole event. For Event Viewer's and PowerShell's files no sample
was at hand: from the documentation. References:
https://learn.microsoft.com/en-us/powershell/module/microsoft.powershell.diagnostics/get-winevent,
https://plaso.readthedocs.io/en/latest/sources/user/Output-and-formatting.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from incident_analysis import clock
from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import cells, dates, windows
from incident_analysis.formats.logs.windows_xml import event_of
from incident_analysis.formats.objects import adopt

_VIEWER = {
    "level": ("Level", "Ebene", "Niveau", "Nivel", "Keywords", "Schlüsselwörter", "Mots clés", "Palabras clave"),
    "time": ("Date and Time", "Datum und Uhrzeit", "Date et heure", "Fecha y hora"),
    "source": ("Source", "Quelle", "Origen"),
    "event_id": (
        "Event ID",
        "Ereignis-ID",
        "ID de l’événement",
        "ID de l'événement",
        "Id. del evento",
        "Id. de evento",
    ),
    "task": ("Task Category", "Aufgabenkategorie", "Catégorie de la tâche", "Categoría de la tarea"),
}
_WORDS = {
    "informationen": 9, "information": 9, "informations": 9, "información": 9, "warnung": 13, "avertissement": 13,
    "advertencia": 13, "fehler": 17, "erreur": 17, "kritisch": 18, "critique": 18, "crítico": 18, "ausführlich": 5,
    "verbose": 5, "audit success": 9, "audit failure": 13, "überwachung erfolgreich": 9, "überwachung gescheitert": 13,
}  # fmt: skip
#: .NET's EventLogRecord.
_POWERSHELL = {
    "Message": "message", "Id": "event_id", "LevelDisplayName": "severity_text", "ProviderName": "service",
    "MachineName": "host", "LogName": "channel", "RecordId": "record_id", "ProcessId": "pid", "ThreadId": "thread",
    "UserId": "user_sid", "TaskDisplayName": "task",
}  # fmt: skip
#: Windows PowerShell's Get-EventLog: .NET's EventLogEntry.
_EVENT_LOG = {
    "Message": "message", "EventID": "event_id", "EntryType": "severity_text", "Source": "service",
    "MachineName": "host", "Index": "record_id", "UserName": "user",
}  # fmt: skip
_NUMBERS = {"event_id", "record_id", "pid"}


def read(text: str, context: Context) -> Iterator[Item]:
    """The events; `event_id task channel record_id user_sid` beside the common fields."""
    skipped = 0
    body = text
    if body.lstrip("\ufeff").startswith("#TYPE"):
        skipped = 1
        body = body.partition("\n")[2]
    table = cells.table(body)
    kind = kind_of(table.heading)
    rows: list[tuple[Row | None, str | None, int, int]] = []
    width = len(table.names)
    for found, start, end in table.rest:
        if found == table.heading:
            context.warn("the heading comes again in the file: several exports one after another")
            continue
        if not width <= len(found) <= width + (1 if kind == "viewer" else 0):
            rows.append((None, None, start, end))
            continue
        names = [*table.names, "message"]
        fields = {n: c for n, c in zip(names, found, strict=False) if c != ""}
        row: Row | None
        row, stamp = {"viewer": _viewer, "powershell": _powershell, "plaso": _plaso, "eventlog": _event_log}[kind](
            fields
        )
        rows.append((row, stamp, start, end))
    times, decided = dates.column([stamp for _, stamp, _, _ in rows])
    if decided and any(row is not None for row, *_ in rows):
        context.warn(decided)
    for (row, stamp, start, end), time in zip(rows, times, strict=True):
        if row is not None and stamp is not None:
            row["time"] = time
        yield Item(row, start + skipped, end + skipped)


def kind_of(heading: list[str]) -> str:
    """Which tool wrote the heading; empty where none of these."""
    names = {name.strip().strip("\ufeff") for name in heading}
    if {"datetime", "timestamp_desc"} <= names and names & {"xml_string", "event_identifier"}:
        return "plaso"
    if {"TimeCreated", "ProviderName"} <= names or {"TimeCreated", "LevelDisplayName"} <= names:
        return "powershell"
    if {"EventID", "EntryType", "TimeGenerated"} <= names:
        return "eventlog"
    if names & set(_VIEWER["time"]) and names & set(_VIEWER["event_id"]):
        return "viewer"
    return ""


def _viewer(fields: dict[str, str]) -> tuple[Row, str | None]:
    known = {name: next((fields[n] for n in names if n in fields), None) for name, names in _VIEWER.items()}
    level = known["level"] or ""
    row: Row = {
        "time": None,
        "severity_text": level,
        "severity_number": _WORDS.get(level.strip().lower()),
        "service": known["source"],
        "message": fields.get("message", ""),
        "event_id": windows.whole(known["event_id"]),
        "task": known["task"],
    }
    taken = {n for names in _VIEWER.values() for n in names} | {"message"}
    return adopt(row, {k: v for k, v in fields.items() if k not in taken}, prefix="attributes"), known["time"]


def _powershell(fields: dict[str, str]) -> tuple[Row, str | None]:
    row: Row = {"time": None, "message": ""}
    for name, column in _POWERSHELL.items():
        if name in fields:
            row[column] = windows.whole(fields[name]) if column in _NUMBERS else fields[name]
    words, number = windows.severity(windows.whole(fields.get("Level")), windows.whole(fields.get("Keywords")))
    row["severity_text"] = row.get("severity_text") or words
    row["severity_number"] = number
    taken = {*_POWERSHELL, "TimeCreated"}
    return adopt(row, {k: v for k, v in fields.items() if k not in taken}, prefix="attributes"), fields.get(
        "TimeCreated"
    )


def _event_log(fields: dict[str, str]) -> tuple[Row, str | None]:
    row: Row = {"time": None, "message": ""}
    for name, column in _EVENT_LOG.items():
        if name in fields:
            row[column] = windows.whole(fields[name]) if column in _NUMBERS else fields[name]
    # .NET writes 0 where an event has no type, which its own log shows as information.
    level = str(row.get("severity_text") or "")
    row["severity_number"] = {"successaudit": 9, "failureaudit": 13}.get(level.lower(), _WORDS.get(level.lower()))
    taken = {*_EVENT_LOG, "TimeGenerated"}
    return adopt(row, {k: v for k, v in fields.items() if k not in taken}, prefix="attributes"), fields.get(
        "TimeGenerated"
    )


def _plaso(fields: dict[str, str]) -> tuple[Row, str | None]:
    event = (
        event_of(fields["xml_string"].strip()) if fields.get("xml_string", "").lstrip().startswith("<Event") else None
    )
    row: Row = dict(event or {})
    level = windows.whole(fields.get("event_level"))
    words, number = windows.severity(level, None)
    row["time"] = clock.iso(fields.get("datetime", ""))
    row["severity_text"] = row.get("severity_text") or words
    row["severity_number"] = row.get("severity_number") or number
    row["service"] = row.get("service") or fields.get("source_name")
    row["host"] = row.get("host") or fields.get("computer_name")
    row["message"] = fields.get("message", row.get("message", ""))
    row["event_id"] = row.get("event_id") or windows.whole(fields.get("event_identifier"))
    row["record_id"] = row.get("record_id") or windows.whole(fields.get("record_number"))
    taken = {"datetime", "source_name", "computer_name", "message", "event_identifier", "record_number"}
    return adopt(row, {k: v for k, v in fields.items() if k not in taken}, prefix="plaso"), None


def recognise(head: bytes) -> Match | None:
    """By the heading."""
    text = head
    if text.removeprefix(b"\xef\xbb\xbf").startswith(b"#TYPE"):
        text = text.partition(b"\n")[2]
    first = text.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0]
    if not re.search(rb"[,;\t]", first) or len(first) > 5000:
        return None
    kind = kind_of(cells.heading(first))
    return Match(0.95, f"the heading of {kind}'s CSV of events") if kind else None


FORMAT = Format(
    name="windows_csv",
    title="Windows events as CSV",
    reference="https://learn.microsoft.com/en-us/powershell/module/microsoft.powershell.diagnostics/get-winevent",
    sample="Level,Date and Time,Source,Event ID,Task Category\n"
    'Information,1/22/2026 10:00:00 AM,Made-Up,7,None,"started\nin two lines"\n',
    recognise=recognise,
    read=read,
    zone_rule="local",
)
