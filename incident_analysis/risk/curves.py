"""The loss of a year of the scenarios that an incident names, before and now, as curves."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from incident_analysis import frames
from incident_analysis.risk.loss import Losses, Of, curve
from incident_analysis.risk.verdict import Verdict

#: Before and now.
WHICH = ("assumed", "now")


def loss_curves(verdicts: Sequence[Verdict], *, of: Of = "sum") -> pd.DataFrame:
    """How likely a year exceeds an amount, as assumed and as held now.

    Parameters
    ----------
    verdicts : sequence of Verdict
        Their scenarios are taken together, as independent, in the unit of the first whose losses are known.
    of : {"sum", "largest"}

    Returns
    -------
    LOSS_CURVE
        With `which` (assumed or now); no rows where no loss is known, none for now where nothing was counted.
    """
    known = [v for v in verdicts if v.year is not None]
    pieces = []
    unit = known[0].year.unit if known and known[0].year is not None else ""
    for which in WHICH:
        sources = {
            v.scenario.id: v.year.before if which == "assumed" else v.year.after
            for v in known
            if v.year is not None and v.year.unit == unit
        }
        changed = any(not v.reconstructed for v in known)
        if sources and (which == "assumed" or changed):
            pieces.append(curve(Losses(unit, sources), of=of).assign(which=which))
    empty = frames.empty(frames.LOSS_CURVE).assign(which=pd.Series(dtype="str"))
    return pd.concat(pieces, ignore_index=True) if pieces else empty
