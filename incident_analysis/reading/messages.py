"""What logs say most often at and above a level, with ids and figures left out so that the same message is one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from incident_analysis import severity
from incident_analysis.format import Format
from incident_analysis.reading.accounts import Account
from incident_analysis.reading.logs import Progress, _batches, _bounds, _clip, _narrow

if TYPE_CHECKING:
    from incident_analysis.incident import Incident

#: Identifiers and figures: a UUID, a word of eight or more hexadecimal digits with a decimal one in it, a number.
_CHANGING = (
    r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b|\b0x[0-9a-fA-F]+\b"
    r"|\b(?=[0-9a-fA-F]*[0-9])[0-9a-fA-F]{8,}\b|[0-9]+(?:[.,:][0-9]+)*"
)
_COLUMNS = ("time", "severity_number", "service", "message", "source", "line_start")
#: Letters of a message that are told; longer ones are cut and end in an ellipsis.
_LETTERS = 300


@dataclass(slots=True)
class _Seen:
    """How often a message came, from when until when, and where it came first."""

    count: int
    first: Any
    last: Any
    source: str
    line: int
    example: str


def frequent_messages(
    paths: str | Path | Incident | Iterable[str | Path],
    *,
    at_least: int = severity.ERROR,
    most: int = 10,
    format: str | Format | None = None,
    zone: str | None = None,
    since: Any = None,
    until: Any = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """The most frequent messages at and above a level, without holding the rows.

    Messages are one where level, service and first line agree once their numbers, UUIDs and hexadecimal ids are
    written as `#`.

    Parameters
    ----------
    paths, format, zone, since, until, progress
        As in `read_logs`.
    at_least : int
        OpenTelemetry's severity number; 17 is an error. Records whose level is not known are left out.
    most : int
        How many messages are told.

    Returns
    -------
    DataFrame
        The most frequent first, of two alike the one that came first: `severity_text`, `service`, `message`, `count`
        (records), `first` and `last` (UTC; NaT where no such record has a time), `source`, `line` and `example` of the
        first record as it stands. `attrs["records"]` is how many records there were at and above the level, in
        `attrs["messages"]` messages. What weakens the sources is in `attrs["sources"]`, and not raised as warnings.

    Raises
    ------
    As `read_logs`.
    """
    bounds = _bounds(since, until)
    seen: dict[tuple[int, str, str], _Seen] = {}
    accounts: list[Account] = []
    for batch, account, source in _batches(
        paths, format=format, zone=zone, since=since, progress=progress, columns=_COLUMNS
    ):
        if account not in accounts:
            accounts.append(account)
        if batch is None:
            continue
        rows = batch[(batch["severity_number"] >= at_least).fillna(False).astype(bool)]
        _add(seen, _clip(rows, *_narrow(bounds, source)))
    # Sorting keeps the order in which messages came where they are equally frequent.
    common = sorted(seen.items(), key=lambda pair: -pair[1].count)[:most]
    made = pd.DataFrame(
        [
            (severity.TEXTS[n], service, text, s.count, s.first, s.last, s.source, s.line, s.example)
            for (n, service, text), s in common
        ],
        columns=["severity_text", "service", "message", "count", "first", "last", "source", "line", "example"],
    )
    kinds = {"count": "int64", "line": "int64"} | dict.fromkeys(
        ("severity_text", "service", "message", "source", "example"), "str"
    )
    made = made.astype(kinds)
    for name in ("first", "last"):
        made[name] = pd.to_datetime(made[name], utc=True).astype("datetime64[ns, UTC]")
    made.attrs["records"] = sum(s.count for s in seen.values())
    made.attrs["messages"] = len(seen)
    made.attrs["sources"] = [account.to_dict() for account in accounts]
    return made


def _add(seen: dict[tuple[int, str, str], _Seen], rows: pd.DataFrame) -> None:
    if rows.empty:
        return
    heads = rows["message"].astype("str").fillna("").str.strip().str.partition("\n")[0].str.strip()
    told = pd.DataFrame(
        {
            "number": rows["severity_number"].astype("int64"),
            "service": rows["service"].astype("str").fillna(""),
            "message": heads.str.replace(_CHANGING, "#", regex=True).map(_cut),
            "example": heads.map(_cut),
            **{name: rows[name] for name in ("time", "source", "line_start")},
        }
    )
    summed = told.groupby(["number", "service", "message"], sort=False).agg(
        count=("time", "size"),
        first=("time", "min"),
        last=("time", "max"),
        source=("source", "first"),
        line=("line_start", "first"),
        example=("example", "first"),
    )
    for row in summed.reset_index().to_dict("records"):
        key = (int(row["number"]), row["service"], row["message"])
        if key not in seen:
            seen[key] = _Seen(0, pd.NaT, pd.NaT, str(row["source"]), int(row["line"]), row["example"])
        found = seen[key]
        found.count += int(row["count"])
        found.first = min((t for t in (found.first, row["first"]) if pd.notna(t)), default=pd.NaT)
        found.last = max((t for t in (found.last, row["last"]) if pd.notna(t)), default=pd.NaT)


def _cut(text: str) -> str:
    return text if len(text) <= _LETTERS else text[: _LETTERS - 1] + "…"
