"""Access logs of nginx, Apache and what imitates them: common, combined, with virtual hosts and with durations.

The offset of the stamps is written, but it is the server's own, seldom UTC. Bytes "-" are none counted. A request may
be empty, "-" or binary. Behind the known fields stands what each server adds; a number there is the duration: nginx's
`$request_time` in seconds with a fraction, Apache's `%D` in whole microseconds, `%T` in whole seconds, Traefik's in
milliseconds with their unit. Whole numbers do not tell which: their size over the first records does, and it is told.
Some write the duration before referer and agent; Apache's `ssl_request_log` begins with the stamp and has no status.
Containers write access and error lines into one stream: error lines are read as nginx and Apache write them.
"""

from __future__ import annotations

import re

from incident_analysis import clock, severity
from incident_analysis.format import Context, Format, Lines, Match, Row, head_lines
from incident_analysis.formats import syslog
from incident_analysis.formats.http import PER_SECOND, given, request, seconds, whole
from incident_analysis.formats.logs import apache_error, nginx_error
from incident_analysis.patterns import pattern

_STAMP = (
    r"\d{1,2}/[A-Z][a-z]{2}/\d{4}[: ]\d\d:\d\d:\d\d(?:\.\d+)?(?: [+-]\d{4})?|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[^\]]{0,16}"
)
#: Apache writes an empty user as two quotes.
_WHO = r'((?:[^\["]|""|\[[0-9a-fA-F:.]+\])*?)\s?'
_LINE = pattern(
    rf'{_WHO}\[({_STAMP})\] "((?:[^"\\]|\\.)*)" (-|\d{{3}}) (-|\d+)'
    r'(?: "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)")?(?= |$)(.*)',
    re.DOTALL,
)
#: Where quotes inside the request were not escaped.
_LOOSE = pattern(rf'{_WHO}\[({_STAMP})\] "(.*?)" (-|\d{{3}}) (-|\d+)(?: "([^"]*)" "(.*?)")?(?= |$)(.*)', re.DOTALL)
#: Apache's `ssl_request_log`, as its packages set it up.
_TLS = r"\S+ (?:(?:TLS|SSL)v[\d.]+|-) [\w-]+ "
_TLS_LINE = pattern(rf'\[({_STAMP})\] (\S+) (\S+) (\S+) "((?:[^"\\]|\\.)*)" (-|\d+)(.*)', re.DOTALL)
#: Syslog around it is another format's.
_ACCESS = pattern(
    rf'(?!(?:{syslog.OLD}|{syslog.NEW}))(?:\[[0-9a-f:.]+\] )?(?:[^\["\n]|""){{0,500}}'
    rf'\[(?:{_STAMP})\] (?:{_TLS})?"'.encode()
)
_ERROR = pattern(rf"{nginx_error.START}|{apache_error.START}".encode())
_ADDRESS = pattern(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]+|\[[0-9a-fA-F:.]+\]")
_TAIL = pattern(r'"((?:[^"\\]|\\.)*)"|\[([^\[\]]*)\]|([A-Za-z_][\w.-]*[=:]"(?:[^"\\]|\\.)*"|\S+)')
#: Referer and agent behind a duration, or the former without its quotes.
_LATE = pattern(r' (?:(\d+(?:\.\d+)?) )?(?:"((?:[^"\\]|\\.)*)"|-) "((?:[^"\\]|\\.)*)"(?= |$)(.*)', re.DOTALL)
_INGRESS = pattern(
    r" (\d+) (\d+\.\d+) \[([^\]]*)\] \[([^\]]*)\] (\S+(?:, \S+)*) (\S+(?:, \S+)*) (\S+(?:, \S+)*) (\S+(?:, \S+)*)"
    r" ([0-9a-f]{32})\s*"
)
_TRAEFIK = pattern(r' (\d+) "([^"]*)" "([^"]*)" (\d+)ms\s*')
_UNIT = pattern(r"(\d+(?:\.\d+)?)(s|ms|us|µs)")
#: Units that stand apart, as some write them behind Tomcat's %D and %F.
_APART = pattern(r"(?<= )(\d+(?:\.\d+)?) (ms|us|µs|sec|s)(?= |$)")
#: What Python's server says of a request that failed, beside the request's own line.
_CODE = pattern(rf"{_WHO}\[({_STAMP})\] (code (\d{{3}}), message .*)", re.DOTALL)
_PAIR = pattern(r"([A-Za-z_][\w.-]*)[=:](.*)", re.DOTALL)
_TIMES = {
    **dict.fromkeys(("rt", "request_time", "duration", "time", "took", "reqtime"), "duration_s"),
    **dict.fromkeys(("urt", "upstream_response_time", "upstream_time"), "upstream_duration_s"),
    **dict.fromkeys(("uct", "upstream_connect_time"), "upstream_connect_s"),
    **dict.fromkeys(("uht", "upstream_header_time"), "upstream_header_s"),
}


