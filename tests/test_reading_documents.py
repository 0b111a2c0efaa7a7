"""Exports of events, metrics and incidents: what the reader does with what any format gives it."""

from __future__ import annotations

import json
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import incident_analysis as ia
from incident_analysis import clock, formats, frames
from incident_analysis.errors import EvidenceWarning, InputError, ParameterError
from incident_analysis.format import Context, Format, Item, Lines, Match, Row, by_lines, json_items
from incident_analysis.reading import FormatError, OtherFrameError, read_incidents, read_logs, read_metrics
from incident_analysis.reading import read_timeline as read_timeline_loudly


def parse(text: str, context: Context) -> Row | None:
    """`<time>|<id>|<what it relates to>|<text>`"""
    parts = text.split("|")
    if len(parts) != 4:
        return None
    time, name, other, said = parts
    if len(time) == 5 and context.date is not None:
        time = f"{context.date}T{time}:00"
    return {"time": clock.iso(time), "time_stated": time, "source_id": name, "relates_to": other, "text": said}


DIARY = Format(
    name="diary",
    title="A diary",
    reference="made up",
    sample="2026-01-02T10:00:00Z|1||up\n",
    recognise=by_lines(r"[^|]*\|[^|]*\|[^|]*\|", strength=0.9),
    lines=Lines(parse),
    yields="TIMELINE",
    zone_rule="local",
)


def incidents(text: str, context: Context) -> Iterator[Item]:
    """Each with its own beginning as an event."""
    for value, first, last in json_items(text):
        if not isinstance(value, dict) or "id" not in value:
            yield Item(None, first, last, json.dumps(value))
            continue
        row: Row = {
            "incident_id": value["id"],
            "title": value.get("title"),
            "updated_at": clock.iso(value.get("seen", "")),
        }
        for name in ("started", "resolved"):
            if value.get(name):
                row[name] = clock.iso(value[name])
            elif name == "resolved":
                row["resolved_certainty"] = value.get("state", "")
        yield Item(row, first, last)
        yield Item({"time": row["started"], "text": "began", "source_id": value["id"]}, first, last, frame="TIMELINE")


HISTORY = Format(
    name="made_up_history",
    title="A history",
    reference="made up",
    sample="[]",
    recognise=lambda head: Match(0.9, "begins so") if head.startswith(b'[{"id"') else None,
    read=incidents,
    yields="INCIDENTS",
    also=("TIMELINE",),
)


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """The two formats are known beside the house's."""
    every = (*formats.every(), DIARY, HISTORY)
    monkeypatch.setattr(formats, "every", lambda: every)
    monkeypatch.setattr(formats, "yielding", lambda frame: tuple(f for f in every if frame in f.frames))


def read_timeline(*given: Any, **options: Any) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EvidenceWarning)
        return frames.check(read_timeline_loudly(*given, **options), frames.TIMELINE, where="test")


def test_events_in_order_with_their_links_and_what_could_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "diary.txt"
    path.write_text(
        "2026-01-02T10:00:05Z|b|a|seen\nnoise\n2026-01-02T10:00:00Z|a||alert\n2026-01-02T09:00:00|c|z|local\n"
    )
    rows = read_timeline(path, zone="+02:00")
    assert list(rows["text"]) == ["local", "alert", "seen", "noise"]
    assert list(rows["parsed"]) == [True, True, True, False]
    assert list(rows["event_id"]) == ["diary:c", "diary:a", "diary:b", "diary.txt:line 2"]
    assert list(rows["relates_to"]) == ["diary:z", "", "diary:a", ""]
    assert list(rows["zone"]) == ["assumed:+02:00", "explicit", "explicit", ""]
    assert rows["time"][0] == pd.Timestamp("2026-01-02T07:00:00Z")
    assert rows["time"][3] is pd.NaT
    assert list(rows["certainty"]) == ["exact", "exact", "exact", "unknown"]
    assert list(rows["line_start"]) == [4, 3, 1, 2]
    account = rows.attrs["sources"][0]
    assert (account["records"], account["unparsed"], account["lines"]) == (3, 1, 4)
    assert account["bytes"] == path.stat().st_size


