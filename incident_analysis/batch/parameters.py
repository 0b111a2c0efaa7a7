"""What a notebook takes, and whether what it is given fits: known before a kernel starts.

papermill passes on whatever it gets: a misspelt name is silently ignored, a date turns to text, and a value of an
unknown kind goes into the source as it prints itself. Here only declared names and plain JSON values come through.
"""

from __future__ import annotations

import ast
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from incident_analysis import files, words
from incident_analysis.document import Problem, when
from incident_analysis.errors import NotebookError, ParameterError

if TYPE_CHECKING:
    import numpy as np

#: Parameters that `run` sets itself, and what sets them.
OWN = {"incident": "the folders that are run", "report": "--out"}

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORDS: dict[str, Any] = {"null": None, "Null": None, "None": None, "~": None}
_WORDS |= dict.fromkeys(("true", "True"), True) | dict.fromkeys(("false", "False"), False)


def declared(notebook: str | Path) -> dict[str, Any]:
    """The parameters that a notebook declares, with their defaults.

    Parameters
    ----------
    notebook : str or Path
        A notebook (format 4).

    Returns
    -------
    dict of str to value
        Names in the order of the cell that is tagged `parameters`; empty where there is no such cell.

    Raises
    ------
    NotebookError
        The file is no notebook, or the cell holds something else than names set to literals.
    """
    where = Path(notebook).name
    try:
        cells = json.loads(files.read_text(notebook))["cells"]
        tagged = [c for c in cells if "parameters" in c.get("metadata", {}).get("tags", [])]
        source = "".join(tagged[0]["source"]) if tagged else ""
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotebookError(
            "not a notebook of format 4", remedy="open it in JupyterLab and save it again", where=where
        ) from None
    try:
        lines = ast.parse(source).body
        return {_name(line): ast.literal_eval(line.value) for line in lines if not _remark(line)}  # type: ignore[attr-defined]
    except (SyntaxError, ValueError, AttributeError):
        raise NotebookError(
            "the parameters cell holds more than names set to literals",
            remedy="keep it to lines such as `level = 0.9`",
            where=where,
        ) from None


def _name(line: ast.stmt) -> str:
    if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.value is not None:
        return line.target.id
    if isinstance(line, ast.Assign) and len(line.targets) == 1 and isinstance(line.targets[0], ast.Name):
        return line.targets[0].id
    raise ValueError


def _remark(line: ast.stmt) -> bool:
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)


def assignments(texts: Iterable[str]) -> dict[str, Any]:
    """Parameters out of `NAME=VALUE`, as a command line gives them.

    A value is read as YAML would read it where that loses nothing: numbers, true, false, null, quoted text, lists and
    mappings as JSON. Anything else is text as it stands: `00123` keeps its zeros and a date its form.

    Raises
    ------
    ParameterError
        There is no `=`, the name is none, or it comes twice.

    Examples
    --------
    >>> assignments(["level=0.8", "ticket=00123", "as_of=2017-02-01", "public=false", "note='12'"])
    {'level': 0.8, 'ticket': '00123', 'as_of': '2017-02-01', 'public': False, 'note': '12'}
    """
    found: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        name = name.strip()
        if not equals or not name.isidentifier():
            raise ParameterError(f"{text!r} sets nothing", remedy="write NAME=VALUE, for example level=0.8", where="-p")
        if name in found:
            raise ParameterError(f"{name} is given twice", remedy="give it once", where="-p")
        found[name] = _value(value.strip())
    return found


