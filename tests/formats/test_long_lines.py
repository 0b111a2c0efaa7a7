"""Long lines on which a pattern that tries every split would take minutes."""

from __future__ import annotations

import time

import pytest

from incident_analysis.format import Context, Format
from incident_analysis.formats.logs import access, haproxy, java, timed_lines


@pytest.mark.parametrize(
    ("form", "begin", "unit"),
    [
        (haproxy.FORMAT, "192.0.2.1:5000 [02/Jan/2026:10:00:00.250] web~ app", "/"),
        (java.FORMAT, "2026-01-02 10:00:00.000 INFO  (made-up) [", "c:"),
        (access.FORMAT, '192.0.2.1 - - [02/Jan/2026:10:00:00 +0100] "GET / HTTP/1.1" 200 1', " ["),
        (timed_lines.FORMAT, "2026-01-02 10:00:00", "("),
    ],
    ids=lambda value: value.name if isinstance(value, Format) else None,
)
def test_take_no_time(form: Format, begin: str, unit: str) -> None:
    line = begin + unit * (100_000 // len(unit))
    assert form.lines is not None
    start = time.perf_counter()
    form.lines.parse(line, Context("made-up"))
    form.recognise(line.encode())
    assert time.perf_counter() - start < 3