def test_the_day_of_clocks_without_one_is_an_argument(tmp_path: Path) -> None:
    path = tmp_path / "diary.txt"
    path.write_text("21:05|1||at night\n")
    assert read_timeline(path, date="2026-03-01")["time"][0] == pd.Timestamp("2026-03-01T21:05:00Z")
    assert read_timeline(path)["time"][0] is pd.NaT
    with pytest.raises(ParameterError, match="is no time"):
        read_timeline(path, date="tomorrow")


def test_an_assumed_zone_is_told(tmp_path: Path) -> None:
    path = tmp_path / "diary.txt"
    path.write_text("2026-01-02T10:00:05|1||x\n")
    with pytest.warns(EvidenceWarning, match="UTC is assumed"):
        read_timeline_loudly(path)


def test_ids_that_come_again_are_told_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "diary.txt"
    path.write_text("2026-01-02T10:00:05Z|1||x\n" * 2)
    with pytest.warns(EvidenceWarning, match="same id"):
        rows = read_timeline_loudly(path)
    assert list(rows["event_id"]) == ["diary:1", "diary:1~2"]


def test_a_zero_date_means_never_and_people_mean_the_year_they_write(tmp_path: Path) -> None:
    path = tmp_path / "diary.txt"
    path.write_text("0001-01-01T00:00:00Z|1||never\n1628-08-10T16:00:00Z|2||Vasa\n")
    rows = read_timeline(path)
    assert rows["time"].isna().all()
    assert rows.attrs["sources"][0]["warnings"]["zero dates mean never: kept without a time"] == 2
    by_hand = read_timeline(path, format=replace(DIARY, by_hand=True))
    assert by_hand["time"].isna().tolist() == [True, False]
    assert by_hand["time"][1].isoformat() == "1628-08-10T16:00:00+00:00"


