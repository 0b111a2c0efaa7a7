"""Windows events as XML."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


EVENT = (
    '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="Shop" Guid="{0}"/>'
    '<EventID Qualifiers="16384">7036</EventID><Version>0</Version><Level>2</Level><Keywords>0x80000000000000</Keywords>'
    '<TimeCreated SystemTime="2026-01-02T10:00:00.1234567Z"/><EventRecordID>12</EventRecordID>'
    '<Execution ProcessID="7" ThreadID="8"/><Channel>System</Channel><Computer>h1</Computer><Security/></System>'
    '<EventData><Data Name="param1">a &amp; b</Data><Data>unnamed</Data></EventData></Event>'
)


def check(frame: pd.DataFrame, place: int = 0) -> None:
    row = frame.iloc[place]
    assert row["time"] == at("2026-01-02T10:00:00.1234567")
    assert (row["service"], row["host"], row["channel"]) == ("Shop", "h1", "System")
    assert (row["event_id"], row["record_id"], row["pid"], row["thread"]) == (7036, 12, 7, "8")
    assert (row["severity_text"], row["severity_number"]) == ("Error", 17)
    assert (row["param1"], row["zone"]) == ("a & b", "explicit")


def test_on_one_line_and_within_a_root(read: Read) -> None:
    frame = read(EVENT * 3)
    assert frame.attrs["format"] == "windows_xml"
    assert len(frame) == 3
    check(frame, 2)
    frame = read(
        '<?xml version="1.0" encoding="utf-8"?>\n<Events>\n'
        + EVENT.replace("><", ">\n<")
        + "\n"
        + EVENT
        + "\n</Events>\n"
    )
    assert len(frame) == 2
    check(frame)
    check(frame, 1)
    assert frame["line_start"][0] == 3


def test_a_paste_from_the_viewer(read: Read) -> None:
    frame = read("- " + EVENT.replace("<System>", "- <System>").replace("<EventData>", "\r\n- <EventData>\r\n  "))
    check(frame)


def test_audits_and_rendered_messages(read: Read) -> None:
    audit = EVENT.replace("<Level>2<", "<Level>0<").replace("0x80000000000000", "0x8010000000000000")
    frame = read(audit + EVENT.replace("</Event>", "<RenderingInfo><Message>lost it</Message></RenderingInfo></Event>"))
    assert frame["severity_text"][0] == "Audit Failure"
    assert frame["severity_number"][0] == 13
    assert frame["message"].to_list() == ["Shop 7036: param1=a & b param1.2=unnamed", "lost it"]


def test_broken_and_cut_events_are_kept(read: Read) -> None:
    frame = read(EVENT + "\n" + EVENT.replace("</System>", "") + "\n" + EVENT[:200])
    assert frame["parsed"].to_list() == [True, False, False]
    assert any("cut" in said for said in frame.attrs["said"])
