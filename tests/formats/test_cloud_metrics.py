"""CloudWatch's and Datadog's answers; written from the references of their APIs."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from incident_analysis.errors import InputError

Reader = Callable[..., pd.DataFrame]


def result(**more: Any) -> dict[str, Any]:
    return {
        "Id": "m1", "Label": "errors", "StatusCode": "Complete",
        "Timestamps": ["2026-01-02T10:10:00+00:00", "2026-01-02T10:00:00+00:00"], "Values": [3.0, 1.0], **more,
    }  # fmt: skip


def test_newest_first_is_given_in_order_of_time(metrics: Reader) -> None:
    rows = metrics(json.dumps({"MetricDataResults": [result(), result(Id="m2", Label="requests")], "Messages": []}))
    assert rows.attrs["format"] == "cloudwatch_metrics"
    assert rows["metric"].tolist() == ["errors", "errors", "requests", "requests"]
    assert rows["value"].tolist() == [1, 3, 1, 3]
    assert rows["time"].iloc[0] == pd.Timestamp("2026-01-02T10:00:00Z")
    assert rows["labels"].tolist()[::2] == ['{id="m1"}', '{id="m2"}']
    assert len(rows) == 4, "10:05 is missing, not zero"


def test_an_export_that_is_not_whole_is_told(metrics: Reader) -> None:
    given = result(StatusCode="PartialData", Messages=[{"Code": "MaxValues", "Value": "too many"}], Values=[3.0])
    said = " ".join(metrics(json.dumps({"MetricDataResults": [given], "NextToken": "x"})).attrs["said"])
    for words in ("PartialData", "MaxValues too many", "NextToken", "2 timestamps, 1 values"):
        assert words in said


def test_each_statistic_is_a_series(metrics: Reader) -> None:
    points = [
        {"Timestamp": "2026-01-02T10:05:00Z", "Average": 2.0, "Maximum": 4.0, "Unit": "Percent"},
        {"Timestamp": "2026-01-02T10:00:00Z", "Average": 1.0, "Maximum": 3.0, "Unit": "Percent",
         "ExtendedStatistics": {"p99": 2.9}},
    ]  # fmt: skip
    rows = metrics(json.dumps({"Label": "CPUUtilization", "Datapoints": points}))
    assert rows["metric"].unique().tolist() == ["CPUUtilization"]
    assert rows.groupby("labels", sort=False)["value"].apply(list).to_dict() == {
        '{statistic="Average"}': [1, 2],
        '{statistic="Maximum"}': [3, 4],
        '{statistic="p99"}': [2.9],
    }
    assert rows["unit"].unique().tolist() == ["Percent"]


def series(**more: Any) -> dict[str, Any]:
    return {
        "metric": "system.cpu.idle", "scope": "host:a,env:prod", "tag_set": ["env:prod", "host:a", "lone"],
        "unit": [{"name": "byte"}, {"name": "second"}], "expression": "avg:system.cpu.idle{*}",
        "pointlist": [[1767348000000.0, 91.5], [1767348300000.0, None], [1767348900000.0, 0.0]], **more,
    }  # fmt: skip


def test_datadog_nulls_are_no_zeros(metrics: Reader) -> None:
    rows = metrics(json.dumps({"status": "ok", "series": [series()]}))
    assert rows.attrs["format"] == "datadog_series"
    assert rows["labels"].iloc[0] == '{env="prod",host="a",lone=""}'
    assert rows["unit"].iloc[0] == "byte/second"
    assert rows["time"].iloc[0] == pd.Timestamp("2026-01-02T10:00:00Z")
    assert math.isnan(rows["value"].iloc[1])
    assert rows["value"].iloc[2] == 0
    assert any("1 points are null" in said for said in rows.attrs["said"])


def test_datadog_version_two(metrics: Reader) -> None:
    attributes = {
        "times": [1767348000000, 1767348300000], "values": [[1.0, None], [2.0, 3.0]],
        "series": [{"group_tags": ["host:a"], "query_index": 0, "unit": None}, {"group_tags": ["host:b"], "query_index": 0}],
    }  # fmt: skip
    rows = metrics(json.dumps({"data": {"type": "timeseries_response", "attributes": attributes}}))
    assert rows["labels"].tolist() == ['{host="a"}', '{host="a"}', '{host="b"}', '{host="b"}']
    assert rows["value"].isna().tolist() == [False, True, False, False]


def test_an_answer_without_a_series_is_empty(metrics: Reader) -> None:
    assert len(metrics('{"status": "ok", "series": [], "metric": "", "pointlist": []}', format="datadog_series")) == 0
    with pytest.raises(InputError, match="Rate limit"):
        metrics('{"status": "error", "error": "Rate limit", "series": []}', format="datadog_series")
