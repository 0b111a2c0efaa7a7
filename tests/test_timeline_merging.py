"""Several exports as one timeline. The truth is tests/data/made-up-exports/truth.csv, written before any export."""

from __future__ import annotations

import csv
import io
import json
import warnings
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
import pytest

from incident_analysis import frames, read_timeline, timeline
from incident_analysis.errors import IncidentFileError, IncidentFileWarning, ParameterError

EXPORTS = Path(__file__).parent / "data" / "made-up-exports"
FOUR = ("alertmanager.json", "pagerduty.json", "slack", "timeline.md")


def read(*names: str) -> list[pd.DataFrame]:
    with warnings.catch_warnings():
        # Assumed days and left-out lists of people are told; here they are as they are meant to be.
        warnings.simplefilter("ignore")
        return [read_timeline([EXPORTS / name]) for name in names]


def truth() -> list[dict[str, str]]:
    with (EXPORTS / "truth.csv").open(encoding="utf-8") as told:
        return list(csv.DictReader(told))


def leading(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["relation"] != "duplicates"].reset_index(drop=True)


@pytest.fixture(scope="module")
def renewed() -> Any:
    return timeline.renew(frames.empty(frames.TIMELINE), read(*FOUR))


class TestTheOneRightTimeline:
    def test_every_event_stands_there_once(self, renewed: Any) -> None:
        assert len(leading(renewed.timeline)) == len(truth()) == 35

    def test_every_event_is_at_its_time(self, renewed: Any) -> None:
        """What each leading event says, when it truly was, within the five seconds of a delivery; and in that order."""
        rows = leading(renewed.timeline).to_dict("records")
        wanted = truth()
        used: list[int] = []
        for event in wanted:
            time = pd.Timestamp(event["time"])
            named = [
                i
                for i, row in enumerate(rows)
                if event["what"] in row["text"]
                and abs((row["time"] - time).total_seconds()) <= 5
                and (event["state"] == "acknowledged") == (row["kind"] == "acknowledgement")
                and (event["state"] == "over") == (row["relation"] == "resolves")
            ]
            assert len(named) == 1, event
            used += named
        assert used == sorted(used), "the order is not the true one"
        assert set(used) == set(range(len(rows)))

    def test_nothing_is_lost(self, renewed: Any) -> None:
        read_rows = {name: len(frame) for name, frame in zip(FOUR, read(*FOUR), strict=True)}
        # Counted in the files: 20 alerts sent, 28 log entries, 20 + 3 + 7 messages, 7 + 10 rows of the table.
        assert read_rows == {"alertmanager.json": 20, "pagerduty.json": 28, "slack": 30, "timeline.md": 17}
        assert len(renewed.timeline) == sum(read_rows.values())
        assert renewed.timeline["event_id"].is_unique

    def test_the_clocks(self, renewed: Any) -> None:
        clocks = renewed.offsets.set_index("source")
        assert clocks.loc["alertmanager.json", "proposal"] == "the reference"
        assert clocks.loc["pagerduty.json", "applied_s"] == 7200
        assert "another zone" in clocks.loc["pagerduty.json", "proposal"]
        assert clocks.loc["timeline.md", "applied_s"] == -86_400
        assert "another one" in clocks.loc["timeline.md", "proposal"]
        slack = clocks.loc["slack/ (slack_export)"]
        # 37 s, and up to two seconds of delivery that nobody can tell from the clock.
        assert -39.5 <= slack["applied_s"] <= -36.5

    def test_raw_times_are_kept(self, renewed: Any) -> None:
        row = renewed.timeline[renewed.timeline["source"] == "pagerduty.json"].iloc[0]
        stated = pd.Timestamp(row["time_stated"])
        assert (row["time"] - stated).total_seconds() == row["clock_offset_s"] == 7200

    def test_both_sides_of_a_copy_are_kept(self, renewed: Any) -> None:
        rows = renewed.timeline
        lead = rows[(rows["kind"] == "alert") & rows["text"].str.contains("CheckoutTimeouts")]
        lead = lead[lead["relation"] == ""].iloc[0]
        copies = rows[(rows["relation"] == "duplicates") & (rows["relates_to"] == lead["event_id"])]
        assert lead["source"] == "alertmanager.json"
        assert set(copies["source"]) == {"pagerduty.json", "slack/search-incident/2026-05-12.json", "timeline.md"}
        assert not copies["include"].any()

    def test_the_order_of_the_sources_does_not_matter(self, renewed: Any) -> None:
        other = timeline.renew(frames.empty(frames.TIMELINE), read(*reversed(FOUR)))
        columns = ["time", "kind", "text", "source"]
        first, second = (leading(found.timeline)[columns] for found in (renewed, other))
        pd.testing.assert_frame_equal(first, second)


