"""Commands over exports: what is in them, and which formats are known."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from incident_analysis import files, words
from incident_analysis.cli.printing import note, say, table
from incident_analysis.errors import ParameterError

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Traceback = Annotated[bool, typer.Option("--traceback", help="Show Python's traceback with an error.")]


def add_to(app: typer.Typer) -> None:
    """Give an application these commands."""
    app.command("logs")(logs)
    app.command("formats")(formats)


def logs(
    paths: Annotated[list[str], typer.Argument(metavar="FILE", help="Files, folders, globs; - for standard input.")],
    format: Annotated[str | None, typer.Option(metavar="NAME", help="Format.  [default: by content]")] = None,
    zone: Annotated[
        str | None,
        typer.Option(metavar="ZONE", help="Zone of stamps without one: Europe/Berlin, +02:00.  [UTC]"),
    ] = None,
    since: Annotated[str | None, typer.Option(metavar="TIME", help="Only records from here on.")] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help="Only records before.")] = None,
    to: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write the rows: .parquet, .csv or .jsonl by the file's ending.")
    ] = None,
    as_json: Json = False,
    traceback: Traceback = False,
) -> None:
    """Tell what log exports hold; with --to, write their rows as one table."""
    import warnings

    from incident_analysis.errors import EvidenceWarning
    from incident_analysis.reading import describe_logs, read_logs, write_rows

    if to is not None and not to.endswith((".parquet", ".csv", ".jsonl")):
        raise ParameterError(
            f"{to!r} says no kind of file", remedy="end it with .parquet, .csv or .jsonl", where="--to"
        )
    if to is not None:
        _no_evidence(to, paths)
    again = _held_input(paths) if to is not None else None
    with _bytes_read(paths) as progress:
        described = describe_logs(
            paths, format=format, zone=zone, since=since, until=until, progress=progress if to is None else None
        )
        if to is not None:
            if again is not None:
                again()
            with warnings.catch_warnings():
                # Told below, source by source.
                warnings.simplefilter("ignore", EvidenceWarning)
                rows = read_logs(paths, format=format, zone=zone, since=since, until=until, progress=progress)
            write_rows(rows, to)
    if as_json:
        say(json.dumps(described, indent=1, ensure_ascii=False))
        return
    _tell(described)
    if to is not None:
        say(f"{words.plural(len(rows), 'row')} written to {to}")


def formats(as_json: Json = False, traceback: Traceback = False) -> None:
    """List the formats that are known, and the frames that each is read into."""
    from incident_analysis import formats as known

    rows = known.table().to_dict("records")
    if as_json:
        say(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    table([{name: str(row[name]) for name in ("name", "title", "yields", "zone")} for row in rows], states={})


def _no_evidence(to: str, paths: list[str]) -> None:
    """Refuse to write where the evidence lies."""
    from incident_analysis.reading.sources import STDIN, sources

    target = Path(to).resolve()
    for path in paths:
        if files.is_folder(path) and target.is_relative_to(Path(path).resolve()):
            raise ParameterError(
                f"{to} lies in the folder that is read",
                remedy="write it elsewhere: the next reading would take it for evidence",
                where="--to",
            )
    for source in sources([path for path in paths if path not in STDIN]):
        if Path(source.path).resolve() == target:
            raise ParameterError(f"{to} is one of the files that are read", remedy="name another file", where="--to")


def _held_input(paths: list[str]) -> Callable[[], None] | None:
    """Hold standard input, which is read twice; what is to be called before the second time. None: it is not read."""
    from incident_analysis.reading.sources import STDIN

    if not any(path in STDIN for path in paths):
        return None
    held = sys.stdin.buffer.read()

    def again() -> None:
        sys.stdin = io.TextIOWrapper(io.BytesIO(held))

    again()
    return again


def _tell(told: dict[str, Any]) -> None:
    summary = {
        "rows": f"{told['rows']:,}",
        "unparsed": f"{told['unparsed']:,}",
        "without a time": f"{told['without_time']:,}",
        "first": told["first"] or "unknown",
        "last": told["last"] or "unknown",
        "span": "unknown" if told["span_s"] is None else words.duration(told["span_s"]),
        "zone": ", ".join(f"{name} {count:,}" for name, count in told["zones"].items()),
        "severity": ", ".join(f"{name} {count:,}" for name, count in told["severities"].items()),
        "service": words.listing((f"{name} {count:,}" for name, count in told["services"].items()), most=8),
    }
    width = max(len(name) for name in summary)
    for name, value in summary.items():
        say(f"{name:<{width}}  {value or 'unknown'}")
    for gap in told["largest_gaps"]:
        say(f"{'gap':<{width}}  {words.duration(gap['seconds'])} from {gap['start']} to {gap['end']}")
    if told["step_s"] and not told["largest_gaps"] and told["rows"] - told["without_time"] > 1:
        say(f"{'gap':<{width}}  none longer than {words.duration(told['step_s'])}")
    say("")
    table(
        [
            {
                "source": one["source"],
                "format": one["format"] or "none",
                "rows": f"{one['rows']:,}",
                "unparsed": f"{one['unparsed']:,}",
                "lines": f"{one['lines']:,}",
                "bytes": f"{one['bytes']:,}",
            }
            for one in told["sources"]
        ],
        states={},
    )
    for one in told["sources"]:
        for warning in one["warnings"]:
            times = f" ({warning['count']:,} times)" if warning["count"] > 1 else ""
            note(f"Warning: {one['source']}: {warning['what']}{times}")


@contextmanager
def _bytes_read(paths: list[str]) -> Iterator[Callable[[str, int], None] | None]:
    """A bar in bytes on a terminal; off it, and for standard input, nothing."""
    total = sum(files.size(p) for path in paths for p in (files.every_file(path) if files.is_folder(path) else [path]))
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=total or None)

        def show(source: str, read: int) -> None:
            bar.update(task, advance=read, description=source)

        yield show
