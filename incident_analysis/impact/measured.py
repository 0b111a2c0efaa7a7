"""What an incident's own evidence measures: service levels, requests and users, each known or unknown with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from incident_analysis import frames, words
from incident_analysis.estimate import Estimate
from incident_analysis.impact.alerts import COLUMNS, alerts
from incident_analysis.impact.credits import sla_credits
from incident_analysis.impact.lost import lost_requests
from incident_analysis.impact.objectives import availability, budget_left, error_budget
from incident_analysis.impact.requests import affected_requests
from incident_analysis.impact.service_level import USUAL_SLI, selects_metrics, service_level
from incident_analysis.impact.traffic import traffic_of
from incident_analysis.impact.users import affected_users
from incident_analysis.impact.usual import comparable_weeks
from incident_analysis.incident import Incident
from incident_analysis.incident.parts import Sli, Slo
from incident_analysis.timeline import periods, windows

#: What `measured` tells, in its order.
MEASURES = ("availability", "requests", "failed", "usual_requests", "lost_requests", "users")


def service_levels(
    incident: Incident, logs: pd.DataFrame, *, metrics: pd.DataFrame | None = None, every: str | None = None
) -> pd.DataFrame:
    """The service levels that the incident's objectives name, from its logs or metrics; else from its periods.

    Parameters
    ----------
    incident : Incident
        Its `slo`. Where none says what a good request is, "status < 500" does, by convention.
    logs : LOGS
        Of its evidence. Records that are no requests (without a status) are left out.
    metrics : METRICS, optional
        Of its evidence, for objectives whose `sli` selects metrics.
    every : str, optional
        Length of an interval; by default a minute, and less where the incident lasted less than some hours.

    Returns
    -------
    SERIES
        Key: the objective's service. Of an objective for which no request is in the logs: seconds from the stated
        periods, over its window up to the restore (or `as_of`). Empty where there is neither.
    """
    parts = []
    requests = _requests(logs)
    every = every or _fine(incident)
    for slo in _objectives(incident):
        sli = slo.sli if slo.sli is not None and slo.sli.good else USUAL_SLI
        mine = requests
        if isinstance(sli, Sli) and selects_metrics(sli):
            if metrics is None or metrics.empty:
                continue
            made = service_level(metrics, sli=sli, every=every)
            parts.append(made.assign(key=pd.Series([slo.service] * len(made), dtype="str")))
            continue
        if slo.service and len(requests) and (requests["service"].astype("str") == slo.service).any():
            mine = requests[requests["service"].astype("str") == slo.service]
        if len(mine):
            made = service_level(mine, sli=sli, every=every)
        elif len(periods(incident)) and slo.window is not None:
            made = _from_periods(incident, slo)
        else:
            continue
        parts.append(made.assign(key=pd.Series([slo.service] * len(made), dtype="str")))
    if not parts:
        return frames.empty(frames.SERIES)
    return pd.concat(parts, ignore_index=True).sort_values(["time", "key"], kind="stable", ignore_index=True)


def _fine(incident: Incident) -> str:
    """An interval of which a few hundred fit into the incident, and no less than what logs tell: a second."""
    window = windows(incident)
    if window.empty or pd.isna(window["end"].iloc[0]):
        return "1min"
    seconds = (window["end"].iloc[0] - window["start"].iloc[0]).total_seconds()
    return next((name for name, length in (("1min", 60), ("10s", 10)) if length <= seconds / 200), "1s")


def _objectives(incident: Incident) -> tuple[Slo | _NoObjective, ...]:
    return incident.slo or (_NoObjective(),)


class _NoObjective:
    """Stands where no objective is stated: requests are looked at all the same, by convention."""

    service, sli, window, target, credits = "", None, None, None, ()


def _requests(logs: pd.DataFrame) -> pd.DataFrame:
    if "status" not in logs.columns or not len(logs):
        return logs.iloc[:0]
    known = logs["status"].notna() & logs["time"].notna()
    # Other logs have a status too: a request has a path.
    return logs[known & logs["path"].notna()] if "path" in logs.columns else logs[known]


def _from_periods(incident: Incident, slo: Slo | _NoObjective) -> pd.DataFrame:
    end = _looked_at(incident)
    start = end - pd.Timedelta(slo.window)  # type: ignore[arg-type]  # asked for before
    stated = periods(incident)
    named = stated["service"] == slo.service
    stated = stated[named] if named.any() else stated
    made = service_level(stated, sli={"good": "kind = none"}, every="1min", since=start, until=end)
    return made[made["valid"] > 0]


def _looked_at(incident: Incident) -> pd.Timestamp:
    restored = incident.moment("restored")
    ends = [p.ended.high for p in incident.periods if p.ended is not None]
    if restored.high is not None and restored.certainty != "open":
        ends.append(restored.high)
    elif restored.time is not None:
        ends.append(restored.time)
    return pd.Timestamp(max(ends) if ends else incident.seen_at)


def quiet_time(series: pd.DataFrame, *, windows: pd.DataFrame) -> pd.DataFrame:
    """What a series holds before the incident: its own quiet time.

    Parameters
    ----------
    series : SERIES
    windows : WINDOWS
        Of the incident.

    Returns
    -------
    WINDOWS
        One row, from the beginning of the series to the earliest start; empty where nothing lies before.
    """
    if series.empty or windows.empty:
        return frames.empty(frames.WINDOWS)
    first = series["time"].min()
    start = windows["start_low"].fillna(windows["start"]).min()
    if pd.isna(start) or start <= first:
        return frames.empty(frames.WINDOWS)
    row = {"start": first, "start_low": first, "start_high": first, "end": start, "end_low": start, "end_high": start}
    return frames.build(frames.WINDOWS, [row | {"effect": "quiet time before the incident"}])


def usual_baseline(series: pd.DataFrame, *, windows: pd.DataFrame) -> pd.DataFrame | None:
    """None where other weeks can be compared; else the incident's own quiet time, where there is any.

    Parameters
    ----------
    series : SERIES
    windows : WINDOWS

    Returns
    -------
    WINDOWS or None
        What `lost_requests` and `usual_traffic` take as `baseline`.
    """
    if series.empty or windows.empty or _in_seconds(series):
        return None
    for one in traffic_of(series).values():
        spans = [
            (pd.Timestamp(r["start"]), one.last if pd.isna(r["end"]) else pd.Timestamp(r["end"]))
            for r in frames.rows(windows)
        ]
        if comparable_weeks(one, spans, [windows], "UTC"):
            return None
    quiet = quiet_time(series, windows=windows)
    return quiet if len(quiet) else None


def _in_seconds(series: pd.DataFrame) -> bool:
    return len(series) > 0 and "unit" in series and bool((series["unit"] == "s").any())


def measured(
    incident: Incident, levels: pd.DataFrame, *, logs: pd.DataFrame | None = None, level: float = 0.9
) -> pd.DataFrame:
    """Everything that the incident's requests and periods measure, by service.

    Parameters
    ----------
    incident : Incident
    levels : SERIES
        Of `service_levels`.
    logs : LOGS, optional
        The requests themselves, for the number of users.
    level : float

    Returns
    -------
    ESTIMATES
        Key `service`; `availability` (of all that the series holds) and `availability_during`; with an objective
        `budget`, `spent_ratio`, `left_ratio`, `incident_spent_ratio`, and `credits` where a schedule is stated; from
        requests `requests`, `failed`, `failed_beyond_usual`, `usual_requests`, `lost_requests`, `beyond_usual_after`,
        `users`. Empty where nothing was measured.
    """
    window = windows(incident)
    claims: list[tuple[dict[str, str], str, Estimate]] = []
    for slo in _objectives(incident):
        mine = levels[levels["key"] == slo.service]
        if mine.empty:
            continue
        key = {"service": slo.service}
        mine = mine.dropna(axis=1, how="all")
        claims += [(key, name, made) for name, made in _of_service(incident, slo, mine, window, logs, level)]
    return frames.estimates(claims, keys=["service"])


def _of_service(
    incident: Incident,
    slo: Slo | _NoObjective,
    mine: pd.DataFrame,
    window: pd.DataFrame,
    logs: pd.DataFrame | None,
    level: float,
) -> Iterator[tuple[str, Estimate]]:
    whole = availability(mine, level=level)
    yield "availability", whole
    if len(window):
        end = window["end"].iloc[0]
        since, until = window["start"].iloc[0], None if pd.isna(end) else end
        inner = mine[(mine["time"] >= since) & (mine["end"] <= until if until is not None else True)]
        if len(inner) and not _in_seconds(mine):
            yield "availability_during", availability(inner, level=level)
    if slo.target is not None and slo.window is not None:
        at = max(_looked_at(incident), mine["end"].max()) if not _in_seconds(mine) else _looked_at(incident)
        budget = error_budget(
            mine,
            target=slo.target,
            window=words.duration(slo.window.total_seconds()),
            at=at,
            windows=window if len(window) else None,
        )
        for row in frames.rows(budget):
            yield str(row["name"]), frames.to_estimate(row)
        if slo.credits:
            yield "credits", _credits(slo, mine, budget, at, level)
    if _in_seconds(mine):
        return
    if window.empty:
        for name in ("requests", "failed", "lost_requests"):
            yield name, Estimate.unknown("from when to when the incident lasted is not known", unit="requests")
        return
    quiet = quiet_time(mine, windows=window)
    hit = affected_requests(mine, windows=window, baseline=_with_requests(mine, quiet), level=level)
    for row in frames.rows(hit):
        yield str(row["name"]), frames.to_estimate(row)
    after = _after(mine, window)
    usual = usual_baseline(mine, windows=window)
    lost = lost_requests(mine, windows=window, baseline=usual, level=level, after=after)
    for row in frames.rows(lost):
        if row["name"] != "requests":
            yield str(row["name"]), frames.to_estimate(row)
    requests = _requests(logs) if logs is not None else None
    by_logs = slo.sli is None or not selects_metrics(slo.sli)
    if by_logs and requests is not None and "client" in requests.columns and len(requests):
        sli = slo.sli if slo.sli is not None and slo.sli.good else USUAL_SLI
        yield "users", affected_users(requests, windows=window, sli=sli, level=level)


def _credits(
    slo: Slo | _NoObjective, mine: pd.DataFrame, budget: pd.DataFrame, at: pd.Timestamp, level: float
) -> Estimate:
    """Credits are owed for the agreement's own window: of one that was not measured whole they are unknown."""
    whole = frames.named(budget, "budget")
    if not whole.known:
        return Estimate.unknown(whole.reason)
    since = at - pd.Timedelta(slo.window)  # type: ignore[arg-type]  # asked for before
    return sla_credits(availability(mine, level=level, since=since, until=at), schedule=slo.credits)