def parse(text: str, context: Context) -> Row | None:
    """A record's fields; `ident`, `user`, `vhost`, and `extra` for what no rule reads, beside every access log's."""
    match = _LINE.match(text) or _LOOSE.match(text)
    if match is None:
        return _code(text) or _tls(text) or nginx_error.parse(text, context) or apache_error.parse(text, context)
    who, stamp, line, status, size, referer, agent, rest = match.groups()
    # Python's servers write a space between date and time, and no offset.
    time = clock.common(stamp.replace(" ", ":", 1) if stamp[11:12] == " " else stamp) or clock.iso(stamp)
    if time is None:
        return None
    row: Row = {"time": time, **request(line), **_who(who)}
    if status != "-":
        row["status"] = int(status)
        row["severity_number"] = severity.of_status(int(status))
    else:
        row["status"] = None
    row["bytes"] = whole(size)
    if agent is None and (late := _LATE.match(rest)) is not None:
        number, referer, agent, rest = late.groups()
        rest = f"{rest} {number}" if number else rest
    if agent is not None:
        row |= {"referer": given(referer), "user_agent": given(agent)}
    if rest.strip():
        row |= _rest(rest, context)
    return row


def _code(text: str) -> Row | None:
    match = _CODE.fullmatch(text)
    if match is None:
        return None
    who, stamp, said, status = match.groups()
    time = clock.common(stamp.replace(" ", ":", 1)) or clock.common(stamp)
    return {"time": time, **_who(who), "message": said, "severity_number": severity.of_status(int(status))}


def _tls(text: str) -> Row | None:
    match = _TLS_LINE.fullmatch(text)
    time = clock.common(match[1]) if match is not None else None
    if match is None or time is None:
        return None
    _, client, version, cipher, line, size, rest = match.groups()
    row: Row = {"time": time, **request(line), "client": given(client), "bytes": whole(size)}
    row |= {"tls_version": given(version), "tls_cipher": given(cipher)}
    return row | {"extra": rest.strip()} if rest.strip() else row


def _who(text: str) -> Row:
    """What stands before the stamp: virtual host, client, identity, user; some leave one of them out."""
    words = text.replace('""', "-").split()
    row: Row = {}
    if len(words) > 1 and not _ADDRESS.fullmatch(words[0].rstrip(",")) and _ADDRESS.fullmatch(words[1].rstrip(",")):
        row["vhost"] = words.pop(0)
    elif len(words) == 4 and words[2] == "-" != words[1] and not words[0].endswith(","):
        # The client is a name, too: the identity, which nobody writes, shows which is which.
        row["vhost"] = words.pop(0)
    # A chain of proxies: the first is who asked.
    chain = [words.pop(0)] if words else []
    while chain and chain[-1].endswith(",") and words:
        chain.append(words.pop(0))
    if chain:
        row["client"] = given(chain[0].rstrip(","))
        if len(chain) > 1:
            row["forwarded_by"] = " ".join(chain[1:])
    if len(words) > 1:
        row |= {"ident": given(words[0]), "user": given(" ".join(words[1:]))}
    elif words:
        row["user"] = given(words[0])
    return row


