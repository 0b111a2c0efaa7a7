"""What `kubectl logs --prefix` shows: `[pod/web-7d9f-x2x4v/app] text`, with `--timestamps` a stamp before the text.

stern writes `web-7d9f-x2x4v app text`: read as well where the names are those of pods. The service is the container,
the host the pod. Without stamps the records have no time but what their text says itself; the text is read again by
its own format. No sample was at hand: from the documentation.
"""

from __future__ import annotations

import re

from incident_analysis import clock
from incident_analysis.format import Context, Format, Lines, Match, Row, head_lines
from incident_analysis.formats.stamps import RFC3339
from incident_analysis.patterns import pattern

_NAME = r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?"
_BRACKETS = rf"\[pod/({_NAME})/({_NAME})\]"
#: The end that Kubernetes gives a pod's name has no vowels and no digit like one; a stateful one's is a number.
_STERN = rf"({_NAME}-(?:[bcdfghjklmnpqrstvwxz2456789]{{5}}|\d{{1,4}}(?= \S+ {RFC3339}))) ({_NAME})"
_LINE = pattern(rf"(?:{_BRACKETS}|{_STERN})(?: ({RFC3339}))?(?: (.*))?", re.DOTALL)
_PREFIX = pattern(rf"{_BRACKETS}(?: |$)".encode())
_PAIR = pattern(rf"{_STERN} ".encode())


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: the service is the container, the host the pod."""
    match = _LINE.fullmatch(text)
    if match is None:
        return None
    return {
        "time": None if match[5] is None else clock.iso(match[5]),
        "service": match[2] or match[4],
        "host": match[1] or match[3],
        "message": match[6] or "",
    }


def recognise(head: bytes) -> Match | None:
    """By the brackets of kubectl, or by pods' names at the beginning of nearly all lines."""
    lines = head_lines(head)
    prefixed = sum(_PREFIX.match(line) is not None for line in lines)
    if prefixed and prefixed * 2 >= len(lines):
        return Match(0.95, f"{prefixed} of the first {len(lines)} lines: a pod and a container in brackets")
    paired = sum(_PAIR.match(line) is not None for line in lines)
    if paired and paired * 10 >= 9 * len(lines):
        return Match(0.7, f"{paired} of the first {len(lines)} lines: a pod's name and a container's")
    return None


FORMAT = Format(
    name="kubectl_prefix",
    title="kubectl logs --prefix, and stern",
    reference="https://kubernetes.io/docs/reference/kubectl/generated/kubectl_logs/; https://github.com/stern/stern "
    "(no sample was at hand)",
    sample="[pod/made-up-7d9f8c6b5-x2x4v/web] 2026-01-02T10:00:00.000000001Z started\n"
    "[pod/made-up-7d9f8c6b5-zk9fp/web] 2026-01-02T10:00:01.000000001Z lost\n",
    recognise=recognise,
    lines=Lines(parse),
    inner="message",
)