class TestPairs:
    # Counted by hand in the two exports: alert, acknowledged after … seconds.
    DELAYS: ClassVar = {
        "SearchLatencyHigh": 162,
        "SearchErrorRatio": 95,
        "IndexerQueueGrowing": 265,
        "CheckoutTimeouts": 170,
        "CacheHitRatioLow": 137,
        "ReplicaLagHigh": 65,
        "HeapAlmostFull": 50,
        "CertificateSyncFailed": 90,
    }

    def pairs(self, rows: pd.DataFrame) -> pd.DataFrame:
        found = timeline.pairs(rows)
        return found[found["kind"] == "alert-acknowledgement"]

    def test_alertmanager_and_pagerduty(self) -> None:
        found = self.pairs(timeline.renew(frames.empty(frames.TIMELINE), read(*FOUR[:2])).timeline)
        assert len(found) == 10
        assert list(found["link"].value_counts().sort_index().items()) == [("none", 2), ("stated", 8)]
        delays = {text.split(":")[0]: d for text, d in zip(found["first_text"], found["delay_s"], strict=True)}
        assert {name: d for name, d in delays.items() if not pd.isna(d)} == self.DELAYS
        alone = found[found["link"] == "none"]
        assert set(alone["reason"]) == {"not acknowledged in the evidence"}
        assert alone["delay_s"].isna().all()
        assert set(alone["delay"]) == {"unknown"}

    def test_slack_alone(self) -> None:
        found = self.pairs(read("slack")[0])
        # Three threads hold "ack"; their delays are the differences of the two `ts`.
        messages = json.loads((EXPORTS / "slack/search-incident/2026-05-12.json").read_text(encoding="utf-8"))
        wanted = sorted(
            round(float(m["ts"]) - float(m["thread_ts"]), 3) for m in messages if m["text"].startswith("ack")
        )
        assert len(wanted) == 3
        assert sorted(found["delay_s"].dropna().round(3)) == wanted
        assert int((found["reason"] == "not acknowledged in the evidence").sum()) == 7

    def test_without_the_acknowledgement_it_is_not_zero(self) -> None:
        rows = timeline.renew(frames.empty(frames.TIMELINE), read(*FOUR[:2])).timeline
        gone = rows[~((rows["kind"] == "acknowledgement") & rows["text"].str.contains("HeapAlmostFull"))]
        found = self.pairs(gone)
        heap = found[found["first_text"].str.contains("HeapAlmostFull")].iloc[0]
        assert heap["reason"] == "not acknowledged in the evidence"
        assert pd.isna(heap["delay_s"])


def events(*rows: dict[str, Any]) -> pd.DataFrame:
    # Not on the minute, which would be taken for a cut stamp.
    start = pd.Timestamp("2026-03-07T10:00:07Z")
    made = []
    for i, row in enumerate(rows):
        time = start + pd.Timedelta(seconds=row.pop("at", 0)) if row.get("at", 0) is not None else None
        if time is None:
            row.pop("at")
        base = {"event_id": f"e{i}", "kind": "observation", "source": "a", "certainty": "exact", "include": True}
        base |= {"causes": (), "source_id": f"id-{i}", "time_stated": "as written"}
        made.append(base | {"time": time, "time_low": time, "time_high": time, "zone": "explicit"} | row)
    built = frames.build(frames.TIMELINE, made)
    for name in {k for row in made for k in row} - set(built.columns):
        built[name] = pd.array([row.get(name) or "" for row in made], dtype="str")
    return built


