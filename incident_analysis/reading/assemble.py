"""From records to the frame LOGS: times to UTC, severities to numbers, columns to their types."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from incident_analysis import clock, severity
from incident_analysis.clock import Stamp, Yearless
from incident_analysis.format import Format
from incident_analysis.reading.accounts import Account
from incident_analysis.reading.records import Found
from incident_analysis.reading.sources import Source

COMMON = ("time", "severity_number", "severity_text", "service", "host", "message")
PROVENANCE = ("source", "line_start", "line_end", "parsed", "zone")
NAT = np.iinfo(np.int64).min
#: What nanoseconds in 64 bits hold, less two days for zones and offsets; and what is said of more.
NS_LIMIT = 2**63 - 2 * clock.DAY
TOO_LATE = "times beyond the year 2262 are none: kept without a time"
#: Stamps without a year: as far as files may be put together in the wrong order, and as late as a record may come.
OUT_OF_ORDER, LATE = 60 * clock.DAY, 7 * clock.DAY


def frame(found: Sequence[Found], *, form: Format, source: Source, account: Account) -> pd.DataFrame:
    """Records of one source as LOGS."""
    rows: list[dict[str, Any]] = [row if row is not None else {"message": text} for row, _, _, text in found]
    ns, zones = times([row.get("time") for row in rows], form=form, source=source, account=account)
    texts = ["" if (t := row.get("severity_text")) is None else str(t) for row in rows]
    numbers = [number(row, text) for row, text in zip(rows, texts, strict=True)]
    columns: dict[str, Any] = {
        "time": pd.Series(ns.astype("datetime64[ns]")).dt.tz_localize("UTC"),
        "severity_number": pd.array(numbers, dtype="Int8"),
        "severity_text": texts_of(texts),
        "service": texts_of([_text(row.get("service")) or source.service for row in rows]),
        "host": texts_of([_text(row.get("host")) for row in rows]),
        "message": texts_of([_text(row.get("message")) for row in rows]),
        "source": pd.Series([account.source] * len(rows), dtype="str"),
        "line_start": np.array([f[1] for f in found], dtype="int64"),
        "line_end": np.array([f[2] for f in found], dtype="int64"),
        "parsed": np.array([f[0] is not None for f in found], dtype=bool),
        "zone": pd.Series(zones, dtype="str"),
    }
    for name in _further(rows):
        columns[writable(name)] = column([row.get(name) for row in rows])
    for name in PROVENANCE:
        # A record's own field of such a name is kept beside what the reader says.
        if any(name in row for row in rows):
            columns[f"attributes.{name}"] = column([row.get(name) for row in rows])
    return pd.DataFrame(columns)


def empty() -> pd.DataFrame:
    """LOGS without rows."""
    blank = Source("", "")
    return frame([], form=_NO_FORMAT, source=blank, account=Account(""))


class _Nothing:
    zone_rule = "explicit"


_NO_FORMAT: Any = _Nothing()


def texts_of(values: list[Any]) -> pd.Series:
    """Texts as a column; half of a surrogate pair, which JSON can write and no text can hold, stays as `\\udNNN`."""
    try:
        return pd.Series(values, dtype="str")
    except UnicodeEncodeError:
        return pd.Series([v if v is None else writable(v) for v in values], dtype="str")


def writable(text: str) -> str:
    """A text that can be written: half of a surrogate pair as `\\udNNN`."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else str(value)


def number(row: dict[str, Any], text: str) -> int | None:
    """Severity number of a row: the one that it gives, else that of its level in words."""
    given = row.get("severity_number")
    if isinstance(given, int) and not isinstance(given, bool) and 1 <= given <= 24:
        return given
    return severity.number(text)


def _further(rows: Iterable[dict[str, Any]]) -> list[str]:
    taken = {*COMMON, *PROVENANCE}
    return list(dict.fromkeys(name for row in rows for name in row if name not in taken))


def column(values: list[Any]) -> pd.Series:
    """A further column: flags, whole numbers, reals or texts, as all its known values are."""
    known = [v for v in values if v is not None]
    if known and all(isinstance(v, bool) for v in known):
        return pd.Series(values, dtype="boolean")
    if known and all(isinstance(v, int) and not isinstance(v, bool) for v in known):
        # Beyond 64 bits a number is an identifier: as text it keeps every digit.
        if all(-(2**63) <= v < 2**63 for v in known):
            return pd.Series(values, dtype="Int64")
        return texts_of([None if v is None else str(v) for v in values])
    if known and all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in known):
        if any(isinstance(v, int) and abs(v) > 2**53 for v in known):
            return texts_of([None if v is None else str(v) for v in values])
        return pd.Series(values, dtype="float64")
    return texts_of([None if v is None else v if isinstance(v, str) else str(v) for v in values])


