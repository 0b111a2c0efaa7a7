"""Causes, effects and actions of an incident as frames."""

from __future__ import annotations

from typing import Any

import pandas as pd

from incident_analysis import frames, words
from incident_analysis.document import Range
from incident_analysis.incident import Action, Incident


def causes(incident: Incident) -> pd.DataFrame:
    """The contributing factors and the effects, in layers.

    Parameters
    ----------
    incident : Incident

    Returns
    -------
    CAUSES
        In the incident's order, effects after causes. `layer` counts the longest way from something that nothing
        leads to; all effects share the last layer.
    """
    arrows = {cause.id: cause.leads_to for cause in incident.causes}
    layer = dict.fromkeys(arrows, 0)
    # As many rounds as there are causes suffice: the incident was read, so there is no circle.
    for _ in arrows:
        moved = False
        for cause, targets in arrows.items():
            for target in targets:
                if target in layer and layer[target] <= layer[cause]:
                    layer[target], moved = layer[cause] + 1, True
        if not moved:
            break
    last = max(layer.values(), default=-1) + 1
    rows: list[dict[str, Any]] = [
        {
            "cause_id": cause.id,
            "kind": cause.kind,
            "category": cause.category,
            "text": cause.text,
            "leads_to": tuple(cause.leads_to),
            "layer": layer[cause.id],
        }
        for cause in incident.causes
    ]
    rows += [
        {"cause_id": e.id, "kind": "effect", "category": "", "text": e.text, "leads_to": (), "layer": last}
        for e in incident.effects
    ]
    return frames.build(frames.CAUSES, rows)


def actions(incident: Incident) -> pd.DataFrame:
    """The action plan, one row an action.

    Besides what ACTIONS promises there is `shares`: for each of `cuts` the range of the share that is cut, or None.

    Parameters
    ----------
    incident : Incident

    Returns
    -------
    ACTIONS
        In the order of the six categories, then as written. What is not stated is empty or missing.
    """
    made = frames.build(
        frames.ACTIONS,
        [
            {
                "action_id": action.id,
                "category": category,
                "text": action.text,
                "status": action.status or "",
                "automatic": action.automatic,
                "owner": action.owner,
                "opened": action.opened.low if action.opened else None,
                "due": action.due.low if action.due else None,
                "closed": action.closed.low if action.closed else None,
                "cost": _cost(action),
                "cuts": tuple(cut.id for cut in action.cuts),
                "rule": _rule(action),
            }
            for category, _, action in incident.every_action
        ],
    )
    shares = [tuple(cut.share for cut in action.cuts) for _, _, action in incident.every_action]
    return made.assign(shares=pd.Series(shares, dtype=object, index=made.index))


def _cost(action: Action) -> str:
    if not isinstance(action.cost, Range):
        return action.cost or ""
    return said(action.cost)


def said(given: Range) -> str:
    """A range as it was stated, in words; empty where no figure is given."""

    def say(x: float) -> str:
        return words.quantity(x, given.unit)

    if given.value is not None:
        return say(given.value)
    likely = f"{say(given.likely)}, " if given.likely is not None else ""
    if given.low is not None and given.high is not None:
        if words.is_currency(given.unit):
            return f"{likely}{say(given.low)} to {words.number(given.high)}"
        return f"{likely}{words.number(given.low)} to {say(given.high)}"
    if given.low is not None:
        return f"{likely}at least {say(given.low)}"
    if given.high is not None:
        return f"{likely}at most {say(given.high)}"
    return say(given.likely) if given.likely is not None else ""


def _rule(action: Action) -> str:
    rule = action.rule
    if rule is None:
        return ""
    threshold = words.number(rule.threshold) if isinstance(rule.threshold, int | float) else rule.threshold or ""
    lasting = f"for {words.duration(rule.for_.total_seconds())}" if rule.for_ else ""
    return " ".join(part for part in (rule.metric, rule.op, threshold, lasting) if part)
