"""Lines inside lines: what containers and exports wrap is read again by its own format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from incident_analysis.format import Context, Format, Row, plain, plain_bytes
from incident_analysis.formats.objects import COMPOSED
from incident_analysis.reading.recognise import claims
from incident_analysis.reading.records import Found

#: A weaker claim on the inner text is left alone: plain text is what it may well be.
LEAST = 0.45
#: Formats besides the strongest are tried where their claim is this sure.
SURE = 0.6
KEEP_OUTER = ("service", "host")
#: The first lines of a service on a host, and their bytes, tell their format.
HEAD_LINES, HEAD_BYTES = 200, 65_536


@dataclass(slots=True)
class _Group:
    """The lines of one service on one host."""

    head: list[str] = field(default_factory=list)
    tried: list[tuple[Format, Context]] = field(default_factory=list)


class Inner:
    """Reads what stands inside the records of one source, as they come: only the first ones of each group are held.

    Parameters
    ----------
    column : str
        Column that holds the inner text.
    formats : sequence of Format
        Formats that may be inside.
    source : str
    """

    def __init__(self, *, column: str, formats: Sequence[Format], source: str) -> None:
        self.column, self.source = column, source
        self.inside = [f for f in formats if f.lines is not None and not f.inner]
        self.groups: dict[str, _Group] = {}

    def read_again(self, found: Sequence[Found]) -> list[Found]:
        """Records whose inner text a line format can read get its fields; their own time and place stay.

        One whose inner text nothing reads is as it was. A group whose first lines nothing knows is looked at again
        with the next records, until enough of its lines were seen.
        """
        places: dict[str, list[int]] = {}
        for place, (row, _, _, _) in enumerate(found):
            if row is not None and not row.pop(COMPOSED, False) and row.get(self.column):
                places.setdefault(f"{row.get('service') or ''}|{row.get('host') or ''}", []).append(place)
        made = list(found)
        for name, here in places.items():
            group = self.groups.setdefault(name, _Group())
            if not group.tried and len(group.head) < HEAD_LINES:
                more = here[: HEAD_LINES - len(group.head)]
                group.head += [str(found[i][0][self.column]) for i in more]  # type: ignore[index]  # only rows
                self._recognise(group)
            if not group.tried:
                continue
            for i in here:
                row, start, end, text = found[i]
                assert row is not None
                if (merged := self._merged(row, group)) is not None:
                    made[i] = (merged, start, end, text)
        return made

    def _recognise(self, group: _Group) -> None:
        head = "\n".join(group.head).encode()[:HEAD_BYTES]
        strong = [(f, m) for f, m in claims(head, self.inside) if m.strength >= LEAST]
        # Where several programs write into one place, what the first cannot read may be another's.
        sure = strong[:1] + [pair for pair in strong[1:] if pair[1].strength >= SURE]
        if sure:
            group.tried = [(f, Context(source=self.source, head=plain_bytes(head))) for f, _ in sure]
            group.head = []

    def _merged(self, row: Row, group: _Group) -> Row | None:
        form, inner = _first(plain(str(row[self.column])), group.tried)
        if form is None or inner is None:
            return None
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
        return merged


def _first(text: str, tried: Sequence[tuple[Format, Context]]) -> tuple[Format | None, Row | None]:
    """The first format that reads a text, and its row."""
    for form, context in tried:
        assert form.lines is not None
        try:
            row = form.lines.parse(text, context)
        except (ValueError, KeyError, IndexError, TypeError, OverflowError, RecursionError, AttributeError):
            row = None
        if row is not None:
            return form, row
    return None, None