class TestMerge:
    def test_rows_come_and_go_in_number_and_content(self) -> None:
        a = events({"text": "one"}, {"text": "two", "at": 50})
        b = events({"text": "three", "at": 20, "source": "b"})
        found = timeline.merge(a, b)
        assert list(found["text"]) == ["one", "three", "two"]
        # Both sources call their first event e0.
        assert list(found["event_id"]) == ["a-e0", "b-e0", "e1"]

    def test_links_follow_renamed_ids(self) -> None:
        a = events({"text": "queue full", "kind": "alert"})
        b = events(
            {"text": "disk full", "kind": "alert", "source": "b", "at": 500},
            {"text": "taken", "kind": "acknowledgement", "relates_to": "e0", "relation": "acknowledges", "source": "b",
             "at": 560},
        )  # fmt: skip
        found = timeline.merge([a, b]).set_index("event_id")
        assert found.loc["e1", "relates_to"] == "b-e0"

    def test_a_row_without_a_time_stays_behind_its_neighbour(self) -> None:
        a = events({"text": "one"}, {"text": "no time", "at": None, "certainty": "unknown"}, {"text": "two", "at": 90})
        b = events({"text": "between", "at": 30, "source": "b"})
        assert list(timeline.merge(a, b)["text"]) == ["one", "no time", "between", "two"]

    def test_same_words_far_apart_are_two_events(self) -> None:
        a, b = events({"text": "disk of node7 full"}), events({"text": "disk of node7 full", "at": 600, "source": "b"})
        assert (timeline.merge(a, b)["relation"] == "").all()
        assert (timeline.merge(a, b, tolerance="15min")["relation"] == "duplicates").sum() == 1

    def test_one_event_has_one_copy_in_each_source(self) -> None:
        a = events({"text": "disk full node7"})
        b = events(*({"text": "disk full node7", "at": s, "source": "b"} for s in (10, 40)))
        found = timeline.merge(a, b)
        copies = found[found["relation"] == "duplicates"]
        # The nearer one is the copy.
        assert list((copies["time"] - found["time"].min()).dt.total_seconds()) == [10.0]

    def test_links_by_fingerprint(self) -> None:
        alert = {"text": "ErrorsHigh", "kind": "alert", "fingerprint": "f-000001"}
        rows = events(
            alert,
            alert | {"text": "Other", "fingerprint": "f-000002", "at": 10},
            {"text": "looking", "kind": "acknowledgement", "fingerprint": "f-000001", "at": 70, "source": "b"},
            {"text": "ErrorsHigh recovered", "fingerprint": "f-000001", "at": 300},
            {"text": "lost orders", "kind": "consequence", "fingerprint": "f-000003", "at": 20},
            {"text": "pool empty", "kind": "failure", "fingerprint": "f-000003", "at": 5},
        )
        found = timeline.merge(rows).set_index("text")
        assert tuple(found.loc["looking", ["relation", "relates_to"]]) == ("acknowledges", "e0")
        assert tuple(found.loc["ErrorsHigh recovered", ["relation", "relates_to"]]) == ("resolves", "e0")
        assert tuple(found.loc["lost orders", ["relation", "relates_to"]]) == ("caused_by", "e5")

    def test_a_copys_link_is_not_lost(self) -> None:
        a = events({"text": "queue full", "kind": "alert"}, {"text": "Ann takes it up", "at": 60})
        b = events(
            {"text": "queue full", "kind": "alert", "source": "b", "at": 2},
            {"text": "Ann takes it up", "source": "b", "at": 61, "relation": "acknowledges", "relates_to": "e0",
             "kind": "acknowledgement"},
        )  # fmt: skip
        found = timeline.merge(a, b)
        lead = found[(found["relation"] == "acknowledges")].iloc[0]
        assert lead["source"] == "a"
        assert lead["relates_to"] == "a-e0"

    def test_merging_again_changes_nothing(self) -> None:
        once = timeline.renew(frames.empty(frames.TIMELINE), read(*FOUR)).timeline
        again = timeline.merge(once)
        pd.testing.assert_frame_equal(once.drop(columns="imported"), again.drop(columns="imported"))

    def test_nothing_to_merge(self) -> None:
        assert len(timeline.merge([])) == 0
        assert len(timeline.merge(frames.empty(frames.TIMELINE))) == 0

    def test_a_tolerance_that_is_none(self) -> None:
        for wrong in ("soon", "-1min"):
            with pytest.raises(ParameterError, match="is no length of time\nTo fix: write it as"):
                timeline.merge(events({"text": "x"}), tolerance=wrong)


