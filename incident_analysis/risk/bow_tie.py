"""A scenario as a bow-tie: what leads to it, what comes of it, and what stands between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from incident_analysis import frames, words
from incident_analysis.register import Scenario
from incident_analysis.risk.prior import USUAL_LEVEL, belief, event_belief, rate_of
from incident_analysis.risk.telling import bare, figure
from incident_analysis.risk.verdict import Verdict

COLUMNS = ["side", "node_id", "text", "figure", "barriers"]


def bow_tie(
    scenario: Scenario | Sequence[Verdict], *, actions: pd.DataFrame | None = None, level: float = USUAL_LEVEL
) -> pd.DataFrame:
    """A scenario as the rows of a bow-tie.

    Parameters
    ----------
    scenario : Scenario, or Verdicts
        Of verdicts the first one's scenario.
    actions : ACTIONS, optional
        What cuts an event, the cause or an effect stands as a barrier before it; what was rejected does not.
    level : float

    Returns
    -------
    DataFrame
        `side` (threat, event or consequence), `node_id`, `text`, `figure` (in words; "unknown" where it is), `barriers`
        (tuple of text). No rows where there is no verdict.
    """
    if not isinstance(scenario, Scenario):
        if not scenario:
            return pd.DataFrame(columns=COLUMNS)
        scenario = scenario[0].scenario
    rows: list[dict[str, Any]] = []
    for one in scenario.events:
        told = event_belief(one, where=f"{scenario.id}.cause.gate.events.{one.id}").estimate(level)
        rows.append({"side": "threat", "node_id": one.id, "text": one.what or one.id, "figure": figure(told)})
    rate = rate_of(scenario).estimate(level)
    rows.append({"side": "event", "node_id": scenario.id, "text": scenario.cause.what, "figure": figure(rate)})
    for effect in scenario.effects:
        where = f"{scenario.id}.effects.{effect.id}"
        likely = belief(effect.probability, "probability", "", where=f"{where}.probability").estimate(level)
        unit = effect.consequence.unit if effect.consequence is not None else ""
        size = belief(effect.consequence, "consequence", unit, where=f"{where}.consequence").estimate(level)
        parts = [f"follows in {figure(likely)}" if likely.known else "how likely is unknown"]
        parts.append(f"costs {figure(size)}" if size.known else "its consequence is unknown")
        rows.append({"side": "consequence", "node_id": effect.id, "text": effect.what, "figure": "; ".join(parts)})
    barriers: dict[str, list[str]] = {}
    for action in frames.rows(actions) if actions is not None else []:
        if action["status"] != "rejected":
            state = f" ({str(action['status']).replace('_', ' ')})" if action["status"] else ""
            for target in action["cuts"]:
                barriers.setdefault(str(target), []).append(bare(str(action["text"])) + state)
    for row in rows:
        row["text"] = words.sentence(bare(row["text"])).rstrip(".")
        row["barriers"] = tuple(barriers.get(row["node_id"], ()))
    return pd.DataFrame(rows, columns=COLUMNS)
