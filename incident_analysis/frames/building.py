"""Frames that keep their promise, and the check that holds them to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from incident_analysis.errors import FrameError
from incident_analysis.frames.promise import ANY, COUNT, DTYPE, NUMBER, TEXT, TIME, TIME_NS, Promise


def build(promise: Promise, rows: Iterable[Mapping[str, Any]], *, keys: Iterable[str] = ()) -> pd.DataFrame:
    """A frame that keeps a promise, from rows; what a row lacks is missing, never zero.

    Parameters
    ----------
    promise : Promise
    rows : iterable of mapping
    keys : iterable of str
        Further text columns that stand first.
    """
    every = list(rows)
    extra = list(keys)
    columns = {}
    for name, kind in [(k, TEXT) for k in extra] + [(c.name, c.kind) for c in promise.columns]:
        values = [row.get(name) for row in every]
        if kind == TEXT:
            values = ["" if v is None else str(v) for v in values]
        if kind == ANY:
            columns[name] = pd.Series(values, dtype=object)
        elif kind == TIME:
            # Through a Series, whose unit is stated: a list of datetimes would choose its own.
            columns[name] = pd.to_datetime(pd.Series(values, dtype=object), utc=True).astype("datetime64[us, UTC]")  # type: ignore[call-overload]  # the stubs know zones by other names
        else:
            columns[name] = pd.Series(values, dtype=DTYPE[kind])
    return pd.DataFrame(columns)


def empty(promise: Promise, *, keys: Iterable[str] = ()) -> pd.DataFrame:
    """A frame without rows that keeps a promise."""
    return build(promise, (), keys=keys)


def check(frame: pd.DataFrame, promise: Promise, *, where: str) -> pd.DataFrame:
    """Hold a frame to its promise and give it back.

    Raises
    ------
    FrameError
        Columns are missing, or are of another kind.
    """
    if not isinstance(frame, pd.DataFrame):
        raise FrameError(
            f"{type(frame).__name__} where the DataFrame {promise.name} is expected",
            remedy=f"pass a frame of the shape {promise.name} (docs/frames.md)",
            where=where,
        )
    missing = [c.name for c in promise.columns if c.name not in frame.columns and not c.optional]
    if missing:
        raise FrameError(
            f"{promise.name} without {', '.join(missing)}",
            remedy=f"add these columns (docs/frames.md tells what {promise.name} holds)",
            where=where,
        )
    for column in promise.columns:
        if column.name not in frame.columns:
            continue
        if column.kind in (TIME, TIME_NS) and not isinstance(frame[column.name].dtype, pd.DatetimeTZDtype):
            raise FrameError(
                f"column {column.name} is {frame[column.name].dtype}, not times in UTC",
                remedy=f'convert it: pd.to_datetime(frame["{column.name}"], utc=True)',
                where=where,
            )
        if column.kind in (NUMBER, COUNT) and not pd.api.types.is_numeric_dtype(frame[column.name].dtype):
            raise FrameError(
                f"column {column.name} is {frame[column.name].dtype}, not numbers",
                remedy=f'convert it: pd.to_numeric(frame["{column.name}"])',
                where=where,
            )
    return frame


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as plain mappings by column name."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
