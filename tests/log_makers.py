"""Made-up logs of any size, with what is hard about them, each line from a seeded generator.

A maker gives the bytes only; what they mean is for a test's own reader to find out.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
WORDS = "made up order paid late queue retry shard lost found übermäßig naïve 北京 time out user cart item".split()


def sentence(rng: random.Random, *, most: int = 12) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, most)))


def access(rng: random.Random, *, hazards: bool = True) -> Iterator[bytes]:
    """Access lines, common and combined; hazards: quotes, escapes, odd requests, fields behind, broken bytes."""
    now = START
    agents = ["Mozilla/5.0 (X11; Linux x86_64) made/1.0", "curl/8.0", "-", "", "bot (+https://made.up/[en])", "Grüße/1"]
    while True:
        now += timedelta(seconds=rng.choice((0, 0, 0, 1, 2)))
        client = rng.choice((f"192.0.2.{rng.randint(0, 255)}", f"198.51.100.{rng.randint(0, 9)}", "2001:db8::7", "-"))
        user = rng.choice(("-", "-", "-", "anna", "made.up@example.org"))
        stamp = now.astimezone().strftime("%d/%b/%Y:%H:%M:%S") + rng.choice((" +0000", " +0100", " -0330"))
        method = rng.choice(("GET", "GET", "GET", "POST", "HEAD", "OPTIONS", "PROPFIND"))
        path = f"/made/{rng.randint(1, 5000)}" + rng.choice(("", "?q=a b", "?x=[1]", "/ü", "?a=1&b=2"))
        version = rng.choice(("1.1", "1.1", "2.0", "1.0", "2"))
        request = f"{method} {path} HTTP/{version}"
        status = rng.choice((200, 200, 200, 204, 301, 404, 499, 500, 503))
        size = rng.choice((str(rng.randint(0, 10 ** rng.randint(1, 10))), "-"))
        tail = (
            ""
            if rng.random() < 0.3
            else f' "{rng.choice(("-", "https://made.up/", "https://made.up/?q=ß"))}" "{rng.choice(agents)}"'
        )
        line = f'{client} - {user} [{stamp}] "{request}" {status} {size}{tail}'.encode()
        if hazards and rng.random() < 0.08:
            line = rng.choice(
                (
                    line.replace(b"GET ", b'GET /a\\"b ', 1),
                    line.replace(request.encode(), b"-", 1),
                    line.replace(request.encode(), b"\\x16\\x03\\x01", 1),
                    line.replace(request.encode(), request.replace(" HTTP", ' "quoted" HTTP').encode(), 1),
                    line.replace(request.encode(), b"get  /two-blanks", 1),
                    line + b" 0.250",
                    line + b' 0.250 "extra"',
                    b"made.up:443 " + line,
                    line.replace(b" - ", b" ident ", 1),
                    line.replace(b"] ", b"] \xff\xfe", 1),
                    line.replace(b"/made/", b"/m\xe9de/", 1),
                    line.replace(b"/made/", b"/m\0de/", 1),
                    line.replace(b"/made/", b"/m\tde\x1b[31m/", 1),
                    line.replace(b"/made/", b"/m\rde/", 1),
                    line.replace(b"/made/", "/m\u2028de/".encode(), 1),
                    line.replace(b" 200 ", b" - ", 1),
                    line.replace(b"[0", b"[9", 1),
                    line.replace(b":23:", b":24:", 1),
                    line.replace(b"-", b"10.0.0.1, 10.0.0.2 -", 1),
                    line[: rng.randint(1, len(line))],
                    b"",
                    b" \t ",
                    b"something else altogether",
                    line + b"\r",
                    line + b"\r\r",
                )
            )
        yield line


def json_lines(rng: random.Random, *, hazards: bool = True) -> Iterator[bytes]:
    """Loggers' objects in several shapes; hazards: escapes, nesting, broken and foreign lines, odd numbers."""
    now = START
    while True:
        now += timedelta(milliseconds=rng.randint(0, 900))
        iso = now.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
        level = rng.choice(("info", "info", "info", "warn", "error", "debug"))
        shape = rng.random()
        record: dict[str, object]
        if shape < 0.6:
            record = {
                "time": iso + "Z",
                "level": level,
                "service": "made-up",
                "msg": sentence(rng),
                "count": rng.randint(0, 10**6),
                "took": rng.randint(0, 9999) / 1000,
                "ok": rng.random() < 0.5,
            }
        elif shape < 0.8:
            record = {
                "time": iso + "+01:00",
                "level": level,
                "msg": sentence(rng),
                "trace_id": f"{rng.getrandbits(64):016x}",
                "user": {"id": rng.randint(1, 99), "name": rng.choice(("anna", "ben"))},
                "error": None,
            }
        else:
            record = {
                "level": rng.choice((30, 40, 50)),
                "time": int(now.timestamp() * 1000),
                "pid": 7,
                "hostname": "made-up",
                "msg": sentence(rng),
            }
        text = json.dumps(record, ensure_ascii=rng.random() < 0.02, separators=(",", ":"))
        line = text.encode()
        if hazards and rng.random() < 0.1:
            line = rng.choice(
                (
                    json.dumps({**record, "msg": 'two "words" and \\ a\ttab\n'}, separators=(",", ":")).encode(),
                    json.dumps({**record, "msg": 'two "words" here'}, separators=(",", ":")).encode(),
                    json.dumps({**record, "path": "C:\\made\\up"}).encode(),
                    json.dumps(record).encode(),
                    json.dumps({**record, "tags": ["a", {"b": 1}]}, separators=(",", ":")).encode(),
                    json.dumps({**record, "source": "mine", "line_start": 7}, separators=(",", ":")).encode(),
                    json.dumps({**record, "count": -5, "took": 1e-7}, separators=(",", ":")).encode(),
                    json.dumps({**record, "count": 10**20}, separators=(",", ":")).encode(),
                    json.dumps({**record, "count": "many", "took": 7}, separators=(",", ":")).encode(),
                    json.dumps({**record, "msg": ""}, separators=(",", ":")).encode(),
                    json.dumps({**record, "msg": 5}, separators=(",", ":")).encode(),
                    json.dumps({**record, "level": "INFO+1"}, separators=(",", ":")).encode(),
                    json.dumps({**record, "a": {"b": {"c": {"d": {"e": 1}}}}}, separators=(",", ":")).encode(),
                    line.replace(b'"msg":"', b'"msg":"\\ud83d\\ude00 \\ud800 half', 1),
                    line.replace(b'"msg"', b'"\\ud800":"half","msg"', 1),
                    line.replace(b'"level"', b'"time":"never","level"', 1),
                    line.replace(b"info", b"in\xfffo", 1),
                    line.replace(b"made", b"ma\tde", 1),
                    line.replace(b"made", "ma\u2028de".encode(), 1),
                    line.replace(b'":', b'" : ', 3),
                    line[: rng.randint(1, len(line))],
                    line + line,
                    line + b"  ",
                    line + b"\r",
                    b"  " + line,
                    b"",
                    b"Traceback: not JSON",
                    b"[1,2]",
                    b"{}",
                )
            )
        yield line


