"""Every format of events and metrics by its own sample: recognised among all, read without a rest, damaged in many ways.

Whatever is read, no line and no byte is lost, and no exception leaves but ours.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from incident_analysis import formats, frames
from incident_analysis.errors import IncidentAnalysisError, InputError
from incident_analysis.format import Format
from incident_analysis.reading import read_incidents, read_logs, read_metrics, read_timeline
from incident_analysis.reading.recognise import GENERIC, recognise

FORMS = [form for form in (*formats.events.FORMATS, *formats.metrics.FORMATS) if form.read_bytes is None]
READ: dict[str, Any] = {"TIMELINE": read_timeline, "METRICS": read_metrics, "INCIDENTS": read_incidents}
PROMISE = {"TIMELINE": frames.TIMELINE, "METRICS": frames.METRICS, "INCIDENTS": frames.INCIDENTS}
every_format = pytest.mark.parametrize("form", FORMS, ids=[form.name for form in FORMS])


def read(path: Path, frame: str, **options: Any) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return frames.check(READ[frame](path, **options), PROMISE[frame], where="test")


@pytest.mark.parametrize("room", [formats.events, formats.metrics], ids=["events", "metrics"])
def test_every_file_of_a_room_is_on_its_list_and_holds_a_format_of_its_name(room: Any) -> None:
    files = {path.stem for path in Path(room.__file__).parent.glob("*.py")} - {"__init__"}
    assert {form.name for form in room.FORMATS} == files


@every_format
def test_a_sample_is_recognised_and_read(form: Format, tmp_path: Path) -> None:
    path = tmp_path / "sample"
    path.write_text(form.sample, encoding="utf-8")
    for frame in form.frames:
        assert recognise(form.sample.encode(), formats.every(), where="sample", asked=frame) is form
        rows = read(path, frame)
        account = rows.attrs["sources"][0]
        assert (account["format"], account["unparsed"]) == (form.name, 0)
        assert len(rows) or frame != form.yields
    if form.recognise(form.sample.encode()).strength > GENERIC:  # type: ignore[union-attr]  # it is recognised
        with pytest.raises(InputError, match="no logs"):
            read_logs(path)
    assert form.reference
    assert form.title


@every_format
def test_a_damaged_sample_is_read_as_far_as_it_goes_or_refused(form: Format, tmp_path: Path) -> None:
    data = form.sample.encode()
    path = tmp_path / "sample"
    step = max(1, len(data) // 12)
    damaged = [data[:n] for n in range(step, len(data), step)]
    damaged += [data[:n] + b"\xff\x00\xe4" + data[n + 3 :] for n in range(0, len(data), step)]
    damaged += [data.replace(old, new) for old, new in DAMAGES if old in data]
    damaged += [data.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + data, data + data]
    refused: list[IncidentAnalysisError] = []
    for given in damaged:
        path.write_bytes(given)
        for frame in form.frames:
            try:
                rows = read(path, frame, format=form)
            except IncidentAnalysisError as error:
                refused.append(error)
                continue
            if frame == "INCIDENTS":
                continue
            account = rows.attrs["sources"][0]
            for kind, total in (("lines", given.count(b"\n") + (given[-1:] != b"\n")), ("bytes", len(given))):
                parts = [account[f"{part}_{kind}"] for part in ("record", "continuation", "unparsed")]
                assert account[kind] == total == sum(parts), (kind, account)
            assert int((~rows["parsed"]).sum()) == account["unparsed"]
    assert all(error.remedy for error in refused)


#: What values may become: nothing, another type, a wrong time, a zero date.
DAMAGES = [
    (b'"', b"'"),
    (b": [", b": {"),
    (b"[{", b"[null, {"),
    (b"[{", b'["text", 5, {}, {'),
    (b"2026-01-02", b"2026-13-42"),
    (b"2026-01-02", b"0001-01-01"),
    (b"2026", b"9999"),
    (b'Z"', b'"'),
    (b": true", b": null"),
    (b": false", b': "no"'),
    (b": {", b': null, "x": {'),
    (b"null", b"[]"),
    (b"{", b'{"id": null, "name": 7, '),
]
