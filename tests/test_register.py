"""The risk register: what is read, what is refused and how; the shipped one's figures against their sources."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from incident_analysis.errors import ParameterError, PathError, RegisterError
from incident_analysis.register import Register, find_register, read_register
from incident_analysis.statistics import intervals

RATE = "rate_per_year: {low: 0.2, high: 2, level: 0.9, distribution: gamma, source: judgement of two engineers}"
SHARE = "probability: {low: 0.02, high: 0.3, level: 0.9, distribution: beta, source: judgement}"


@pytest.fixture
def made_up(root: Path) -> Path:
    """The made-up register that uses every part of its shape."""
    return root / "tests" / "data" / "risk_register.yaml"


@pytest.fixture
def changed(made_up: Path, tmp_path: Path) -> Callable[[str, str], Path]:
    """The made-up register with one piece replaced; the piece must stand there."""

    def change(old: str, new: str) -> Path:
        text = made_up.read_text(encoding="utf-8")
        assert old in text
        file = tmp_path / "risk_register.yaml"
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        return file

    return change


def test_everything_is_read(made_up: Path) -> None:
    register = read_register(made_up)
    assert register.ids == ("pool-exhausted", "primary-lost")
    pool = register.scenario("pool-exhausted")
    assert pool.as_of.low == datetime(2026, 1, 15, tzinfo=UTC)
    assert pool.cause.rate_per_year is not None
    assert (pool.cause.rate_per_year.low, pool.cause.rate_per_year.high) == (0.2, 2)
    assert [e.id for e in pool.effects] == ["refused", "slow"]
    (window,) = pool.observed
    assert (window.counts, window.cause_count, window.effect_counts) == ("causes", 2, {"refused": 0, "slow": 1})
    assert window.years == 0.14
    assert pool.near_misses[0].what == "Pool at 96 % for an hour"
    gate = register.scenario("primary-lost").cause.gate
    assert gate is not None
    assert gate.kind == "all_of"
    assert gate.names == ("disk", "wrong-host", "backup-broken", "replica-broken")
    assert [member.kind for member in gate.members if not isinstance(member, str)] == ["any_of", "at_least"]
    text = made_up.read_text(encoding="utf-8").splitlines()
    line = register.line("primary-lost")
    assert line is not None
    assert text[line - 1].startswith("- id: primary-lost")


def test_not_is_a_gate(changed: Callable[[str, str], Path]) -> None:
    register = read_register(changed("any_of: [disk, wrong-host]", "not: {any_of: [disk, wrong-host]}"))
    gate = register.scenario("primary-lost").cause.gate
    assert gate is not None
    first = gate.members[0]
    assert not isinstance(first, str)
    assert first.kind == "not"


@pytest.mark.parametrize("rate", ["", "rate_per_year: {low: null, high: null, source: nobody}", "rate_per_year:"])
def test_a_rate_without_a_range_is_unknown_not_zero(changed: Callable[[str, str], Path], rate: str) -> None:
    cause = read_register(changed(RATE, rate)).scenario("pool-exhausted").cause
    assert cause.rate_per_year is None or not cause.rate_per_year.known


def test_a_plain_number_is_a_figure_taken_as_exact(changed: Callable[[str, str], Path]) -> None:
    effect = read_register(changed(SHARE, "probability: 0.25")).scenario("pool-exhausted").effects[0]
    assert effect.probability is not None
    assert effect.probability.value == 0.25


@pytest.mark.parametrize(
    "old, new, said, remedy",
    [
        (
            "any_of: [disk, wrong-host]",
            "any_of: [dsk, wrong-host]",
            "line 36, [2].cause.gate.all_of[1].any_of[1]: 'dsk' is the id of no event of this gate",
            "write 'disk'",
        ),
        (
            "any_of: [disk, wrong-host]",
            "any_of: &a [disk, *a]",
            "line 36: an alias that contains itself",
            "write the values out instead of &name and *name",
        ),
        (
            "any_of: [disk, wrong-host]",
            "any_off: [disk, wrong-host]",
            "line 36, [2].cause.gate.all_of[1].any_off: unknown field 'any_off'; the nearest known one is 'any_of'.",
            "rename it to 'any_of'",
        ),
        (
            "at_least: 2",
            "at_least: 3",
            "line 37, [2].cause.gate.all_of[2]: at least 3 of 2",
            "give a number from 1 to 2",
        ),
        (
            "probability: {value: 0.02",
            "probability: {value: 99",
            "line 31, [2].cause.gate.events[1].probability: value is 99: a probability lies between 0 and 1",
            "give a ratio: 0.99 for 99 %",
        ),
        (
            SHARE,
            "probability: 99",
            "line 12, [1].effects[1].probability: value is 99: a probability lies between 0 and 1",
            "give a ratio: 0.99 for 99 %",
        ),
        (
            "low: 0.2, high: 2,",
            "low: 3, high: 2,",
            "line 8, [1].cause.rate_per_year: low 3, likely not given, high 2 do not rise",
            "give low ≤ likely ≤ high",
        ),
        (
            "low: 0.2, high: 2,",
            "low: 0, high: 2,",
            "line 8, [1].cause.rate_per_year: low is 0: a rate is above 0",
            "give a rate per year above 0, or leave the range out where nothing is known",
        ),
        (
            "low: 0.2, high: 2,",
            "value: -1,",
            "line 8, [1].cause.rate_per_year: value is -1: a rate is above 0",
            "give a rate per year above 0, or leave the range out where nothing is known",
        ),
        (
            "distribution: gamma",
            "distribution: gama",
            "line 8, [1].cause.rate_per_year.distribution: 'gama' is not known; known are gamma, beta, lognormal or pert",
            "write 'gamma'",
        ),
        (
            "distribution: gamma",
            "distribution: beta",
            "line 8, [1].cause.rate_per_year: a beta distribution does not describe a rate",
            "write one of gamma, lognormal, pert",
        ),
        (
            "treatment: reduce",
            "treatmnt: reduce",
            "line 22, [1].treatmnt: unknown field 'treatmnt'; the nearest known one is 'treatment'.",
            "rename it to 'treatment'",
        ),
        (
            "id: primary-lost",
            "id: pool-exhausted",
            "line 23, [2].id: id 'pool-exhausted' stands twice",
            "give each its own id",
        ),
        (
            "effect_counts: {refused: 0",
            "effect_counts: {refusd: 0",
            "line 19, [1].observed[1].effect_counts.refusd: 'refusd' is the id of no effect of this scenario",
            "write 'refused'",
        ),
        (
            "cause_count: 2",
            "cause_count: 0",
            "line 19, [1].observed[1]: effect 'slow' was counted 1 times, its cause 0 times",
            "count each cause once, and an effect at most once for each cause",
        ),
        (
            "counts: causes, cause_count: 2",
            "counts: causes",
            "line 19, [1].observed[1]: counts: causes, but no cause_count",
            "give the number of times the cause came, with or without an effect; else write counts: incidents",
        ),
        (
            "{from: '2026-01-15'",
            "{from: '2025-01-15'",
            "line 2, [1]: the window from 2025-01-15 to 2026-03-06 begins before as_of 2026-01-15: its first part is "
            "already in the prior",
            "split it at as_of, with the counts of each part",
        ),
        (
            "treatment: reduce",
            "moves_with: [primary-last]",
            "line 22, [1].moves_with[1]: 'primary-last' is the id of no scenario",
            "write 'primary-lost'",
        ),
        (
            "level: 0.9, unit: EUR",
            "level: 90, unit: EUR",
            "line 13, [1].effects[1].consequence: level is 90",
            "give it as a probability: 0.9, not 90",
        ),
        (
            "as_of: '2026-01-15'",
            "as_of: '12:30'",
            "line 4, [1].as_of: '12:30' is a time without its date",
            'write it as "2017-01-31T23:27:00Z", with "+01:00" for another zone, or "2017-01-31" for a whole day',
        ),
    ],
)
def test_errors_are_two_lines(changed: Callable[[str, str], Path], old: str, new: str, said: str, remedy: str) -> None:
    file = changed(old, new)
    with pytest.raises(RegisterError) as error:
        read_register(file)
    assert str(error.value) == f"{file}, {said}\nTo fix: {remedy}"


@pytest.mark.parametrize(
    "text", ["- 3", "a: 1", "- id: x\n", "- {id: x, title: y, as_of: 2026-01-01, cause: z}", "[", "\t- a"]
)
def test_what_is_no_register_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "risk_register.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RegisterError) as error:
        read_register(file)
    assert len(str(error.value).splitlines()) == 2
    assert ", line " in str(error.value)


def test_an_empty_register_holds_no_scenario(tmp_path: Path) -> None:
    (tmp_path / "risk_register.yaml").write_text("", encoding="utf-8")
    assert len(read_register(tmp_path)) == 0


def test_a_missing_register_and_a_missing_scenario_say_what_to_do(made_up: Path, tmp_path: Path) -> None:
    with pytest.raises(PathError, match="To fix: check the path"):
        read_register(tmp_path / "nothing.yaml")
    with pytest.raises(ParameterError, match="To fix: write 'pool-exhausted'"):
        read_register(made_up).scenario("pool-exausted")


def test_a_register_is_found_beside_the_incidents(made_up: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "incidents" / "x"
    folder.mkdir(parents=True)
    assert find_register(folder, "risk_register.yaml") is None
    assert find_register(None) is None
    shutil.copy(made_up, tmp_path / "data" / "risk_register.yaml")
    assert find_register(folder) == tmp_path / "data" / "risk_register.yaml"
    shutil.copy(made_up, folder / "risk_register.yaml")
    assert find_register(folder) == folder / "risk_register.yaml"
    with pytest.raises(PathError, match="leads out of"):
        find_register(folder, "../../../risk_register.yaml")


def test_reading_a_register_loads_no_heavy_library(made_up: Path) -> None:
    code = (
        "import sys; from incident_analysis.register import read_register; read_register(sys.argv[1]); "
        "print([m for m in ('numpy', 'pandas', 'scipy', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(made_up)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.fixture
def ours(root: Path) -> Register:
    """The shipped register."""
    return read_register(root / "data" / "risk_register.yaml")


def test_every_shipped_prior_names_class_file_and_query(ours: Register) -> None:
    """Or says why there is none: a figure without its origin would be an invention."""
    for scenario in ours.scenarios:
        ranges = [scenario.cause.rate_per_year, *(e.probability for e in scenario.effects)]
        assert all(one is not None and one.source for one in ranges)
        rate = scenario.cause.rate_per_year
        for one in ranges:
            if one is not None and one.known:
                for word in ("class", "file", "query"):
                    assert word in one.source
                if one is rate:
                    assert re.search(r"file: \S+/\S+, \S+, commit [0-9a-f]{8}; query: jq ", one.source)
        assert all(e.consequence is None or not e.consequence.known for e in scenario.effects)


def test_the_shipped_intervals_are_those_of_the_counts(ours: Register) -> None:
    """11 events between 2024-01-01 and 2026-08-20, 3 of them critical; 24 of 383: the sources' own counts."""
    change = ours.scenario("configuration-change-everywhere")
    years = (datetime(2026, 8, 20, tzinfo=UTC) - datetime(2024, 1, 1, tzinfo=UTC)).days / 365.25
    low, high = intervals.garwood(11, level=0.9)
    rate = change.cause.rate_per_year
    assert rate is not None
    assert (rate.low, rate.high) == pytest.approx((low / years, high / years), abs=0.01)
    share = change.effects[0].probability
    assert share is not None
    assert (share.low, share.high) == pytest.approx(intervals.clopper_pearson(3, 11, level=0.9), abs=1e-4)
    long = ours.scenario("posted-for-18-hours").effects[0].probability
    assert long is not None
    assert (long.low, long.high) == pytest.approx(intervals.clopper_pearson(24, 383, level=0.9), abs=1e-4)


@pytest.mark.parametrize(
    "scenario, name",
    [
        ("posted-for-18-hours", "cloud_incident_atlas_2024.json"),
        ("configuration-change-everywhere", "github_status_incidents.jsonl"),
    ],
)
def test_the_shipped_queries_give_the_shipped_figures(ours: Register, root: Path, scenario: str, name: str) -> None:
    """Where the public files lie beside the clone and jq is installed, each query is run as it is written."""
    file = root.parent / "shared" / "data" / "histories" / name
    if not file.exists() or shutil.which("jq") is None:
        pytest.skip("needs jq, and the public histories beside this clone (../shared/data/histories)")
    one = ours.scenario(scenario)
    sources = [one.cause.rate_per_year, *(e.probability for e in one.effects)]
    ran = 0
    for given in sources:
        found = re.search(r"query: jq ((?:-\w )+)'(.*)' gives (\[[^\]]*\])", given.source if given else "")
        if found is None:
            continue
        done = subprocess.run(
            ["jq", *found[1].split(), found[2], str(file)], capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == found[3]
        ran += 1
    assert ran
