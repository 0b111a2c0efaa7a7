"""Lines of AWS Lambda's functions, from its documentation; requests and texts are made up."""

from __future__ import annotations

import json
from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]

REQUEST = "00000000-0000-4000-8000-00000000000a"
LINES = [
    "INIT_START Runtime Version: made-up.1\n",
    f"START RequestId: {REQUEST} Version: $LATEST\n",
    f"[WARNING]\t2026-01-02T10:00:00.100Z\t{REQUEST}\tslow\n",
    f"2026-01-02T10:00:00.200Z\t{REQUEST}\tERROR\tlost {{\n  code: 7\n}}\n",
    '{"level":"ERROR","message":"lost as well","n":7}\n',
    "[ERROR] KeyError: 'made'\nTraceback (most recent call last):\n  made up\n",
    f"2026-01-02T10:00:03.000Z {REQUEST} Task timed out after 3.00 seconds\n\n",
    f"END RequestId: {REQUEST}\n",
    f"REPORT RequestId: {REQUEST}\tDuration: 3000.50 ms\tBilled Duration: 3001 ms\tMemory Size: 128 MB\t"
    "Max Memory Used: 64 MB\tInit Duration: 250.00 ms\tStatus: timeout\n",
]


def as_events(lines: list[str]) -> str:
    events = [
        {"logStreamName": "m", "timestamp": 1767348000000 + i, "message": line, "ingestionTime": 1, "eventId": str(i)}
        for i, line in enumerate(lines)
    ]
    return json.dumps({"events": events, "searchedLogStreams": []}, indent=1)


def as_insights(lines: list[str]) -> str:
    rows = [
        f'2026-01-02 10:00:00.{i:03},"{line.replace(chr(34), chr(34) * 2)}",m,1:/aws/lambda/shop\n'
        for i, line in enumerate(lines)
    ]
    return "@timestamp,@message,@logStream,@log\n" + "".join(rows)


def as_bucket(lines: list[str]) -> str:
    return "".join(f"2026-01-02T10:00:00.{i:03}Z {line}" for i, line in enumerate(lines))


@pytest.mark.parametrize(
    ("wrap", "form"),
    [(as_events, "cloudwatch_events"), (as_insights, "cloudwatch_insights")],
)
def test_inside_each_export_of_cloudwatch(read: Read, wrap: Callable[[list[str]], str], form: str) -> None:
    frame = read(wrap(LINES))
    assert frame.attrs["format"] == form
    assert set(frame["inner_format"]) == {"aws_lambda"}
    assert list(frame["time"]) == [pd.Timestamp(1767348000000 + i, unit="ms", tz="UTC") for i in range(len(LINES))]
    levels = frame["severity_number"].astype(object).where(frame["severity_number"].notna(), None)
    assert list(levels) == [None, None, 13, 17, 17, 17, 17, None, 17]
    assert list(frame["message"])[2:5] == ["slow", "lost {\n  code: 7\n}", "lost as well"]
    assert frame["message"][6].strip() == "Task timed out after 3.00 seconds"
    last = frame.iloc[-1]
    assert (last["duration_s"], last["billed_duration_s"], last["init_duration_s"]) == (3.0005, 3.001, 0.25)
    assert (last["memory_mb"], last["max_memory_mb"], last["outcome"]) == (128, 64, "timeout")
    assert set(frame["request_id"].dropna()) == {REQUEST}
    assert frame["event"].dropna().to_list() == ["START", "END", "REPORT"]


def test_a_stream_by_itself(read: Read) -> None:
    frame = read("".join(LINES))
    assert frame.attrs["format"] == "aws_lambda"
    assert len(frame) == len(LINES)
    assert [str(t) for t in frame["time"].dropna()] == [
        "2026-01-02 10:00:00.100000+00:00",
        "2026-01-02 10:00:00.200000+00:00",
        "2026-01-02 10:00:03+00:00",
    ]
    assert frame["parsed"].all()


def test_what_cloudwatch_exports_to_a_bucket(read: Read) -> None:
    frame = read(as_bucket(LINES))
    assert frame.attrs["format"] == "timed_lines"
    assert list(frame["time"]) == [pd.Timestamp(1767348000000 + i, unit="ms", tz="UTC") for i in range(len(LINES))]
    levels = frame["severity_number"].astype(object).where(frame["severity_number"].notna(), None)
    assert list(levels) == [None, None, 13, 17, 17, 17, 17, None, 17]
    assert frame["duration_s"].iloc[-1] == 3.0005
