"""Kubernetes' audit log, from the API's reference."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


def event(**more: Any) -> dict[str, Any]:
    return {
        "kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "Metadata", "auditID": "id-1",
        "stage": "ResponseComplete", "requestURI": "/api/v1/namespaces/made/pods/up", "verb": "delete",
        "user": {"username": "made", "groups": ["a", "b"]}, "sourceIPs": ["192.0.2.1", "198.51.100.1"],
        "userAgent": "kubectl", "objectRef": {"resource": "pods", "namespace": "made", "name": "up"},
        "responseStatus": {"metadata": {}, "code": 403, "reason": "Forbidden", "message": "no"},
        "requestReceivedTimestamp": "2026-01-02T10:00:00.000001Z", "stageTimestamp": "2026-01-02T10:00:00.250001Z",
        "annotations": {"authorization.k8s.io/decision": "forbid"},
    } | more  # fmt: skip


def test_one_event_a_line(read: Read) -> None:
    frame = read(json.dumps(event(), separators=(",", ":")) + "\n")
    assert frame.attrs["format"] == "kube_audit"
    row = frame.iloc[0]
    assert (str(row["time"]), row["duration_s"]) == ("2026-01-02 10:00:00.250001+00:00", 0.25)
    assert (row["verb"], row["user"], row["resource"], row["name"]) == ("delete", "made", "pods", "up")
    assert (row["status"], row["severity_number"], row["reason"]) == (403, 13, "Forbidden")
    assert (row["client"], row["forwarded_by"], row["groups"]) == ("192.0.2.1", "198.51.100.1", "a,b")
    assert (row["annotations.authorization.k8s.io/decision"], row["audit_id"]) == ("forbid", "id-1")


def test_each_stage_is_a_record(read: Read) -> None:
    begun = event(stage="RequestReceived", stageTimestamp="2026-01-02T10:00:00.000001Z")
    begun.pop("responseStatus")
    frame = read("\n".join(json.dumps(e) for e in (begun, event())) + "\n")
    assert list(frame["stage"]) == ["RequestReceived", "ResponseComplete"]
    assert frame["audit_id"].nunique() == 1
    assert pd.isna(frame["status"][0])
    assert pd.isna(frame["severity_number"][0])


@pytest.mark.parametrize("as_text", [True, False])
def test_as_azure_wraps_it(read: Read, as_text: bool) -> None:
    properties: Any = {"log": json.dumps(event()) + "\n", "stream": "stdout", "pod": "kube-apiserver-1"}
    wrapped = {
        "time": "2026-01-02T10:00:03Z", "category": "kube-audit", "resourceId": "/SUBSCRIPTIONS/X",
        "operationName": "Microsoft.ContainerService/managedClusters/diagnosticLogs/Read",
        "properties": json.dumps(properties) if as_text else properties,
    }  # fmt: skip
    frame = read(json.dumps(wrapped) + "\n")
    assert frame.attrs["format"] == "kube_audit"
    row = frame.iloc[0]
    assert (row["verb"], row["pod"], row["category"]) == ("delete", "kube-apiserver-1", "kube-audit")
    assert str(row["time"]) == "2026-01-02 10:00:00.250001+00:00"


@pytest.mark.parametrize("bad", ["{", '{"kind":"Event"}', "null", '{"auditID":"x"'])
def test_broken_lines_are_kept(read: Read, bad: str) -> None:
    one = json.dumps(event(), separators=(",", ":")) + "\n"
    frame = read(one * 2 + bad + "\n" + one)
    assert list(frame["parsed"]) == [True, True, False, True]


@pytest.mark.parametrize("indent", [None, 2])
def test_lists_of_events(read: Read, indent: int | None) -> None:
    value = {
        "kind": "EventList",
        "apiVersion": "audit.k8s.io/v1",
        "metadata": {},
        "items": [event(), event(auditID="2")],
    }
    frame = read(json.dumps(value, indent=indent) + "\n")
    assert (frame.attrs["format"], list(frame["audit_id"])) == ("kube_audit_list", ["id-1", "2"])
    records = {"records": [{"category": "kube-audit", "properties": {"log": json.dumps(event())}}]}
    frame = read(json.dumps(records, indent=indent) + "\n")
    assert (frame.attrs["format"], list(frame["verb"])) == ("kube_audit_list", ["delete"])


def test_events_inside_another_services_list_are_left_to_it(read: Read) -> None:
    # Made up: EKS sends its audit log to CloudWatch, whose API wraps each event as a text.
    event = (
        '{\\"kind\\":\\"Event\\",\\"apiVersion\\":\\"audit.k8s.io/v1\\",\\"level\\":\\"Metadata\\",\\"auditID\\":\\"made-up\\",'
        '\\"stage\\":\\"ResponseComplete\\",\\"requestURI\\":\\"/api/v1/made\\",\\"verb\\":\\"list\\",\\"responseStatus\\":'
        '{\\"code\\":500},\\"requestReceivedTimestamp\\":\\"2026-01-02T10:00:00.000000Z\\",'
        '\\"stageTimestamp\\":\\"2026-01-02T10:00:00.250000Z\\"}'
    )
    frame = read(
        '{\n  "events": [\n    {\n      "logStreamName": "kube-apiserver-audit-made",\n'
        f'      "timestamp": 1767348000250,\n      "message": "{event}",\n'
        '      "ingestionTime": 1767348001000,\n      "eventId": "1"\n    }\n  ]\n}\n'
    )
    assert (frame.attrs["format"], list(frame["inner_format"])) == ("cloudwatch_events", ["kube_audit"])
    assert (frame["verb"][0], frame["status"][0], frame["duration_s"][0]) == ("list", 500, 0.25)
