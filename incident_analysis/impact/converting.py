"""Money of one currency in another, at stated rates alone."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from incident_analysis import frames, words
from incident_analysis.errors import ParameterError
from incident_analysis.incident.parts import ExchangeRate


def convert(ledger: pd.DataFrame, *, to: str, rates: Iterable[ExchangeRate] = ()) -> pd.DataFrame:
    """The lines of money in one currency, each other one converted at a stated rate and date.

    Parameters
    ----------
    ledger : LEDGER
        Lines that are no money stay as they are.
    to : str
        ISO 4217 code.
    rates : iterable of ExchangeRate
        Such as `incident.rates`. A rate is also used the other way round; rates are not chained.

    Returns
    -------
    LEDGER
        With a further column `converted`: the rate, its date and its source; empty where nothing was converted.

    Raises
    ------
    ParameterError
        Money of another currency without a stated rate, or with several that differ; a rate without a date.
    """
    frames.check(ledger, frames.LEDGER, where="ledger")
    if not words.is_currency(to):
        raise ParameterError(f"{to!r} is no currency", remedy='give an ISO 4217 code, such as "EUR"', where="to")
    stated = tuple(rates)
    made = ledger.copy()
    made["converted"] = ""
    for unit in dict.fromkeys(u for u in ledger["unit"] if words.is_currency(u) and u != to):
        factor, said = _rate(unit, to, stated)
        mine = made["unit"] == unit
        for name in ("low", "likely", "high", "of"):
            made.loc[mine, name] = made.loc[mine, name] * factor
        made.loc[mine, "unit"] = to
        made.loc[mine, "converted"] = said
        # What was converted is no longer the figure that was stated.
        made.loc[mine & made["certainty"].isin(["counted", "stated"]), "certainty"] = "derived"
    return made


def _rate(unit: str, to: str, rates: tuple[ExchangeRate, ...]) -> tuple[float, str]:
    found = [(r.rate, r) for r in rates if (r.from_, r.to) == (unit, to)]
    found += [(1 / r.rate, r) for r in rates if (r.from_, r.to) == (to, unit)]
    if not found:
        raise ParameterError(
            f"{unit} and {to} without a rate between them",
            remedy=f"state it in `rates:` ({{from: {unit}, to: {to}, rate: …, date: …, source: …}}), or sum one "
            "currency of the ledger",
            where="rates",
        )
    if len({round(factor, 12) for factor, _ in found}) > 1:
        raise ParameterError(f"several rates between {unit} and {to}", remedy="state one, with its date", where="rates")
    factor, rate = found[0]
    if rate.date is None:
        raise ParameterError(
            f"the rate between {unit} and {to} has no date", remedy="state the date on which it held", where="rates"
        )
    source = f", {rate.source}" if rate.source else ""
    return factor, f"{rate.from_} at {rate.to} {words.exactly(rate.rate)} of {rate.date}{source}"
