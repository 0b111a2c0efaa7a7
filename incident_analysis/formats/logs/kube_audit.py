"""Kubernetes' audit log, one event a line: `{"kind":"Event","apiVersion":"audit.k8s.io/v1",…}`, or as AKS wraps it.

A request gives several events with one auditID, one a stage (RequestReceived, ResponseStarted, ResponseComplete,
Panic). The record's time is the stage's; `duration_s` is what passed since the request was received. AKS writes the
event as a JSON text in `properties.log`; there `time` is when Azure took it.
"""

from __future__ import annotations

import json
from typing import Any

from incident_analysis import clock, severity
from incident_analysis.format import Context, Format, Lines, Row, by_lines

_NAMES = ("requestObject", "responseObject")


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `verb`, `user`, `resource`, `namespace`, `name`, `status`, `stage`, `audit_id` and more."""
    return row_of(json.loads(text))


def _object(value: dict[str, Any], name: str) -> dict[str, Any]:
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def row_of(value: Any) -> Row | None:
    """The row of one event, wrapped or not; None where it is none."""
    if not isinstance(value, dict):
        return None
    properties = value.get("properties")
    outer: Row = {}
    if isinstance(properties, str):
        properties = json.loads(properties)
    if isinstance(properties, dict) and "log" in properties:
        log = properties["log"]
        outer = {
            "pod": properties.get("pod"),
            "category": value.get("category"),
            "resource_id": value.get("resourceId"),
        }
        value = json.loads(log) if isinstance(log, str) else log
    if not isinstance(value, dict) or "auditID" not in value:
        return None
    user, about, answer = (_object(value, name) for name in ("user", "objectRef", "responseStatus"))
    received, staged = (clock.iso(str(value.get(k, ""))) for k in ("requestReceivedTimestamp", "stageTimestamp"))
    addresses = value.get("sourceIPs") or [None]
    status = answer.get("code")
    row: Row = {
        "time": staged or received,
        "severity_number": severity.of_status(status) if isinstance(status, int) and status > 0 else None,
        "service": "kube-apiserver",
        "message": f"{value.get('verb')} {value.get('requestURI')}",
        "verb": value.get("verb"),
        "path": value.get("requestURI"),
        "status": status if isinstance(status, int) and status > 0 else None,
        "client": addresses[0],
        "user_agent": value.get("userAgent"),
        "user": user.get("username"),
        "groups": ",".join(map(str, user.get("groups") or [])) or None,
        "audit_id": value["auditID"],
        "stage": value.get("stage"),
        "level": value.get("level"),
        "resource": about.get("resource"),
        "subresource": about.get("subresource"),
        "namespace": about.get("namespace"),
        "name": about.get("name"),
        "reason": answer.get("reason"),
        "status_message": answer.get("message"),
    }
    if len(addresses) > 1:
        row["forwarded_by"] = ",".join(map(str, addresses[1:]))
    if received is not None and staged is not None:
        row["duration_s"] = (staged.ns - received.ns) / clock.SECOND
    impersonated = value.get("impersonatedUser")
    if isinstance(impersonated, dict):
        row["impersonated_user"] = impersonated.get("username")
    for name, said in (value.get("annotations") or {}).items():
        row[f"annotations.{name}"] = said
    for name in _NAMES:
        if isinstance(value.get(name), dict):
            row[name] = json.dumps(value[name], ensure_ascii=False, separators=(",", ":"))
    return row | outer


FORMAT = Format(
    name="kube_audit",
    title="Kubernetes audit log",
    reference="https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/; AKS from its documentation",
    sample=(
        '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"made-up","stage":"ResponseComplete",'
        '"requestURI":"/api/v1/namespaces/made/pods","verb":"list","user":{"username":"made"},"sourceIPs":["192.0.2.1"],'
        '"objectRef":{"resource":"pods","namespace":"made"},"responseStatus":{"code":200},"requestReceivedTimestamp":'
        '"2026-01-02T10:00:00.000000Z","stageTimestamp":"2026-01-02T10:00:00.250000Z"}\n'
    ),
    recognise=by_lines(
        r'(?!\{"kind":\s?"EventList"|\{\s?"(?:records|items)")'
        r'(?:\{[^\n]*?(?:"apiVersion":\s?"audit\.k8s\.io/v1[a-z0-9]*"[^\n]*"auditID":|"properties":[^\n]*\\"auditID\\":)'
        r'|\{[^\n]*"properties":[^\n]*audit\.k8s\.io[^\n]*"category":|\{[^\n]*"category":\s?"kube-audit)',
        strength=0.97,
        why="events of the Kubernetes audit log",
        least=0.3,
    ),
    lines=Lines(parse),
)
