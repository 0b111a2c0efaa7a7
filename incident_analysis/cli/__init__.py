"""The commands: each parses its options, calls one function and prints what came of it.

`commands` holds those over incidents, `logs` those over exports, `trends` the one over histories, `printing` what
they print, `main` the way in and out. Exit codes: 0 done · 1 an incident failed, or a check found something · 2 wrong
use · 130 stopped. Errors are two lines on standard error; a traceback only with `--traceback`. Results go to standard
output, progress to standard error.
"""

from incident_analysis.cli.main import main

__all__ = ["main"]
