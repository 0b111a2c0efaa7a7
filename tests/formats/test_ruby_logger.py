"""Ruby's Logger, against records that were written by hand."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def test_levels_programs_and_backtraces(read: Read) -> None:
    frame = read(
        "I, [2026-01-02T10:00:00.123456 #7]  INFO -- : made: up\n"
        "E, [2026-01-02T10:00:01.123456 #7] ERROR -- shop: lost\nmade.rb:1:in `up'\n"
        "F, [2026-01-02T10:00:02 #7] FATAL -- : gone\nA, [2026-01-02T10:00:03.1 #7]   ANY -- : bye\n"
    )
    assert frame.attrs["format"] == "ruby_logger"
    assert frame["time"][0] == pd.Timestamp("2026-01-02T10:00:00.123456Z")
    assert frame["time"][2] == pd.Timestamp("2026-01-02T10:00:02Z")
    assert frame["severity_text"].to_list() == ["INFO", "ERROR", "FATAL", "ANY"]
    assert frame["severity_number"].fillna(0).to_list() == [9, 17, 21, 0]
    assert frame["message"].to_list() == ["made: up", "lost\nmade.rb:1:in `up'", "gone", "bye"]
    assert frame["service"].to_list() == ["", "shop", "", ""]
    assert (frame["pid"] == 7).all()
    assert (frame["zone"] == "assumed:UTC").all()
