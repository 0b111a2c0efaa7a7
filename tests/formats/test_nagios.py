"""The log of Nagios; written from the documentation of its log entries and external commands."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

LOG = """[1767348000] SERVICE ALERT: web1;http;CRITICAL;SOFT;1;timed out
[1767348120] SERVICE ALERT: web1;http;CRITICAL;HARD;3;timed out; again
[1767348121] SERVICE NOTIFICATION: ops;web1;http;CRITICAL;notify-by-email;timed out
[1767348300] EXTERNAL COMMAND: ACKNOWLEDGE_SVC_PROBLEM;web1;http;2;1;1;somebody;looking; really
[1767348360] HOST ALERT: db1;DOWN;HARD;1;no answer
[1767348400] HOST ALERT: db1;UP;HARD;1;ping ok
[1767349000] SERVICE ALERT: web1;http;OK;HARD;3;up again
[1767349001] SERVICE FLAPPING ALERT: web1;http;STARTED; Service appears to have started flapping
[1767349002] Auto-save of retention data completed successfully.
[1767349003] CURRENT SERVICE STATE: web1;http;OK;HARD;1;ok
"""


def test_hard_states_are_alerts_and_soft_ones_signals(events: Callable[..., pd.DataFrame]) -> None:
    rows = events(LOG)
    assert rows.attrs["format"] == "nagios"
    assert rows["parsed"].all()
    assert len(rows) == 10
    assert rows["kind"].tolist()[:7] == [
        "signal", "alert", "communication", "acknowledgement", "alert", "observation", "observation",
    ]  # fmt: skip
    assert rows["time"].iloc[0] == pd.Timestamp("2026-01-02T10:00:00Z")
    assert rows["text"].iloc[1] == "web1/http CRITICAL: timed out; again"
    assert rows["zone"].unique().tolist() == ["explicit"]


def test_what_acknowledges_and_resolves_names_the_problem(events: Callable[..., pd.DataFrame]) -> None:
    rows = events(LOG)
    alert, acknowledged, host, up, again = (rows.iloc[i] for i in (1, 3, 4, 5, 6))
    assert (acknowledged["relates_to"], acknowledged["relation"]) == (alert["event_id"], "acknowledges")
    assert (up["relates_to"], up["relation"]) == (host["event_id"], "resolves")
    assert (again["relates_to"], again["relation"]) == (alert["event_id"], "resolves")
    assert (acknowledged["actor"], acknowledged["who"], acknowledged["role"]) == ("staff", "somebody", "")
    assert acknowledged["text"].endswith("looking; really")


def test_the_noise_is_left_out_of_the_report(events: Callable[..., pd.DataFrame]) -> None:
    rows = events(LOG)
    assert rows["include"].tolist() == [True, True, False, True, True, True, True, True, False, False]


def test_dates_in_words_are_a_wall_clock(events: Callable[..., pd.DataFrame]) -> None:
    text = "[Tue Jan 12 00:00:00 2016] SERVICE ALERT: web1;http;CRITICAL;HARD;3;lost\n"
    assert events(text, zone="Europe/Berlin")["time"].iloc[0] == pd.Timestamp("2016-01-11T23:00:00Z")
    rows = events(text)
    assert rows["zone"].iloc[0] == "assumed:UTC"
    assert any("no zone" in said for said in rows.attrs["said"])


def test_lines_of_something_else_are_kept(events: Callable[..., pd.DataFrame]) -> None:
    rows = events(LOG + "no stamp at all\n")
    assert rows["parsed"].tolist() == [True] * 10 + [False]
    assert rows["text"].iloc[-1] == "no stamp at all"
