"""From Items to the frame TIMELINE."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from incident_analysis import frames
from incident_analysis.format import Format, Item
from incident_analysis.formats import dates
from incident_analysis.reading.accounts import Account
from incident_analysis.reading.instants import further, instants, text, tuples
from incident_analysis.reading.sources import Source

#: What the reader itself tells of a row, beside the frame's own columns.
PROVENANCE = ("line_start", "line_end", "parsed")
_TIMES = ("time", "time_low", "time_high", "end")
_TEXTS = "time_stated kind actor role criticality service milestone relation text why note source_id relates_to".split()


def timeline_rows(found: Sequence[Item], *, form: Format, source: Source, account: Account) -> pd.DataFrame:
    """Items of one source as TIMELINE, in the source's order.

    What cannot be read is an "observation" with its whole text and `parsed` False.
    """
    rows: list[dict[str, Any]] = [_unread(item) if item.row is None else dict(item.row) for item in found]
    made: dict[str, pd.Series] = {}
    times, zones = instants([r.get("time") for r in rows], form=form, source=source, account=account, expected=True)
    made["time"] = times
    for name in ("time_low", "time_high", "end"):
        made[name] = instants([r.get(name) for r in rows], form=form, source=source, account=account)[0]
    known = times.notna()
    # A date alone, as some settings of exports write it, is that whole day and not its midnight.
    stated = pd.Series(
        [r.get("certainty") or ("day" if dates.is_day(text(r.get("time_stated"))) else "") for r in rows], dtype="str"
    )
    certainty = stated.where(known, "unknown").mask(known & (stated == ""), "exact")
    # An exact instant is its own bounds; of an approximate one nobody says how wide it is.
    for name in ("time_low", "time_high"):
        made[name] = made[name].mask(made[name].isna() & (certainty == "exact"), times)
    made["time_high"] = made["time_high"].mask(
        made["time_high"].isna() & (certainty == "day"), times + pd.Timedelta("1D")
    )
    made["time_low"] = made["time_low"].mask(made["time_low"].isna() & (certainty == "day"), times)
    early = int((made["end"] < times).sum())
    if early:
        account.warn("events end before they start: kept as the source says", early)
    ids, links = _ids(rows, found, form, account)
    offset = source.clock_offset_s
    whole: dict[str, Any] = {
        **made,
        "event_id": ids,
        "certainty": certainty,
        "automatic": pd.array([r.get("automatic") for r in rows], dtype="boolean"),
        "include": pd.array([True if r.get("include") is None else r["include"] for r in rows], dtype="boolean"),
        "causes": tuples([r.get("causes") or () for r in rows]),
        "source": pd.Series([account.source] * len(rows), dtype="str"),
        # A document's heading can say the zone of its rows: the format knows, the stamp does not.
        "zone": pd.Series([z and (text(r.get("zone")) or z) for r, z in zip(rows, zones, strict=True)], dtype="str"),
        "clock_offset_s": pd.Series([offset or None] * len(rows), dtype="float64"),
        **{name: pd.Series([text(r.get(name)) for r in rows], dtype="str") for name in _TEXTS},
        "relates_to": links,
    }
    whole["kind"] = whole["kind"].mask(whole["kind"] == "", "observation")
    if source.service:
        whole["service"] = whole["service"].mask(whole["service"] == "", source.service)
    columns = {name: whole[name] for name in frames.TIMELINE.names}
    columns |= {
        "line_start": pd.Series([item.line_start for item in found], dtype="int64"),
        "line_end": pd.Series([item.line_end for item in found], dtype="int64"),
        "parsed": pd.Series([item.row is not None for item in found], dtype="bool"),
    }
    names = dict.fromkeys(name for row in rows for name in row if name not in columns)
    columns |= {n: further([r.get(n) for r in rows], form=form, source=source, account=account) for n in names}
    return pd.DataFrame(columns)


def empty() -> pd.DataFrame:
    """TIMELINE without rows, with what the reader tells of a row."""
    return frames.empty(frames.TIMELINE).assign(
        line_start=pd.Series(dtype="int64"), line_end=pd.Series(dtype="int64"), parsed=pd.Series(dtype="bool")
    )


def _unread(item: Item) -> dict[str, Any]:
    return {"kind": "observation", "text": item.text, "source_id": f"line {item.line_start}"}


def _ids(
    rows: Sequence[dict[str, Any]], found: Sequence[Item], form: Format, account: Account
) -> tuple[pd.Series, pd.Series]:
    """Ids that stay the same when the export is read again, and the links between them."""
    ids: list[str] = []
    places: dict[str, str] = {}
    seen: Counter[str] = Counter()
    for row, item in zip(rows, found, strict=True):
        name = text(row.get("source_id"))
        if not name:
            name = row["source_id"] = f"line {item.line_start}"
        given = text(row.get("event_id")) or (
            f"{form.name}:{name}" if item.row is not None else f"{account.source}:{name}"
        )
        seen[given] += 1
        ids.append(given if seen[given] == 1 else f"{given}~{seen[given]}")
        places.setdefault(name, ids[-1])
    again = sum(count - 1 for count in seen.values())
    if again:
        account.warn("events stand there again under the same id: all kept", again)
    links = [text(row.get("relates_to")) for row in rows]
    known = set(ids)
    # A format that gives its own ids refers by them; other links go by the id in the source.
    own = [bool(row.get("event_id")) for row in rows]
    links = [
        name if not name or name in known else places.get(name, name if given else f"{form.name}:{name}")
        for name, given in zip(links, own, strict=True)
    ]
    return pd.Series(ids, dtype="str"), pd.Series(links, dtype="str")
