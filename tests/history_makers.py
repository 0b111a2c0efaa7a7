"""Made-up histories as INCIDENTS, for the tests and the benchmark of trends."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from incident_analysis import frames

MILESTONES = ("malfunction_began", "started", "detected", "acknowledged", "mitigated", "restored", "resolved")


def history(rows: list[dict[str, Any]], **extra: list[Any]) -> pd.DataFrame:
    """INCIDENTS from short rows: `started`, `restored` (None: unknown; "open"), and any other column."""
    made = []
    for number, row in enumerate(rows):
        row = {"incident_id": f"i{number}", "organisation": "Made up", "services": (), "scenario_ids": (), **row}
        for name in MILESTONES:
            if row.get(name) == "open":
                row[name], row[f"{name}_certainty"] = None, "open"
            row.setdefault(f"{name}_certainty", "exact" if row.get(name) is not None else "unknown")
        made.append(row)
    frame = frames.build(frames.INCIDENTS, made)
    return frame.assign(**extra) if extra else frame


def at(seconds: float, start: str = "2024-01-01T00:00:00Z") -> pd.Timestamp:
    """An instant so many seconds after another."""
    return pd.Timestamp(start) + pd.Timedelta(seconds=float(seconds))


def many(count: int, *, seed: int = 1, years: float = 3.0, share_open: float = 0.0) -> pd.DataFrame:
    """A long history made at once, without a loop over incidents."""
    rng = np.random.default_rng(seed)
    span = years * 365.25 * 86_400
    start = pd.Timestamp("2023-01-01T00:00:00Z")
    seconds = np.sort(rng.random(count)) * span
    started = pd.Series(start + pd.to_timedelta(np.round(seconds), unit="s")).astype("datetime64[us, UTC]")
    length = np.round(np.exp(rng.normal(8.2, 1.3, count))) + 1
    severity = rng.choice(["critical", "major", "minor"], count, p=[0.05, 0.2, 0.75])
    columns: dict[str, Any] = {}
    for column in frames.INCIDENTS.columns:
        empty: Any = pd.Series([""], dtype="str").repeat(count).reset_index(drop=True)
        if column.kind == frames.TIME:
            empty = pd.Series(pd.NaT, index=range(count), dtype="datetime64[us, UTC]")
        columns[column.name] = empty
    services = [(f"service {k}",) for k in range(20)]
    columns["incident_id"] = pd.Series(np.char.add("i", np.arange(count).astype(str)), dtype="str")
    columns["organisation"] = pd.Series(["Made up"], dtype="str").repeat(count).reset_index(drop=True)
    columns["severity_stated"] = pd.Series(severity, dtype="str")
    columns["trigger"] = pd.Series(
        rng.choice(["configuration push", "binary push", "capacity", "hardware"], count), dtype="str"
    )
    columns["services"] = pd.Series([services[k] for k in rng.integers(0, 20, count)], dtype=object)
    columns["scenario_ids"] = pd.Series([()] * count, dtype=object)
    columns["source"] = pd.Series(["made_up.json"], dtype="str").repeat(count).reset_index(drop=True)
    columns["started"] = started
    still = rng.random(count) < share_open
    ended = (started + pd.to_timedelta(length, unit="s")).astype("datetime64[us, UTC]")
    columns["restored"] = ended.mask(pd.Series(still))
    for name in MILESTONES:
        known = "exact" if name in ("started", "restored") else "unknown"
        columns[f"{name}_certainty"] = pd.Series([known], dtype="str").repeat(count).reset_index(drop=True)
    columns["restored_certainty"] = pd.Series(np.where(still, "open", "exact"), dtype="str")
    return pd.DataFrame(columns)
