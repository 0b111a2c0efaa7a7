"""What hand-written documents are made of, whichever they are: instants, lengths of time, ranges, and the check that
turns YAML into a model with errors that name file, line, field and remedy.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    PlainSerializer,
    PlainValidator,
    ValidationError,
    WithJsonSchema,
    model_validator,
)

from incident_analysis import words, yaml_text
from incident_analysis.errors import IncidentFileWarning, InputError

DAY = timedelta(days=1)


class Problem(ValueError):
    """What is wrong with a value, and the remedy; becomes an error with file and line."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


@dataclass(frozen=True, slots=True)
class When:
    """An instant, or a whole UTC day, as it was written.

    Parameters
    ----------
    text : str
        As written.
    low, high : datetime
        UTC. Equal for an instant; a day runs from midnight to the next midnight.
    """

    text: str
    low: datetime
    high: datetime

    @property
    def is_day(self) -> bool:
        """Whether only the day is given."""
        return self.low != self.high

    def __str__(self) -> str:
        return f"{self.low:%Y-%m-%d}" if self.is_day else words.instant(self.low)


_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?\s*(Z|z|UTC|[+-]\d{2}(:?\d{2})?)?", re.ASCII
)


def when(value: Any) -> When:
    """Read an instant with its zone, or a date, from text.

    Raises
    ------
    Problem
        It is no instant, has no zone or no date, or does not exist.

    Examples
    --------
    >>> when("2017-01-31T23:27:00Z").low.isoformat()
    '2017-01-31T23:27:00+00:00'
    >>> when("2017-02-01 00:27+01:00").low.isoformat()
    '2017-01-31T23:27:00+00:00'
    >>> when("2017-01-31").is_day
    True
    """
    if isinstance(value, When):
        return value
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise Problem(f"time {value.isoformat()} has no zone", "give it tzinfo=datetime.UTC, or its own zone")
        return When(value.isoformat(), value.astimezone(UTC), value.astimezone(UTC))
    remedy = 'write it as "2017-01-31T23:27:00Z", with "+01:00" for another zone, or "2017-01-31" for a whole day'
    if not isinstance(value, str):
        raise Problem(f"{value!r} is no time", remedy)
    text = value.strip()
    if re.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?\s*\S{0,4}", text):
        raise Problem(f"{text!r} is a time without its date", remedy)
    try:
        if _DATE.fullmatch(text):
            low = datetime.fromisoformat(text).replace(tzinfo=UTC)
            return When(text, low, low + DAY)
        match = _INSTANT.fullmatch(text)
        if match is None:
            raise Problem(f"{text!r} is no time", remedy)
        zone = match[3]
        if zone is None:
            raise Problem(f"time {text!r} has no zone", 'add "Z" for UTC, or the offset: "+01:00"')
        if zone in ("Z", "z", "UTC"):
            clock = text[: match.start(3)].strip() + "+00:00"
        else:
            clock = text[: match.start(3)].strip() + (zone if len(zone) > 3 else zone + ":00")
        low = datetime.fromisoformat(clock.replace(",", ".")).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        if isinstance(error, Problem):
            raise
        raise Problem(f"{text!r} is no time that exists ({error})", remedy) from None
    return When(text, low, low)