def logfmt(rng: random.Random, *, hazards: bool = True) -> Iterator[bytes]:
    """logfmt lines in several shapes; hazards: escapes, bare keys, quotes within words, keys twice, foreign lines."""
    now = START
    while True:
        now += timedelta(milliseconds=rng.randint(0, 900))
        iso = now.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        level = rng.choice(("info", "info", "info", "warning", "error", "debug"))
        text = sentence(rng)
        quoted = json.dumps(text, ensure_ascii=False) if " " in text or not text.isascii() else text
        shape = rng.random()
        if shape < 0.6:
            words = f"time={iso} level={level} msg={quoted} service=made-up count={rng.randint(0, 10**6)} took={rng.randint(0, 999)}ms"
        elif shape < 0.8:
            words = f'ts={int(now.timestamp() * 1000)} caller=main.go:{rng.randint(1, 99)} level={level} msg={quoted} err="made up: \\"{rng.choice(WORDS)}\\" lost"'
        else:
            words = f'level={level} time="{iso.replace("T", " ")}" msg={quoted} empty= host=made-up'
        line = words.encode()
        if hazards and rng.random() < 0.1:
            line = rng.choice(
                (
                    line.replace(b" msg=", b" bare msg=", 1),
                    line.replace(b" msg=", b"  msg=", 1),
                    line.replace(b" msg=", b"\tmsg=", 1),
                    line.replace(b" msg=", b" msg= msg=", 1),
                    line + b' path=C:\\made\\up q=a"b"c',
                    line + b' stack="first\\n\\tsecond \\x41 \\u00fc \\q"',
                    line + b' open="never closed',
                    line + " name=übermäßig".encode(),
                    line + b" name=a\xc2\xa0b",
                    line + b" source=mine zone=there",
                    line + b" s=\xff\xfe",
                    line.replace(b"level=", b"level=5", 1),
                    line.replace(b"level=", b"level= lvl=", 1),
                    b'a="x"y' + line,
                    b"one=1",
                    b"no pairs at all",
                    b"=x " + line,
                    line[: rng.randint(1, len(line))],
                    line + b" ",
                    b" " + line,
                    line + b"\r",
                    b"",
                )
            )
        yield line


