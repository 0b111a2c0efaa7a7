"""Lines inside lines: what containers and exports wrap is read again by its own format."""

from __future__ import annotations

from collections.abc import Sequence

from incident_analysis.format import Context, Format, Row, plain, plain_bytes
from incident_analysis.formats.objects import COMPOSED
from incident_analysis.reading.recognise import claims
from incident_analysis.reading.records import Found

#: A weaker claim on the inner text is left alone: plain text is what it may well be.
LEAST = 0.45
#: Formats besides the strongest are tried where their claim is this sure.
SURE = 0.6
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
        if row is not None and not row.pop(COMPOSED, False) and row.get(column):
            groups.setdefault(f"{row.get('service') or ''}|{row.get('host') or ''}", []).append(place)
    made = list(found)
    inside = [f for f in formats if f.lines is not None and not f.inner]
    for places in groups.values():
        head = "\n".join(str(found[i][0][column]) for i in places[:200]).encode()[:65_536]  # type: ignore[index]  # only rows
        strong = [(f, m) for f, m in claims(head, inside) if m.strength >= LEAST]
        if not strong:
            continue
        # Where several programs write into one place, what the first cannot read may be another's.
        tried = [f for f, m in strong[:1] + [pair for pair in strong[1:] if pair[1].strength >= SURE]]
        contexts = [Context(source=source, head=plain_bytes(head)) for _ in tried]
        for i in places:
            row, start, end, text = found[i]
            assert row is not None
            inner_text = plain(str(row[column]))
            form, inner = _first(inner_text, tried, contexts)
            if form is None or inner is None:
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


def _first(text: str, formats: Sequence[Format], contexts: Sequence[Context]) -> tuple[Format | None, Row | None]:
    """The first format that reads a text, and its row."""
    for form, context in zip(formats, contexts, strict=True):
        assert form.lines is not None
        try:
            row = form.lines.parse(text, context)
        except (ValueError, KeyError, IndexError, TypeError, OverflowError, RecursionError, AttributeError):
            row = None
        if row is not None:
            return form, row
    return None, None
