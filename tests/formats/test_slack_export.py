"""Slack's export; written from Slack's help on reading exports and the reference of messages."""

from __future__ import annotations

import json
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from incident_analysis.reading import read_timeline

USERS = [
    {"id": "U1", "team_id": "T1", "name": "ann", "deleted": False, "is_bot": False,
     "profile": {"real_name": "Ann Other", "display_name": "ann"}},
    {"id": "U2", "team_id": "T1", "name": "pager", "is_bot": True, "profile": {"real_name": "Pager", "display_name": ""}},
]  # fmt: skip
CHANNELS = [{"id": "C1", "name": "incident-7", "created": 1767347000, "creator": "U1", "members": ["U1"]}]
DAY = [
    {"type": "message", "subtype": "channel_join", "user": "U1", "text": "<@U1> has joined", "ts": "1767347990.000001"},
    {"type": "message", "subtype": "bot_message", "bot_id": "B1", "username": "Alertmanager", "text": "",
     "attachments": [{"title": "[FIRING:1] MadeUp", "text": "errors", "fallback": "x"}], "ts": "1767348000.000002",
     "thread_ts": "1767348000.000002", "reply_count": 2},
    {"type": "message", "user": "U1", "text": "<@U2> looking at it &amp; <https://x.invalid|the page>",
     "ts": "1767348060.123456", "thread_ts": "1767348000.000002",
     "reactions": [{"name": "eyes", "users": ["U2"], "count": 1}]},
    {"type": "message", "user": "U1", "text": "rolled back", "ts": "1767348600.000100",
     "edited": {"user": "U1", "ts": "1767348700.000000"}},
    {"type": "message", "user": "U2", "text": "[RESOLVED] MadeUp", "ts": "1767349000.000200",
     "thread_ts": "1767348000.000002"},
]  # fmt: skip


def export(folder: Path) -> Path:
    """A workspace of one channel, as a folder."""
    files = {
        "users.json": USERS,
        "channels.json": CHANNELS,
        "incident-7/2026-01-02.json": DAY,
        "incident-7/2026-01-03.json": [
            {"type": "message", "user": "U1", "text": "all good", "ts": "1767398500.000300"}
        ],
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=4), encoding="utf-8")
    return folder


def packed(folder: Path) -> Path:
    """The same as a zip, the list of people last."""
    path = folder.parent / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*.json")):
            archive.write(file, file.relative_to(folder).as_posix())
    return path


def read(path: Path, **options: Any) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return read_timeline(path, **options)


@pytest.mark.parametrize("make", [lambda p: p, packed], ids=["folder", "zip"])
def test_a_folder_and_its_zip_are_one_timeline(make: Callable[[Path], Path], tmp_path: Path) -> None:
    rows = read(make(export(tmp_path / "export")))
    assert rows["parsed"].all()
    by = rows.set_index("source_id")
    assert len(rows) == 7
    taken = by.loc["1767348060.123456"]
    assert taken["time"] == pd.Timestamp("2026-01-02T10:01:00.123456Z"), "no digit of ts is lost"
    assert taken["text"] == "@Pager looking at it & the page (https://x.invalid)", "names come from users.json"
    assert (taken["who"], taken["role"], taken["channel"]) == ("ann", "", "incident-7")
    assert taken["reactions"] == "eyes 1"
    assert by.loc["1767398500.000300", "channel"] == "incident-7"


def test_an_alert_is_acknowledged_and_resolved_in_its_thread(tmp_path: Path) -> None:
    rows = read(export(tmp_path / "export")).set_index("source_id")
    alert = rows.loc["1767348000.000002"]
    assert (alert["kind"], alert["actor"], alert["text"]) == ("alert", "system", "[FIRING:1] MadeUp errors")
    assert (rows.loc["1767348060.123456", "kind"], rows.loc["1767348060.123456", "relation"]) == (
        "acknowledgement",
        "acknowledges",
    )
    assert (rows.loc["1767349000.000200", "relation"], rows.loc["1767349000.000200", "actor"]) == ("resolves", "system")
    assert set(rows.loc[["1767348060.123456", "1767349000.000200"], "relates_to"]) == {alert["event_id"]}


def test_noise_is_kept_and_left_out_of_the_report(tmp_path: Path) -> None:
    rows = read(export(tmp_path / "export")).set_index("source_id")
    assert rows.index[~rows["include"]].tolist() == ["channel:C1", "1767347990.000001"]


def test_an_edit_is_told(tmp_path: Path) -> None:
    rows = read(export(tmp_path / "export")).set_index("source_id")
    assert rows.loc["1767348600.000100", "edited"] == pd.Timestamp("2026-01-02T10:11:40Z")
    assert rows["edited"].notna().sum() == 1


def test_a_lone_day_names_people_by_their_ids(events: Callable[..., pd.DataFrame]) -> None:
    rows = events(json.dumps(DAY))
    assert rows.attrs["format"] == "slack_export"
    assert rows["who"].tolist()[0] == "U1"


def test_a_change_of_a_message_keeps_what_stood_before(events: Callable[..., pd.DataFrame]) -> None:
    change = {
        "type": "message", "subtype": "message_changed", "ts": "1767348700.000000", "hidden": True,
        "message": {"type": "message", "user": "U1", "text": "after", "ts": "1767348600.000100"},
        "previous_message": {"text": "before"},
    }  # fmt: skip
    rows = events(json.dumps([DAY[3], change]))
    assert rows["text"].tolist() == ["rolled back", "after"]
    assert rows["before"].tolist()[1] == "before"
    assert rows["relates_to"].tolist()[1] == rows["event_id"].tolist()[0]


def test_records_that_are_no_messages_are_kept(events: Callable[..., pd.DataFrame]) -> None:
    rows = events(json.dumps([DAY[3], {"type": "message", "ts": "soon"}, 5], indent=1))
    assert rows["parsed"].tolist() == [True, False, False]


def test_a_broken_day_does_not_keep_the_others_from_being_read(tmp_path: Path) -> None:
    folder = export(tmp_path / "export")
    day = folder / "incident-7" / "2026-01-02.json"
    day.write_text(day.read_text(encoding="utf-8")[:-200], encoding="utf-8")
    (folder / "incident-7" / "2026-01-04.json").write_text("<html>log in</html>", encoding="utf-8")
    (folder / "incident-7" / "2026-01-05.json").write_text("", encoding="utf-8")
    rows = read(folder)
    assert (~rows["parsed"]).sum() == 1
    assert "1767398500.000300" in set(rows["source_id"])
    accounts = {Path(a["source"]).name: a for a in rows.attrs["sources"]}
    assert accounts["2026-01-02.json"]["truncated"]
    assert any("HTML" in said for said in accounts["2026-01-04.json"]["warnings"])
