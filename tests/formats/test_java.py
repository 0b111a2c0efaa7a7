"""log4j, logback and what runs on the JVM: a record of each layout, as the projects' pages show them."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


LAYOUTS = {
    "2026-01-02 10:00:00,123 INFO [main] made.up.Part: started": ("INFO", "main", "made.up.Part", "started"),
    "2026-01-02 10:00:00,123 WARN [http-1] [made.up.Part] start it is": (
        "WARN",
        "http-1",
        "made.up.Part",
        "start it is",
    ),
    "2026-01-02T10:00:00,123 INFO [main                ] Part          : started": ("INFO", "main", "Part", "started"),
    "2026-01-02 10:00:00.123 [main] ERROR made.up.Part - lost": ("ERROR", "main", "made.up.Part", "lost"),
    "2026-01-02 10:00:00,123 - WARN  [Peer[myid=1]/0:0:0:0:2181:Part@774] - lost": (
        "WARN",
        "Peer[myid=1]/0:0:0:0:2181",
        "Part",
        "lost",
    ),
    "2026-01-02T10:00:00.123Z  INFO 7 --- [shop] [main] m.u.Part    : started": ("INFO", "main", "m.u.Part", "started"),
    "2026-01-02T10:00:00.123Z  INFO 7 --- [           main] [0123456789abcdef0123456789abcdef-0123456789abcdef] m.u.P : on": (
        "INFO",
        "main",
        "m.u.P",
        "on",
    ),
    "2026-01-02 10:00:00.123  INFO 7 --- [main] m.u.Part    : started": ("INFO", "main", "m.u.Part", "started"),
    "[2026-01-02T10:00:00,123][WARN ][o.e.m.Part       ] [node-1] lost": ("WARN", None, "o.e.m.Part", "lost"),
    "[2026-01-02 10:00:00,123] ERROR lost it (made.up.Part)": ("ERROR", None, "made.up.Part", "lost it (made.up.Part)"),
    "INFO  [main] 2026-01-02 10:00:00,123 Part.java:12 - started": ("INFO", "main", "Part.java", "started"),
    "2026-01-02 10:00:00,123 INFO  [made.up.Part] (thread 1) started": ("INFO", "thread 1", "made.up.Part", "started"),
    "02-Jan-2026 10:00:00.123 SEVERE [main] made.up.Part.run lost": ("SEVERE", "main", "made.up.Part.run", "lost"),
    "2026-01-02 10:00:00,123 INFO  made.up.Part:12 - started": ("INFO", None, "made.up.Part", "started"),
    "[2026-01-02T10:00:00.123+0000][0.5s][info][gc,heap] Pause": ("info", None, "gc,heap", "Pause"),
    "[2026-01-02T10:00:00.123+0000][7][12][info   ][gc] Pause": ("info", None, "gc", "Pause"),
    "[2026-01-02T11:00:00.123+0100][gc,start] Pause": ("", None, "gc,start", "Pause"),
    "2026-01-02 10:00:00.123  WARN [shop,0a1b,2c3d] 7 --- [main] m.u.Part    : slow": (
        "WARN",
        "main",
        "m.u.Part",
        "slow",
    ),
    "2026-01-02 10:00:00,123 [myid:7] - INFO  [main:m.u.Part@12] - started": ("INFO", "main", "m.u.Part", "started"),
    "2026-01-02 10:00:00,123 [myid:] - WARN  [main:Part$Made@12] - slow": ("WARN", "main", "Part$Made", "slow"),
    "[2026-01-02 10:00:00,123] WARN [made-up|task-0] slow (made.up.Part:12)": (
        "WARN",
        None,
        "made.up.Part",
        "[made-up|task-0] slow (made.up.Part:12)",
    ),
    "2026-01-02 10:00:00.123 INFO  (main) [   ] m.u.Part on": ("INFO", "main", "m.u.Part", "on"),
    "2026-01-02 10:00:00.123 ERROR (qtp7-12) [c:shop s:shard1 x:shop_1] m.u.Part lost": (
        "ERROR",
        "qtp7-12",
        "m.u.Part",
        "lost",
    ),
    "2026-01-02T10:00:00,123 ERROR [Pool: Thread-7]: ql.Part (Part.java:run(12)) - lost": (
        "ERROR",
        "Pool: Thread-7",
        "ql.Part",
        "lost",
    ),
    "2026-01-02 10:00:00,123 INFO  made.up.Part                 [] - on": ("INFO", None, "made.up.Part", "on"),
    "2026-01-02 10:00:00,123 INFO [main] made.up.Part on it goes": ("INFO", "main", "made.up.Part", "on it goes"),
    "2026-01-02 10:00:00,123 | WARN  | made | up | org.apache.activemq.Part | main": (
        "WARN",
        "main",
        "org.apache.activemq.Part",
        "made | up",
    ),
    "2026-01-02T10:00:00,123 | WARN  | main-1 | Part | 7 - made.up.core - 4.4 | made | up": (
        "WARN",
        "main-1",
        "Part",
        "made | up",
    ),
    "2026-01-02 11:00:00,123 CET INFO  [main] made.up.Part - on": ("INFO", "main", "made.up.Part", "on"),
    "2026-01-02T10:00:00.123Z\tINFO\tmain\tmade.up.Part\ton": ("INFO", "main", "made.up.Part", "on"),
    "2026-01-02 10:00:00.123+0000 [id=7]\tWARNING\tmade.up.Part#run: slow": ("WARNING", "7", "made.up.Part", "slow"),
    "[2026-01-02 10:00:00,123] [WARN] [made.up.Part] [made-7] [akka://made/up] - slow": (
        "WARN",
        "made-7",
        "made.up.Part",
        "slow",
    ),
    "[2026-01-02T10:00:00,123][ERROR][made.up.part][main][0a1b] lost": ("ERROR", None, "made.up.part", "lost"),
}


@pytest.mark.parametrize("line", LAYOUTS)
def test_layouts(read: Read, line: str) -> None:
    level, thread, logger, message = LAYOUTS[line]
    frame = read(f"{line}\n{line}\n")
    assert frame.attrs["format"] == "java"
    row = frame.iloc[1]
    assert row["time"] == at("2026-01-02T10:00:00.123")
    assert (row["severity_text"], row["message"]) == (level, message)
    assert row.get("thread") == thread
    assert row.get("logger") == logger


def test_stack_traces_belong_to_the_record_above(read: Read) -> None:
    frame = read(
        "2026-01-02 10:00:00,123 ERROR [main] made.up.Part: lost\njava.lang.IllegalStateException: made up\n"
        "\tat made.up.Part.run(Part.java:12)\nCaused by: java.io.IOException: again\n\t... 12 more\n\n"
        "2026-01-02 10:00:01,123 INFO [main] made.up.Part: on\n"
    )
    assert frame["line_start"].to_list() == [1, 7]
    assert "Caused by" in frame["message"][0]


def test_spark_writes_the_year_first_with_two_digits(read: Read) -> None:
    frame = read("26/01/02 10:00:00 INFO executor.Part: started\n26/01/02 10:00:01 WARN executor.Part: slow\n")
    assert frame.attrs["format"] == "java"
    assert frame["time"][0] == at("2026-01-02T10:00:00")
    assert frame["logger"][0] == "executor.Part"


def test_a_clock_without_a_date_gives_no_time(read: Read) -> None:
    frame = read("10:00:00.123 [main] INFO  made.up.Part - started\n10:00:01.123 [main] ERROR made.up.Part - lost\n")
    assert frame.attrs["format"] == "java"
    assert frame["time"].isna().all()
    assert frame["severity_number"].to_list() == [9, 17]
    assert any("without a date" in said for said in frame.attrs["said"])


def test_a_line_with_a_time_and_no_level_is_a_record_too(read: Read) -> None:
    frame = read("2026-01-02 10:00:00,123 INFO [main] a.B: x\n2026-01-02 10:00:01,123 said otherwise\n")
    assert len(frame) == 2
    assert frame["message"][1] == "said otherwise"


def test_a_word_that_begins_with_z_is_no_zone(read: Read) -> None:
    head = "2026-01-02 10:00:0{} Zookeeper [main] made.up.Part - started\n"
    frame = read("2026-01-02 10:00:00,000 INFO [main] made.up.Part - a\n" * 9 + head.format(1))
    assert set(frame["zone"]) == {"assumed:UTC"}
    assert "Zookeeper" in frame["message"][9]


def test_a_deprecation_of_opensearch_is_a_level(read: Read) -> None:
    frame = read(
        "[2026-01-02T10:00:00,123][WARN ][o.m.Part] [node-1] slow\n"
        "[2026-01-02T10:00:01,123][DEPRECATION][o.m.Part] [node-1] [old] way\n"
    )
    assert frame["severity_text"].to_list() == ["WARN", "DEPRECATION"]
    assert frame["message"][1] == "[old] way"
    assert frame["node"].to_list() == ["node-1", "node-1"]
