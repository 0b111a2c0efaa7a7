"""Bad input of `incident.yaml`: each mistake gives one error of two lines that names place and remedy; nothing else.

What is expected is written here by hand, from the contract: line one says where (file, line, field) and what, line two
says how to fix it. The line number is counted in the text of the test itself, not taken from our reader.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
import tracemalloc
import warnings
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from incident_analysis.errors import IncidentAnalysisError, IncidentFileError, IncidentFileWarning, PathError
from incident_analysis.incident import MILESTONES, Incident, read_incident

#: A made-up incident that uses every part with a rule of its own.
GOOD = """\
id: 2026-01-02-example
title: Made-up incident
severity:
  level: P3
  reason: made up
times:
  started:
    time: '2026-01-02T10:00:00Z'
    certainty: exact
  detected:
    time: '2026-01-02T10:05:00Z'
    certainty: approx
    within: 2min
    claims:
      - time: '2026-01-02T10:04:00Z'
        source: chat
  restored:
    time: '2026-01-02T11:00:00Z'
    certainty: exact
periods:
  - started: '2026-01-02T10:00:00Z'
    ended: '2026-01-02T11:00:00Z'
timeline:
  - id: e1
    time: '2026-01-02T10:00:00Z'
    kind: failure
    text: A thing breaks
    causes: [a]
  - id: e2
    time: null
    certainty: unknown
    kind: action
    text: A hand is put to it
    relates_to: e1
    relation: caused_by
impact:
  - id: i1
    kind: money
    what: Sales not made
    low: 1
    likely: 3
    high: 9
    unit: EUR
  - id: i2
    kind: money
    what: Part of them
    likely: 2
    unit: EUR
    part_of: i1
causes:
  - id: a
    text: A thing
    leads_to: [b]
  - id: b
    text: Another thing
    leads_to: [x1]
effects:
  - id: x1
    text: No service
actions:
  prevention:
    - text: Do better
      cuts: [a]
      cost:
        low: 2
        high: 5
        unit: days
evidence:
  - path: evidence/a.log
interviews:
  - who: staff
    file: interviews/a.md
risk:
  register: risk_register.yaml
unknowns:
  - Why
"""


def changed(old: str, new: str, text: str = GOOD) -> str:
    """The good text with one place changed; the place has to be there."""
    assert old in text
    return text.replace(old, new, 1)


def folder_with(home: Path, text: str | bytes, name: str = "2026-01-02-example") -> Path:
    folder = home / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "incident.yaml").write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    return folder


def refusal(path: Any) -> IncidentAnalysisError:
    """The error of reading; it has two lines, the second the remedy."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IncidentFileWarning)
        with pytest.raises(IncidentAnalysisError) as caught:
            read_incident(path)
    is_two_lines(caught.value)
    return caught.value


def is_two_lines(error: IncidentAnalysisError) -> None:
    lines = str(error).splitlines()
    assert len(lines) == 2, lines
    assert str(error).count("\n") == 1
    assert lines[1].startswith("To fix: ")
    assert len(lines[1]) > len("To fix: ")


def line_of(text: str, needle: str) -> int:
    return next(i for i, line in enumerate(text.splitlines(), start=1) if needle in line)


