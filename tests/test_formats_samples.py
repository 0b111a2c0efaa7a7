"""Every format's own sample is taken for that format by all of them together, and is read without a rest."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from incident_analysis import formats
from incident_analysis.errors import InputError
from incident_analysis.format import Format, by_lines
from incident_analysis.reading import read_logs
from incident_analysis.reading.recognise import recognise

FORMS = formats.logs.FORMATS
#: What these show cannot be placed in time: they say how to export it again.
REFUSED = {"kubectl_events_table", "monotonic"}
FOLDER = Path(formats.logs.__file__).parent


def test_every_file_of_the_folder_is_on_the_list_and_holds_a_format_of_its_name() -> None:
    files = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}
    assert {form.name for form in FORMS} == files
    assert len(FORMS) == len(files)


@pytest.mark.parametrize("form", FORMS, ids=[form.name for form in FORMS])
def test_a_sample_is_recognised_and_read(form: Format, tmp_path: Path) -> None:
    path = tmp_path / "sample"
    path.write_text(form.sample, encoding="utf-8")
    assert recognise(form.sample.encode(), formats.every(), where="sample") is form
    if form.name in REFUSED:
        with pytest.raises(InputError) as caught:
            read_logs(path)
        assert caught.value.remedy
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = read_logs(path)
    assert frame.attrs["sources"][0]["format"] == form.name
    assert len(frame)
    assert frame["parsed"].all()
    assert form.reference
    assert form.title


@pytest.mark.parametrize("least, misses", [(0.9, 1), (0.7, 3), (0.5, 5), (0.3, 7), (0.1, 9)])
def test_as_many_lines_may_fail_as_a_format_says(least: float, misses: int) -> None:
    claim = by_lines("made", least=least)
    for first in (True, False):
        for more in (0, 1):
            good, bad = [b"made up"] * (10 - misses - more), [b"words"] * (misses + more)
            assert (claim(b"\n".join(bad + good if first else good + bad)) is None) == bool(more)