def test_a_history_becomes_incidents_as_of_its_last_record(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    rows = [
        {"id": "a", "title": "A", "started": "2026-01-01T10:00:00Z", "resolved": "2026-01-01T11:00:00Z"},
        {"id": "b", "started": "2026-01-03T10:00:00Z", "state": "open", "seen": "2026-01-03T10:30:00Z"},
        {"id": "c", "started": "2026-01-02T10:00:00Z", "resolved": "2026-01-02T09:00:00Z"},
        {"id": "d", "started": "2026-01-02T10:00:00Z"},
        "noise",
    ]
    path.write_text(json.dumps(rows))
    with pytest.warns(EvidenceWarning, match="end before they start") as caught:
        made = frames.check(read_incidents(path), frames.INCIDENTS, where="test")
    assert any("could not be read" in str(w.message) for w in caught)
    assert list(made["incident_id"]) == ["a", "b", "c", "d"]
    assert list(made["resolved_certainty"]) == ["exact", "open", "exact", "unknown"]
    assert made["resolved_low"][1] == pd.Timestamp("2026-01-03T10:30:00Z")
    assert list(made["started_certainty"]) == ["exact"] * 4
    assert made["detected_certainty"].eq("unknown").all()
    assert made["updated_at"].dtype == "datetime64[us, UTC]"
    assert made.attrs["as_of"] == {"history.json": "2026-01-03T10:30:00+00:00"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        early = read_incidents(path, as_of="2026-01-01T10:30:00Z")
        events = read_timeline(path)
    assert early["resolved_certainty"][0] == "open"
    assert early["resolved"].isna()[0]
    assert sorted(events["text"]) == ['"noise"', *["began"] * 4]


def test_what_was_asked_for_is_what_is_given(tmp_path: Path) -> None:
    log, diary, history = tmp_path / "app.log", tmp_path / "diary.txt", tmp_path / "history.json"
    log.write_text('{"time": "2026-01-02T10:00:05Z", "level": "info", "msg": "x"}\n' * 3)
    diary.write_text(DIARY.sample)
    history.write_text('[{"id": "a", "started": "2026-01-01T10:00:00Z"}]')
    with pytest.raises(OtherFrameError, match=r"no events") as caught:
        read_timeline(log)
    assert caught.value.remedy.startswith("read it with `read_logs`;")
    with pytest.raises(OtherFrameError, match=r"A diary \(diary\): no logs") as caught:
        read_logs(diary)
    assert caught.value.remedy.startswith("read it with `read_timeline`;")
    with pytest.raises(OtherFrameError, match="no incidents"):
        read_incidents(diary)
    with pytest.raises(OtherFrameError, match="no metrics") as caught:
        read_metrics(history)
    assert caught.value.remedy.startswith("read it with `read_incidents` or `read_timeline`;")
    with pytest.raises(OtherFrameError, match="no events"):
        read_timeline(diary, format="json_lines")
    # In a folder each reader takes what is its own, and tells what it left.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert len(read_logs(tmp_path)) == 3
        assert len(read_timeline(tmp_path)) == 2
        assert len(read_incidents(tmp_path)) == 1
    left = read_timeline(tmp_path).attrs["sources"][0]
    assert next(iter(left["warnings"])).startswith("left out: ")


def test_pages_and_nothing(tmp_path: Path) -> None:
    page, empty, none = tmp_path / "page.json", tmp_path / "empty.json", tmp_path / "none.json"
    page.write_text("<!DOCTYPE html>\n<html><body>Please log in</body></html>\n")
    empty.write_text("")
    none.write_text("[]")
    with pytest.raises(FormatError, match="a web page"):
        read_timeline(page)
    with pytest.raises(InputError, match="broken JSON"):
        read_timeline(page, format="made_up_history")
    with pytest.warns(EvidenceWarning, match="an empty file"):
        assert read_timeline_loudly(empty).empty
    with pytest.warns(EvidenceWarning, match="a document without a record"):
        assert read_timeline_loudly(none, format="made_up_history").empty


def test_a_cut_history_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    path.write_text('[{"id": "a", "started": "2026-01-01T10:00:00Z"},\n{"id": "b", "sta')
    rows = read_timeline(path)
    assert list(rows["parsed"]) == [True, False]
    assert rows.attrs["sources"][0]["truncated"]
    assert rows["text"][1] == '{"id": "b", "sta'


def _folder(tmp_path: Path, evidence: str) -> Path:
    folder = tmp_path / "2026-01-02-made-up"
    (folder / "evidence").mkdir(parents=True)
    (folder / "incident.yaml").write_text(
        "id: 2026-01-02-made-up\ntitle: Made up\nseverity: {level: P4, reason: made up}\n"
        'as_of: "2026-01-02T12:00:00Z"\n'
        'times:\n  started: {time: "2026-01-02T10:00:00Z"}\n  restored: {time: "2026-01-02T11:00:00Z"}\n'
        'timeline:\n  - {time: "2026-01-02T10:30:00Z", kind: action, text: written}\n' + evidence
    )
    (folder / "evidence" / "diary.txt").write_text("10:20|1||by clock\n2026-01-03T10:00:00|2||too late\n")
    (folder / "evidence" / "app.log").write_text('{"time": "2026-01-02T10:00:05Z", "level": "info", "msg": "x"}\n' * 3)
    (folder / "evidence" / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    return folder


def test_all_that_an_incidents_folder_tells(tmp_path: Path) -> None:
    evidence = (
        'evidence:\n  - {path: evidence/diary.txt, zone: "+01:00", clock_offset_s: -30, service: pay}\n'
        "  - {path: evidence/app.log}\n  - {path: evidence/picture.png}\n"
    )
    incident = ia.read_incident(_folder(tmp_path, evidence))
    rows = read_timeline(incident)
    assert list(rows["text"]) == ["by clock", "written"]
    assert rows["time"][0] == pd.Timestamp("2026-01-02T09:19:30Z")
    assert (rows["clock_offset_s"][0], rows["service"][0], rows["zone"][0]) == (-30, "pay", "assumed:+01:00")
    assert [s["source"] for s in rows.attrs["sources"]] == ["evidence/diary.txt", "evidence/picture.png"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logs = read_logs(incident)
    assert len(logs) == 3
    assert ia.timeline.events(incident)["text"].tolist() == ["written"]
    assert read_metrics(incident.model_copy(update={"evidence": ()})).empty


def test_one_reader_takes_each_file_of_an_incidents_evidence(tmp_path: Path) -> None:
    folder = _folder(
        tmp_path,
        "evidence:\n"
        + "".join(f"  - {{path: evidence/{name}}}\n" for name in ("hand.csv", "log.csv", "load.csv", "clock.log")),
    )
    (folder / "evidence" / "hand.csv").write_text(
        "Time (UTC),What happened,Owner\n2026-01-02 10:05,restarted the queue,anna\n2026-01-02 10:09,it drains,ben\n"
    )
    (folder / "evidence" / "log.csv").write_text(
        "timestamp,level,message\n2026-01-02T10:05:00Z,INFO,x is up\n2026-01-02T10:06:00Z,WARN,x is down\n"
    )
    (folder / "evidence" / "load.csv").write_text(
        "timestamp,value\n2026-01-02T10:05:00Z,0.5\n2026-01-02T10:06:00Z,0.7\n"
    )
    (folder / "evidence" / "clock.log").write_text("2026-01-02 10:05:00 started\n2026-01-02 10:05:01 stopped\n" * 3)
    incident = ia.read_incident(folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        taken = [
            {s["source"] for s in reader(incident).attrs["sources"]}
            for reader in (read_timeline, read_logs, read_metrics)
        ]
    assert taken == [{"evidence/hand.csv"}, {"evidence/log.csv", "evidence/clock.log"}, {"evidence/load.csv"}]


def test_members_that_lead_are_read_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "chat.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("day.txt", "2026-01-02T10:00:05Z|1||hello\n")
        archive.writestr("people.txt", "2026-01-02T10:00:05Z|u||Anna\n")

    def told(text: str, context: Context) -> Row | None:
        row = parse(text, context)
        if context.source.endswith("people.txt"):
            context.shared["who"] = text.rsplit("|", 1)[1]
        return None if row is None else row | {"note": context.shared.get("who")}

    form = replace(DIARY, lines=Lines(told), leads=("people.txt",))
    monkeypatch.setattr(formats, "yielding", lambda frame: (form,))
    rows = read_timeline(path, format=form)
    assert list(rows["note"]) == ["Anna", "Anna"]
    (tmp_path / "export").mkdir()
    for name in ("a.txt", "people.txt"):
        (tmp_path / "export" / name).write_text("2026-01-02T10:00:05Z|1||Bert\n")
    assert list(read_timeline(tmp_path / "export", format=form)["note"]) == ["Bert", "Bert"]


def test_metrics_hold_what_was_measured_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "numbers.txt"
    path.write_text("2026-01-02T10:00:00Z 0.5\n2026-01-02T10:02:00Z NaN\nnoise\n")

    def sample(text: str, context: Context) -> Row | None:
        time, _, value = text.partition(" ")
        return (
            {"time": clock.iso(time), "metric": "load", "labels": {"b": 'x"', "a": 1}, "value": value}
            if value
            else None
        )

    form = replace(DIARY, name="numbers", yields="METRICS", lines=Lines(sample))
    rows = frames.check(read_metrics(path, format=form), frames.METRICS, where="test")
    assert list(rows["labels"]) == ['{a="1",b="x\\""}'] * 2 + [""]
    assert rows["value"].tolist()[0] == 0.5
    assert rows["value"].isna().tolist() == [False, True, True]
    assert rows["time"].dtype == "datetime64[ns, UTC]"
    assert list(rows["parsed"]) == [True, True, False]


def test_binary_documents_are_given_whole_and_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "book.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("pages/1.xml", "<x/>")

    def read(data: bytes, context: Context) -> Iterator[Item]:
        assert data.startswith(b"PK")
        yield Item({"time": clock.iso("2026-01-02T10:00:00Z"), "text": "cell"}, 2, 2)
        raise KeyError("sheet2")

    form = replace(
        DIARY,
        name="book",
        lines=None,
        read_bytes=read,
        recognise=lambda head: Match(0.9, "a workbook") if b"pages/1.xml" in head else None,
    )
    every = (*(f for f in formats.every() if f.read_bytes is None), form)
    monkeypatch.setattr(formats, "every", lambda: every)
    rows = read_timeline(path)
    assert list(rows["text"]) == ["cell"]
    account = rows.attrs["sources"][0]
    assert (account["bytes"], account["truncated"], account["format"]) == (path.stat().st_size, True, "book")
    with pytest.raises(OtherFrameError, match="no logs"):
        read_logs(path)
    with pytest.warns(EvidenceWarning, match="left out: A diary"):
        assert read_logs(tmp_path).empty


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"yields": "ROWS"}, "yields 'ROWS'"),
        ({"also": ("X",)}, "yields 'X'"),
        ({"read": incidents}, "several of lines"),
    ],
)
def test_a_format_that_contradicts_itself_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        replace(DIARY, **change)
