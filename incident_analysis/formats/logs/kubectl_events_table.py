"""The table of `kubectl get events`, or of `kubectl describe`: refused, for it tells ages and not times.

"3m30s (x256 over 58m)" counts back from the moment of the export, which the table does not hold.
"""

from __future__ import annotations

from collections.abc import Iterator

from incident_analysis.errors import InputError
from incident_analysis.format import Context, Format, Item, Match, head_lines
from incident_analysis.patterns import pattern

_HEADING = pattern(rb"(?:NAMESPACE +)?LAST ?SEEN +(?:FIRST ?SEEN +)?(?:COUNT +)?(?:TYPE|NAME) +(?:REASON|KIND) +")
#: At the end of what `kubectl describe` shows.
_DESCRIBED = pattern(rb"(?m)^ *Type +Reason +Age +From +Message *\r?\n *-+ +-+ +-+ +-+ +-+")


def read(text: str, context: Context) -> Iterator[Item]:
    """Refuse, and say how to export them with their times."""
    raise InputError(
        "a table of kubectl's events has ages, not times: they cannot be placed without the moment of the export",
        remedy="export them again with `kubectl get events -A -o json` (Kubernetes keeps them for an hour), or write "
        "those that matter into the timeline by hand",
        where=context.source,
    )
    yield  # what makes this an iterator


def recognise(head: bytes) -> Match | None:
    """By the heading."""
    if _DESCRIBED.search(head) is not None:
        return Match(0.9, "the table of events of `kubectl describe`")
    lines = head_lines(head, most=5)
    if any(_HEADING.match(line) for line in lines[:3]):
        return Match(0.97, "the heading of kubectl's table of events")
    return None


FORMAT = Format(
    name="kubectl_events_table",
    title="kubectl get events, as a table (refused with advice)",
    reference="https://kubernetes.io/docs/reference/kubectl/generated/kubectl_events/",
    sample="LAST SEEN   TYPE     REASON    OBJECT        MESSAGE\n3m          Normal   Started   pod/made-up   Begun\n",
    recognise=recognise,
    read=read,
)
