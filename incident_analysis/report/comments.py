"""People's comments: `comments.csv`, of which no line is ever lost."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass

from incident_analysis.report.model import plain


@dataclass(frozen=True, slots=True)
class Comment:
    """A line of `comments.csv`.

    Parameters
    ----------
    about : str
        Id of a finding, an event, an action, or a measure's name; "" where the line does not say.
    role, time, text, state : str
        As written.
    line : int
        Where it begins in the file.
    broken : bool
        The line does not have the header's columns; `text` is then the line as it stands.
    """

    about: str
    text: str
    role: str = ""
    time: str = ""
    state: str = ""
    line: int = 0
    broken: bool = False

    def __str__(self) -> str:
        if self.broken:
            return f"Line {self.line} of comments.csv, as it stands: {plain(self.text)}"
        who = ", ".join(x for x in (self.role or "somebody", self.time) if x)
        state = f" ({self.state})" if self.state else ""
        return plain(f"Comment by {who}{state}: {self.text or 'no text'}")


def read_comments(text: str) -> list[Comment]:
    """The comments of a CSV text; a line that does not fit is kept as it stands and marked as broken.

    Examples
    --------
    >>> [str(c) for c in read_comments("about,role,text\\ne7,lead,In the evening.\\ne8,lead\\n")]
    ['Comment by lead: In the evening.', 'Line 3 of comments.csv, as it stands: e8,lead']
    """
    records = list(_records(text))
    if not records:
        return []
    names = [name.strip().lower() for name in records[0][1] or []]
    if "about" not in names:
        names = []
    found = []
    for line, cells, raw in records[1 if names else 0 :]:
        if cells is None or len(cells) != len(names) or not names:
            first = (cells or [""])[0].strip() if names and names[0] == "about" else ""
            found.append(Comment(first, raw, line=line, broken=True))
            continue
        entry = dict(zip(names, (cell.strip() for cell in cells), strict=True))
        about, role, time, said, state = (entry.pop(k, "") for k in ("about", "role", "time", "text", "state"))
        rest = "; ".join(f"{k}: {v}" for k, v in entry.items() if v)
        found.append(Comment(about, "; ".join(x for x in (said, rest) if x), role, time, state, line))
    return found


def _records(text: str) -> Iterable[tuple[int, list[str] | None, str]]:
    """Line number, cells (None where the line cannot be split) and the raw text of each record."""
    lines = text.split("\n")
    first = next((line for line in lines if line.strip()), "")
    separator = max(",;\t", key=first.count)
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        # A quoted cell may hold line breaks; a quote that is never closed must not swallow the rest of the file.
        for end in range(at + 1, len(lines) + 1):
            raw = "\n".join(lines[at:end])
            try:
                rows = list(csv.reader([raw + "\n"], delimiter=separator, strict=True))
            except csv.Error:
                rows = []
            if len(rows) == 1:
                yield at + 1, rows[0], raw
                at = end
                break
            if raw.count('"') % 2 == 0 and end == at + 1:
                yield at + 1, None, raw
                at = end
                break
        else:
            yield at + 1, None, lines[at]
            at += 1
