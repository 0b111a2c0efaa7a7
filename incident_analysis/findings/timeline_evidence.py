"""What the timeline rests on: assumptions, sources, clocks, coverage, contradictions, proposed milestones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from incident_analysis import frames, words
from incident_analysis import timeline as times
from incident_analysis.charts.chart import Chart
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.findings.finding import Finding
from incident_analysis.findings.phrases import MILESTONE_NAMES, bare, counts, table
from incident_analysis.incident import Incident

Charts = Mapping[str, tuple[Chart, ...]]
#: How many assumptions the first page names; the section tells all.
MOST = 10
#: What people write themselves: neither an export nor a machine's record.
WRITTEN = ("incident.yaml", "timeline.csv")


def evidence_findings(
    incident: Incident, events: pd.DataFrame, *, charts: Charts, coverage: pd.DataFrame | None = None
) -> list[Finding]:
    """The findings about what the timeline rests on; those that have nothing to tell are left out.

    Parameters
    ----------
    incident : Incident
    events : TIMELINE
    charts : mapping of str to tuple of Chart
        Those named "sources", "clocks" and "coverage" go with their findings.
    coverage : COVERAGE, optional
        Where it is computed already.

    Returns
    -------
    list of Finding
    """
    contradictions = times.contradictions(events, incident=incident)
    stretches = times.coverage(incident) if coverage is None else coverage
    rows = _assumption_rows(events, stretches)
    return [
        *_short(rows, contradictions),
        *_assumptions(rows),
        *_sources(events, charts),
        *_coverage(stretches, charts.get("coverage", ())),
        *_contradictions(events, contradictions),
        *_proposals(incident, events),
    ]


def _assumption_rows(events: pd.DataFrame, stretches: pd.DataFrame) -> list[dict[str, str]]:
    """What is taken for granted of each source's times."""
    rows: list[dict[str, str]] = []
    whose = pd.Series(times.origins(events), index=events.index, dtype="str")
    for source, part in events.groupby(whose, sort=False):
        zones = part["zone"][part["zone"].str.startswith("assumed:")].str.removeprefix("assumed:")
        if len(zones):
            rows.append(
                _assumed(
                    source, "zone", f"clocks without a zone are taken as {words.listing(sorted(set(zones)))}", zones
                )
            )
        moved = part[part["clock_offset_s"].notna() & (part["clock_offset_s"] != 0)]
        for added, of_it in moved.groupby("clock_offset_s", sort=True):
            rows.append(_assumed(source, "clock", _clock_words(float(added), of_it), of_it))  # type: ignore[arg-type]
        if "parsed" in part and (~part["parsed"].astype(bool)).any():
            unread = part[~part["parsed"].astype(bool)]
            rows.append(_assumed(source, "unread", "records that could not be read are kept as they stand", unread))
    rows += _reference(events, rows)
    if "order_doubtful" in (marked := times.mark_order(events)) and len(events):
        doubtful = marked[marked["order_doubtful"].fillna(False) & (marked["relation"] != "duplicates")]
        if len(doubtful):
            said = "the clocks leave open which of these came first: they stand in the likelier order"
            rows.append(_assumed("several sources", "order", said, doubtful))
    for row in frames.rows(stretches[stretches["state"] == "truncated"]):
        rows.append(
            {
                "Source": str(row["source"]),
                "About": "truncated",
                "Assumption": f"what lies behind {words.instant(row['start'])} is not in the export: {row['reason']}",
                "Events": "unknown",
            }
        )
    return rows


