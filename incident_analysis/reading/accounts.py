"""What became of every line and byte of a source."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Account:
    """Lines and bytes of one source: in = records + continuation + unparsed, always.

    Parameters
    ----------
    source, format, zone : str
    lines, bytes : int
        All that was read.
    record_lines, record_bytes : int
        First lines of records.
    continuation_lines, continuation_bytes : int
        Lines that go on a record (stack traces, SQL), headings and blank lines.
    unparsed_lines, unparsed_bytes : int
        Lines that the format cannot read: rows with `parsed` False.
    records, unparsed : int
        Rows of either kind.
    truncated : bool
        Whether the source ends before its own end.
    warnings : dict of str to int
        What is to be known about the source, with how often it was met.
    """

    source: str
    format: str = ""
    zone: str = ""
    lines: int = 0
    bytes: int = 0
    record_lines: int = 0
    record_bytes: int = 0
    continuation_lines: int = 0
    continuation_bytes: int = 0
    unparsed_lines: int = 0
    unparsed_bytes: int = 0
    records: int = 0
    unparsed: int = 0
    truncated: bool = False
    warnings: dict[str, int] = field(default_factory=dict)

    def warn(self, what: str, count: int = 1) -> None:
        """Note a sentence, and how often it was met."""
        self.warnings[what] = self.warnings.get(what, 0) + count

    @property
    def balanced(self) -> bool:
        """Whether no line and no byte is missing."""
        return (
            self.lines == self.record_lines + self.continuation_lines + self.unparsed_lines
            and self.bytes == self.record_bytes + self.continuation_bytes + self.unparsed_bytes
        )

    def to_dict(self) -> dict[str, Any]:
        """The account as plain values."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}
