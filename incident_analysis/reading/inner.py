"""Lines inside lines: what containers and exports wrap is read again by its own format."""

from __future__ import annotations

from collections.abc import Sequence

from incident_analysis.format import Context, Format, plain, plain_bytes
from incident_analysis.reading.recognise import claims
from incident_analysis.reading.records import Found

#: A weaker claim on the inner text is left alone: plain text is what it may well be.
LEAST = 0.45
KEEP_OUTER = ("service", "host")


def read_again(found: Sequence[Found], *, column: str, formats: Sequence[Format], source: str) -> list[Found]:
    """Records whose inner text a line format can read get its fields; their own time and place stay.

    Parameters
    ----------
    found : records of one source
    column : str
        Column that holds the inner text.
    formats : formats that may be inside
    source : str

    Returns
    -------
    list of records; one whose inner text nothing reads is as it was.
    """
    groups: dict[str, list[int]] = {}
    for place, (row, _, _, _) in enumerate(found):
        if row is not None and row.get(column):
            groups.setdefault(f"{row.get('service') or ''}|{row.get('host') or ''}", []).append(place)
    made = list(found)
    inside = [f for f in formats if f.lines is not None and not f.inner]
    for places in groups.values():
        head = "\n".join(str(found[i][0][column]) for i in places[:200]).encode()[:65_536]  # type: ignore[index]  # only rows
        strong = [(f, m) for f, m in claims(head, inside) if m.strength >= LEAST]
        if not strong:
            continue
        form = strong[0][0]
        assert form.lines is not None
        context = Context(source=source, head=plain_bytes(head))
        for i in places:
            row, start, end, text = found[i]
            assert row is not None
            inner_text = str(row[column])
            try:
                inner = form.lines.parse(plain(inner_text), context)
            except (ValueError, KeyError, IndexError, TypeError, OverflowError, RecursionError, AttributeError):
                inner = None
            if inner is None:
                continue
            merged = {**row, **{k: v for k, v in inner.items() if v is not None and v != ""}}
            if inner.get("severity_text") and inner.get("severity_number") is None:
                # The line's own level, not the number that its container gave.
                merged.pop("severity_number", None)
            for name in KEEP_OUTER:
                if row.get(name):
                    merged[name] = row[name]
            if row.get("time") is not None:
                merged["time"] = row["time"]
            merged["inner_format"] = form.name
            made[i] = (merged, start, end, text)
    return made
