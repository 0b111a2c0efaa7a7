"""The way into the commands, and out of them with the right exit code."""

from __future__ import annotations

import errno
import sys
import warnings
from typing import Any

import typer

from incident_analysis import words
from incident_analysis.cli import evidence as _evidence
from incident_analysis.cli import logs as _logs
from incident_analysis.cli import trends as _trends
from incident_analysis.cli.commands import app
from incident_analysis.cli.printing import note
from incident_analysis.errors import IncidentAnalysisError, NotebookError

#: As shells expect it of a command that Ctrl-C ended.
STOPPED = 130

_evidence.add_to(app)
_logs.add_to(app)
_trends.add_to(app)


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
            if isinstance(error, OSError) and error.errno == errno.ENOSPC:
                where = error.filename or "the output"
                message = f"{where}: no space is left to write it\nTo fix: make room, or write elsewhere"
            else:
                what = f"{type(error).__name__}: {' '.join(str(error).split())}"
                message = f"{what}\nTo fix: this is a mistake of the library; --traceback shows where"
        else:
            code = getattr(error, "exit_code", 2)
        _failed(message, given)
    if code == STOPPED:
        # Also what typer makes of Ctrl-C by itself.
        note("Stopped. What was finished stays and is not run again: start it again to go on.")
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
    note(message)


def _warned(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
    """A warning as people read it: what it says, without the line of our code that says it."""
    note(f"Warning: {message}")
