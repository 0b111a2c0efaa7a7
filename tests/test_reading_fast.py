"""The fast path against plain loops of `re` and `json` written here, and against the simple way; no byte is lost.

The readers of this file know nothing of the library: they say field by field what a line holds.
"""

from __future__ import annotations

import json
import random
import re
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from incident_analysis import formats
from incident_analysis.clock import Yearless
from incident_analysis.reading import assemble, count_logs, fast, read_logs
from incident_analysis.reading.accounts import Account
from incident_analysis.reading.fast import parts as fast_parts
from incident_analysis.reading.fast.columns import Values, put, series
from incident_analysis.reading.fast.slabs import Slab
from incident_analysis.reading.fast.text import ROOM, Text, byte_in, within
from incident_analysis.reading.fast.years import placed
from incident_analysis.reading.sources import Source
from tests import log_makers

FORMATS = ("access", "syslog_rfc3164", "java", "logfmt", "json_lines")
PIECES = (1_000, 4_000, 1_000_000)
Fields = dict[str, Any]


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Set whether the fast path is taken, the size of its pieces and its threads."""

    def set_(*, on: bool = True, piece: int = 1 << 22, workers: int = 1, alone: int = 0) -> None:
        monkeypatch.setattr(fast, "LEAST_BYTES", 0 if on else 1 << 60)
        monkeypatch.setattr(fast, "PIECE_BYTES", piece)
        monkeypatch.setattr(fast, "WORKERS", workers)
        monkeypatch.setattr(fast, "ALONE_BYTES", alone)

    return set_


def quietly(function: Callable[..., pd.DataFrame], *given: Any, **options: Any) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*given, **options)


def sure_share(name: str, data: bytes) -> float:
    """Share of the records of which the plan is sure: a comparison says nothing where all went the simple way."""
    form = formats.named(name)
    plan = fast.plan_of(form)
    assert plan is not None
    part = fast_parts.look(Text(data), plan, form, fast_parts.Wanted(None))
    return 1 - len(part.unsure) / part.rows


def values(frame: pd.DataFrame) -> dict[str, list[Any]]:
    """Columns as plain values, None for every kind of nothing."""
    made = {}
    for name in frame.columns:
        column = frame[name]
        plain = (column.astype("str") if isinstance(column.dtype, pd.CategoricalDtype) else column).tolist()
        made[name] = [None if v is None or v is pd.NA or v is pd.NaT or v != v else v for v in plain]
    return made


def kinds(frame: pd.DataFrame) -> dict[str, str]:
    """Types of the columns; few-valued texts may be categories."""
    return {n: "str" if isinstance(d, pd.CategoricalDtype) else str(d) for n, d in frame.dtypes.items()}


# Plain readers: from a file's bytes to (first line, last line, fields), and only what a careful reader would say.


def _lines(data: bytes) -> Iterator[tuple[int, str]]:
    parts = data.split(b"\n")
    for number, line in enumerate(parts, 1):
        if number < len(parts) or line:
            yield number, line.decode("utf-8", "backslashreplace").rstrip("\r")


_ACCESS = re.compile(
    r'(\S+) - (\S+) \[(\d\d)/(\w{3})/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)\] "([A-Z]+) (.+) (HTTP/[\d.]+)" '
    r'(\d{3}) (\d+|-)(?: "([^"]*)" "([^"]*)")?'
)
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def _none(text: str | None) -> str | None:
    return None if text in ("-", "") else text


def plain_access(data: bytes) -> Iterator[tuple[int, int, Fields]]:
    for number, line in _lines(data):
        match = _ACCESS.fullmatch(line)
        assert match, line
        (
            client,
            user,
            day,
            month,
            year,
            hour,
            minute,
            second,
            sign,
            h,
            m,
            method,
            path,
            version,
            status,
            size,
            ref,
            agent,
        ) = match.groups()
        east = timedelta(hours=int(h), minutes=int(m)) * (1 if sign == "+" else -1)
        time = datetime(
            int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second), tzinfo=timezone(east)
        )
        code = int(status)
        yield (
            number,
            number,
            {
                "time": pd.Timestamp(time),
                "message": f"{method} {path} {version}",
                "client": _none(client),
                "user": _none(user),
                "method": method,
                "path": path,
                "protocol": version,
                "status": code,
                "severity_number": 17 if code >= 500 else 13 if code >= 400 else 9,
                "bytes": None if size == "-" else int(size),
                "referer": _none(ref),
                "user_agent": _none(agent),
            },
        )


_SYSLOG = re.compile(r"(\w{3}) ([ \d]\d) (\d\d):(\d\d):(\d\d) (\S+) ([^\s:\[\]]+)(?:\[(\d+)\])?: (.*)")


def plain_syslog(data: bytes) -> Iterator[tuple[int, int, Fields]]:
    for number, line in _lines(data):
        match = _SYSLOG.fullmatch(line)
        assert match, line
        month, day, hour, minute, second, host, tag, pid, message = match.groups()
        # The made-up log begins on the last evening of 2025.
        year = 2025 if month == "Dec" else 2026
        time = datetime(year, _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second), tzinfo=UTC)
        yield (
            number,
            number,
            {
                "time": pd.Timestamp(time),
                "host": host,
                "service": tag,
                "pid": None if pid is None else int(pid),
                "message": message,
                "severity_number": None,
            },
        )


_JAVA_HEAD = re.compile(r"(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d),(\d{3}) ")
_JAVA = (
    re.compile(r"(?P<level>[A-Z]+) +\[(?P<thread>[^\]]*)\] (?P<logger>[\w.$]+): (?P<message>.*)", re.DOTALL),
    re.compile(r"\[(?P<thread>[^\]]*)\] (?P<level>[A-Z]+) +(?P<logger>[\w.$]+) - (?P<message>.*)", re.DOTALL),
    re.compile(r"(?P<level>[A-Z]+) +(?P<logger>[\w.$]+): (?P<message>.*)", re.DOTALL),
)
_LEVELS = {"DEBUG": 5, "INFO": 9, "WARN": 13, "WARNING": 13, "ERROR": 17}


def plain_java(data: bytes) -> Iterator[tuple[int, int, Fields]]:
    held: list[tuple[int, str]] = []

    def made() -> tuple[int, int, Fields]:
        text = "\n".join(line for _, line in held)
        head = _JAVA_HEAD.match(text)
        assert head
        rest = text[head.end() :]
        match = next(m for pattern in _JAVA if (m := pattern.fullmatch(rest)))
        found = match.groupdict()
        *parts, thousandths = map(int, head.groups())
        time = datetime(*parts, thousandths * 1000, tzinfo=UTC)  # type: ignore[misc,arg-type]
        return (
            held[0][0],
            held[-1][0],
            {
                "time": pd.Timestamp(time),
                "severity_text": found["level"],
                "severity_number": _LEVELS[found["level"]],
                "thread": found.get("thread"),
                "logger": found["logger"],
                "message": found["message"],
            },
        )

    for number, line in _lines(data):
        if _JAVA_HEAD.match(line) and held:
            yield made()
            held = []
        held.append((number, line))
    yield made()


def _structured(number: int, found: Fields, time: str, stamp: pd.Timestamp) -> tuple[int, int, Fields]:
    level = found.pop("level")
    number_of = {30: 9, 40: 13, 50: 17}.get(level) if isinstance(level, int) else _LEVELS[level.upper()]
    text = {9: "INFO", 13: "WARN", 17: "ERROR"}[number_of] if isinstance(level, int) else level
    found.pop(time)
    return (
        number,
        number,
        {
            "time": stamp,
            "severity_text": text,
            "severity_number": number_of,
            "message": found.pop("msg"),
            "service": found.pop("service", ""),
            "host": found.pop("hostname", found.pop("host", "")),
            **{k: v for k, v in found.items() if v is not None},
        },
    )


_PAIR = re.compile(r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))(?: |$)')


def plain_logfmt(data: bytes) -> Iterator[tuple[int, int, Fields]]:
    for number, line in _lines(data):
        found: Fields = {}
        place = 0
        while place < len(line):
            match = _PAIR.match(line, place)
            assert match, line[place:]
            found[match[1]] = match[3] if match[2] is None else match[2].replace('\\"', '"')
            place = match.end()
        if "ts" in found:
            yield _structured(number, found, "ts", pd.Timestamp(int(found["ts"]), unit="ms", tz="UTC"))
        else:
            yield _structured(number, found, "time", pd.Timestamp(found["time"]).tz_convert("UTC"))


def plain_json_lines(data: bytes) -> Iterator[tuple[int, int, Fields]]:
    for number, line in _lines(data):
        found = json.loads(line)
        for name, inner in (found.pop("user", None) or {}).items():
            found[f"user.{name}"] = inner
        time = found["time"]
        stamp = pd.Timestamp(time, unit="ms", tz="UTC") if isinstance(time, int) else pd.Timestamp(time)
        yield _structured(number, found, "time", stamp)


PLAIN: dict[str, Callable[[bytes], Iterator[tuple[int, int, Fields]]]] = {
    "access": plain_access,
    "syslog_rfc3164": plain_syslog,
    "java": plain_java,
    "logfmt": plain_logfmt,
    "json_lines": plain_json_lines,
}


def check_values(name: str, data: bytes, frame: pd.DataFrame) -> None:
    """Every field of every record is what the plain reader says, and no other field is there."""
    truth = list(PLAIN[name](data))
    assert len(frame) == len(truth)
    assert frame["line_start"].tolist() == [first for first, _, _ in truth]
    assert frame["line_end"].tolist() == [last for _, last, _ in truth]
    assert frame["parsed"].all()
    columns = values(frame)
    named = {field for _, _, fields in truth for field in fields}
    for column, found in columns.items():
        if column in named:
            blank = "" if column in ("severity_text", "service", "host", "message") else None
            expected = [fields.get(column, blank) for _, _, fields in truth]
            assert found == expected, column
        elif column not in assemble.COMMON + assemble.PROVENANCE:
            assert set(found) <= {None}, column
    assert named <= set(columns)


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / f"{name}.log"
    path.write_bytes(data)
    import os

    # Stamps without a year take the file's own.
    os.utime(path, (1_785_000_000, 1_785_000_000))
    return path


@pytest.mark.parametrize("name", FORMATS)
def test_every_field_of_every_record_is_what_a_plain_reader_says(
    name: str, tmp_path: Path, setting: Callable[..., None]
) -> None:
    data = log_makers.log(name, 2_000_000, hazards=False)
    assert sure_share(name, data) == 1
    path = written(tmp_path, name, data)
    for piece, workers in ((4_000, 2), (1_000_000, 1), (1_000_000, 2)):
        setting(piece=piece, workers=workers)
        check_values(name, data, quietly(read_logs, path))


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("name", FORMATS)
def test_every_field_of_20_mb_is_what_a_plain_reader_says(
    name: str, piece: int, workers: int, tmp_path: Path, setting: Callable[..., None]
) -> None:
    data = log_makers.log(name, 20_000_000, hazards=False, seed=7)
    path = written(tmp_path, name, data)
    setting(piece=piece, workers=workers)
    check_values(name, data, quietly(read_logs, path))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", FORMATS)
def test_hazards_read_as_on_the_simple_way(name: str, seed: int, tmp_path: Path, setting: Callable[..., None]) -> None:
    data = log_makers.log(name, 150_000, seed=seed, end=seed == 2)
    if seed == 2:
        data = b"\xef\xbb\xbf" + data
    assert 0.8 < sure_share(name, data) < 1
    path = written(tmp_path, name, data)
    setting(on=False)
    simple = quietly(read_logs, path, format=name)
    expected = values(simple)
    for piece in PIECES:
        for workers in (1, 2):
            setting(piece=piece, workers=workers)
            quick = quietly(read_logs, path, format=name)
            found = values(quick)
            assert list(found) == list(expected)
            assert kinds(quick) == kinds(simple)
            for column, truth in expected.items():
                assert found[column] == truth, column
            # Format, zone, warnings with their counts, and every line and byte.
            assert quick.attrs["sources"] == simple.attrs["sources"]
            account = quick.attrs["sources"][0]
            for kind, total in (("lines", data.count(b"\n") + (not data.endswith(b"\n"))), ("bytes", len(data))):
                assert (
                    account[kind]
                    == total
                    == sum(account[f"{p}_{kind}"] for p in ("record", "continuation", "unparsed"))
                )


def damaged(rng: random.Random, data: bytes) -> bytes:
    """A part of a log in which bytes were changed, lost, put in or doubled."""
    start = rng.randrange(len(data) // 2)
    made = bytearray(data[start : start + rng.randrange(2_000, 12_000)])
    for _ in range(rng.randrange(40)):
        place, what = rng.randrange(len(made)), rng.random()
        if what < 0.4:
            made[place] = rng.choice(b'"\\ []:,={}\n\r\t\x00\x1b\xff\xc3\xa9-0159TZ+')
        elif what < 0.6:
            del made[place : place + rng.randrange(1, 30)]
        elif what < 0.8:
            made[place:place] = bytes(rng.choices(b'" [-:\\=,\n0', k=rng.randrange(1, 12)))
        else:
            other = rng.randrange(len(made))
            made[place:place] = made[other : other + rng.randrange(1, 200)]
    return bytes(made)


def same_both_ways(path: Path, name: str, setting: Callable[..., None], rng: random.Random) -> None:
    setting(on=False)
    simple = quietly(read_logs, path, format=name)
    setting(piece=rng.choice((500, 3_000, 1 << 20)), workers=rng.choice((1, 2)), alone=rng.choice((0, 4_000, 1 << 30)))
    quick = quietly(read_logs, path, format=name)
    assert values(quick) == values(simple)
    assert kinds(quick) == kinds(simple)
    assert quick.attrs["sources"] == simple.attrs["sources"]


@pytest.mark.parametrize("count", [20, pytest.param(1_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", FORMATS)
def test_damaged_logs_read_as_on_the_simple_way(
    name: str, count: int, tmp_path: Path, setting: Callable[..., None]
) -> None:
    rng = random.Random(count)
    whole = [log_makers.log(name, 25_000, hazards=hazards) for hazards in (False, True)]
    for _ in range(count):
        same_both_ways(written(tmp_path, name, damaged(rng, rng.choice(whole))), name, setting, rng)


@pytest.mark.parametrize(
    "name, line",
    [
        # Years that no nanoseconds hold, by the plan's own reading and by the format's.
        ("access", '192.0.2.1 - - [01/Mar/9026:23:30:32 +0100] "GET /made HTTP/1.1" 200 5 "-" "up"'),
        ("json_lines", '{"time":"9026-03-01T23:30:32Z","level":"info","msg":"made up"}'),
        ("json_lines", '{"time":"9026-03-01T23:30:32Z","level":"info","msg":["made","up"]}'),
        ("logfmt", 'time=0001-01-01T00:00:00Z level=info msg="made up" other= empty'),
        ("java", "9026-03-01 23:30:32,123 INFO [main] made.up.Part: made up"),
        # What stands in the place of the bracket, of a quote, of a blank.
        ("access", '192.0.2.1 - - :01/Mar/2026:23:30:32 +0100] "GET /made HTTP/1.1" 200 5 "-" "up"'),
        ("access", '192.0.2.1 - - [01/Mar/2026:23:30:32 +0100] "GET /made HTTP/1.1" 200 5x"-" "up"'),
        ("access", '192.0.2.1 - [ [01/Mar/2026:23:30:32 +0100] "GET /made HTTP/1.1" 200 5 "-" "up"'),
        ("access", '192.0.2.1 - -x[01/Mar/2026:23:30:32 +0100] "GET /made HTTP/1.1" 20a 5 "-" "up"'),
        # Nothing but lines that begin no record, beyond ASCII.
        ("java", "m\u00e4de \u00fcp"),
        ("syslog_rfc3164", "m\u00e4de \u00fcp"),
        ("java", "made \x1b[31mup"),
        ("syslog_rfc3164", "made \x1b[31mup"),
    ],
)
@pytest.mark.parametrize("times", [1, 60])
def test_odd_lines_read_as_on_the_simple_way(
    name: str, line: str, times: int, tmp_path: Path, setting: Callable[..., None]
) -> None:
    data = f"{line}\n".encode() * times
    same_both_ways(written(tmp_path, name, data), name, setting, random.Random(1))
    usual = log_makers.log(name, 3_000, hazards=False)
    same_both_ways(written(tmp_path, name, usual + data + usual), name, setting, random.Random(2))
    # As a first piece in which no record begins, of a log that is long enough for the plan to be trusted.
    long = log_makers.log(name, 60_000, hazards=False)
    same_both_ways(written(tmp_path, name, data + long), name, setting, random.Random(3))


@pytest.mark.parametrize("name", FORMATS)
def test_one_malformed_line_costs_no_other(name: str, tmp_path: Path, setting: Callable[..., None]) -> None:
    lines = log_makers.log(name, 60_000, hazards=False).split(b"\n")
    middle = next(i for i in range(len(lines) // 2, len(lines)) if not lines[i].startswith((b"\t", b"java", b"Caused")))
    broken = b"{] broken"
    path = written(tmp_path, name, b"\n".join([*lines[:middle], broken, *lines[middle + 1 :]]))
    for on in (False, True):
        setting(on=on, piece=4_000)
        frame = quietly(read_logs, path, format=name)
        kept = frame[(frame["line_start"] <= middle + 1) & (frame["line_end"] > middle)]
        assert len(kept) == 1
        assert kept["message"].iloc[0].endswith(broken.decode())
        assert int((~frame["parsed"]).sum()) == (0 if formats.named(name).lines.start else 1)  # type: ignore[union-attr]


def test_a_stack_trace_that_straddles_pieces_stays_whole(tmp_path: Path, setting: Callable[..., None]) -> None:
    trace = "".join(f"\tat made.up.Part.call{i}(Part.java:{i})\n" for i in range(500))
    head = "2026-03-01 10:00:00,000 ERROR [main] made.up.Part: lost\n"
    path = written(tmp_path, "java", (head + trace + head + trace + head).encode())
    for piece in (100, 1_000, 30_000):
        setting(piece=piece, workers=2)
        frame = quietly(read_logs, path)
        assert frame["line_start"].tolist() == [1, 502, 1003]
        assert frame["line_end"].tolist() == [501, 1002, 1003]
        assert frame["message"].iloc[0] == "lost\n" + trace.rstrip("\n")


@pytest.mark.parametrize("name", FORMATS)
def test_only_the_columns_asked_for_are_made(name: str, tmp_path: Path, setting: Callable[..., None]) -> None:
    path = written(tmp_path, name, log_makers.log(name, 80_000))
    setting(piece=20_000)
    full = quietly(read_logs, path, format=name)
    some = [*full.columns[::3]]
    part = quietly(read_logs, path, format=name, columns=some)
    assert list(part.columns) == some
    whole = values(full)
    assert all(found == whole[column] for column, found in values(part).items())
    with pytest.raises(Exception, match="no column 'nothing'") as caught:
        quietly(read_logs, path, format=name, columns=["message", "nothing"])
    assert full.columns[-1] in caught.value.remedy  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("zone", [None, "Europe/Berlin"])
def test_counts_are_those_of_the_rows(
    name: str, zone: str | None, tmp_path: Path, setting: Callable[..., None]
) -> None:
    path = written(tmp_path, name, log_makers.log(name, 100_000))
    setting(on=False)
    rows = quietly(read_logs, path, format=name, zone=zone)
    for by in (("severity_number",), ("service", "severity_number"), ()):
        some = rows[rows["time"].notna()]
        words = [some[c].astype("str").fillna("").replace("<NA>", "") for c in by]
        expected: dict[tuple[pd.Timestamp, str], int] = {}
        for place, time in enumerate(some["time"].dt.floor("1min")):
            key = (time, "|".join(w.iloc[place] for w in words))
            expected[key] = expected.get(key, 0) + 1
        for on in (False, True):
            setting(on=on, piece=4_000, workers=2)
            counted = quietly(count_logs, path, format=name, by=by, zone=zone)
            assert (
                dict(zip(zip(counted["time"], counted["key"], strict=True), counted["count"], strict=True)) == expected
            )
            assert counted.attrs["without_time"] == int(rows["time"].isna().sum())


def test_clocks_that_go_back_are_read_in_the_order_of_the_whole_source(
    tmp_path: Path, setting: Callable[..., None]
) -> None:
    # 25 October 2026, Berlin: 02:00 to 03:00 comes twice.
    walls = [
        f"2026-10-25 {h:02d}:{m:02d}:00,000 INFO [main] a.B: {i}"
        for i, (h, m) in enumerate(
            [(1, m) for m in range(60)] + [(2, m) for m in range(60)] * 2 + [(3, m) for m in range(60)]
        )
    ]
    path = written(tmp_path, "java", "\n".join(walls).encode())
    setting(piece=300)
    frame = quietly(read_logs, path, zone="Europe/Berlin")
    assert (frame["time"].diff().dropna() == pd.Timedelta(minutes=1)).all()
    counted = quietly(count_logs, path, zone="Europe/Berlin", every="1h")
    assert counted["count"].tolist() == [60] * 4


def test_another_layout_goes_the_simple_way(tmp_path: Path, setting: Callable[..., None]) -> None:
    line = '192.0.2.1 - - [02/Jan/2026:10:00:00 +0100] "GET / HTTP/1.1" 200 12 "-" "a" 0.250\n'
    setting()
    frame = quietly(read_logs, written(tmp_path, "access", line.encode() * 100))
    assert (frame["duration_s"] == 0.25).all()
    assert not any(isinstance(dtype, pd.CategoricalDtype) for dtype in frame.dtypes)


def test_few_valued_texts_are_categories(tmp_path: Path, setting: Callable[..., None]) -> None:
    setting(piece=50_000)
    frame = quietly(read_logs, written(tmp_path, "java", log_makers.log("java", 200_000, hazards=False)))
    for column in ("source", "severity_text", "zone", "service", "thread", "logger"):
        assert isinstance(frame[column].dtype, pd.CategoricalDtype), column
    assert list(frame["severity_text"].cat.categories) == ["DEBUG", "ERROR", "INFO", "WARN"]


def test_years_in_parts_are_those_of_the_whole() -> None:
    rng = np.random.default_rng(5)
    for _ in range(200):
        year, month, day = (int(rng.choice(c)) for c in ([2019, 2020, 2021], [1, 2, 3, 12], range(1, 29)))
        when = datetime(year, month, day, tzinfo=UTC)
        given = []
        for _ in range(int(rng.integers(1, 40))):
            when += timedelta(hours=int(rng.choice([0, 1, 24, 400, 1500, -3, -30, -200])))
            given.append(Yearless(when.month, when.day, when.hour, when.minute, when.second, ""))
        last = int(rng.choice([2020, 2021, 2023]))
        expected = assemble._with_years(
            given, source=Source("x", "x", not_after=datetime(last, 12, 31, tzinfo=UTC)), account=Account("x")
        )
        ns = np.array([g.in_year(2000).ns for g in given])  # type: ignore[union-attr]
        made, year, later, place = [], last, None, len(ns)
        while place:
            start = max(0, place - int(rng.integers(1, 12)))
            part, year, later, _ = placed(ns[start:place], np.full(place - start, 3, np.int8), year, later)
            made[:0] = part.tolist()
            place = start
        assert made == [assemble.NAT if s is None else s.ns for s in expected]


@pytest.mark.parametrize("count", [500, 1_500])
@pytest.mark.parametrize("seed", range(6))
def test_words_and_digits_are_found_where_they_are(count: int, seed: int) -> None:
    # Of many places, the first one's reach says how far all are looked at at once.
    rng = np.random.default_rng(seed)
    data = bytes(rng.choice(list(b" :[]0123456789ab" + b"c" * (0, 200)[seed % 2]), 4_000).astype(np.uint8))
    text = Text(data)
    places = np.sort(rng.choice(3_800, count, replace=False)) + ROOM
    ends = places + rng.integers(0, 150, count)
    for start, end, found in zip(places, ends, text.find(places, b":[", ends), strict=True):
        match = re.search(rb"[:\[]", data[start - ROOM : end - ROOM])
        assert found == (start + match.start() if match else end)
    ends = places + rng.integers(0, 20, count)
    for start, end, number, fine in zip(places, ends, *text.whole(places, ends), strict=True):
        piece = data[start - ROOM : end - ROOM]
        assert fine == (1 <= len(piece) <= 16 and piece.isdigit())
        assert not fine or number == int(piece)


@pytest.mark.parametrize("size", [0, 1, 7, 200, 3_000, 70_000])
def test_bytes_and_literals_are_found_wherever_they_are(size: int) -> None:
    rng = np.random.default_rng(size)
    data = bytes(rng.choice(list(b"ab\n\t\x00\xc3" + b"c" * 90), size).astype(np.uint8))
    # In one part or in several: the same text.
    text = Text(data[: size // 3], memoryview(data)[size // 3 :])
    assert text.slice(text.begin, text.end) == data
    for byte in (*b"abc\n\t\xc3", 0):
        assert (text.having(byte) - ROOM).tolist() == [i for i, b in enumerate(data) if b == byte]
    low = [i for i, b in enumerate(data) if b < 32]
    assert ((text.controls() - ROOM).tolist(), text.control_count()) == (low, len(low))
    assert text.is_ascii() == data.isascii()
    places = np.arange(text.begin, text.end + 1)
    for literal in (b"a", b"ccc", b"c" * 8, b"c" * 20, data[-70:], data[-300:], b"c" * 5_000):
        if literal:
            equal = [data.startswith(literal, i) for i in range(size + 1)]
            assert text.same(places, literal).tolist() == equal


def test_words_of_a_block_are_those_of_each_place() -> None:
    data = bytes(np.random.default_rng(1).integers(0, 256, 3_000).astype(np.uint8))
    text = Text(data)
    places = np.arange(ROOM, ROOM + 2_900, 7)
    block = text.block(places, 5)
    for offset in range(32):
        expected = [int.from_bytes(data[p - ROOM + offset :][:8], "little") for p in places]
        assert within(block, offset).tolist() == expected
        assert byte_in(block, offset).tolist() == [e & 255 for e in expected]
    for offset in (24, 35, 37):
        three = [int.from_bytes(data[p - ROOM + offset :][:3], "little") for p in places]
        assert (within(block, offset, reach=3) & np.uint64(0xFFFFFF)).tolist() == three


@pytest.mark.parametrize("most, given", [(5, 12), (12, 12), (13, None), (40, None)])
def test_short_values_of_few_kinds_become_codes(most: int, given: int | None) -> None:
    rng = np.random.default_rng(most)
    words = [b"", *(b"x" * int(size) + b"%d" % i for i, size in enumerate(rng.integers(0, 14, most - 1)))]
    # Late, so that a first look does not see it all.
    chosen = [words[i] for i in (*rng.integers(0, min(3, most), 600), *rng.integers(0, most, 900), *range(most))]
    text = Text(b" ".join(chosen))
    sizes = np.array([len(word) for word in chosen])
    starts = ROOM + np.concatenate(([0], np.cumsum(sizes + 1)[:-1]))
    there = rng.random(len(chosen)) < 0.9
    there[-most:] = True
    found = text.few(starts, starts + sizes, there)
    assert (found is None) == (given is None)
    if found is not None:
        codes, values = found
        assert [values[code] if code >= 0 else None for code in codes] == [
            word.decode() if known else None for word, known in zip(chosen, there, strict=True)
        ]
    assert text.few(starts[:9], starts[:9] + 17, np.ones(9, bool)) is None, "too long to be held against each other"


def test_a_text_in_used_memory_is_as_one_in_fresh_memory() -> None:
    for size in (5_000, 100, 3_000_000, 70):
        data = (b"made\xffup,\x1b\n" * (size // 10 + 1))[:size]
        text = Text(data)
        assert text.slice(text.begin, text.end) == data
        assert not text.bytes[: text.begin].any()
        assert not text.bytes[text.end :].any()
        for byte in b"m\xff,\x1b\n!":
            assert text.having(byte).tolist() == [i + ROOM for i, b in enumerate(data) if b == byte]
        assert not text.is_plain(data.count(b"\n"))
        assert not Text(data.replace(b"\x1b", b"")).is_plain(data.count(b"\n"))
        assert not Text(data.replace(b"\xff", b"")).is_plain(data.count(b"\n"))
        assert Text(data.replace(b"\xff", b"").replace(b"\x1b", b"")).is_plain(data.count(b"\n"))
        text.free()


def test_texts_keep_what_they_say_where_their_column_is_kept() -> None:
    slab = Slab()
    given = [["made", None, "up", ""], [], ["x" * 5_000] * 2_000, [None, None], ["end"]]
    kept = [slab.kept(pa.array(texts, pa.large_utf8())) for texts in given]
    for texts, array in zip(given, kept, strict=True):
        array.validate(full=True)
        assert (array.to_pylist(), array.null_count) == (texts, texts.count(None))


@pytest.mark.parametrize("alone", [0, 1, 40_000, 1 << 40])
def test_it_does_not_matter_when_threads_begin_to_help(
    alone: int, tmp_path: Path, setting: Callable[..., None]
) -> None:
    path = written(tmp_path, "java", log_makers.log("java", 200_000, hazards=True))
    setting(piece=9_000)
    expected = quietly(read_logs, path, format="java")
    setting(piece=9_000, workers=2, alone=alone)
    found = quietly(read_logs, path, format="java")
    assert values(found) == values(expected)
    assert found.attrs == expected.attrs


def test_lines_of_white_space_are_blank_and_indented_ones_are_not(tmp_path: Path, setting: Callable[..., None]) -> None:
    path = tmp_path / "made.log"
    body = [f"2026-01-02 10:00:{i % 60:02d},000 INFO [made-{i % 5}] made.Up: up\n" for i in range(400)]
    for i in range(0, 400, 7):
        body[i] += rng_line(i)
    path.write_text("".join(body) + "   ", newline="")
    setting(on=True)
    mine = quietly(read_logs, path)
    setting(on=False)
    plain = quietly(read_logs, path)
    assert values(mine) == values(plain)
    assert mine.attrs["sources"] == plain.attrs["sources"]


def rng_line(i: int) -> str:
    return ("  \n", "\t\r\n", " " * 40 + "\n", "\tat made.up\n", " " * 30 + "x\n", "\x0b\x0c \n", "\xa0\n", "\n\n")[
        i % 8
    ]


def test_heads_of_java_that_look_like_others(tmp_path: Path, setting: Callable[..., None]) -> None:
    heads = [
        "INFO [made] made.Up: up",
        "INFO  [made] made.Up: up",
        "INFO   [made] made.Up: up",
        "[made] INFO made.Up - up",
        "[made] INFO  made.Up - up",
        "[made]xINFO made.Up: up",
        "[made] INFO made.Up: up",
        "[made INFO made.Up: up",
        "[ma[de] INFO made.Up - up",
        "[ made ] INFO made.Up - up",
        "[] INFO made.Up - up",
        "INFO [made]made.Up: up",
        "INFO [] made.Up: up",
        "INFO [made] made Up: up",
        "INFO [made] made.Up:up",
        "INFO [made] made.Up - up",
        "INFO made.Up: up",
        "INFO made.Up - up",
        "INFO : up",
        "INFO 1made.Up: up",
        "INFORM [made] made.Up: up",
        "NOTICE [made: up] made.Up: up: up",
        "INFO [made] " + "made." * 60 + "Up: up",
        "INFO [" + "made " * 150 + "] made.Up: up",
        "INFO [mäde] made.Up: up",
        "INFO [made] mäde.Up: up",
        "INFO",
        "INFO [made] made.Up: ",
        "INFO [made] made.Up:",
        "INFO [made] made.up.Part up: it goes",
        "INFO [made]: made.Up (Up.java:run(7)) - up",
        "INFO made.Up [] - up",
        "INFO made.Up [7] : up",
        "INFO (made) [   ] made.Up up: it goes",
        "| INFO | up: it | made.Up | made",
        "CET INFO [made] made.Up: up",
        "INFO [made,7,up] 7 --- [made] made.Up : up",
    ]
    path = tmp_path / "made.log"
    rng = np.random.default_rng(3)
    lines = [f"2026-01-02 10:00:00,{i:03d} {heads[k]}\n" for i, k in enumerate(rng.integers(0, len(heads), 900))]
    lines += [f"2026-01-02 10:00:01,{i % 1000:03d} {heads[i % 2]}\n" for i in range(9_000)]
    path.write_text("".join(lines), encoding="utf-8")
    for piece in (700, 1 << 22):
        setting(on=True, piece=piece)
        mine = quietly(read_logs, path, format="java")
        setting(on=False)
        plain = quietly(read_logs, path, format="java")
        assert values(mine) == values(plain)
    assert sure_share("java", path.read_bytes()) > 0.9


@pytest.mark.parametrize("name", ["logfmt", "json_lines"])
def test_rare_keys_and_quotes_read_as_on_the_simple_way(
    name: str, tmp_path: Path, setting: Callable[..., None]
) -> None:
    usual, rare = {
        "logfmt": (
            "time=2026-01-02T10:00:00Z level=info msg=made part=7",
            (
                "time=2026-01-02T10:00:00Z level='info' msg=made part=7",
                "time=2026-01-02T10:00:00Z level=info msg='made' part=7",
                "time=2026-01-02T10:00:00Z level=info msg='made up' part='up'",
                "time='2026-01-02T10:00:00Z' level=info msg='tis part=it's",
                "time=2026-01-02T10:00:00Z level=info msg=' part='",
            ),
        ),
        "json_lines": (
            '{"time":"2026-01-02T10:00:00Z","level":"info","msg":"made"}',
            (
                '{"@t":"2026-01-02T10:00:00Z","@mt":"made"}',
                '{"@t":"2026-01-02T10:00:00Z","@mt":"made","@l":"Error"}',
                '{"timestamp":{"seconds":1767348000,"nanos":7},"severity":"INFO","message":"made"}',
                '{"timestampSeconds":1767348000,"timestampNanos":7,"severity":"INFO","message":"made"}',
                '{"datetime":{"date":"2026-01-02 10:00:00.000000","timezone":"Europe/Berlin"},"level":200,'
                '"level_name":"INFO","message":"made"}',
                '{"L":"WARN","T":"2026-01-02T10:00:00Z","M":"made","N":"up"}',
                '{"time":"2026-01-02 10:00:00 CET","level":"info","msg":"made"}',
                '{"created":1767348000.5,"level":"info","msg":"made"}',
                '{"TimeCreated":"/Date(1767348000123)/","LevelDisplayName":"Error","Message":"made"}',
                '{"time":"02 Jan 2026 10:00:00","level":"info","msg":"made"}',
            ),
        ),
    }[name]
    path = tmp_path / "made.log"
    path.write_text("".join(f"{rare[i // 7 % len(rare)] if i % 7 == 0 else usual}\n" for i in range(2_000)))
    setting(on=True, piece=700)
    mine = quietly(read_logs, path, format=name)
    setting(on=False)
    plain = quietly(read_logs, path, format=name)
    assert values(mine) == values(plain)
    assert sure_share(name, path.read_bytes()) > 0.8


def test_columns_of_several_kinds_are_typed_as_on_the_simple_way() -> None:
    for given in (
        [1, 2.5, None],
        [True, None],
        [1, "x"],
        [2**70, 1],
        [2**60, 0.5],
        [None, None],
        ["a", None, "b"],
        [True, 1],
    ):
        column = put(None, len(given), np.arange(len(given)), given)
        assert isinstance(column, Values)
        expected = assemble.column(given)
        found = pd.Series(series([column], [len(given)]))
        assert str(found.dtype) == str(expected.dtype)
        assert values(found.to_frame("x")) == values(expected.to_frame("x"))
