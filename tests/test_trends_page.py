"""The page about a history: what it tells of public ones, checked by lines of jq, and what it promises to everybody."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from incident_analysis import batch, findings
from incident_analysis.cli import main
from tests.history_makers import at, history, many

ROOT = Path(__file__).resolve().parents[1]
HISTORIES = ROOT.parent / "shared" / "data" / "histories"
AS_OF = "2026-06-01T00:00:00Z"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    return batch.write_page(many(800, share_open=0.05), out=folder, as_of=AS_OF, sources=["made up"])


def made(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_second_run_writes_the_same_bytes(page: Path, tmp_path: Path) -> None:
    again = batch.write_page(many(800, share_open=0.05), out=tmp_path, as_of=AS_OF, sources=["made up"])
    assert made(page.parent) == made(again.parent)


def test_the_page_stands_alone_and_has_a_definition_beside_every_figure(page: Path) -> None:
    html = page.read_text(encoding="utf-8")
    assert "<script" not in html
    assert not re.search(r'(?:src|href)="https?:', html)
    markdown = (page.parent / "trends.md").read_text(encoding="utf-8")
    sections = re.split(r"^### ", markdown, flags=re.MULTILINE)[1:]
    assert len(sections) == 12
    for section in sections:
        assert "**Definition:**" in section, section.splitlines()[0]
    for name in ("cumulative", "rates", "survival", "detectable", "pareto", "hours", "action_ages"):
        assert f"(<charts/{name}.png>)" in markdown
    assert html.count("data:image/svg+xml") == 7


def test_every_number_of_a_sentence_stands_in_its_estimates_or_evidence(page: Path) -> None:
    for finding in findings.load(page.parent):
        told = finding.to_json().replace("\\u00a0", " ")
        data = json.loads(told)
        held = json.dumps([data["estimates"], data["table"], data["evidence"], data["notes"]], ensure_ascii=False)
        digits = held.replace(",", "")
        for number in re.findall(r"\d[\d,]*(?:\.\d+)?", finding.sentence):
            plain = number.replace(",", "")
            assert plain in digits or _rounded(plain, data["estimates"]), (finding.id, number, finding.sentence)


def _rounded(text: str, estimates: list[dict[str, object]] | None) -> bool:
    places = len(text.partition(".")[2])
    for row in estimates or []:
        for key in ("value", "low", "high"):
            x = row.get(key)
            if isinstance(x, float | int) and (f"{x:.{places}f}" == text or f"{float(f'{x:.2g}'):.{places}f}" == text):
                return True
    return False


def test_an_empty_history_gets_a_page_that_says_so(tmp_path: Path) -> None:
    page = batch.write_page(history([]), out=tmp_path)
    text = (page.parent / "trends.md").read_text(encoding="utf-8")
    assert "0 incidents of 0 records count" in text
    assert "no incident counts" in text


def test_bad_rows_get_a_page_that_counts_them(tmp_path: Path) -> None:
    rows = [{"started": at(n * 90_000), "restored": at(n * 90_000 + 600 + n)} for n in range(30)]
    rows += [{"started": at(9), "restored": at(3)}, {"started": at(9), "restored": at(9)}, {"started": at(9)}]
    rows += [{"started": None}, {"started": "2999-01-01T00:00:00Z"}, {"started": at(5), "incident_id": "i3"}]
    page = batch.write_page(history(rows), out=tmp_path)
    text = (page.parent / "trends.md").read_text(encoding="utf-8")
    assert "33 incidents of 36 records count" in text
    assert "1 the same incident again" in text
    assert "1 zero length, 1 end before its start and 1 unknown end" in text


# The command ----------------------------------------------------------------------------------------------------------


def ran(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as done:
        main(arguments)
    said = capsys.readouterr()
    return int(done.value.code or 0), said.out, said.err


def test_the_command_tells_the_answers_and_names_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(ROOT / "data" / "incidents")
    code, out, err = ran(["trends", folder, "--out", str(tmp_path)], capsys)
    assert code == 0
    assert out.splitlines()[-1] == str(tmp_path / "trends.html")
    there = len(list(Path(folder).glob("*/incident.yaml")))
    drills = len(list(Path(folder).glob("drill-*/incident.yaml")))
    assert drills == 2
    assert f"{there - drills} incidents of {there} records count; set apart: {drills} marked as a drill." in out
    # They tell neither the last instant, nor an organisation, nor an action.
    assert "Told as of 2026" not in out
    assert "test machine" not in (tmp_path / "trends.md").read_text(encoding="utf-8")
    assert "charts …" in err
    code, out, _ = ran(["trends", folder, "--out", str(tmp_path), "--json", "--as-of", "2026-01-01T00:00:00Z"], capsys)
    told = json.loads(out)
    assert told["page"] == str(tmp_path / "trends.html")
    assert len(told["findings"]) == 12


@pytest.mark.parametrize(
    "wrong",
    [["--of", "time_to_restor"], ["--by", "severty"], ["--as-of", "yesterday"], ["--level", "95"], ["--by", "owner"]],
)
def test_wrong_use_is_two_lines(wrong: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = ran(["trends", str(ROOT / "data" / "incidents"), "--out", str(tmp_path), *wrong], capsys)
    assert code == 2
    assert err.strip().splitlines()[-1].startswith("To fix: ")


def test_a_large_folder_of_anything_is_refused_before_it_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for i in range(30):
        (tmp_path / f"{i}.txt").write_text("of no format\n", encoding="utf-8")
    monkeypatch.setattr("incident_analysis.reading.incident_rows.MOST_FILES", 29)
    monkeypatch.setattr("incident_analysis.reading.incident_rows.documents", lambda *_, **__: pytest.fail("read"))
    code, _, err = ran(["trends", str(tmp_path), "--out", str(tmp_path / "out")], capsys)
    what, remedy = err.strip().splitlines()[-2:]
    assert code == 2
    assert "more than 29 files lie below this folder" in what
    assert remedy.startswith("To fix: name the exports")


def test_reading_many_exports_says_how_far_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for i in range(5):
        (tmp_path / f"{i}.txt").write_text("of no format\n", encoding="utf-8")
    monkeypatch.setattr("incident_analysis.batch.trends.FILES_BETWEEN", 2)
    code, _, err = ran(["trends", str(tmp_path), "--out", str(tmp_path / "out")], capsys)
    assert code == 2
    assert [line for line in err.splitlines() if "so far" in line] == [
        "reading, 2 files so far …",
        "reading, 4 files so far …",
    ]


def test_days_tell_of_no_trend_and_of_no_season(tmp_path: Path) -> None:
    """Office hours of three days, the last one cut at noon: what grows is the day, not the history."""
    rows = [{"started": at(86_400 * d + 3600 * h + 60 * k)} for d in range(3) for h in range(8, 18) for k in (1, 9, 31)]
    rows = [{**row, "source": "export"} for row in rows if row["started"] < at(86_400 * 2.6)]
    batch.write_page(history([{"started": at(0), "source": "export"}, *rows]), out=tmp_path)
    told = sentences(tmp_path)
    assert "a trend towards" not in told["trends-course"]
    assert "by weekday: unknown (the window is shorter than 2 weeks" in told["trends-hours"]
    assert "by month: unknown" in told["trends-hours"]
    alone = (tmp_path / "charts" / "rates.svg").read_text(encoding="utf-8")
    assert "no change was found" not in alone


def test_a_window_of_minutes_is_not_told_as_none_and_no_instant_is_made_up(tmp_path: Path) -> None:
    rows = [{"started": at(60 * k), "source": "export"} for k in range(6)]
    batch.write_page(history(rows), out=tmp_path)
    assert "(5 min)" in sentences(tmp_path)["trends-counted"]
    batch.write_page(history([{"started": "2099-01-01T00:00:00Z"}]), out=tmp_path)
    assert "1970" not in (tmp_path / "trends.md").read_text(encoding="utf-8")


# Public histories (Must show 2) -----------------------------------------------------------------------------------------

shared = pytest.mark.skipif(not HISTORIES.is_dir(), reason="../shared/data/histories is not there")


def sentences(folder: Path) -> dict[str, str]:
    return {finding.id: finding.sentence for finding in findings.load(folder)}


@shared
def test_github_2022_to_2026(tmp_path: Path) -> None:
    """Counts and medians by

    jq -s 'length, (map(select(.impact|IN("minor","major","critical")))|length)' github_status_incidents.jsonl → 819, 770
    jq -s 'def t:sub("Z$";"Z")|fromdate; [.[]|select(.impact=="minor")|(.downtime_end|t)-(.downtime_start|t)]
      |map(select(.>0))|sort|.[length/2|floor]/60' → 74; major 78; critical 85 (of even counts the middle two agree
      after the mean); length zero: 7, 2, 0
    """
    batch.trends_page(HISTORIES / "github_status_incidents.jsonl", out=tmp_path)
    told = sentences(tmp_path)
    assert told["trends-counted"].startswith(
        "770 incidents of 819 records count; set apart: 18 planned maintenance and 31 "
    )
    lengths = told["trends-lengths"]
    for text in ("critical 1 h 25 min", "major 1 h 18 min", "minor 1 h 14 min", "(n = 28)", "(n = 136)", "(n = 597)"):
        assert text in lengths
    assert "9 zero lengths" in lengths
    expected = "no detectable difference: critical/minor 1.35 (0.85–2.14), only 1.94 would have been seen"
    assert expected in told["trends-compared"]


@shared
def test_google_cloud_2021_to_2022(tmp_path: Path) -> None:
    """jq 'length, (group_by(.severity)[]|.[0].severity, length)' gcp_incidents_2022-07.json → 157; high 20, low 19,
    medium 118; median of medium by jq '[.[]|select(.severity=="medium")|(.end|sub("\\\\+00:00";"Z")|fromdate)-(.begin|…)]
    |sort|(.[58]+.[59])/2' → 10861 s"""
    batch.trends_page(HISTORIES / "gcp_incidents_2022-07.json", out=tmp_path)
    told = sentences(tmp_path)
    assert told["trends-counted"].startswith("157 incidents of 157 records count")
    assert "(n = 118)" in told["trends-lengths"]
    raw = json.loads((HISTORIES / "gcp_incidents_2022-07.json").read_text(encoding="utf-8"))
    lengths = [pd.Timestamp(r["end"]) - pd.Timestamp(r["begin"]) for r in raw if r["severity"] == "medium"]
    assert str(pd.Series(lengths).median())[:-3] in f"0 days 0{told['trends-lengths'].partition('medium ')[2][0]}:01:00"


@shared
def test_servicenow_2016(tmp_path: Path) -> None:
    """awk -F, 'NR>1{n[$1]}END{print length(n)}' → 890"""
    batch.trends_page(HISTORIES / "servicenow_uci_incident_event_log_part.csv", out=tmp_path)
    told = sentences(tmp_path)
    assert told["trends-counted"].startswith("890 incidents of 890 records count")
    # All of it was opened within three days: nobody knows the next quarter from that.
    assert "next quarter's count is unknown" in told["trends-rate"]


@shared
def test_nineteen_providers_2023_to_2024(tmp_path: Path) -> None:
    """jq -s 'add|length, (map(select(.severity=="maintenance"))|length), (map(select(.severity=="none"))|length)'
    cloud_incident_atlas_202?.json → 9212, 3599, 960"""
    paths = [HISTORIES / f"cloud_incident_atlas_{year}.json" for year in (2023, 2024)]
    batch.trends_page(paths, out=tmp_path)
    told = sentences(tmp_path)
    assert told["trends-counted"].startswith(
        "4,653 incidents of 9,212 records count; set apart: 3,599 planned maintenance and 960 "
    )
    assert "(n = 4,043)" in told["trends-lengths"]
