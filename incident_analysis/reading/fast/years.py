"""Years of stamps that have none, for a whole source at once; the rule is `assemble`'s."""

from __future__ import annotations

import numpy as np

from incident_analysis import clock
from incident_analysis.reading.assemble import FIRST_YEAR, LATE, NAT, OUT_OF_ORDER
from incident_analysis.reading.fast.plan import YEARLESS
from incident_analysis.reading.fast.text import Array

_START = clock.days(2000, 1, 1) * clock.DAY
_LEAP_DAY = 59


def in_year(ns: Array, year: int) -> Array:
    """Stamps of the year 2000 in another year; NAT where the day does not exist in it, and where there is none."""
    first = clock.days(year, 1, 1)
    leap = clock.days(year + 1, 1, 1) - first == 366
    day = (ns - _START) // clock.DAY
    moved = ns - _START + first * clock.DAY
    if not leap:
        moved = np.where(day > _LEAP_DAY, moved - clock.DAY, np.where(day == _LEAP_DAY, NAT, moved))
    return np.where(ns == NAT, NAT, moved)


def placed(ns: Array, kind: Array, year: int, later: int | None) -> tuple[Array, int, int | None, int]:
    """Stamps with their years, from the last record backwards.

    Neighbours in order are settled together; where the order breaks, record by record, as `assemble` does.

    Parameters
    ----------
    ns, kind : arrays
        Of some records that follow each other.
    year : int
        Of the record behind them; of the last one where there is none.
    later : int, optional
        Stamp of the record behind them.

    Returns
    -------
    array, int, int or None, int
        The stamps; year and stamp for the records before them; how often they roll over at New Year.
    """
    made = ns.copy()
    places = np.flatnonzero(kind == YEARLESS)
    yearless = ns[places]
    turns = 0
    here = len(places) - 1
    while here >= 0:
        now, following = in_year(yearless[: here + 1], year), in_year(yearless[: here + 1], year + 1)
        # Rows of which the one behind is the latest known, and which lie before it as they should.
        behind = now[1:]
        odd = (now[:-1] == NAT) | (behind == NAT) | (now[:-1] - behind > OUT_OF_ORDER)
        odd |= (np.abs(following[:-1] - behind) < LATE) & (following[:-1] != NAT)
        breaks = np.flatnonzero(odd)
        turned = False
        while here >= 0 and not turned:
            if later is not None and here + 1 < len(now) and later == now[here + 1]:
                stop = int(breaks[np.searchsorted(breaks, here, "right") - 1]) if len(breaks) else -1
                if not len(breaks) or breaks[0] > here:
                    stop = -1
                if stop < here:
                    made[places[stop + 1 : here + 1]] = now[stop + 1 : here + 1]
                    later, here = int(now[stop + 1]), stop
                    continue
            stamp = int(now[here])
            if stamp != NAT and later is not None and stamp - later > OUT_OF_ORDER and year > FIRST_YEAR:
                year -= 1
                turns += 1
                turned = True
                stamp = int(in_year(yearless[here : here + 1], year)[0])
            elif later is not None and following[here] != NAT and abs(int(following[here]) - later) < LATE:
                made[places[here]] = following[here]
                here -= 1
                continue
            later = stamp if stamp != NAT else later
            made[places[here]] = stamp
            here -= 1
    return made, year, later, turns
