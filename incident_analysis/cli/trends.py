"""The command over histories."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from incident_analysis.cli.printing import note, say

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Traceback = Annotated[bool, typer.Option("--traceback", help="Show Python's traceback with an error.")]


def add_to(app: typer.Typer) -> None:
    """Give an application this command."""
    app.command("trends")(trends)


def trends(
    paths: Annotated[list[str], typer.Argument(metavar="PATH", help="Folders of incidents, or exports of a history.")],
    out: Annotated[
        str | None, typer.Option(metavar="DIR", help="Folder of the page.  [default: reports/trends]")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="TIME", help="Tell the history as of this instant.  [default: its last one]")
    ] = None,
    of: Annotated[
        str | None,
        typer.Option(metavar="MEASURE", help="What is measured as length: time_to_restore, downtime, …"),
    ] = None,
    by: Annotated[str | None, typer.Option(metavar="COLUMN", help="Groups to compare.  [default: severity]")] = None,
    since: Annotated[str | None, typer.Option(metavar="TIME", help="Where the window begins.")] = None,
    level: Annotated[float, typer.Option(metavar="SHARE", help="Probability of the intervals.")] = 0.95,
    seed: Annotated[int, typer.Option(metavar="N", help="Of all that is simulated.")] = 1,
    as_json: Json = False,
    traceback: Traceback = False,
) -> None:
    """Write one page on what a history of incidents can tell, and what it cannot."""
    from incident_analysis.batch import trends_page
    from incident_analysis.findings import load

    with _steps() as progress:
        page = trends_page(
            paths, out=out, as_of=as_of, of=of, by=by, since=since, level=level, seed=seed, progress=progress
        )
    told = load(page.parent)
    if as_json:
        answers = [json.loads(finding.to_json()) for finding in told if finding.section == "trends"]
        say(json.dumps({"page": str(page), "findings": answers}, indent=1, ensure_ascii=False))
        return
    for finding in told:
        if finding.section == "trends":
            say(f"{finding.question}\n  {finding.sentence}")
    # The last line is the page to open.
    say(str(page))


@contextmanager
def _steps() -> Iterator[Callable[[str], None]]:
    """A line that changes on a terminal, plain lines off it."""
    if not sys.stderr.isatty():
        yield lambda step: note(f"{step} …")
        return
    from rich.console import Console

    with Console(stderr=True).status("reading") as status:
        yield lambda step: status.update(step)