def _reference(events: pd.DataFrame, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Which clocks the others were put on: no source tells that they are right."""
    moved = {row["Source"] for row in rows if row["About"] == "clock"}
    if not moved:
        return []
    whose = pd.Series(times.origins(events), index=events.index)
    still = events[~whose.isin([*moved, *WRITTEN]) & events["zone"].isin(["explicit", "header"])]
    names = list(dict.fromkeys(whose[still.index]))
    said = "its clock is taken as right: the others were put on it"
    return [_assumed(words.listing(names), "clock", said, still)] if names else []


def _assumed(source: Any, about: str, said: str, of: Any) -> dict[str, str]:
    return {"Source": str(source), "About": about, "Assumption": said, "Events": f"{len(of):,}"}


def _clock_words(added: float, rows: pd.DataFrame) -> str:
    way = "added to" if added > 0 else "taken from"
    width = (rows["time_high"] - rows["time_low"]).max()
    said = f"{words.duration(abs(round(added, 1)))} {way} its clock"
    if not pd.isna(width) and width.total_seconds() > 0 and (rows["certainty"] == "approx").any():
        said += f", which is uncertain by {words.duration(round(width.total_seconds() / 2, 1))} to either side"
    return said


def _short(rows: list[dict[str, str]], contradictions: pd.DataFrame) -> list[Finding]:
    """One paragraph for the first page: what is assumed, and what does not go together."""
    # A gap in a written timeline, or an alert alone, is told in the section: neither shakes the times.
    if not rows and contradictions["kind"].isin(["alert without acknowledgement", "silent gap"]).all():
        return []
    parts = []
    if rows:
        named = "; ".join(f"{row['Source']}: {row['Assumption']}" for row in rows[:MOST])
        more = f"; and {words.plural(len(rows) - MOST, 'further assumption')}" if len(rows) > MOST else ""
        parts.append(f"The times rest on {words.plural(len(rows), 'assumption')} – {bare(named + more)}.")
    if len(contradictions):
        kinds = contradictions["kind"].value_counts()
        listed = words.listing(f"{kind} ({n})" for kind, n in kinds.items())
        parts.append(f"To be settled in the timeline: {listed}.")
    numbers = [
        ("assumptions", len(rows), "assumptions about times"),
        ("further", max(len(rows) - MOST, 0), "assumptions"),
    ]
    numbers += [(str(kind), int(n), "contradictions") for kind, n in contradictions["kind"].value_counts().items()]
    return [
        Finding(
            "tldr-assumptions",
            "tldr",
            "What do the times rest on?",
            " ".join(parts),
            estimates=counts(numbers),
            evidence=tuple(Evidence("event", row["Source"], row["About"], row["Assumption"]) for row in rows),
            place=50,
        )
    ]


def _assumptions(rows: list[dict[str, str]]) -> list[Finding]:
    if not rows:
        return []
    sources = len({row["Source"] for row in rows})
    return [
        Finding(
            "timeline-assumptions",
            "timeline",
            "Which assumptions do the times rest on?",
            f"{words.plural(len(rows), 'assumption')} about {words.plural(sources, 'source')}, each to be confirmed by "
            "stating the zone, the date or the clock offset.",
            estimates=counts([("assumptions", len(rows), "assumptions"), ("sources", sources, "sources")]),
            table=table(rows, list(rows[0])),
            evidence=tuple(Evidence("event", row["Source"], row["About"], row["Assumption"]) for row in rows),
            place=22,
        )
    ]


def _sources(events: pd.DataFrame, charts: Charts) -> list[Finding]:
    if not len(events):
        return []
    origins = pd.Series(times.origins(events), index=events.index)
    if origins.nunique() < 2:
        return []
    agreement = times.agreement(events)
    rows: list[dict[str, str]] = []
    estimates: list[tuple[dict[str, str], str, Estimate]] = []
    for source, part in events.groupby(origins, sort=False):
        copies = part[part["relation"] == "duplicates"]
        mine = agreement[agreement["source"] == source]
        apart = "no copy to compare"
        if len(mine):
            before, after = (float(mine[c].median()) for c in ("before_s", "after_s"))
            apart = f"{words.duration(round(after, 1))} (before: {words.duration(round(before, 1))})"
            estimates.append(({"source": str(source)}, "median_difference_before", _median(before, mine)))
            estimates.append(({"source": str(source)}, "median_difference_after", _median(after, mine)))
        timed = part["time"].dropna()
        rows.append(
            {
                "Source": str(source),
                "Events": f"{len(part):,}",
                "Copies of others": f"{len(copies):,}",
                "First": words.instant(timed.min()) if len(timed) else "no time",
                "Last": words.instant(timed.max()) if len(timed) else "no time",
                "Median distance from the leading copy": apart,
            }
        )
    copies_total = int((events["relation"] == "duplicates").sum())
    sentence = (
        f"{words.plural(len(rows), 'source')} tell of {words.plural(len(events) - copies_total, 'event')} in "
        f"{words.plural(len(events), 'row')}: {words.plural(copies_total, 'row')} "
        f"{'is a copy' if copies_total == 1 else 'are copies'} of an event that another source tells too, kept but not "
        "shown."
    )
    numbers = [
        ("sources", len(rows), "sources"),
        ("rows", len(events), "rows"),
        ("copies", copies_total, "rows that are copies"),
        ("events", len(events) - copies_total, "events"),
    ]
    made = counts(numbers)
    if estimates:
        made = pd.concat([made, frames.estimates(estimates)], ignore_index=True)
        made["source"] = made["source"].fillna("")
    return [
        Finding(
            "sources",
            "timeline",
            "Who tells what, and do the clocks agree?",
            sentence,
            estimates=made,
            table=table(rows, list(rows[0])),
            charts=(*charts.get("sources", ()), *(charts.get("clocks", ()) if len(agreement) else ())),
            evidence=tuple(Evidence("event", row["Source"], "", f"{row['Events']} events") for row in rows),
            place=24,
        )
    ]


def _median(value: float, rows: pd.DataFrame) -> Estimate:
    return Estimate(value, value, value, unit="s", n=len(rows), method="median of the copies' differences")


def _coverage(stretches: pd.DataFrame, charts: tuple[Chart, ...]) -> list[Finding]:
    told = stretches[~stretches["source"].isin(WRITTEN)]
    if told.empty:
        return []
    rows = [
        {
            "Source": str(row["source"]),
            "Holds": str(row["holds"]),
            "State": str(row["state"]),
            "From": words.instant(row["start"]),
            "To": words.instant(row["end"]),
            "Entries": f"{int(row['count']):,}" if row["state"] == "covered" else "none",
            "Why": words.sentence(str(row["reason"])),
        }
        for row in frames.rows(told)
    ]
    named = told["source"].nunique()
    counted = told["state"].value_counts()
    said = [
        f"{words.plural(int(counted[state]), 'stretch', 'stretches')} {state}"
        for state in ("silent", "truncated")
        if state in counted
    ]
    sentence = f"{words.plural(named, 'source')} cover the time of the incident in part or in whole. "
    sentence += f"{words.sentence(words.listing(said))} " if said else "None is silent for long or truncated. "
    sentence += "Silence is no proof that nothing happened."
    numbers = [("sources", named, "sources")]
    numbers += [(state, int(counted.get(state, 0)), "stretches") for state in ("silent", "truncated")]
    return [
        Finding(
            "coverage",
            "timeline",
            "What can the sources tell of, and where are they silent?",
            sentence,
            estimates=counts(numbers),
            table=table(rows, list(rows[0])),
            charts=charts,
            evidence=tuple(Evidence("log", name, "", "its entries") for name in dict.fromkeys(told["source"])),
            place=26,
        )
    ]


def _contradictions(events: pd.DataFrame, found: pd.DataFrame) -> list[Finding]:
    if not len(events):
        return []
    if found.empty:
        sentence = "No acknowledgement stands before its alert, no fix before the detection, no consequence before its "
        sentence += "failure; no alert is without acknowledgement, and no long time without an event."
        return [
            Finding(
                "contradictions",
                "timeline",
                "What does not go together?",
                sentence,
                estimates=counts([("contradictions", 0, "contradictions")]),
                evidence=(Evidence("formula", "timeline", "", "every pair of events and milestones compared"),),
                place=45,
            )
        ]
    rows = [
        {
            "Kind": str(row["kind"]),
            "What": words.sentence(str(row["text"])),
            "Apart": "unknown" if pd.isna(row["gap_s"]) else words.duration(row["gap_s"]),
            "Certain": "not known" if pd.isna(row["certain"]) else "yes" if row["certain"] else "within the bounds no",
            "What would settle it": words.sentence(str(row["remedy"])),
        }
        for row in frames.rows(found)
    ]
    kinds = found["kind"].value_counts(sort=False)
    sentence = f"{words.plural(len(found), 'thing')} to be settled: "
    sentence += words.listing(f"{kind} ({n})" for kind, n in kinds.items()) + "."
    return [
        Finding(
            "contradictions",
            "timeline",
            "What does not go together?",
            sentence,
            estimates=counts(
                [("contradictions", len(found), "contradictions")]
                + [(str(kind), int(n), "contradictions") for kind, n in kinds.items()]
            ),
            table=table(rows, list(rows[0])),
            evidence=tuple(
                Evidence("event", "timeline", str(row["first_id"]), bare(str(row["text"])))
                for row in frames.rows(found)
            ),
            place=45,
        )
    ]


def _proposals(incident: Incident, events: pd.DataFrame) -> list[Finding]:
    """Only what incident.yaml leaves open, or knows by its day alone."""
    asked = [
        row
        for row in frames.rows(times.milestones(events, incident=incident))
        if row["standing"] != "none" and (pd.isna(row["declared"]) or _finer(incident, row))
    ]
    if not asked:
        return []
    rows = [
        {
            "Milestone": MILESTONE_NAMES[str(row["milestone"])],
            "Proposed": _told(row),
            "Because": words.sentence(str(row["reason"])),
            "Event": f"{row['event_id']}: {bare(str(row['text']))}",
            "Source": str(row["source"]),
        }
        for row in asked
    ]
    listed = words.listing(f"{row['Milestone'].lower()} {row['Proposed']}" for row in rows)
    return [
        Finding(
            "milestone-proposals",
            "timeline",
            "Which milestones do the events suggest that incident.yaml does not tell?",
            f"To be confirmed, or corrected, in incident.yaml: {listed}.",
            table=table(rows, list(rows[0])),
            evidence=tuple(
                Evidence("event", str(row["source"]), str(row["event_id"]), bare(str(row["text"]))) for row in asked
            ),
            place=15,
        )
    ]


def _finer(incident: Incident, row: dict[str, Any]) -> bool:
    """Whether an event tells the minute of what is declared by its day alone."""
    return incident.moment(row["milestone"]).certainty == "day" and row["certainty"] != "day"


def _told(row: dict[str, Any]) -> str:
    if row["certainty"] == "day":
        return f"{row['time']:%Y-%m-%d} (the minute is not known)"
    return ("about " if row["certainty"] == "approx" else "") + words.instant(row["time"])
