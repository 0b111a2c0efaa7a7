"""Windows events as XML: Event Viewer's "save as XML", `wevtutil qe /f:xml`, and what people copy out of the viewer's
details (`- <Event …>- <System>`).

Times are UTC with up to seven digits (100 ns). The events may stand on one line, without a common root, in text of
forwarders. `EventData` gives columns by the names of its data. One whose XML is broken is kept unparsed.
Reference: https://learn.microsoft.com/en-us/windows/win32/wes/eventschema-schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import windows
from incident_analysis.patterns import pattern

_EVENT = pattern(r"<Event(?:\s[^>]*)?>.*?</Event>", re.DOTALL)
#: The viewer's mark for a branch that can be folded.
_FOLD = pattern(r"(^|[>\n])([ \t\r]*)-[ \t]+(?=<)")
_SPACE = pattern(r"\sxmlns(?::\w+)?=(?:'[^']*'|\"[^\"]*\")")
_ENTITY = pattern(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)")
_FORBIDDEN = pattern(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_PREFIX = pattern(r"<(/?)[A-Za-z_][\w.\-]*:(?=[A-Za-z_])")


def event_of(text: str) -> Row | None:
    """The row of one `<Event>…</Event>`; None where it is broken."""
    bare = _FORBIDDEN.sub("", _ENTITY.sub("&amp;", _FOLD.sub(r"\1\2", text)))
    bare = _PREFIX.sub(r"<\1", _SPACE.sub("", bare))
    try:
        root = ElementTree.fromstring(bare)
    except ElementTree.ParseError:
        return None
    return windows.row_of(_mapping(root))


def _mapping(element: ElementTree.Element) -> dict[str, Any]:
    made: dict[str, Any] = {}
    unnamed = 0
    for child in element:
        name = child.tag
        if name == "Data":
            name = child.get("Name") or ""
            if not name:
                unnamed += 1
                name = f"param{unnamed}"
            made[_free(name, made)] = (child.text or "").strip()
            continue
        inner: Any = _mapping(child) if len(child) else (child.text or "").strip()
        if child.attrib:
            inner = {"#attributes": dict(child.attrib), **(inner if isinstance(inner, dict) else {"#text": inner})}
        made[_free(name, made)] = inner
    return made


def _free(name: str, taken: dict[str, Any]) -> str:
    """A name that is not taken yet: what comes again gets its number."""
    found, n = name, 1
    while found in taken:
        n += 1
        found = f"{name}.{n}"
    return found


def read(text: str, context: Context) -> Iterator[Item]:
    """The events; what stands between them is XML's own, or the forwarder's."""
    line, seen = 1, 0
    for match in _EVENT.finditer(text):
        line += text.count("\n", seen, match.start())
        last = line + text.count("\n", match.start(), match.end())
        yield Item(event_of(match[0]), line, last, match[0])
        line, seen = last, match.end()
    rest = text[seen:]
    if (cut := re.search(r"<Event[\s>]", rest)) is not None:
        context.warn("the last event is cut: the file ends within it")
        line += text.count("\n", seen, seen + cut.start())
        whole = rest[cut.start() :].rstrip()
        yield Item(None, line, line + whole.count("\n"), whole)


def recognise(head: bytes) -> Match | None:
    """By the event schema's namespace, or its elements."""
    if re.search(rb"<Event[\s>]", head) is None or head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return None
    shape = re.match(
        rb"\s*(?:\xef\xbb\xbf)?\s*(?:-\s*)?(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:-\s*)?<(?:Events?[\s>])",
        head,
        re.DOTALL,
    )
    if shape and (b"/win/2004/08/events/event" in head or b"<System>" in head):
        return Match(0.96, "events of Windows as XML")
    return None


FORMAT = Format(
    name="windows_xml",
    title="Windows events as XML",
    reference="https://learn.microsoft.com/en-us/windows/win32/wes/eventschema-schema",
    sample='<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="Made-Up"/>'
    '<EventID>7</EventID><Level>4</Level><TimeCreated SystemTime="2026-01-02T10:00:00.0000000Z"/><EventRecordID>'
    "1</EventRecordID>"
    '<Channel>System</Channel><Computer>h</Computer></System><EventData><Data Name="part">1</Data></EventData>'
    "</Event>\n",
    recognise=recognise,
    read=read,
    zone_rule="explicit",
)