_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|sec|min|m|h|d|w)\b\s*", re.ASCII)
_SECONDS = {"ms": 0.001, "s": 1, "sec": 1, "min": 60, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def length(value: Any) -> timedelta:
    """Read a length of time from text: "2min", "1 h 30 min", "30d".

    Raises
    ------
    Problem
        It is no length of time.

    Examples
    --------
    >>> length("1 h 30 min").total_seconds(), length("30d").days
    (5400.0, 30)
    """
    if isinstance(value, timedelta):
        return value
    remedy = 'write a number with its unit: "90s", "2min", "1h 30min", "30d"'
    if not isinstance(value, str):
        raise Problem(f"{value!r} is no length of time", remedy)
    rest, total = value.strip(), 0.0
    matched = bool(rest)
    while rest:
        match = _LENGTH.match(rest)
        if match is None:
            matched = False
            break
        total += float(match[1]) * _SECONDS[match[2]]
        rest = rest[match.end() :]
    if not matched:
        raise Problem(f"{value!r} is no length of time", remedy)
    try:
        return timedelta(seconds=total)
    except OverflowError:
        raise Problem(f"{value!r} is too long", remedy) from None


WhenField = Annotated[
    When,
    PlainValidator(when),
    PlainSerializer(lambda w: w.text, return_type=str),
    WithJsonSchema(
        {"type": "string", "description": "ISO 8601 instant with a zone, or a date, which means the whole UTC day"}
    ),
]
LengthField = Annotated[
    timedelta,
    PlainValidator(length),
    PlainSerializer(lambda d: words.duration(d.total_seconds()), return_type=str),
    WithJsonSchema({"type": "string", "description": "a number with its unit: 90s, 2min, 1h 30min, 30d"}),
]


class Part(BaseModel):
    """Base of everything that is read from a hand-written document: frozen, and nothing unknown passes silently."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        populate_by_name=True,
        strict=False,
        allow_inf_nan=False,
        coerce_numbers_to_str=True,
        arbitrary_types_allowed=True,
    )


class Range(Part):
    """What somebody thinks a figure is: a range at a level, or `value` for a figure taken as exact."""

    low: float | None = None
    likely: float | None = None
    high: float | None = None
    level: float | None = None
    distribution: Literal["gamma", "beta", "lognormal", "pert"] | None = None
    unit: str = ""
    source: str = ""
    value: float | None = None

    @model_validator(mode="after")
    def _rises(self) -> Range:
        points = [x for x in (self.low, self.likely, self.high) if x is not None]
        if points != sorted(points):
            raise Problem(
                f"low {_say(self.low)}, likely {_say(self.likely)}, high {_say(self.high)} do not rise",
                "give low ≤ likely ≤ high",
            )
        if self.value is not None and points:
            raise Problem("both an exact value and a range", "keep value, or low and high")
        if self.level is not None and not 0 < self.level < 1:
            raise Problem(f"level is {self.level:g}", "give it as a probability: 0.9, not 90")
        return self

    @property
    def known(self) -> bool:
        """Whether any figure is given."""
        return any(x is not None for x in (self.low, self.likely, self.high, self.value))


def _say(x: float | None) -> str:
    return "not given" if x is None else words.number(x)


M = TypeVar("M", bound=Part)


def parse(
    model: type[M], text: str, *, where: str, error: type[InputError], draft: bool | None = None, root: str = ""
) -> tuple[M, yaml_text.Document]:
    """Read a YAML text as a model.

    Parameters
    ----------
    model : type of Part
    text : str
    where : str
        The file's name, for messages.
    error : type of InputError
        What is raised.
    draft : bool, optional
        Whether an unknown field only warns; by default it does unless the text says `status: final`.
    root : str
        The field under which a list at the top of the text is put; empty where a mapping is expected.

    Raises
    ------
    InputError
        (as `error`) The first problem, by line, with its remedy and the number of further ones.
    """
    document = yaml_text.read(text, where=where, error=error)
    data = document.value
    prefix: tuple[str, ...] = ()
    if root and (isinstance(data, list) or data is None):
        data, prefix = {root: data or []}, (root,)
    if not isinstance(data, dict):
        found = "an empty file" if data is None else f"a {'list' if isinstance(data, list) else 'single value'}"
        raise error(
            f"{found}, where fields are expected",
            remedy="begin with `id: …` and `title: …` on lines of their own; `incident-analysis init DIR` "
            "writes a template",
            where=f"{where}, line 1",
        )
    if draft is None:
        draft = data.get("status", "draft") != "final"
    try:
        return model.model_validate(data), document
    except ValidationError as problems:
        found_all = problems.errors(include_url=False)
    unknown = [p for p in found_all if p["type"] == "extra_forbidden"]
    if draft and unknown:
        for problem in unknown:
            path = _without_prefix(problem["loc"], prefix)
            what, remedy = _unknown_field(model, problem)
            line = document.line(_real(document, path))
            warnings.warn(f"{where}, line {line}: {what} To fix: {remedy}", IncidentFileWarning, stacklevel=3)
            _drop(data, problem["loc"])
        try:
            return model.model_validate(data), document
        except ValidationError as problems:
            found_all = problems.errors(include_url=False)
    raise _first_error(model, found_all, document, prefix, where, error)


def _without_prefix(path: tuple[str | int, ...], prefix: tuple[str, ...]) -> tuple[str | int, ...]:
    return path[1:] if prefix and path[:1] == prefix else path


def _real(document: yaml_text.Document, path: Iterable[str | int]) -> tuple[str | int, ...]:
    """The part of pydantic's path that stands in the text: it also names alternatives of a union."""
    found: tuple[str | int, ...] = ()
    for step in path:
        if (*found, step) in document.lines:
            found = (*found, step)
    return found


def _drop(data: Any, path: tuple[str | int, ...]) -> None:
    for step in path[:-1]:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            continue
    if isinstance(data, dict):
        data.pop(path[-1], None)


def _first_error(
    model: type[Part],
    problems: list[Any],
    document: yaml_text.Document,
    prefix: tuple[str, ...],
    where: str,
    error: type[InputError],
) -> InputError:
    told: dict[tuple[str | int, ...], tuple[int, str, str]] = {}
    shape: set[tuple[str | int, ...]] = set()
    for problem in problems:
        path = _real(document, _without_prefix(problem["loc"], prefix))
        what, remedy = _explain(model, problem)
        # Alternatives of a union each complain about the same place: the first complaint stands for it.
        told.setdefault(path, (document.line(path), what, remedy))
        if problem["type"].endswith("_type"):
            shape.add(path)
    # An alternative that wanted text says no more than the one whose fields were looked at.
    for path in shape:
        if any(len(other) > len(path) and other[: len(path)] == path for other in told):
            told.pop(path)
    path, (line, what, remedy) = min(told.items(), key=lambda item: item[1][0])
    more = len(told) - 1
    if more:
        what += f" (and {words.plural(more, 'further problem')} in this file)"
    field = field_name(path)
    return error(what, remedy=remedy, where=f"{where}, line {line}{', ' + field if field else ''}")


def field_name(path: Iterable[str | int]) -> str:
    """A path through a document, as people write it: `impact[2].unit` (items counted from 1)."""
    text = ""
    for step in path:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _unknown_field(model: type[Part], problem: Any) -> tuple[str, str]:
    known = sorted(_fields_at(model, problem["loc"][:-1]))
    name = str(problem["loc"][-1])
    close = words.nearest(name, known)
    what = f"unknown field {name!r}" + (f"; the nearest known one is {close!r}." if close else ".")
    return what, f"rename it to {close!r}" if close else f"use one of {', '.join(known)}" if known else "remove it"


def _fields_at(model: Any, path: tuple[str | int, ...]) -> set[str]:
    """The field names of the model at a path; pydantic names union members by their class."""
    current: list[Any] = [model]
    for step in path:
        following = []
        for one in current:
            if isinstance(step, str) and getattr(one, "__name__", None) == step:
                following.append(one)
            for name, info in getattr(one, "model_fields", {}).items():
                if step in (name, info.alias):
                    following += _models_in(info.annotation)
        current = following or current
    names: set[str] = set()
    for one in current:
        names |= {info.alias or name for name, info in getattr(one, "model_fields", {}).items()}
    return names


def _models_in(annotation: Any) -> list[Any]:
    from typing import get_args

    if isinstance(annotation, type) and issubclass(annotation, Part):
        return [annotation]
    return [m for inner in get_args(annotation) for m in _models_in(inner)]


def _explain(model: type[Part], problem: Any) -> tuple[str, str]:
    kind, value = problem["type"], problem.get("input")
    cause = problem.get("ctx", {}).get("error")
    if isinstance(cause, Problem):
        return cause.what, cause.remedy
    if kind == "extra_forbidden":
        return _unknown_field(model, problem)
    shown = _shorten(value)
    if kind == "missing":
        name = str(problem["loc"][-1])
        return f"field {name!r} is missing", f"add `{name}:` with its value"
    if kind in ("literal_error", "enum"):
        allowed = re.findall(r"'([^']*)'", str(problem["ctx"].get("expected", "")))
        close = words.nearest(str(value), allowed)
        return (
            f"{shown} is not known; known are {words.listing(allowed, last='or')}",
            f"write {close!r}" if close else f"write one of {', '.join(allowed)}",
        )
    if kind.startswith(("float", "int", "finite", "greater", "less")):
        if kind.startswith(("greater", "less", "finite")):
            return f"{shown} is out of range ({problem['msg'].lower()})", "correct the number"
        return f"{shown} where a number is expected", "write a plain number, without unit and without quotes"
    if kind.startswith("bool"):
        return f"{shown} where true or false is expected", "write true or false"
    if kind in ("list_type", "tuple_type"):
        return f"{shown} where a list is expected", "begin each entry on its own line with `- `, or write [ ]"
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return f"{shown} where fields are expected", "write `name: value` on lines of their own, indented"
    if kind.startswith("string"):
        return f"{shown} where text is expected", "write text, in quotes where it holds ': ' or '#'"
    return f"{shown}: {problem['msg'].lower()}", "correct the value"


def _shorten(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return "a group of fields"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…'"
