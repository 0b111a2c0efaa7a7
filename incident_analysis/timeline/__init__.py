"""The timeline: events in their order, milestones, durations and pairs; several sources as one.

`events` puts the events of an incident in order; `csv_text` and `from_csv` are its `timeline.csv`. `copies` finds the
same event in two sources, `clocks` how far their clocks are apart, `shifting` moves one onto the other, `merging` makes
one timeline of several, `agreement` tells how far copies are apart then, `renewing` imports again without losing what
people wrote. `moments` are the milestones as declared, `milestones` as the events suggest them, `durations` what lies
between; `windows` is the time of the malfunction as one window, `pairs` joins alerts to acknowledgements and failures
to consequences. `published` confronts the durations with those that the sources state, `contradictions` the statements
with each other, `coverage` says what the sources can tell of.
"""

from incident_analysis.reading.timeline_csv import csv_text, from_csv
from incident_analysis.timeline.agreement import agreement
from incident_analysis.timeline.clocks import clock_offset, copies, offsets, proposal
from incident_analysis.timeline.contradictions import contradictions
from incident_analysis.timeline.copies import origins
from incident_analysis.timeline.coverage import coverage
from incident_analysis.timeline.durations import DURATIONS, duration, durations
from incident_analysis.timeline.events import events
from incident_analysis.timeline.merging import merge
from incident_analysis.timeline.milestones import milestones
from incident_analysis.timeline.moments import moments, periods, windows
from incident_analysis.timeline.pairs import pairs
from incident_analysis.timeline.published import published
from incident_analysis.timeline.renewing import Renewal, renew
from incident_analysis.timeline.shifting import mark_order, shift

__all__ = [
    "DURATIONS",
    "Renewal",
    "agreement",
    "clock_offset",
    "contradictions",
    "copies",
    "coverage",
    "csv_text",
    "duration",
    "durations",
    "events",
    "from_csv",
    "mark_order",
    "merge",
    "milestones",
    "moments",
    "offsets",
    "origins",
    "pairs",
    "periods",
    "proposal",
    "published",
    "renew",
    "shift",
    "windows",
]
