"""Apache's error log, 2.2 (`[Sun Dec 04 04:47:44 2005] [error] …`) and 2.4 (microseconds, module, process, client).

The clock is the server's own and carries no zone. 2.4 writes `[module:level] [pid 1:tid 2] (code)text: [client …] AH…`.
What the interpreter of a page writes to it (PHP, Perl) may span lines: they belong to the record above.
"""

from __future__ import annotations

import re

from incident_analysis import clock, severity
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.patterns import pattern

#: `ErrorLogFormat` may give the stamp another form: then module, level and process tell.
START = (
    r"\[(?:[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)? \d{4}\] \[[\w:-]*\]"
    r"|\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?(?: ?(?:Z|[+-]\d\d:?\d\d))?\] \[[\w-]*:\w+\] \[pid \d)"
)
_UNTIMED = pattern(r"(AH\d{5}): (.*)", re.DOTALL)
_HEAD = pattern(r"\[([^\]]+)\] \[(?:([\w-]*):)?(\w+)\] ?(.*)", re.DOTALL)
_IPV6 = pattern(r"(?:[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4})*)?::(?:[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4})*)?")
_PROCESS = pattern(r"\[pid (\d+)(?::tid (\d+))?\] ?")
_CLIENT = pattern(r"\[(?:client|remote) ([^\]]*?)\] ?")
_CODE = pattern(r"(?:\((-?\d+)\)([^:]*): )?(?:\[(?:client|remote) ([^\]]*?)\] )?(AH\d{5}): ?")
#: The source file stands before it at the trace levels, the system's error before both.
_LATE_CLIENT = pattern(r"(?:[\w.-]+\.c\(\d+\): )?(?:\(-?\d+\)[^:\[\]]*: )?\[(?:client|remote) ([^\]]*?)\] ?")


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `module`, `pid`, `thread`, `client`, `code` (AH number) beside the common ones."""
    match = _HEAD.match(text)
    if match is None:
        # What it says on the terminal, before it has a log.
        bare = _UNTIMED.match(text)
        return None if bare is None else {"time": None, "message": text, "code": bare[1]}
    stamp, module, level, rest = match.groups()
    time = clock.ctime(stamp) or clock.iso(stamp)
    if time is None:
        return None
    row: Row = {"time": time, "severity_text": level.lower(), "message": rest}
    if re.fullmatch(r"trace[1-8]", row["severity_text"]):
        row["severity_number"] = severity.number("trace")
    if module is not None:
        row["module"] = module or None
    process = _PROCESS.match(rest)
    if process is not None:
        row["pid"] = int(process[1])
        row["thread"] = int(process[2]) if process[2] else None
        rest = rest[process.end() :]
    client = _CLIENT.match(rest)
    if client is not None:
        rest = rest[client.end() :]
    code = _CODE.match(rest)
    who = client[1] if client is not None else code[3] if code is not None else None
    if who is None and (late := _LATE_CLIENT.match(rest)) is not None:
        who = late[1]
    if who:
        # 2.4 writes a port always, and tells the process.
        row["client"] = _address(who, port=process is not None)
    if code is not None:
        row["code"] = code[4]
    row["message"] = rest
    return row


def _address(text: str, *, port: bool) -> str:
    """An address without its port; IPv6 stands without brackets."""
    if text.startswith("["):
        return text[1:].split("]", 1)[0]
    if text.count(":") == 1:
        return text.split(":", 1)[0]
    head, _, last = text.rpartition(":")
    # IPv6 with a port and no brackets: eight groups or a gap, and one number more.
    if last.isdigit() and (head.count(":") >= 7 or (port and _IPV6.fullmatch(head))):
        return head
    return text


FORMAT = Format(
    name="apache_error",
    title="Apache error log",
    reference="https://httpd.apache.org/docs/2.4/mod/core.html#errorlogformat (default formats of 2.2 and 2.4)",
    sample=(
        "[Fri Jan 02 10:00:00 2026] [notice] Apache/2.2 configured -- resuming normal operations\n"
        "[Fri Jan 02 10:00:01.123456 2026] [proxy:error] [pid 7:tid 8] (111)Connection refused: "
        "AH00957: HTTP: attempt to connect to 192.0.2.7:80 (made.up) failed\n"
    ),
    recognise=by_lines(START, strength=0.95, why="Apache error heads", least=0.3),
    lines=Lines(parse, start=pattern(rf"{START}|AH\d{{5}}: ".encode())),
    zone_rule="local",
)
