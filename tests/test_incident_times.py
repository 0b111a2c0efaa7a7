"""Times of the shipped incidents: every duration and interval that a source publishes, recomputed.

Expected values are those of the sources (the `published` blocks), and clock arithmetic done here with the standard
library from the instants as written, never by our own reader. Which of the figures are a test at all is counted too:
where a source gives clock times only, or the end was set by the figure, agreement proves nothing but the arithmetic.

The counts are printed always, the table with `-rP`.
"""

from __future__ import annotations

import math
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from incident_analysis import timeline
from incident_analysis.incident import MILESTONES, read_incident

ROOT = Path(__file__).resolve().parents[1]
CASES = {
    path.parent.name: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "data" / "incidents").glob("[0-9]*/incident.yaml"))
}
#: The one published duration that its source's own clock times contradict: 73 hours are told, 75 h 08 min are dated.
OUTSIDE = ("2021-10-28-roblox", "duration")
CIRCULAR = {"2012-08-01-knight-capital", "2018-04-12-zerodha-leased-line"}


def clock(case: dict[str, Any], end: str) -> datetime:
    """The instant of a milestone's name, or of an ISO time, as the file writes it."""
    written = case["times"][end]["time"] if end in case["times"] else end
    assert "T" in written, "a published interval needs the minute"
    return datetime.fromisoformat(written)


def figures() -> list[tuple[str, str, str, str, float, float, str]]:
    """Case, name, from, to, minutes, tolerance, standing; the standing by the words of the file."""
    found = []
    for case_id, case in CASES.items():
        said = case["published"]
        if said["duration_minutes"] is not None:
            start, end = said["measures"]
            standing = "by construction" if said["stated_as"] == "clock times only" else "independent"
            if case_id in CIRCULAR:
                standing = "circular"
            if (case_id, "duration") == OUTSIDE:
                standing = "known mismatch"
            found.append(
                (case_id, "duration", start, end, said["duration_minutes"], said["tolerance_minutes"], standing)
            )
        for check in said["checks"]:
            standing = "by construction" if "derived" in check["statement"] else "independent"
            found.append(
                (
                    case_id,
                    check["name"],
                    check["from"],
                    check["to"],
                    check["minutes"],
                    check["tolerance_minutes"],
                    standing,
                )
            )
    return found


FIGURES = figures()
each_figure = pytest.mark.parametrize(
    ("case_id", "name", "start", "end", "minutes", "tolerance", "standing"),
    FIGURES,
    ids=[f"{f[0]}:{f[1]}" for f in FIGURES],
)


@each_figure
def test_a_published_figure_is_recomputed(
    case_id: str, name: str, start: str, end: str, minutes: float, tolerance: float, standing: str
) -> None:
    case = CASES[case_id]
    by_hand = (clock(case, end) - clock(case, start)).total_seconds()
    estimate = timeline.duration(read_incident(ROOT / "data" / "incidents" / case_id), start=start, end=end)
    assert estimate.unit == "s"
    assert estimate.value == by_hand
    inside = abs(estimate.value - minutes * 60) <= tolerance * 60
    assert inside == ((case_id, name) != OUTSIDE)
    if estimate.low is not None and estimate.high is not None:
        assert estimate.low <= estimate.value <= estimate.high


def table() -> pd.DataFrame:
    frames = [timeline.published(read_incident(ROOT / "data" / "incidents" / case_id)) for case_id in CASES]
    return pd.concat([frame for frame in frames if len(frame)], ignore_index=True)


