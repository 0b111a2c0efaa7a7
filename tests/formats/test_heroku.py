"""Heroku's log, against records that were written by hand."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def test_the_router_tells_level_status_and_seconds(read: Read) -> None:
    frame = read(
        '2026-01-02T10:00:00.123456+00:00 heroku[router]: at=info method=GET path="/a" host=shop.example fwd="203.0.113.7" '
        "dyno=web.1 connect=1ms service=12ms status=200 bytes=7 protocol=https\n"
        '2026-01-02T11:00:01.123456+01:00 heroku[router]: at=error code=H12 desc="Request timeout" method=GET path="/b" '
        "dyno=web.1 connect= service=30000ms status=503 bytes= protocol=https\n"
        "2026-01-02T10:00:02.123456+00:00 app[web.1]: at=info is made up\n"
    )
    assert frame.attrs["format"] == "heroku"
    assert frame["time"].dt.second.to_list() == [0, 1, 2]
    assert (frame["time"].dt.hour == 10).all()
    assert frame["severity_text"].to_list() == ["info", "error", ""]
    assert frame["severity_number"].fillna(-1).to_list() == [9, 17, -1]
    assert frame["app_source"].to_list() == ["heroku", "heroku", "app"]
    assert frame["service"].to_list() == ["router", "router", "web.1"]
    assert frame["status"].fillna(0).to_list() == [200, 503, 0]
    assert frame["service_s"].fillna(-1).to_list() == [0.012, 30.0, -1]
    assert frame["connect_s"].fillna(-1).to_list() == [0.001, -1, -1]
    assert frame["bytes"].fillna(-1).to_list() == [7, -1, -1]
    assert frame["desc"][1] == "Request timeout"
    assert frame["message"][2] == "at=info is made up"
