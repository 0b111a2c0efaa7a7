"""Lines whose time counts from the start of the machine: `journalctl -o short-monotonic` and `short-delta`, `dmesg`.
They are refused.

`[18986.208338] host name[7]: message` cannot be placed in time without the moment of the boot.
Reference: https://www.freedesktop.org/software/systemd/man/latest/journalctl.html#short-monotonic.
"""

from __future__ import annotations

import re

from incident_analysis.errors import InputError
from incident_analysis.format import Context, Format, Lines, Row, by_lines

#: short-delta writes how long after the record before it came, too, or blanks.
_STAMP = r"(?:<\d+>)?\[ *\d+\.\d{6}(?: +| <[ \d.*+-]*>)?\]"


def parse(text: str, context: Context) -> Row | None:
    """Refuses.

    Raises
    ------
    InputError
        Always, on a line of this kind.
    """
    if re.match(_STAMP, text) is None:
        return None
    raise InputError(
        "its times are seconds since boot: the records cannot be placed in time",
        remedy="export again with `journalctl -o short-iso-precise`, `journalctl -o json` or `dmesg --time-format iso`",
        where=context.source,
    )


FORMAT = Format(
    name="monotonic",
    title="seconds since boot (journald short-monotonic, dmesg): refused with advice",
    reference="https://www.freedesktop.org/software/systemd/man/latest/journalctl.html",
    sample="[    7.000001] made-up part[7]: started\n[   12.000001] made-up part[7]: lost\n",
    recognise=by_lines(rf"{_STAMP} ", strength=0.9, why="times since boot", least=0.3),
    lines=Lines(parse),
    zone_rule="local",
)