class TestTimelineCsv:
    def test_reading_back_loses_nothing(self, renewed: Any) -> None:
        rows = renewed.timeline
        found = timeline.from_csv(timeline.csv_text(rows))
        pd.testing.assert_frame_equal(
            found[list(rows.columns.drop("order_doubtful"))], rows.drop(columns="order_doubtful"), check_dtype=False
        )

    def test_every_kind_of_cell(self) -> None:
        rows = events(
            {"text": 'a "quoted", text\nof two lines; ä ☃ =1+1', "causes": ("one", "two words"), "automatic": False},
            {"text": "", "automatic": None, "include": False, "clock_offset_s": -0.25, "causes": ()},
            {"text": " spaces \r\n kept ", "causes": ("x", "y"), "end": pd.Timestamp("2026-03-07T11:00:00.000001Z")},
            {"text": "no time", "at": None, "certainty": "unknown", "further": "kept"},
        )
        found = timeline.from_csv(timeline.csv_text(rows))
        pd.testing.assert_frame_equal(found[rows.columns], rows)

    def test_no_text_is_a_formula_to_a_spreadsheet(self) -> None:
        texts = ['=HYPERLINK("http://x.invalid")', "+1", "-1 node", "@SUM(A1)", "'=1", "'quoted'", "''", "plain"]
        rows = events(*({"text": text, "note": text, "clock_offset_s": -2.5, "further": text} for text in texts))
        written = timeline.csv_text(rows)
        cells = [c for line in csv.reader(io.StringIO(written)) for c in line]
        assert not [c for c in cells if c[:1] in ("=", "+", "@") or (c[:1] == "-" and c != "-2.5")]
        found = timeline.from_csv(written)
        pd.testing.assert_frame_equal(found[rows.columns], rows)

    def test_what_people_write_by_hand(self) -> None:
        found = timeline.from_csv(
            "time,kind,text\n2026-03-07T10:00:00+01:00,action,pool lowered\n2026-03-08,,said so\n,,x\n"
        )
        assert list(found["time"].dt.strftime("%d %H:%M").fillna("none")) == ["07 09:00", "08 00:00", "none"]
        assert list(found["certainty"]) == ["exact", "day", "unknown"]
        assert list(found["kind"]) == ["action", "observation", "observation"]
        assert found["include"].all()

    def test_semicolons_as_some_spreadsheets_write_them(self) -> None:
        found = timeline.from_csv("time;text;include\n2026-03-07T10:00:00Z;one, two;FALSE\n")
        assert (found.loc[0, "text"], bool(found.loc[0, "include"])) == ("one, two", False)

    @pytest.mark.parametrize(
        ("text", "what"),
        [
            ("time,text,milestone\n2026-03-07T10:00Z,x,restord\n", r"line 2, milestone: 'restord' is not known.*write 'restored'"),
            ("time,text,kind\n2026-03-07T10:00Z,x,alarm\n", r"line 2, kind: 'alarm' is not known"),
            ("time,text\n3/7/2026 10:00,x\n", r"line 2, time: '3/7/2026 10:00' is no time"),
            ("time,text\n2026-03-07 10:00,x\n", r"line 2, time: time '2026-03-07 10:00' has no zone"),
            ("time,text,include\n2026-03-07T10:00Z,x,maybe\n", r"line 2, include: 'maybe' is neither true nor false"),
            ("time,text,clock_offset_s\n2026-03-07T10:00Z,x,2 h\n", r"line 2, clock_offset_s: '2 h' is no number"),
            ("when,what\n1,2\n", r"line 1: no column `time` and no column `text` \(found: when and what\)"),
            ("time,text,text\n", r"line 1: column 'text' stands twice"),
            ('time,text\n2026-03-07T10:00Z,"x\n', r"no table of comma-separated values"),
            ("time,text\n2026-03-07T10:00Z,one,two\n", r"line 2: 3 cells under 2 columns"),
        ],
    )  # fmt: skip
    def test_bad_cells(self, text: str, what: str) -> None:
        with pytest.raises(IncidentFileError, match="(?s)timeline.csv.*" + what):
            timeline.from_csv(text)

    def test_a_misspelt_column_warns_and_is_kept(self) -> None:
        with pytest.warns(
            IncidentFileWarning, match="column 'inclde' is not known; the nearest known one is 'include'"
        ):
            found = timeline.from_csv("time,text,inclde\n2026-03-07T10:00:00Z,x,false\n")
        assert found.loc[0, "inclde"] == "false"
