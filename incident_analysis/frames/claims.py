"""Claims as a frame: its promise, and the way there and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

import pandas as pd

from incident_analysis.errors import FrameError
from incident_analysis.estimate import Estimate
from incident_analysis.frames.building import build
from incident_analysis.frames.promise import ANY, COUNT, NUMBER, TEXT, promise

ESTIMATES = promise(
    "ESTIMATES",
    "a claim; the columns that say what it is about stand before `name`",
    ("name", TEXT, "what is estimated"),
    ("value", NUMBER, "NaN where only bounds are known, or nothing is"),
    ("low", NUMBER, "lower end; NaN where not known"),
    ("high", NUMBER, "upper end; infinite where not reached, NaN where not known"),
    ("level", NUMBER, "probability of the interval; NaN for bounds and exact values"),
    ("interval", TEXT, "confidence, credible, stated, bounds or exact"),
    ("unit", TEXT, "s for durations, ISO 4217 code for money"),
    ("n", COUNT, "observations the claim rests on"),
    ("censored", COUNT, "how many of them are still open"),
    ("method", TEXT, "in a few words"),
    ("evidence", ANY, "tuple of Evidence"),
    ("reason", TEXT, "why it is unknown; empty otherwise"),
)

_FIELDS = [f.name for f in fields(Estimate)]


def estimates(rows: Iterable[tuple[Mapping[str, Any], str, Estimate]], *, keys: Iterable[str] = ()) -> pd.DataFrame:
    """Claims as the frame ESTIMATES.

    Parameters
    ----------
    rows : iterable of (keys, name, Estimate)
        `keys` become the first columns, as text.
    keys : iterable of str
        Key columns that are there even where no row is.
    """
    every = list(rows)
    names = list(dict.fromkeys([*keys, *(k for key, _, _ in every for k in key)]))
    return build(
        ESTIMATES,
        [{**key, "name": name, **{f: getattr(estimate, f) for f in _FIELDS}} for key, name, estimate in every],
        keys=names,
    )


def to_estimate(row: Mapping[str, Any] | pd.Series) -> Estimate:
    """One row of ESTIMATES as an Estimate."""

    def number(name: str) -> float | None:
        return None if pd.isna(row[name]) else float(row[name])

    return Estimate(
        number("value"),
        number("low"),
        number("high"),
        level=number("level"),
        interval=row["interval"],
        unit=row["unit"],
        n=None if pd.isna(row["n"]) else int(row["n"]),
        censored=0 if pd.isna(row["censored"]) else int(row["censored"]),
        method=row["method"],
        evidence=tuple(row["evidence"] or ()),
        reason=row["reason"],
    )


def named(frame: pd.DataFrame, name: str) -> Estimate:
    """The one estimate of a name in ESTIMATES.

    Raises
    ------
    FrameError
        There is none of that name, or more than one.
    """
    rows = frame[frame["name"] == name]
    if len(rows) != 1:
        raise FrameError(
            f"{len(rows)} estimates are named {name!r}",
            remedy=f"choose one of {', '.join(dict.fromkeys(frame['name']))}, of one incident",
            where="estimates",
        )
    return to_estimate(rows.iloc[0])
