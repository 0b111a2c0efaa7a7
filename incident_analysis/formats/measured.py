"""Tables of measured values: numbers with units in their cells, labels and units in their headings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from incident_analysis.clock import Stamp
from incident_analysis.format import Context
from incident_analysis.formats import clocks, dates
from incident_analysis.patterns import pattern

UNITS = frozenset(
    """% percent ms s sec secs second seconds us µs μs ns min mins h m b bytes byte kb mb gb tb kib mib gib tib ki mi gi
    bit bits kbit mbit b/s kb/s mb/s gb/s bps kbps mbps req/s reqps rps ops ops/s iops c/s count counts requests errors
    °c celsius w v a mhz ghz hz k mil bil x cores short packets/s pps""".split()
)
_NUMBER = pattern(
    r"([-+]?(?:\d{1,3}(?:[, \u00a0]\d{3})+|\d+)?(?:[.,]\d+)?(?:[eE][+-]?\d+)?)\s*([%°µμA-Za-z][\w/%°µμ]{0,11}|%)?"
)
_UNIT_BEHIND = pattern(r"(.+?)\s*[\[(]\s*([^\[\]()]{1,14})\s*[\])]")
_LABELLED = pattern(r'(?P<name>[^{}"]*?)\s*\{(?P<inside>[^{}]*)\}')
_LABEL = pattern(r'\s*([\w.]+)\s*(?:=|:)\s*(?:"((?:[^"\\]|\\.)*)"|([^,"]*))\s*(?:,|$)')
#: What tools write where there is no number.
NOTHING = frozenset({"", "null", "undefined", "-", "n/a", "na", "none", "no data"})


def value_of(cell: str, *, comma: bool = False) -> tuple[float, str] | None:
    """The number of a cell and its unit; None where it holds none.

    Parameters
    ----------
    cell : str
    comma : bool
        Whether a comma is the decimal point.

    Examples
    --------
    >>> value_of("12.3 ms"), value_of("1,234.5"), value_of("NaN")[0] != 0, value_of("up")
    ((12.3, 'ms'), (1234.5, ''), True, None)
    """
    text = cell.strip()
    try:
        return float(text), ""
    except ValueError:
        pass
    if text.lower() in ("+inf", "-inf", "∞", "inf", "infinity"):
        return (float("-inf") if text[0] == "-" else float("inf")), ""
    match = _NUMBER.fullmatch(text)
    if match is None or not re.search(r"\d", match[1]) or (match[2] and match[2].lower() not in UNITS):
        return None
    digits = re.sub(r"[ \u00a0]", "", match[1])
    digits = digits.replace(".", "").replace(",", ".") if comma else digits.replace(",", "")
    try:
        return float(digits), match[2] or ""
    except ValueError:
        return None


def heading_of(name: str) -> tuple[str, dict[str, str], str]:
    """The metric, the labels and the unit of a heading.

    Examples
    --------
    >>> heading_of('cpu{mode="idle"}'), heading_of("Latency (ms)")
    (('cpu', {'mode': 'idle'}, ''), ('Latency', {}, 'ms'))
    """
    text = name.strip()
    labelled = _LABELLED.fullmatch(text)
    if labelled:
        inside = labelled["inside"]
        pairs = list(_LABEL.finditer(inside))
        if pairs and sum(len(p[0]) for p in pairs) >= len(inside.strip()):
            return labelled["name"], {p[1]: p[2] if p[2] is not None else p[3].strip() for p in pairs}, ""
    unit = _UNIT_BEHIND.fullmatch(text)
    if unit and unit[2].strip().lower() in UNITS:
        return unit[1], {}, unit[2].strip()
    return text, {}, ""


def times_of(cells: Sequence[str], name: str, context: Context) -> tuple[list[Stamp | None], list[str]]:
    """The times of a column, in the zone that its heading names; and "header" for those whose zone it is."""
    stamps, said = dates.column([cell.strip() or None for cell in cells])
    if said:
        context.warn(f"{name}: {said}")
    zone = clocks.zone_in(name)
    told = [""] * len(stamps)
    if zone:
        if clocks.is_known(zone):
            told = ["" if s is None or s.zoned else "header" for s in stamps]
        stamps = [s if s is None or s.zoned else clocks.in_zone(s.ns, zone, context) for s in stamps]
    unread = sum(bool(cell.strip()) and stamp is None for cell, stamp in zip(cells, stamps, strict=True))
    if unread:
        context.warn(f"{unread:,} cells of {name!r} are no times that can be read")
    return stamps, told
