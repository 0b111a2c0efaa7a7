"""What PagerDuty's exports share: references, who acted, ids that are the same in every export."""

from __future__ import annotations

from typing import Any

from incident_analysis.format import Row
from incident_analysis.formats import objects

#: Fields that say that more pages follow.
MORE = ("more", "next_cursor", "starting_after")


def event_id(*parts: Any) -> str:
    """The id of an event, the same in whichever export it stands."""
    return "pagerduty:" + "/".join(str(part) for part in parts)


def summary(reference: Any) -> str | None:
    """What a reference names."""
    found = objects.pick(reference, "summary", "name", "description")
    return None if found is None else str(found)


def by(agent: Any) -> Row:
    """Who acted, from a reference: people are staff; services, integrations and rules act by themselves."""
    if not isinstance(agent, dict):
        return {}
    person = str(agent.get("type") or "user").startswith("user")
    return {
        "actor": "staff" if person else "system",
        "automatic": not person,
        "who": summary(agent),
    }
