"""JSON lines: records as the loggers' own pages show them."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


DIALECTS = {
    "bunyan": (
        '{"name":"shop","hostname":"h1","pid":7,"level":50,"msg":"lost","time":"2026-01-02T10:00:00.123Z","v":0}',
        ("2026-01-02T10:00:00.123", 17, "lost", "shop", "h1"),
    ),
    "pino": (
        '{"level":35,"time":1767348000123,"pid":7,"hostname":"h1","msg":"lost"}',
        ("2026-01-02T10:00:00.123", 9, "lost", "", "h1"),
    ),
    "zap": (
        '{"level":"warn","ts":1767348000.1234567,"caller":"a.go:1","msg":"lost"}',
        ("2026-01-02T10:00:00.1234567", 13, "lost", "", ""),
    ),
    "zerolog": (
        '{"level":"fatal","time":1767348000,"message":"lost"}',
        ("2026-01-02T10:00:00", 21, "lost", "", ""),
    ),
    "slog": (
        '{"time":"2026-01-02T11:00:00.000000001+01:00","level":"ERROR+2","msg":"lost"}',
        ("2026-01-02T10:00:00.000000001", 17, "lost", "", ""),
    ),
    "structlog": (
        '{"order": "A", "event": "lost", "level": "critical", "timestamp": "2026-01-02T10:00:00Z"}',
        ("2026-01-02T10:00:00", 18, "lost", "", ""),
    ),
    "loguru": (
        '{"text": "x", "record": {"level": {"icon": "x", "name": "SUCCESS", "no": 25}, "message": "lost", '
        '"name": "made.up", "time": {"repr": "2026-01-02 10:00:00.5+00:00", "timestamp": 1767348000.5}}}',
        ("2026-01-02T10:00:00.5", 9, "lost", "", ""),
    ),
    "ecs dotted": (
        '{"@timestamp":"2026-01-02T10:00:00.1Z","log.level":"error","message":"lost","ecs.version":"1.6.0",'
        '"service.name":"shop","host.name":"h1","trace.id":"0a"}',
        ("2026-01-02T10:00:00.1", 17, "lost", "shop", "h1"),
    ),
    "ecs nested": (
        '{"@timestamp":"2026-01-02T10:00:00.1Z","log":{"level":"error","logger":"x"},"message":"lost",'
        '"service":{"name":"shop"},"host":{"name":"h1"}}',
        ("2026-01-02T10:00:00.1", 17, "lost", "shop", "h1"),
    ),
    "mongodb": (
        '{"t":{"$date":"2026-01-02T11:00:00.903+01:00"},"s":"D2","c":"NETWORK","id":1,"ctx":"conn1","msg":"lost"}',
        ("2026-01-02T10:00:00.903", 5, "lost", "", ""),
    ),
    "log4j2": (
        '{"instant":{"epochSecond":1767348000,"nanoOfSecond":7000001},"thread":"main","level":"WARN",'
        '"loggerName":"made.Up","message":"lost"}',
        ("2026-01-02T10:00:00.007000001", 13, "lost", "", ""),
    ),
    "tracing": (
        '{"timestamp":"2026-01-02T10:00:00.000001Z","level":"TRACE","fields":{"message":"lost","n":3},"target":"made::up"}',
        ("2026-01-02T10:00:00.000001", 1, "lost", "", ""),
    ),
    "gelf": (
        '{"version":"1.1","host":"h1","short_message":"lost","level":3,"timestamp":1767348000.25,"_part":"a"}',
        ("2026-01-02T10:00:00.25", 17, "lost", "", "h1"),
    ),
    "coralogix": (
        '{"timestamp":1767348000123.5,"applicationName":"shop","subsystemName":"pay","severity":4,"text":"lost"}',
        ("2026-01-02T10:00:00.1235", 13, "lost", "shop", ""),
    ),
    "coralogix query": (
        '{"metadata":[{"key":"timestamp","value":"2026-01-02T10:00:00.000000"},{"key":"severity","value":"Error"}],'
        '"labels":[{"key":"applicationname","value":"shop"}],"userData":"{\\"message\\":\\"lost\\"}"}',
        ("2026-01-02T10:00:00", 17, "lost", "shop", ""),
    ),
    "serilog": (
        '{"@t":"2026-01-02T10:00:00.1234567Z","@mt":"lost {Part}","@l":"Warning","Part":3}',
        ("2026-01-02T10:00:00.1234567", 13, "lost {Part}", "", ""),
    ),
    "microseconds": (
        '{"ts":1767348000000001,"severity":"notice","message":"lost"}',
        ("2026-01-02T10:00:00.000001", 10, "lost", "", ""),
    ),
    "nanoseconds as text": (
        '{"time":"1767348000000000001","level":"info","message":"lost"}',
        ("2026-01-02T10:00:00.000000001", 9, "lost", "", ""),
    ),
    "date and time apart": (
        '{"date":"2026-01-02","time":"10:00:00.5","level":"info","message":"lost"}',
        ("2026-01-02T10:00:00.5", 9, "lost", "", ""),
    ),
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_dialects(read: Read, dialect: str) -> None:
    line, (time, number, message, service, host) = DIALECTS[dialect]
    frame = read(line + "\n")
    assert frame.attrs["format"] == "json_lines"
    row = frame.iloc[0]
    assert row["time"] == at(time)
    assert row["severity_number"] == number
    assert (row["message"], row["service"], row["host"]) == (message, service, host)


def test_names_of_the_frame_keep_the_records_own_fields(read: Read) -> None:
    frame = read(
        '{"time":"2026-01-02T10:00:00Z","level":"info","msg":"m","source":"stderr","zone":"b","line_start":9}\n'
    )
    row = frame.iloc[0]
    assert (row["attributes.source"], row["attributes.zone"], row["attributes.line_start"]) == ("stderr", "b", 9)
    assert row["line_start"] == 1


def test_text_between_the_objects_is_kept(read: Read) -> None:
    frame = read(
        '{"time":"2026-01-02T10:00:00Z","level":"info","msg":"a"}\npanic: made up\n\ngoroutine 1 [running]:\n'
        '{"time":"2026-01-02T10:00:01Z","level":"info","msg":"b"}\n{"time":"2026-01-02T10:00:02Z","level":"in\n'
    )
    assert list(frame["parsed"]) == [True, False, False, True, False]
    assert frame["message"][1] == "panic: made up"
    assert frame["line_start"].to_list() == [1, 2, 4, 5, 6]


def test_a_time_that_is_none_leaves_the_row(read: Read) -> None:
    frame = read(
        '{"ts":"soon","level":"info","msg":"a"}\n{"ts":0.25,"time":"2026-01-02T10:00:00Z","level":"x","msg":"b"}\n'
    )
    assert frame["time"].isna().to_list() == [True, False]
    assert frame["ts"].to_list() == ["soon", "0.25"]
    assert pd.isna(frame["severity_number"][1])


def test_a_time_without_a_zone_is_the_stated_zones(read: Read) -> None:
    frame = read('{"time":"2026-07-02 10:00:00","level":"info","msg":"a"}\n', zone="Europe/Berlin")
    assert frame["time"][0] == at("2026-07-02T08:00:00")
    assert frame["zone"][0] == "assumed:Europe/Berlin"


def test_numbers_that_are_none(read: Read) -> None:
    frame = read(
        '{"time":1e9999999,"level":1e999,"msg":"a"}\n{"time":"1e9999999999","level":NaN,"msg":"b"}\n'
        '{"time":1767348000,"level":"info","msg":"c"}\n'
    )
    assert frame["parsed"].all()
    assert frame["time"].isna().to_list() == [True, True, False]
    assert frame["severity_number"].isna().to_list() == [True, True, False]


def test_times_of_resolvers_and_gateways(read: Read) -> None:
    # Route 53's resolver; API Gateway with the documentation's names; the console exporter of OpenTelemetry's SDK.
    texts = [
        '{"version":"1.1","query_timestamp":"2026-01-02T10:00:00Z","query_name":"made-up.example.","rcode":"SERVFAIL"}',
        '{"requestId":"made-up","ip":"192.0.2.7","requestTime":"02/Jan/2026:11:00:00 +0100","status":"502"}',
        '{"body":"lost","severity_number":17,"timestamp":"2026-01-02T10:00:00.000000Z","resource":{"attributes":'
        '{"service.name":"shop"}}}',
    ]
    for text in texts:
        frame = read(f"{text}\n{text}\n", format="json_lines")
        assert [str(t) for t in frame["time"]] == ["2026-01-02 10:00:00+00:00"] * 2
    assert list(frame["service"]) == ["shop"] * 2


def test_keys_of_further_loggers(read: Read) -> None:
    """HashiCorp, zap's development keys, Monolog, logback's JsonEncoder, CLEF without a level, PostgreSQL's jsonlog."""
    lines = {
        '{"@level":"error","@message":"lost","@module":"made.up","@timestamp":"2026-01-02T10:00:00Z"}': (
            "error", 17, "lost", "made.up",
        ),
        '{"L":"WARN","T":"2026-01-02T11:00:00.000+0100","N":"made.up","C":"up.go:7","M":"lost"}': (
            "WARN", 13, "lost", "made.up",
        ),
        '{"message":"lost","level":400,"level_name":"ERROR","channel":"up","datetime":"2026-01-02T10:00:00+00:00"}': (
            "ERROR", 17, "lost", None,
        ),
        '{"message":"lost","level":200,"level_name":"INFO","datetime":{"date":"2026-01-02 11:00:00.000000",'
        '"timezone_type":3,"timezone":"Europe/Berlin"}}': ("INFO", 9, "lost", None),
        '{"timestamp":1767348000000,"level":"INFO","loggerName":"made.up","message":"lost {}",'
        '"formattedMessage":"lost 7"}': ("INFO", 9, "lost 7", "made.up"),
        '{"@t":"2026-01-02T10:00:00Z","@mt":"lost {Part}","Part":7}': ("Information", 9, "lost {Part}", None),
        '{"timestamp":"2026-01-02 11:00:00.000 CET","error_severity":"ERROR","message":"lost","pid":7}': (
            "ERROR", 17, "lost", None,
        ),
        '{"severity":"WARNING","message":"lost","timestamp":{"seconds":1767348000,"nanos":0}}': (
            "WARNING", 13, "lost", None,
        ),
        '{"severity":"WARNING","message":"lost","timestampSeconds":"1767348000","timestampNanos":0}': (
            "WARNING", 13, "lost", None,
        ),
        '{"created":1767348000.0,"levelname":"INFO","message":"lost","name":"made.up"}': ("INFO", 9, "lost", None),
        '{"TimeCreated":"/Date(1767348000000)/","LevelDisplayName":"Error","Message":"lost","Level":2}': (
            "Error", 17, "lost", None,
        ),
    }  # fmt: skip
    for line, (level, number, message, logger) in lines.items():
        row = read(f"{line}\n{line}\n").iloc[1]
        assert row["time"] == pd.Timestamp("2026-01-02T10:00:00Z"), line
        assert row["zone"] == "explicit", line
        assert (row["severity_text"], row["severity_number"], row["message"]) == (level, number, message), line
        assert row.get("logger") == logger, line


def test_a_zone_of_several_meanings_is_told(read: Read) -> None:
    line = '{"timestamp":"2026-01-02 10:00:00.000 CST","error_severity":"ERROR","message":"lost"}\n'
    frame = read(line)
    assert frame["zone"][0] == "assumed:UTC"
    assert any("America/Chicago" in said for said in frame.attrs["said"])
    assert read(line, zone="America/Chicago")["time"][0] == pd.Timestamp("2026-01-02T16:00:00Z")


def test_a_clock_of_twelve_hours(read: Read) -> None:
    frame = read(
        '{"time":"2026-01-02 10:00:00 PM","level":"info","msg":"a"}\n'
        '{"time":"2026-01-02 12:00:00.5 am","level":"info","msg":"b"}\n'
        '{"time":"2026/01/02 1:02:03 AM","level":"info","msg":"c"}\n'
    )
    assert frame["time"].to_list() == [
        pd.Timestamp("2026-01-02T22:00:00Z"),
        pd.Timestamp("2026-01-02T00:00:00.5Z"),
        pd.Timestamp("2026-01-02T01:02:03Z"),
    ]
