"""VPC flow logs, from AWS's documentation."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


LINES = (
    "2 123456789012 eni-0made0up 192.0.2.1 198.51.100.7 49152 443 6 20 4249 1767348000 1767348060 ACCEPT OK\n"
    "2 123456789012 eni-0made0up - - - - - - - 1767348060 1767348120 - NODATA\n"
    "2 123456789012 eni-0made0up - - - - - - - 1767348120 1767348180 - SKIPDATA\n"
)


def test_version_2(read: Read) -> None:
    frame = read(LINES)
    assert frame.attrs["format"] == "vpc_flow"
    row = frame.iloc[0]
    assert (str(row["time"]), row["capture_s"]) == ("2026-01-02 10:00:00+00:00", 60)
    assert (row["bytes"], row["packets"], row["dstport"], row["protocol_number"]) == (4249, 20, 443, 6)
    assert row["message"] == "ACCEPT 192.0.2.1:49152 to 198.51.100.7:443"
    assert pd.isna(frame["bytes"][1]), "no data is not zero bytes"
    assert list(frame["log_status"]) == ["OK", "NODATA", "SKIPDATA"]
    assert any("SKIPDATA" in said for said in frame.attrs["said"])


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_heading_picks_the_columns(read: Read, mark: str) -> None:
    frame = read(
        mark + "version vpc-id srcaddr pkt-srcaddr tcp-flags start end flow-direction log-status\n"
        "5 vpc-made 192.0.2.1 203.0.113.1 19 1767348000 1767348060 ingress OK\n"
    )
    assert frame.attrs["format"] == "vpc_flow"
    row = frame.iloc[0]
    assert (row["vpc_id"], row["pkt_srcaddr"], row["tcp_flags"]) == ("vpc-made", "203.0.113.1", 19)
    assert (row["flow_direction"], row["line_start"]) == ("ingress", 2)


def test_lines_with_other_columns_are_kept(read: Read) -> None:
    frame = read(LINES + "2 123456789012 eni-0made0up 192.0.2.1\n")
    assert list(frame["parsed"]) == [True, True, True, False]


def test_without_a_heading_in_the_guides_orders(read: Read) -> None:
    """1767348000 is 2026-01-02T10:00:00Z."""
    frame = read(
        "3 vpc-0a subnet-0b i-0c eni-0d 123456789012 IPv4 192.0.2.1 198.51.100.7 43416 5001 192.0.2.9 198.51.100.7 6 568 "
        "8 1767348000 1767348058 ACCEPT 2 OK\n"
    )
    assert frame.attrs["format"] == "vpc_flow"
    row = frame.iloc[0]
    assert (str(row["time"]), row["capture_s"]) == ("2026-01-02 10:00:00+00:00", 58)
    assert (row["srcaddr"], row["pkt_srcaddr"], row["bytes"], row["packets"], row["tcp_flags"]) == (
        "192.0.2.1", "192.0.2.9", 568, 8, 2,
    )  # fmt: skip
    assert (row["vpc_id"], row["subnet_id"], row["instance_id"], row["interface_id"]) == (
        "vpc-0a", "subnet-0b", "i-0c", "eni-0d",
    )  # fmt: skip
    row = read(
        "5 123456789012 eni-0d 192.0.2.1 198.51.100.7 43416 443 6 20 4249 1767348000 1767348060 REJECT OK vpc-0a subnet-0b "
        "i-0c 3 IPv4 192.0.2.1 198.51.100.7 eu-made-1 az4 - - - S3 egress 8\n"
    ).iloc[0]
    assert (row["action"], row["vpc_id"], row["flow_direction"], row["traffic_path"]) == (
        "REJECT",
        "vpc-0a",
        "egress",
        8,
    )


def test_a_heading_with_underscores(read: Read) -> None:
    frame = read(
        "version account_id interface_id srcaddr dstaddr start end action log_status\n"
        "2 123456789012 eni-0d 192.0.2.1 198.51.100.7 1767348000 1767348060 ACCEPT OK\n"
    )
    assert len(frame) == 1
    assert (frame["account_id"][0], frame["log_status"][0]) == ("123456789012", "OK")


def test_ecs_and_transit_gateways_without_a_heading(read: Read) -> None:
    row = read(
        "7 123456789012 - 192.0.2.1 198.51.100.7 43416 443 6 20 4249 1767348000 1767348060 ACCEPT OK - - - - - - - - - - - "
        "- - ingress - arn:c cluster arn:i i-0 c1 c2 shop arn:t arn:k k1\n"
    ).iloc[0]
    assert (row["flow_direction"], row["ecs_service_name"], row["ecs_task_id"]) == ("ingress", "shop", "k1")
    row = read(
        "6 TransitGateway 123456789012 tgw-0a tgw-attach-0b - - vpc-0c vpc-0d - - eni-0e eni-0f - - - 192.0.2.1 "
        "198.51.100.7 43416 443 6 4 200 1767348000 1767348060 OK IPv4 1 2 3 4 - - ingress - -\n"
    ).iloc[0]
    assert (row["tgw_id"], row["dstport"], row["packets"], row["flow_direction"]) == ("tgw-0a", 443, 4, "ingress")
    lost = [row[f"packets_lost_{why}"] for why in ("no_route", "blackhole", "mtu_exceeded", "ttl_expired")]
    assert lost == [1, 2, 3, 4]
    assert str(row["time"]) == "2026-01-02 10:00:00+00:00"
