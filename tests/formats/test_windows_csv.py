"""Windows events as CSV: the viewer's, PowerShell's, plaso's."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_the_viewers_file_in_two_orders(read: Read) -> None:
    frame = read(
        "\ufeffLevel,Date and Time,Source,Event ID,Task Category\r\n"
        'Error,1/2/2026 1:00:00 PM,Shop,7,None,"lost ""it""\r\nin two lines"\r\n'
        "Information,1/22/2026 10:00:00 AM,Shop,8,None,on\r\n",
        zone="America/New_York",
    )
    assert frame.attrs["format"] == "windows_csv"
    assert frame["time"].to_list() == [at("2026-01-02T18:00:00"), at("2026-01-22T15:00:00")]
    assert frame["message"].to_list() == ['lost "it"\r\nin two lines', "on"]
    assert frame["line_start"].to_list() == [2, 4]
    assert frame["event_id"].to_list() == [7, 8]
    assert frame["severity_number"].to_list() == [17, 9]
    assert any("month first" in said for said in frame.attrs["said"])


def test_german(read: Read) -> None:
    frame = read(
        "Ebene,Datum und Uhrzeit,Quelle,Ereignis-ID,Aufgabenkategorie\nFehler,02.01.2026 13:00:00,Shop,7,Keine,aus\n"
        "Warnung,22.01.2026 10:00:00,Shop,8,Keine,an\n"
    )
    assert frame["time"].to_list() == [at("2026-01-02T13:00:00"), at("2026-01-22T10:00:00")]
    assert frame["severity_number"].to_list() == [17, 13]
    assert frame["zone"][0] == "assumed:UTC"


def test_powershell(read: Read) -> None:
    frame = read(
        "#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord\n"
        '"Message","Id","Level","ProviderName","LogName","MachineName","TimeCreated","LevelDisplayName","RecordId"\n'
        '"lost\nit","7","2","Shop","System","h1","1/22/2026 10:00:00 AM","Error","12"\n'
    )
    row = frame.iloc[0]
    assert row["time"] == at("2026-01-22T10:00:00")
    assert (row["message"], row["event_id"], row["host"], row["record_id"]) == ("lost\nit", 7, "h1", 12)
    assert (row["severity_number"], row["line_start"], row["line_end"]) == (17, 3, 4)


def test_plaso(read: Read) -> None:
    frame = read(
        "data_type,datetime,event_identifier,event_level,computer_name,message,record_number,source_name,timestamp_desc,xml_string\n"
        'windows:evtx:record,2026-01-02 10:00:00.123456+00:00,7,2,h1,lost,12,Shop,Creation Time,"<Event><System><Level>2'
        '</Level><EventID>7</EventID></System><EventData>\n<Data Name=""part"">a</Data></EventData></Event>"\n'
    )
    row = frame.iloc[0]
    assert row["time"] == at("2026-01-02T10:00:00.123456")
    assert (row["host"], row["service"], row["message"], row["part"]) == ("h1", "Shop", "lost", "a")
    assert (row["severity_number"], row["zone"], row["line_end"]) == (17, "explicit", 3)


def test_the_older_command_of_powershell(read: Read) -> None:
    frame = read(
        '"EventID","MachineName","Index","EntryType","Message","Source","TimeGenerated","TimeWritten","UserName"\n'
        '"7","made-up","12","Information","on","Shop","1/22/2026 10:00:00 AM","1/22/2026 10:00:00 AM",\n'
        '"8","made-up","13","Error","lost","Shop","1/22/2026 1:00:00 PM","1/22/2026 1:00:00 PM",\n',
        zone="Europe/Berlin",
    )
    assert frame.attrs["format"] == "windows_csv"
    # Local time, an hour east: not UTC, as a column of this name is in Log Analytics.
    assert frame["time"].to_list() == [at("2026-01-22T09:00:00"), at("2026-01-22T12:00:00")]
    assert frame["severity_number"].to_list() == [9, 17]
    assert frame["event_id"].to_list() == [7, 8]
    assert frame["service"].to_list() == ["Shop", "Shop"]
