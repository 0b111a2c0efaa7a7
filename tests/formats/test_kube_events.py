"""Kubernetes events as JSON, from the API's reference."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


def event(**more: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1", "kind": "Event", "count": 3, "eventTime": None, "firstTimestamp": "2026-01-02T10:00:00Z",
        "involvedObject": {"kind": "Pod", "name": "made-up", "namespace": "made", "fieldPath": "spec.containers{a}"},
        "lastTimestamp": "2026-01-02T10:05:00Z", "message": "Back-off restarting", "reason": "BackOff",
        "metadata": {"name": "made-up.1", "namespace": "made", "creationTimestamp": "2026-01-02T10:00:00Z", "uid": "u"},
        "source": {"component": "kubelet", "host": "node-1"}, "type": "Warning",
    } | more  # fmt: skip


def listed(*events: dict[str, Any], **meta: Any) -> str:
    value = {"apiVersion": "v1", "items": list(events), "kind": "List", "metadata": {"resourceVersion": ""} | meta}
    return json.dumps(value, indent=4) + "\n"


def test_a_list_as_kubectl_writes_it(read: Read) -> None:
    frame = read(listed(event(), event(type="Normal", count=1)))
    assert frame.attrs["format"] == "kube_events"
    row = frame.iloc[0]
    assert (str(row["time"]), row["first_seen"]) == ("2026-01-02 10:05:00+00:00", "2026-01-02T10:00:00Z")
    assert (row["count"], row["reason"], row["kind"], row["name"]) == (3, "BackOff", "Pod", "made-up")
    assert (row["service"], row["host"], row["namespace"]) == ("kubelet", "node-1", "made")
    assert list(frame["severity_number"]) == [13, 9]
    assert frame["line_end"][0] < frame["line_start"][1]


@pytest.mark.parametrize(
    "more, time",
    [
        (
            {"lastTimestamp": None, "firstTimestamp": None, "eventTime": "2026-01-02T10:07:00.123456Z"},
            "10:07:00.123456",
        ),
        ({"series": {"count": 9, "lastObservedTime": "2026-01-02T10:09:00.000001Z"}}, "10:09:00.000001"),
        ({"lastTimestamp": None, "firstTimestamp": None}, "10:00:00"),
        ({"lastTimestamp": "0001-01-01T00:00:00Z", "firstTimestamp": None}, "10:00:00"),
    ],
)
def test_whichever_time_is_set(read: Read, more: dict[str, Any], time: str) -> None:
    assert str(read(listed(event(**more)))["time"][0]) == f"2026-01-02 {time}+00:00"


def test_the_newer_api(read: Read) -> None:
    newer = event()
    for name in ("involvedObject", "message", "source", "count", "firstTimestamp", "lastTimestamp"):
        newer.pop(name)
    newer |= {
        "apiVersion": "events.k8s.io/v1", "regarding": {"kind": "Node", "name": "node-1"}, "note": "not ready",
        "reportingController": "node-controller", "eventTime": "2026-01-02T10:07:00.123456Z", "action": "Taint",
        "deprecatedSource": {}, "deprecatedCount": 2,
    }  # fmt: skip
    row = read(listed(newer)).iloc[0]
    assert (row["message"], row["kind"], row["service"]) == ("not ready", "Node", "node-controller")
    assert (row["count"], row["action"]) == (2, "Taint")


def test_a_watch_gives_one_after_another_or_one_a_line(read: Read) -> None:
    assert len(read(json.dumps(event(), indent=2) + "\n" + json.dumps(event(), indent=2) + "\n")) == 2
    wrapped = [json.dumps({"type": "ADDED", "object": event()}) for _ in range(3)]
    frame = read("\n".join(wrapped) + "\n")
    assert (frame.attrs["format"], list(frame["line_start"])) == ("kube_events", [1, 2, 3])


def test_a_list_that_goes_on_is_told(read: Read) -> None:
    said = read(listed(event(), **{"continue": "token", "remainingItemCount": 7})).attrs["said"]
    assert any("truncated" in text for text in said)


def test_other_objects_in_the_list_are_kept(read: Read) -> None:
    frame = read(listed(event(), {"kind": "Pod", "metadata": {}}))
    assert list(frame["parsed"]) == [True, False]


EXPORTED = (
    '{"metadata":{"name":"made.1","namespace":"made","creationTimestamp":"2026-01-02T10:00:00Z"},'
    '"involvedObject":{"kind":"Pod","namespace":"made","name":"made-1"},"reason":"Unhealthy","message":"probe failed",'
    '"source":{"component":"kubelet","host":"node-7"},"firstTimestamp":"2026-01-02T10:00:00Z",'
    '"lastTimestamp":"2026-01-02T10:05:00Z","count":5,"type":"Warning"}'
)


@pytest.mark.parametrize("line", [EXPORTED, f'{{"verb":"UPDATED","event":{EXPORTED},"old_event":{EXPORTED}}}'])
def test_exporters_leave_the_kind_out_and_eventrouter_wraps(read: Read, line: str) -> None:
    frame = read(f"{line}\n{line}\n")
    assert frame.attrs["format"] == "kube_events"
    assert [str(t) for t in frame["time"]] == ["2026-01-02 10:05:00+00:00"] * 2
    assert (frame["service"][0], frame["host"][0], frame["count"][0], frame["severity_number"][0]) == (
        "kubelet",
        "node-7",
        5,
        13,
    )


def test_events_inside_cloud_logging_are_left_to_it(read: Read) -> None:
    entry = (
        '{"insertId":"made-up","jsonPayload":{"apiVersion":"v1","involvedObject":{"kind":"Pod","name":"made-1"},'
        '"kind":"Event","message":"probe failed","reason":"Unhealthy","type":"Warning"},"logName":'
        '"projects/made/logs/events","resource":{"type":"k8s_pod","labels":{"pod_name":"made-1"}},"severity":"WARNING",'
        '"timestamp":"2026-01-02T10:00:00Z","receiveTimestamp":"2026-01-02T10:00:01Z"}'
    )
    frame = read(f"[{entry}]\n")
    assert (frame.attrs["format"], frame["message"][0], frame["host"][0]) == ("gcp_logging", "probe failed", "made-1")
