"""How long actions stay open, and which records are worth completing."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from incident_analysis import frames, words
from incident_analysis.errors import FrameError
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.incident import MILESTONES, Incident
from incident_analysis.risk import actions as of_incident
from incident_analysis.statistics import survival
from incident_analysis.trends.groups import in_order
from incident_analysis.trends.history import instant, prepared

#: The order of the action plan.
CATEGORIES = ("resolution", "mitigation", "prevention", "monitoring", "resilience", "knowledge_sharing")
_OPEN = ("planned", "in_progress")


def action_rows(incidents: Iterable[Incident]) -> pd.DataFrame:
    """The actions of many incidents.

    Returns
    -------
    ACTIONS with `incident_id` first
    """
    parts = [of_incident(one).assign(incident_id=one.id) for one in incidents]
    parts = [part for part in parts if len(part)]
    if not parts:
        return frames.empty(frames.ACTIONS, keys=["incident_id"])
    made = pd.concat(parts, ignore_index=True)
    return made[["incident_id", *frames.ACTIONS.names]]


def actions(plans: pd.DataFrame | Iterable[Incident], *, as_of: Any, level: float = 0.95) -> pd.DataFrame:
    """How long actions stay open, by category; those that are not done count as open.

    Parameters
    ----------
    plans : ACTIONS, or incidents
    as_of : str or datetime
    level : float

    Returns
    -------
    ESTIMATES
        Key `category` (with "all" first). Names: `open` and `done` (counts), `median time to done` (seconds;
        Kaplan-Meier) and `oldest open`. Unknown where no dates are stated. Rejected ones are left out.
    """
    frame = plans if isinstance(plans, pd.DataFrame) else action_rows(plans)
    aged = ageing(frame, as_of=as_of)
    rows: list[tuple[dict[str, str], str, Estimate]] = []
    names = ["all", *[c for c in CATEGORIES if (aged["category"] == c).any()]]
    names += [c for c in in_order(aged["category"].unique()) if c not in names and c]
    for name in names:
        mine = aged if name == "all" else aged[aged["category"] == name]
        rows += [({"category": name}, what, e) for what, e in _of_category(mine, level)]
    return frames.estimates(rows)


def ageing(plans: pd.DataFrame, *, as_of: Any) -> pd.DataFrame:
    """The age of each action, for the chart.

    Parameters
    ----------
    plans : ACTIONS
    as_of : str or datetime

    Returns
    -------
    DataFrame
        The frame with `seconds` (from opened to closed, or to `as_of`) and `state`: done, open, undated (no opening or
        closing date), not stated (no status), rejected, reversed (closed before opened).
    """
    if not isinstance(plans, pd.DataFrame):
        raise FrameError("no frame of actions", remedy="give ACTIONS, as risk.actions makes them", where="plans")
    frames.check(plans, frames.ACTIONS, where="plans")
    now = instant(as_of, "as_of")
    status = plans["status"].astype("str")
    closed = plans["closed"].where(plans["closed"] <= now)
    done = closed.notna() | ((status == "done") & plans["closed"].isna())
    still = ~done & (status.isin(_OPEN) | (plans["opened"].notna() & (status != "rejected")) | plans["closed"].notna())
    seconds = (closed.where(done, now) - plans["opened"]).dt.total_seconds()
    state = np.select(
        [status == "rejected", ~(done | still), seconds.isna(), seconds < 0, done],
        ["rejected", "not stated", "undated", "reversed", "done"],
        "open",
    )
    return plans.assign(
        seconds=seconds.where(pd.Series(state, index=plans.index).isin(("done", "open"))),
        state=pd.Series(state, index=plans.index, dtype="str"),
        finished=done & (status != "rejected"),
        unfinished=still,
    )


def _of_category(mine: pd.DataFrame, level: float) -> list[tuple[str, Estimate]]:
    source = (Evidence("formula", "trends.actions", "", words.plural(len(mine), "action")),)

    def count(number: int) -> Estimate:
        return Estimate(number, number, number, unit="actions", n=len(mine), method="count", evidence=source)

    made: list[tuple[str, Estimate]] = []
    stated = mine["state"] != "not stated"
    if stated.any():
        made = [("open", count(int(mine["unfinished"].sum()))), ("done", count(int(mine["finished"].sum())))]
    else:
        why = "no status is stated" if len(mine) else "no action is stated"
        made = [(name, Estimate.unknown(why, unit="actions", evidence=source)) for name in ("open", "done")]
    dated = mine[mine["state"].isin(("done", "open"))]
    over = (dated["state"] == "done").to_numpy()
    t = dated["seconds"].to_numpy(float)
    if not len(t):
        why = "no opening date is stated"
        return made + [
            (n, Estimate.unknown(why, unit="s", evidence=source)) for n in ("median time to done", "oldest open")
        ]
    value, low, high = survival.quantile(survival.kaplan_meier(t, over, level=level), 0.5)
    still = int((~over).sum())
    if math.isfinite(low) or math.isfinite(value):
        median = Estimate(
            value if math.isfinite(value) else None,
            low,
            high,
            level=level,
            interval="confidence",
            unit="s",
            n=len(t),
            censored=still,
            method="Kaplan-Meier, log-log",
            evidence=source,
        )
    else:
        median = Estimate(
            None,
            float(t.max()),
            math.inf,
            interval="bounds",
            unit="s",
            n=len(t),
            censored=still,
            method="not reached: too many are open",
            evidence=source,
        )
    made.append(("median time to done", median))
    if still:
        oldest = float(t[~over].max())
        made.append(
            ("oldest open", Estimate(oldest, oldest, oldest, unit="s", n=still, method="as of", evidence=source))
        )
    else:
        made.append(("oldest open", Estimate.unknown("none is open", unit="s", evidence=source)))
    return made


def completeness(incidents: pd.DataFrame, *, as_of: Any) -> pd.DataFrame:
    """Which milestones are known, and how well.

    Parameters
    ----------
    incidents : INCIDENTS
    as_of : str or datetime

    Returns
    -------
    DataFrame
        One row a milestone: `milestone`, `exact`, `approx`, `day`, `open`, `unknown` (counts), `known_share`.
        `attrs["worth_completing"]`: incidents that have a start and neither end nor open state, the most severe first:
        each completed end adds one length to every measure.
    """
    frame, _ = prepared(incidents, as_of=as_of)
    rows = []
    for name in MILESTONES:
        certainty = frame[f"{name}_certainty"].astype("str")
        known = frame[name].notna()
        certainty = certainty.where(certainty.isin(("exact", "approx", "day", "open", "unknown")), "")
        certainty = certainty.mask((certainty == "") & known, "exact").mask((certainty == "") & ~known, "unknown")
        counts = certainty.value_counts()
        row: dict[str, Any] = {k: int(counts.get(k, 0)) for k in ("exact", "approx", "day", "open", "unknown")}
        rows.append({"milestone": name, **row, "known_share": float(known.mean()) if len(frame) else math.nan})
    made = pd.DataFrame(rows)
    ended = frame["restored"].notna() | frame["resolved"].notna()
    is_open = (frame["restored_certainty"].astype("str") == "open") | (
        frame["resolved_certainty"].astype("str") == "open"
    )
    missing = frame[~ended & ~is_open]
    rank = {name: place for place, name in enumerate(in_order(missing["severity"].unique()))}
    order = missing["severity"].map(rank).astype("float64").sort_values(kind="stable").index
    made.attrs = {
        "worth_completing": [str(i) for i in missing.loc[order, "incident_id"].head(50)],
        "missing": len(missing),
    }
    return made
