"""The fast path: what reads large logs of common formats several times as fast as the simple way, to the same frame.

`text` looks at many places of a piece at once; `cut` finds the records; a plan for each format (`access`, …) finds
their fields, and says of which records it is sure: all others are read by the format itself (`parts`). `keyed` is the
plan of records of keys and values, whose `layouts` recur and whose values are `held` until they are columns. `columns`
types what was found as the simple way types it, `slabs` keeps the texts of long sources, `source` reads piece after
piece, `framing` makes frames of them. A plan accepts less than its format, never more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pandas as pd
import pyarrow as pa

from incident_analysis.format import Context, Format
from incident_analysis.formats import logs
from incident_analysis.reading.accounts import Account
from incident_analysis.reading.fast import access, framing, java, json_lines, logfmt, syslog
from incident_analysis.reading.fast import source as sources
from incident_analysis.reading.fast.parts import Part, Wanted
from incident_analysis.reading.fast.plan import Plan
from incident_analysis.reading.sources import Source

#: Below this the simple way is as good.
LEAST_BYTES = 1 << 20
#: Larger ones leave the processor's cache, and take half as long again.
PIECE_BYTES = 1 << 22
#: Threads that look at pieces; None: as many as there are cores.
WORKERS: int | None = None
#: Before so much of a source is read no threads help: they would save a twentieth of a second, for a third more work.
ALONE_BYTES = 1 << 27

_PLANS: dict[str, tuple[Format, Plan]] = {
    "access": (logs.access.FORMAT, access.PLAN),
    "java": (logs.java.FORMAT, java.PLAN),
    "json_lines": (logs.json_lines.FORMAT, json_lines.PLAN),
    "logfmt": (logs.logfmt.FORMAT, logfmt.PLAN),
    "syslog_rfc3164": (logs.syslog_rfc3164.FORMAT, syslog.PLAN),
}


def plan_of(form: Format) -> Plan | None:
    """The fast plan of one of our own formats; None where it has none."""
    known = _PLANS.get(form.name)
    return known[1] if known is not None and known[0] is form else None


def suits(form: Format, start: bytes) -> Plan | None:
    """The plan for a source of a format that begins so; None where the simple way is to be taken."""
    plan = plan_of(form)
    return plan if plan is not None and len(start) >= LEAST_BYTES and sources.fits(start, plan, form) else None


def read(
    plan: Plan,
    data: Iterator[bytes],
    *,
    form: Format,
    source: Source,
    context: Context,
    account: Account,
    columns: Collection[str] | None,
    whole: bool,
) -> Iterator[pd.DataFrame]:
    """The frames of a source: one of all its records where `whole`, else one after another.

    Each has all its columns' names in `attrs["names"]`, also of those that were not asked for.
    """
    wanted = Wanted.of(columns, few=whole)
    held: list[Part] = []
    found = sources.read(
        plan,
        data,
        form=form,
        context=context,
        account=account,
        wanted=wanted,
        workers=WORKERS or pa.cpu_count(),
        piece_bytes=PIECE_BYTES,
        alone_bytes=ALONE_BYTES,
    )
    for parts in found:
        if whole or framing.ordered(parts, form=form, source=source):
            held += parts
            for part in parts:
                part.drop(wanted)
                if not whole:
                    part.thin()
        else:
            yield from framing.frames(parts, form=form, source=source, account=account, wanted=wanted, whole=False)
    if held:
        yield from framing.frames(held, form=form, source=source, account=account, wanted=wanted, whole=whole)
