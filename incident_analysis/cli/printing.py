"""What commands print: results to standard output, notes and progress to standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from incident_analysis.batch import Step


def say(text: str) -> None:
    print(text, flush=True)


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def quoted(text: str) -> str:
    import shlex

    return shlex.quote(text)


def table(rows: list[dict[str, str]], *, states: dict[str, dict[str, str]]) -> None:
    """A table on a terminal; plain lines, parted by tabs, off it."""
    if not sys.stdout.isatty():
        for row in rows:
            say("\t".join(row.values()))
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
def steps() -> Iterator[Callable[[Step], None]]:
    """A bar on a terminal, plain lines off it."""
    if not sys.stderr.isatty():

        def line(step: Step) -> None:
            if step.state not in ("started", "unchanged"):
                note(f"[{step.done}/{step.total}] {step.incident_id} {step.notebook} {step.state}")

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
