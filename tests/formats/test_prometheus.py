"""Prometheus' query API and text formats; written from their specifications."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from incident_analysis.errors import InputError

Reader = Callable[..., pd.DataFrame]


def answer(*series: dict[str, Any], kind: str = "matrix", **more: Any) -> str:
    return json.dumps({"status": "success", "data": {"resultType": kind, "result": [*series]}, **more})


def test_values_are_texts_and_missing_steps_are_absent(metrics: Reader) -> None:
    rows = metrics(answer({
        "metric": {"__name__": "up", "job": 'a"b', "instance": "x"},
        "values": [[1767348000, "0.965"], [1767348015.781, "NaN"], [1767348060, "+Inf"], [1767348075, "-Inf"]],
    }))  # fmt: skip
    assert rows.attrs["format"] == "prometheus_query"
    assert rows["metric"].unique().tolist() == ["up"]
    assert rows["labels"].unique().tolist() == ['{instance="x",job="a\\"b"}']
    assert rows["time"].iloc[1] == pd.Timestamp("2026-01-02T10:00:15.781Z")
    assert rows["value"].iloc[0] == 0.965
    assert math.isnan(rows["value"].iloc[1])
    assert rows["value"].tolist()[2:] == [math.inf, -math.inf]
    assert len(rows) == 4, "the steps at :30 and :45 are missing, not zero"


def test_native_histograms_are_kept(metrics: Reader) -> None:
    histogram = {"count": "12", "sum": "3.5", "buckets": [[0, "0.1", "0.2", "12"]]}
    rows = metrics(answer({"metric": {"__name__": "latency"}, "histograms": [[1767348000, histogram]]}))
    assert (rows["histogram_count"].iloc[0], rows["histogram_sum"].iloc[0]) == (12, 3.5)
    assert json.loads(rows["histogram"].iloc[0]) == histogram
    assert math.isnan(rows["value"].iloc[0])


def test_instant_answers(metrics: Reader) -> None:
    given = answer({"metric": {}, "value": [1767348000.5, "2"]}, kind="vector")
    vector = metrics(given, name="error_ratio.json")
    assert (vector["value"].iloc[0], vector["labels"].iloc[0]) == (2, "")
    assert vector["metric"].iloc[0] == "error_ratio", "an expression has no name, its file has"
    assert any("after the file" in said for said in vector.attrs["said"])
    scalar = metrics('{"status":"success","data":{"resultType":"scalar","result":[1767348000,"3"]}}')
    assert scalar["value"].tolist() == [3]


def test_what_the_server_warns_of_is_told(metrics: Reader) -> None:
    given = answer({"metric": {}, "values": []}, {"metric": {}, "values": [[1767348000, "1"]]}, warnings=["partial"])
    said = " ".join(metrics(given).attrs["said"])
    assert "partial" in said
    assert "1 series without a sample" in said


def test_an_error_is_refused_with_the_servers_words(metrics: Reader) -> None:
    text = '{"status":"error","errorType":"bad_data","error":"exceeded maximum resolution of 11,000 points"}'
    with pytest.raises(InputError, match="bad_data: exceeded maximum") as caught:
        metrics(text)
    assert caught.value.remedy


def test_a_cut_answer_is_kept_as_far_as_it_goes(metrics: Reader) -> None:
    one = {"metric": {"n": "1"}, "values": [[1767348000, "1"]]}
    text = json.dumps({"status": "success", "data": {"resultType": "matrix", "result": [one, one]}}, indent=1)
    rows = metrics(text[: text.rindex('"values"')])
    assert rows["parsed"].tolist() == [True, False]


TEXT = r"""# HELP http_requests_total Requests \\ and "more"
# TYPE http_requests_total counter
http_requests_total{code="200",path="C:\\a\"b\n{x}"} 1027 1767348000123
http_requests_total { code="500", } 3

# TYPE latency histogram
latency_bucket{le="0.5"} 2
latency_bucket{le="+Inf"} 4
latency_sum 4.93
queue NaN
weird +Inf
"""


def test_the_text_format(metrics: Reader) -> None:
    rows = metrics(TEXT)
    assert rows.attrs["format"] == "prometheus_text"
    assert rows["parsed"].all()
    assert len(rows) == 7
    assert rows["labels"].iloc[0] == '{code="200",path="C:\\\\a\\"b\\n{x}"}'
    assert rows["time"].iloc[0] == pd.Timestamp("2026-01-02T10:00:00.123Z"), "milliseconds"
    assert rows["time"].isna().sum() == 6
    assert rows["type"].tolist()[:5] == ["counter", "counter", "histogram", "histogram", "histogram"]
    assert any("a snapshot" in said for said in rows.attrs["said"])


def test_openmetrics_writes_seconds_units_and_exemplars(metrics: Reader) -> None:
    text = (
        "# TYPE latency_seconds histogram\n# UNIT latency_seconds seconds\n"
        'latency_seconds_bucket{le="0.5"} 2 1767348000.5 # {trace_id="abc \\" #"} 0.31 1767347999\n'
        "latency_seconds_count 2\n# EOF\n"
    )
    rows = metrics(text)
    assert rows["time"].iloc[0] == pd.Timestamp("2026-01-02T10:00:00.5Z")
    assert rows["unit"].tolist() == ["seconds", "seconds"]
    assert json.loads(rows["exemplar"].iloc[0]) == {
        "labels": {"trace_id": 'abc " #'}, "value": "0.31", "timestamp": "1767347999",
    }  # fmt: skip


def test_names_between_quotes(metrics: Reader) -> None:
    rows = metrics('# TYPE "my.metric" gauge\n{"my.metric","a.b"="c"} 5\nplain 1\n')
    assert (rows["metric"].iloc[0], rows["labels"].iloc[0], rows["type"].iloc[0]) == ("my.metric", '{a.b="c"}', "gauge")


def test_broken_lines_are_kept(metrics: Reader) -> None:
    rows = metrics("# TYPE a gauge\na 1\na{b=} 2\na one\na 3\n")
    assert rows["parsed"].tolist() == [True, False, False, True]
    assert rows["text"].tolist()[1] == "a{b=} 2"
