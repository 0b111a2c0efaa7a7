"""What a notebook may be given: known before a kernel starts."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from incident_analysis.batch import assignments, declared, settings
from incident_analysis.batch.parameters import check, plain
from incident_analysis.errors import NotebookError, ParameterError

DECLARED = {"risk_analysis": {"incident": "x", "report": None, "level": 0.9, "seed": 1, "title": "t", "public": False}}


def notebook(path: Path, source: str, *, tags: tuple[str, ...] = ("parameters",)) -> Path:
    cell = {
        "cell_type": "code",
        "metadata": {"tags": list(tags)},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }
    path.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return path


def test_declared_are_the_names_of_the_parameters_cell(tmp_path: Path) -> None:
    path = notebook(
        tmp_path / "a.ipynb", '"""About."""\nlevel = 0.9  # a comment\nseed: int = -1\nas_of = None\nof = ["a", 1]'
    )
    assert declared(path) == {"level": 0.9, "seed": -1, "as_of": None, "of": ["a", 1]}


def test_without_a_parameters_cell_nothing_is_declared(tmp_path: Path) -> None:
    assert declared(notebook(tmp_path / "a.ipynb", "level = 0.9", tags=())) == {}


@pytest.mark.parametrize("source", ["level = compute()", "import os", "a = b = 1", "a, b = 1, 2", "level =", "x += 1"])
def test_a_parameters_cell_of_something_else_is_an_error(tmp_path: Path, source: str) -> None:
    with pytest.raises(NotebookError, match="parameters cell") as error:
        declared(notebook(tmp_path / "a.ipynb", source))
    assert str(error.value).startswith("a.ipynb: ")


@pytest.mark.parametrize("text", ["", "no json", "[]", "{}", '{"cells": [1]}', '{"worksheets": []}'])
def test_what_is_no_notebook_is_said_to_be_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(text)
    with pytest.raises(NotebookError, match="not a notebook"):
        declared(path)


@pytest.mark.parametrize(
    "text, value",
    [
        ("1", 1),
        ("-3", -3),
        ("0.8", 0.8),
        ("1e-3", 0.001),
        ("00123", "00123"),  # papermill's own command line makes it 123
        ("+49", "+49"),
        ("2017-02-01", "2017-02-01"),  # YAML makes it a date
        ("12:30", "12:30"),  # YAML makes it 750
        ("1_000", "1_000"),
        ("0x10", "0x10"),
        (".5", ".5"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("yes", "yes"),  # YAML 1.1 makes it true
        ("'12'", "12"),
        ('"a\\nb"', "a\nb"),
        ("[1, 2]", [1, 2]),
        ('{"a": null}', {"a": None}),
        ("[broken", "[broken"),
        ("", ""),
        ("a=b", "a=b"),
        ("!!python/object:os.system", "!!python/object:os.system"),
    ],
)
def test_values_are_read_without_loss(text: str, value: Any) -> None:
    found = assignments([f"name={text}"])["name"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", ["level", "=1", "a b=1", "1a=2", "a-b=1"])
def test_what_sets_nothing_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match="sets nothing"):
        assignments([text])


def test_a_name_given_twice_is_refused() -> None:
    with pytest.raises(ParameterError, match="twice"):
        assignments(["level=0.8", "level=0.9"])


def test_a_misspelt_name_is_refused_with_the_nearest() -> None:
    # papermill itself only warns, and runs with the default (M6 of the reference results).
    with pytest.raises(ParameterError) as error:
        check({"levle": 0.8}, DECLARED)
    assert "no notebook of risk_analysis declares it" in error.value.what
    assert error.value.remedy == "did you mean 'level'?"


def test_a_name_that_resembles_nothing_gets_the_list() -> None:
    with pytest.raises(ParameterError) as error:
        check({"zzz": 1}, DECLARED)
    assert error.value.remedy == "use level, seed, title or public"


def test_a_name_that_one_of_the_notebooks_declares_is_enough() -> None:
    check({"window": "5min"}, {"a": {"level": 0.9}, "b": {"window": "1h"}})


@pytest.mark.parametrize("name", ["incident", "report"])
def test_what_the_run_sets_itself_is_refused(name: str) -> None:
    with pytest.raises(ParameterError, match="set by the run itself"):
        check({name: "x"}, DECLARED)


class Crafted(type(Path())):  # type: ignore[misc]
    """Prints as code: what papermill writes into the notebook's source as it stands."""

    def __repr__(self) -> str:
        return "__import__('os').system('touch owned')"


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        Decimal("1"),
        date(2017, 2, 1),
        datetime(2017, 2, 1, tzinfo=UTC),
        {1, 2},
        b"x",
        {1: "a"},
        [float("nan")],
        {"a": object},
        Crafted("x"),
        type("Text", (str,), {})("x"),
    ],
    ids=repr,
)
def test_only_plain_values_come_through(value: Any) -> None:
    with pytest.raises(ParameterError, match="no plain value"):
        plain(value, where="parameter x")


@pytest.mark.parametrize("value", [None, True, 1, 0.5, "text", [], ["a", [1]], {"a": {"b": None}}])
def test_plain_values_come_through(value: Any) -> None:
    plain(value, where="parameter x")


@pytest.mark.parametrize(
    "name, value", [("level", "high"), ("seed", 1.5), ("title", 12), ("seed", True), ("public", "no")]
)
def test_a_value_of_another_kind_than_the_default_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ParameterError) as error:
        check({name: value}, DECLARED)
    assert name in error.value.where


def test_a_whole_number_is_a_number_and_none_is_always_allowed() -> None:
    check({"level": 0.5, "title": None}, DECLARED)
    check({"rate": 1}, {"a": {"rate": 0.5}})


@pytest.mark.parametrize(
    "given, what",
    [
        ({"level": 90}, "no probability"),
        ({"level": 0}, "no probability"),
        ({"level": 1.0}, "no probability"),
        ({"level": True}, "no probability"),
        ({"seed": -1}, "no seed"),
        ({"seed": 1.5}, "no seed"),
        ({"as_of": "2017-02-01T00:00:00"}, "no zone"),
        ({"as_of": "yesterday"}, "no time"),
        ({"as_of": 3}, "no time"),
        ({"public": True}, "not for the public"),
        ({"public": "false"}, "not for the public"),
    ],
)
def test_settings_that_cannot_be_used(given: dict[str, Any], what: str) -> None:
    with pytest.raises(ParameterError, match=what):
        settings(**given)


def test_settings_give_an_instant_as_text() -> None:
    assert settings(as_of=datetime(2017, 2, 1, 12, tzinfo=UTC))["as_of"] == "2017-02-01T12:00:00Z"
    assert settings(as_of="2017-02-01T13:00:00+01:00")["as_of"] == "2017-02-01T13:00:00+01:00"
