"""Promises of what stands between sources: copies of events, clocks, coverage, contradictions, changes."""

from __future__ import annotations

from incident_analysis.frames.promise import BOOL, COUNT, NUMBER, TEXT, TIME, promise

COPIES = promise(
    "COPIES",
    "two events, one of each of two sources, that may be the same",
    ("first_id", TEXT, "event_id in the first source"),
    ("second_id", TEXT, "event_id in the second source"),
    ("first_time", TIME, "as the first source's clock has it"),
    ("second_time", TIME, "as the second source's clock has it"),
    ("difference_s", NUMBER, "seconds from the second to the first: what would have to be added to the second"),
    ("matched_by", TEXT, "key, text or instant"),
    ("likeness", NUMBER, "of what they say, 0 to 1; NaN where only their instants were compared"),
    ("weight", NUMBER, "probability that they are copies, by how the differences of all candidates agree"),
)
OFFSETS = promise(
    "OFFSETS",
    "a source's clock against the others'",
    ("source", TEXT, "whose clock"),
    ("reference", TEXT, "against which clocks"),
    ("offset_s", NUMBER, "seconds to be added to the source's clock; NaN where that cannot be told"),
    ("offset_low_s", NUMBER, "lower end of the interval"),
    ("offset_high_s", NUMBER, "upper end of the interval"),
    ("level", NUMBER, "probability of the interval"),
    ("copies", COUNT, "copies of events that it rests on"),
    ("applied_s", NUMBER, "seconds that were added; 0 where the clock was left as it is"),
    ("proposal", TEXT, "what it looks like: another zone, another date, a clock that is off, or nothing"),
    ("reason", TEXT, "why it cannot be told, or why it was applied or not"),
)
AGREEMENT = promise(
    "AGREEMENT",
    "a copy of an event, beside the event that leads it",
    ("source", TEXT, "whose copy"),
    ("reference", TEXT, "source of the event that leads"),
    ("event_id", TEXT, "of the copy"),
    ("lead_id", TEXT, "event_id of the event that leads"),
    ("time", TIME, "of the event that leads, its clock put right"),
    ("before_s", NUMBER, "seconds from it to the copy, by the copy's own clock"),
    ("after_s", NUMBER, "seconds from it to the copy, its clock put right"),
)
PROPOSALS = promise(
    "PROPOSALS",
    "a milestone as the timeline suggests it; one that it does not tell too",
    ("milestone", TEXT, "name"),
    ("time", TIME, "instant; NaT where the timeline does not tell"),
    ("time_low", TIME, "earliest; NaT where the width is not known"),
    ("time_high", TIME, "latest; NaT where the width is not known"),
    ("certainty", TEXT, "exact, approx, day or unknown"),
    ("event_id", TEXT, "event that it rests on; empty where none"),
    ("text", TEXT, "what that event says"),
    ("source", TEXT, "where that event stands"),
    ("reason", TEXT, "the rule that chose it, or why nothing was chosen"),
    ("standing", TEXT, "marked (in the timeline), proposed (by rule) or none"),
    ("declared", TIME, "what incident.yaml says, where an incident was given; NaT where it says nothing"),
    ("difference_s", NUMBER, "seconds from declared to proposed; NaN where one of them is missing"),
)
COVERAGE = promise(
    "COVERAGE",
    "a stretch of time of one source",
    ("source", TEXT, "file or document"),
    ("holds", TEXT, "logs, events, metrics or unknown"),
    ("start", TIME, "begin; NaT where the source has no times at all"),
    ("end", TIME, "end"),
    ("state", TEXT, "covered, silent, truncated or absent"),
    ("count", COUNT, "records or events in the stretch"),
    ("reason", TEXT, "why it is called so"),
)
CONTRADICTIONS = promise(
    "CONTRADICTIONS",
    "two statements that cannot both hold, or one that lacks its counterpart",
    ("kind", TEXT, "of contradiction"),
    ("first_id", TEXT, "event_id, or a milestone's name"),
    ("second_id", TEXT, "event_id, or a milestone's name; empty where something is missing"),
    ("first_time", TIME, "of the first"),
    ("second_time", TIME, "of the second; NaT where there is none"),
    ("gap_s", NUMBER, "seconds by which they disagree; NaN where that is not known"),
    ("certain", BOOL, "whether it holds for every instant that the bounds allow; missing where bounds are not known"),
    ("text", TEXT, "what contradicts what"),
    ("remedy", TEXT, "what would settle it"),
)
CHANGES = promise(
    "CHANGES",
    "what an import changes, or does not change although the source now says something else",
    ("change", TEXT, "added, updated, kept, joined, gone or unchanged"),
    ("event_id", TEXT, "which event"),
    ("column", TEXT, "which column; empty where the whole event is meant"),
    ("before", TEXT, "as it stood in timeline.csv"),
    ("after", TEXT, "as the export has it"),
    ("source", TEXT, "file of the export"),
    ("reason", TEXT, "why"),
)
EVIDENCE_FILES = promise(
    "EVIDENCE_FILES",
    "a file in the incident's evidence/",
    ("path", TEXT, "inside the incident's folder"),
    ("sha256", TEXT, "digest of its bytes"),
    ("bytes", COUNT, "size"),
    ("origin", TEXT, "where it was copied from"),
    ("exported", TIME, "when it was last written before it was copied: the best that is known of the export's time"),
    ("collected", TIME, "when it was copied"),
    ("state", TEXT, "copied, there already, changed or missing"),
    ("reason", TEXT, "in words"),
)
