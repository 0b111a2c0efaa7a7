"""Microsoft Teams; written from the reference of Graph's chatMessage."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pandas as pd


def message(name: str, time: str, text: str, **more: Any) -> dict[str, Any]:
    return {
        "id": name, "messageType": "message", "createdDateTime": f"2026-01-02T{time}Z", "replyToId": None,
        "from": {"user": {"displayName": "Ann"}, "application": None},
        "body": {"contentType": "html", "content": text}, **more,
    }  # fmt: skip


BOT = {"user": None, "application": {"displayName": "Pager"}}


def test_a_thread_about_an_alert(events: Callable[..., pd.DataFrame]) -> None:
    given = [
        message("4", "10:30:00", "[RESOLVED] MadeUp", replyToId="1", **{"from": BOT}),
        message("3", "10:05:00", "restarted it", replyToId="1"),
        message("2", "10:02:00.25", "<p>looking at it &amp; at <at id='0'>Bob</at></p>", replyToId="1"),
        message("1", "10:00:00", "<div>[FIRING:1] MadeUp</div>", **{"from": BOT}),
        message("0", "09:59:00", "<systemEventMessage/>", messageType="systemEventMessage"),
    ]
    rows = events(json.dumps({"@odata.nextLink": "https://x.invalid", "value": given}, indent=1))
    assert rows.attrs["format"] == "teams"
    assert rows["kind"].tolist() == ["communication", "alert", "acknowledgement", "communication", "observation"]
    assert rows["relation"].tolist() == ["", "", "acknowledges", "", "resolves"]
    assert rows["text"].iloc[2] == "looking at it & at Bob"
    assert rows["time"].iloc[2] == pd.Timestamp("2026-01-02T10:02:00.25Z")
    assert rows["include"].tolist() == [False, True, True, True, True]
    assert (rows["who"].iloc[2], rows["role"].iloc[2]) == ("Ann", "")
    assert any("@odata.nextLink" in said for said in rows.attrs["said"])


def test_replies_that_stand_inside_their_message(events: Callable[..., pd.DataFrame]) -> None:
    first = message("1", "10:00:00", "it fails", replies=[message("2", "10:01:00", "yes")])
    rows = events(json.dumps({"value": [first, {"id": "x"}]}))
    assert rows["relates_to"].tolist()[1] == rows["event_id"].tolist()[0]
    assert rows["parsed"].tolist().count(False) == 1
