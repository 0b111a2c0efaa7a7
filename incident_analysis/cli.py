"""The commands: each parses its options, calls one function and prints what came of it.

Exit codes: 0 done · 1 an incident failed, or a check found something · 2 wrong use · 130 stopped. Errors are two lines
on standard error; a traceback only with `--traceback`. Results go to standard output, progress to standard error.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incident_analysis import files, words
from incident_analysis.errors import IncidentAnalysisError, NotebookError

if TYPE_CHECKING:
    import pandas as pd

    from incident_analysis.batch import Step

#: As shells expect it of a command that Ctrl-C ended.
STOPPED = 130

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

    with _progress() as progress:
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
    _print(str(made))
    _note(f"Write in it what is known, then: incident-analysis run {_quoted(folder)}")


@app.command()
def demo(
    out: Annotated[str, typer.Option(metavar="DIR", help="Folder of the reports.")] = "reports",
    as_json: Json = False,
    traceback: Traceback = False,
) -> None:
    """Write the postmortem of GitLab's lost database of 2017, from what is installed."""
    from incident_analysis import batch

    with _progress() as progress:
        page = batch.demo(out, progress=progress)
    _print(json.dumps({"report": str(page)}) if as_json else str(page))


@app.command()
def schema(traceback: Traceback = False) -> None:
    """Print the JSON Schema of incident.yaml."""
    from incident_analysis.incident import schema as made

    _print(json.dumps(made(), indent=2, ensure_ascii=False))


@app.command()
def doctor(as_json: Json = False, traceback: Traceback = False) -> None:
    """Look whether everything is here that a run needs."""
    from incident_analysis import batch

    rows = batch.doctor().to_dict("records")
    if as_json:
        _print(json.dumps(rows, indent=1, ensure_ascii=False))
    else:
        _table(
            [{"check": r["check"], "": "ok" if r["ok"] else "not ok", "found": r["found"]} for r in rows],
            states={"": {"ok": "green", "not ok": "red"}},
        )
    bad = [row for row in rows if not row["ok"]]
    for row in bad:
        _note(f"{row['check']}: {row['found']}\nTo fix: {row['remedy']}")
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
    _print(json.dumps(made, ensure_ascii=False) if as_json else "\n".join(made))


def main(arguments: list[str] | None = None) -> None:
    """Run a command and leave with its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # An ö or a → must not end a run in a terminal that is not set up for it.
            stream.reconfigure(encoding="utf-8", errors="replace")
    warnings.showwarning = _warned
    try:
        code = app(given, prog_name="incident-analysis", standalone_mode=False)
    except IncidentAnalysisError as error:
        code = 1 if isinstance(error, NotebookError) else 2
        _failed(str(error), given)
    except (KeyboardInterrupt, typer.Abort):
        code = STOPPED
    except BrokenPipeError:
        # `incident-analysis schema | head`: nobody reads on, and that is no failure.
        sys.stderr.close()
        code = 0
    except Exception as error:
        message = _usage(error)
        if message is None:
            code = 1
            what = f"{type(error).__name__}: {' '.join(str(error).split())}"
            message = f"{what}\nTo fix: this is a mistake of the library; --traceback shows where"
        else:
            code = getattr(error, "exit_code", 2)
        _failed(message, given)
    if code == STOPPED:
        # Also what typer makes of Ctrl-C by itself.
        _note("Stopped. What was finished stays and is not run again: start it again to go on.")
    sys.exit(code if isinstance(code, int) else 0)


def _usage(error: Exception) -> str | None:
    """Two lines about a wrong use; None where the error is something else."""
    say = getattr(error, "format_message", None)
    if say is None:
        return None
    what, _, hint = str(say()).partition(" Did you mean ")
    context = getattr(error, "ctx", None)
    command = getattr(context, "command_path", "incident-analysis")
    if type(error).__name__ == "NoArgsIsHelpError":
        return str(say())
    near = getattr(error, "possibilities", None)
    if near:
        what = what.partition(" (Possible options")[0].partition(" Did you mean")[0]
        hint = f"{words.nearest(getattr(error, 'option_name', ''), near) or near[0]!r}?"
    remedy = f"did you mean {hint}" if hint else f"`{command} --help` tells how it is used"
    return f"{command}: {what.rstrip('.')}\nTo fix: {remedy}"


def _failed(message: str, given: list[str]) -> None:
    if "--traceback" in given:
        import traceback

        traceback.print_exc()
    _note(message)


def _warned(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
    """A warning as people read it: what it says, without the line of our code that says it."""
    _note(f"Warning: {message}")


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


# ---- printing ------------------------------------------------------------------------------------------------------


def _print(text: str) -> None:
    print(text, flush=True)


def _note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _quoted(text: str) -> str:
    import shlex

    return shlex.quote(text)


def _tell_run(rows: pd.DataFrame, *, as_json: bool) -> None:
    records = rows.to_dict("records")
    for record in records:
        # A frame turns None into NaN, which is no JSON.
        record.update({key: None for key in ("output", "report") if not isinstance(record[key], str)})
    bad = [record for record in records if record["status"] != "ok"]
    if as_json:
        _print(json.dumps(records, indent=1, ensure_ascii=False))
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
        _table(shown, states={"status": states | dict.fromkeys(("failed", "died", "exited", "timed_out"), "red")})
    for record in bad:
        _note(f"{record['incident_id']}: {record['error']}")
    if bad:
        names = list(dict.fromkeys(record["incident_id"] for record in bad))
        _note(f"{words.plural(len(names), 'incident')} failed: {words.listing(names)}")
    if not as_json:
        pages = {record["report"] for record in records if record["report"]}
        # The last line is the page to open.
        _print(pages.pop() if len(pages) == 1 else rows.attrs.get("index", ""))
    if bad:
        raise typer.Exit(1)


def _table(rows: list[dict[str, str]], *, states: dict[str, dict[str, str]]) -> None:
    """A table on a terminal; plain lines, parted by tabs, off it."""
    if not sys.stdout.isatty():
        for row in rows:
            _print("\t".join(row.values()))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in rows[0] if rows else ():
        table.add_column(name, justify="right" if name in ("cells", "seconds") else "left", overflow="fold")
    for row in rows:
        # Text, not markup: a title with [brackets] is a title.
        table.add_row(*(Text(value, style=states.get(name, {}).get(value, "")) for name, value in row.items()))
    Console().print(table)


@contextmanager
def _progress() -> Iterator[Callable[[Step], None]]:
    """A bar on a terminal, plain lines off it."""
    if not sys.stderr.isatty():

        def line(step: Step) -> None:
            if step.state not in ("started", "unchanged"):
                _note(f"[{step.done}/{step.total}] {step.incident_id} {step.notebook} {step.state}")

        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def show(step: Step) -> None:
            said = f"{step.incident_id} {step.notebook}"
            bar.update(task, completed=step.done, total=step.total, description=said)

        yield show


if __name__ == "__main__":
    main()
