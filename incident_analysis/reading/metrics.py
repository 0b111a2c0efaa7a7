"""Metrics: any export of measured values into one frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from incident_analysis import frames
from incident_analysis.format import Format, Item
from incident_analysis.reading import assemble
from incident_analysis.reading.accounts import Account
from incident_analysis.reading.documents import documents
from incident_analysis.reading.instants import further
from incident_analysis.reading.logs import _bounds, _clip, _narrow, tell
from incident_analysis.reading.sources import Source

if TYPE_CHECKING:
    from incident_analysis.incident import Incident


def read_metrics(
    paths: str | Path | Incident | Iterable[str | Path],
    *,
    format: str | Format | None = None,
    zone: str | None = None,
    since: Any = None,
    until: Any = None,
    progress: Callable[[str, int], None] | None = None,
) -> pd.DataFrame:
    """Read exports of metrics into one frame.

    Parameters
    ----------
    paths : path, iterable of paths, or Incident
        As in `read_logs`; of an incident its evidence that holds metrics.
    format : str or Format, optional
        Name of the format; by default each file's content tells.
    zone : str, optional
        Zone of stamps that carry none: an IANA name, an offset, "UTC" (the default, with a warning).
    since, until : str or datetime, optional
        Keep samples from `since` (included) to `until` (excluded); samples without a time stay.
    progress : callable, optional
        Takes a source's name and how many further bytes of it were read.

    Returns
    -------
    METRICS
        In the order of sources and lines, in the source's units. A missing step has no row and is never zero; what the
        source writes as NaN is NaN. Further columns: `zone`, `line_start`, `line_end`, `parsed` (False: the line could
        not be read; its text stands in `text`), and the format's own. `attrs["sources"]` tells what became of each
        source's lines and bytes.

    Raises
    ------
    FormatError
        A file that was named has no known format, or is no export of metrics.
    PathError, ParameterError
        A file is missing; no such format or zone.

    Warns
    -----
    EvidenceWarning
        Anything that weakens the evidence: an assumed zone, a truncated export, a cut file.
    """
    bounds = _bounds(since, until)
    parts, accounts = [], []
    for document in documents(paths, asked="METRICS", format=format, zone=zone, progress=progress):
        accounts.append(document.account)
        if document.form is None:
            continue
        found = [item for item in document.items if (item.frame or document.form.yields) == "METRICS" or not item.row]
        if found:
            rows = metric_rows(found, form=document.form, source=document.source, account=document.account)
            parts.append(_clip(rows, *_narrow(bounds, document.source)))
    tell(accounts)
    parts = [part for part in parts if len(part)]
    made = pd.concat(parts, ignore_index=True) if parts else empty()
    made.attrs["sources"] = [account.to_dict() for account in accounts]
    return made


def empty() -> pd.DataFrame:
    """METRICS without rows, with what the reader tells of a row."""
    return frames.empty(frames.METRICS).assign(
        time=pd.Series(dtype="datetime64[ns, UTC]"),
        zone=pd.Series(dtype="str"),
        line_start=pd.Series(dtype="int64"),
        line_end=pd.Series(dtype="int64"),
        parsed=pd.Series(dtype="bool"),
    )


def metric_rows(found: Sequence[Item], *, form: Format, source: Source, account: Account) -> pd.DataFrame:
    """Items of one source as METRICS, in the source's order."""
    rows: list[dict[str, Any]] = [{"text": item.text} if item.row is None else item.row for item in found]
    ns, zones = assemble.times([r.get("time") for r in rows], form=form, source=source, account=account, expected=False)
    columns = {
        "time": pd.Series(ns.astype("datetime64[ns]")).dt.tz_localize("UTC"),
        "metric": assemble.texts_of([str(r.get("metric") or "") for r in rows]),
        "labels": assemble.texts_of([labels(r.get("labels")) for r in rows]),
        "value": pd.Series([number(r.get("value")) for r in rows], dtype="float64"),
        "unit": assemble.texts_of([str(r.get("unit") or "") for r in rows]),
        "source": pd.Series([account.source] * len(rows), dtype="str"),
        # A table's heading can say the zone of its rows: the format knows, the stamp does not.
        "zone": pd.Series([z and str(r.get("zone") or z) for r, z in zip(rows, zones, strict=True)], dtype="str"),
        "line_start": pd.Series([item.line_start for item in found], dtype="int64"),
        "line_end": pd.Series([item.line_end for item in found], dtype="int64"),
        "parsed": pd.Series([item.row is not None for item in found], dtype="bool"),
    }
    names = dict.fromkeys(name for row in rows for name in row if name not in columns)
    columns |= {n: further([r.get(n) for r in rows], form=form, source=source, account=account) for n in names}
    return pd.DataFrame(columns)


def labels(given: Mapping[str, Any] | str | None) -> str:
    r"""Labels in one way of writing, so that equal ones are equal texts.

    Examples
    --------
    >>> labels({"mode": "idle", "cpu": 0})
    '{cpu="0",mode="idle"}'
    >>> labels({})
    ''
    """
    if not given:
        return ""
    if isinstance(given, str):
        return given
    inner = ",".join(f'{name}="{_escaped(str(value))}"' for name, value in sorted(given.items()))
    return "{" + inner + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def number(value: Any) -> float | None:
    """A sample's value: numbers as text too ("NaN", "+Inf"); None where there is none.

    Examples
    --------
    >>> number("0.965"), number("+Inf"), number("n/a"), number(True)
    (0.965, inf, None, None)
    """
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None
