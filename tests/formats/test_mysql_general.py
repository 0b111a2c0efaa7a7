"""The general query log of MySQL and MariaDB."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


HEADING = (
    "/usr/sbin/mysqld, Version: 8.0.43 (MySQL). started with:\nTcp port: 3306  Unix socket: /a.sock\n"
    "Time                 Id Command    Argument\n"
)


def test_statements_commands_and_a_second_heading(read: Read) -> None:
    frame = read(
        HEADING + "2026-01-02T10:00:00.123456Z\t    9 Connect\tshop@localhost on sales using Socket\n"
        "2026-01-02T10:00:01.123456Z\t    9 Query\tselect *\n\n  from t\n"
        "2026-01-02T10:00:02.123456Z\t   10 Init DB\tsales\n" + HEADING + "2026-01-02T10:00:03.123456Z\t    9 Quit\t\n"
    )
    assert frame.attrs["format"] == "mysql_general"
    assert frame["command"].to_list() == ["Connect", "Query", "Init DB", "Quit"]
    assert (frame["user"][0], frame["client"][0], frame["database"][0]) == ("shop", "localhost", "sales")
    assert frame["query"][1] == "select *\n\n  from t"
    assert frame["database"][2] == "sales"
    assert frame["time"][3] == at("2026-01-02T10:00:03.123456")


def test_the_older_shape_writes_a_second_once(read: Read) -> None:
    frame = read(
        HEADING
        + "260102 10:00:00\t    5 Connect\tu@h on \n\t\t    5 Query\tselect 1\n260102  9:00:01\t    5 Query\tselect\n2\n"
    )
    assert frame["time"].to_list() == [at("2026-01-02T10:00:00")] * 2 + [at("2026-01-02T09:00:01")]
    assert frame["query"].to_list()[1:] == ["select 1", "select\n2"]
    assert frame["zone"][0] == "assumed:UTC"
