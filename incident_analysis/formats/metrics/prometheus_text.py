r"""What a Prometheus exporter shows: the text format, and OpenMetrics.

A snapshot: a sample mostly has no time. Where it has one, the text format writes milliseconds, OpenMetrics (which ends
with `# EOF`) seconds. Labels escape `\\`, `\"` and `\n`. Exemplars are kept as JSON. `# TYPE` and `# UNIT` are told in
columns of their own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from incident_analysis import clock
from incident_analysis.format import Context, Format, Item, Match, Row, head_lines
from incident_analysis.patterns import pattern

_NAME = r"[a-zA-Z_:][\w:.]*"
_PAIR = pattern(rf'\s*(?:({_NAME})|"((?:[^"\\]|\\.)*)")\s*(?:=\s*"((?:[^"\\]|\\.)*)")?\s*,?')
_BRACES = r'\{(?:[^"{}]|"(?:[^"\\]|\\.)*")*\}'
_SAMPLE = pattern(
    rf"(?P<name>{_NAME})?\s*(?P<labels>{_BRACES})?\s+(?P<value>[^\s#]+)(?:\s+(?P<time>[-+]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?))?"
    rf"(?:\s+#\s*(?P<exemplar>{_BRACES}\s+\S+(?:\s+\S+)?))?\s*"
)
_ABOUT = pattern(r"#\s*(HELP|TYPE|UNIT)\s+(\S+)\s*(.*)")
_ESCAPE = pattern(r"\\(.)")
_SUFFIX = pattern(r"_(?:total|created|bucket|count|sum|info|gcount|gsum)$")


def labels_of(text: str) -> dict[str, str] | None:
    r"""Labels between braces; None where they are broken. A metric's quoted name stands under "__name__".

    Examples
    --------
    >>> labels_of('{queue="mail\\\\a\\"b",n="1"}')
    {'queue': 'mail\\a"b', 'n': '1'}
    """
    inside, place = text.strip()[1:-1], 0
    made: dict[str, str] = {}
    while place < len(inside.rstrip()):
        match = _PAIR.match(inside, place)
        if match is None or match.end() == place:
            return None
        name = match[1] if match[1] is not None else _plain(match[2])
        if match[3] is None:
            if match[2] is None:
                return None
            made["__name__"] = name
        else:
            made[name] = _plain(match[3])
        place = match.end()
    return made


def _plain(text: str) -> str:
    return _ESCAPE.sub(lambda m: "\n" if m[1] == "n" else m[1], text)


def _exemplar(text: str) -> str | None:
    match = re.fullmatch(rf"({_BRACES})\s+(\S+)(?:\s+(\S+))?", text)
    if match is None:
        return None
    made = {"labels": labels_of(match[1]), "value": match[2], "timestamp": match[3]}
    return json.dumps({k: v for k, v in made.items() if v is not None}, ensure_ascii=False)


def row_of(line: str, kinds: dict[str, str], units: dict[str, str], *, seconds: bool) -> Row | None:
    """A row of a sample."""
    match = _SAMPLE.fullmatch(line)
    if match is None:
        return None
    labels = labels_of(match["labels"]) if match["labels"] else {}
    if labels is None:
        return None
    name = match["name"] or labels.pop("__name__", "")
    if not name:
        return None
    try:
        value = float(match["value"])
    except ValueError:
        return None
    family = name if name in kinds else _SUFFIX.sub("", name)
    return {
        "time": clock.epoch(match["time"], unit="s" if seconds else "ms") if match["time"] else None,
        "metric": name,
        "labels": labels,
        "value": value,
        "unit": units.get(family, ""),
        "type": kinds.get(family),
        "exemplar": _exemplar(match["exemplar"].strip()) if match["exemplar"] else None,
    }


def read(text: str, context: Context) -> Iterator[Item]:
    """A row a sample."""
    seconds = re.search(r"^# EOF\s*$", text, re.MULTILINE) is not None
    kinds: dict[str, str] = {}
    units: dict[str, str] = {}
    timeless = 0
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if not bare:
            continue
        if bare.startswith("#"):
            match = _ABOUT.match(bare)
            if match and match[1] == "TYPE":
                kinds[match[2].strip('"')] = match[3].strip()
            elif match and match[1] == "UNIT":
                units[match[2].strip('"')] = match[3].strip()
            continue
        row = row_of(bare, kinds, units, seconds=seconds)
        timeless += row is not None and row["time"] is None
        yield Item(row, number, number)
    if timeless:
        context.warn(f"{timeless:,} samples without a time: a snapshot, whose instant is not in it")


def recognise(head: bytes) -> Match | None:
    """By `# TYPE` and `# HELP` before samples."""
    lines = [line.strip() for line in head_lines(head)]
    about = sum(re.match(rb"# (?:HELP|TYPE|UNIT) [\w:.\"]+", line) is not None for line in lines)
    if not about:
        return None
    samples = [line for line in lines if not line.startswith(b"#")]
    good = sum(_SAMPLE.fullmatch(line.decode("utf-8", "replace")) is not None for line in samples)
    if not samples or good * 2 < len(samples):
        return None
    return Match(0.95, f"{about} lines of # HELP or # TYPE, {good} samples")


FORMAT = Format(
    name="prometheus_text",
    title="Prometheus text format and OpenMetrics",
    yields="METRICS",
    reference="https://prometheus.io/docs/instrumenting/exposition_formats/ and "
    "https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md",
    sample="# HELP made_up_total Requests\n# TYPE made_up_total counter\n"
    'made_up_total{code="200",path="a\\\\b"} 1027 1767348000000\nmade_up_total{code="500"} NaN\n',
    recognise=recognise,
    read=read,
)
