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
        size = rng.choice((str(rng.randint(0, 10**rng.randint(1, 10))), "-"))
        tail = "" if rng.random() < 0.3 else f' "{rng.choice(("-", "https://made.up/", "https://made.up/?q=ß"))}" "{rng.choice(agents)}"'
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
            record = {"time": iso + "Z", "level": level, "service": "made-up", "msg": sentence(rng), "count": rng.randint(0, 10**6), "took": rng.randint(0, 9999) / 1000, "ok": rng.random() < 0.5}
        elif shape < 0.8:
            record = {"time": iso + "+01:00", "level": level, "msg": sentence(rng), "trace_id": f"{rng.getrandbits(64):016x}", "user": {"id": rng.randint(1, 99), "name": rng.choice(("anna", "ben"))}, "error": None}
        else:
            record = {"level": rng.choice((30, 40, 50)), "time": int(now.timestamp() * 1000), "pid": 7, "hostname": "made-up", "msg": sentence(rng)}
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


MAKERS: dict[str, Callable[..., Iterator[bytes]]] = {"access": access, "json_lines": json_lines}


def log(name: str, size: int, *, seed: int = 1, hazards: bool = True, end: bool = True) -> bytes:
    """A log of about a size in bytes; without `end` its last line has no line feed."""
    lines, total = [], 0
    for line in MAKERS[name](random.Random(seed), hazards=hazards):
        lines.append(line)
        total += len(line) + 1
        if total >= size:
            break
    return b"\n".join(lines) + (b"\n" if end else b"")
