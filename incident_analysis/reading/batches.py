"""Logs frame by frame, for what is too large to be held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from incident_analysis.format import Format
from incident_analysis.reading.logs import Progress, _batches, _bounds, _clip, _narrow, tell

if TYPE_CHECKING:
    from incident_analysis.incident import Incident


def log_batches(
    paths: str | Path | Incident | Iterable[str | Path],
    *,
    columns: Sequence[str] | None = None,
    format: str | Format | None = None,
    zone: str | None = None,
    since: Any = None,
    until: Any = None,
    progress: Progress | None = None,
) -> Iterator[pd.DataFrame]:
    """Log exports as frames that follow each other, each of bounded size; `read_logs` gives the same rows at once.

    Parameters
    ----------
    paths, format, zone, since, until, progress
        As in `read_logs`.
    columns : sequence of str, optional
        Columns that are needed besides `time`; the fewer, the faster. What a source does not have is missing in its
        rows.

    Yields
    ------
    LOGS
        In the order of sources and lines.

    Warns
    -----
    EvidenceWarning
        As in `read_logs`, when the last frame was given.
    """
    bounds = _bounds(since, until)
    needed = None if columns is None else {*columns, "time"}
    accounts = []
    for batch, account, source in _batches(
        paths, format=format, zone=zone, since=since, progress=progress, columns=needed
    ):
        if account not in accounts:
            accounts.append(account)
        if batch is None:
            continue
        rows = _clip(batch, *_narrow(bounds, source))
        yield rows.reindex(columns=rows.columns.union([c for c in columns or () if c not in rows], sort=False))
    tell(accounts)
