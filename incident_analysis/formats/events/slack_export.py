"""Slack's export of a workspace: a zip or a folder of `<channel>/YYYY-MM-DD.json`, with users.json and channels.json.

`ts` is both the instant and the message's id: it is split into seconds and microseconds, never read as a float, and
kept as the source's id. Replies name their thread by the first message's `ts`. Marks (`<@U…>`, `<url|label>`) are
written out with the names of users.json. An edit overwrites a message: the text is the last one, `edited` says when.
Joins, leaves and the like are noise that the report leaves out. Files are cut at midnight of the workspace's zone,
which changes no instant. Private channels are missing from most exports.

What programs post is an alert, a recovery or a deployment where their words say so; what people write is communication,
except where somebody answers an alert in its thread that he has taken it up.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from incident_analysis import clock
from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats.happenings import Ids, is_acknowledgement, kind_of_words, known
from incident_analysis.formats.objects import attempt, pick, records, told
from incident_analysis.patterns import pattern

#: Files that tell of the others.
LEADS = ("users.json", "channels.json", "groups.json", "mpims.json", "dms.json")
_NOISE = frozenset(
    """channel_join channel_leave group_join group_leave channel_archive channel_unarchive channel_name channel_purpose
    channel_posting_permissions group_name group_purpose group_archive group_unarchive bot_add bot_remove bot_enable
    bot_disable pinned_item unpinned_item reminder_add tombstone message_deleted channel_convert_to_private
    app_conversation_join sh_room_shared channel_canvas_updated""".split()
)
_TS = pattern(r"\d{9,10}(?:\.\d{1,9})?")
_MARK = pattern(r"<([^<>\n]{1,2000})>")
_DAY_FILE = pattern(r"([^/\\:]+)[/\\]\d{4}-\d{2}-\d{2}(?:[.-]\w+)?\.json(?:$|\W)")


def plain(text: str, users: dict[str, str]) -> str:
    """A message's text with its marks written out.

    Examples
    --------
    >>> plain("<@U1> see <https://example.org|the page> in <#C1|ops> &amp; <!here>", {"U1": "ann"})
    '@ann see the page (https://example.org) in #ops & @here'
    """

    def write(match: re.Match[str]) -> str:
        inside, _, label = match[1].partition("|")
        if inside[:1] == "@":
            return "@" + (label or users.get(inside[1:], inside[1:])).removeprefix("@")
        if inside[:1] == "#":
            return "#" + (label or inside[1:])
        if inside[:1] == "!":
            name = label or inside[1:].split("^")[0]
            return name if name.startswith("@") else f"@{name}" if not inside.startswith("!date") else name
        return f"{label} ({inside})" if label and label != inside else inside

    return html.unescape(_MARK.sub(write, text))


def _users(context: Context) -> dict[str, str]:
    found: dict[str, str] = context.shared.setdefault("slack_users", {})
    return found


def _body(message: dict[str, Any]) -> str:
    """All words of a message: programs put theirs into attachments and blocks."""
    parts = [str(pick(message, "text") or "")]
    for one in pick(message, "attachments") or []:
        said = [pick(one, "pretext"), pick(one, "title"), pick(one, "text")]
        words = " ".join(str(s) for s in said if s) or str(pick(one, "fallback") or "")
        if words and words not in parts[0]:
            parts.append(words)
    if not any(parts):
        for block in pick(message, "blocks") or []:
            said = pick(block, "text.text") or pick(block, "text")
            if isinstance(said, str):
                parts.append(said)
    for file in pick(message, "files") or []:
        name = pick(file, "title", "name")
        if name and str(name) not in parts[0]:
            parts.append(f"[file: {name}]")
    return "\n".join(p for p in parts if p)


def row_of(message: dict[str, Any], context: Context, channel: str | None, ids: Ids) -> Row | None:
    """A row of one message."""
    ts = str(pick(message, "ts") or "")
    if not _TS.fullmatch(ts):
        return None
    subtype = str(pick(message, "subtype") or "")
    inner = pick(message, "message") if subtype == "message_changed" else None
    held = inner if isinstance(inner, dict) else message
    users = _users(context)
    user = pick(held, "user", "comment.user", "bot_id", "user_id")
    profile = pick(held, "user_profile.display_name", "user_profile.real_name", "bot_profile.name")
    machine = subtype == "bot_message" or bool(pick(held, "bot_id")) or user in context.shared.get("slack_bots", ())
    who = users.get(str(user)) or profile or pick(held, "username") or user
    text = plain(_body(held), users)
    thread = str(pick(held, "thread_ts") or "")
    reply = bool(thread) and thread != ts
    alerts: set[str] = context.shared.setdefault("slack_alerts", set())
    taken: set[str] = context.shared.setdefault("slack_taken", set())
    row: Row = {
        "time": clock.epoch(ts, unit="s"),
        "time_stated": ts,
        "source_id": ids.of(ts),
        "kind": kind_of_words(text, automatic=True) if machine else "communication",
        "actor": "system" if machine else "staff",
        "automatic": machine,
        "text": text or subtype or "a message without text",
        "who": plain(str(who), users).removeprefix("@") if who else None,
        "relates_to": thread if reply else None,
        "include": False if subtype in _NOISE else None,
        "channel": channel,
        "thread": thread or None,
        "subtype": subtype or None,
        "edited": clock.epoch(str(e), unit="s") if (e := pick(held, "edited.ts")) else None,
        "reactions": ", ".join(
            f"{pick(r, 'name')} {pick(r, 'count') or len(pick(r, 'users') or [])}"
            for r in pick(held, "reactions") or []
        )
        or None,
    }
    if subtype in _NOISE:
        row["kind"] = "communication"
    elif inner is not None:
        row |= {"relates_to": str(pick(held, "ts") or "") or None, "before": pick(message, "previous_message.text")}
    elif row["kind"] == "alert":
        alerts.add(ts)
    elif reply and thread in alerts:
        if machine and row["kind"] == "observation":
            row["relation"] = "resolves"
        elif not machine and thread not in taken and is_acknowledgement(text):
            row |= {"kind": "acknowledgement", "relation": "acknowledges"}
            # The first answer counts; what comes later is talk.
            taken.add(thread)
    return known(row)


def _person(one: dict[str, Any], context: Context) -> None:
    """Remember somebody of users.json."""
    name = pick(one, "profile.display_name", "real_name", "profile.real_name", "name")
    if name:
        _users(context)[str(one["id"])] = str(name)
    if pick(one, "is_bot") is True:
        context.shared.setdefault("slack_bots", set()).add(str(one["id"]))


def _channel(one: dict[str, Any], context: Context, ids: Ids) -> Row | None:
    """Remember a channel, and that it was made: in some houses each incident has its own."""
    name = str(pick(one, "name") or pick(one, "id"))
    context.shared.setdefault("slack_channels", set()).add(name)
    made = pick(one, "created")
    if made is None:
        return None
    return known(
        {
            "time": clock.epoch(made),
            "time_stated": str(made),
            "source_id": ids.of("channel", pick(one, "id")),
            "kind": "communication",
            "actor": "staff",
            "text": f"channel #{name} created"
            + (f": {plain(p, _users(context))}" if (p := pick(one, "purpose.value")) else ""),
            "who": _users(context).get(str(pick(one, "creator"))) or pick(one, "creator"),
            "channel": name,
            "include": False,
        }
    )


def _integration(one: dict[str, Any], ids: Ids) -> Row:
    """A line of integration_logs.json."""
    written = pick(one, "date")
    return known(
        {
            "time": clock.epoch(written),
            "time_stated": str(written),
            "source_id": ids.of("integration", written, pick(one, "service_id", "app_id")),
            "kind": "communication",
            "actor": "staff",
            "text": f"integration {pick(one, 'service_type', 'app_type') or ''}: {pick(one, 'change_type') or ''}",
            "who": pick(one, "user_name", "user_id"),
            "include": False,
        }
    )


def read(text: str, context: Context) -> Iterator[Item]:
    """Messages of a day's file, or what the lists beside them tell."""
    match = _DAY_FILE.search(context.source)
    channel = match[1] if match else None
    ids, people = Ids(), 0
    for one, start, end in records(text, "messages"):
        row: Row | None = None
        if isinstance(one, dict):
            if "ts" in one:
                row = attempt(row_of, one, context, channel, ids)
            elif _is_person(one):
                _person(one, context)
                people += 1
                continue
            elif "change_type" in one:
                row = attempt(_integration, one, ids)
            elif "id" in one and ("members" in one or "creator" in one):
                row = attempt(_channel, one, context, ids)
                if row is None:
                    continue
        yield Item(row, start, end)
    if told(text, "has_more") == "true":
        context.warn("has_more is true: there are further pages")
    if people:
        context.warn(f"a list of {people:,} people, for the names of the others: no events")


