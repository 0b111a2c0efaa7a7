"""Grafana's panels and plain tables of measured values; written from users' reports and from RFC 4180."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd
import pytest

from incident_analysis.errors import InputError

Reader = Callable[..., pd.DataFrame]


def test_a_panel_with_sep_units_and_gaps(metrics: Reader) -> None:
    text = (
        'sep=,\n"Time","cpu {mode=""idle"", host=""a""}","Latency (ms)"\n2026-01-02 10:00:00,91.5%,12.3 ms\n'
        '2026-01-02 10:01:00,,"1,234.5 ms"\n2026-01-02 10:02:00,null,0\n'
    )
    rows = metrics(text, zone="Europe/Berlin")
    assert rows.attrs["format"] == "grafana_csv"
    assert rows["time"].iloc[0] == pd.Timestamp("2026-01-02T09:00:00Z")
    cpu, latency = rows[rows["metric"] == "cpu"], rows[rows["metric"] == "Latency"]
    assert cpu["labels"].unique().tolist() == ['{host="a",mode="idle"}']
    assert cpu["value"].iloc[0] == 91.5
    assert (len(cpu), math.isnan(cpu["value"].iloc[1])) == (2, True), "an empty cell has no row, null is NaN"
    assert latency["value"].tolist() == [12.3, 1234.5, 0]
    assert (cpu["unit"].iloc[0], set(latency["unit"])) == ("%", {"ms"})


def test_the_old_long_panel_with_semicolons(metrics: Reader) -> None:
    text = "Series;Time;Value\ncpu;2020-02-24T10:02:00+01:00;1,5\nmem;2020-02-24T10:02:00+01:00;2\n"
    rows = metrics(text)
    assert rows.attrs["format"] == "grafana_csv"
    assert rows["metric"].tolist() == ["cpu", "mem"]
    assert rows["value"].tolist() == [1.5, 2]
    assert rows["time"].iloc[0] == pd.Timestamp("2020-02-24T09:02:00Z")


def test_milliseconds_since_1970(metrics: Reader) -> None:
    rows = metrics('"Time","up"\n1767348000000,1\n1767348060000,0\n')
    assert rows["time"].tolist() == [pd.Timestamp("2026-01-02T10:00:00Z"), pd.Timestamp("2026-01-02T10:01:00Z")]
    assert rows["zone"].tolist() == ["explicit", "explicit"]


def test_a_panel_without_a_zone_is_told(metrics: Reader) -> None:
    rows = metrics('"Time","up"\n2026-01-02 10:00:00,1\n')
    assert any("no zone" in said for said in rows.attrs["said"])


def test_values_alone(metrics: Reader) -> None:
    rows = metrics("timestamp,value\n2014-03-07 03:41:00,45.868\n2014-03-07 03:46:00,\n2014-03-07 03:51:00,42\n")
    assert rows.attrs["format"] == "metrics_csv"
    assert rows["value"].tolist() == [45.868, 42]
    assert rows["line_start"].tolist() == [2, 4]
    said = " ".join(rows.attrs["said"])
    assert "time=timestamp; metrics value" in said
    assert "no zone" in said


def test_a_wide_table_with_labels_and_units(metrics: Reader) -> None:
    text = (
        "Time (UTC),host,cpu (%),latency [ms]\n2026-01-02 10:00,a,12.5,30\n2026-01-02 10:00,b,13,\n"
        "2026-01-02 10:01,a,12,31\n"
    )
    rows = metrics(text)
    assert len(rows) == 5
    assert rows["labels"].tolist() == ['{host="a"}', '{host="a"}', '{host="b"}', '{host="a"}', '{host="a"}']
    assert rows["metric"].tolist()[:2] == ["cpu", "latency"]
    assert rows["unit"].tolist()[:2] == ["%", "ms"]
    assert set(rows["zone"]) == {"header"}


def test_a_long_table_names_its_metrics(metrics: Reader) -> None:
    text = "ts;metric;unit;region;value\n1767348000;cpu;%;eu;1,5\n1767348000;mem;MiB;eu;2\n"
    rows = metrics(text)
    assert rows["metric"].tolist() == ["cpu", "mem"]
    assert rows["value"].tolist() == [1.5, 2]
    assert rows["unit"].tolist() == ["%", "MiB"]
    assert rows["labels"].unique().tolist() == ['{region="eu"}']


def test_headings_of_several_levels(metrics: Reader) -> None:
    text = (
        "service,shop,shop,pay\nmetric,latency,latency,count\nstatistic,Average,p90,Sum\nunix_timestamp,,,\n"
        "1681398600.0,,0.5,3\n1681398900.0,0.1,0.6,\n"
    )
    rows = metrics(text)
    assert rows["metric"].tolist() == ["latency", "count", "latency", "latency"]
    assert rows["labels"].tolist()[:2] == ['{service="shop",statistic="p90"}', '{service="pay",statistic="Sum"}']
    assert rows["time"].iloc[0] == pd.Timestamp("2023-04-13T15:10:00Z")


def test_the_order_of_day_and_month_is_told(metrics: Reader) -> None:
    rows = metrics("date,value\n05/03/2016 10:00,1\n29/02/2016 10:00,2\n")
    assert rows["time"].iloc[1] == pd.Timestamp("2016-02-29T10:00:00Z")
    assert any("day first" in said for said in rows.attrs["said"])


def test_clocks_that_go_back_are_told(metrics: Reader) -> None:
    text = (
        "timestamp,value\n2026-10-25 01:30:00,1\n2026-10-25 02:05:00,2\n2026-10-25 02:50:00,2\n2026-10-25 02:05:00,3\n"
    )
    rows = metrics(text + "2026-10-25 03:30:00,4\n", zone="Europe/Berlin")
    assert rows["time"].dt.strftime("%H:%M").tolist() == ["23:30", "00:05", "00:50", "01:05", "02:30"]


def test_what_holds_no_numbers_is_refused(metrics: Reader) -> None:
    with pytest.raises(InputError) as caught:
        metrics("time,event\n2026-01-02 10:00,alert fires\n")
    assert caught.value.remedy
    with pytest.raises(InputError, match="HTML"):
        metrics("<!DOCTYPE html><html><body>log in</body></html>")