def test_the_good_text_is_good(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        incident = read_incident(folder_with(tmp_path, GOOD))
    assert incident.title == "Made-up incident"


TIMES = GOOD[GOOD.index("times:") : GOOD.index("periods:")]
START = "    time: '2026-01-02T10:00:00Z'\n    certainty: exact"


def start(value: str) -> str:
    return changed(START, f"    time: {value}\n    certainty: exact")


# name: (text, needle in the line that is named, field, words of the first line, words of the remedy)
MISTAKES: dict[str, tuple[str, str, str, str, str]] = {
    "unknown severity": (changed("P3", "P9"), "P9", "severity.level", "'P9' is not known", "P0"),
    "severity in small letters": (changed("P3", "p3"), "p3", "severity.level", "'p3' is not known", "'P3'"),
    "severity as a number": (changed("P3", "3"), "level: 3", "severity.level", "3 is not known", "'P3'"),
    "unknown status": (changed("title", "status: done\ntitle"), "done", "status", "'done' is not known", "draft"),
    "unknown kind of event": (changed("failure", "failur"), "failur", "timeline[1].kind", "'failur'", "'failure'"),
    "no zone": (start("'2026-01-02T10:00:00'"), "10:00:00'", "times.started.time", "no zone", '"Z"'),
    "unquoted clock": (start("12:30"), "12:30", "times.started.time", "'12:30' is a time without its date", "2017-01-31T"),
    "time as a number": (start("2026"), "time: 2026", "times.started.time", "2026 is no time", "2017-01-31T"),
    "time as a fraction": (start("1.5"), "time: 1.5", "times.started.time", "1.5 is no time", "2017-01-31T"),
    "time as a truth value": (start("true"), "time: true", "times.started.time", "True is no time", "2017-01-31T"),
    "time as a list": (start("[1]"), "time: [1]", "times.started.time", "[1] is no time", "2017-01-31T"),
    "time as fields": (start("{a: 1}"), "time: {a", "times.started.time", "is no time", "2017-01-31T"),
    "time in words": (start("yesterday"), "yesterday", "times.started.time", "'yesterday' is no time", "2017-01-31T"),
    "time that is empty": (start("''"), "time: ''", "times.started.time", "'' is no time", "2017-01-31T"),
    "no such month": (start("'2026-13-01T00:00Z'"), "-13-", "times.started.time", "no time that exists", "2017-01-31T"),
    "no such day": (start("2026-02-30"), "02-30", "times.started.time", "no time that exists", "2017-01-31T"),
    "no such hour": (start("'2026-01-02T25:00Z'"), "T25", "times.started.time", "no time that exists", "2017-01-31T"),
    "no such offset": (start("'2026-01-02T10:00+99:00'"), "+99", "times.started.time", "no time that exists", "2017-"),
    "before the first year": (start("'0001-01-01T00:00+10:00'"), "0001", "times.started.time", "no time that ex", "2017-"),
    "after the last year": (start("'9999-12-31T23:00-10:00'"), "9999", "times.started.time", "no time that ex", "2017-"),
    "time in a claim": (changed("10:04:00Z", "10:04:00"), "10:04", "times.detected.claims[1].time", "no zone", '"Z"'),
    "a width without unit": (changed("2min", "2"), "within: 2", "times.detected.within", "2 is no length", '"2min"'),
    "a whole day that is exact": (start("2026-01-02"), "  started:", "times.started", "a whole day that is exact", "day"),
    "exact without a time": (start("null"), "  started:", "times.started", "certainty exact without a time", "unknown"),
    "restored before started": (
        changed("    time: '2026-01-02T11:00:00Z'", "    time: '2026-01-02T09:00:00Z'"),
        "restored:",
        "times.restored",
        "restored 2026-01-02 09:00 UTC is before started 2026-01-02 10:00 UTC",
        "correct one of the two times",
    ),
    "a period that ends first": (
        changed("ended: '2026-01-02T11", "ended: '2026-01-02T09"),
        "- started:",
        "periods[1]",
        "before it starts",
        "swap",
    ),
    "no milestone": (
        changed(TIMES, "times: {}\n"),
        "times:",
        "times",
        "no milestone has a time",
        "give at least one",
    ),
    "leads_to nowhere": (changed("[x1]", "[x9]"), "[x9]", "causes[2].leads_to", "'x9' is the id of no cause", "x1"),
    "circle of causes": (changed("[x1]", "[a]"), "[b]", "causes[1].leads_to", "a → b → a", "remove one of these arrows"),
    "cause of itself": (changed("[x1]", "[b]"), "[b]", "causes[2].leads_to", "b → b", "remove one of these arrows"),
    "relates_to nothing": (changed("relates_to: e1", "relates_to: e7"), "e7", "timeline[2].relates_to", "'e7'", "e1"),
    "part_of nothing": (changed("part_of: i1", "part_of: i9"), "i9", "impact[2].part_of", "'i9'", "i1"),
    "circle of part_of": (
        changed("high: 9\n", "high: 9\n    part_of: i2\n"),
        "part_of: i2",
        "impact[1].part_of",
        "i1 → i2 → i1",
        "larger",
    ),
    "part of itself": (changed("part_of: i1", "part_of: i2"), "part_of: i2", "impact[2].part_of", "i2 → i2", "larger"),
    "an action that cuts nothing": (
        changed("cuts: [a]", "cuts: [q]"),
        "[q]",
        "actions.prevention[1].cuts",
        "'q' is the id of no cause or effect",
        "use one of",
    ),
    "two events of one id": (changed("id: e2", "id: e1"), "- id: e1", "timeline[2].id", "'e1' stands twice", "own id"),
    "two lines of one id": (changed("id: i2", "id: i1"), "- id: i1", "impact[2].id", "'i1' stands twice", "own id"),
    "two causes of one id": (changed("id: b\n", "id: a\n"), "- id: a", "causes[2].id", "'a' stands twice", "own id"),
    "low above high": (changed("low: 1\n", "low: 10\n"), "- id: i1", "impact[1]", "do not rise", "low ≤ likely ≤ high"),
    "a range upside down": (changed("low: 2\n", "low: 7\n"), "cost:", "actions.prevention[1].cost", "do not rise", "low ≤"),
    "a figure with its unit": (changed("likely: 3", "likely: 3 EUR"), "3 EUR", "impact[1].likely", "'3 EUR'", "number"),
    "a figure that is no number": (changed("high: 9", "high: .nan"), ".nan", "impact[1].high", "'.nan'", "number"),
    "a figure without end": (changed("high: 9", "high: 1e999"), "1e999", "impact[1].high", "'1e999'", "number"),
    "fields where a list belongs": (changed("[b]", "{b: 1}"), "{b: 1}", "causes[1].leads_to", "a list", "- "),
    "a list where text belongs": (changed("Made-up incident", "[1, 2]"), "[1, 2]", "title", "a list of 2", "text"),
    "text where fields belong": (changed(TIMES, "times: soon\n"), "soon", "times", "'soon'", "name: value"),
    "an id of another part with a line break": (changed("  - id: x1", r'  - id: "q\n\u2028z"'), "[x1]", "causes[2].leads_to", "'x1'", r"q\n\u2028z"),
    "an id that climbs": (changed("2026-01-02-example", "../../x"), "../../x", "id", "cannot name a folder", "without /"),
    "an id that is empty": (changed("2026-01-02-example", "''"), "id: ''", "id", "cannot name a folder", "short name"),
    "an id with a line break": (changed("2026-01-02-example", r'"a\nb"'), 'id: "a', "id", "cannot name a folder", "short"),
    "evidence above": (changed("evidence/a.log", "../x.log"), "../x", "evidence[1].path", "leads out of", "inside"),
    "evidence below and above": (changed("evidence/a.log", "a/../../x"), "/x", "evidence[1].path", "leads out", "inside"),
    "evidence at the root": (changed("evidence/a.log", "/etc/passwd"), "/etc", "evidence[1].path", "leads out", "inside"),
    "evidence on a drive": (changed("evidence/a.log", r"C:\x"), "C:", "evidence[1].path", "leads out of", "inside"),
    "evidence without a name": (changed("evidence/a.log", "''"), "path: ''", "evidence[1].path", "'' is no path", "path"),
    "interview above": (changed("interviews/a.md", r"..\x.md"), "x.md", "interviews[1].file", "leads out of", "inside"),
    "register above": (changed("risk_register.yaml", "../../r.yaml"), "r.yaml", "risk.register", "leads out", "inside"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_file_line_field_and_remedy(name: str, tmp_path: Path) -> None:
    text, needle, field, words, remedy = MISTAKES[name]
    # Where two entries clash, the second is the one that is named.
    line = [i for i, row in enumerate(text.splitlines(), start=1) if needle in row][-1]
    error = refusal(folder_with(tmp_path, text))
    first, second = str(error).splitlines()
    assert f"incident.yaml, line {line}, {field}: " in first
    assert words in first
    assert remedy in second


@pytest.mark.parametrize("field", ["title", "severity", "times", "id"])
def test_a_missing_field_is_named(field: str, tmp_path: Path) -> None:
    data = yaml.safe_load(GOOD)
    del data[field]
    error = refusal(folder_with(tmp_path, yaml.safe_dump(data, sort_keys=False)))
    assert f"field '{field}' is missing" in str(error)
    assert f"`{field}:`" in error.remedy


# ---------------------------------------------------------------------------------------------------- unknown fields

MISSPELT = {
    "at the top": (changed("unknowns:", "unknown:"), "unknown", "unknowns"),
    "in a milestone": (changed("certainty: approx", "certanty: approx"), "certanty", "certainty"),
    "in a list": (changed("relates_to:", "relatesto:"), "relatesto", "relates_to"),
    "in a claim": (changed("source: chat", "sorce: chat"), "sorce", "source"),
    "in an action": (changed("cuts: [a]", "cut: [a]"), "cut", "cuts"),
    "in a range": (changed("unit: days", "unt: days"), "unt", "unit"),
}


@pytest.mark.parametrize("place", MISSPELT)
def test_a_misspelt_field_warns_in_a_draft(place: str, tmp_path: Path) -> None:
    text, wrong, right = MISSPELT[place]
    with pytest.warns(IncidentFileWarning) as caught:
        incident = read_incident(folder_with(tmp_path, text))
    assert incident.title == "Made-up incident"
    [message] = [str(w.message) for w in caught]
    assert f"incident.yaml, line {line_of(text, f'{wrong}:')}" in message
    assert f"unknown field '{wrong}'" in message
    assert f"'{right}'" in message
    assert "To fix: " in message


@pytest.mark.parametrize("place", MISSPELT)
def test_a_misspelt_field_is_an_error_in_a_final(place: str, tmp_path: Path) -> None:
    text, wrong, right = MISSPELT[place]
    text = changed("title:", "status: final\ntitle:", text)
    first, second = str(refusal(folder_with(tmp_path, text))).splitlines()
    assert f"incident.yaml, line {line_of(text, f'{wrong}:')}, " in first
    assert f"unknown field '{wrong}'" in first
    assert f"'{right}'" in second


# ------------------------------------------------------------------------------------------------- what is no YAML

NO_YAML = {
    "a bracket that stays open": (changed("[b]", "[b"), "does not parse"),
    "a colon in plain text": (changed("Made-up incident", "Made-up: incident"), "does not parse"),
    "a tab": (changed("  level", "\tlevel"), "does not parse"),
    "a quote that stays open": (changed("'2026-01-02T10:00:00Z'", "'2026-01-02T10:00:00Z"), "does not parse"),
    "two documents": (GOOD + "---\nid: b\n", "does not parse"),
    "an alias to nothing": (changed("Made-up incident", "*nothing"), "does not parse"),
    "a control character": (changed("Made-up", "Made\x07up"), "does not parse"),
    "a field that stands twice": (changed("title:", "id: again\ntitle:"), "'id' stands twice"),
    "a field that stands twice, deep": (changed("        high: 5\n", "        high: 5\n        low: 3\n"), "'low' stands twice"),
    "an alias of itself": (changed("unknowns:\n  - Why", "unknowns: &u [*u]"), "an alias that contains itself"),
    "a merge": (changed("  - id: x1", "  - <<: {id: x1}"), "merge keys"),
    "a tag of Python": (changed("Made-up incident", "!!python/object/apply:os.getcwd []"), "is not read"),
    "a tag on fields": (changed("severity:", "severity: !grave"), "is not read"),
    "a list as a name": (changed("title:", "[a, b]: 1\ntitle:"), "as a field's name"),
    "nested too deeply": (changed("Made-up incident", "[" * 70 + "]" * 70), "nested more than"),
    "a list at the top": ("- id: a\n- title: b\n", "a list, where fields are expected"),
    "a word at the top": ("incident\n", "a single value, where fields are expected"),
    "nothing": ("", "an empty file"),
    "only a comment": ("# to be written\n\n", "an empty file"),
    "null": ("null\n", "an empty file"),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_YAML)
def test_what_is_no_yaml_is_refused(name: str, tmp_path: Path) -> None:
    text, words = NO_YAML[name]
    error = refusal(folder_with(tmp_path, text))
    assert isinstance(error, IncidentFileError)
    assert "incident.yaml" in error.where
    assert words in error.what


def test_a_syntax_error_names_its_line_and_tabs_their_remedy(tmp_path: Path) -> None:
    text = changed("  level", "\tlevel")
    error = refusal(folder_with(tmp_path, text))
    assert f"incident.yaml, line {line_of(text, 'level')}, column 1" in error.where
    assert "spaces" in error.remedy


BYTES = {
    "UTF-16": (GOOD.encode("utf-16"), "UTF-16"),
    "UTF-16 without a mark": (GOOD.encode("utf-16-le"), "NUL"),
    "Latin-1": (GOOD.replace("Made-up", "Überlast").encode("latin-1"), "0xdc is not UTF-8"),
    "NUL bytes": (GOOD.replace("Made-up", "Made\0up").encode(), "NUL"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not UTF-8"),
    "broken off inside a character": (GOOD.encode() + "ü".encode()[:1], "not UTF-8"),
}


@pytest.mark.parametrize("name", BYTES)
def test_bytes_that_are_no_utf8_are_refused(name: str, tmp_path: Path) -> None:
    data, words = BYTES[name]
    error = refusal(folder_with(tmp_path, data))
    assert words in error.what
    assert "incident.yaml" in error.where


@pytest.mark.parametrize("data", [b"\xef\xbb\xbf" + GOOD.encode(), GOOD.replace("\n", "\r\n").encode()])
def test_a_byte_order_mark_and_windows_line_ends_are_read(data: bytes, tmp_path: Path) -> None:
    expected = read_incident(folder_with(tmp_path, GOOD, "plain")).model_dump()
    assert read_incident(folder_with(tmp_path, data)).model_dump() == expected


# ----------------------------------------------------------------------------------------------------- YAML bombs


def laughs(depth: int, width: int) -> str:
    rows = ["a0: &a0 [" + ", ".join(["ha"] * width) + "]"]
    rows += [f"a{i}: &a{i} [" + ", ".join([f"*a{i - 1}"] * width) + "]" for i in range(1, depth)]
    return "\n".join(rows) + "\n"


def wide(names: int, letters: int) -> str:
    return "unknowns:\n" + f"  - &long {'x' * letters}\n" + "  - *long\n" * names


BOMBS = {
    "billion laughs in lists": laughs(10, 10),
    "billion laughs in fields": "a0: &a0 {x: ha, y: ha}\n" + "".join(f"a{i}: &a{i} {{x: *a{i - 1}, y: *a{i - 1}}}\n" for i in range(1, 40)),
    "one long list, many times": "a: &a [" + "x, " * 10_000 + "x]\nb: [" + "*a, " * 1_000 + "*a]\n",
    "one long text, many times": wide(50_000, 100_000),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_yaml_bomb_is_refused_at_once_and_in_little_memory(name: str, tmp_path: Path) -> None:
    folder = folder_with(tmp_path, GOOD + BOMBS[name] if name != "one long text, many times" else BOMBS[name])
    tracemalloc.start()
    begun = time.process_time()
    error = refusal(folder)
    seconds, (_, peak) = time.process_time() - begun, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "unfolds to more than" in error.what
    assert "incident.yaml, line " in error.where
    assert seconds < 3  # tracing slows it several times; unfolded it would not end
    assert peak < 60_000_000


@pytest.mark.parametrize("text", ["a: " + "[" * 100_000, "- " * 100_000 + "x", "{a: " * 50_000, "? " * 100_000])
def test_huge_nesting_does_not_end_the_process(text: str, tmp_path: Path) -> None:
    # In a process of its own: the C parser, let loose on this, dies of a full stack.
    folder = folder_with(tmp_path, text)
    program = f"""
        from incident_analysis.incident import read_incident
        try:
            read_incident({str(folder)!r})
        except Exception as error:
            print(type(error).__name__, error)
        """
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).resolve().parents[1],
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("IncidentFileError")
    assert "nested more than" in ended.stdout


def test_a_plain_alias_is_read(tmp_path: Path) -> None:
    text = changed("leads_to: [x1]", "leads_to: &to [x1]") + "services: *to\n"
    assert read_incident(folder_with(tmp_path, text)).services == ("x1",)


# ---------------------------------------------------------------------------------------------------------- folders


def test_no_such_folder(tmp_path: Path) -> None:
    error = refusal(tmp_path / "nothing-here")
    assert isinstance(error, PathError)
    assert "no such folder" in error.what
    assert "nothing-here" in error.where


def test_a_folder_that_is_nearly_named_is_suggested(tmp_path: Path) -> None:
    folder_with(tmp_path, GOOD)
    assert "'2026-01-02-example'" in refusal(tmp_path / "2026-01-02-exampel").remedy


def test_a_folder_without_the_file(tmp_path: Path) -> None:
    error = refusal(tmp_path)
    assert "holds no incident.yaml" in error.what
    assert "incident-analysis init" in error.remedy


@pytest.mark.parametrize("path", ["", " ", "a\0b", "x" * 5000])
def test_what_is_no_path_at_all(path: str) -> None:
    assert isinstance(refusal(path), PathError)


@pytest.mark.parametrize(
    "name", ["with spaces and äöü ☃", "事故 2026", "it's [1] {2} *", "-p", "$(echo x)", "%s %d", "line\nbreak"]
)
def test_a_folder_of_any_name_is_read(name: str, tmp_path: Path) -> None:
    folder = folder_with(tmp_path, GOOD, name)
    assert read_incident(folder).folder == folder
    error = refusal(folder_with(tmp_path, changed("P3", "P9"), name))
    assert name in error.where


def test_the_file_itself_may_be_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a" / "incident.yaml").mkdir(parents=True)
    refusal(tmp_path / "a")


@pytest.mark.parametrize("field", ["evidence", "interviews", "register"])
def test_a_path_that_leaves_through_a_link_is_refused(field: str, tmp_path: Path) -> None:
    folder = folder_with(tmp_path, GOOD)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.log").write_text("secret")
    if field == "register":
        (folder / "risk_register.yaml").symlink_to(outside / "a.log")
    else:
        (folder / field).symlink_to(outside, target_is_directory=True)
    error = refusal(folder)
    assert isinstance(error, PathError)
    assert "through a link" in error.what
    needle = {"evidence": "path:", "interviews": "file:", "register": "register:"}[field]
    assert f"incident.yaml, line {line_of(GOOD, needle)}, " in error.where


def test_a_link_that_stays_inside_is_read(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, GOOD)
    (folder / "exports").mkdir()
    (folder / "evidence").symlink_to(folder / "exports", target_is_directory=True)
    assert read_incident(folder).id == "2026-01-02-example"


# ---------------------------------------------------------------------------------------------------- far-off values


@pytest.mark.parametrize(
    ("when", "within"),
    [("0001-01-01T00:00:00Z", "3d"), ("9999-12-31T23:59:59Z", "3d"), ("2026-01-02T10:05:00Z", "9999999d")],
)
def test_bounds_stay_inside_the_calendar(when: str, within: str, tmp_path: Path) -> None:
    text = changed("2026-01-02T10:05:00Z", when).replace("within: 2min", f"within: {within}")
    works_or_is_refused(folder_with(tmp_path, text))


# --------------------------------------------------------------------------------------------------------- mutations


def works_or_is_refused(folder: Path) -> None:
    """Reading gives an Incident that can be asked for everything, or our error of two lines."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", IncidentFileWarning)
        result: Incident | IncidentAnalysisError
        try:
            result = read_incident(folder)
        except IncidentAnalysisError as error:
            result = error
    if isinstance(result, IncidentAnalysisError):
        is_two_lines(result)
        assert "incident.yaml" in result.where
        return
    incident = result
    assert isinstance(incident, Incident)
    assert [moment.name for moment in incident.moments] == list(MILESTONES)
    assert all(isinstance(moment.text, str) for moment in incident.moments)
    assert incident.seen_at.tzinfo is not None
    assert isinstance(incident.is_open, bool)
    assert isinstance(incident.every_action, tuple)
    assert isinstance(incident.model_dump_json(), str)


SNIPPETS = [
    "null", "~", "true", "-1", "0", "1e400", "1e-320", ".inf", ".nan", "12:30", "2026-01-02", "'2026-01-02T10:00:00Z'",
    "9999-12-31", "0001-01-01T00:00:00Z", "[]", "{}", "[[]]", "''", "'x'", "\"\\n\"", "\"\\0\"", "\"\\u2028\"", "&a", "*a",
    "!!str", "---", "...", "?", "|", ">", "#", "%", "@", "`", "- ", ": ", "\n", "\t", "  ", "\ufeff", "é", "\U0001f9ef", "<<: ",
    "{a: 1}", "[e1, e2]", "P0", "final", "not_yet", "9" * 400, "x" * 300, "2min", "1e9d", "\x85", "\u2029",
]  # fmt: skip

relaxed = settings(
    max_examples=250,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@relaxed
@given(data=st.data())
def test_text_changed_at_random_is_read_or_refused(data: st.DataObject, tmp_path: Path) -> None:
    text = GOOD
    for _ in range(data.draw(st.integers(1, 4), label="changes")):
        at = data.draw(st.integers(0, len(text)), label="at")
        length = data.draw(st.sampled_from([0, 0, 1, 2, 5, 20, 200]), label="removed")
        put = data.draw(st.sampled_from(SNIPPETS) | st.text(max_size=8), label="put")
        text = text[:at] + put + text[at + length :]
    assume(all(not 0xD800 <= ord(c) <= 0xDFFF for c in text))
    works_or_is_refused(folder_with(tmp_path, text))


@relaxed
@given(data=st.data())
def test_lines_moved_at_random_are_read_or_refused(data: st.DataObject, tmp_path: Path) -> None:
    lines = GOOD.splitlines()
    for _ in range(data.draw(st.integers(1, 4), label="changes")):
        at = data.draw(st.integers(0, len(lines) - 1), label="line")
        match data.draw(st.sampled_from(["remove", "repeat", "swap", "indent", "value"]), label="change"):
            case "remove":
                del lines[at]
            case "repeat":
                lines.insert(data.draw(st.integers(0, len(lines)), label="to"), lines[at])
            case "swap":
                other = data.draw(st.integers(0, len(lines) - 1), label="with")
                lines[at], lines[other] = lines[other], lines[at]
            case "indent":
                lines[at] = " " * data.draw(st.integers(0, 8), label="by") + lines[at].lstrip()
            case "value":
                lines[at] = lines[at].split(":")[0] + ": " + data.draw(st.sampled_from(SNIPPETS), label="value")
    works_or_is_refused(folder_with(tmp_path, "\n".join(lines) + "\n"))


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [way] if way else []
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        found += places(inner, (*way, key))
    return found


ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.dates().map(str)
    | st.datetimes().map(lambda t: f"{t.isoformat()}Z")
    | st.sampled_from(["a", "b", "x1", "e1", "i1", "P3", "exact", "day", "not_yet", "unknown", "2min", "final"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)

#: Values of the kind that stood there: most of them are read, and have to work afterwards.
LIKE: dict[type, st.SearchStrategy[Any]] = {
    str: st.text(max_size=20)
    | st.datetimes().map(lambda t: f"{t.isoformat(timespec='seconds')}Z")
    | st.dates().map(str)
    | st.sampled_from(["approx", "day", "in_review", "deploy", "customers", "P0", "90s", "3d", "latent", "resolves"]),
    float: st.floats(),
    int: st.integers() | st.floats(allow_nan=False),
    list: st.just([]),
    dict: st.just({}),
}


@relaxed
@given(data=st.data())
def test_values_changed_at_random_are_read_or_refused(data: st.DataObject, tmp_path: Path) -> None:
    case = yaml.safe_load(GOOD)
    for _ in range(data.draw(st.sampled_from([1, 1, 1, 2, 3]), label="changes")):
        way = data.draw(st.sampled_from(places(case)), label="place")
        inside = case
        for step in way[:-1]:
            inside = inside[step]
        if data.draw(st.booleans(), label="remove") and isinstance(inside, dict):
            del inside[way[-1]]
        else:
            like = LIKE.get(type(inside[way[-1]]), ODD)
            inside[way[-1]] = data.draw(ODD | like | like, label="value")
        assume(places(case))
    text = yaml.safe_dump(case, sort_keys=False, allow_unicode=True)
    assume(all(not 0xD800 <= ord(c) <= 0xDFFF for c in text))
    works_or_is_refused(folder_with(tmp_path, text))