def times(
    values: list[Any], *, form: Format, source: Source, account: Account, expected: bool = True
) -> tuple[np.ndarray, list[str]]:
    """Stamps of one source as nanoseconds UTC (NAT where none), and how the zone of each is known.

    Parameters
    ----------
    values : list of Stamp, Yearless or None
    expected : bool
        As in `to_utc`.
    """
    stamps = _with_years(values, source=source, account=account)
    beyond = sum(s is not None and s.ns >= NS_LIMIT for s in stamps)
    if beyond:
        account.warn(TOO_LATE, beyond)
        stamps = [None if s is not None and s.ns >= NS_LIMIT else s for s in stamps]
    # Go's zero date lies before what 64 bits hold: any that means "never" will do.
    stamps = [Stamp(clock.NEVER_BEFORE, s.zoned) if s is not None and s.ns <= -NS_LIMIT else s for s in stamps]
    ns = np.array([NAT if s is None else s.ns for s in stamps], dtype="int64")
    local = np.array([s is not None and not s.zoned for s in stamps], dtype=bool)
    told = to_utc(ns, local, form=form, source=source, account=account, expected=expected)
    return ns, ["" if s is None else "explicit" if s.zoned else told for s in stamps]


def to_utc(
    ns: np.ndarray, local: np.ndarray, *, form: Format, source: Source, account: Account, expected: bool = True
) -> str:
    """Stamps to UTC, in place, and the source's own clock set right; NAT stays.

    Parameters
    ----------
    ns : array of int64
    local : array of bool
        Which of them are wall clocks.
    expected : bool
        Whether every row should have such a time, so that those without one are told.

    Returns
    -------
    str
        The zone that was taken for wall clocks, as the column `zone` tells it; empty where there are none.
    """
    told = ""
    never = (ns != NAT) & (ns <= clock.NEVER_BEFORE)
    if never.any():
        account.warn("zero dates mean never: kept without a time", int(never.sum()))
        ns[never] = NAT
    if local.any():
        zone, told = _zone(form, source, account)
        places = np.flatnonzero(local & (ns != NAT))
        ns[places], untold, gaps = clock.to_utc(ns[places], zone)
        if untold:
            account.warn(
                f"clocks of {zone} went back: the order does not tell which hour is meant; first taken", untold
            )
        if gaps:
            account.warn(f"clocks of {zone} went forward: an hour that does not exist, moved to its end", gaps)
    if source.clock_offset_s:
        ns[ns != NAT] += int(source.clock_offset_s * clock.SECOND)
    missing = int((ns == NAT).sum())
    if missing and expected and account.records:
        account.warn("rows without a usable time", missing)
    return told


def _zone(form: Format, source: Source, account: Account) -> tuple[str, str]:
    if source.zone:
        zone = clock.check_zone(source.zone, where=f"zone of {account.source}")
        account.zone = f"assumed:{zone}"
        return zone, account.zone
    if form.zone_rule in ("explicit", "header"):
        # By the format's own specification its stamps are UTC.
        account.zone = "header"
        return "UTC", "header"
    if account.zone != "assumed:UTC":
        # Once for a source, however many parts it is read in.
        account.zone = "assumed:UTC"
        account.warn(
            "no zone in the file: UTC is assumed; state another with `zone`, or in `evidence:` of incident.yaml"
        )
    return "UTC", "assumed:UTC"


def last_year(in_year: Callable[[int], int | None], source: Source) -> int | None:
    """Year of a source's last record, whose stamp has none.

    The first in which it is not before `since`, where the file is not older than that; else the last in which it is
    not after the file was written, or the incident was told. A day's slack is left for zones.

    Parameters
    ----------
    in_year : callable
        From a year to the record's stamp in it, in nanoseconds; None where the day does not exist in it.
    """

    def ns(time: datetime) -> int:
        return int(time.timestamp()) * clock.SECOND

    latest = None if source.not_after is None else ns(source.not_after) + clock.DAY
    if source.not_before is not None:
        earliest = ns(source.not_before) - clock.DAY
        for year in (source.not_before.year, source.not_before.year + 1):
            stamp = in_year(year)
            if stamp is not None and stamp >= earliest and (latest is None or stamp <= latest):
                return year
    if source.not_after is None or latest is None:
        return None if source.not_before is None else source.not_before.year
    year = source.not_after.year
    stamp = in_year(year)
    return year - 1 if stamp is not None and stamp > latest else year


def _with_years(values: list[Any], *, source: Source, account: Account) -> list[Stamp | None]:
    if not any(isinstance(v, Yearless) for v in values):
        return [v if isinstance(v, Stamp) else None for v in values]
    last = next(v for v in reversed(values) if isinstance(v, Yearless))
    year = last_year(lambda y: None if (stamp := last.in_year(y)) is None else stamp.ns, source)
    if year is None:
        account.warn("stamps without a year, and no year is known: kept without a time; give `since`")
        return [v if isinstance(v, Stamp) else None for v in values]
    account.warn(f"stamps without a year: the last record is taken to be of {year}; give `since` for another")
    stamps: list[Stamp | None] = []
    later: int | None = None
    # From the last record backwards: what lies far behind its successor in the year is of the year before.
    for value in reversed(values):
        if not isinstance(value, Yearless):
            stamps.append(value if isinstance(value, Stamp) else None)
            continue
        stamp = value.in_year(year)
        if stamp is not None and later is not None and stamp.ns - later > OUT_OF_ORDER:
            year -= 1
            account.warn("stamps without a year roll over at New Year")
            stamp = value.in_year(year)
        elif later is not None and (next_year := value.in_year(year + 1)) and abs(next_year.ns - later) < LATE:
            # A record out of order across New Year: it belongs to the year after.
            stamps.append(next_year)
            continue
        later = stamp.ns if stamp is not None else later
        stamps.append(stamp)
    return stamps[::-1]
