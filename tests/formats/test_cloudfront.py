"""CloudFront's standard logs; lines written from the reference of the fields, for no sample was at hand."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

FIELDS = (
    "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) "
    "cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken "
    "x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version"
).split()
VALUES = (
    "2026-01-02\t10:00:00\tFRA50-C1\t512\t192.0.2.7\tGET\td1.made-up.example\t/a\t502\t-\tMade%20Up/1.0\tq=1\t-\tError\t"
    "id1==\tshop.example\thttps\t23\t0.250\t-\tTLSv1.3\tX\tError\tHTTP/2.0"
).split("\t")


def line(**other: str) -> str:
    return "\t".join(other.get(name.replace("-", "_"), value) for name, value in zip(FIELDS, VALUES, strict=True))


def test_fields_by_the_heading(read: Callable[..., pd.DataFrame]) -> None:
    rows = read(f"#Version: 1.0\n#Fields: {' '.join(FIELDS)}\n{line()}\n{line(sc_status='000', time_taken='-')}\n")
    assert rows.attrs["format"] == "cloudfront"
    assert rows["parsed"].all()
    assert rows["time"].tolist() == [pd.Timestamp("2026-01-02T10:00:00Z")] * 2
    assert rows["status"].tolist() == [502, pd.NA]
    assert rows["severity_number"].tolist() == [17, pd.NA]
    assert rows["duration_s"].tolist()[0] == 0.25
    assert rows["duration_s"].isna().tolist() == [False, True]
    assert rows.loc[0, "path"] == "/a?q=1"
    assert rows.loc[0, "user_agent"] == "Made Up/1.0"
    assert rows["referer"].isna().all() if "referer" in rows else True
    assert rows["bytes"].tolist() == [512, 512]
    assert rows.loc[0, "edge_result_type"] == "Error"


def test_another_order_and_fewer_fields(read: Callable[..., pd.DataFrame]) -> None:
    rows = read(
        "#Version: 1.0\n#Fields: time date sc-status x-edge-location cs-method cs-uri-stem\n"
        "10:00:01\t2026-01-02\t404\tFRA50-C1\tGET\t/x\n"
        "10:00:02\t2026-01-02\t404\tFRA50-C1\n"
    )
    assert rows["time"].tolist()[0] == pd.Timestamp("2026-01-02T10:00:01Z")
    assert rows["parsed"].tolist() == [True, False], "fields are missing: kept as it stands"


def test_without_its_heading(read: Callable[..., pd.DataFrame]) -> None:
    rows = read(f"{line()}\n{line(sc_status='200')}\n")
    assert rows.attrs["format"] == "cloudfront"
    assert rows["status"].tolist() == [502, 200]


def test_two_files_one_after_another(read: Callable[..., pd.DataFrame]) -> None:
    one = f"#Version: 1.0\n#Fields: {' '.join(FIELDS)}\n{line()}\n"
    two = "#Version: 1.0\n#Fields: date time x-edge-location sc-status\n2026-01-03\t00:00:00\tFRA50-C1\t200\n"
    assert read(one + two)["status"].tolist() == [502, 200]


def test_real_time_logs_and_json(read: Callable[..., pd.DataFrame]) -> None:
    """1767348000.25 is 2026-01-02T10:00:00.25Z."""
    frame = read(
        "1767348000.250\t192.0.2.7\t0.125\t502\t512\tGET\thttps\tmade.up\t/a\t86\tFRA50-C1\tid==\td1.made.up\t0.250\t"
        "HTTP/2.0\tIPv4\tmade-up/1.0%20(x)\t-\t-\tb=1\tError\t-\tTLSv1.3\tMADE\tError\n"
    )
    assert frame.attrs["format"] == "cloudfront"
    row = frame.iloc[0]
    assert (str(row["time"]), row["zone"]) == ("2026-01-02 10:00:00.250000+00:00", "explicit")
    assert (row["status"], row["path"], row["service"], row["duration_s"]) == (502, "/a?b=1", "made.up", 0.25)
    assert (row["user_agent"], row["edge_location"], row["cs_bytes"]) == ("made-up/1.0 (x)", "FRA50-C1", 86)
    frame = read(
        '{"date":"2026-01-02","time":"10:00:00","x-edge-location":"FRA50-C1","sc-bytes":"512","c-ip":"192.0.2.7",'
        '"cs-method":"GET","cs(Host)":"d1.made.up","cs-uri-stem":"/a","sc-status":"200","cs(Referer)":"-",'
        '"time-taken":"0.250"}\n'
    )
    assert frame.attrs["format"] == "cloudfront"
    row = frame.iloc[0]
    assert (str(row["time"]), row["status"], row["bytes"]) == ("2026-01-02 10:00:00+00:00", 200, 512)
