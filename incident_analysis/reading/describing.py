"""What log exports hold, in one value: rows, span, zones, levels, services, gaps and warnings, for each source too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from incident_analysis import clock, severity
from incident_analysis.format import Format
from incident_analysis.reading.accounts import Account
from incident_analysis.reading.logs import Progress, _batches, _bounds, _clip, _narrow

if TYPE_CHECKING:
    from incident_analysis.incident import Incident

#: Stands for a level or a service that no record names.
NONE = "(none)"
#: Services told one by one; the rest is summed.
MOST_SERVICES = 50
NAT = np.iinfo(np.int64).min
MINUTE = 60 * clock.SECOND


def describe_logs(
    paths: str | Path | Incident | Iterable[str | Path],
    *,
    format: str | Format | None = None,
    zone: str | None = None,
    since: Any = None,
    until: Any = None,
    gaps: int = 5,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Describe log exports without holding their rows.

    Parameters
    ----------
    paths, format, zone, since, until, progress
        As in `read_logs`.
    gaps : int
        How many of the largest gaps between records are told.

    Returns
    -------
    dict
        Ready for JSON. `rows`, `unparsed`, `without_time`: counts of rows, of rows that no format could read, of rows
        without a usable time. `first`, `last`: instants in UTC, None where no row has one; `span_s`: seconds between.
        `zones`: rows by where their zone comes from. `severities`: rows by OpenTelemetry's short names, ascending;
        `services`: rows by service, the most frequent first (at most 50, then `services_more`: services and rows left
        out). `largest_gaps`: `start`, `end`, `seconds` between neighbouring records of all sources, the largest first.
        `step_s`: what all times are whole multiples of, a minute or a second; 1 too where they are finer, None without
        times. A gap that is no longer than this is a step of the clock and no silence: it is not told. `sources`: the
        same for each source, with its format, `zone` (as in `zones`, several with commas), `lines`, `bytes`,
        `truncated`, its largest gap, and `warnings` (`what`, `count`), which are not raised as warnings here.

    Raises
    ------
    As `read_logs`.
    """
    bounds = _bounds(since, until)
    parts: list[tuple[Account, _Tally]] = []
    for batch, account, source in _batches(paths, format=format, zone=zone, since=since, progress=progress):
        if not parts or parts[-1][0] is not account:
            parts.append((account, _Tally()))
        if batch is not None:
            parts[-1][1].add(_clip(batch, *_narrow(bounds, source)))
    whole = _Tally()
    for _, tally in parts:
        whole.join(tally)
    return {**whole.told(gaps), "sources": [_source(account, tally) for account, tally in parts]}


def source_rows(described: dict[str, Any]) -> pd.DataFrame:
    """What `describe_logs` tells of each source, as rows.

    Returns
    -------
    DataFrame
        `source, format, zone, rows, unparsed, without_time, first, last` (UTC), `longest_gap_s` (NaN where there is
        none), `lines, bytes, truncated, warnings` (in one text).
    """
    columns = ["source", "format", "zone", "rows", "unparsed", "without_time", "first", "last", "longest_gap_s"]
    columns += ["lines", "bytes", "truncated", "warnings"]
    rows = [
        {
            **source,
            "longest_gap_s": (source["largest_gap"] or {"seconds": None})["seconds"],
            "warnings": "; ".join(warning["what"] for warning in source["warnings"]),
        }
        for source in described["sources"]
    ]
    made = pd.DataFrame(rows, columns=columns).astype({"longest_gap_s": "float64"})
    for name in ("first", "last"):
        made[name] = _times(made[name])
    return made


def gap_rows(described: dict[str, Any]) -> pd.DataFrame:
    """The largest gaps that `describe_logs` tells, as rows: `start`, `end` (UTC) and `seconds`, the largest first."""
    made = pd.DataFrame(described["largest_gaps"], columns=["start", "end", "seconds"]).astype({"seconds": "float64"})
    return made.assign(start=_times(made["start"]), end=_times(made["end"]))


def _times(texts: pd.Series) -> pd.Series:
    return pd.to_datetime(texts, utc=True, format="ISO8601").astype("datetime64[ns, UTC]")


def _source(account: Account, tally: _Tally) -> dict[str, Any]:
    told = tally.told(1)
    return {
        "source": account.source,
        "format": account.format,
        "zone": ", ".join(name for name in told["zones"] if name != NONE) or account.zone,
        **{name: told[name] for name in ("rows", "unparsed", "without_time", "first", "last", "span_s", "severities")},
        "largest_gap": told["largest_gaps"][0] if told["largest_gaps"] else None,
        "lines": account.lines,
        "bytes": account.bytes,
        "truncated": account.truncated,
        "warnings": [{"what": what, "count": count} for what, count in account.warnings.items()],
    }


