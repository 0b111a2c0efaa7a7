"""Stamps of events and incidents as columns of instants: UTC, microseconds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from incident_analysis.clock import Stamp
from incident_analysis.format import Format
from incident_analysis.reading import assemble
from incident_analysis.reading.accounts import Account
from incident_analysis.reading.sources import Source

#: In machines' exports what lies before 1970 is a zero that means never; people write of 1628, but not of the year 1.
YEAR_1000_NS = -30_610_224_000 * 10**9


def instants(
    values: Sequence[Any], *, form: Format, source: Source, account: Account, expected: bool = False
) -> tuple[pd.Series, list[str]]:
    """Stamps of one source as a column of times, and how the zone of each is known.

    Parameters
    ----------
    values : sequence of Stamp, Yearless or None
        What is no stamp is none.
    form, source, account
        Whose they are.
    expected : bool
        Whether rows without one are told.
    """
    given = [v if isinstance(v, tuple) else None for v in values]
    old: dict[int, Stamp] = {}
    if form.by_hand:
        # Nanoseconds of 64 bits hold no year before 1677.
        old = {i: v for i, v in enumerate(given) if isinstance(v, Stamp) and YEAR_1000_NS < v.ns <= 0}
        given = [None if i in old else v for i, v in enumerate(given)]
    ns, zones = assemble.times(given, form=form, source=source, account=account, expected=expected and not old)
    us = np.where(ns == assemble.NAT, assemble.NAT, ns // 1000)
    for i, stamp in old.items():
        us[i] = stamp.ns // 1000
        zones[i] = "explicit" if stamp.zoned else account.zone or "assumed:UTC"
    return pd.Series(us.astype("datetime64[us]")).dt.tz_localize("UTC"), zones


def is_stamp(value: Any) -> bool:
    """Whether a value is a time as formats give it."""
    return isinstance(value, tuple) and hasattr(value, "_fields")


def is_zoned(value: Any) -> bool:
    """Whether a value is an instant within what 64 bits hold, not a clock of a zone that is to be stated."""
    return isinstance(value, Stamp) and value.zoned and 0 < value.ns < assemble.NS_LIMIT


def further(values: Sequence[Any], *, form: Format, source: Source, account: Account) -> pd.Series:
    """A column of a format's own: times where it holds stamps, tuples where it holds lists, else as `assemble`."""
    if any(is_stamp(v) for v in values):
        return instants(values, form=form, source=source, account=account)[0]
    if any(isinstance(v, (list, tuple)) for v in values):
        return tuples(values)
    return assemble.column(list(values))


def tuples(values: Sequence[Any]) -> pd.Series:
    """A column of tuples; None stays None, and one value alone is a tuple of one."""
    made = [
        None
        if value is None
        else tuple(assemble.writable(v) if isinstance(v, str) else v for v in value)
        if isinstance(value, (list, tuple))
        else (assemble.writable(value) if isinstance(value, str) else value,)
        for value in values
    ]
    return pd.Series(made, dtype=object)


def text(value: Any) -> str:
    """A value as a text that can be written; nothing as an empty one."""
    found = "" if value is None else value if isinstance(value, str) else str(value)
    return found if found.isascii() else assemble.writable(found)