def syslog(rng: random.Random, *, hazards: bool = True) -> Iterator[bytes]:
    """Lines with RFC 3164's head across New Year; hazards: no host, no tag, servers' lines, continuation, odd days."""
    now = datetime(2025, 12, 31, 23, 20, tzinfo=UTC)
    while True:
        now += timedelta(seconds=rng.choice((0, 0, 1, 2, 9)))
        stamp = f"{now:%b} {now.day:2d} {now:%H:%M:%S}"
        host = rng.choice(("made-up", "db1", "db2.made.up"))
        tag = rng.choice(("sshd", "cron", "kernel", "systemd", "made_up.d", "CRON", "postfix/smtpd"))
        process = rng.choice(("", f"[{rng.randint(1, 99999)}]", f"[{rng.randint(1, 99999)}]"))
        line = f"{stamp} {host} {tag}{process}: {sentence(rng)}".encode()
        if hazards and rng.random() < 0.1:
            line = rng.choice(
                (
                    f"{stamp} {tag}: no host".encode(),
                    f"{stamp} {host} no tag here".encode(),
                    f"{stamp} {host} {tag}[{process}]: odd".encode(),
                    f"{stamp} {host} {tag}[a1]: letters".encode(),
                    f"{stamp} {host} {tag}[]: nothing".encode(),
                    f"{stamp} {host} {tag}:".encode(),
                    f"{stamp} {host} {tag}:x".encode(),
                    f"{stamp}  {host} {tag}: two blanks".encode(),
                    f"{stamp} {host}".encode(),
                    f"{stamp} {host} syslogd 1.4.1: restart.".encode(),
                    f"<34>{line.decode()}".encode(),
                    f"{stamp}.123 {host} {tag}: fraction".encode(),
                    f'{stamp} {host} nginx: 192.0.2.1 - - [02/Jan/2026:10:00:00 +0100] "GET / HTTP/1.1" 200 12'.encode(),
                    f"Feb 30 10:00:00 {host} {tag}: no such day".encode(),
                    f"Xyz  2 10:00:00 {host} {tag}: no such month".encode(),
                    f"{now:%b} {now.day} {now:%H:%M:%S} {host} {tag}: one blank".encode(),
                    f"{now:%Y-%m-%dT%H:%M:%S}+01:00 {host} {tag}: a newer stamp".encode(),
                    line + b"\n\tgoes on\n  and on",
                    line + b"\n\n \n",
                    line + b"\r",
                    line + b" \xff\xfe",
                    line + b" a\tb\x1b[0mc\0d\re",
                    line + " a\u2028b\u00a0".encode(),
                    line.replace(b": ", ": ü".encode(), 1),
                    line.replace(b"d", b"d\xc2\xa0", 1),
                    line.replace(b" made-up ", b" made\tup ", 1),
                    b"MARK",
                    b"",
                )
            )
        yield line


