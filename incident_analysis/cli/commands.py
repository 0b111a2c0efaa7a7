"""Commands over incidents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from incident_analysis import files, words
from incident_analysis.cli.printing import note, quoted, say, steps, table

if TYPE_CHECKING:
    import pandas as pd


app = typer.Typer(
    name="incident-analysis",
    help="From the evidence of an IT incident to its postmortem.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
notebooks = typer.Typer(help="The shipped notebooks.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(notebooks, name="notebooks")

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Traceback = Annotated[bool, typer.Option("--traceback", help="Show Python's traceback with an error.")]


@app.command()
def run(
    incidents: Annotated[list[str], typer.Argument(metavar="DIR", help="Incidents' folders, or their ids.")],
    out: Annotated[str | None, typer.Option(metavar="DIR", help="Folder of the reports.  [default: reports]")] = None,
    only: Annotated[str | None, typer.Option(metavar="NAMES", help="Only these notebooks, with commas.")] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", "-p", metavar="NAME=VALUE", help="A parameter of the notebooks; may be repeated."),
    ] = None,
    as_of: Annotated[str | None, typer.Option(metavar="TIME", help="Tell the incidents as of this instant.")] = None,
    workers: Annotated[
        int | None, typer.Option(metavar="N", help="Processes.  [default: one for each core, at most one an incident]")
    ] = None,
    timeout: Annotated[float, typer.Option(metavar="SECONDS", help="For each notebook.")] = 600,
    force: Annotated[bool, typer.Option("--force", help="Run again what is unchanged.")] = False,
    seed: Annotated[int, typer.Option(metavar="N", help="Of all that is simulated.")] = 1,
    as_json: Json = False,
    traceback: Traceback = False,
) -> None:
    """Run the notebooks over incidents and write their postmortems."""
    from incident_analysis import batch

    with steps() as progress:
        rows = batch.run(
            _unfolded(incidents),
            out=out,
            only=only,
            parameters=batch.assignments(parameter or []),
            as_of=as_of,
            workers=workers,
            timeout=timeout,
            force=force,
            seed=seed,
            progress=progress,
        )
    _tell_run(rows, as_json=as_json)


@app.command()
def init(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="For example data/incidents/2026-03-07-checkout.")],
    traceback: Traceback = False,
) -> None:
    """Make a new incident's folder from a commented template."""
    from incident_analysis.batch import new_incident

    made = new_incident(folder)
    say(str(made))
    note(f"Write in it what is known, then: incident-analysis run {quoted(folder)}")


@app.command()
def demo(
    out: Annotated[str, typer.Option(metavar="DIR", help="Folder of the reports.")] = "reports",
    as_json: Json = False,
    traceback: Traceback = False,
) -> None:
    """Write the postmortem of GitLab's lost database of 2017, from what is installed."""
    from incident_analysis import batch

    with steps() as progress:
        page = batch.demo(out, progress=progress)
    say(json.dumps({"report": str(page)}) if as_json else str(page))


@app.command()
def schema(traceback: Traceback = False) -> None:
    """Print the JSON Schema of incident.yaml."""
    from incident_analysis.incident import schema as made

    say(json.dumps(made(), indent=2, ensure_ascii=False))


@app.command()
def doctor(as_json: Json = False, traceback: Traceback = False) -> None:
    """Look whether everything is here that a run needs."""
    from incident_analysis import batch

    rows = batch.doctor().to_dict("records")
    if as_json:
        say(json.dumps(rows, indent=1, ensure_ascii=False))
    else:
        table(
            [{"check": r["check"], "": "ok" if r["ok"] else "not ok", "found": r["found"]} for r in rows],
            states={"": {"ok": "green", "not ok": "red"}},
        )
    bad = [row for row in rows if not row["ok"]]
    for row in bad:
        note(f"{row['check']}: {row['found']}\nTo fix: {row['remedy']}")
    if bad:
        raise typer.Exit(1)


@notebooks.command("copy")
def notebooks_copy(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="Where to; it is made where it is missing.")],
    as_json: Json = False,
    traceback: Traceback = False,
) -> None:
    """Copy the shipped notebooks, to be opened and changed."""
    from incident_analysis import batch

    made = [str(path) for path in batch.notebooks_copy(folder)]
    say(json.dumps(made, ensure_ascii=False) if as_json else "\n".join(made))


def _unfolded(given: list[str]) -> list[str]:
    """Patterns unfolded where the shell did not do it."""
    found: list[str] = []
    for text in given:
        if any(c in text for c in "*?[") and not files.exists(text):
            path = Path(text)
            anchor = Path(path.anchor)
            matches = files.listing(anchor, str(path.relative_to(anchor)))
            found += [str(p) for p in matches] or [text]
        else:
            found.append(text)
    return found


def _tell_run(rows: pd.DataFrame, *, as_json: bool) -> None:
    records = rows.to_dict("records")
    for record in records:
        # A frame turns None into NaN, which is no JSON.
        record.update({key: None for key in ("output", "report") if not isinstance(record[key], str)})
    bad = [record for record in records if record["status"] != "ok"]
    if as_json:
        say(json.dumps(records, indent=1, ensure_ascii=False))
    else:
        shown = [
            {
                "incident": record["incident_id"],
                "notebook": record["notebook"] or "-",
                "status": record["status"] if record["executed"] or record["status"] != "ok" else "unchanged",
                "cells": f"{record['cells_run']}/{record['cells_total']}",
                "seconds": f"{record['seconds']:.1f}",
            }
            for record in records
        ]
        states = {"ok": "green", "unchanged": "dim"}
        table(shown, states={"status": states | dict.fromkeys(("failed", "died", "exited", "timed_out"), "red")})
    for record in bad:
        note(f"{record['incident_id']}: {record['error']}")
    if bad:
        names = list(dict.fromkeys(record["incident_id"] for record in bad))
        note(f"{words.plural(len(names), 'incident')} failed: {words.listing(names)}")
    if not as_json:
        pages = {record["report"] for record in records if record["report"]}
        # The last line is the page to open.
        say(pages.pop() if len(pages) == 1 else rows.attrs.get("index", ""))
    if bad:
        raise typer.Exit(1)
