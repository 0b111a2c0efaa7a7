"""A new incident's folder, and copies of the notebooks: nothing is ever overwritten, and the template can be run."""

from __future__ import annotations

import re
import warnings
from datetime import UTC, datetime
from pathlib import Path

import pytest

import incident_analysis as ia
from incident_analysis import cli
from incident_analysis.errors import PathError

PARTS = ("tldr", "description", "consequences", "risk_analysis", "action_plan", "timeline", "interviews")


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_new_folder_has_a_place_for_everything(tmp_path: Path) -> None:
    made = ia.new_incident(tmp_path / "data" / "incidents" / "2026-03-07-checkout")
    folder = made.parent
    assert made.name == "incident.yaml"
    assert {p.name for p in (folder / "text").iterdir()} == {f"{part}.md" for part in PARTS}
    assert {p.name for p in folder.iterdir()} == {"incident.yaml", "text", "interviews", "evidence", "comments.csv"}


def test_the_template_reads_without_a_warning_and_claims_little(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        incident = ia.read_incident(ia.new_incident(tmp_path / "2026-03-07-checkout"))
    assert incident.id == "2026-03-07-checkout"
    assert incident.status == "draft"
    assert incident.severity.reason == "Not judged yet"
    started = incident.moment("started")
    assert (started.certainty, started.text) == ("day", "2026-03-07 (the minute is not known)")
    assert "to be corrected" in started.statement
    assert [m.name for m in incident.moments if m.known] == ["malfunction_began", "started"]


@pytest.mark.parametrize("name", ["checkout", "2026-02-30-checkout"])
def test_a_name_without_a_day_takes_the_day_on_which_it_was_made(tmp_path: Path, name: str) -> None:
    before = datetime.now(UTC).date()
    started = ia.read_incident(ia.new_incident(tmp_path / name)).moment("started")
    assert started.time is not None
    assert before <= started.time.date() <= datetime.now(UTC).date()


@pytest.mark.parametrize("name", ["a: b #c", "störung 'x' – 障害", '"{day}"', "null", "2026-03-07", "{id}", "- x"])
def test_any_folders_name_becomes_the_id(tmp_path: Path, name: str) -> None:
    assert ia.read_incident(ia.new_incident(tmp_path / name)).id == name


def test_every_example_in_the_template_can_be_used_as_it_stands(tmp_path: Path) -> None:
    # One "#" marks an example, two a remark: with every "#" taken off, all examples hold together.
    made = ia.new_incident(tmp_path / "2026-03-07-checkout")
    lines = made.read_text(encoding="utf-8").splitlines()
    plain = [re.sub(r"^#(?= {2})|^# ?", "", line) for line in lines if not line.startswith("##")]
    made.write_text("\n".join(plain), encoding="utf-8")
    (made.parent / "interviews" / "staff.md").write_text("Seen.\n")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        incident = ia.read_incident(made.parent)
    assert sum(line.startswith("#") for line in plain) == 0
    assert (len(incident.timeline), len(incident.impact), len(incident.causes)) == (5, 3, 2)
    assert incident.moment("resolved").certainty == "open"
    assert len(incident.times.detected.claims) == 2  # type: ignore[union-attr]  # the example states it


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "2026-03-07-checkout"
    (folder / "text").mkdir(parents=True)
    (folder / "text" / "tldr.md").write_text("Ours.\n")
    ia.new_incident(folder)
    assert (folder / "text" / "tldr.md").read_text() == "Ours.\n"
    before = bytes_of(folder)
    with pytest.raises(PathError, match="is there already"):
        ia.new_incident(folder)
    assert bytes_of(folder) == before


def test_the_command_says_what_to_do_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "my incident"
    with pytest.raises(SystemExit) as stop:
        cli.main(["init", str(folder)])
    out, err = capsys.readouterr()
    assert (stop.value.code, out) == (0, f"{folder / 'incident.yaml'}\n")
    assert f"incident-analysis run '{folder}'" in err
    with pytest.raises(SystemExit) as stop:
        cli.main(["init", str(folder)])
    assert stop.value.code == 2


@pytest.mark.slow
def test_a_new_folder_runs_as_it_is_and_asks_for_the_rest(tmp_path: Path) -> None:
    made = ia.new_incident(tmp_path / "data" / "incidents" / "2026-03-07-checkout")
    before = bytes_of(made.parent)
    page = ia.run_incident(made.parent)
    assert page == tmp_path / "reports" / "2026-03-07-checkout" / "postmortem.html"
    text = (page.parent / "postmortem.md").read_text(encoding="utf-8")
    assert "unknown" in text
    assert "Open questions" in text
    # The hints of the template are for the writer, not for the reader.
    assert "In three short paragraphs" not in text
    assert bytes_of(made.parent) == before


def test_notebooks_are_copied_and_work_in_them_is_kept(tmp_path: Path) -> None:
    copies = ia.notebooks_copy(tmp_path / "mine")
    assert {p.name for p in copies} >= {
        "consequences.ipynb",
        "risk_analysis.ipynb",
        "timeline.ipynb",
        "postmortem.ipynb",
    }
    assert bytes_of(tmp_path / "mine") == {p.name: (ia.files.notebooks() / p.name).read_bytes() for p in copies}
    assert ia.notebooks_copy(tmp_path / "mine") == copies
    copies[0].write_text("my own")
    copies[1].unlink()
    with pytest.raises(PathError, match="differs"):
        ia.notebooks_copy(tmp_path / "mine")
    assert copies[0].read_text() == "my own"
    assert not copies[1].exists()


def test_the_top_level_offers_what_the_commands_do_and_nothing_that_is_not_there() -> None:
    for name in ia.__all__:
        assert getattr(ia, name) is not None
        assert name in dir(ia)
    with pytest.raises(AttributeError, match="did you mean 'read_incident'"):
        ia.read_incidnet  # noqa: B018
