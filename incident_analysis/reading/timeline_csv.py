"""`timeline.csv`: a timeline as people edit it, in a spreadsheet or by hand; reading it back loses nothing."""

from __future__ import annotations

import csv
import io
import json
import math
import warnings
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import pandas as pd

from incident_analysis import files, frames, words
from incident_analysis.document import DAY, Problem, when
from incident_analysis.errors import IncidentFileError, IncidentFileWarning
from incident_analysis.frames import BOOL, NUMBER, TIME
from incident_analysis.incident import MILESTONES
from incident_analysis.incident.parts import Actor, EventCertainty, EventKind, Relation
from incident_analysis.patterns import pattern

#: The timeline as people edit it, beside incident.yaml.
NAME = "timeline.csv"
#: Columns that people write in first.
FIRST = ("time", "include", "kind", "milestone", "text", "why", "note")
_KNOWN: dict[str, tuple[str, ...]] = {
    "kind": get_args(EventKind),
    "milestone": MILESTONES,
    "certainty": get_args(EventCertainty),
    "actor": get_args(Actor),
    "relation": get_args(Relation),
}
#: Columns of numbers, instants and truth values: a minus before a number is no formula.
_PLAIN = frozenset(c.name for c in frames.TIMELINE.columns if c.kind in (TIME, NUMBER, BOOL))
_YES, _NO = ("true", "yes", "1", "x"), ("false", "no", "0")


