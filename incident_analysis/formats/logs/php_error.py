"""PHP's own log (`error_log`), `[02-Jan-2026 10:00:00 Europe/Berlin] PHP Warning:  message in … on line 7`, and
PHP-FPM's, `[02-Jan-2026 10:00:00] WARNING: [pool www] message`.

PHP writes the zone's name into the stamp, and what a program gives to `error_log()` without a level; its stack traces
belong to the record above them. Hazards: FPM's wall clock is the host's, without a zone. An hour that clocks repeat is
taken as the first. No sample was at hand: from the source. References:
https://www.php.net/manual/en/errorfunc.configuration.php#ini.error-log, https://www.php.net/manual/en/errorfunc.constants.php,
https://github.com/php/php-src/blob/master/main/main.c (php_log_err_with_severity), .../sapi/fpm/fpm/zlog.c.
"""

from __future__ import annotations

import re

from incident_analysis import clock
from incident_analysis.clock import Stamp
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.formats import keys, stamps
from incident_analysis.patterns import pattern

_STAMP = r"\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d(?:\.\d{1,6})?"
_ZONE = r"(?: (?:[A-Z][A-Za-z_]+(?:/[\w+\-]+){0,2}|[+-]\d\d:\d\d))?"
_FPM = "DEBUG|NOTICE|WARNING|ERROR|ALERT"
#: What the kinds of errors are called there; a fatal one ends the script.
_NUMBERS = {
    **dict.fromkeys(("Fatal error", "Parse error", "Recoverable fatal error", "Catchable fatal error"), 21),
    "Unknown error": 17,
    "Warning": 13,
    **dict.fromkeys(("Notice", "Deprecated", "Strict Standards"), 10),
}
_KINDS = "|".join(_NUMBERS)
_START = rf"\[{_STAMP}{_ZONE}\] "
_HEAD = pattern(
    rf"\[({_STAMP})({_ZONE})\] (?:PHP ({_KINDS}): {{1,2}}|({_FPM}): )?(.*)",
    re.DOTALL,
)


def parse(text: str, context: Context) -> Row | None:
    """A record's fields; `pool` of PHP-FPM beside the common ones."""
    match = _HEAD.match(text)
    if match is None:
        return None
    stamp, zone, kind, level, message = match.groups()
    pool = re.match(r"\[pool ([^\]\n]+)\]", message) if level else None
    return {
        "time": _moment(stamp, zone.strip(), context),
        "severity_text": kind or level,
        "severity_number": _NUMBERS.get(kind),
        "message": message,
        "pool": pool[1] if pool else None,
    }


def _moment(text: str, zone: str, context: Context) -> Stamp | None:
    if zone[:1] in ("+", "-") or zone in clock.ABBREVIATIONS:
        return keys.moment(f"{text} {zone.replace(':', '')}")
    stamp = keys.moment(text)
    if stamp is None or not zone:
        return stamp
    if "/" not in zone:
        stamps.check_name(zone, context)
    return stamps.in_zone(stamp, zone)


FORMAT = Format(
    name="php_error",
    title="PHP's error log, PHP-FPM",
    reference="https://www.php.net/manual/en/errorfunc.configuration.php#ini.error-log; no sample was at hand",
    sample="[02-Jan-2026 10:00:00 UTC] PHP Notice:  Made up in /made/up.php on line 7\n"
    "[02-Jan-2026 10:00:01 UTC] PHP Fatal error:  Lost in /made/up.php on line 9\n",
    recognise=by_lines(
        rf"\[{_STAMP}{_ZONE}\] (?:PHP (?:{_KINDS}): |(?:{_FPM}): )",
        strength=0.95,
        why="heads of PHP's error log",
        least=0.15,
        spans=True,
    ),
    lines=Lines(parse, start=pattern(_START.encode())),
    zone_rule="local",
)
