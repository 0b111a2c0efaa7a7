"""When the rate of incidents changed, and whether what is counted stayed the same thing."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from incident_analysis import frames
from incident_analysis.statistics import change_points as search
from incident_analysis.trends.groups import counts_in, grouped, in_order, periods, severity_column
from incident_analysis.trends.history import counted, prepared
from incident_analysis.trends.lasted import lengths
from incident_analysis.trends.rates import stretches

#: Days below which two changes are one burst.
LEAST_DAYS = 28
#: Above so many days the search goes by weeks, and says so.
MOST_DAYS = 6000
#: Fewer incidents tell of no change.
LEAST = 10


def change_points(
    incidents: pd.DataFrame, *, as_of: Any, rng: np.random.Generator, level: float = 0.95
) -> pd.DataFrame:
    """The stretches of constant rate into which a history falls.

    Parameters
    ----------
    incidents : INCIDENTS
    as_of : str or datetime
    rng : Generator
        Simulates how large the best single change is by chance.
    level : float
        Of the rates' intervals.

    Returns
    -------
    STRETCHES
        One row alone where no change is found. `attrs`: `p` (of at least one change, Poisson), `scatter` (how much more
        than chance neighbouring weeks differ), `step` (day or week), `tested` (whether there were incidents enough).

    Notes
    -----
    Every day is tried as a place (of histories above 16 years every week), never a grid; stretches last 28 days or
    more. The number of changes is chosen by a penalty of 3·ln(steps), multiplied by the scatter, so that clusters are
    not taken for changes. The intervals do not know that the places were searched for.
    """
    frame, span = prepared(incidents, as_of=as_of)
    if span is None or span.seconds <= 0:
        made = frames.empty(frames.STRETCHES)
        made.attrs = {"p": math.nan, "scatter": math.nan, "step": "day", "tested": False}
        return made
    seconds = counted(frame, span)
    step = "day" if span.seconds <= MOST_DAYS * 86_400 else "week"
    edges = periods(span, every=step)
    counts, lengths_s = counts_in(seconds, span, edges)
    least = LEAST_DAYS if step == "day" else LEAST_DAYS // 7
    found: list[int] = []
    p = scatter = math.nan
    tested = len(seconds) >= LEAST and len(counts) >= 2 * least
    if tested:
        weeks = counts if step == "week" else counts[: len(counts) // 7 * 7].reshape(-1, 7).sum(axis=1)
        scatter = _local_scatter(weeks)
        found = search.poisson_changes(counts, exposure=lengths_s, least=least, scatter=scatter)
        p = search.poisson_change(counts, exposure=lengths_s, rng=rng, least=least, draws=499).p
    at = [0, *found, len(counts)]
    sums = np.add.reduceat(counts, at[:-1]) if len(counts) else np.zeros(0, int)
    made = stretches(edges[at], sums, level)
    made.attrs = {"p": p, "scatter": scatter, "step": step, "tested": tested}
    return made


def _local_scatter(weeks: np.ndarray) -> float:
    """Variance over mean of weekly counts, by neighbours' differences: a slow change does not enter it."""
    a, b = weeks[:-1].astype(float), weeks[1:].astype(float)
    pairs = a + b > 0
    if pairs.sum() < 4:
        return 1.0
    return max(1.0, float(((a - b)[pairs] ** 2).sum() / (a + b)[pairs].sum()))