def java(rng: random.Random, *, hazards: bool = True) -> Iterator[bytes]:
    """log4j lines in three layouts with stack traces; hazards: odd heads, no thread, other stamps, banners."""
    now = START
    while True:
        now += timedelta(milliseconds=rng.choice((0, 1, 50, 700, 2000)))
        stamp = now.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3].replace(".", ",")
        level = rng.choice(("INFO", "INFO", "INFO", "WARN", "ERROR", "DEBUG"))
        thread = rng.choice(
            ("main", f"http-nio-8080-exec-{rng.randint(1, 20)}", "IPC Server handler 0 on 8020", "pool:1")
        )
        name = f"made.up.{rng.choice(('Part', 'Order$Inner', 'a_b.Store'))}"
        text = sentence(rng) + rng.choice(("", " - done", ": 7", " [x] (y)"))
        heads = (
            f"{stamp} {level} [{thread}] {name}: ",
            f"{stamp} [{thread}] {level:5s} {name} - ",
            f"{stamp} {level} {name}: ",
        )
        line = (heads[rng.choice((0, 0, 1, 2))] + text).encode()
        if level == "ERROR" and rng.random() < 0.7:
            frames = "".join(
                f"\n\tat made.up.Part.call{i}(Part.java:{rng.randint(1, 999)})" for i in range(rng.randint(1, 30))
            )
            line += f"\njava.lang.IllegalStateException: {sentence(rng)}{frames}\nCaused by: made.up.Lost: 7\n\t... 12 more".encode()
        if hazards and rng.random() < 0.1:
            line = rng.choice(
                (
                    f"{stamp} {level} {text}".encode(),
                    f"{stamp} {level} [{thread}] {text}".encode(),
                    f"{stamp} [{thread}] {level} {text}".encode(),
                    f"{stamp} {level} [a[b]c] {name}: nested".encode(),
                    f"{stamp} {level} [] {name}: no thread".encode(),
                    f"{stamp} {level} [ {thread} ] {name}: blanks".encode(),
                    f"{stamp} - {level}  [{thread}:{name}@12] - a keeper of a zoo".encode(),
                    f"{stamp}  {level} 123 --- [  main] {name} : spring".encode(),
                    f"{stamp} {level} {name}-x/y: dashes".encode(),
                    f"{stamp} {level} {name}:".encode(),
                    f"{stamp} {level} [{thread}] {name}:no blank".encode(),
                    f"{stamp} {level} [{thread}] {name} - a dash".encode(),
                    f"{stamp} {level} [{thread}] {name}: \u00fc\u2028x".encode(),
                    f"{stamp} {level} [{thread}] {name}\u00fc: x".encode(),
                    f"{stamp.replace(',', '.')} {level} [{thread}] {name}: a point".encode(),
                    f"{stamp[:19]} {level} [{thread}] {name}: no fraction".encode(),
                    f"{stamp.replace(' ', 'T', 1)}Z {level} [{thread}] {name}: a zone".encode(),
                    f"{stamp[:11]}24:00:00,000 {level} [{thread}] {name}: no such hour".encode(),
                    f"{stamp[11:23]} [{thread}] {level} {name} - no date".encode(),
                    f"[{stamp}] {level} in brackets ({name})".encode(),
                    f"{level}  [{thread}] {stamp} Part.java:7 - level first".encode(),
                    b"12345 a line that begins with a number",
                    b"ERRORS in a banner",
                    b"[GC pause]",
                    line + b"\r\nafter a return\r",
                    line + b"\n\n\n",
                    line + b"\n" * 9,
                    line + b" \xff\xfe",
                    line + b" \0 \x1b[31mred\x1b[0m",
                    b"\x1b[32m" + line,
                    b"",
                    b" \t",
                )
            )
        yield line


MAKERS: dict[str, Callable[..., Iterator[bytes]]] = {
    "access": access,
    "syslog_rfc3164": syslog,
    "java": java,
    "logfmt": logfmt,
    "json_lines": json_lines,
}


def log(name: str, size: int, *, seed: int = 1, hazards: bool = True, end: bool = True) -> bytes:
    """A log of about a size in bytes; without `end` its last line has no line feed."""
    lines, total = [], 0
    for line in MAKERS[name](random.Random(seed), hazards=hazards):
        lines.append(line)
        total += len(line) + 1
        if total >= size:
            break
    return b"\n".join(lines) + (b"\n" if end else b"")