def frame_of(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows as TIMELINE; what they hold beside its columns passes through."""
    made = frames.build(frames.TIMELINE, rows)
    extra = dict.fromkeys(name for row in rows for name in row if name not in made and name != "order_doubtful")
    for name in extra:
        values = [row.get(name) for row in rows]
        values = [None if v is pd.NA or v is pd.NaT or (isinstance(v, float) and math.isnan(v)) else v for v in values]
        if name in ("line_start", "line_end"):
            made[name] = pd.array(values, dtype="Int64")
        elif name == "parsed":
            made[name] = [v is not False for v in values]
        elif all(v is None or isinstance(v, str) for v in values):
            made[name] = pd.array([v or "" for v in values], dtype="str")
        else:
            made[name] = pd.Series(values, dtype=object).infer_objects()
    return made


def text_in(folder: Path) -> str:
    """The text of the `timeline.csv` in an incident's folder, its line ends as they were written."""
    data = files.read_bytes(files.inside(folder, NAME, where=NAME), limit=files.TEXT_LIMIT_BYTES)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise IncidentFileError(
            f"byte 0x{data[error.start]:02x} is not UTF-8",
            remedy="save the sheet as CSV in UTF-8",
            where=f"{NAME}, line {data.count(10, 0, error.start) + 1}",
        ) from None


def csv_text(timeline: pd.DataFrame) -> str:
    """A timeline as the text of `timeline.csv`.

    Parameters
    ----------
    timeline : TIMELINE
        Further columns are written behind the known ones, as text; `order_doubtful`, which follows from the times, is
        not.

    Returns
    -------
    str
        Lines end in "\\n". Times are UTC. A text that a spreadsheet would take for a formula has an apostrophe before
        it, which reading takes away again.
    """
    frames.check(timeline, frames.TIMELINE, where="timeline")
    kinds = {c.name: c.kind for c in frames.TIMELINE.columns}
    extra = [name for name in timeline.columns if name not in kinds and name != "order_doubtful"]
    names = [*FIRST, *[n for n in kinds if n not in FIRST], *map(str, extra)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for row in frames.rows(timeline):
        writer.writerow([_harmless(name, cell(row.get(name), kinds.get(name, ""))) for name in names])
    return out.getvalue()


#: What a spreadsheet takes for a formula; texts of evidence come from anybody.
_FORMULA = pattern(r"'*[=+\-@\t\r]")


def _harmless(name: str, text: str) -> str:
    """A cell that a spreadsheet shows instead of computing it: an apostrophe stands before what would be a formula."""
    return f"'{text}" if name not in _PLAIN and _FORMULA.match(text) else text


def _as_told(name: str, text: str) -> str:
    """A cell without the apostrophe that `_harmless` put before it."""
    return text[1:] if name not in _PLAIN and text[:1] == "'" and _FORMULA.match(text[1:]) else text


def cell(value: Any, kind: str = "") -> str:
    """A value as it stands in `timeline.csv`; empty where missing."""
    if isinstance(value, (tuple, list)):
        told = [str(v) for v in value]
        plain = all(v and v.split() == [v] for v in told) and not (told and told[0].startswith("["))
        return " ".join(told) if plain else json.dumps(told, ensure_ascii=False)
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, datetime):
        time = pd.Timestamp(value).tz_convert("UTC")
        return time.strftime("%Y-%m-%dT%H:%M:%S") + (f".{time.microsecond:06d}" if time.microsecond else "") + "Z"
    if kind == BOOL or isinstance(value, bool):
        return "true" if value else "false"
    if kind == NUMBER or isinstance(value, float):
        return repr(int(value)) if float(value).is_integer() else repr(float(value))
    return str(value)


def from_csv(text: str, *, where: str = "timeline.csv") -> pd.DataFrame:
    """Read the text of a `timeline.csv`.

    Parameters
    ----------
    text : str
        With commas, or with semicolons as some spreadsheets write it. Only `time` or `text` is needed; a date as time
        is a day. Columns that are not known pass through as text.
    where : str
        The file's name, for messages.

    Returns
    -------
    TIMELINE
        In the order of writing.

    Raises
    ------
    IncidentFileError
        A cell cannot be read, or holds a word that is not known there: line, column and remedy are named.

    Warns
    -----
    IncidentFileWarning
        A column's name is close to a known one.
    """
    header = text.split("\n", 1)[0]
    mark = ";" if header.count(";") > header.count(",") else "\t" if "\t" in header and "," not in header else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    rows: list[dict[str, Any]] = []
    try:
        names = [name.strip() for name in next(reader, [])]
        _check_header(names, where)
        for cells in reader:
            place = f"{where}, line {reader.line_num}"
            if not any(c.strip() for c in cells):
                continue
            if len(cells) > len(names) and any(c.strip() for c in cells[len(names) :]):
                raise IncidentFileError(
                    f"{len(cells)} cells under {len(names)} columns",
                    remedy="put a text that holds a comma in double quotes",
                    where=place,
                )
            given = {name: _as_told(name, text) for name, text in zip(names, cells, strict=False)}
            rows.append(_row(given, len(rows) + 1, reader.line_num, place))
    except csv.Error as error:
        raise IncidentFileError(
            f"no table of comma-separated values ({error})",
            remedy="close every double quote; save the sheet as CSV",
            where=f"{where}, line {reader.line_num}",
        ) from None
    return frame_of(rows)


def _check_header(names: list[str], where: str) -> None:
    known = frames.TIMELINE.names
    if names and "time" not in names and "text" not in names:
        raise IncidentFileError(
            f"no column `time` and no column `text` (found: {words.listing(names, most=6)})",
            remedy=f"begin the file with a line of column names, such as {','.join(FIRST)}",
            where=f"{where}, line 1",
        )
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise IncidentFileError(
            f"column {twice[0]!r} stands twice", remedy="remove or rename one of them", where=f"{where}, line 1"
        )
    for name in names:
        near = None if name in known or name in ("imported", "key", "thread", "who") else words.nearest(name, known)
        if near and near not in names:
            warnings.warn(
                f"{where}, line 1: column {name!r} is not known; the nearest known one is {near!r}. "
                f"To fix: rename it to {near!r}, or leave it: it is kept as it is",
                IncidentFileWarning,
                stacklevel=4,
            )


def _row(given: dict[str, str], number: int, line: int, place: str) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in frames.TIMELINE.columns:
        value = given.pop(column.name, "")
        if column.kind not in (TIME, NUMBER, BOOL) and column.name not in _KNOWN:
            row[column.name] = value
        elif value.strip():
            row[column.name] = _value(column.name, column.kind, value.strip(), place)
    row |= {name: _further(name, value, place) for name, value in given.items() if name}
    row["causes"] = _names(row.get("causes", ""), place)
    _times(row)
    for name, value in (
        ("event_id", f"csv-{number}"),
        ("kind", "observation"),
        ("source", "timeline.csv"),
        ("source_id", f"line {line}"),
    ):
        row[name] = row.get(name) or value
    return {"include": True, **row}


def _value(name: str, kind: str, text: str, place: str) -> Any:
    where = f"{place}, {name}"
    if name in _KNOWN:
        known = _KNOWN[name]
        if text not in known:
            near = words.nearest(text, known)
            raise IncidentFileError(
                f"{text!r} is not known; known are {words.listing(known, last='or')}",
                remedy=f"write {near!r}" if near else "write one of these, or leave the cell empty",
                where=where,
            )
        return text
    if kind == TIME:
        try:
            return when(text)
        except Problem as problem:
            raise IncidentFileError(problem.what, remedy=problem.remedy, where=where) from None
    if kind == BOOL:
        if text.lower() not in _YES + _NO:
            raise IncidentFileError(f"{text!r} is neither true nor false", remedy="write true or false", where=where)
        return text.lower() in _YES
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise IncidentFileError(f"{text!r} is no number", remedy="write a plain number of seconds", where=where)
    return number


def _further(name: str, text: str, place: str) -> Any:
    """What the readers of exports tell of a row beside TIMELINE has its kind; all else stays text."""
    if name == "parsed":
        return None if not text.strip() else _value(name, BOOL, text.strip(), place)
    if name in ("line_start", "line_end"):
        return None if not text.strip() else int(_value(name, NUMBER, text.strip(), place))
    return text


def _names(text: str, place: str) -> tuple[str, ...]:
    if not text.lstrip().startswith("["):
        return tuple(text.split())
    try:
        return tuple(str(one) for one in json.loads(text))
    except ValueError:
        raise IncidentFileError(
            f"{text!r} is no list of causes", remedy="write the ids with spaces between them", where=f"{place}, causes"
        ) from None


def _times(row: dict[str, Any]) -> None:
    """Certainty and bounds where a hand-written row leaves them out."""
    time = row.get("time")
    row.setdefault("certainty", "unknown" if time is None else "day" if time.is_day else "exact")
    if not row.get("event_id") and not row.get("time_stated"):
        row["time_stated"] = "" if time is None else time.text
    if time is not None and "time_low" not in row and "time_high" not in row:
        if row["certainty"] == "day":
            row["time_low"] = time.low.replace(hour=0, minute=0, second=0, microsecond=0)
            row["time_high"] = row["time_low"] + DAY
        elif row["certainty"] == "exact":
            row["time_low"] = row["time_high"] = time.low
    for name in ("time", "time_low", "time_high", "end"):
        value = row.get(name)
        row[name] = None if value is None else getattr(value, "high" if name == "end" else "low", value)
