"""What Fluentd and Fluent Bit write, from their documentation; records are made up."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]

SHAPES = {
    "fluentd's file": "2026-01-02T11:00:00.25+01:00\tmade.up\t{record}\n",
    "fluentd's output": "2026-01-02 11:00:00.250000000 +0100 made.up: {record}\n",
    "fluent bit's file": "made.up: [1767348000.250000000, {record}]\n",
    "fluent bit's output": "[0] made.up: [1767348000.250000000, {record}]\n",
    "fluent bit's output with metadata": "[3] made.up: [[1767348000.250000000, {{}}], {record}]\n",
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("arrow", [False, True])
def test_a_time_a_tag_and_a_record(read: Read, shape: str, arrow: bool) -> None:
    records = (
        '{"log":"lost \\"=> x\\"\\n","level":"error","kubernetes":{"container_name":"shop","host":"node-7"},"n":7}',
        '{"log":"ok","level":"info","kubernetes":{"container_name":"shop","host":"node-7"},"n":null}',
    )
    if arrow:
        records = tuple(r.replace('":', '"=>').replace("null", "nil") for r in records)  # type: ignore[assignment]
    frame = read("".join(SHAPES[shape].format(record=record) for record in records))
    assert frame.attrs["format"] == "fluentd"
    assert list(frame["message"]) == ['lost "=> x"', "ok"]
    assert [str(t) for t in frame["time"]] == ["2026-01-02 10:00:00.250000+00:00"] * 2
    assert list(frame["severity_number"]) == [17, 9]
    assert (frame["service"][0], frame["host"][0], frame["tag"][0], frame["n"][0]) == ("shop", "node-7", "made.up", 7)


def test_fluent_bit_speaks_of_itself_and_prints_texts_as_they_are(read: Read) -> None:
    frame = read(
        "[2026/01/02 10:00:00] [ info] [engine] started (pid=7)\n"
        '[0] made.up: [1767348001.000000000, {"log"=>"a "quoted" word"}]\n'
        '[1] made.up: [1767348002.000000000, {"level"=>"error", "log"=>"lost"}]\n'
        "[2026/01/02 10:00:04] [ warn] [output] made up\n"
    )
    assert frame["parsed"].all()
    assert list(frame["severity_number"].fillna(0)) == [9, 0, 17, 13]
    assert frame["time"].dt.strftime("%F %T").to_list() == [f"2026-01-02 10:00:0{second}" for second in (0, 1, 2, 4)]
    assert list(frame["service"])[::3] == ["fluent-bit"] * 2
    assert list(frame["message"])[:3] == ["[engine] started (pid=7)", '{"log"=>"a "quoted" word"}', "lost"]


def test_what_is_no_record_is_kept(read: Read) -> None:
    line = '2026-01-02T10:00:00+00:00\tmade.up\t{"message":"ok"}\n'
    frame = read(line * 3 + "2026-01-02T10:00:00+00:00\tmade.up\t{cut\n")
    assert list(frame["parsed"]) == [True, True, True, False]
