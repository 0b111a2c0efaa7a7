"""Traffic as a function of time that counts requests up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from incident_analysis.errors import ParameterError
from incident_analysis.impact.when import checked_series, nanosecond


@dataclass(frozen=True)
class Traffic:
    """Requests of one key, as a function of time that counts them up; even inside an interval."""

    edges: np.ndarray
    counted: np.ndarray
    length: int

    @property
    def first(self) -> pd.Timestamp:
        """Where the series begins."""
        return pd.Timestamp(int(self.edges[0]), unit="ns", tz="UTC")

    @property
    def last(self) -> pd.Timestamp:
        """Where it ends."""
        return pd.Timestamp(int(self.edges[-1]), unit="ns", tz="UTC")

    def between(self, start: pd.Timestamp, end: pd.Timestamp) -> float:
        """Requests between two instants; an interval that is cut counts by its share."""
        a, b = np.interp([nanosecond(start), nanosecond(end)], self.edges, self.counted)
        return round(float(b - a), 6)


def traffic_of(series: pd.DataFrame) -> dict[str, Traffic]:
    """The traffic of each key of a series."""
    name = "valid" if "valid" in series.columns else "count"
    rows = checked_series(series, needs=(name,))
    if "unit" in rows and len(rows):
        # Seconds of a service level are no traffic.
        rows = rows[rows["unit"] != "s"]
    made = {}
    first = last = None
    if len(rows):
        first, last = nanosecond(rows["time"].min()), nanosecond(rows["end"].max())
    for key, mine in rows.groupby("key", sort=True):
        starts = mine["time"].astype("datetime64[ns, UTC]").astype("int64").to_numpy()
        ends = mine["end"].astype("datetime64[ns, UTC]").astype("int64").to_numpy()
        if len(np.unique(ends - starts)) > 1 or (starts[1:] < ends[:-1]).any():
            raise ParameterError(
                "intervals of several lengths, or that overlap",
                remedy="count anew with one `every`; keep one row for each key and interval",
                where="series",
            )
        counts = mine[name].to_numpy(float)
        edges = np.stack([starts, ends], axis=1).ravel()
        up = np.append(0.0, np.cumsum(counts))
        counted = np.stack([up[:-1], up[1:]], axis=1).ravel()
        # Every key is looked at over the whole series: a key without a row had no request.
        edges = np.concatenate([[first], edges, [last]])
        counted = np.concatenate([[0.0], counted, [up[-1]]])
        made[str(key)] = Traffic(edges, counted, int(ends[0] - starts[0]))
    return made


def failures_of(series: pd.DataFrame) -> dict[str, Traffic]:
    """Failed requests of each key, the same way; none where the series does not tell them."""
    if not {"valid", "good"} <= set(series.columns) or series["good"].isna().any():
        return {}
    return traffic_of(series.assign(valid=(series["valid"] - series["good"]).clip(lower=0)))


def known_zone(zone: str) -> ZoneInfo:
    """A zone by its name, refused where there is none."""
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise ParameterError(
            f"no zone {zone!r}", remedy='give an IANA name, such as "Europe/Berlin"', where="zone"
        ) from None


def start_of(row: dict[str, Any]) -> pd.Timestamp:
    """Where a window begins."""
    return pd.Timestamp(row["start"])


def end_of(row: dict[str, Any], last: pd.Timestamp) -> pd.Timestamp:
    """Where a window ends; one that is not over runs to the last instant."""
    return last if pd.isna(row["end"]) else pd.Timestamp(row["end"])
