"""Access logs of Nginx Proxy Manager, from its configuration."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


PROXY = (
    '[02/Jan/2026:10:00:00 +0100] - 404 404 - GET https made.up "/a" [Client 192.0.2.1] [Length 192] [Gzip 3.10] '
    '[Sent-to 198.51.100.7] "made-up/1.0" "-"\n'
)
STANDARD = '[02/Jan/2026:10:00:01 +0100] 301 - POST http made.up "/b" [Client 192.0.2.2] [Length 0] [Gzip -] "-" "https://x/"\n'


def test_both_of_its_formats(read: Read) -> None:
    frame = read(PROXY + STANDARD)
    assert frame.attrs["format"] == "nginx_proxy_manager"
    assert str(frame["time"][0]) == "2026-01-02 09:00:00+00:00"
    assert list(frame["status"]) == [404, 301]
    assert list(frame["bytes"]) == [192, 0]
    assert frame["upstream_status"][0] == 404
    assert pd.isna(frame["upstream_status"][1])
    assert (frame["sent_to"][0], frame["cache"][0] is None or pd.isna(frame["cache"][0])) == ("198.51.100.7", True)
    assert list(frame["method"]) == ["GET", "POST"]
    assert frame["referer"][1] == "https://x/"
    assert list(frame["severity_number"]) == [13, 9]


@pytest.mark.parametrize(
    "status, expected", [("HIT 200 200", 200), ("MISS 502, 200 200", 200), ("- - 504", None), ("BYPASS 302 302", 302)]
)
def test_the_upstream_that_answered(read: Read, status: str, expected: int | None) -> None:
    frame = read(PROXY + PROXY.replace("- 404 404 -", f"{status} -"))
    seen = frame["upstream_status"][1]
    assert frame["parsed"][1]
    assert (None if pd.isna(seen) else seen) == expected


def test_its_folder_holds_plain_lines_too(read: Read) -> None:
    frame = read(
        PROXY
        + STANDARD
        + '192.0.2.1 - - [02/Jan/2026:10:00:02 +0100] "GET /c HTTP/1.1" 200 5 "-" "x"\n'
        + "2026/01/02 10:00:03 [error] 7#7: *1 x, client: 192.0.2.1\n"
        + "neither\n"
    )
    assert list(frame["parsed"]) == [True, True, True, True, False]
    assert list(frame["client"][:4]) == ["192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.1"]
