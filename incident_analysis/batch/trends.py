"""The page about a history: read, measured, drawn and written in one go."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from incident_analysis import charts, files, findings, frames, report, trends, words
from incident_analysis.batch.plan import FILE_NAME
from incident_analysis.charts.chart import Chart
from incident_analysis.errors import IncidentAnalysisWarning, ParameterError
from incident_analysis.estimate import Estimate
from incident_analysis.incident import read_incident
from incident_analysis.reading import read_incidents
from incident_analysis.trends.history import instant
from incident_analysis.trends.lasted import name_of

Progress = Callable[[str], None]
#: Progress is told after so many files of a folder.
FILES_BETWEEN = 100
_TIMES = ("started", "detected", "acknowledged", "mitigated", "restored", "resolved", "published_at", "updated_at")


def trends_page(
    paths: str | Path | Iterable[str | Path],
    *,
    out: str | Path | None = None,
    as_of: Any = None,
    of: str | Sequence[str] | None = None,
    by: str | None = None,
    since: Any = None,
    level: float = 0.95,
    seed: int = 1,
    title: str | None = None,
    progress: Progress | None = None,
) -> Path:
    """Write one page about a history of incidents, as HTML and Markdown.

    Parameters
    ----------
    paths : path or paths
        Folders of incidents, and exports that a format reads.
    out : path, optional
        Folder of the page; by default `reports/trends`.
    as_of : str or datetime, optional
        The instant at which the history is told; by default its last one that is not in the future. A living register
        ends today: give it.
    of : str or pair of str, optional
        What is measured as length: a name of `trends.MEASURES` or two columns.
    by : str, optional
        Column of the groups; by default the severity.
    since : str or datetime, optional
        Where the window begins; by default the first incident opens it.
    level : float
        Of intervals and tests.
    seed : int
        Of the permutations and simulations.
    title : str, optional
        By default the organisations.
    progress : callable, optional
        Called with what is done next.

    Returns
    -------
    Path
        Of `trends.html`; `trends.md`, `charts/` and `findings/` stand beside it.

    Raises
    ------
    PathError, FrameError, ParameterError
    """
    tell = progress or _quiet
    every = [paths] if isinstance(paths, str | Path) else list(paths)
    if not every:
        raise ParameterError("no history was named", remedy="name folders of incidents, or exports", where="paths")
    tell("reading")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", IncidentAnalysisWarning)
        incidents = read_incidents(every, as_of=as_of, progress=_every_so_many_files(tell))
        plans = plans_of(every, as_of=as_of)
    said = [" ".join(str(w.message).split()) for w in caught if issubclass(w.category, IncidentAnalysisWarning)]
    return write_page(
        incidents,
        out=out,
        as_of=as_of,
        of=of,
        by=by,
        since=since,
        level=level,
        seed=seed,
        title=title,
        plans=plans,
        sources=[Path(p).name for p in every],
        remarks=list(dict.fromkeys(said)),
        progress=progress,
    )


def write_page(
    incidents: pd.DataFrame,
    *,
    out: str | Path | None = None,
    as_of: Any = None,
    of: str | Sequence[str] | None = None,
    by: str | None = None,
    since: Any = None,
    level: float = 0.95,
    seed: int = 1,
    title: str | None = None,
    plans: pd.DataFrame | None = None,
    sources: Sequence[str] = (),
    remarks: Sequence[str] = (),
    progress: Progress | None = None,
) -> Path:
    """Write the page from a frame: what `trends_page` does once the history is read.

    Parameters
    ----------
    incidents : INCIDENTS
    out, as_of, of, by, since, level, seed, title, progress
        As for `trends_page`.
    plans : ACTIONS with `incident_id`, optional
    sources : sequence of str
        Names of what was read, for the page.
    remarks : sequence of str
        What reading left to be known.
    """
    tell = progress or _quiet
    now = told_at(incidents, as_of)
    found = measured(
        incidents, as_of=now, of=of, by=by, since=since, plans=plans, level=level, seed=seed, progress=progress
    )
    folder = trends_folder(out)
    about = title or subject(incidents)
    tell("charts")
    pictures = draw(found, folder, title=about)
    tell("page")
    told = findings.trends(found, charts=pictures)
    findings.record(folder, told)
    stated = subject(incidents) if (incidents["organisation"].astype("str") != "").any() else "not stated"
    facts = [("Organisations", stated), ("Told as of", words.instant(now.to_pydatetime()))]
    if now.timestamp() == 0:
        facts[-1] = ("Told as of", "unknown: no record has an instant that is not in the future")
    elif as_of is None:
        facts[-1] = ("Told as of", f"{facts[-1][1]}, the last instant of the records")
    if found.window is not None:
        facts.append(("Watched", found.window.text))
    if sources:
        facts.append(("Read from", words.listing(sources, most=5)))
    facts.append(("Length", name_of(found.of)))
    return report.write_trends(
        told,
        folder,
        title=about,
        facts=facts,
        key_figures=_key_figures(found),
        warnings=[*_collected(incidents), *_remarks(remarks)],
    )


def draw(found: trends.Measures, folder: str | Path, *, title: str | None = None) -> list[Chart]:
    """Draw and save every chart of a history.

    Parameters
    ----------
    found : Measures
    folder : path
        `charts/` is made in it.
    title : str, optional
        What they are about.
    """
    of = name_of(found.of)
    level, power = found.level, found.power
    made = [
        charts.cumulative(found.cumulated, title=title),
        charts.rates(found.periods, changes=found.changes, title=title),
        charts.survival(found.curves, of=of, title=title),
        charts.detectable(found.change, level=level, power=power, title=title),
        charts.pareto(found.pareto, of=found.cause_word, title=title),
        charts.hours(found.hours, title=title),
        charts.action_ages(found.ages, title=title),
    ]
    return saved(made, folder)


#: The charts of a history's page, in its order.
CHARTS = ("cumulative", "rates", "survival", "detectable", "pareto", "hours", "action_ages")


def saved(drawn: Sequence[Any], folder: str | Path) -> list[Chart]:
    """Save the charts of a history's page under the names by which its findings know them.

    Parameters
    ----------
    drawn : sequence of Axes
        In the order of `CHARTS`.
    folder : path
        `charts/` is made in it.
    """
    return [charts.save(one, folder, name) for one, name in zip(drawn, CHARTS, strict=True)]


def trends_folder(report: str | Path | None = None) -> Path:
    """The folder of a history's page: the one given, else `reports/trends` in the project's root."""
    return Path(report) if report is not None else (files.project_root(Path()) or Path()) / "reports" / "trends"


def told_at(incidents: pd.DataFrame, as_of: Any = None) -> pd.Timestamp:
    """The instant at which a history is told: the one given, else its last that is not in the future."""
    return last_instant(incidents) if as_of is None else instant(as_of, "as_of")


def measured(
    incidents: pd.DataFrame,
    *,
    as_of: Any,
    of: str | Sequence[str] | None = None,
    by: str | None = None,
    since: Any = None,
    plans: pd.DataFrame | None = None,
    level: float = 0.95,
    seed: int = 1,
    progress: Progress | None = None,
) -> trends.Measures:
    """What `trends.measures` gives, with a seed in place of a generator: for notebooks."""
    rng = np.random.default_rng(seed)
    return trends.measures(
        incidents, as_of=as_of, rng=rng, of=of, by=by, since=since, plans=plans, level=level, progress=progress
    )


def last_instant(incidents: pd.DataFrame) -> pd.Timestamp:
    """The last instant of a history that is not in the future: when it is told where nobody says otherwise."""
    now = pd.Timestamp.now("UTC")
    incidents = _real(incidents)
    found = []
    for name in _TIMES:
        if name in incidents.columns:
            column = pd.to_datetime(incidents[name], utc=True, errors="coerce")
            column = column[column <= now]
            if len(column):
                found.append(column.max())
    if not found:
        # Nothing has a time: any instant will do, and the same one each time.
        return pd.Timestamp("1970-01-01", tz="UTC")
    return max(found)


def subject(incidents: pd.DataFrame) -> str:
    """Whose incidents these are."""
    names = sorted({str(n) for n in _real(incidents)["organisation"].unique()} - {""})
    if not names:
        return "A history of incidents"
    return words.listing(names) if len(names) <= 3 else f"{len(names):,} organisations"


def _every_so_many_files(tell: Progress) -> Callable[[str, int], None]:
    """Says how far the reading of many exports is, not more often than somebody wants to read it."""
    seen: set[str] = set()

    def read(source: str, _: int) -> None:
        if source not in seen:
            seen.add(source)
            if len(seen) % FILES_BETWEEN == 0:
                tell(f"reading, {len(seen):,} files so far")

    return read


def _real(incidents: pd.DataFrame) -> pd.DataFrame:
    """Without the drills, which tell neither whose history it is nor when it was told."""
    return incidents[incidents["kind"].astype("str") != "drill"] if "kind" in incidents.columns else incidents


def _key_figures(found: trends.Measures) -> list[tuple[str, Estimate]]:
    n = len(found.incidents)
    counted = Estimate(n, n, n, unit="incidents", n=None, method="counted") if n else Estimate.unknown("none counts")
    cut = frames.named(found.change, "smallest cut")
    if cut.value is not None:
        share = 100 * cut.value
        cut = Estimate(share, share, share, interval="bounds", unit="%", n=cut.n, method=cut.method)
    return [
        ("Incidents", counted),
        ("Rate", frames.named(found.rate, "rate")),
        (f"Median {name_of(found.of)}", frames.named(found.times, "median")),
        ("Smallest cut two halves show", cut),
    ]


def plans_of(paths: str | Path | Iterable[str | Path], *, as_of: Any = None) -> pd.DataFrame | None:
    """The actions of the incidents that are folders, as ACTIONS with `incident_id`; None where there is no folder."""
    found = []
    for path in [paths] if isinstance(paths, str | Path) else paths:
        place = files.find_upwards(path) or Path(path)
        if not files.is_folder(place):
            continue
        inner = (
            [place] if files.is_file(place / FILE_NAME) else [p.parent for p in files.listing(place, f"*/{FILE_NAME}")]
        )
        found += [read_incident(folder, as_of=as_of) for folder in inner]
    # A drill's actions are as made up as its fault.
    return trends.action_rows(one for one in found if not one.drill) if found else None


def _collected(incidents: pd.DataFrame) -> list[str]:
    """A warning where the history is of several organisations."""
    names = _real(incidents)["organisation"].astype("str").nunique()
    if names < 2:
        return []
    return [
        f"The incidents are of {names:,} organisations: rates, trends and lengths are those of this collection, and "
        "of none "
        "of them alone. What was collected decides them."
    ]


def _remarks(remarks: Sequence[str]) -> list[str]:
    shown = list(remarks[:5])
    return shown + ([f"{len(remarks) - 5:,} more remarks of the reading are not shown."] if len(remarks) > 5 else [])


def _quiet(_: str) -> None:
    """No progress is told."""
