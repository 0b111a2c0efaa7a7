"""Clocks that do not agree. The truth is drawn by each test before our code sees the sources."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pytest

from incident_analysis import frames, timeline
from incident_analysis.errors import ParameterError
from incident_analysis.estimate import Estimate
from incident_analysis.statistics.location import location
from tests.simulation import Coverage

START = pd.Timestamp("2026-03-07T10:00:00Z")
LEVEL = 0.9
DAY = 86_400


def source(seconds: Any, texts: list[str] | None = None, *, name: str = "a", **more: Any) -> pd.DataFrame:
    """A made-up source: an event at each of these seconds after the start."""
    rows = [
        {
            "event_id": f"{name}{i}",
            "time": START + pd.Timedelta(microseconds=round(float(s) * 1e6)),
            "certainty": "exact",
            "text": "" if texts is None else texts[i],
            "source": name,
            "zone": "explicit",
            "include": True,
            "kind": "observation",
        }
        | {k: v[i] for k, v in more.items()}
        for i, s in enumerate(seconds)
    ]
    for row in rows:
        row["time_low"] = row["time_high"] = row["time"]
    made = frames.build(frames.TIMELINE, rows)
    for k, v in more.items():
        if k not in made:
            made[k] = pd.array(v, dtype="str")
    return made


def jitter(kind: str, size: float, n: int, rng: np.random.Generator) -> np.ndarray:
    return {
        "normal": lambda: rng.normal(0, size, n),
        "uniform": lambda: rng.uniform(-size, size, n),
        "Laplace": lambda: rng.laplace(0, size / math.sqrt(2), n),
    }[kind]()


def pair(true: int, wrong: int, size: float, kind: str, rng: np.random.Generator) -> tuple[Any, Any, float]:
    """Two sources whose events are told apart by their text; `wrong` of them are no copies although they say the same."""
    offset = rng.uniform(-3 * DAY, 3 * DAY)
    first = rng.uniform(0, 4 * 3600, true + wrong)
    second = first - offset + jitter(kind, size, true + wrong, rng)
    # A wrong pair: the event of the second source has nothing to do with its namesake.
    second[true:] = rng.uniform(0, 4 * 3600, wrong) - offset
    texts = [f"disk{i} full on node{i}" for i in range(true + wrong)]
    order = rng.permutation(true + wrong)
    return source(first, texts), source(second[order], [texts[i] for i in order], name="b"), offset


class TestTheIntervalIsRight:
    @pytest.mark.parametrize(
        ("pairs", "seed"),
        [pytest.param(500, 20260307, id="small"), pytest.param(10_000, 4, id="full", marks=pytest.mark.slow)],
    )
    def test_pairs_of_sources(self, pairs: int, seed: int) -> None:
        """Offset −3…+3 days, 5–50 copies, 0–50 % wrong pairs, jitter 0.1–60 s: the whole way from frames."""
        rng = np.random.default_rng(seed)
        held, told, silent, small_told = [], 0, 0, 0
        for _ in range(pairs):
            true = int(rng.integers(5, 51))
            share = rng.uniform(0, 0.5)
            size = float(np.exp(rng.uniform(np.log(0.1), np.log(60))))
            kind = str(rng.choice(["normal", "uniform", "Laplace"]))
            a, b, offset = pair(true, int(true * share / (1 - share)), size, kind, rng)
            found = timeline.clock_offset(a, b, level=LEVEL)
            if true < 8:
                small_told += found.known
                continue
            if not found.known:
                silent += 1
                assert "cannot tell" in found.reason
                continue
            told += 1
            assert found.low is not None
            assert found.high is not None
            held.append(found.low <= offset <= found.high)
        one = Coverage("8 to 50 copies", LEVEL, told, float(np.mean(held)))
        print(
            f"\nclock offset, {pairs} pairs of sources: {one}; cannot tell in {silent}; told with 5 to 7: {small_told}"
        )
        # (b) of design section 9, within what so many replicates can tell.
        assert abs(one.covered - LEVEL) <= 0.015 + 2 * one.error
        assert silent <= 0.02 * pairs
        # A wrong pair that happens to agree can make eight of seven.
        assert small_told <= 0.01 * pairs

    @pytest.mark.parametrize(
        "replicates", [pytest.param(150, id="small"), pytest.param(10_000, id="full", marks=pytest.mark.slow)]
    )
    def test_every_corner_of_the_grid(self, replicates: int) -> None:
        """The fit alone: mean within ±1.5 points, no corner below level − 4, from eight copies."""
        rng = np.random.default_rng(5)
        found = []
        for true in (8, 12, 50):
            for share in (0.0, 0.5):
                for size in (0.1, 60.0):
                    for kind in ("normal", "uniform", "Laplace"):
                        held = []
                        for _ in range(replicates):
                            wrong = int(true * share / (1 - share))
                            off = rng.uniform(-3 * DAY, 3 * DAY)
                            x = np.concatenate([jitter(kind, size, true, rng), rng.uniform(-4 * 3600, 4 * 3600, wrong)])
                            where = location(off + x, level=LEVEL)
                            assert where is not None
                            held.append(where.low <= off <= where.high)
                        point = f"{true} copies, {share:.0%} wrong, jitter {size} s {kind}"
                        found.append(Coverage(point, LEVEL, replicates, float(np.mean(held))))
        print(f"\nclock offset: level {LEVEL}, {len(found)} points, {replicates} replicates each")
        for one in found:
            print(f"  {one}")
        error = found[0].error
        mean = float(np.mean([one.covered for one in found]))
        print(f"  mean {mean:.4f}")
        assert abs(mean - LEVEL) <= 0.015 + 2 * error / math.sqrt(len(found))
        assert min(one.covered for one in found) >= LEVEL - 0.04 - (3 * error if replicates < 1000 else error)

    @pytest.mark.parametrize(
        "replicates", [pytest.param(60, id="small"), pytest.param(2_000, id="full", marks=pytest.mark.slow)]
    )
    def test_instants_alone(self, replicates: int) -> None:
        """No word in common: only how the instants lie. What is told is right; what is not told is "cannot tell"."""
        rng = np.random.default_rng(6)
        held, silent = [], Counter[str]()
        for _ in range(replicates):
            true, wrong = int(rng.integers(12, 40)), int(rng.integers(0, 10))
            offset = rng.uniform(-3 * DAY, 3 * DAY)
            size = float(np.exp(rng.uniform(np.log(0.1), np.log(10))))
            base = rng.uniform(0, 6 * 3600, true)
            first = np.concatenate([base, rng.uniform(0, 6 * 3600, wrong)])
            second = np.concatenate([base + rng.normal(0, size, true), rng.uniform(0, 6 * 3600, wrong)]) - offset
            a = source(first, [f"x{i}" for i in range(len(first))])
            b = source(second, [f"y{i}" for i in range(len(second))], name="b")
            found = timeline.clock_offset(a, b, level=LEVEL)
            if found.known:
                assert found.low is not None
                assert found.high is not None
                held.append(found.low <= offset <= found.high)
                assert "instant" in found.method
            else:
                silent[found.reason] += 1
        one = Coverage("instants alone", LEVEL, len(held), float(np.mean(held)))
        print(f"\n{one}; cannot tell: {dict(silent)}")
        assert abs(one.covered - LEVEL) <= 0.04 + 2.5 * one.error
        assert len(held) >= 0.6 * replicates


class TestCannotTell:
    def test_seven_copies_are_not_enough(self) -> None:
        a = source(np.arange(7) ** 2 * 60, [f"w{i} v{i}" for i in range(7)])
        found = timeline.clock_offset(a, a.assign(source="b"))
        assert not found.known
        assert "7 copies" in found.reason
        assert "8 are needed" in found.reason

    def test_one_event_and_none(self) -> None:
        a, empty = source([0], ["one"]), frames.empty(frames.TIMELINE)
        assert "cannot tell: 0 copies of the same event" in timeline.clock_offset(a, a.assign(source="b")).reason
        assert "0 copies" in timeline.clock_offset(a, empty).reason
        assert "0 copies" in timeline.clock_offset(empty, empty).reason

    def test_events_at_regular_intervals_fit_many_offsets(self) -> None:
        every = np.arange(20) * 300.0
        found = timeline.clock_offset(source(every), source(every + 600, name="b"))
        assert not found.known
        assert "regular intervals" in found.reason

    @pytest.mark.parametrize(("events", "span_s"), [(10, 3600), (30, 3600), (60, 1800), (100, 7200)])
    def test_sources_that_have_nothing_to_do_with_each_other(self, events: int, span_s: int) -> None:
        rng = np.random.default_rng(events)
        for _ in range(8):
            a, b = source(rng.uniform(0, span_s, events)), source(rng.uniform(0, span_s, events), name="b")
            found = timeline.clock_offset(a, b)
            assert not found.known
            assert found.reason.startswith("cannot tell")

    def test_many_events_of_few_words(self) -> None:
        """Chatty sources that have nothing to do with each other: words in common pair what does not belong together."""
        rng = np.random.default_rng(9)
        few = "search index disk cache replica shard node deploy error queue payment lock client server".split()
        for _ in range(3):
            a, b = (
                source(rng.uniform(0, 6 * 3600, 300), [" ".join(rng.choice(few, 8)) for _ in range(300)], name=name)
                for name in "ab"
            )
            assert timeline.clock_offset(a, b).reason.startswith("cannot tell")

    def test_a_day_or_no_time_says_nothing_of_a_clock(self) -> None:
        a = source(np.arange(9) ** 2 * 60, [f"w{i} v{i}" for i in range(9)])
        b = a.assign(source="b", certainty=["day"] * 3 + ["exact"] * 6)
        assert "6 copies" in timeline.clock_offset(a, b).reason

    def test_a_level_that_is_none(self) -> None:
        a = source([0], ["one"])
        with pytest.raises(ParameterError, match=r"level is 90\nTo fix: give it as a probability"):
            timeline.clock_offset(a, a, level=90)


class TestHowCopiesAreFound:
    def test_by_key_whatever_the_texts_say(self) -> None:
        rng = np.random.default_rng(2)
        base = rng.uniform(0, 7200, 10)
        keys = [f"fp-{i:04}" for i in range(10)]
        a = source(base, [f"one{i}" for i in range(10)], fingerprint=keys)
        b = source(base - 37, [f"two{i}" for i in range(10)], name="b", fingerprint=keys)
        found = timeline.clock_offset(a, b)
        assert found.n == 10
        assert "key" in found.method
        assert found.value == pytest.approx(37, abs=0.01)

    def test_what_fired_is_no_copy_of_what_is_over(self) -> None:
        a = source([0], ["[FIRING:1] CheckoutErrors shop"])
        b = source([0], ["[RESOLVED] CheckoutErrors shop"], name="b")
        assert len(timeline.copies(a, b)) == 0
        assert len(timeline.copies(a, a.assign(source="b"))) == 1

    def test_the_sign_is_what_has_to_be_added_to_the_second(self) -> None:
        texts = [f"disk{i} node{i}" for i in range(9)]
        a = source(np.arange(9) ** 2 * 60.0, texts)
        behind = source(np.arange(9) ** 2 * 60.0 - 7200, texts, name="b")
        found = timeline.clock_offset(a, behind)
        assert found.value == 7200
        assert (timeline.shift(behind, offset=found)["time"] == a["time"]).all()

    def test_stamps_of_whole_minutes_are_half_a_minute_early(self) -> None:
        rng = np.random.default_rng(8)
        base = rng.uniform(0, 7200, 12)
        texts = [f"disk{i} node{i}" for i in range(12)]
        cut = np.floor(base / 60) * 60 + 86_400
        found = timeline.clock_offset(source(base, texts), source(cut, texts, name="b"))
        assert found.low is not None
        assert found.high is not None
        assert found.low <= -86_400 <= found.high
        assert "whole minutes" in found.method
        assert timeline.proposal(found).kind == "date"


class TestWhatAnOffsetLooksLike:
    def told(self, value: float, half: float) -> Any:
        return timeline.proposal(
            Estimate(value, value - half, value + half, level=0.9, interval="confidence", unit="s", n=9)
        )

    def test_kinds(self) -> None:
        # 2 h less 1 s, 5:45 h (Nepal), 1 day, 2 days, 37 s, 2 h and 37 s, 1 s.
        cases = [
            (7199, 5, "zone", 7200),
            (-20700, 5, "zone", -20700),
            (86390, 20, "date", 86400),
            (-172805, 8, "date", -172800),
            (37, 3, "clock", 37),
            (7237, 3, "clock", 7237),
            (1, 3, "none", 0),
            # Three seconds of delivery on two hours, and on nothing.
            (7197, 0.5, "zone", 7200),
            (3, 0.5, "none", 0),
        ]
        for value, half, kind, seconds in cases:
            found = self.told(value, half)
            assert (found.kind, found.seconds) == (kind, seconds), value

    def test_an_interval_wider_than_a_quarter_of_an_hour_proposes_no_zone(self) -> None:
        assert self.told(7200, 600).kind == "clock"

    def test_unknown_proposes_nothing(self) -> None:
        found = timeline.proposal(Estimate.unknown("cannot tell: no copies", unit="s"))
        assert (found.kind, found.seconds, found.text) == ("unknown", None, "cannot tell: no copies")


class TestShift:
    def test_raw_and_corrected_time_are_kept(self) -> None:
        a = source([0, 60]).assign(time_stated=["12:00", "12:01"])
        found = timeline.shift(a, offset=-7200.0)
        assert list(found["time_stated"]) == ["12:00", "12:01"]
        assert list(found["clock_offset_s"]) == [-7200, -7200]
        assert (a["time"] - found["time"]).eq(pd.Timedelta(hours=2)).all()
        assert (found["certainty"] == "exact").all()
        again = timeline.shift(found, offset=60)
        assert list(again["clock_offset_s"]) == [-7140, -7140]

    def test_an_estimate_widens_the_bounds(self) -> None:
        offset = Estimate(37, 34, 41, level=0.9, interval="confidence", unit="s")
        found = timeline.shift(source([0]), offset=offset).iloc[0]
        assert found["time"] - START == pd.Timedelta(seconds=37)
        assert (found["time_low"] - START, found["time_high"] - START) == (
            pd.Timedelta(seconds=34),
            pd.Timedelta(seconds=41),
        )
        assert found["certainty"] == "approx"

    def test_a_claim_of_order_inside_the_uncertainty_is_marked(self) -> None:
        offset = Estimate(0, -5, 5, level=0.9, interval="confidence", unit="s")
        both = pd.concat([source([0, 4, 60]), timeline.shift(source([2, 100], name="b"), offset=offset)])
        # b0 may lie anywhere in −3…7: before or after a0 and a1; the others are clear.
        assert list(timeline.mark_order(both)["order_doubtful"]) == [True, True, False, True, False]

    def test_within_one_source_the_order_holds(self) -> None:
        offset = Estimate(0, -5, 5, level=0.9, interval="confidence", unit="s")
        assert not timeline.shift(source([0, 1]), offset=offset)["order_doubtful"].any()

    def test_bad_offsets(self) -> None:
        a = source([0])
        for offset, what in [
            (Estimate.unknown("cannot tell: why", unit="s"), "the offset is unknown"),
            ("2h", "'2h' is no number of seconds"),
            (True, "True is no number"),
            (math.inf, "not finite"),
            (1e10, "longer than ten years"),
        ]:
            with pytest.raises(ParameterError, match=what):
                timeline.shift(a, offset=offset)  # type: ignore[arg-type]
        with pytest.raises(ParameterError, match="no source 'c'"):
            timeline.shift(a, offset=1, source="c")


def test_offsets_of_several_sources() -> None:
    rng = np.random.default_rng(3)
    base = np.sort(rng.uniform(0, 7200, 12))
    texts = [f"disk{i} node{i}" for i in range(12)]
    reference = source(base, texts, actor=["system"] * 12)
    late = source(base + 37 + rng.normal(0, 1, 12), texts, name="b").assign(zone="assumed:UTC")
    zone = source(base - 7200 + rng.normal(0, 1, 12), texts, name="c").assign(zone="assumed:UTC")
    alone = source([0, 1], ["nothing", "else"], name="d")
    found = timeline.offsets([late, reference, zone, alone]).set_index("source")
    assert found.loc["a", "proposal"] == "the reference"
    assert found.loc["b", "applied_s"] == pytest.approx(-37, abs=1.5)
    assert found.loc["c", "applied_s"] == 7200
    assert found.loc["d", "applied_s"] == 0
    assert "cannot tell" in str(found.loc["d", "reason"])
    assert math.isnan(float(found.loc["d", "offset_s"]))
