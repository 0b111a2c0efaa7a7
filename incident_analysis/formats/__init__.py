"""Formats: what exports look like, one file each: `logs` holds those of log records, `events` those of alerts, chats,
tickets, incidents and their histories, `metrics` those of measured values.

Other people's packages add theirs by the entry point `incident_analysis.formats`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from incident_analysis.errors import IncidentAnalysisWarning, ParameterError
from incident_analysis.format import Format
from incident_analysis.formats import events, logs, metrics
from incident_analysis.words import nearest

if TYPE_CHECKING:
    import pandas as pd

ENTRY_POINT = "incident_analysis.formats"


@cache
def every() -> tuple[Format, ...]:
    """All known formats: the house's own, then those of installed packages.

    Warns
    -----
    IncidentAnalysisWarning
        A package's formats cannot be used; the others can.
    """
    from importlib.metadata import entry_points

    found = [*logs.FORMATS, *events.FORMATS, *metrics.FORMATS]
    for point in sorted(entry_points(group=ENTRY_POINT), key=lambda p: p.name):
        try:
            given = point.load()
            more = [given] if isinstance(given, Format) else list(given)
        except Exception as error:
            # Other people's code: it may fail in any way, and must not keep logs from being read.
            _left_out(point.name, f"{type(error).__name__}: {error}")
            continue
        for one in more:
            if not isinstance(one, Format):
                _left_out(point.name, f"{point.value} gives {type(one).__name__}, not a Format")
            elif one.name in {f.name for f in found}:
                _left_out(point.name, f"there is another format {one.name!r}")
            else:
                found.append(one)
    return tuple(found)


@cache
def yielding(frame: str) -> tuple[Format, ...]:
    """The known formats whose rows can be of a frame."""
    return tuple(form for form in every() if frame in form.frames)


def _left_out(name: str, why: str) -> None:
    import warnings

    warnings.warn(
        f"the formats of the installed package's entry point {name!r} are left out: {why}",
        IncidentAnalysisWarning,
        stacklevel=3,
    )


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
        `name` (what `format` takes), `title`, `yields` (its frames), `zone` (where the zone comes from), `inner`
        (whether lines inside are read again by their own format), `reference` (specification).
    """
    import pandas as pd

    return pd.DataFrame(
        [
            (f.name, f.title, ", ".join(f.frames), ZONE_RULES.get(f.zone_rule, f.zone_rule), bool(f.inner), f.reference)
            for f in sorted(every(), key=lambda f: f.name)
        ],
        columns=["name", "title", "yields", "zone", "inner", "reference"],
    )
