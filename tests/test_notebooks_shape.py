"""The notebooks' shape: read from top to bottom, parameters in one place, and no program hidden in a cell."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
NAMES = ["consequences", "log_analysis", "postmortem", "risk_analysis", "timeline", "trends"]
PARAMETERS = {
    "incident": "data/incidents/2017-01-31-gitlab-database",
    "report": None,
    "level": 0.9,
    "seed": 1,
    "as_of": None,
    "public": False,
}
#: What a notebook takes besides.
OWN: dict[str, dict[str, Any]] = {
    "log_analysis": {"logs": None, "zone": None, "format": None, "every": "1min"},
    "trends": {"incidents": "data/incidents", "of": None, "by": None, "level": 0.95},
}
#: Across incidents there is no one incident.
WITHOUT = {"trends": ("incident",)}
LONGEST_CELL = 12
PROGRAM = {
    ast.FunctionDef: "def",
    ast.AsyncFunctionDef: "def",
    ast.Lambda: "lambda",
    ast.ClassDef: "class",
    ast.For: "for",
    ast.AsyncFor: "for",
    ast.comprehension: "for",
    ast.While: "while",
    ast.If: "if",
    ast.IfExp: "if",
    ast.Try: "try",
    ast.With: "with",
}


def read(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))


def code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def is_parameters(cell: dict[str, Any]) -> bool:
    return "parameters" in cell["metadata"].get("tags", [])


def faults(notebook: dict[str, Any]) -> list[str]:
    """What a notebook does that a notebook of ours does not."""
    found = []
    cells = code_cells(notebook)
    tagged = [cell for cell in cells if is_parameters(cell)]
    if len(tagged) != 1 or not cells or cells[0] not in tagged:
        found.append("the first code cell, and no other, is tagged parameters")
    importing = []
    for place, cell in enumerate(cells):
        text = source(cell)
        nodes = list(ast.walk(ast.parse(text)))
        found += [f"cell {place}: {word}" for word in sorted({PROGRAM[type(n)] for n in nodes if type(n) in PROGRAM})]
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in nodes):
            importing.append(cell)
        # How long the parameters' cell is the contract says.
        if len(text.splitlines()) > LONGEST_CELL and not is_parameters(cell):
            found.append(f"cell {place}: {len(text.splitlines())} lines")
        if cell["outputs"] or cell["execution_count"] is not None:
            found.append(f"cell {place}: an output is kept")
    if len(importing) != 1:
        found.append(f"{len(importing)} cells import")
    if cells and "findings.record(" not in source(cells[-1]):
        found.append("the last cell does not record the findings")
    return found


def test_these_notebooks_are_shipped_and_no_others() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.ipynb")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_keeps_its_shape(name: str) -> None:
    notebook = read(name)
    nbformat.validate(notebook)
    assert faults(notebook) == []
    assert notebook["cells"][0]["cell_type"] == "markdown", "a notebook begins by telling its question"


@pytest.mark.parametrize("name", NAMES)
def test_the_parameters_are_the_contracts_literals_each_with_a_comment(name: str) -> None:
    (cell,) = (cell for cell in code_cells(read(name)) if is_parameters(cell))
    found = {}
    for node in ast.parse(source(cell)).body:
        assert isinstance(node, ast.Assign | ast.AnnAssign), ast.unparse(node)
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        assert node.value is not None
        found[ast.unparse(target)] = ast.literal_eval(node.value)
    expected = PARAMETERS | OWN.get(name, {})
    for left_out in WITHOUT.get(name, ()):
        del expected[left_out]
    assert found == expected
    lines = source(cell).splitlines()
    values = [place for place, line in enumerate(lines) if not line.startswith("#") and line.strip()]
    assert len(values) == len(expected)
    for place in values:
        assert "  # " in lines[place] or (place and lines[place - 1].startswith("# ")), f"{lines[place]}: no comment"


def test_no_notebook_keeps_a_path_or_a_name_of_a_machine() -> None:
    for name in NAMES:
        text = (FOLDER / f"{name}.ipynb").read_text(encoding="utf-8")
        assert not any(word in text for word in ("/home/", "/work/", "/Users/", "C:\\\\", "/tmp/")), name
        assert read(name)["metadata"]["kernelspec"]["name"] == "python3"


def _notebook(*sources: str, tags: tuple[str, ...] = ("parameters",), **extra: Any) -> dict[str, Any]:
    cells = [
        {"cell_type": "code", "source": text, "metadata": {}, "outputs": [], "execution_count": None, **extra}
        for text in sources
    ]
    cells[0] = cells[0] | {"metadata": {"tags": list(tags)}}
    return {"cells": cells}


GOOD = ("level = 0.9", "import pandas", "findings.record(x)")


def test_a_notebook_of_the_right_shape_has_no_fault() -> None:
    assert faults(_notebook(*GOOD)) == []


@pytest.mark.parametrize(
    "notebook",
    [
        _notebook(*GOOD, tags=()),
        _notebook("x = [a for a in b]", *GOOD[1:]),
        _notebook(GOOD[0], GOOD[1], "if x: y", GOOD[2]),
        _notebook(GOOD[0], GOOD[1], "def f(): pass", GOOD[2]),
        _notebook(GOOD[0], GOOD[1], "import numpy", GOOD[2]),
        _notebook(GOOD[0], GOOD[1]),
        _notebook(GOOD[0], GOOD[1] + "\n" * 13 + "x", GOOD[2]),
        _notebook(*GOOD, execution_count=3),
        _notebook(*GOOD, outputs=[{"output_type": "stream"}]),
    ],
)
def test_a_notebook_of_the_wrong_shape_is_found(notebook: dict[str, Any]) -> None:
    assert faults(notebook) != []
