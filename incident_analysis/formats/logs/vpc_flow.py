"""AWS VPC flow logs: without a heading (version 2, or all fields in the order of their table, or the order in which the
guide shows version 3), or with one that names the columns (as files from S3 have it).

`start` and `end` are seconds since 1970 of the interval of capture; the record's time is its start. NODATA rows had no
traffic; SKIPDATA rows could not be recorded: evidence is missing there, which is told.
"""

from __future__ import annotations

from incident_analysis import clock
from incident_analysis.format import Context, Format, Lines, Match, Row, by_lines, head_lines
from incident_analysis.formats.http import given, whole
from incident_analysis.patterns import pattern

VERSION_2 = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
).split()
#: All fields in the order of their table: what "select all" of the console gives. Records without a heading that are
#: longer than version 2's are of this order.
ALL = [
    *VERSION_2,
    *(
        "vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id sublocation-type "
        "sublocation-id pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path "
        "ecs-cluster-arn ecs-cluster-name ecs-container-instance-arn ecs-container-instance-id ecs-container-id "
        "ecs-second-container-id ecs-service-name ecs-task-definition-arn ecs-task-arn ecs-task-id reject-reason"
    ).split(),
]
#: All fields of transit gateways, in the same way.
TRANSIT = (
    "version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id "
    "tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id "
    "tgw-dst-az-id tgw-pair-attachment-id srcaddr dstaddr srcport dstport protocol packets bytes start end log-status "
    "type packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired tcp-flags "
    "region flow-direction pkt-src-aws-service pkt-dst-aws-service"
).split()
_TRANSIT = (
    r"\d+ (?:TransitGateway|-) \d{12} tgw-\w+ tgw-attach-\w+ (?:\S+ ){18}\d{9,10} \d{9,10} (?:OK|NODATA|SKIPDATA) "
)
_TRANSIT_LINE = pattern(_TRANSIT)
#: The order that AWS' guide has in its examples of version 3.
VERSION_3 = (
    "version vpc-id subnet-id instance-id interface-id account-id type srcaddr dstaddr srcport dstport pkt-srcaddr "
    "pkt-dstaddr protocol bytes packets start end action tcp-flags log-status"
).split()
_THIRD = (
    r"3 vpc-\w+ subnet-\w+ \S+ eni-\w+ (?:\d{12}|unknown|-) \S+ (?:\S+ ){9}\d{9,10} \d{9,10} \S+ \S+ "
    r"(?:OK|NODATA|SKIPDATA)"
)
_THIRD_LINE = pattern(_THIRD)
_HEADING = pattern(
    r"(?:[a-z][a-z0-9_-]* )*(?:interface[-_]id|srcaddr|pkt[-_]srcaddr|tgw[-_]id|vpc[-_]id|start)"
    r"(?: [a-z][a-z0-9_-]*)+\s*"
)
_LINES = by_lines(
    r"\d+ (?:\d{12}|unknown|-) (?:eni-\w+|-) (?:\S+ ){7}\d{9,10} \d{9,10} (?:ACCEPT|REJECT|-) "
    r"(?:OK|NODATA|SKIPDATA)(?: \S+){0,26}\s*$|" + f"{_THIRD}|{_TRANSIT}",
    strength=0.97,
    why="VPC flow records",
)
#: `protocol` of requests is text.
_COLUMNS = {"protocol": "protocol_number"}
_WHOLE = {
    *("version", "srcport", "dstport", "protocol", "packets", "bytes", "tcp-flags", "traffic-path"),
    *(name for name in TRANSIT if name.startswith("packets-lost-")),
}


def head(text: str, context: Context) -> None:
    """The heading's columns."""
    context.memory["columns"] = text.strip().lower().replace("_", "-").split()


def _order(text: str, count: int) -> list[str]:
    """The columns of a record in a file without a heading."""
    if _THIRD_LINE.match(text):
        return VERSION_3
    return TRANSIT if _TRANSIT_LINE.match(text) else ALL[: max(len(VERSION_2), count)]


def parse(text: str, context: Context) -> Row | None:
    """A record's fields by the heading's names with `_` for `-`; `capture_s` is how long was captured."""
    values = text.split()
    columns = context.memory.get("columns") or _order(text, len(values))
    if len(values) != len(columns):
        return None
    named = dict(zip(columns, values, strict=True))
    start, end = (clock.epoch(named.get(name, ""), unit="s") for name in ("start", "end"))
    row: Row = {"time": start or end}
    for name, value in named.items():
        if name not in ("start", "end"):
            row[_COLUMNS.get(name, name.replace("-", "_"))] = whole(value) if name in _WHOLE else given(value)
    if start is not None and end is not None:
        row["capture_s"] = (end.ns - start.ns) / clock.SECOND
    state = named.get("log-status", "OK")
    if state == "SKIPDATA":
        context.warn("SKIPDATA: some traffic could not be recorded")
    if row.get("srcaddr") and row.get("dstaddr"):
        ends = [
            f"{row[a]}:{row[p]}" if row.get(p) else row[a] for a, p in (("srcaddr", "srcport"), ("dstaddr", "dstport"))
        ]
        row["message"] = f"{row.get('action') or state} {ends[0]} to {ends[1]}"
    else:
        row["message"] = state
    return row


def recognise(data: bytes) -> Match | None:
    """By a heading of its column names, or records of version 2."""
    lines = head_lines(data, most=1)
    first = (
        lines[0].removeprefix(b"\xef\xbb\xbf").decode("ascii", "replace").strip().lower().replace("_", "-")
        if lines
        else ""
    )
    names = first.split()
    if (
        len(names) > 3
        and len({"version", "interface-id", "srcaddr", "dstaddr", "log-status", "start", "end"} & {*names}) > 2
    ):
        return Match(0.97, "a heading of VPC flow columns")
    return _LINES(data)


FORMAT = Format(
    name="vpc_flow",
    title="AWS VPC flow logs",
    reference="https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html",
    sample=(
        "2 123456789012 eni-0made0up 192.0.2.1 198.51.100.7 49152 443 6 20 4249 1767348000 1767348060 ACCEPT OK\n"
        "2 123456789012 eni-0made0up - - - - - - - 1767348060 1767348120 - NODATA\n"
    ),
    recognise=recognise,
    lines=Lines(parse, skip=pattern(_HEADING.pattern.encode() + rb"$"), head=head),
)
