"""Amazon CloudFront: standard logs, tab-separated, the heading `#Fields:` names the columns; their second version as
JSON with the same names; real-time logs, without a heading, in the order of their fields' list.

Date and time are UTC by the specification; `time-taken` is seconds; "-" is missing; user agents and the like are
written with `%20` for a space (some fields twice encoded). No sample was at hand: from the documentation.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote

from incident_analysis import clock, severity
from incident_analysis.clock import Stamp
from incident_analysis.format import Context, Format, Lines, Match, Row, head_lines
from incident_analysis.formats.objects import adopt, real, whole
from incident_analysis.patterns import pattern

#: The order of the fields, for files whose heading was cut off.
FIELDS = (
    "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) "
    "cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken "
    "x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status "
    "fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len "
    "sc-range-start sc-range-end"
).split()
#: Of real-time logs, where every field was chosen; later ones are added behind.
REAL_TIME = (
    "timestamp c-ip time-to-first-byte sc-status sc-bytes cs-method cs-protocol cs(Host) cs-uri-stem cs-bytes "
    "x-edge-location x-edge-request-id x-host-header time-taken cs-protocol-version c-ip-version cs(User-Agent) "
    "cs(Referer) cs(Cookie) cs-uri-query x-edge-response-result-type x-forwarded-for ssl-protocol ssl-cipher "
    "x-edge-result-type fle-encrypted-fields fle-status sc-content-type sc-content-len sc-range-start sc-range-end "
    "c-port x-edge-detailed-result-type c-country cs-accept-encoding cs-accept cache-behavior-path-pattern cs-headers "
    "cs-header-names cs-headers-count primary-distribution-id primary-distribution-dns-name origin-fbl origin-lbl asn"
).split()
_REAL_TIME = pattern(r"\d{10}(?:\.\d{1,3})?\t[0-9A-Fa-f.:]+\t[\d.]+\t\d{3}\t\d+\t[A-Z]+\t(?:https?|wss?)\t[^\t]+\t/")
_REAL_TIME_BYTES = pattern(_REAL_TIME.pattern.encode())
_NUMBERS = {"cs-bytes", "c-port", "sc-content-len", "sc-range-start", "sc-range-end", "fle-encrypted-fields"}
_TAKEN = {
    "date", "time", "c-ip", "cs-method", "cs(Host)", "cs-uri-stem", "cs-uri-query", "sc-status", "sc-bytes",
    "time-taken", "timestamp",
    "cs(User-Agent)", "cs(Referer)", "cs-protocol-version", "x-edge-request-id", "time-to-first-byte", "timestamp(ms)",
}  # fmt: skip


def head(text: str, context: Context) -> None:
    """Remember the columns."""
    if text.startswith("#Fields:"):
        context.memory["fields"] = text[8:].split()


def parse(text: str, context: Context) -> Row | None:
    """A request's fields."""
    found = _named(text, context)
    if found is None:
        return None
    given = {n: v for n, v in found.items() if v not in ("", "-")}
    if "date" in given and "time" in given:
        stamp = clock.iso(f"{given['date']} {given['time']}")
    else:
        seconds = given.get("timestamp")
        stamp = clock.epoch(seconds, unit="s") if seconds else clock.epoch(given.get("timestamp(ms)", ""), unit="ms")
    if stamp is None:
        return None
    status = whole(given.get("sc-status"))
    # CloudFront writes 000 where the viewer went away before an answer.
    status = status or None
    query = given.get("cs-uri-query")
    path = given.get("cs-uri-stem", "") + (f"?{query}" if query else "")
    others: dict[str, Any] = {_name(n): (whole(v) if n in _NUMBERS else v) for n, v in given.items() if n not in _TAKEN}
    row: Row = {
        "time": Stamp(stamp.ns, True),
        "severity_number": None if status is None else severity.of_status(status),
        "service": given.get("cs(Host)") or given.get("x-host-header"),
        "message": f"{given.get('cs-method', '-')} {path} {given.get('sc-status', '-')}",
        "method": given.get("cs-method"),
        "path": path or None,
        "status": status,
        "bytes": whole(given.get("sc-bytes")),
        "duration_s": real(given.get("time-taken")),
        "time_to_first_byte_s": real(given.get("time-to-first-byte")),
        "client": given.get("c-ip"),
        "user_agent": _plain(given.get("cs(User-Agent)")),
        "referer": _plain(given.get("cs(Referer)")),
        "protocol": given.get("cs-protocol-version"),
        "request_id": given.get("x-edge-request-id"),
    }
    return adopt({k: v for k, v in row.items() if v is not None}, others)


def _named(text: str, context: Context) -> dict[str, str] | None:
    """The values by the names of standard logs."""
    if text[:1] == "{":
        value = json.loads(text)
        return {n: str(v) for n, v in value.items() if v is not None} if isinstance(value, dict) else None
    values = text.split("\t")
    if "fields" not in context.memory and _REAL_TIME.match(text):
        return dict(zip(REAL_TIME, values, strict=False))
    names = context.memory.get("fields", FIELDS)
    # Without a heading, older files end where their age had no further fields.
    if len(values) != len(names) and ("fields" in context.memory or not 12 <= len(values) < len(names)):
        return None
    return dict(zip(names, values, strict=False))


def _name(field: str) -> str:
    return re.sub(r"\W+", "_", field.removeprefix("x-")).strip("_").lower()


def _plain(value: str | None) -> str | None:
    if value is None:
        return None
    once = unquote(value, errors="replace")
    return unquote(once, errors="replace") if "%20" in once or "%2520" in value else once


_JSON = pattern(rb'\{(?=[^\n]*"x-edge-(?:location|request-id|result-type)":)[^\n]*"(?:sc-status|cs-method|c-ip)":')


def recognise(head: bytes) -> Match | None:
    """By the heading, or by the first columns."""
    lines = head_lines(head, most=20)
    for line in lines[:3]:
        if line.startswith(b"#Fields:") and b"x-edge-location" in line:
            return Match(0.97, "the heading names x-edge-location, a field of CloudFront")
    if lines and all(_JSON.match(line) for line in lines):
        return Match(0.96, "objects with CloudFront's x-edge-location and the names of its fields")
    if lines and all(_REAL_TIME_BYTES.match(line) for line in lines):
        return Match(0.95, "columns of CloudFront's real-time logs")
    if lines and all(
        re.match(rb"\d{4}-\d\d-\d\d\t\d\d:\d\d:\d\d\t[A-Z]{3}\d{1,3}[-\w]*\t\d+\t[0-9A-Fa-f.:]+\t[A-Z]+\t", line)
        for line in lines
    ):
        return Match(0.9, "columns of CloudFront without their heading")
    return None


FORMAT = Format(
    name="cloudfront",
    title="Amazon CloudFront access logs",
    reference="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html "
    "(no sample was at hand)",
    sample="#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status "
    "time-taken\n2026-01-02\t10:00:00\tFRA50-C1\t512\t192.0.2.7\tGET\tmade-up.example\t/made/up\t502\t0.250\n",
    recognise=recognise,
    lines=Lines(parse, skip=pattern(rb"#"), head=head),
)
