"""Conditions on rows, as people write them: `path starts with /checkout and status < 500`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from incident_analysis import words
from incident_analysis.errors import ParameterError

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_EQUAL = {"=": True, "==": True, "is": True, "!=": False, "is not": False, "in": True, "not in": False}
_TEXT: dict[str, Callable[[pd.Series, str], pd.Series]] = {
    "starts with": lambda text, value: text.str.startswith(value),
    "ends with": lambda text, value: text.str.endswith(value),
    "contains": lambda text, value: text.str.contains(value, regex=False),
}
_TERM = re.compile(
    r"\s*(?P<column>[A-Za-z_][\w.]*)\s*"
    r"(?P<how><=|>=|==|!=|<|>|=|\b(?:starts with|ends with|contains|is not|is|not in|in)\b)"
    r"\s*(?P<value>.+?)\s*",
    re.DOTALL,
)
_EXAMPLE = (
    'write conditions like "status < 500", joined by "and" or "or": "path starts with /checkout and status < 500"'
)


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison of a column with a value."""

    column: str
    how: str
    value: str

    def holds(self, rows: pd.DataFrame) -> np.ndarray:
        """For each row whether it holds; a missing value holds nothing."""
        column = rows[self.column]
        if isinstance(column.dtype, pd.CategoricalDtype):
            # Each different value once.
            each = self._of(pd.Series(column.cat.categories))
            return np.append(each, False)[column.cat.codes.to_numpy()]
        return self._of(column)

    def _of(self, column: pd.Series) -> np.ndarray:
        if self.how in _COMPARE:
            found = _COMPARE[self.how](pd.to_numeric(column, errors="coerce"), _number(self))
        elif self.how in _TEXT:
            found = _TEXT[self.how](column.astype("str"), _bare(self.value)) & column.notna()
        else:
            values = [self.value] if "in" not in self.how else self.value.strip("()[] ").split(",")
            texts = [_bare(v.strip()) for v in values]
            if pd.api.types.is_bool_dtype(column.dtype):
                found = column.isin([t.lower() in ("true", "yes", "1") for t in texts])
            elif pd.api.types.is_numeric_dtype(column.dtype):
                found = column.isin([_number(Term(self.column, self.how, t)) for t in texts])
            else:
                found = column.astype("str").isin(texts)
            found = (found if _EQUAL[self.how] else ~found) & column.notna()
        return np.asarray(found.fillna(False), bool)


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition: alternatives, each of them terms that all hold. Without alternatives every row satisfies it."""

    text: str
    alternatives: tuple[tuple[Term, ...], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it looks at, in order."""
        return tuple(dict.fromkeys(term.column for every in self.alternatives for term in every))

    def holds(self, rows: pd.DataFrame) -> np.ndarray:
        """For each row whether it satisfies the condition."""
        if not self.alternatives:
            return np.ones(len(rows), bool)
        found = np.zeros(len(rows), bool)
        for every in self.alternatives:
            all_hold = np.ones(len(rows), bool)
            for term in every:
                all_hold &= term.holds(rows)
            found |= all_hold
        return found

    def require(self, names: Iterable[str], *, where: str) -> None:
        """Refuse a condition on columns that are not there."""
        known = [str(n) for n in names]
        for column in self.columns:
            if column not in known:
                close = words.nearest(column, known)
                raise ParameterError(
                    f"no column {column!r} for the condition {self.text!r}",
                    remedy=f"write {close!r}" if close else f"use one of {words.listing(known, last='or', most=12)}",
                    where=where,
                )


def condition(text: str, *, where: str) -> Condition:
    """Read a condition.

    Parameters
    ----------
    text : str
        `COLUMN HOW VALUE`, joined by "and" and "or" ("and" binds closer). HOW is one of < <= > >= = != is, is not, in,
        not in, starts with, ends with, contains. Values may stand in quotes. Empty: every row.

    Raises
    ------
    ParameterError
        It is none.

    Examples
    --------
    >>> condition("path starts with /pay and status < 500 or status = 503", where="sli").columns
    ('path', 'status')
    """
    if not isinstance(text, str):
        raise ParameterError(f"{text!r} is no condition", remedy=_EXAMPLE, where=where)
    if not text.strip():
        return Condition("", ())
    alternatives = tuple(
        tuple(_term(part, text, where) for part in _split(one, "and")) for one in _split(text.strip(), "or")
    )
    return Condition(" ".join(text.split()), alternatives)


def _split(text: str, word: str) -> list[str]:
    """Parts between a word that stands outside quotes."""
    return re.split(rf"\s+{word}\s+(?=(?:[^\"']*[\"'][^\"']*[\"'])*[^\"']*$)", text)


def _term(text: str, whole: str, where: str) -> Term:
    match = _TERM.fullmatch(text)
    if match is None:
        raise ParameterError(f"{whole!r} is no condition", remedy=_EXAMPLE, where=where)
    term = Term(match["column"], match["how"], match["value"])
    if term.how in _COMPARE:
        _number(term, where)
    return term


def _bare(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _number(term: Term, where: str = "sli") -> float:
    try:
        return float(_bare(term.value))
    except ValueError:
        raise ParameterError(
            f"{term.value!r} is no number, in the condition {term.column} {term.how} {term.value}",
            remedy="compare with a plain number, without a unit: durations are in seconds",
            where=where,
        ) from None
