"""Every format of events and metrics by its own sample: recognised among all, read without a rest, damaged in many ways.

Whatever is read, no line and no byte is lost, and no exception leaves but ours.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from incident_analysis import formats, frames
from incident_analysis.errors import IncidentAnalysisError, InputError
from incident_analysis.format import Context, Format
from incident_analysis.reading import read_incidents, read_logs, read_metrics, read_timeline
from incident_analysis.reading.accounts import Account
from incident_analysis.reading.event_rows import timeline_rows
from incident_analysis.reading.incident_history import incident_rows
from incident_analysis.reading.metrics import metric_rows
from incident_analysis.reading.recognise import GENERIC, recognise
from incident_analysis.reading.records import items
from incident_analysis.reading.sources import Source

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
        assert len(rows)
    match = form.recognise(form.sample.encode())
    assert match is not None
    # What only says "some records with a time" is a log where logs are asked for.
    if match.strength > GENERIC:
        with pytest.raises(InputError, match="no logs"):
            read_logs(path)
    assert form.reference
    assert form.title


def damaged(data: bytes, places: int) -> Iterator[bytes]:
    """The data cut and overwritten at so many places, and with values of other kinds."""
    step = max(1, len(data) // places)
    yield from (data[:n] for n in range(step, len(data), step))
    yield from (data[:n] + b"\xff\x00\xe4" + data[n + 3 :] for n in range(step // 2, len(data), step))
    yield from (data.replace(old, new) for old, new in DAMAGES if old in data)
    yield from (data.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + data, data + data)


@pytest.mark.parametrize("places", [4, pytest.param(80, marks=pytest.mark.slow)])
@every_format
def test_a_damaged_sample_is_read_as_far_as_it_goes_or_refused(form: Format, places: int, tmp_path: Path) -> None:
    path = tmp_path / "sample"
    refused: list[IncidentAnalysisError] = []
    for given in damaged(form.sample.encode(), places):
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


def longer(value: Any) -> Any:
    """A JSON sample with the records of its first list four times; None where it has no list of objects."""
    if isinstance(value, list):
        return value * 4 if value and isinstance(value[0], dict) else None
    for name, inner in value.items() if isinstance(value, dict) else ():
        found = longer(inner)
        if found is not None:
            return {**value, name: found}
    return None


JSON = [
    f for f in FORMS if f.sample.lstrip()[:1] in "{[" and f.sample.count("\n") == 1 and not f.name.endswith("_lines")
]


@pytest.mark.parametrize("form", JSON, ids=[form.name for form in JSON])
def test_json_that_is_cut_keeps_the_records_before_the_cut(form: Format, tmp_path: Path) -> None:
    made = longer(json.loads(form.sample))
    if made is None:
        pytest.skip("its sample is one record")
    text = json.dumps(made, indent=1)
    path = tmp_path / "sample"
    path.write_text(text[: text.rindex("}", 0, len(text) * 3 // 4)])
    rows = read(path, form.yields, format=form)
    account = rows.attrs["sources"][0]
    assert account["truncated"]
    assert len(rows)
    assert account["records"]


#: What a field of a record may hold instead of what it should.
ODD: tuple[Any, ...] = (
    None,
    "",
    " ",
    "x",
    0,
    -1,
    1e300,
    10**30,
    True,
    [],
    {},
    [None],
    [{}],
    {"id": 1},
    ["a", 2],
    "\ud800",
    "2026-13-42",
)


def changed(value: Any, odd: Any) -> Iterator[Any]:
    """A JSON value with each of its parts, in turn, something else."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield {**value, name: odd}
            yield from ({**value, name: other} for other in changed(inner, odd))
            yield {key: kept for key, kept in value.items() if key != name}
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield [*value[:place], odd, *value[place + 1 :]]
            yield from ([*value[:place], other, *value[place + 1 :]] for other in changed(inner, odd))


BUILD: dict[str, Any] = {"TIMELINE": timeline_rows, "METRICS": metric_rows, "INCIDENTS": incident_rows}


@pytest.mark.parametrize("form", JSON, ids=[form.name for form in JSON])
def test_whatever_a_field_holds_its_record_becomes_a_row_or_is_kept(form: Format, tmp_path: Path) -> None:
    source, account = Source("x", "x"), Account("x")
    found = []
    for odd in ODD:
        for value in changed(json.loads(form.sample), odd):
            text = json.dumps(value)
            try:
                made = list(items(form, iter([text.encode()]), Context("x", warn=account.warn), Account("x")))
            except IncidentAnalysisError:
                continue
            found += made
    assert sum(item.row is not None for item in found) > 100
    for frame in form.frames:
        own = [item for item in found if (item.frame or form.yields) == frame or item.row is None]
        rows = frames.check(BUILD[frame](own, form=form, source=source, account=account), PROMISE[frame], where="test")
        assert len(rows) == (sum(item.row is not None for item in own) if frame == "INCIDENTS" else len(own))
        # They can be written, and read by others.
        rows.astype({name: "str" for name in rows.columns if rows[name].dtype == object}).to_csv(tmp_path / "rows.csv")


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
