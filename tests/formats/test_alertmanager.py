"""Alertmanager and Grafana webhooks; written from Alertmanager's configuration page and its notification types."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from incident_analysis.reading import read_timeline


def alert(status: str = "firing", fingerprint: str = "f1", **more: Any) -> dict[str, Any]:
    return {
        "status": status,
        "labels": {"alertname": "MadeUp", "severity": "page", "service": "shop"},
        "annotations": {"summary": "errors above 5 %"},
        "startsAt": "2026-01-02T11:00:00.5+01:00",
        "endsAt": "0001-01-01T00:00:00Z" if status == "firing" else "2026-01-02T11:20:00+01:00",
        "generatorURL": "http://prometheus.invalid/graph",
        "fingerprint": fingerprint,
        **more,
    }


def payload(*alerts: dict[str, Any], truncated: int = 0) -> dict[str, Any]:
    return {
        "version": "4",
        "groupKey": "{}:{}",
        "receiver": "made-up",
        "truncatedAlerts": truncated,
        "alerts": [*alerts],
    }


def test_firing_and_resolved_are_joined_by_fingerprint(events: Callable[..., pd.DataFrame]) -> None:
    sent = [payload(alert(), alert(fingerprint="f2")), payload(alert("resolved"))]
    rows = events("\n".join(json.dumps(p) for p in sent) + "\n")
    assert rows.attrs["format"] == "alertmanager"
    assert rows["kind"].tolist() == ["alert", "alert", "observation"]
    first, second, third = (rows.iloc[i] for i in range(3))
    assert first["time"] == pd.Timestamp("2026-01-02T10:00:00.5Z"), "an offset is part of the time"
    assert first["end"] == third["time"] == pd.Timestamp("2026-01-02T10:20:00Z")
    assert (third["relates_to"], third["relation"]) == (first["event_id"], "resolves")
    assert pd.isna(second["end"]), "the zero date means never"
    assert (first["service"], first["criticality"], first["actor"]) == ("shop", "page", "system")
    assert first["text"] == "MadeUp: errors above 5 %"
    assert first["fingerprint"] == "f1"


def test_an_alert_that_is_sent_again_is_no_second_alert(events: Callable[..., pd.DataFrame]) -> None:
    rows = events(
        json.dumps([payload(alert()), payload(alert()), payload(alert("resolved")), payload(alert("resolved"))])
    )
    assert rows["kind"].tolist().count("alert") == 3
    again = rows[rows["relation"] == "duplicates"]
    assert len(again) == 2
    assert not again["include"].any()
    assert (rows["relation"] == "resolves").sum() == 1


def test_one_that_is_resolved_only_began_all_the_same(events: Callable[..., pd.DataFrame]) -> None:
    rows = events(json.dumps(payload(alert("resolved")), indent=2))
    assert rows["kind"].tolist() == ["alert", "observation"]
    assert rows["line_start"].tolist()[0] > 1, "an alert has lines of its own"


def test_an_alert_that_fires_again_later_is_another(events: Callable[..., pd.DataFrame]) -> None:
    later = alert(startsAt="2026-01-02T12:00:00Z")
    rows = events(json.dumps(payload(alert("resolved"), later)))
    assert (rows["kind"] == "alert").sum() == 2
    assert rows["end"].notna().sum() == 1


def test_the_list_of_the_api(events: Callable[..., pd.DataFrame]) -> None:
    given = alert(endsAt="2026-01-02T10:05:00Z")
    given["status"] = {"state": "active", "silencedBy": [], "inhibitedBy": []}
    rows = events(json.dumps([given]))
    assert rows["kind"].tolist() == ["alert"]
    assert pd.isna(rows["end"].iloc[0]), "of an active alert endsAt is only when it would be given up"


def test_alerts_that_are_left_out_are_told(events: Callable[..., pd.DataFrame]) -> None:
    said = " ".join(events(json.dumps(payload(alert(), truncated=3))).attrs["said"])
    assert "truncatedAlerts is 3" in said
    assert "no alert is resolved" in said


def test_what_stands_before_a_cut_is_kept(events: Callable[..., pd.DataFrame]) -> None:
    text = json.dumps(payload(alert(), alert(fingerprint="f2")), indent=1)
    rows = events(text[: text.rindex('"labels"')])
    assert rows["parsed"].tolist() == [True, False]
    assert any("broken JSON" in said for said in rows.attrs["said"])


def test_alerts_with_less_than_all_keys(events: Callable[..., pd.DataFrame]) -> None:
    bare = {"status": "firing", "labels": {"alertname": "Lost"}, "startsAt": "2026-01-02T10:00:00Z", "fingerprint": "f"}
    assert events(json.dumps({"alerts": [bare]}))["text"].tolist() == ["Lost"]
    timeless = {"status": "firing", "labels": {"alertname": "Lost"}}
    rows = events(json.dumps({"alerts": [timeless]}))
    assert rows["certainty"].tolist() == ["unknown"]


def test_notifications_in_files_of_their_own_are_joined(tmp_path: Path) -> None:
    for number, one in enumerate([payload(alert()), payload(alert()), payload(alert("resolved"))], 1):
        (tmp_path / f"webhook-{number}.json").write_text(json.dumps(one), encoding="utf-8")
    for given in (tmp_path, tmp_path / "*.json", sorted(tmp_path.glob("*.json"))):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            rows = read_timeline(given)
        assert rows["kind"].tolist() == ["alert", "alert", "observation"]
        assert rows["relation"].tolist() == ["", "duplicates", "resolves"]
        assert rows["event_id"].is_unique
        assert set(rows["relates_to"].iloc[1:]) == {rows["event_id"].iloc[0]}
