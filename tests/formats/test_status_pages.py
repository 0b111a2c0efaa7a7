"""Statuspage, its feed, Upptime, Google Cloud and the two histories of status pages, against records written by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from incident_analysis.errors import InputError

Export = Callable[..., tuple[pd.DataFrame, pd.DataFrame, list[str]]]


def utc(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


PAGE = {
    "id": "p1",
    "name": "Made Up",
    "url": "https://status.example.com",
    "time_zone": "America/Los_Angeles",
    "updated_at": "x",
}


def incident(**more: Any) -> dict[str, Any]:
    return {
        "id": "i1",
        "name": "API is slow",
        "status": "resolved",
        "impact": "minor",
        "created_at": "2026-01-02T02:05:00.000-08:00",
        "started_at": "2026-01-02T02:00:00.000-08:00",
        "resolved_at": "2026-01-02T03:00:00.000-08:00",
        "components": [{"id": "c", "name": "API"}],
        "incident_updates": [
            {
                "id": "u2",
                "status": "resolved",
                "body": "<p>Over.</p>",
                "created_at": "2026-01-05T03:00:00.000-08:00",
                "display_at": "2026-01-02T03:00:00.000-08:00",
            },
            {
                "id": "u1",
                "status": "investigating",
                "body": "Looking.",
                "created_at": "2026-01-02T02:05:00.000-08:00",
                "display_at": None,
            },
        ],
        **more,
    }


def test_updates_stand_where_the_page_shows_them(export: Export) -> None:
    events, incidents, _ = export({"page": PAGE, "incidents": [incident()]})
    row = incidents.iloc[0]
    assert [row[m] for m in ("started", "resolved", "published_at")] == [
        utc(f"2026-01-02T{t}Z") for t in ("10:00", "11:00", "10:05")
    ]
    assert (row["organisation"], row["provider"], row["kind"]) == ("Made Up", "p1", "incident")
    assert list(events["time"]) == [utc("2026-01-02T10:05Z"), utc("2026-01-02T11:00Z")]
    assert events["created_at"][1] == utc("2026-01-05T11:00Z")
    assert list(events["text"]) == ["investigating: Looking.", "resolved: Over."]
    assert list(events["milestone"]) == ["", "resolved"]


def test_maintenance_open_and_backfilled_ones(export: Export) -> None:
    planned = incident(
        id="m1",
        impact="maintenance",
        status="scheduled",
        scheduled_for="2026-02-01T10:00:00Z",
        scheduled_until="2026-02-01T12:00:00Z",
        resolved_at=None,
    )
    going = incident(id="i2", status="monitoring", resolved_at=None, backfilled=False)
    late = incident(id="i3", backfilled=True)
    _, incidents, said = export({"page": PAGE, "incidents": [going, late], "scheduled_maintenances": [planned]})
    rows = incidents.set_index("incident_id")
    assert rows["kind"].to_dict() == {"m1": "maintenance", "i2": "incident", "i3": "incident"}
    assert rows["resolved_certainty"].to_dict() == {"m1": "open", "i2": "open", "i3": "exact"}
    assert rows.loc["m1", "started"] == utc("2026-02-01T10:00Z")
    assert rows["backfilled"].to_dict()["i3"]
    # The three have the same updates here.
    assert said == ["events stand there again under the same id: all kept"]
    *_, said = export({"page": PAGE, "incidents": [incident(id=str(n)) for n in range(50)]})
    assert "exactly 50 records, where exports are cut: it may be truncated" in said


def feed(*entries: str) -> str:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n  <title>Made Up Status - Incident History</title>\n'
    return head + "".join(entries) + "</feed>\n"


def entry(*updates: tuple[str, str, str], published: str = "2026-01-01T01:00:00Z", name: str = "7") -> str:
    content = "".join(
        f"&lt;p&gt;&lt;small&gt;{when}&lt;/small&gt;&lt;br&gt;&lt;strong&gt;{stage}&lt;/strong&gt; - {text}&lt;/p&gt;"
        for when, stage, text in updates
    )
    return f'  <entry>\n    <id>tag:x,2005:Incident/{name}</id>\n    <published>{published}</published>\n    <updated>{published}</updated>\n    <title>A &amp;amp; B</title>\n    <content type="html">{content}</content>\n  </entry>\n'


def test_the_years_of_a_feed_are_told_by_its_publication(export: Export) -> None:
    made = entry(
        (
            "Jan &lt;var data-var='date'&gt; 1&lt;/var&gt;, &lt;var data-var='time'&gt;00:40&lt;/var&gt; UTC",
            "Resolved",
            "Over.",
        ),
        ("Dec 31, 23:50 UTC", "Investigating", "Looking."),
    )
    events, incidents, _ = export(feed(made))
    assert list(events["time"]) == [utc("2025-12-31T23:50Z"), utc("2026-01-01T00:40Z")]
    row = incidents.iloc[0]
    assert (row["started"], row["resolved"]) == (utc("2025-12-31T23:50Z"), utc("2026-01-01T00:40Z"))
    assert (row["organisation"], row["incident_id"], row["resolved_certainty"]) == ("Made Up", "7", "exact")


def test_zones_of_a_feed(export: Export) -> None:
    events, *_ = export(feed(entry(("Dec 31, 15:50 PST", "Investigating", "Looking."))))
    assert (events["time"][0], events["zone"][0]) == (utc("2025-12-31T23:50Z"), "explicit")
    with pytest.raises(InputError, match="CST of its stamps can be") as caught:
        export(feed(entry(("Dec 31, 15:50 CST", "Investigating", "Looking."))))
    assert "zone" in caught.value.remedy
    events, *_ = export(feed(entry(("Dec 31, 17:50 CST", "Investigating", "Looking."))), zone="America/Chicago")
    assert (events["time"][0], events["zone"][0]) == (utc("2025-12-31T23:50Z"), "assumed:America/Chicago")


def test_a_feed_that_is_cut(export: Export) -> None:
    whole = feed(
        entry(("Dec 31, 23:50 UTC", "Investigating", "Looking.")),
        entry(("Dec 30, 23:50 UTC", "Resolved", "Over."), name="6"),
    )
    events, incidents, said = export(whole[: whole.index("Over.")])
    assert list(events["parsed"]) == [True, False]
    assert (len(incidents), incidents["resolved_certainty"][0]) == (1, "open")
    assert any("the feed is cut" in what for what in said)


def test_rss(export: Export) -> None:
    text = (
        '<?xml version="1.0"?>\n<rss version="2.0"><channel><title>Made Up Status - Incident History</title>\n<item>\n<title>Slow</title>\n'
        "<description>&lt;p&gt;&lt;small&gt;Jan 2, 10:40 UTC&lt;/small&gt;&lt;br&gt;&lt;strong&gt;Resolved&lt;/strong&gt; - Over.&lt;/p&gt;</description>\n"
        "<pubDate>Fri, 02 Jan 2026 10:40:00 +0000</pubDate>\n<link>https://status.example.com/incidents/abc</link>\n<guid>https://status.example.com/incidents/abc</guid>\n</item></channel></rss>\n"
    )
    events, incidents, _ = export(text)
    assert (events.attrs["format"], events["time"][0]) == ("statuspage_feed", utc("2026-01-02T10:40Z"))
    # Only its end was posted.
    assert (incidents["incident_id"][0], incidents["backfilled"][0]) == ("abc", True)


def test_upptime_tells_days(export: Export) -> None:
    down = {
        "name": "Shop",
        "url": "https://x",
        "slug": "shop",
        "status": "up",
        "uptime": "99.98%",
        "dailyMinutesDown": {"2026-01-02": 12, "2026-01-01": 0},
    }
    events, *_ = export([down, down | {"slug": "pay", "name": "Pay", "dailyMinutesDown": {}}])
    assert list(events["kind"]) == ["failure", "observation"]
    failure = events.iloc[0]
    assert (failure["certainty"], failure["minutes_down"]) == ("day", 12)
    assert (failure["time_low"], failure["time_high"]) == (utc("2026-01-02T00:00Z"), utc("2026-01-03T00:00Z"))
    assert pd.isna(events["time"][1])


def test_upptimes_last_check_of_a_site(export: Export) -> None:
    text = (
        "url: https://example.com\nstatus: down\ncode: 503\nresponseTime: 99\nlastUpdated: 2026-01-02T10:00:00.143Z\n"
        "startTime: 2020-09-05T07:33:50.000Z\ngenerator: Upptime <https://github.com/upptime/upptime>\n"
    )
    events, *_ = export(text, name="example.yml")
    assert (events["time"][0], events["text"][0]) == (
        utc("2026-01-02T10:00:00.143Z"),
        "https://example.com: status down, code 503",
    )
    assert (events["line_end"][0], events["watched_since"][0]) == (7, utc("2020-09-05T07:33:50Z"))


def test_google_cloud_before_2020(export: Export) -> None:
    made = {
        "begin": "2013-11-12T22:04:00Z",
        "created": "2013-11-12T22:16:09Z",
        "end": "2013-11-12T22:20:00Z",
        "external_desc": "Errors",
        "modified": "2013-11-12T22:30:41Z",
        "most-recent-update": {"when": "2013-11-12T22:20:00Z", "text": "Over."},
        "number": 13015,
        "service_key": "appengine",
        "service_name": "App Engine",
        "severity": "medium",
        "updates": [{"when": "2013-11-12T22:20:00Z", "text": "Over."}],
    }
    events, incidents, _ = export([made, made | {"number": 13016, "end": None}])
    assert list(incidents["incident_id"]) == ["13015", "13016"]
    # Nothing says whether the second is over.
    assert list(incidents["resolved_certainty"]) == ["exact", "unknown"]
    assert list(events["text"]) == ["Over.", "Over."]


def test_google_cloud_open_and_over(export: Export) -> None:
    made = {
        "id": "g1",
        "number": "123456789012345678901",
        "begin": "2026-01-02T10:00:00+00:00",
        "created": "2026-01-02T10:10:00+00:00",
        "end": None,
        "external_desc": "Slow",
        "status_impact": "SERVICE_OUTAGE",
        "severity": "high",
        "service_name": "Storage",
        "updates": [
            {"when": "2026-01-02T10:40:00+00:00", "text": "b", "status": "SERVICE_OUTAGE"},
            {"when": "2026-01-02T10:10:00+00:00", "text": "a", "status": "SERVICE_OUTAGE"},
        ],
        "most_recent_update": {"status": "SERVICE_OUTAGE"},
    }
    events, incidents, _ = export([made])
    row = incidents.iloc[0]
    assert (row["resolved_certainty"], row["restored_certainty"], row["detected"]) == (
        "open",
        "open",
        utc("2026-01-02T10:10Z"),
    )
    # It was open at the last thing that was said.
    assert row["resolved_low"] == utc("2026-01-02T10:40Z")
    assert row["number"] == "123456789012345678901"
    assert list(events["text"]) == ["a", "b"]


def test_github_status_lines_of_an_open_incident(export: Export) -> None:
    line = (
        '{"id": "1", "title": "Slow", "published_at": "2026-01-02T10:05:00Z", "updated_at": "2026-01-02T10:20:00Z", "status_sequence": ["Investigating"], '
        '"started_at": "2026-01-02T10:00:00Z", "resolved_at": null, "impact_window": null, "downtime_start": null, "downtime_end": null, "duration_minutes": null, '
        '"updates": [{"at": "2026-01-02T10:00:00Z", "status": "Investigating", "message": "Looking."}], "impact": "major"}\n'
    )
    _, incidents, _ = export(line + "{broken\n")
    row = incidents.iloc[0]
    assert (row["resolved_certainty"], row["resolved_low"], row["severity_stated"]) == (
        "open",
        utc("2026-01-02T10:20Z"),
        "major",
    )
    assert pd.isna(row["duration_stated_minutes"])


def test_the_atlas_does_not_say_that_an_unknown_end_is_open(export: Export) -> None:
    row = {
        "incident_id": "a",
        "provider_id": "x",
        "provider_name": "X",
        "severity": "minor",
        "severity_rank": 1,
        "created_at": "2026-01-02T10:00:00.5+00:00",
        "resolved_at": None,
        "duration_minutes": None,
        "status": "unknown",
        "title": "Slow",
        "updated_at": "2026-01-02T10:00:00+00:00",
    }
    _, incidents, _ = export([row, row | {"incident_id": "b", "status": "investigating"}])
    assert list(incidents["resolved_certainty"]) == ["unknown", "open"]


def test_servicenow_takes_all_rows_of_a_number(export: Export) -> None:
    text = (
        "number,incident_state,active,sys_mod_count,opened_at,sys_created_at,sys_updated_at,priority,resolved_at,closed_at\n"
        "INC1,New,TRUE,0,01-02-2026 10:00,?,01-02-2026 10:00,2 - High,?,?\n"
        "INC2,New,TRUE,0,13-02-2026 10:00,?,13-02-2026 10:00,3 - Moderate,?,?\n"
        "INC1,Resolved,TRUE,1,01-02-2026 10:00,?,01-02-2026 12:00,1 - Critical,01-02-2026 11:55,?\n"
        "INC3,New,TRUE,0,?,?,13-02-2026 10:00,3 - Moderate,?,?\n"
    )
    events, incidents, said = export(text, zone="Europe/Berlin")
    assert list(incidents["incident_id"]) == ["INC1", "INC2"]
    # 1 February, for the 13th can be no month; an hour east of UTC.
    assert incidents["started"][0] == utc("2026-02-01T09:00Z")
    assert incidents["resolved"][0] == utc("2026-02-01T10:55Z")
    assert list(incidents["severity_stated"]) == ["1 - Critical", "3 - Moderate"]
    assert list(incidents["resolved_certainty"]) == ["exact", "open"]
    assert list(incidents["updates"]) == [2, 1]
    assert events["parsed"].sum() == 3
    assert any("day first" in what for what in said)
