"""What servers' logs write in the same way: missing values, numbers, durations, the request line."""

from __future__ import annotations

import re

from incident_analysis.format import Row
from incident_analysis.patterns import pattern

_REQUEST = pattern(r"([!-~]+) (\S.*?)(?: ([A-Za-z]+/\d[\d.]*))?\s*", re.DOTALL)
_METHOD = pattern(r"[A-Za-z][A-Za-z_-]*")
_WHOLE = pattern(r"[+]?(\d{1,30})", re.ASCII)
_REAL = pattern(r"[+]?(\d{1,30}(?:\.\d*)?|\.\d+)", re.ASCII)
PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}


def given(text: str | None) -> str | None:
    """A text; None where it is missing, empty or "-".

    Examples
    --------
    >>> given("-"), given(""), given("x")
    (None, None, 'x')
    """
    return None if text is None or text in ("-", "") else text


def whole(text: str | None) -> int | None:
    """A whole number; None where it is missing, "-" or negative. A leading "+" (at least) is let go.

    Examples
    --------
    >>> whole("12"), whole("-1"), whole("-"), whole("+3")
    (12, None, None, 3)
    """
    match = None if text is None else _WHOLE.fullmatch(text)
    return None if match is None else int(match[1])


def seconds(text: str | None, *, unit: str = "s") -> float | None:
    """A duration in seconds from its number in another unit; None where it is missing, "-" or negative.

    Examples
    --------
    >>> seconds("357313", unit="ns"), seconds("0.086"), seconds("-1", unit="ms")
    (0.000357313, 0.086, None)
    """
    match = None if text is None else _REAL.fullmatch(text)
    return None if match is None else float(match[1]) / PER_SECOND[unit]


def request(line: str) -> Row:
    """`method`, `path`, `protocol` and the whole line as `message`; of what is no request line only the latter.

    Examples
    --------
    >>> request("GET /a b HTTP/1.1")
    {'message': 'GET /a b HTTP/1.1', 'method': 'GET', 'path': '/a b', 'protocol': 'HTTP/1.1'}
    >>> request(r"\\x16\\x03\\x01"), request("-")
    ({'message': '\\\\x16\\\\x03\\\\x01'}, {'message': '-'})
    """
    row: Row = {"message": line}
    match = _REQUEST.fullmatch(line)
    if match is not None and _METHOD.fullmatch(match[1]):
        row |= {"method": match[1], "path": match[2]}
        if match[3]:
            row["protocol"] = match[3]
    return row