def _after(series: pd.DataFrame, window: pd.DataFrame) -> pd.Timedelta:
    """An hour after the restore, or what the series holds of it."""
    hour = pd.Timedelta("1h")
    if window["end"].isna().any():
        return hour
    held = series["end"].max() - window["end"].max()
    return min(hour, held) if held > pd.Timedelta(0) else hour


def _with_requests(series: pd.DataFrame, quiet: pd.DataFrame) -> pd.DataFrame | None:
    """Quiet time that holds at least one whole interval with requests; else None."""
    if quiet.empty:
        return None
    inside = (series["time"] >= quiet["start"].iloc[0]) & (series["end"] <= quiet["end"].iloc[0])
    return quiet if float(series.loc[inside, "valid"].sum()) > 0 else None


def budget_line(incident: Incident, levels: pd.DataFrame) -> pd.DataFrame:
    """The share of the error budget that is left, for each of the incident's objectives: what its chart draws.

    Parameters
    ----------
    incident : Incident
    levels : SERIES
        Of `service_levels`.

    Returns
    -------
    SERIES
        As `budget_left`, one key a service; empty where no objective with a window is stated or nothing was measured.
    """
    parts = []
    for slo in incident.slo:
        mine = levels[levels["key"] == slo.service]
        if len(mine) and slo.window is not None:
            window = words.duration(slo.window.total_seconds())
            at = max(_looked_at(incident), mine["end"].max()) if not _in_seconds(mine) else _looked_at(incident)
            parts.append(budget_left(mine, target=slo.target, window=window, at=at))
    return pd.concat(parts, ignore_index=True) if parts else frames.empty(frames.SERIES)


def alert_times(incident: Incident, levels: pd.DataFrame) -> pd.DataFrame:
    """When the usual alerts on burn rates would have fired, for each objective of the incident that has requests.

    Parameters
    ----------
    incident : Incident
    levels : SERIES
        Of `service_levels`.

    Returns
    -------
    DataFrame
        As `alerts`, with a first column `service`. Empty where no objective is stated or no request was measured.
    """
    parts: list[pd.DataFrame] = []
    for slo in incident.slo:
        mine = levels[levels["key"] == slo.service]
        if len(mine) and not _in_seconds(mine):
            window: Any = pd.Timedelta(slo.window) if slo.window is not None else "30d"
            found = alerts(mine, target=slo.target, window=window)
            found.insert(0, "service", slo.service)
            parts.append(found)
    if parts:
        return pd.concat(parts, ignore_index=True)
    made = pd.DataFrame(columns=["service", *COLUMNS])
    for name in ("fired", "cleared"):
        made[name] = pd.to_datetime(made[name], utc=True).astype("datetime64[us, UTC]")
    return made
