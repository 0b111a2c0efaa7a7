"""Users that the incident affected: different clients among the requests that failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import numpy as np
import pandas as pd

from incident_analysis import frames, words
from incident_analysis.errors import ParameterError
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.impact.conditions import condition
from incident_analysis.impact.when import checked_windows
from incident_analysis.incident.parts import Sli
from incident_analysis.statistics.distinct import EXACT_UP_TO, Distinct


def affected_users(
    logs: pd.DataFrame | Iterable[pd.DataFrame],
    *,
    windows: pd.DataFrame,
    sli: Sli | Mapping[str, str],
    who: str = "client",
    how: Literal["auto", "exact", "sketch"] = "auto",
    level: float = 0.9,
) -> Estimate:
    """Different users with at least one request that was not good, inside the incident's windows.

    Parameters
    ----------
    logs : LOGS or iterable of LOGS
        Requests; an iterable (`reading.log_batches`) is never held as a whole.
    windows : WINDOWS
        Of the incident; one that is not over has no end here.
    sli : Sli or mapping
        As in `service_level`: `valid` and `good`.
    who : str
        Column that tells users apart. A client address is no person: several share one, one has several.
    how : {"auto", "exact", "sketch"}
        "auto" keeps up to a million different users and goes on with a sketch beyond.
    level : float
        Of the sketch's interval.

    Returns
    -------
    Estimate
        Exact, or with the confidence interval of the sketch; the method says which. Unknown where no request names a
        user.
    """
    checked_windows(windows)
    if windows.empty:
        return Estimate.unknown("from when to when the incident lasted is not known", unit=f"different values of {who}")
    given = {"valid": sli.valid, "good": sli.good} if isinstance(sli, Sli) else {"valid": "", **sli}
    valid, good = (condition(given.get(name, ""), where=f"sli.{name}") for name in ("valid", "good"))
    if not good.alternatives:
        raise ParameterError(
            "the service level does not say what is good", remedy='give good, such as "status < 500"', where="sli"
        )
    seen = Distinct(exact_up_to={"auto": EXACT_UP_TO, "exact": 2**62, "sketch": 0}[how])
    requests = nameless = 0
    for rows in (logs,) if isinstance(logs, pd.DataFrame) else logs:
        if not len(rows):
            continue
        for name, one in (("valid", valid), ("good", good)):
            one.require(rows.columns, where=f"sli.{name}")
        if who not in rows.columns:
            raise ParameterError(
                f"no column {who!r}",
                remedy=f"choose the column that tells users apart: {words.listing(map(str, rows.columns), most=12)}",
                where="who",
            )
        bad = valid.holds(rows) & ~good.holds(rows) & _inside(rows, windows)
        for one in (valid, good):
            for column in one.columns:
                bad &= rows[column].notna().to_numpy()
        requests += int(bad.sum())
        nameless += int(rows.loc[bad, who].isna().sum())
        seen.add(rows.loc[bad, who])
    said = (Evidence("log", "logs", "", f"{requests:,} requests that were not good, by {who}"),)
    unit = {"client": "clients", "user": "users"}.get(who, f"different values of {who}")
    if requests and nameless == requests:
        return Estimate.unknown(
            f"none of {words.plural(requests, 'failed request')} names a {who}", unit=unit, evidence=said
        )
    method = (
        f"exact count of different values of {who}"
        if seen.is_exact
        else (f"sketch of different values of {who}, standard error {words.percent(seen.relative_error)}")
    )
    if nameless:
        method += f"; {words.plural(nameless, 'failed request')} without one"
    count = float(seen.count)
    if seen.is_exact:
        # Requests without a name may be of anybody: then the count is the least.
        if nameless:
            return Estimate(None, count, None, interval="bounds", unit=unit, n=requests, method=method, evidence=said)
        return Estimate(count, count, count, interval="exact", unit=unit, n=requests, method=method, evidence=said)
    low, high = seen.interval(level)
    return Estimate(
        count, low, high, level=level, interval="confidence", unit=unit, n=requests, method=method, evidence=said
    )


def _inside(rows: pd.DataFrame, windows: pd.DataFrame) -> np.ndarray:
    inside = np.zeros(len(rows), bool)
    for row in frames.rows(windows):
        mine = rows["time"] >= row["start"]
        if not pd.isna(row["end"]):
            mine &= rows["time"] < row["end"]
        inside |= mine.to_numpy(dtype=bool, na_value=False)
    return inside
