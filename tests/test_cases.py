"""The 24 public incidents that are shipped: the facts they were shipped with, in words that blame nobody, and readable by the library.

Expected values come from outside our code: from the original cases (where that folder is present beside the project),
and from the counts that their description gives (218 events, 29 of them without a time; detection known in 11 of 24,
acknowledgement in 10; 23 durations and 30 further intervals).
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
#: The drills are ours, not public: tests/test_drills.py.
SHIPPED = sorted((ROOT / "data" / "incidents").glob("[0-9]*/incident.yaml"))
ORIGINALS = ROOT.parent / "shared" / "data" / "cases"
IDS = [path.parent.name for path in SHIPPED]

#: Free text; every other string is a fact (an id, a time, a unit, a kind) and has to be the same to the letter.
FREE_TEXT = {"text", "statement", "source", "provenance", "unknowns", "name"}
FREE_TEXT |= {"resolution", "mitigation", "prevention", "monitoring", "resilience", "knowledge_sharing"}
#: Where a document is named: the only strings whose numbers may differ.
NAMES_A_DOCUMENT = {"source", "provenance"}

FORBIDDEN = re.compile(
    r"index ids?\b|stored copy|\bsession|\bhelper|\broot.?cause|human.?error|operator.?error|\bblam|\bculprit|\bcareless"
    r"|\bnegligen|\bfailed to\b|\bby mistake\b|sources read|text read|part read|\b\d{10,}\b|\(?\b(?=\w*\d)[0-9a-f]{8}\b",
    re.IGNORECASE,
)
#: What was stolen in this incident was a browser's session: the word is the fact.
SESSION_IS_THE_FACT = "2022-12-16-circleci-breach"

each_case = pytest.mark.parametrize("path", SHIPPED, ids=IDS)


def parsed(path: Path) -> dict[str, Any]:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    return data


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every plain value, and every empty list, with the way to it."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list) and value:
        for i, inner in enumerate(value):
            yield from leaves(inner, (*path, i))
    else:
        yield path, value


def name_of(path: tuple[str | int, ...]) -> str:
    return next((step for step in reversed(path) if isinstance(step, str)), "")


def without_our_own(case: dict[str, Any]) -> dict[str, Any]:
    """A shipped case without what the project adds to the facts, each addition named as such in the file.

    `published.circular` (said in words in the cases' description), the scenarios of the register, and which factor an
    action cuts.
    """
    case["published"].pop("circular", None)
    case.pop("risk", None)
    for actions in case["actions"].values():
        actions[:] = [one["text"] if isinstance(one, dict) and set(one) == {"text", "cuts"} else one for one in actions]
    return case


def test_there_are_24_public_cases_and_2_drills() -> None:
    assert len(SHIPPED) == 24
    assert len(list((ROOT / "data" / "incidents").iterdir())) == 26


@each_case
def test_a_case_holds_the_facts_of_the_original(path: Path) -> None:
    original = ORIGINALS / f"{path.parent.name}.yaml"
    if not ORIGINALS.is_dir():
        pytest.skip(f"the original cases are not here ({ORIGINALS})")
    expected, found = dict(leaves(parsed(original))), dict(leaves(parsed(path)))
    found = dict(leaves(without_our_own(parsed(path))))
    assert list(found) == list(expected)  # the same fields, the same number of entries, the same order
    for place, value in expected.items():
        assert type(found[place]) is type(value), place
        if isinstance(value, str) and name_of(place) in FREE_TEXT:
            if name_of(place) not in NAMES_A_DOCUMENT:
                assert re.findall(r"\d+", found[place]) == re.findall(r"\d+", value), place
        else:
            assert found[place] == value, place


def test_every_original_is_shipped() -> None:
    if not ORIGINALS.is_dir():
        pytest.skip(f"the original cases are not here ({ORIGINALS})")
    assert sorted(path.stem for path in ORIGINALS.glob("*.yaml")) == IDS


def test_the_cases_hold_what_their_description_counts() -> None:
    cases = [parsed(path) for path in SHIPPED]
    events = [event for case in cases for event in case["timeline"]]
    published = [case["published"] for case in cases]
    assert (len(events), sum(event["time"] is None for event in events)) == (218, 29)
    assert sum(case["times"]["detected"]["time"] is not None for case in cases) == 11
    assert sum(case["times"]["acknowledged"]["time"] is not None for case in cases) == 10
    assert sum(one["duration_minutes"] is not None for one in published) == 23
    assert sum(len(one["checks"]) for one in published) == 30
    circular = [case["id"] for case in cases if case["published"].get("circular")]
    assert circular == ["2012-08-01-knight-capital", "2018-04-12-zerodha-leased-line"]


@each_case
def test_a_case_blames_nobody_and_names_public_documents(path: Path) -> None:
    comments = [line for line in path.read_text(encoding="utf-8").splitlines() if line.lstrip().startswith("#")]
    texts = [value for place, value in leaves(parsed(path)) if isinstance(value, str) and place[0] != "source_urls"]
    found = [hit for text in comments + texts for hit in FORBIDDEN.findall(text)]
    if path.parent.name == SESSION_IS_THE_FACT:
        found = [hit for hit in found if hit.lower() != "session"]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "PIR via index id 62200994670",
        "summary 3197124894",
        "postmortems.app fde04641",
        "Summary at postmortems.app (097f2292)",
        "read in the stored copy (summary part)",
        "not stated in the sources read",
        "Public root cause analysis",
        "to-root-cause",
        "removed by mistake",
    ],
)
def test_the_forbidden_words_are_found(text: str) -> None:
    assert FORBIDDEN.search(text)


@pytest.mark.parametrize("text", ["SEC order 34-70694", "AWS message 11201", "many services failed too", "2017-01-31"])
def test_plain_words_are_not_forbidden(text: str) -> None:
    assert not FORBIDDEN.search(text)


@each_case
def test_a_case_is_readable_yaml(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    case = parsed(path)
    assert text.startswith("# ")
    assert case["title"] in text.splitlines()[0]
    assert case["id"] == path.parent.name
    tokens = list(yaml.scan(text))
    assert not [t for t in tokens if isinstance(t, yaml.AnchorToken | yaml.AliasToken | yaml.TagToken)]
    # Block style: brackets stand only where a list is empty.
    for this, following in pairwise(tokens):
        if isinstance(this, yaml.FlowSequenceStartToken | yaml.FlowMappingStartToken):
            assert isinstance(following, yaml.FlowSequenceEndToken), this.start_mark


def instants(text: str | None) -> tuple[datetime, datetime] | None:
    """First and last instant of a time as written, by the standard library alone."""
    if text is None:
        return None
    low = datetime.fromisoformat(text)
    return (low, low) if "T" in text else (low.replace(tzinfo=UTC), low.replace(tzinfo=UTC) + timedelta(days=1))


@each_case
def test_a_case_is_read_whole_and_without_a_warning(path: Path) -> None:
    from incident_analysis.incident import read_incident

    case = without_our_own(parsed(path))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        incident = read_incident(path.parent)

    assert (incident.id, incident.title, incident.organisation) == (case["id"], case["title"], case["organisation"])
    assert incident.status == "final"
    assert (incident.severity.level, incident.severity.reason) == (
        case["severity"]["level"],
        case["severity"]["reason"],
    )
    assert list(incident.services) == case["services"]
    for name, stated in case["times"].items():
        milestone = getattr(incident.times, name)
        read = None if milestone.time is None else (milestone.time.low, milestone.time.high)
        assert (read, milestone.certainty) == (instants(stated["time"]), stated["certainty"]), name
        assert [c.time and (c.time.low, c.time.high) for c in milestone.claims] == [
            instants(claim["time"]) for claim in stated.get("claims", [])
        ]
    assert [(e.id, e.kind, e.text) for e in incident.timeline] == [
        (e["id"], e["kind"], e["text"]) for e in case["timeline"]
    ]
    times = [None if e.time is None else (e.time.low, e.time.high) for e in incident.timeline]
    assert times == [instants(e["time"]) for e in case["timeline"]]
    figures = [(line.low, line.likely, line.high, line.unit) for line in incident.impact]
    assert figures == [(i.get("low"), i.get("likely"), i.get("high"), i["unit"]) for i in case["impact"]]
    assert [(c.id, list(c.leads_to)) for c in incident.causes] == [(c["id"], c["leads_to"]) for c in case["causes"]]
    actions = {kind: [a.text for a in getattr(incident.actions, kind)] for kind in case["actions"]}
    assert actions == case["actions"]
    assert [u.text for u in incident.unknowns] == case["unknowns"]
    assert list(incident.source_urls) == case["source_urls"]
    assert incident.published is not None
    assert len(incident.published.checks) == len(case["published"]["checks"])
