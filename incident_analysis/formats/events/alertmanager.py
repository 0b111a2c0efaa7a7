"""Alerts of Prometheus' Alertmanager and of Grafana: webhook payloads, one or many, and lists of alerts from the API.

A payload repeats every alert of its group each time that it is sent. The fingerprint and `startsAt` tell which alert is
meant: the first that names it gives the alert, one that says `resolved` gives its end, further copies are kept as
duplicates that the report leaves out. `endsAt` counts only where the alert is resolved: while it fires, Alertmanager
writes the zero date 0001-01-01, or the instant at which it would give up. Grafana writes offsets, not UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Match, Row, json_document, json_items
from incident_analysis.formats.happenings import SERVICE_LABELS, Ids, known, label, labels_of, moment
from incident_analysis.formats.objects import adopt, attempt, pick, records, text_of, told, without

_TAKEN = "status labels annotations startsAt endsAt fingerprint generatorURL updatedAt".split()


def _alerts(text: str) -> Iterator[tuple[Any, int, int]]:
    """Alerts with the lines that each spans; those of payloads in a list or one a line have their payload's."""
    start = text.lstrip("\ufeff \t\r\n")
    if start[:1] == "{" and start.split("\n", 1)[0].rstrip()[-1:] != "}":
        yield from json_items(text, "alerts")
        return
    for payload, first, last in records(text, "data.alerts"):
        inner = payload.get("alerts") if isinstance(payload, dict) else None
        if isinstance(inner, list):
            yield from ((alert, first, last) for alert in inner)
        else:
            yield payload, first, last


def _state(alert: dict[str, Any]) -> str:
    return str(pick(alert, "status.state") or pick(alert, "status") or pick(alert, "state") or "").lower()


def rows_of(alert: dict[str, Any], seen: dict[str, Row], ids: Ids) -> list[Row] | None:
    """Rows of one alert: that it fires, where no copy before said so; that it is resolved; that it was sent again."""
    labels, notes = pick(alert, "labels") or {}, pick(alert, "annotations") or {}
    began = moment(pick(alert, "startsAt", "activeAt"))
    state = _state(alert)
    if not isinstance(labels, dict) or not isinstance(notes, dict) or (began is None and not labels):
        return None
    print_ = str(pick(alert, "fingerprint") or labels_of(labels))
    key = f"{print_}@{pick(alert, 'startsAt', 'activeAt') or ''}"
    name = label(labels, "alertname", "__alert_rule_uid__") or "alert"
    said = label(notes, "summary", "message", "description")
    common: Row = {
        "actor": "system",
        "automatic": True,
        "service": label(labels, *SERVICE_LABELS),
        "criticality": label(labels, "severity", "priority"),
        "fingerprint": print_,
        "labels": labels_of(labels),
        "why": label(notes, "description") if said != label(notes, "description") else None,
        "annotations": text_of(notes) if notes else None,
    }
    rest = without(alert, *_TAKEN)
    resolved = state in ("resolved", "inactive", "normal")
    ended = moment(pick(alert, "endsAt")) if resolved else None
    rows: list[Row] = []
    first = seen.get(key)
    if first is None:
        first = known(
            {
                "source_id": ids.of(key),
                "time": began,
                "time_stated": pick(alert, "startsAt", "activeAt"),
                "kind": "signal" if state == "pending" else "alert",
                "text": f"{name}: {said}" if said else name,
                "end": ended,
                "state": "firing" if resolved else state or None,
                **common,
            }
        )
        seen[key] = first
        rows.append(adopt(first, rest))
    elif not resolved or first.get("resolved"):
        again = {**first, "source_id": ids.of(first["source_id"]), "relates_to": first["source_id"]}
        rows.append(known({**again, "relation": "duplicates", "include": False, "state": state}))
    if resolved and not first.get("resolved"):
        first["resolved"] = True
        if ended is not None:
            first["end"] = ended
        rows.append(
            known(
                {
                    "source_id": ids.of(key, "resolved"),
                    "time": ended,
                    "time_stated": pick(alert, "endsAt"),
                    "kind": "observation",
                    "text": f"{name}: resolved",
                    "relates_to": first["source_id"],
                    "relation": "resolves",
                    "state": "resolved",
                    **common,
                }
            )
        )
    return rows


def read(text: str, context: Context) -> Iterator[Item]:
    """Alerts of all payloads; an alert's end is put on the row of its beginning."""
    # Each notification may lie in a file of its own: those that are read together tell of the same alerts.
    seen: dict[str, Row] = context.shared.setdefault("alerts", {})
    ids: Ids = context.shared.setdefault("alert_ids", Ids())
    found: list[tuple[Row | None, int, int]] = []
    broken: Exception | None = None
    try:
        for alert, start, end in _alerts(text):
            rows = attempt(rows_of, alert, seen, ids) if isinstance(alert, dict) else None
            found += [(None, start, end)] if rows is None else [(row, start, end) for row in rows]
    except ValueError as error:
        # The export is cut: what came before it is given first.
        broken = error
    for row, start, end in found:
        yield Item(None if row is None else {k: v for k, v in row.items() if k != "resolved"}, start, end)
    if broken is not None:
        raise broken
    cut = told(text, "truncatedAlerts")
    if cut and cut.isdigit() and int(cut):
        context.warn(f"truncatedAlerts is {cut}: the payload leaves alerts out")
    if not any(row and row.get("state") == "resolved" for row, _, _ in found):
        context.warn("no alert is resolved in this export: their ends are not known")


def recognise(head: bytes) -> Match | None:
    """By an alert's own keys."""
    for more in ("annotations", "fingerprint", "generatorURL"):
        found = json_document("labels", "startsAt", more, why=f"alerts with labels, startsAt and {more}")(head)
        if found is not None:
            return found
    return json_document(
        "labels", "annotations", "activeAt", "state", why="alerts of Prometheus with labels and activeAt"
    )(head) or json_document("alerts", "labels", "alertname", "status", strength=0.85, why="alerts with labels")(head)


FORMAT = Format(
    name="alertmanager",
    title="Alertmanager and Grafana alerts",
    yields="TIMELINE",
    reference="https://prometheus.io/docs/alerting/latest/configuration/#webhook_config",
    sample='{"receiver": "made-up", "status": "firing", "truncatedAlerts": 0, "alerts": [\n'
    ' {"status": "resolved", "labels": {"alertname": "MadeUp", "severity": "page", "service": "shop"}, "annotations": '
    '{"summary": "errors"}, "startsAt": "2026-01-02T10:00:00.5Z", "endsAt": "2026-01-02T10:20:00Z", '
    '"fingerprint": "0000000000000001"}]}\n',
    recognise=recognise,
    read=read,
)
