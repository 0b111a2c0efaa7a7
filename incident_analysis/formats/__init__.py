"""Formats: what exports look like. `logs` holds those of log records, one file each.

Other people's packages add theirs by the entry point `incident_analysis.formats`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from incident_analysis.errors import ParameterError
from incident_analysis.format import Format
from incident_analysis.formats import logs
from incident_analysis.words import nearest

if TYPE_CHECKING:
    import pandas as pd

ENTRY_POINT = "incident_analysis.formats"


@cache
def every() -> tuple[Format, ...]:
    """All known formats: the house's own, then those of installed packages."""
    from importlib.metadata import entry_points

    found = list(logs.FORMATS)
    for point in sorted(entry_points(group=ENTRY_POINT), key=lambda p: p.name):
        given = point.load()
        found += [given] if isinstance(given, Format) else list(given)
    return tuple(found)


def named(name: str) -> Format:
    """A format by its name.

    Raises
    ------
    ParameterError
        There is none; the nearest known name is told.
    """
    names = [f.name for f in every()]
    if name in names:
        return every()[names.index(name)]
    close = nearest(name, names)
    raise ParameterError(
        f"no format {name!r}",
        remedy=f"use {close!r}" if close else "`incident-analysis formats` lists them",
        where="format",
    )


#: What `Format.zone_rule` means, for people.
ZONE_RULES = {
    "explicit": "in every stamp, or UTC by specification",
    "header": "told by the document, else UTC",
    "local": "a wall clock: stated, or assumed to be UTC",
}


def table() -> pd.DataFrame:
    """All known formats, by name: what the command `formats` shows.

    Returns
    -------
    DataFrame
        `name` (what `format` takes), `title`, `yields` (the frame), `zone` (where the zone comes from), `inner`
        (whether lines inside are read again by their own format), `reference` (specification).
    """
    import pandas as pd

    return pd.DataFrame(
        [
            (f.name, f.title, f.yields, ZONE_RULES.get(f.zone_rule, f.zone_rule), bool(f.inner), f.reference)
            for f in sorted(every(), key=lambda f: f.name)
        ],
        columns=["name", "title", "yields", "zone", "inner", "reference"],
    )