def _rest(text: str, context: Context) -> Row:
    """What stands behind the known fields."""
    ingress = _INGRESS.fullmatch(text)
    if ingress is not None:
        length, took, upstream, other, address, size, spent, status, asked = ingress.groups()
        last = [part.rsplit(", ", 1)[-1] for part in (address, size, spent, status)]
        return {
            "request_bytes": whole(length),
            "duration_s": seconds(took),
            "upstream": given(upstream),
            "upstream_other": given(other),
            "upstream_address": given(last[0]),
            "upstream_bytes": whole(last[1]),
            "upstream_duration_s": seconds(last[2]),
            "upstream_status": whole(last[3]),
            "request_id": asked,
        }
    traefik = _TRAEFIK.fullmatch(text)
    if traefik is not None:
        count, router, server, took = traefik.groups()
        return {
            "duration_s": seconds(took, unit="ms"),
            "request_count": whole(count),
            "router": given(router),
            "upstream": given(server),
        }
    text = _APART.sub(lambda m: m[1] + m[2].replace("sec", "s"), text)
    row: Row = {}
    numbers: list[int] = []
    extra: list[str] = []
    for quoted, bracketed, bare in _TAIL.findall(text):
        value = quoted or bracketed or bare
        word = bare.strip("*")
        pair = _PAIR.fullmatch(word)
        unit = _UNIT.fullmatch(word)
        both = re.fullmatch(r"(\d+)/(\d+)", word, re.ASCII)
        if pair is not None and (name := _TIMES.get(pair[1].lower())) and (took := _seconds(pair[2])) is not None:
            row[name] = took
        elif unit is not None:
            row.setdefault("duration_s", float(unit[1]) / PER_SECOND[unit[2].replace("µ", "u")])
        elif re.fullmatch(r"\d+\.\d+", word, re.ASCII):
            # nginx: $request_time, then $upstream_response_time.
            row["upstream_duration_s" if "duration_s" in row else "duration_s"] = float(word)
        elif both is not None:
            # Apache's %T/%D: the same in seconds and microseconds.
            row["duration_s"] = int(both[2]) / 1_000_000
        elif word.isascii() and word.isdigit():
            numbers.append(int(word))
        elif given(value) is not None:
            extra.append(value)
    if len(numbers) in (2, 3):
        # Apache's combinedio: bytes received and sent, with what else is in their frames.
        row["received_bytes"], row["sent_bytes"] = numbers[:2]
        numbers = numbers[2:]
    if len(numbers) == 1 and "duration_s" not in row:
        row["duration_s"] = numbers.pop() / PER_SECOND[_unit(context)]
    extra += [str(number) for number in numbers]
    if extra:
        row["extra"] = " ".join(extra)
    return row


def _seconds(text: str) -> float | None:
    bare = text.strip('"')
    unit = _UNIT.fullmatch(bare)
    return seconds(bare) if unit is None else float(unit[1]) / PER_SECOND[unit[2].replace("µ", "u")]


def _unit(context: Context) -> str:
    """Unit of whole numbers behind the fields: Apache's %T (seconds) or %D (microseconds), by their size."""
    if "access_unit" not in context.memory:
        numbers = []
        for line in head_lines(context.head, most=500):
            match = _LINE.match(line.decode("utf-8", "replace").rstrip("\r"))
            if match is not None:
                numbers += [int(w) for _, _, w in _TAIL.findall(match[8]) if w.isascii() and w.isdigit()][-1:]
        # A server answers in less than a millisecond now and then, but hardly always in less than 0.1 ms.
        context.memory["access_unit"] = "s" if numbers and max(numbers) < 100 else "us"
        told = "seconds (Apache's %T)" if context.memory["access_unit"] == "s" else "microseconds (Apache's %D)"
        context.warn(f"whole numbers at the lines' ends are taken as durations in {told}")
    return str(context.memory["access_unit"])


def recognise(head: bytes) -> Match | None:
    """By lines with a stamp in brackets and a quoted request; error lines among them count as half."""
    lines = head_lines(head)
    hits = sum(_ACCESS.match(line) is not None for line in lines)
    errors = sum(_ERROR.match(line) is not None for line in lines)
    if not hits or (share := (hits + errors / 2) / len(lines)) < 0.5 or hits < errors:
        return None
    return Match(0.9 * (0.5 + 0.5 * share), f"{hits} of the first {len(lines)} lines: access log lines")


FORMAT = Format(
    name="access",
    title="nginx and Apache access logs",
    reference=(
        "https://httpd.apache.org/docs/2.4/mod/mod_log_config.html, "
        "https://nginx.org/en/docs/http/ngx_http_log_module.html; ingress-nginx and Traefik from their documentation"
    ),
    sample=(
        '192.0.2.1 - - [02/Jan/2026:10:00:00 +0100] "GET / HTTP/1.1" 200 12\n'
        '192.0.2.1 - made [02/Jan/2026:10:00:01 +0100] "GET /up HTTP/1.1" 503 - "-" "made-up/1.0" 0.250\n'
    ),
    recognise=recognise,
    lines=Lines(parse),
    zone_rule="local",
)