class _Tally:
    """Counts that go on from batch to batch; of the times, each second's first and last."""

    def __init__(self) -> None:
        self.rows = self.unparsed = self.without_time = 0
        self.zones: Counter[str] = Counter()
        self.severities: Counter[int] = Counter()
        self.services: Counter[str] = Counter()
        self._firsts = self._lasts = np.empty(0, "int64")
        self._step = MINUTE

    def add(self, rows: pd.DataFrame) -> None:
        times = rows["time"].astype("int64").to_numpy()
        times = times[rows["time"].notna().to_numpy()]
        self.rows += len(rows)
        self.unparsed += int((~rows["parsed"]).sum())
        self.without_time += len(rows) - len(times)
        for counter, column in ((self.zones, "zone"), (self.services, "service")):
            counter.update({str(k): int(n) for k, n in rows[column].value_counts().items()})
        levels = rows["severity_number"].fillna(0).astype("int64")
        self.severities.update({int(str(k)): int(n) for k, n in levels.value_counts().items()})
        # Stamps of whole minutes lie a minute apart where nothing fell silent, those of whole seconds a second.
        if self._step > clock.SECOND and (times % self._step).any():
            self._step = clock.SECOND
        self._take(times, times)

    def join(self, other: _Tally) -> None:
        self.rows += other.rows
        self.unparsed += other.unparsed
        self.without_time += other.without_time
        for mine, theirs in (
            (self.zones, other.zones),
            (self.services, other.services),
            (self.severities, other.severities),
        ):
            mine.update(theirs)  # type: ignore[arg-type]  # both of a pair have the same keys
        self._step = min(self._step, other._step)
        self._take(other._firsts, other._lasts)

    def _take(self, firsts: np.ndarray, lasts: np.ndarray) -> None:
        every = np.concatenate([self._firsts, firsts])
        if not len(every):
            return
        order = np.argsort(every, kind="stable")
        every, ends = every[order], np.concatenate([self._lasts, lasts])[order]
        seconds = every // clock.SECOND
        starts = np.flatnonzero(np.diff(seconds, prepend=seconds[0] - 1))
        self._firsts, self._lasts = every[starts], np.maximum.reduceat(ends, starts)

    def told(self, gaps: int) -> dict[str, Any]:
        some = len(self._firsts) > 0
        first, last = (int(self._firsts[0]), int(self._lasts[-1])) if some else (NAT, NAT)
        common = [(name or NONE, n) for name, n in sorted(self.services.items(), key=lambda pair: (-pair[1], pair[0]))]
        told: dict[str, Any] = {
            "rows": self.rows,
            "unparsed": self.unparsed,
            "without_time": self.without_time,
            "first": instant(first),
            "last": instant(last),
            "span_s": (last - first) / clock.SECOND if some else None,
            "zones": {name or NONE: n for name, n in sorted(self.zones.items())},
            "severities": {severity.TEXTS[k] if k else NONE: n for k, n in sorted(self.severities.items()) if n},
            "services": dict(common[:MOST_SERVICES]),
            "step_s": self._step / clock.SECOND if some else None,
            "largest_gaps": self._gaps(gaps),
        }
        if len(common) > MOST_SERVICES:
            rest = common[MOST_SERVICES:]
            told["services_more"] = {"services": len(rest), "rows": sum(n for _, n in rest)}
        return told

    def _gaps(self, most: int) -> list[dict[str, Any]]:
        if len(self._firsts) < 2 or most < 1:
            return []
        lengths = self._firsts[1:] - self._lasts[:-1]
        # The earlier of two equally large gaps first.
        places = np.argsort(-lengths, kind="stable")[:most]
        return [
            {
                "start": instant(int(self._lasts[i])),
                "end": instant(int(self._firsts[i + 1])),
                "seconds": int(lengths[i]) / clock.SECOND,
            }
            for i in places
            if lengths[i] > self._step
        ]


def instant(ns: int) -> str | None:
    """Nanoseconds since 1970 as ISO 8601 in UTC, without trailing zeros; None for no time.

    Examples
    --------
    >>> instant(1767348000000000001), instant(1767348000250000000), instant(1767348000000000000)
    ('2026-01-02T10:00:00.000000001Z', '2026-01-02T10:00:00.25Z', '2026-01-02T10:00:00Z')
    """
    if ns == NAT:
        return None
    whole, rest = divmod(ns, clock.SECOND)
    text = str(np.datetime64(whole, "s"))
    return f"{text}.{rest:09d}".rstrip("0") + "Z" if rest else f"{text}Z"
