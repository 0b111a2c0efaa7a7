"""Which causes come most often, and which come again."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from incident_analysis import frames, words
from incident_analysis.errors import ParameterError
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.risk import published_shares
from incident_analysis.statistics.intervals import clopper_pearson
from incident_analysis.trends.groups import NOT_STATED, PEOPLE
from incident_analysis.trends.history import prepared

_GOOGLE = {**published_shares("trigger"), **published_shares("cause")}
#: Columns that say why, the most telling first.
WHY = ("trigger", "cause_category", "category", "closed_code")


def cause_column(incidents: pd.DataFrame) -> str | None:
    """The column that says most about why: the first of trigger and category that any row fills; None for none."""
    for name in WHY:
        if (
            name in incidents.columns
            and (incidents[name].astype("str").fillna("").isin(("", "nan", "None")) ^ True).any()
        ):
            return name
    return None


def pareto(
    incidents: pd.DataFrame, *, by: str = "trigger", as_of: Any, level: float = 0.95, most: int = 12
) -> pd.DataFrame:
    """The most frequent causes, with the intervals of their shares and Google's beside them.

    Parameters
    ----------
    incidents : INCIDENTS
    by : str
        A column: `trigger`, `services`, or one of the source's own, such as `category`.
    as_of : str or datetime
    level : float
    most : int
        Rows; the rest is one row, "others".

    Returns
    -------
    DataFrame
        `cause`, `count`, `share`, `low`, `high` (of the share among incidents that state one), `cumulated`, `google`
        (share among Google's postmortems 2010–2017 where the words are the same, else NaN). `attrs`: `stated`,
        `not_stated`. Where an incident has several (services), shares add to more than 1.

    Notes
    -----
    Exact intervals (Clopper-Pearson), each for itself. Two causes whose intervals overlap are not in a known order.
    """
    frame, _ = prepared(incidents, as_of=as_of)
    told = _told(frame, by)
    if by == "trigger":
        told = _apart(told)
    stated = int(told.index.nunique())
    counts = told.value_counts()
    # Of those equally frequent the first by name.
    ordered = sorted(((str(k), int(n)) for k, n in counts.items()), key=lambda pair: (-pair[1], pair[0]))
    rows: list[dict[str, Any]] = []
    total = 0
    for name, count in ordered[:most]:
        total += count
        rows.append(_row(name, count, stated, total, level))
    left = int(counts.sum()) - total
    if left:
        rest = int(told[~told.isin([r["cause"] for r in rows])].index.nunique())
        rows.append(_row(f"{len(counts) - len(rows):,} others", rest, stated, total + left, level))
    columns = ["cause", "count", "share", "low", "high", "cumulated", "google"]
    made = pd.DataFrame(rows, columns=columns).astype({"cause": "str", "count": "Int64"})
    made.attrs = {"stated": stated, "not_stated": len(frame) - stated, "by": by, "kinds": len(counts)}
    return made


def _row(name: str, count: int, stated: int, total: int, level: float) -> dict[str, Any]:
    low, high = clopper_pearson(count, stated, level=level)
    google = _GOOGLE.get(name.lower(), math.nan)
    return {
        "cause": name,
        "count": count,
        "share": count / stated,
        "low": low,
        "high": high,
        "cumulated": total / stated,
        "google": google,
    }


def _told(frame: pd.DataFrame, by: str) -> pd.Series:
    """What each incident states, one row for each value; what is not stated is left out."""
    if by in PEOPLE:
        raise ParameterError(
            f"{by} names people or teams", remedy="compare services, causes or severities, never people", where="by"
        )
    if by not in frame.columns:
        near = words.nearest(by, [str(c) for c in frame.columns])
        raise ParameterError(
            f"there is no column {by!r}", remedy=f"did you mean {near!r}?" if near else "name a column", where="by"
        )
    column = frame[by]
    if column.dtype == object:
        column = column.explode()
    text = column.astype("str").where(column.notna(), "").str.strip().rename("cause")
    return text[(text != "") & (text != NOT_STATED)]


def _apart(told: pd.Series) -> pd.Series:
    """Several triggers of one incident, each in a row of its own."""
    return told.str.split("; ").explode() if told.str.contains("; ", regex=False).any() else told


def recurrence(
    incidents: pd.DataFrame, *, as_of: Any, actions: pd.DataFrame | None = None, level: float = 0.95, most: int = 20
) -> pd.DataFrame:
    """What came again: the same trigger, scenario or service as an earlier incident.

    Parameters
    ----------
    incidents : INCIDENTS
    as_of : str or datetime
    actions : ACTIONS with `incident_id`, optional
        Whether the actions of the earlier ones were done.
    level : float
    most : int
        Rows of each kind.

    Returns
    -------
    DataFrame
        `kind` (trigger, scenario, service), `what`, `count`, `first`, `last`, `median_gap_s`, `actions` (of the earlier
        incidents: "3 of 5 done", or that none is stated). `attrs["estimates"]`: ESTIMATES by kind, the share of
        incidents that repeat an earlier one.
    """
    frame, _ = prepared(incidents, as_of=as_of)
    rows: list[dict[str, Any]] = []
    claims: list[tuple[dict[str, str], str, Estimate]] = []
    for kind, column in (("trigger", "trigger"), ("scenario", "scenario_ids"), ("service", "services")):
        told = _told(frame, column)
        if kind == "trigger":
            told = _apart(told)
        stated = int(told.index.nunique())
        again = told[told.duplicated()]
        repeated = int(again.index.nunique())
        source = (Evidence("formula", "trends.recurrence", "", f"{repeated:,} of {stated:,} that state a {kind}"),)
        if stated:
            low, high = clopper_pearson(repeated, stated, level=level)
            claim = Estimate(
                repeated / stated if repeated else None,
                low if repeated else None,
                high,
                level=level,
                interval="confidence",
                n=stated,
                method="Clopper-Pearson, exact",
                evidence=source,
            )
        else:
            claim = Estimate.unknown(f"no incident states a {kind}", evidence=source)
        claims.append(({"kind": kind}, "share that repeats an earlier one", claim))
        if not len(again):
            continue
        times = pd.DataFrame(
            {"what": told.to_numpy(str), "time": frame.loc[told.index, "started"].array, "at": told.index}
        )
        times = times.drop_duplicates(["what", "at"])
        times["gap"] = times.groupby("what")["time"].diff().dt.total_seconds()
        summed = times.groupby("what").agg(
            n=("time", "size"), first=("time", "min"), last=("time", "max"), gap=("gap", "median")
        )
        summed = summed[summed["n"] > 1].reset_index().sort_values(["n", "what"], ascending=[False, True])
        for row in summed.head(most).to_dict("records"):
            mine = times.loc[times["what"] == row["what"], "at"]
            earlier = [str(i) for i in frame.loc[mine, "incident_id"].iloc[:-1]] if actions is not None else []
            rows.append(
                {
                    "kind": kind,
                    "what": row["what"],
                    "count": int(row["n"]),
                    "first": row["first"],
                    "last": row["last"],
                    "median_gap_s": float(row["gap"]),
                    "actions": _done(actions, earlier),
                }
            )
    columns = ["kind", "what", "count", "first", "last", "median_gap_s", "actions"]
    made = pd.DataFrame(rows, columns=columns).astype({"kind": "str", "what": "str", "actions": "str"})
    for name in ("first", "last"):
        made[name] = pd.to_datetime(made[name], utc=True).astype("datetime64[us, UTC]")
    made.attrs = {"estimates": frames.estimates(claims)}
    return made


def _done(actions: pd.DataFrame | None, earlier: list[str]) -> str:
    if actions is None or "incident_id" not in actions.columns:
        return NOT_STATED
    mine = actions[actions["incident_id"].isin(earlier)]
    if mine.empty:
        return "none is stated"
    status = mine["status"].astype("str")
    if (status == "").all():
        return f"{words.plural(len(mine), 'action')}; not stated whether done"
    known = int((status != "").sum())
    return f"{int((status == 'done').sum())} of {known} done" + (
        f", {len(mine) - known} not stated" if known < len(mine) else ""
    )