def test_every_published_figure_is_listed_with_its_standing(capsys: pytest.CaptureFixture[str]) -> None:
    found = table()
    names = list(zip(found["incident_id"], found["name"], strict=True))
    assert names == [(f[0], f[1]) for f in FIGURES]
    assert (sum(name == "duration" for _, name in names), sum(name != "duration" for _, name in names)) == (23, 30)

    for case_id, name, start, end, minutes, tolerance, standing in FIGURES:
        row = found[(found["incident_id"] == case_id) & (found["name"] == name)].iloc[0]
        by_hand = (clock(CASES[case_id], end) - clock(CASES[case_id], start)).total_seconds()
        assert row["standing"] == standing, (case_id, name)
        assert (row["published_s"], row["computed_s"]) == (minutes * 60, by_hand), (case_id, name)
        assert row["difference_s"] == by_hand - minutes * 60
        assert row["tolerance_s"] == tolerance * 60
        assert row["agrees"] == ((case_id, name) != OUTSIDE), (case_id, name)

    # Counted by hand in the 24 files. Of the 11 intervals that count as independent four are weaker than the word says:
    # Stripe's alert gives a clock time only, the ends of Google's roll-out and of Cloudflare's first page (2019) are
    # told as "40 minutes" and "three minutes later", and Kinesis compares with "roughly 20 hours".
    kinds = {
        kind: Counter(f[-1] for f in FIGURES if (f[1] == "duration") == (kind == "durations"))
        for kind in ("durations", "further intervals")
    }
    assert kinds["durations"] == {"independent": 16, "by construction": 4, "circular": 2, "known mismatch": 1}
    assert kinds["further intervals"] == {"independent": 11, "by construction": 19}

    for line in found.to_dict("records"):
        print(
            f"{line['incident_id']:36} {line['name']:26} published {line['published_s'] / 60:6.0f} min,"
            f" computed {line['computed_s'] / 60:6.0f} min, tolerance {line['tolerance_s'] / 60:3.0f} min:"
            f" {'agrees' if line['agrees'] else 'OUTSIDE'}, {line['standing']}"
        )
    with capsys.disabled():
        for kind, counts in kinds.items():
            print(
                f"\n  published {kind}: " + ", ".join(f"{n} {standing}" for standing, n in counts.most_common()), end=""
            )


def test_roblox_is_known_to_contradict_itself() -> None:
    found = timeline.published(read_incident(ROOT / "data" / "incidents" / OUTSIDE[0]))
    row = found[found["name"] == "duration"].iloc[0]
    assert (row["computed_s"] / 60, row["published_s"] / 60) == (4508, 4380)
    assert not row["agrees"]
    assert row["standing"] == "known mismatch"


def test_an_incident_without_a_published_duration_has_none_invented() -> None:
    found = timeline.published(read_incident(ROOT / "data" / "incidents" / "2022-12-16-circleci-breach"))
    assert list(found["name"]) == ["dwell-days-as-minutes"]


# ------------------------------------------------------------------------------------------------------- GitLab 2017


def utc(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_gitlab_began_at_21_was_declared_between_2327_and_2330_and_detected_at_22() -> None:
    incident = read_incident(ROOT / "data" / "incidents" / "2017-01-31-gitlab-database")
    began, started, detected = (incident.moment(m) for m in ("malfunction_began", "started", "detected"))
    assert began.time == utc("2017-01-31 21:00")
    assert began.certainty == "approx"
    assert (began.low, began.high) == (None, None)  # no source states how wide "about" is
    assert (started.time, started.low, started.high) == tuple(
        utc(f"2017-01-31 {minute}") for minute in ("23:27", "23:27", "23:30")
    )
    assert [claim.source for claim in started.claims] == [
        "live notes, GitLab blog 2017-02-01",
        "GitLab post-mortem 2017-02-10",
    ]
    assert (detected.time, detected.certainty) == (utc("2017-01-31 22:00"), "exact")
    # Detection is before the declared outage: from its start it would be negative, from the malfunction it is 1 h.
    assert timeline.duration(incident, start="malfunction_began", end="detected").value == 3600
    # 23:27–23:30 to 17:00 the next day: 17 h 33 min, at the least 17 h 30 min.
    mitigated = timeline.duration(incident, start="started", end="mitigated")
    assert (mitigated.value, mitigated.low, mitigated.high) == (63180, 63000, 63180)


# ---------------------------------------------------------------------------------------- unknown, not yet, two as_of


def test_unknown_and_not_yet_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "incident.yaml").write_text(
        "id: a\ntitle: Made up\nseverity: P3\nas_of: '2026-01-02T12:00:00Z'\ntimes:\n"
        "  started: {time: '2026-01-02T10:00:00Z', certainty: exact}\n"
        "  detected: {time: null, certainty: unknown}\n"
        "  restored: {time: null, certainty: not_yet}\n",
        encoding="utf-8",
    )
    incident = read_incident(tmp_path)
    assert (incident.moment("detected").certainty, incident.moment("restored").certainty) == ("unknown", "open")
    assert incident.moment("mitigated").certainty == "unknown"
    assert incident.is_open
    restore = timeline.duration(incident, start="started", end="restored")
    assert (restore.value, restore.low, restore.high) == (None, 7200, math.inf)
    detect = timeline.duration(incident, start="started", end="detected")
    assert not detect.known
    assert (detect.value, detect.low, detect.high) == (None, None, None)
    assert "detected" in detect.reason