def _value(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _NUMBER.fullmatch(text):
        number = float(text)
        return int(text) if re.fullmatch(r"-?[0-9]+", text) else number
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    if text[:1] in ('"', "[", "{"):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def check(given: Mapping[str, Any], notebooks: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse parameters that no chosen notebook declares, or whose value cannot be passed on.

    Parameters
    ----------
    given : mapping of name to value
    notebooks : mapping of notebook name to its declared parameters

    Raises
    ------
    ParameterError
        Before any kernel starts; the nearest known name is told.
    """
    known = list(dict.fromkeys(name for parameters in notebooks.values() for name in parameters))
    free = [name for name in known if name not in OWN]
    for name, value in given.items():
        if name in OWN:
            raise ParameterError(
                f"{name} is set by the run itself", remedy=f"use {OWN[name]}", where=f"parameter {name}"
            )
        if name not in known:
            near = words.nearest(name, free)
            raise ParameterError(
                f"no notebook of {words.listing(notebooks)} declares it",
                remedy=f"did you mean {near!r}?" if near else f"use {words.listing(free, last='or')}",
                where=f"parameter {name}",
            )
        plain(value, where=f"parameter {name}")
        if name in _RULES:
            settings(**{name: value})
        for notebook, parameters in notebooks.items():
            if name in parameters:
                _same_kind(value, parameters[name], where=f"parameter {name} of {notebook}")


def generator(seed: int) -> np.random.Generator:
    """The generator of a notebook's simulations: the same seed gives the same figures.

    Parameters
    ----------
    seed : int
        From 0.

    Examples
    --------
    >>> bool(generator(1).random() == generator(1).random())
    True
    """
    import numpy as np

    return np.random.default_rng(seed)


def settings(
    *, level: float = 0.9, seed: int = 1, as_of: str | datetime | None = None, public: bool = False
) -> dict[str, Any]:
    """The settings that all notebooks share, checked.

    Parameters
    ----------
    level : float
        Of intervals, in (0, 1).
    seed : int
        Of all that is simulated, from 0.
    as_of : str or datetime, optional
        The instant at which the incident is told, with its zone, or a day; by default the incident's own.
    public : bool
        Whether names and secrets have to be replaced; this version does not do that, so True is refused.

    Returns
    -------
    dict
        The same as plain values; an instant as text.

    Raises
    ------
    ParameterError
        One of them cannot be used.

    Examples
    --------
    >>> settings(level=90)
    Traceback (most recent call last):
    incident_analysis.errors.ParameterError: parameter level: 90 is no probability
    To fix: give it as a probability: 0.9, not 90
    """
    given = {"level": level, "seed": seed, "as_of": as_of, "public": public}
    for name, (good, what, remedy) in _RULES.items():
        if not good(given[name]):
            raise ParameterError(what.format(given[name]), remedy=remedy, where=f"parameter {name}")
    if as_of is not None:
        try:
            instant = when(as_of)
        except Problem as problem:
            raise ParameterError(problem.what, remedy=problem.remedy, where="parameter as_of") from None
        given["as_of"] = as_of if isinstance(as_of, str) else instant.low.isoformat().replace("+00:00", "Z")
    return given


_RULES: dict[str, tuple[Callable[[Any], bool], str, str]] = {
    "level": (
        lambda x: type(x) in (int, float) and 0 < x < 1,
        "{} is no probability",
        "give it as a probability: 0.9, not 90",
    ),
    "seed": (lambda x: type(x) is int and x >= 0, "{!r} is no seed", "give a whole number from 0"),
    "as_of": (lambda x: x is None or isinstance(x, str | datetime), "{!r} is no time", 'write "2017-02-01T00:00:00Z"'),
    "public": (
        lambda x: x is False,
        "{!r}: names and secrets are not replaced in this version, so a report is not for the public",
        "leave it at false; read the report, and take out by hand what must not be published",
    ),
}


def plain(value: Any, *, where: str) -> None:
    """Refuse what is not plain JSON: only that goes into a notebook's source unchanged.

    Examples
    --------
    >>> plain({"a": [1, None, "x"]}, where="p")
    >>> plain(float("nan"), where="p")
    Traceback (most recent call last):
    incident_analysis.errors.ParameterError: p: nan is no plain value
    To fix: give a finite number, text, true, false, null, or lists and mappings of them
    """
    if type(value) in (str, int, bool, type(None)) or (type(value) is float and math.isfinite(value)):
        return
    if type(value) in (list, tuple):
        for item in value:
            plain(item, where=where)
        return
    if type(value) is dict and all(type(key) is str for key in value):
        for item in value.values():
            plain(item, where=where)
        return
    shown = repr(value) if type(value) is float else f"a {type(value).__name__}"
    raise ParameterError(
        f"{shown} is no plain value",
        remedy="give a finite number, text, true, false, null, or lists and mappings of them",
        where=where,
    )


def _same_kind(value: Any, default: Any, *, where: str) -> None:
    """A default says what kind is expected; one of None says nothing."""
    if default is None or value is None:
        return
    expected = {bool: (bool,), int: (int,), float: (int, float), str: (str,)}.get(type(default))
    if expected is None or (isinstance(value, expected) and (type(default) is bool or type(value) is not bool)):
        return
    kind = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}[type(default)]
    # A number where text is expected comes from the command line, which cannot know: the remedy says how to quote.
    quoted = f"put quotes around it: \"'{value}'\""
    remedy = quoted if type(default) is str else f"give {kind}, as in {default}"
    raise ParameterError(f"{value!r}, expected {kind}", remedy=remedy, where=where)
