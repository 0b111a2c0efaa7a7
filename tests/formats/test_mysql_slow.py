"""The slow query log of MySQL, Percona and MariaDB."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_start_before_the_moment_of_writing(read: Read) -> None:
    frame = read(
        "# Time: 2026-01-02T10:00:03.000000Z\n# User@Host: u[u] @ localhost [192.0.2.1]  Id:     7\n"
        "# Query_time: 3.500000  Lock_time: 0.000010 Rows_sent: 1  Rows_examined: 12 Thread_id: 7 Errno: 0 "
        "Start: 2026-01-02T09:59:59.500000Z End: 2026-01-02T10:00:03.000000Z\n"
        "use sales;\nSET timestamp=1767347999;\nselect *\n# a remark\nfrom t;\n"
        "# User@Host: v[v] @  []\n# Query_time: 0.5  Lock_time: 0 Rows_sent: 0  Rows_examined: 0\n"
        "SET timestamp=1767348003;\n# administrator command: Quit;\n"
    )
    assert frame.attrs["format"] == "mysql_slow"
    assert len(frame) == 2
    row = frame.iloc[0]
    assert row["time"] == at("2026-01-02T09:59:59.5")
    assert (row["duration_s"], row["lock_s"], row["rows_examined"]) == (3.5, 0.00001, 12)
    assert (row["user"], row["client"], row["client_address"], row["database"]) == (
        "u",
        "localhost",
        "192.0.2.1",
        "sales",
    )
    assert row["query"] == "select *\n# a remark\nfrom t;"
    assert row["logged"] == "2026-01-02T10:00:03.000000Z"
    assert frame["time"][1] == at("2026-01-02T10:00:03")
    assert frame["query"][1] == "# administrator command: Quit;"


def test_mariadb_writes_the_local_clock_but_the_timestamp_is_utc(read: Read) -> None:
    frame = read(
        "# Time: 260102 12:00:05\n# User@Host: root[root] @ localhost []\n# Thread_id: 5  Schema: sales  QC_hit: No\n"
        "# Query_time: 2.000652  Lock_time: 0.000000  Rows_sent: 1  Rows_examined: 0\nSET timestamp=1767348005;\nselect sleep(2);\n"
        "# User@Host: root[root] @ localhost []\n# Thread_id: 6  Schema:   QC_hit: No\nselect 1;\n",
        zone="Europe/Helsinki",
    )
    assert frame["time"].to_list() == [at("2026-01-02T10:00:05")] * 2
    assert frame["zone"].to_list() == ["explicit", "assumed:Europe/Helsinki"]
    assert frame["database"][0] == "sales"
    assert pd.isna(frame["database"][1])
    assert frame["qc_hit"].to_list() == ["No", "No"]
    assert frame["thread"].to_list() == ["5", "6"]
