"""The timeline: events in their order, milestones, durations and pairs.

`events` puts the events in order, `moments` the milestones, `durations` measures between them, `windows` is the time
of the malfunction as one window, `pairs` joins alerts to acknowledgements and failures to consequences, `published`
confronts the durations with those that the sources state.
"""

from incident_analysis.timeline.durations import DURATIONS, duration, durations
from incident_analysis.timeline.events import events
from incident_analysis.timeline.moments import moments, periods, windows
from incident_analysis.timeline.pairs import pairs
from incident_analysis.timeline.published import published

__all__ = ["DURATIONS", "duration", "durations", "events", "moments", "pairs", "periods", "published", "windows"]