def mix(incidents: pd.DataFrame, *, as_of: Any, read: pd.DataFrame | None = None) -> pd.DataFrame:
    """Whether what is counted, and how it is written down, stayed the same over the window.

    The two halves of the records are compared: their severities, what is set apart, unknown ends, zero lengths, and how
    round the start's minute is. A trend over a mix or a definition that changed may be no trend of the incidents.

    Parameters
    ----------
    incidents : INCIDENTS
        That count; see `usable`.
    as_of : str or datetime
    read : INCIDENTS, optional
        The history as it was read, to compare what is set apart too.

    Returns
    -------
    DataFrame
        `what`, `value`, `first`, `second` (share in the earlier and the later half), `p`, `changed` (p below 0.01,
        divided by the number of tests). `attrs["middle"]`: where the halves meet.
    """
    frame, span = prepared(incidents, as_of=as_of)
    columns = {
        "what": "str",
        "value": "str",
        "first": "float64",
        "second": "float64",
        "p": "float64",
        "changed": "bool",
    }
    if span is None or len(frame) < 2 * LEAST:
        made = pd.DataFrame({name: pd.Series([], dtype=kind) for name, kind in columns.items()})
        made.attrs = {"middle": None}
        return made
    middle = frame["started"].iloc[len(frame) // 2]
    later = (frame["started"] >= middle).to_numpy()
    tables: list[tuple[str, list[str], np.ndarray]] = []

    def table(what: str, labels: pd.Series, half: np.ndarray, *, only: str = "") -> None:
        names = [n for n in in_order(labels.unique()) if not only or n == only]
        every = labels.to_numpy(str)
        cells = np.array([[int(((every == n) & (half == h)).sum()) for h in (False, True)] for n in names]).reshape(
            -1, 2
        )
        tables.append((what, names, cells))

    table("severity", grouped(frame, severity_column(frame)), later)
    if frame["organisation"].nunique() > 1:
        table("organisation", _largest(grouped(frame, "organisation")), later)
    started = frame["started"]
    # Minutes that end in 0 or 5 are what people write from memory; a tool writes any.
    round_start = np.where(started.dt.second.eq(0) & (started.dt.minute % 5 == 0), "in steps of 5 min", "to the minute")
    table("start written", pd.Series(round_start, index=frame.index), later, only="in steps of 5 min")
    for of in ("time_to_resolve", "time_to_restore"):
        state = lengths(frame, of=of, as_of=as_of)["state"]
        if state.isin(("ended", "zero")).any():
            ended = state.where(state.isin(("unknown", "zero")), "told")
            table(f"length: {of.replace('_', ' ')}", ended, later)
    if read is not None and len(read) > len(frame):
        kept = read["started"].notna() & (read["started"] <= span.as_of)
        words_ = read.loc[kept, "severity_stated"].astype("str").str.lower()
        aside = words_.where(words_.str.contains("maintenance") | (words_ == "none"), "counted")
        table("set apart", aside, (read.loc[kept, "started"] >= middle).to_numpy())
    rows = []
    for what, names, cells in tables:
        whole = cells.sum(axis=0)
        if what == "start written":
            whole = np.array([int((~later).sum()), int(later.sum())])
        p = _p_of(cells, whole)
        for name, (a, b) in zip(names, cells, strict=True):
            rows.append((what, name, a / whole[0] if whole[0] else math.nan, b / whole[1] if whole[1] else math.nan, p))
    made = pd.DataFrame(rows, columns=list(columns)[:5])
    made["changed"] = made["p"].to_numpy(float) < 0.01 / max(len(tables), 1)
    made.attrs = {"middle": middle}
    return made.astype({"what": "str", "value": "str"})


def _largest(labels: pd.Series, most: int = 20) -> pd.Series:
    """The most frequent groups, the rest as one."""
    kept = set(labels.value_counts().index[:most])
    return labels if labels.nunique() <= most else labels.where(labels.isin(kept), "others")


def _p_of(cells: np.ndarray, whole: np.ndarray) -> float:
    """χ² test that the shares of both halves are alike; small cells are put together."""
    if len(cells) == 1:
        cells = np.vstack([cells, whole - cells[0]])
    expected = np.outer(cells.sum(axis=1), whole) / whole.sum()
    rare = expected.min(axis=1) < 5
    if rare.sum() > 1:
        cells = np.vstack([cells[~rare], cells[rare].sum(axis=0)])
    cells = cells[cells.sum(axis=1) > 0]
    if len(cells) < 2:
        return math.nan
    expected = np.outer(cells.sum(axis=1), cells.sum(axis=0)) / cells.sum()
    chi = float(((cells - expected) ** 2 / expected).sum())
    return float(special.chdtrc(len(cells) - 1, chi))
