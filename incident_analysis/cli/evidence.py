"""Commands that bring evidence into an incident's folder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incident_analysis import words
from incident_analysis.cli.printing import note, quoted, say, table

if TYPE_CHECKING:
    import pandas as pd

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Traceback = Annotated[bool, typer.Option("--traceback", help="Show Python's traceback with an error.")]
Files = Annotated[list[str], typer.Argument(metavar="FILE", help="Exports: files, folders, globs.")]
Into = Annotated[str, typer.Option("--into", metavar="DIR", help="The incident's folder, or its id.")]


def add_to(app: typer.Typer) -> None:
    """Give an application these commands."""
    app.command("collect")(collect)
    app.command("import")(import_evidence)


def collect(paths: Files, into: Into, as_json: Json = False, traceback: Traceback = False) -> None:
    """Copy exports into an incident's evidence/, with digest and origin."""
    from incident_analysis import batch

    made = batch.collect(paths, into=into)
    records = _plain(made)
    bad = [r for r in records if r["state"] in ("changed", "missing")]
    if as_json:
        say(json.dumps(records, indent=1, ensure_ascii=False))
    else:
        table(
            [
                {
                    "file": r["path"],
                    "": r["state"],
                    "bytes": "unknown" if r["bytes"] is None else f"{r['bytes']:,}",
                    "sha256": r["sha256"][:12],
                    "why": r["reason"],
                }
                for r in records
            ],
            states={"": {"copied": "green", "there already": "dim", "changed": "red", "missing": "red"}},
        )
    for r in bad:
        note(
            f"{r['path']}: {r['state']}: {r['reason']}\nTo fix: put the collected file back from {r['origin']}, or "
            "take its line out of evidence.csv if it was meant to go"
        )
    if bad:
        raise typer.Exit(1)
    if not as_json:
        note(f"What they tell becomes the timeline with: incident-analysis import FILE… --into {quoted(into)}")


def import_evidence(
    paths: Files,
    into: Into,
    format: Annotated[str | None, typer.Option(metavar="NAME", help="Format.  [default: by content]")] = None,
    zone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Zone of clocks without one: Europe/Berlin, +02:00.  [UTC]")
    ] = None,
    date: Annotated[str | None, typer.Option(metavar="DATE", help="Day of clocks without one: 2026-03-07.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would change, and write nothing.")] = False,
    as_json: Json = False,
    traceback: Traceback = False,
) -> None:
    """Import exports into an incident's timeline.csv; what people wrote in it stays."""
    from incident_analysis import batch

    changes = batch.import_evidence(paths, into=into, format=format, zone=zone, date=date, write=not dry_run)
    told = changes.attrs
    if as_json:
        result: dict[str, Any] = {
            name: told[name] for name in ("path", "events", "unchanged", "passed_over", "warnings")
        }
        result |= {
            "written": not dry_run,
            "offsets": [{k: _value(v) for k, v in row.items()} for row in told["offsets"]],
            "changes": _plain(changes),
        }
        say(json.dumps(result, indent=1, ensure_ascii=False))
        return
    for text in told["passed_over"]:
        note(f"Passed over: {text}")
    for text in told["warnings"]:
        note(f"Warning: {text}")
    for row in told["offsets"]:
        say(f"clock    {row['source']}: {_clock(row)}")
    _tell(_plain(changes))
    counted = changes["change"].value_counts()
    said = [f"{counted[name]} {name}" for name in ("added", "joined", "updated", "kept", "gone") if name in counted]
    say(f"{told['path']}: {words.plural(told['events'], 'event')}; {', '.join(said) or 'nothing changed'}")
    if dry_run:
        note("Nothing was written (--dry-run).")


def _tell(records: list[dict[str, Any]]) -> None:
    """Every value that changes or stays against its source, one a line; what is new, by source."""
    added: dict[str, int] = {}
    for r in records:
        if r["change"] == "added":
            added[r["source"]] = added.get(r["source"], 0) + 1
    for source, count in added.items():
        say(f"added    {source}: {words.plural(count, 'event')}")
    for r in records:
        if r["change"] in ("updated", "kept"):
            way = "→" if r["change"] == "updated" else "stays; the source says"
            say(f"{r['change']:<8} {r['event_id']} {r['column']}: {_shown(r['before'])} {way} {_shown(r['after'])}")
        elif r["change"] == "gone":
            say(f"gone     {r['event_id']} from {r['source']}: {_shown(r['before'])} (the row stays)")


def _shown(text: str) -> str:
    one = " ".join(text.split())
    return "(empty)" if not one else one if len(one) <= 70 else one[:69] + "…"


def _clock(row: dict[str, Any]) -> str:
    if row["reference"] == row["source"]:
        return f"the reference ({row['reason']})"
    if row["offset_s"] != row["offset_s"]:
        return f"left as it is; {row['reason']}"
    moved = "left as it is" if not row["applied_s"] else f"{row['applied_s']:+.1f} s added"
    interval = f"{row['offset_s']:.1f} s [{row['offset_low_s']:.1f}, {row['offset_high_s']:.1f}]"
    return f"{moved}; {row['proposal']} ({interval}, {words.percent(row['level'])} confidence, n = {row['copies']})"


def _plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): _value(v) for k, v in row.items()} for row in frame.to_dict("records")]


def _value(value: Any) -> Any:
    """A cell as JSON has it: a missing one is null."""
    if hasattr(value, "isoformat"):
        return None if value != value else value.isoformat().replace("+00:00", "Z")
    if value is None or value != value or str(value) == "<NA>":
        return None
    return value.item() if hasattr(value, "item") else value
