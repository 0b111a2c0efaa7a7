"""Messages of Microsoft Teams, as Microsoft Graph gives them: channel messages, replies, chats.

Written from the documentation: no real file was at hand. Texts are HTML, read as plain text; mentions keep their names.
Replies name their first message by `replyToId`, or stand inside it as `replies`. System messages (members added, calls)
are noise that the report leaves out. What an application posts is an alert, a recovery or a deployment where its words
say so. `@odata.nextLink` says that there are further pages. Times are UTC.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Match, Row, json_document
from incident_analysis.formats.happenings import Ids, is_acknowledgement, kind_of_words, known, utc_moment
from incident_analysis.formats.objects import at_limit, attempt, pick, records, told
from incident_analysis.formats.told import text_of_html


def _body(message: dict[str, Any]) -> str:
    content = pick(message, "body.content")
    text = text_of_html(content) if pick(message, "body.contentType") == "html" else str(content or "")
    parts = [pick(message, "subject"), text]
    for card in pick(message, "attachments") or []:
        said = pick(card, "content")
        try:
            inside = json.loads(said) if isinstance(said, str) and said.lstrip()[:1] == "{" else None
        except ValueError:
            inside = None
        words = pick(inside, "title", "summary", "text") if inside else pick(card, "name")
        if words and str(words) not in text:
            parts.append(str(words))
    return "\n".join(str(p) for p in parts if p).strip()


def row_of(message: dict[str, Any], context: Context, ids: Ids, *, of: str | None = None) -> Row | None:
    """A row of one message."""
    written = pick(message, "createdDateTime")
    if written is None:
        return None
    name = ids.of(pick(message, "id") or written)
    user, program = pick(message, "from.user"), pick(message, "from.application")
    kind = str(pick(message, "messageType") or "message")
    noise = kind != "message" or pick(message, "deletedDateTime") is not None
    machine = program is not None and user is None
    text = _body(message)
    first = pick(message, "replyToId") or of
    alerts: set[str] = context.memory.setdefault("alerts", set())
    taken: set[str] = context.memory.setdefault("taken", set())
    row: Row = {
        "time": utc_moment(written),
        "time_stated": written,
        "source_id": name,
        "kind": kind_of_words(text, automatic=True) if machine and not noise else "communication",
        "actor": "system" if machine or kind != "message" else "staff",
        "automatic": machine or kind != "message",
        "text": text or str(pick(message, "eventDetail.@odata.type") or kind).rsplit(".", 1)[-1],
        "who": pick(user, "displayName", "id") or pick(program, "displayName", "id"),
        "relates_to": None if first is None else str(first),
        "include": False if noise else None,
        "edited": utc_moment(pick(message, "lastEditedDateTime")),
        "importance": pick(message, "importance"),
        "url": pick(message, "webUrl"),
    }
    if row["kind"] == "alert":
        alerts.add(name)
    elif first in alerts and machine and row["kind"] == "observation":
        row["relation"] = "resolves"
    elif first in alerts and first not in taken and not machine and not noise and is_acknowledgement(text):
        row |= {"kind": "acknowledgement", "relation": "acknowledges"}
        taken.add(str(first))
    return known(row)


def read(text: str, context: Context) -> Iterator[Item]:
    """Messages, oldest first so that answers come behind what they answer."""
    found: list[tuple[Any, int, int]] = []
    broken: ValueError | None = None
    try:
        for one in records(text, "value"):
            found.append(one)
    except ValueError as error:
        broken = error
    ids = Ids()
    good = [(m, a, b) for m, a, b in found if isinstance(m, dict) and isinstance(m.get("createdDateTime"), str)]
    for message, start, end in sorted(good, key=lambda one: one[0]["createdDateTime"]):
        row = attempt(lambda m: row_of(m, context, ids), message)
        yield Item(row, start, end)
        for reply in pick(message, "replies") or []:
            if row is not None and isinstance(reply, dict):
                yield Item(attempt(lambda r, n: row_of(r, context, ids, of=n), reply, row["source_id"]), start, end)
    for message, start, end in found:
        if not isinstance(message, dict) or not isinstance(message.get("createdDateTime"), str):
            yield Item(None, start, end)
    if broken is not None:
        raise broken
    if told(text, "@odata.nextLink"):
        context.warn("@odata.nextLink is set: there are further pages")
    at_limit(len(found), context, limits=frozenset({20, 50}))


def recognise(head: bytes) -> Match | None:
    """By the keys of a message."""
    return json_document("createdDateTime", "body", "contentType", "from", why="messages of Microsoft Graph")(head)


FORMAT = Format(
    name="teams",
    title="Microsoft Teams messages (Graph)",
    yields="TIMELINE",
    reference="https://learn.microsoft.com/en-us/graph/api/resources/chatmessage (from documentation; no sample was at "
    "hand)",
    sample='{"value": [\n {"id": "1", "messageType": "message", "createdDateTime": "2026-01-02T10:00:00.5Z", "from": '
    '{"user": {"displayName": "somebody"}}, "body": {"contentType": "html", "content": "<p>made up</p>"}}]}\n',
    recognise=recognise,
    read=read,
)
