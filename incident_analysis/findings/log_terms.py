"""How findings on logs tell counts, instants and sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from incident_analysis import frames, words
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.findings.phrases import count, table

#: Sources that a table tells one by one; the rest is counted in its last row.
MOST_SOURCES = 40
#: Where the numbers come from.
HOW = "describe_logs"


def counts(described: Mapping[str, Any], numbers: Iterable[tuple[str, int, str]]) -> pd.DataFrame:
    return frames.estimates(({}, name, count(number, unit, HOW)) for name, number, unit in numbers)


def seconds(value: float) -> Estimate:
    source = Evidence("formula", HOW, "", "difference of two records' times")
    return Estimate(value, value, value, interval="exact", unit="s", method="difference", evidence=(source,))


def ends_of(described: Mapping[str, Any]) -> tuple[Evidence, ...]:
    """The sources' first and last instants, to the digit."""
    held = [s for s in described["sources"] if s["rows"]]
    made = [
        Evidence("log", s["source"], f"{s['lines']:,} lines", f"{s['format']}, from {s['first']} to {s['last']}")
        for s in held[:MOST_SOURCES]
    ]
    if len(held) > 1:
        text = f"from {described['first']} to {described['last']}"
        made.append(Evidence("log", words.plural(len(held), "source"), "all together", text))
    if described["first"] is not None:
        whole = f"{at(described['first'])} to {at(described['last'])}"
        made.append(Evidence("formula", HOW, "", f"the same to the second: {whole}"))
    return tuple(made)


def at(text: str | None) -> str:
    """An instant in words, to the second."""
    return "no time" if text is None else stamp(pd.Timestamp(text))


def stamp(time: Any) -> str:
    return "no time" if pd.isna(time) else words.instant(pd.Timestamp(time).floor("s").to_pydatetime())


def capped(rows: list[dict[str, str]]) -> pd.DataFrame:
    """A table of at most so many sources, the rest counted."""
    shown = rows[:MOST_SOURCES]
    if len(rows) > MOST_SOURCES:
        rest = len(rows) - MOST_SOURCES
        shown = [*shown, dict.fromkeys(rows[0], "see `describe_logs`") | {"Source": f"{rest} more"}]
    return table(shown, list(rows[0]))
