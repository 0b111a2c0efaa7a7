"""Levels of log records as OpenTelemetry severity numbers (1–24)."""

from __future__ import annotations

#: OpenTelemetry, Logs data model, appendix B; syslog names as that appendix maps them.
NUMBERS = {
    "trace": 1,
    "finest": 1,
    "silly": 1,
    "verbose": 1,
    "finer": 2,
    "trc": 1,
    "trce": 1,
    "trac": 1,
    "vrb": 1,
    "debug": 5,
    "dbg": 5,
    "dbug": 5,
    "debg": 5,
    "fine": 5,
    "config": 8,
    "info": 9,
    "inf": 9,
    "information": 9,
    "informational": 9,
    "default": 9,
    "log": 9,
    "success": 9,
    "audit": 9,
    "normal": 9,
    "note": 10,
    "notice": 10,
    "system": 10,
    "warn": 13,
    "warning": 13,
    "wrn": 13,
    "error": 17,
    "err": 17,
    "eror": 17,
    "erro": 17,
    "fail": 17,
    "severe": 17,
    "failure": 17,
    "critical": 18,
    "crit": 18,
    "dpanic": 18,
    "alert": 19,
    "fatal": 21,
    "ftl": 21,
    "panic": 21,
    "emerg": 21,
    "emergency": 21,
}
#: Levels of some tools that are words of the language too: in running text they are none.
WORDS_TOO = frozenset(
    "alert audit config default failure fail fine finer finest log normal note panic silly success system".split()
)
_LETTERS = {"t": 1, "d": 5, "i": 9, "n": 10, "w": 13, "e": 17, "c": 18, "a": 19, "f": 21}
#: Syslog, RFC 5424: emergency to debug.
SYSLOG = (21, 19, 18, 17, 13, 10, 9, 5)
SYSLOG_NAMES = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")
TEXTS: tuple[str, ...] = (
    "",
    "TRACE",
    "TRACE2",
    "TRACE3",
    "TRACE4",
    "DEBUG",
    "DEBUG2",
    "DEBUG3",
    "DEBUG4",
    "INFO",
    "INFO2",
    "INFO3",
)
TEXTS += ("INFO4", "WARN", "WARN2", "WARN3", "WARN4", "ERROR", "ERROR2", "ERROR3", "ERROR4", "FATAL", "FATAL2")
TEXTS += ("FATAL3", "FATAL4")


def number(level: object) -> int | None:
    """Severity number of a level in words or letters, or of the numbers 10–60 of bunyan and pino; None if unknown.

    Examples
    --------
    >>> number("WARNING"), number("E"), number(50), number("whatever")
    (13, 17, 17, None)
    """
    if level is None or isinstance(level, bool):
        return None
    if isinstance(level, (int, float)):
        return {10: 1, 20: 5, 30: 9, 40: 13, 50: 17, 60: 21}.get(int(level))
    text = str(level).strip().lower()
    if len(text) == 1:
        return _LETTERS.get(text)
    found = NUMBERS.get(text)
    if found is None and text.isdigit():
        return number(int(text))
    return found


def of_status(status: int) -> int:
    """Severity number of an HTTP status: a server's error is an error, a client's a warning, the rest information."""
    return 17 if status >= 500 else 13 if status >= 400 else 9


#: Levels that charts and sentences put together, by their first and last number.
GROUPS = {"trace and debug": (1, 8), "information": (9, 12), "warning": (13, 16), "error": (17, 20), "fatal": (21, 24)}
#: What stands for records that tell no level.
NOT_KNOWN = "level not known"
#: From this number on, a record tells of an error or worse.
ERROR = 17


def group(number: int | None) -> str:
    """The group of a severity number, or the words that say that there is none.

    Examples
    --------
    >>> group(10), group(24), group(None)
    ('information', 'fatal', 'level not known')
    """
    return next((name for name, (low, high) in GROUPS.items() if number and low <= number <= high), NOT_KNOWN)
