"""The ledger of consequences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from incident_analysis import frames, words
from incident_analysis.errors import ParameterError
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.incident import ImpactLine, Incident


def ledger(incident: Incident) -> pd.DataFrame:
    """Every consequence that the incident states, one line each, in the order of writing.

    Parameters
    ----------
    incident : Incident

    Returns
    -------
    LEDGER
        Figures as stated: no range is made up where the source gives a point; a line without any figure has NaN in
        `low`, `likely` and `high`, which means unknown and not zero. Who, why and bearer are empty where not stated.
    """
    return frames.build(frames.LEDGER, [_row(line, incident, i) for i, line in enumerate(incident.impact)])


def _row(line: ImpactLine, incident: Incident, place: int) -> dict[str, Any]:
    row = {c.name: getattr(line, c.name) for c in frames.LEDGER.columns}
    identity = line.id or f"impact-{place + 1}"
    said = Evidence("ledger", line.source or "incident.yaml", identity, line.what)
    unknown = line.low is None and line.likely is None and line.high is None
    further = tuple(Evidence("ledger", path, identity, line.what) for path in line.evidence)
    # A line without a figure is unknown, whatever else its source says of it.
    certainty = "unknown" if unknown and not line.stated else line.certainty or "stated"
    return row | {"id": identity, "certainty": certainty, "evidence": (said, *further)}


def checked_ledger(ledger: pd.DataFrame) -> pd.DataFrame:
    """A ledger whose figures can be: none below 0, and ends that rise.

    Raises
    ------
    FrameError, ParameterError
    """
    frames.check(ledger, frames.LEDGER, where="ledger")
    for row in frames.rows(ledger):
        points = [float(row[name]) for name in ("low", "likely", "high") if not pd.isna(row[name])]
        if any(x < 0 for x in points):
            raise ParameterError(
                f"{row['id']}: a negative amount, {words.exactly(min(points))}",
                remedy="give amounts of 0 or more; what was won has role: gain",
                where="ledger",
            )
        if points != sorted(points):
            raise ParameterError(
                f"{row['id']}: low, likely and high do not rise: {words.listing(map(words.exactly, points))}",
                remedy="give low ≤ likely ≤ high",
                where="ledger",
            )
    return ledger


def line_estimate(row: Any) -> Estimate:
    """One row of LEDGER as an Estimate: exact where counted, else as stated, with its bounds."""

    def number(name: str) -> float | None:
        return None if pd.isna(row[name]) else float(row[name])

    low, likely, high = number("low"), number("likely"), number("high")
    if low is None and likely is None and high is None:
        return Estimate.unknown(row["stated"] or "no figure is stated", unit=row["unit"], evidence=row["evidence"])
    # "about" is for what its own source calls an estimate; a figure as stated is a point.
    point = likely is not None and low is None and high is None and row["certainty"] not in ("estimate", "derived")
    return Estimate(
        likely,
        likely if point else low,
        likely if point else high,
        interval="exact" if point else "stated" if likely is not None else "bounds",
        unit=row["unit"],
        n=1,
        method=row["certainty"] + (f"; stated: {row['stated']}" if row["stated"] else ""),
        evidence=row["evidence"],
    )


def figure(row: Any) -> str:
    """The figure of one row of LEDGER in words, as the source gives it."""
    low, likely, high = (None if pd.isna(row[name]) else float(row[name]) for name in ("low", "likely", "high"))
    unit = row["unit"]
    if likely is not None:
        text = _say(likely, unit)
        # Only figures that their own source calls counted or stated stand bare.
        if row["certainty"] in ("estimate", "derived"):
            text = f"about {text}"
        if low is not None and high is not None:
            text += f" [{_say(low, unit)}, {_say(high, unit)}]"
        elif low is not None or high is not None:
            text += f" (at {'least' if high is None else 'most'} {_say(low if high is None else high, unit)})"  # type: ignore[arg-type]  # one of the two is known
    elif low is not None and high is not None:
        text = f"between {_say(low, unit)} and {_say(high, unit)}"
    elif low is not None:
        text = f"at least {_say(low, unit)}"
    elif high is not None:
        text = f"at most {_say(high, unit)}"
    elif row["stated"]:
        return f"no figure; stated: {row['stated']}"
    else:
        return f"unknown ({unit})" if unit else "unknown"
    of = "" if pd.isna(row["of"]) else f" of {_say(float(row['of']), unit)}"
    return text + of + (f" (stated: {row['stated']})" if row["stated"] else "")


def _say(value: float, unit: str) -> str:
    """A figure with every digit that its source states."""
    return words.quantity(value, unit, exact=True)
