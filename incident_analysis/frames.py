"""What each kind of DataFrame promises: columns, kind of dtype, unit, meaning; and the check that holds it.

Extra columns pass through. An empty frame keeps its columns and their types, so that code which reads it needs no
special case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from incident_analysis.errors import FrameError
from incident_analysis.estimate import Estimate

#: Kinds of dtype and what stands for them in pandas.
TIME, TIME_NS, TEXT, NUMBER, COUNT, BOOL, ANY = "time", "time_ns", "text", "number", "count", "bool", "any"
_DTYPE = {
    TIME: "datetime64[us, UTC]",
    TIME_NS: "datetime64[ns, UTC]",
    TEXT: "str",
    NUMBER: "float64",
    COUNT: "Int64",
    BOOL: "boolean",
    ANY: "object",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column's promise."""

    name: str
    kind: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Promise:
    """What a kind of frame holds."""

    name: str
    row: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """The columns' names, in order."""
        return [c.name for c in self.columns]


def _promise(name: str, row: str, *columns: tuple[str, str, str]) -> Promise:
    return Promise(name, row, tuple(Column(*c) for c in columns))


ESTIMATES = _promise(
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
TIMELINE = _promise(
    "TIMELINE",
    "an event, in order; one without a time keeps its place",
    ("event_id", TEXT, "id"),
    ("time", TIME, "instant; midnight where only the day is known; NaT where unknown"),
    ("time_low", TIME, "earliest; NaT where the width is not known"),
    ("time_high", TIME, "latest; NaT where the width is not known"),
    ("time_stated", TEXT, "as the source writes it"),
    ("certainty", TEXT, "exact, approx, day or unknown"),
    ("end", TIME, "end of an event that lasts"),
    (
        "kind",
        TEXT,
        "signal, alert, acknowledgement, failure, consequence, action, decision, communication, observation, deploy",
    ),
    ("actor", TEXT, "system, staff, customer or third_party"),
    ("role", TEXT, "role of the person, never a name"),
    ("automatic", BOOL, "whether nobody had to act; missing where not stated"),
    ("criticality", TEXT, "of a failure, in the source's words"),
    ("service", TEXT, "service concerned"),
    ("milestone", TEXT, "milestone that the event marks"),
    ("relates_to", TEXT, "event_id of another event"),
    ("relation", TEXT, "acknowledges, caused_by, resolves or duplicates"),
    ("causes", ANY, "tuple of cause ids"),
    ("text", TEXT, "what happened"),
    ("why", TEXT, "why it was done"),
    ("source", TEXT, "file or document"),
    ("source_id", TEXT, "id or line in the source"),
    ("zone", TEXT, "how the zone is known: explicit, header, assumed:ZONE"),
    ("clock_offset_s", NUMBER, "seconds that were added to the source's clock"),
    ("include", BOOL, "whether the report shows it"),
    ("note", TEXT, "an analyst's remark"),
)
_MILESTONES = ("malfunction_began", "started", "detected", "acknowledged", "mitigated", "restored", "resolved")
INCIDENTS = _promise(
    "INCIDENTS",
    "an incident",
    ("incident_id", TEXT, "id"),
    ("title", TEXT, "title"),
    ("organisation", TEXT, "whose service it was"),
    ("severity", TEXT, "P0 to P6"),
    ("severity_stated", TEXT, "the source's own word"),
    ("services", ANY, "tuple of names"),
    ("trigger", TEXT, "what set it off"),
    ("scenario_ids", ANY, "tuple of ids in the risk register"),
    ("source", TEXT, "file it was read from"),
    *[
        column
        for m in _MILESTONES
        for column in (
            (m, TIME, "instant; midnight where only the day is known; NaT where open or unknown"),
            (f"{m}_low", TIME, "earliest; the `as_of` where open; NaT where the width is not known"),
            (f"{m}_high", TIME, "latest; NaT where open or the width is not known"),
            (f"{m}_certainty", TEXT, "exact, approx, day, open or unknown"),
        )
    ],
)
LEDGER = _promise(
    "LEDGER",
    "an impact line",
    ("id", TEXT, "id"),
    ("kind", TEXT, "money, customers, requests, data, staff_hours, deals, reputation, people or other"),
    ("what", TEXT, "what was lost"),
    ("who", TEXT, "who suffered; empty where not stated"),
    ("why", TEXT, "id of the event or cause; empty where not stated"),
    ("low", NUMBER, "at least; NaN where not known"),
    ("likely", NUMBER, "figure as stated; NaN where not known"),
    ("high", NUMBER, "at most; NaN where not known"),
    ("unit", TEXT, "unit of the figures; nothing is summed across units"),
    ("of", NUMBER, "the whole of which it is a part"),
    ("stated", TEXT, "words of the source that are no number"),
    ("certainty", TEXT, "counted, stated, reported, estimate, derived or unknown"),
    ("bearer", TEXT, "customer, staff, company, product, partners or public; empty where not stated"),
    ("part_of", TEXT, "id of the line that includes this one"),
    ("conflicts_with", TEXT, "id of a line that says otherwise"),
    ("together", TEXT, "lines of one group move together"),
    ("role", TEXT, "loss, gain or context (not a loss)"),
    ("note", TEXT, "the source's own reservation"),
    ("source", TEXT, "document"),
    ("evidence", ANY, "tuple of Evidence"),
)
MOMENTS = _promise(
    "MOMENTS",
    "a milestone of one incident",
    ("milestone", TEXT, "name"),
    ("time", TIME, "instant; midnight where only the day is known; NaT where open or unknown"),
    ("time_low", TIME, "earliest; the `as_of` where open; NaT where the width is not known"),
    ("time_high", TIME, "latest; NaT where open or the width is not known"),
    ("certainty", TEXT, "exact, approx, day, open or unknown"),
    ("text", TEXT, "the time in words"),
    ("statement", TEXT, "what the source says"),
    ("claims", ANY, "tuple of texts: the accounts that differ"),
    ("chosen_because", TEXT, "why this account was chosen"),
)
PERIODS = _promise(
    "PERIODS",
    "a stretch in which a service was not as it should be",
    ("service", TEXT, "name; empty where not stated"),
    ("kind", TEXT, "down, degraded or read_only"),
    ("start", TIME, "instant; midnight where only the day is known"),
    ("start_low", TIME, "earliest"),
    ("start_high", TIME, "latest"),
    ("end", TIME, "NaT where it is not over or not known"),
    ("end_low", TIME, "earliest"),
    ("end_high", TIME, "latest"),
    ("share", NUMBER, "share of users or requests concerned; NaN where not stated"),
    ("certainty", TEXT, "exact, approx, day or unknown"),
)
WINDOWS = _promise(
    "WINDOWS",
    "a window in which something was not as it should be",
    ("start", TIME, "instant; midnight where only the day is known"),
    ("start_low", TIME, "earliest; NaT where the width is not known"),
    ("start_high", TIME, "latest"),
    ("end", TIME, "NaT where it is not over"),
    ("end_low", TIME, "earliest; the `as_of` where it is not over"),
    ("end_high", TIME, "latest"),
    ("effect", TEXT, "what was not as it should be"),
    ("rate", NUMBER, "of the effect inside the window; NaN where nothing was measured"),
    ("baseline", NUMBER, "of the same outside it"),
    ("evidence", ANY, "tuple of Evidence"),
)
PAIRS = _promise(
    "PAIRS",
    "an alert with its acknowledgement, or a failure with its consequence; one without a partner too",
    ("kind", TEXT, "alert-acknowledgement or failure-consequence"),
    ("first_id", TEXT, "event_id of the alert or failure; empty where none was found"),
    ("second_id", TEXT, "event_id of the acknowledgement or consequence; empty where none was found"),
    ("first_text", TEXT, "what it says"),
    ("second_text", TEXT, "what it says"),
    ("link", TEXT, "stated, proposed (by rule) or none"),
    ("reason", TEXT, "why the two belong together, or that no partner stands in the evidence"),
    ("delay_s", NUMBER, "seconds from the first to the second; NaN where not known"),
    ("delay_low_s", NUMBER, "lower bound"),
    ("delay_high_s", NUMBER, "upper bound"),
    ("delay", TEXT, "the delay in words"),
)
CAUSES = _promise(
    "CAUSES",
    "a cause or an effect",
    ("cause_id", TEXT, "id"),
    ("kind", TEXT, "trigger, latent, contributing or effect"),
    ("category", TEXT, "category; empty where not stated"),
    ("text", TEXT, "what it was"),
    ("leads_to", ANY, "tuple of ids"),
    ("layer", COUNT, "0 for what nothing leads to; effects stand last"),
)
ACTIONS = _promise(
    "ACTIONS",
    "an action",
    ("action_id", TEXT, "id; empty where not stated"),
    ("category", TEXT, "resolution, mitigation, prevention, monitoring, resilience or knowledge_sharing"),
    ("text", TEXT, "what is done"),
    ("status", TEXT, "done, planned, in_progress or rejected; empty where not stated"),
    ("automatic", BOOL, "missing where not stated"),
    ("owner", TEXT, "empty where not stated"),
    ("opened", TIME, "NaT where not stated"),
    ("due", TIME, "NaT where not stated"),
    ("closed", TIME, "NaT where not closed or not stated"),
    ("cost", TEXT, "in words"),
    ("cuts", ANY, "tuple of ids of causes and effects"),
    ("rule", TEXT, "alert rule in words"),
)

#: Every promise by its name.
PROMISES = {
    p.name: p for p in (INCIDENTS, TIMELINE, MOMENTS, PERIODS, WINDOWS, PAIRS, LEDGER, CAUSES, ACTIONS, ESTIMATES)
}


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
            columns[name] = pd.Series(values, dtype=_DTYPE[kind])
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
    missing = [name for name in promise.names if name not in frame.columns]
    if missing:
        raise FrameError(
            f"{promise.name} without {', '.join(missing)}",
            remedy=f"add these columns (docs/frames.md tells what {promise.name} holds)",
            where=where,
        )
    for column in promise.columns:
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


_FIELDS = [f.name for f in fields(Estimate)]


def estimates(rows: Iterable[tuple[Mapping[str, Any], str, Estimate]]) -> pd.DataFrame:
    """Claims as the frame ESTIMATES.

    Parameters
    ----------
    rows : iterable of (keys, name, Estimate)
        `keys` become the first columns, as text.
    """
    every = list(rows)
    keys = list(dict.fromkeys(k for key, _, _ in every for k in key))
    return build(
        ESTIMATES,
        [{**key, "name": name, **{f: getattr(estimate, f) for f in _FIELDS}} for key, name, estimate in every],
        keys=keys,
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


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as plain mappings by column name."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


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


def document() -> str:
    """What each frame promises, as Markdown: the text of docs/frames.md."""
    parts = [
        "# Frames\n",
        "Every function that gives rows gives a pandas DataFrame that keeps one of these promises. Extra columns pass "
        "through. Missing means not known, never zero. Times are UTC. This page is made by `frames.document()`.\n",
    ]
    said = {
        TIME: "time (UTC, µs)",
        TIME_NS: "time (UTC, ns)",
        TEXT: "text",
        NUMBER: "number",
        COUNT: "whole number",
        BOOL: "true, false or missing",
        ANY: "tuple",
    }
    for promise in PROMISES.values():
        parts.append(f"## {promise.name}\n\nOne row is {promise.row}.\n")
        parts.append("| column | kind | meaning |\n|---|---|---|")
        parts += [f"| `{c.name}` | {said[c.kind]} | {c.meaning} |" for c in promise.columns]
        parts.append("")
    return "\n".join(parts)