def _is_person(one: dict[str, Any]) -> bool:
    return "id" in one and "profile" in one and "members" not in one


def recognise(head: bytes) -> Match | None:
    """By messages with `ts`, or by the lists that stand beside them."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"[", b"{"):
        return None
    if re.search(rb'"ts"\s*:\s*"\d{9,10}\.\d{1,6}"', text) and re.search(
        rb'"(?:type|subtype|thread_ts|user)"\s*:', text
    ):
        return Match(0.95, "messages with a ts of microseconds")
    if text[:1] != b"[":
        return None
    if re.search(rb'"profile"\s*:\s*\{', text) and re.search(rb'"(?:team_id|real_name|is_bot|deleted)"\s*:', text):
        return Match(0.9, "the list of a Slack workspace's people")
    if b'"members"' in text and b'"created"' in text and re.search(rb'"id"\s*:\s*"[CGD][A-Z0-9]+"', text):
        return Match(0.9, "the list of a Slack workspace's channels")
    if b'"change_type"' in text and b'"user_id"' in text and b'"date"' in text:
        return Match(0.85, "the log of a Slack workspace's integrations")
    return None


FORMAT = Format(
    name="slack_export",
    title="Slack export",
    yields="TIMELINE",
    leads=LEADS,
    reference="https://slack.com/help/articles/220556107-How-to-read-Slack-data-exports",
    sample='[{"type": "message", "user": "U00000001", "text": "made up: <@U00000002> look", "ts": '
    '"1767348000.000200"},\n {"type": "message", "subtype": "channel_join", "user": "U00000002", "text": "joined", '
    '"ts": "1767348060.000300"}]\n',
    recognise=recognise,
    read=read,
)
