"""Kubernetes' audit events in one document: the EventList that webhooks get, or Azure's `{"records":[…]}`.

No sample was at hand: from the documentation. Each event is read as `kube_audit` reads it.
"""

from __future__ import annotations

from collections.abc import Iterator

from incident_analysis.format import Context, Format, Item, Match
from incident_analysis.formats import objects
from incident_analysis.formats.logs import kube_audit
from incident_analysis.patterns import pattern

_LIST = pattern(
    rb'\s*(?:\{\s*"kind"\s*:\s*"EventList"[^\[]*"items"|\{[^\[\n]*"(?:items|records)"\s*:\s*\[|\[\s*\{|\{\s*\n)'
)
_OWN = pattern(rb'(?<!\\)"auditID"\s*:')


def read(text: str, context: Context) -> Iterator[Item]:
    """Event by event."""
    for value, start, end in objects.records(text, "items", "records"):
        yield Item(kube_audit.row_of(value), start, end)


def recognise(head: bytes) -> Match | None:
    """By a list, and the API's name in it."""
    if (
        _LIST.match(head.removeprefix(b"\xef\xbb\xbf")) is None
        or b"audit.k8s.io/" not in head
        or b"auditID" not in head
    ):
        return None
    # Where the event is a text in a field, it is Azure's wrapping, or another service's own list of messages.
    if _OWN.search(head) is None and b'"properties"' not in head:
        return None
    return Match(0.96, "a list of events of the Kubernetes audit log")


FORMAT = Format(
    name="kube_audit_list",
    title="Kubernetes audit log in one document",
    reference="https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/, EventList (no sample at hand)",
    sample=(
        '{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[\n'
        '{"level":"Metadata","auditID":"made-up","stage":"RequestReceived","requestURI":"/api","verb":"get",'
        '"requestReceivedTimestamp":"2026-01-02T10:00:00.000000Z","stageTimestamp":"2026-01-02T10:00:00.000000Z"}]}\n'
    ),
    recognise=recognise,
    read=read,
)
