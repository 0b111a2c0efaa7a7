"""Timelines in Markdown as people write them; the documents are made up after what is seen in postmortems."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Reader = Callable[..., pd.DataFrame]


def times(rows: pd.DataFrame) -> list[str]:
    return [t.strftime("%d %H:%M:%S") for t in rows["time"]]


TABLE = """# Outage of 1 May 2023

Errors from 14:00 on; this line is no event.

## Timeline

| Time (CET) | What happened | Owner | Source |
|:-----|---------------|-------|---|
| 23:50 | Alert **HighErrors** fires | – | [pager](https://x.invalid) |
| ~23:55 | on-call acknowledges | responder | |
| ... | | | |
| 00:05–00:10 | Restarted `db1` | responder | |
| 00:10+1min | error rate falls | | |
| HH:MM | <what happened> | <owner> | |
| 10:49:45 to 10:50:02 UTC | customers cannot pay | | |

## Action items

| When | What |
|---|---|
| 2023-06-01 | more memory |
"""


def test_a_table_with_a_zone_in_its_heading(events: Reader) -> None:
    rows = events(TABLE)
    assert rows.attrs["format"] == "markdown"
    assert times(rows) == ["01 22:50:00", "01 22:55:00", "01 23:05:00", "01 23:11:00", "02 10:49:45"]
    assert rows["end"].dropna().dt.strftime("%d %H:%M:%S").tolist() == ["01 23:10:00", "02 10:50:02"]
    assert rows["certainty"].tolist() == ["exact", "approx", "exact", "exact", "exact"]
    assert rows["kind"].tolist() == ["alert", "acknowledgement", "action", "observation", "consequence"]
    assert rows["zone"].tolist() == ["header"] * 4 + ["explicit"]
    assert rows["text"].iloc[0] == "Alert HighErrors fires"
    assert (rows["who"].iloc[1], rows["role"].iloc[1]) == ("responder", "")
    assert rows["reference"].iloc[0] == "pager (https://x.invalid)"
    assert rows["time_stated"].tolist()[:2] == ["23:50", "~23:55"]
    assert rows["line_start"].tolist() == [9, 10, 12, 13, 15]
    said = " ".join(rows.attrs["said"])
    assert "passes midnight 1 times" in said
    assert "1 rows of dots" in said
    assert "1 rows of a template" in said
    assert "2023-05-01: the title" in said


LIST = """---
title: Database
date: 2017-01-31
---

# Timeline

All times are in UTC.

- 17:20 - the snapshot is taken
- **~19:00** - load rises
  - more detail
- around 23:00: the operator thinks that it hangs
  and goes on
- ...
- [23:27] he stops it; too late
- T+5min the team meets
- 00:36 the backup is copied
"""


def test_a_list_with_a_day_and_a_zone_above_it(events: Reader) -> None:
    rows = events(LIST)
    known = rows[rows["time"].notna()]
    assert times(known) == ["31 17:20:00", "31 19:00:00", "31 23:00:00", "31 23:27:00", "01 00:36:00"]
    assert rows["text"].iloc[1] == "load rises\nmore detail"
    assert rows["text"].iloc[2].endswith("and goes on")
    assert (rows["line_start"].iloc[2], rows["line_end"].iloc[2]) == (13, 14)
    relative = rows[rows["time"].isna()].iloc[0]
    assert (relative["time_stated"], relative["certainty"]) == ("T+5min", "unknown")
    assert rows["time"].isna().tolist() == [False] * 4 + [True, False], "it keeps its place"


def test_clocks_in_bold_and_as_headings_under_days(events: Reader) -> None:
    text = """## Timeline

### January 30, 2017

**14:03 UTC** – errors are seen
**2:05 PM UTC** – customers report that they cannot log in

### Day two: 31 January 2017

#### 02:00 UTC rolled back

Everything recovered.

#### 9:16 to 11:16 PM UTC second outage
"""
    rows = events(text)
    assert times(rows) == ["30 14:03:00", "30 14:05:00", "31 02:00:00", "31 21:16:00"]
    assert rows["text"].iloc[2] == "rolled back\nEverything recovered."
    assert rows["end"].iloc[3] == pd.Timestamp("2017-01-31T23:16:00Z")


def test_a_column_of_dates_beside_one_of_clocks(events: Reader) -> None:
    text = "| Date | Time (UTC) | Event |\n|---|---|---|\n| 2020-11-25 | 09:52 | a |\n| | 13:15 | b |\n| Nov 26 | 01:54 | c |\n"
    assert times(events(text)) == ["25 09:52:00", "25 13:15:00", "26 01:54:00"]


def test_full_stamps_need_no_day(events: Reader) -> None:
    text = (
        "# Log\n\n* 2026-01-02T10:00:00Z started\n* 2026-01-02 11:00:00 +01:00 said so\n* Jan 2, 2026 10:05 UTC ended\n"
    )
    assert times(events(text)) == ["02 10:00:00", "02 10:00:00", "02 10:05:00"]


def test_without_a_day_the_clock_is_kept_and_told(events: Reader) -> None:
    text = "## Timeline\n\n- 14:03 UTC alert fires\n- 14:05 UTC acknowledged\n"
    rows = events(text)
    assert rows["time"].isna().all()
    assert rows["time_stated"].tolist() == ["14:03 UTC", "14:05 UTC"]
    assert rows["certainty"].tolist() == ["unknown", "unknown"]
    assert any("state it with `date`" in said for said in rows.attrs["said"])
    assert times(events(text, date="2026-01-02")) == ["02 14:03:00", "02 14:05:00"]


def test_the_names_day_is_the_last_resort(events: Reader) -> None:
    text = "## Timeline\n\n- 14:03 UTC alert fires\n- 14:05 UTC acknowledged\n"
    rows = events(text, name="2026-01-02-outage.md")
    assert times(rows)[0] == "02 14:03:00"
    assert any("the file's name" in said for said in rows.attrs["said"])


@pytest.mark.parametrize("zone", ["PT", "BST", "IST", "CST"])
def test_a_zone_of_several_meanings_has_to_be_stated(events: Reader, zone: str) -> None:
    text = f"# 2 July 2026\n\n| Time ({zone}) | Event |\n|---|---|\n| 10:00 | a |\n"
    rows = events(text)
    assert rows["zone"].tolist() == ["assumed:UTC"]
    assert any(f"times in {zone}, which can be" in said for said in rows.attrs["said"])
    stated = events(text, zone="Europe/London")
    assert stated["time"].tolist() == [pd.Timestamp("2026-07-02T09:00:00Z")]
    assert not any("which can be" in said for said in stated.attrs["said"])


def test_summer_time_holds_where_a_zone_is_named(events: Reader) -> None:
    text = "# Clocks\n\nAll times in Europe/Berlin.\n\n- 2026-03-29 01:59 before\n- 2026-03-29 03:00 after\n"
    assert times(events(text)) == ["29 00:59:00", "29 01:00:00"]


def test_a_clock_that_goes_back_a_little_is_out_of_order(events: Reader) -> None:
    rows = events("# 2026-01-02\n\n- 14:05 UTC a\n- 14:03 UTC b\n- 14:10 UTC c\n")
    assert times(rows) == ["02 14:03:00", "02 14:05:00", "02 14:10:00"]
    assert any("out of order" in said for said in rows.attrs["said"])


def test_prose_code_and_comments_are_no_events(events: Reader) -> None:
    text = """# 2026-01-02

On 2 January 2026, around 12:12 PM, it failed.

12:30, or so, it went on.

```
- 13:00 in a block of code
```

<!-- - 14:00 in a comment -->

- 15:00 UTC the one event
"""
    assert events(text)["text"].tolist() == ["the one event"]


def test_a_stated_kind_wins(events: Reader) -> None:
    text = "| Time (UTC) | Type | Event |\n|---|---|---|\n| 2026-01-02 10:00 | Decision | restarted it |\n"
    assert events(text)["kind"].tolist() == ["decision"]


def test_a_day_alone_is_a_day(events: Reader) -> None:
    rows = events("# Chronology\n\n- 2026-01-02: the certificate was made\n- 2026-01-03 10:00 UTC: it ran out\n")
    assert rows["certainty"].tolist() == ["day", "exact"]
    assert rows["time_high"].iloc[0] == pd.Timestamp("2026-01-03T00:00:00Z")


def test_ids_stay_when_a_row_is_put_in_between(events: Reader) -> None:
    before = events("# 2026-01-02\n\n- 14:05 UTC a\n- 14:10 UTC c\n")
    after = events("# 2026-01-02\n\n- 14:05 UTC a\n- 14:07 UTC b\n- 14:10 UTC c\n")
    assert set(before["event_id"]) < set(after["event_id"])


def test_a_front_matter_tells_the_incident(events: Reader, incidents: Reader) -> None:
    text = """---
uuid: made-up
title: "Made up: it fails"
start_time: 2012-12-22T12:15:00-08:00
end_time: 2012-12-22T20:23:00-08:00
company: Nobody
product: Checkout
severity: major
---

It failed.
"""
    rows = events(text)
    assert rows["milestone"].tolist() == ["started", "restored"]
    assert rows["time"].tolist() == [pd.Timestamp("2012-12-22T20:15:00Z"), pd.Timestamp("2012-12-23T04:23:00Z")]
    told = incidents(text).iloc[0]
    assert (told["incident_id"], told["organisation"], told["severity_stated"]) == ("made-up", "Nobody", "major")
    assert told["restored"] == pd.Timestamp("2012-12-23T04:23:00Z")
    assert told["resolved_certainty"] == "unknown"


def test_an_unfilled_template_is_empty(events: Reader) -> None:
    text = "## Timeline\n\n| Time (UTC) | Event |\n|---|---|\n| HH:MM | … |\n| YYYY-MM-DD HH:MM | what happened |\n"
    rows = events(text)
    assert len(rows) == 0
    assert any("2 rows of a template" in said for said in rows.attrs["said"])


def test_people_write_of_years_before_1970_and_machines_do_not(events: Reader, incidents: Reader) -> None:
    text = "---\ntitle: A ship sinks\nstart_time: 1628-08-10T16:00:00Z\nend_time: 0001-01-01T00:00:00Z\n---\n"
    rows = events(text)
    assert rows["time"].tolist()[0] == pd.Timestamp("1628-08-10T16:00:00Z")
    assert pd.isna(rows["time"].iloc[1]), "a zero date means never"
    assert incidents(text)["started"].iloc[0] == pd.Timestamp("1628-08-10T16:00:00Z")


def test_digits_that_nobody_remembers_and_ends_that_are_cut_short(events: Reader) -> None:
    text = """# Guider, 2026-02-17

## Timeline (UTC)

| When | Event |
| --- | --- |
| ~2026-02-17 06:2xZ | not ready |
| 07:37:44-53 | verdicts |
| 08:05–10 | restarts |
| 09:15:xx | goes on |
| `Before 10:23` | mail |
| 02-18 01:02 | the day after |
| {first_seen} | <event> |
"""
    rows = events(text)
    assert times(rows) == ["17 06:20:00", "17 07:37:44", "17 08:05:00", "17 09:15:00", "17 10:23:00", "18 01:02:00"]
    assert rows["certainty"].tolist() == ["approx", "exact", "exact", "approx", "approx", "exact"]
    assert rows["end"].dropna().dt.strftime("%H:%M:%S").tolist() == ["07:37:53", "08:10:00"]
    assert any("1 rows of a template" in said for said in rows.attrs["said"])


def test_a_front_matter_without_times_tells_an_incident_all_the_same(events: Reader, incidents: Reader) -> None:
    text = """---
title: "2025-06-28 - Disk full"
date: 2025-06-28
severity: P1
services: [users, search]
---

## Timeline

| Time (UTC) | Event |
|---|---|
| 00:36 | Monitoring alert triggered |
| 03:08 | Incident resolved |
"""
    assert times(events(text)) == ["28 00:36:00", "28 03:08:00"]
    told = incidents(text).iloc[0]
    assert (told["severity_stated"], told["services"]) == ("P1", ("users", "search"))
    assert told["started_certainty"] == "unknown"


def test_a_line_with_the_day_and_the_zone_above_a_list(events: Reader) -> None:
    text = """# Postmortem

## Timeline

2015-10-21 (*all times CEST*)

* 14:51 News report it
* 14:54 **OUTAGE BEGINS** — backends melt
* 15:01 Uhr zweite Welle

`2015-10-22`

* `00:10` - 500 errors end
"""
    rows = events(text)
    assert times(rows) == ["21 12:51:00", "21 12:54:00", "21 13:01:00", "21 22:10:00"]
    assert rows["text"].tolist()[1:] == ["OUTAGE BEGINS — backends melt", "zweite Welle", "500 errors end"]


def test_a_front_matter_that_knows_only_days(events: Reader, incidents: Reader) -> None:
    text = "---\ntitle: Lost\nstart_time: 2016-01-02\nend_time: 2016-01-04 10:00 +0200\n---\n"
    rows = events(text)
    assert rows["certainty"].tolist() == ["day", "exact"]
    assert rows["time"].iloc[1] == pd.Timestamp("2016-01-04T08:00:00Z")
    told = incidents(text).iloc[0]
    assert (told["started_certainty"], told["started_high"]) == ("day", pd.Timestamp("2016-01-03T00:00:00Z"))
