"""Evidence into an incident's folder: copies that never change, imports that never overwrite what people wrote."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import incident_analysis as ia
from incident_analysis import timeline
from incident_analysis.cli import main
from incident_analysis.errors import IncidentFileError, InputError, ParameterError, PathError

EXPORTS = Path(__file__).parent / "data" / "made-up-exports"
FOUR = ("alertmanager.json", "pagerduty.json", "slack", "timeline.md")

pytestmark = pytest.mark.filterwarnings("ignore::incident_analysis.errors.EvidenceWarning")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "data" / "incidents" / "2026-05-12-made-up"
    ia.new_incident(place)
    return place


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command in this process: (exit code, standard output, standard error)."""

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stop:
            main([str(a) for a in arguments])
        out, err = capsys.readouterr()
        return int(stop.value.code or 0), out, err

    return run


def imported(folder: Path, *names: str) -> pd.DataFrame:
    return ia.import_evidence([EXPORTS / name for name in names or FOUR], into=folder)


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / "timeline.csv").open(encoding="utf-8", newline="") as told:
        return list(csv.DictReader(told))


def edit(folder: Path, change: Any) -> None:
    """Change timeline.csv as a spreadsheet does: every cell is read as text and written again."""
    rows = table(folder)
    for row in rows:
        change(row)
    with (folder / "timeline.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


class TestCollect:
    def test_copies_are_the_same_bytes_with_digest_and_origin(self, folder: Path) -> None:
        os.utime(source := shutil.copy(EXPORTS / "pagerduty.json", folder.parent / "pd.json"), (1_700_000_000,) * 2)
        found = ia.collect([source, EXPORTS / "slack"], into=folder)
        assert list(found["path"]) == [
            "evidence/pd.json",
            "evidence/slack/search-incident/2026-05-12.json",
            "evidence/slack/users.json",
        ]
        row = found.iloc[0]
        data = (EXPORTS / "pagerduty.json").read_bytes()
        assert (folder / row["path"]).read_bytes() == data
        assert row["sha256"] == hashlib.sha256(data).hexdigest()
        assert (row["bytes"], row["origin"], row["state"]) == (len(data), str(source), "copied")
        assert row["exported"] == pd.Timestamp(1_700_000_000, unit="s", tz="UTC")
        with (folder / "evidence.csv").open(encoding="utf-8") as listed:
            assert [r["sha256"] for r in csv.DictReader(listed)] == list(found["sha256"])

    def test_again_nothing_happens(self, folder: Path) -> None:
        ia.collect(EXPORTS / "timeline.md", into=folder)
        before = (folder / "evidence.csv").read_bytes()
        again = ia.collect(EXPORTS / "timeline.md", into=folder)
        assert list(again["state"]) == ["there already"]
        assert (folder / "evidence.csv").read_bytes() == before

    def test_another_export_of_the_same_name_stands_beside_the_first(self, folder: Path, tmp_path: Path) -> None:
        ia.collect(EXPORTS / "timeline.md", into=folder)
        (tmp_path / "timeline.md").write_text("# later\n", encoding="utf-8")
        found = ia.collect(tmp_path / "timeline.md", into=folder).set_index("path")
        digest = hashlib.sha256(b"# later\n").hexdigest()
        new = found.loc[f"evidence/timeline-{digest[:8]}.md"]
        assert new["reason"] == "differs from evidence/timeline.md, which stays as it is"
        assert (folder / "evidence/timeline.md").read_bytes() == (EXPORTS / "timeline.md").read_bytes()

    def test_evidence_that_was_changed_or_removed_is_told(self, folder: Path, said: Any) -> None:
        ia.collect([EXPORTS / "timeline.md", EXPORTS / "pagerduty.json"], into=folder)
        with (folder / "evidence/timeline.md").open("a") as out:
            out.write("one more line\n")
        (folder / "evidence/pagerduty.json").unlink()
        code, out, err = said("collect", EXPORTS / "alertmanager.json", "--into", folder)
        assert code == 1
        assert "evidence/timeline.md\tchanged" in out
        assert "evidence/pagerduty.json\tmissing" in out
        assert "evidence/timeline.md: changed: its digest is" in err
        # The list keeps what was collected first.
        with (folder / "evidence.csv").open(encoding="utf-8") as listed:
            digests = {r["path"]: r["sha256"] for r in csv.DictReader(listed)}
        assert digests["evidence/timeline.md"] == hashlib.sha256((EXPORTS / "timeline.md").read_bytes()).hexdigest()

    def test_what_lies_in_evidence_already_is_listed_and_not_copied(self, folder: Path) -> None:
        shutil.copy(EXPORTS / "timeline.md", folder / "evidence")
        found = ia.collect(folder / "evidence" / "timeline.md", into=folder)
        assert list(found["path"]) == ["evidence/timeline.md"]
        assert sorted(p.name for p in (folder / "evidence").iterdir()) == ["README.txt", "timeline.md"]

    def test_what_was_collected_is_read_as_the_incidents_evidence(self, folder: Path, tmp_path: Path) -> None:
        """incident.yaml is people's and stays as it is: `evidence.csv` is enough."""
        line = '192.0.2.1 - - [12/May/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5\n'
        (tmp_path / "logs").mkdir()
        for name in ("a.log", "b.log"):
            (tmp_path / "logs" / name).write_text(line, encoding="utf-8")
        (tmp_path / "metrics.prom").write_text("# TYPE up gauge\nup 1\n", encoding="utf-8")
        (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
        before = (folder / "incident.yaml").read_bytes()
        ia.collect([tmp_path / "logs", tmp_path / "metrics.prom", tmp_path / "picture.png"], into=folder)
        assert (folder / "incident.yaml").read_bytes() == before
        incident = ia.read_incident(folder)
        assert sorted(ia.read_logs(incident)["source"]) == ["evidence/logs/a.log", "evidence/logs/b.log"]
        assert len(ia.read_metrics(incident)) == 1
        # What incident.yaml names, be it by the folder above, is read once and as stated there.
        with (folder / "incident.yaml").open("a", encoding="utf-8") as out:
            out.write("evidence:\n- {path: evidence/logs, service: shop}\n")
        rows = ia.read_logs(ia.read_incident(folder))
        assert list(rows["service"]) == ["shop", "shop"]
        (folder / "evidence/metrics.prom").unlink()
        assert len(ia.read_metrics(ia.read_incident(folder))) == 0

    def test_what_was_imported_is_not_told_twice(self, folder: Path) -> None:
        ia.collect([EXPORTS / "pagerduty.json", EXPORTS / "timeline.md"], into=folder)
        ia.import_evidence(folder / "evidence/pagerduty.json", into=folder)
        told = ia.read_timeline(ia.read_incident(folder))["source"].value_counts()
        assert told["pagerduty.json"] == len(ia.read_timeline(EXPORTS / "pagerduty.json"))
        assert set(told.index) == {"pagerduty.json", "evidence/timeline.md"}

    def test_a_misspelt_name_copies_nothing(self, folder: Path) -> None:
        with pytest.raises(PathError, match="no such file"):
            ia.collect([EXPORTS / "timeline.md", EXPORTS / "pagerdty.json"], into=folder)
        assert not (folder / "evidence" / "timeline.md").exists()
        assert not (folder / "evidence.csv").exists()

    def test_a_link_that_leads_out_of_the_folder_copies_nothing(self, folder: Path, tmp_path: Path) -> None:
        (tmp_path / "elsewhere").mkdir()
        (folder / "evidence" / "slack").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(PathError, match="leads out of the incident's folder"):
            ia.collect([EXPORTS / "timeline.md", EXPORTS / "slack"], into=folder)
        assert not (folder / "evidence" / "timeline.md").exists()
        assert list((tmp_path / "elsewhere").iterdir()) == []

    def test_a_folder_that_is_no_incident(self, tmp_path: Path) -> None:
        with pytest.raises(PathError, match=r"holds no incident\.yaml\nTo fix: .*incident-analysis init"):
            ia.collect(EXPORTS / "timeline.md", into=tmp_path)
        with pytest.raises(PathError, match="no such folder"):
            ia.collect(EXPORTS / "timeline.md", into=tmp_path / "2026-05-12-nowhere")
        assert list(tmp_path.iterdir()) == []


class TestImport:
    def test_four_exports_become_one_timeline(self, folder: Path) -> None:
        changes = imported(folder)
        assert changes["change"].value_counts().to_dict() == {"added": 95, "joined": 60}
        assert changes.attrs["events"] == 95
        events = timeline.events(ia.read_incident(folder))
        assert len(events) == 95
        assert int((events["relation"] != "duplicates").sum()) == 35

    def test_importing_again_changes_nothing(self, folder: Path) -> None:
        imported(folder)
        before = (folder / "timeline.csv").read_bytes()
        assert len(imported(folder)) == 0
        assert len(imported(folder, "slack")) == 0
        assert (folder / "timeline.csv").read_bytes() == before

    def test_every_hand_edit_survives(self, folder: Path) -> None:
        """All kinds of edits, on a row of every source, through an import of all and of each source alone."""
        imported(folder)
        edits = {
            "alertmanager.json": {"include": "false", "note": "noise", "milestone": "detected"},
            "pagerduty.json": {"kind": "observation", "why": "by phone", "note": "two lines\nof it, “quoted”"},
            "slack/search-incident/2026-05-12.json": {"milestone": "restored", "kind": "decision", "include": "true"},
            "timeline.md": {"note": "said from memory", "text": "corrected words", "time": "2026-05-12T09:05:30Z"},
        }
        edited: dict[str, dict[str, str]] = {}

        def change(row: dict[str, str]) -> None:
            wanted = edits.get(row["source"])
            if wanted and not any(r["source"] == row["source"] for r in edited.values()):
                row |= wanted
                edited[row["event_id"]] = dict(row)

        edit(folder, change)
        assert len(edited) == 4
        for names in (FOUR, *[(name,) for name in FOUR], FOUR):
            changes = imported(folder, *names)
            rows = {row["event_id"]: row for row in table(folder)}
            assert len(rows) == 95
            for identity, row in edited.items():
                assert {k: rows[identity][k] for k in edits[row["source"]]} == edits[row["source"]]
            assert set(changes["change"]) <= {"kept"}, changes[changes["change"] != "kept"].to_string()
        kept = changes.set_index(["event_id", "column"])
        mine = next(i for i, row in edited.items() if row["source"] == "timeline.md")
        assert tuple(kept.loc[(mine, "text"), ["before", "after", "reason"]]) == (
            "corrected words",
            "Rolled out index schema 42 to production",
            "changed by hand: stays",
        )

    def test_rows_written_by_hand_stay(self, folder: Path) -> None:
        (folder / "timeline.csv").write_text(
            "time,kind,text,note\n2026-05-12T09:30:00Z,decision,Called the vendor,by phone\n", encoding="utf-8"
        )
        imported(folder)
        imported(folder)
        rows = [row for row in table(folder) if row["source"] == "timeline.csv"]
        assert [(r["time"], r["kind"], r["text"], r["note"], r["include"]) for r in rows] == [
            ("2026-05-12T09:30:00Z", "decision", "Called the vendor", "by phone", "true")
        ]
        assert len(table(folder)) == 96

    def test_what_the_export_now_says_is_shown_and_followed(self, folder: Path, tmp_path: Path) -> None:
        imported(folder)
        later = tmp_path / "timeline.md"
        text = (EXPORTS / "timeline.md").read_text(encoding="utf-8")
        later.write_text(text.replace("Rolling back index schema 42 to 41", "Rolling back index schema 42 to 40"))
        changes = ia.import_evidence(later, into=folder)
        told = changes[(changes["change"] == "updated") & (changes["column"] == "text")]
        assert list(told["before"]) == ["Rolling back index schema 42 to 41"]
        assert list(told["after"]) == ["Rolling back index schema 42 to 40"]
        assert len(table(folder)) == 95

    def test_what_the_export_no_longer_holds_stays(self, folder: Path, tmp_path: Path) -> None:
        imported(folder)
        later = tmp_path / "timeline.md"
        lines = (EXPORTS / "timeline.md").read_text(encoding="utf-8").splitlines()
        later.write_text("\n".join(line for line in lines if "Declared" not in line) + "\n", encoding="utf-8")
        changes = ia.import_evidence(later, into=folder)
        assert list(changes.loc[changes["change"] == "gone", "before"]) == ["Declared an incident, severity major"]
        assert len(table(folder)) == 95

    def test_dry_run_writes_nothing(self, folder: Path, said: Any) -> None:
        code, out, err = said("import", *[EXPORTS / n for n in FOUR], "--into", folder, "--dry-run")
        assert code == 0
        assert "added    pagerduty.json: 28 events" in out
        assert "Nothing was written" in err
        assert not (folder / "timeline.csv").exists()

    def test_json(self, folder: Path, said: Any) -> None:
        code, out, _ = said("import", *[EXPORTS / n for n in FOUR], "--into", folder, "--json")
        told = json.loads(out)
        assert code == 0
        assert told["events"] == 95
        assert {row["source"]: row["applied_s"] for row in told["offsets"]}["pagerduty.json"] == 7200
        assert len(told["changes"]) == 155

    def test_a_clock_that_was_ahead_does_not_make_the_incident_later(self, folder: Path) -> None:
        """The as-of time is the latest instant in the folder, by clocks put right: here the last word in Slack."""
        imported(folder)
        # PagerDuty's stamps are two hours behind; as if they were a day ahead, as its raw stamps stay in the file.
        edit(folder, lambda row: row.__setitem__("time_stated", row["time_stated"].replace("05-12T", "05-14T")))
        assert f"{ia.read_incident(folder).seen_at:%d %H:%M}" == "12 10:42"

    def test_the_note_of_init_is_no_export(self, folder: Path) -> None:
        ia.collect(EXPORTS / "timeline.md", into=folder)
        changes = ia.import_evidence(str(folder / "evidence" / "*"), into=folder)
        assert changes.attrs["events"] == 17

    def test_logs_are_passed_over_and_told(self, folder: Path, tmp_path: Path) -> None:
        log = tmp_path / "access.log"
        log.write_text('192.0.2.1 - - [12/May/2026:09:00:00 +0000] "GET / HTTP/1.1" 200 5\n' * 3, encoding="utf-8")
        changes = ia.import_evidence([log, EXPORTS / "timeline.md"], into=folder)
        assert changes.attrs["events"] == 17
        assert "access.log" in changes.attrs["passed_over"][0]
        with pytest.raises(ParameterError, match=r"no events in .*access\.log"):
            ia.import_evidence(log, into=folder)

    def test_what_incident_yaml_says_of_a_file_holds(self, folder: Path) -> None:
        ia.collect(EXPORTS / "timeline.md", into=folder)
        yaml = folder / "incident.yaml"
        said = "evidence:\n- {path: evidence/timeline.md, zone: Europe/Berlin, clock_offset_s: -86400}\n"
        yaml.write_text(yaml.read_text(encoding="utf-8") + said, encoding="utf-8")
        ia.import_evidence(folder / "evidence" / "timeline.md", into=folder)
        first = table(folder)[0]
        # The table's own heading says UTC, which is stronger than what is said of the file.
        assert (first["time"], first["clock_offset_s"]) == ("2026-05-12T09:05:00Z", "-86400")


class TestBadInput:
    def test_wrong_zone_format_and_date(self, folder: Path) -> None:
        file = EXPORTS / "timeline.md"
        with pytest.raises(ParameterError, match="no zone 'Europe/Berln'"):
            ia.import_evidence(file, into=folder, zone="Europe/Berln")
        with pytest.raises(ParameterError, match=r"(?s)markdwn.*markdown"):
            ia.import_evidence(file, into=folder, format="markdwn")
        with pytest.raises(ParameterError, match="date"):
            ia.import_evidence(file, into=folder, date="12.5.")
        assert not (folder / "timeline.csv").exists()

    def test_an_unknown_milestone_in_timeline_csv_leaves_the_file_alone(self, folder: Path) -> None:
        imported(folder)
        edit(folder, lambda row: row.__setitem__("milestone", "detcted") if row["kind"] == "alert" else None)
        before = (folder / "timeline.csv").read_bytes()
        with pytest.raises(IncidentFileError, match=r"milestone: 'detcted' is not known.*\nTo fix: write 'detected'"):
            imported(folder)
        assert (folder / "timeline.csv").read_bytes() == before

    @pytest.mark.parametrize(
        ("arguments", "line", "remedy"),
        [
            (["import", "x.json"], "Missing option '--into'", "--help"),
            (["import", "x.json", "--into", "{folder}", "--zoen", "UTC"], "No such option: --zoen", "'--zone'"),
            (["import", "x.json", "--into", "{folder}"], "x.json: no such file", "check the path"),
            (["import", "*.nothing", "--into", "{folder}"], "no file fits this pattern", "in quotes"),
            (["import", "x", "--into", "{folder}/evidence"], "the folder holds no incident.yaml", "incident-analysis init"),
            (["collect", "x.json", "--into", "{folder}"], "x.json: no such file", "check the path"),
            (["collect", "--into", "{folder}"], "Missing argument 'FILE", "--help"),
            (["colect", "x"], "No such command 'colect'", "'collect'"),
        ],
    )  # fmt: skip
    def test_two_lines_and_exit_code_2(
        self, arguments: list[str], line: str, remedy: str, folder: Path, said: Any
    ) -> None:
        code, out, err = said(*[a.replace("{folder}", str(folder)) for a in arguments])
        assert (code, out) == (2, "")
        first, second = err.strip().splitlines()
        assert line in first
        assert second.startswith("To fix: ")
        assert remedy in second

    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("page.json", b"<html><body>Sign in</body></html>"),
            ("empty.json", b""),
            ("bytes.bin", bytes(range(256)) * 4),
        ],
    )
    def test_broken_exports_leave_the_timeline_alone(
        self, name: str, data: bytes, folder: Path, tmp_path: Path, said: Any
    ) -> None:
        imported(folder)
        before = (folder / "timeline.csv").read_bytes()
        (tmp_path / name).write_bytes(data)
        code, _, err = said("import", tmp_path / name, "--into", folder)
        assert code == 2
        assert name in err
        assert "To fix: " in err
        assert (folder / "timeline.csv").read_bytes() == before

    def test_a_picture_among_the_evidence_is_passed_over_and_told(self, folder: Path, tmp_path: Path) -> None:
        (folder / "evidence" / "picture.png").write_bytes(picture := b"\x89PNG\r\n\x1a\n\x00\x00")
        shutil.copy(EXPORTS / "timeline.md", folder / "evidence")
        changes = ia.import_evidence(folder / "evidence" / "*", into=folder)
        assert changes.attrs["events"] == 17
        assert any("picture.png" in text for text in changes.attrs["passed_over"])
        # From elsewhere it was named on purpose.
        (tmp_path / "picture.png").write_bytes(picture)
        with pytest.raises(InputError, match=r"picture\.png"):
            ia.import_evidence([tmp_path / "picture.png", EXPORTS / "timeline.md"], into=folder)

    def test_a_cut_export_gives_what_it_has(self, folder: Path, tmp_path: Path) -> None:
        data = (EXPORTS / "alertmanager.json").read_bytes()
        (tmp_path / "alertmanager.json").write_bytes(data[: len(data) // 2])
        changes = ia.import_evidence([tmp_path / "alertmanager.json", EXPORTS / "pagerduty.json"], into=folder)
        assert 28 < changes.attrs["events"] < 48
        assert any("alertmanager.json" in text for text in changes.attrs["warnings"])


@pytest.mark.slow
def test_from_five_exports_to_a_first_draft_in_four_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: Any
) -> None:
    """One cut, one without a zone, one in another zone; the first page lists what the times rest on."""
    monkeypatch.chdir(tmp_path)
    given = tmp_path / "exports"
    shutil.copytree(EXPORTS / "slack", given / "slack")
    data = (EXPORTS / "alertmanager.json").read_bytes()
    (given / "alertmanager.json").write_bytes(data[: len(data) * 4 // 5])
    shutil.copy(EXPORTS / "pagerduty.json", given)  # Two hours behind: another zone.
    table = (EXPORTS / "timeline.md").read_text(encoding="utf-8")
    (given / "timeline.md").write_text(table.replace("Time (UTC)", "Time"), encoding="utf-8")
    (given / "interview.md").write_text(
        "---\nwho: staff\nrole: responder\nabout: 2026-05-12\npublic: false\n---\n"
        "[11:20] Made up: the alert IndexerQueueGrowing, documents wait for the indexer, came in.\n",
        encoding="utf-8",
    )
    five = [str(given / n) for n in ("alertmanager.json", "pagerduty.json", "slack", "timeline.md", "interview.md")]
    folder = "data/incidents/2026-05-12-made-up"
    for command in (
        ["init", folder],
        ["collect", *five, "--into", folder],
        ["import", f"{folder}/evidence/*", "--into", folder],
        ["run", folder],
    ):
        code, out, err = said(*command)
        assert code == 0, err
    page = Path(out.strip().splitlines()[-1])
    first = (page.parent / "postmortem.md").read_text(encoding="utf-8").split("## Description")[0]
    for told in (
        "**Assumptions.** The times rest on",
        "pagerduty.json: 2 h added to its clock",
        "interview.md: clocks without a zone are taken as UTC",
        "timeline.md: clocks without a zone are taken as UTC",
        "alertmanager.json: records that could not be read are kept",
        "alert without acknowledgement (2)",
        "interview against record (1)",
    ):
        assert told in first
