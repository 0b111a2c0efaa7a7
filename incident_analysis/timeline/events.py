"""Events in order."""

from __future__ import annotations

import pandas as pd

from incident_analysis.incident import Incident
from incident_analysis.reading.incident_events import written


def events(incident: Incident) -> pd.DataFrame:
    """The events of an incident, in order.

    Events with a time are sorted by it; those of one instant keep the order in which they were written. An event
    without a time stays behind the event that it was written behind. What lies after the `as_of` has not happened yet
    and is left out.

    Parameters
    ----------
    incident : Incident
        Its `timeline`, and the `timeline.csv` in its folder where there is one.

    Returns
    -------
    TIMELINE
        `time` is NaT where no source gives it.

    Raises
    ------
    IncidentFileError
        `timeline.csv` holds a time that cannot be read.
    """
    return written(incident)