@pytest.mark.parametrize(
    ("as_of", "at_least", "open_names"),
    [
        # 20:37 on the 28th to noon on the 29th: 15 h 23 min.
        ("2021-10-29T12:00:00Z", 55_380, {"mitigated", "restored", "resolved"}),
        # To 23:00 on the 30th, nine minutes after mitigation: 50 h 23 min.
        ("2021-10-30T23:00:00Z", 181_380, {"restored", "resolved"}),
    ],
)
def test_an_open_incident_at_two_as_of(as_of: str, at_least: float, open_names: set[str]) -> None:
    incident = read_incident(ROOT / "data" / "incidents" / "2021-10-28-roblox", as_of=as_of)
    assert {name for name in MILESTONES if incident.moment(name).certainty == "open"} == open_names
    assert incident.is_open
    restore = timeline.duration(incident, start="started", end="restored")
    assert (restore.value, restore.low, restore.high, restore.censored) == (None, at_least, math.inf, 1)
    mitigate = timeline.duration(incident, start="started", end="mitigated")
    # 20:37 on the 28th to 22:51 on the 30th: 50 h 14 min.
    assert mitigate.value == (None if "mitigated" in open_names else 180_840)


def test_once_it_is_over_nothing_is_open() -> None:
    incident = read_incident(ROOT / "data" / "incidents" / "2021-10-28-roblox", as_of="2021-11-01T00:00:00Z")
    assert not incident.is_open
    assert timeline.duration(incident, start="started", end="restored").value == 4508 * 60


def made_up(folder: Path, started: str, restored: str) -> Any:
    (folder / "incident.yaml").write_text(
        f"id: a\ntitle: Made up\nseverity: P3\ntimes:\n  started: {started}\n  restored: {restored}\n", encoding="utf-8"
    )
    return read_incident(folder)


def test_a_difference_of_two_approximate_times_is_clipped_at_zero(tmp_path: Path) -> None:
    incident = made_up(
        tmp_path,
        "{time: '2026-01-02T10:00:00Z', certainty: approx, within: 10min}",
        "{time: '2026-01-02T10:05:00Z', certainty: approx, within: 10min}",
    )
    restore = timeline.duration(incident, start="started", end="restored")
    # 10:05 ± 10 less 10:00 ± 10: from −15 to 25 minutes, and the service cannot be back before it was gone.
    assert (restore.value, restore.low, restore.high) == (300, 0, 1500)
    back = timeline.duration(incident, start="restored", end="started")
    assert (back.value, back.low, back.high) == (-300, -1500, 900)  # this way round no order is known: not clipped


def test_a_day_gives_bounds_and_no_minute(tmp_path: Path) -> None:
    incident = made_up(
        tmp_path, "{time: '2026-01-02', certainty: day}", "{time: '2026-01-04T06:00:00Z', certainty: exact}"
    )
    restore = timeline.duration(incident, start="started", end="restored")
    # The day runs from midnight to midnight: between 30 and 54 hours.
    assert (restore.value, restore.low, restore.high) == (None, 30 * 3600, 54 * 3600)


def test_claims_span_the_interval_and_approx_without_width_has_no_bounds(tmp_path: Path) -> None:
    incident = made_up(
        tmp_path,
        "{time: '2026-01-02T10:00:00Z', claims: [{time: '2026-01-02T10:00:00Z'}, {time: '2026-01-02T09:50:00Z'},"
        " {time: '2026-01-02T10:20:00Z'}]}",
        "{time: '2026-01-02T11:00:00Z', certainty: exact}",
    )
    restore = timeline.duration(incident, start="started", end="restored")
    assert (restore.value, restore.low, restore.high, restore.interval) == (3600, 2400, 4200, "bounds")
    about = made_up(
        tmp_path,
        "{time: '2026-01-02T10:00:00Z', certainty: approx}",
        "{time: '2026-01-02T11:00:00Z', certainty: exact}",
    )
    restore = timeline.duration(about, start="started", end="restored")
    assert (restore.value, restore.low, restore.high) == (3600, None, None)


@pytest.mark.parametrize("end", ["restord", "2026-01-02T10:00:00", "12:30", ""])
def test_an_end_that_is_none_is_refused_in_two_lines(end: str) -> None:
    from incident_analysis.errors import ParameterError

    incident = read_incident(ROOT / "data" / "incidents" / "2021-10-28-roblox")
    with pytest.raises(ParameterError) as caught:
        timeline.duration(incident, start="started", end=end)
    assert len(str(caught.value).splitlines()) == 2
