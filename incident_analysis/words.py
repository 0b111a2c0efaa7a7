"""Text from values: durations, numbers with their units, instants, plurals, lists.

The one place that does so, so that a figure reads the same in a sentence, a table and a chart.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

# Words that stay as they are beside any count.
_UNCOUNTED = {"data", "staff", "percent", "ratio", "minutes", "hours"}


def duration(seconds: float) -> str:
    """A duration as people say it: to the second below an hour, to the minute above.

    Parameters
    ----------
    seconds : float
        Length in seconds; may be negative or infinite.

    Examples
    --------
    >>> duration(66780), duration(5220), duration(43), duration(90000)
    ('18 h 33 min', '1 h 27 min', '43 s', '1 d 1 h')
    >>> duration(0), duration(0.25), duration(-120)
    ('0 s', '0.25 s', '−2 min')
    """
    if math.isnan(seconds):
        return "unknown"
    if seconds < 0:
        return "−" + duration(-seconds)
    if math.isinf(seconds):
        return "not reached"
    if seconds < 1:
        return f"{number(seconds)} s"
    # The carry is done on whole numbers, so that there is no 60 min.
    if seconds < 3600:
        whole = round(seconds)
        parts = [(whole // 60, "min"), (whole % 60, "s")]
    elif seconds < 86400:
        whole = round(seconds / 60)
        parts = [(whole // 60, "h"), (whole % 60, "min")]
        if whole // 60 >= 24:
            parts = [(1, "d")]
    else:
        whole = round(seconds / 60)
        parts = [(whole // 1440, "d"), (whole // 60 % 24, "h"), (whole % 60, "min")]
    if parts[0] == (60, "min"):
        parts = [(1, "h")]
    return " ".join(f"{n} {unit}" for n, unit in parts if n) or "0 s"


def number(value: float, *, digits: int = 3) -> str:
    """A number for reading: thousands separated, at least `digits` significant digits, never in powers of ten
    between a thousandth and a quadrillion.

    Whole numbers are printed whole: a count is never rounded.

    Examples
    --------
    >>> number(1234567), number(0.06664), number(400.0), number(2.5), number(1462.05)
    ('1,234,567', '0.0666', '400', '2.5', '1,462')
    >>> number(0.00000123), number(float('inf'))
    ('1.23e-6', '∞')

    Of a share close to 1 it is the distance to 1 that tells: its digits are kept.

    >>> number(0.9994567), number(0.99816)
    ('0.999457', '0.99816')
    """
    if math.isnan(value):
        return "unknown"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value < 0:
        return "−" + number(-value, digits=digits)
    if value == int(value) and value < 1e15:
        return f"{int(value):,}"
    if value < 1e-3 or value >= 1e15:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        if "." in mantissa:
            mantissa = mantissa.rstrip("0").rstrip(".")
        return f"{mantissa}e{int(exponent)}"
    apart = 1 - value if 0.99 < value < 1 else value
    places = min(15, max(0, digits - 1 - math.floor(math.log10(apart))))
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def exactly(value: float) -> str:
    """A number with every digit that was stated.

    Examples
    --------
    >>> exactly(1234567.89), exactly(0.3), exactly(400.0)
    ('1,234,567.89', '0.3', '400')

    Nobody states that many digits: such a number is a quotient, and is rounded for reading.

    >>> exactly(7 / 3)
    '2.333'
    """
    if not math.isfinite(value) or value == int(value) or abs(value) < 1e-3:
        return number(value, digits=17)
    if len(f"{abs(value)!r}".replace(".", "").lstrip("0")) > 12:
        return number(value, digits=4)
    return ("−" if value < 0 else "") + f"{abs(value):,}"


def money(value: float, currency: str, *, exact: bool = False) -> str:
    """An amount with its ISO 4217 code; `exact` keeps every digit.

    Examples
    --------
    >>> money(440000000, "USD"), money(1234567.89, "EUR"), money(1234567.89, "EUR", exact=True)
    ('USD 440 million', 'EUR 1,234,568', 'EUR 1,234,567.89')
    """
    for limit, name in ((1e9, "billion"), (1e6, "million")):
        # Only when the short form says all that the figure says.
        if abs(value) >= limit and round(value / limit, 3) * limit == value:
            return f"{currency} {number(value / limit, digits=4)} {name}"
    return f"{currency} {exactly(value) if exact else number(value)}"


def quantity(value: float, unit: str, *, exact: bool = False) -> str:
    """A number with its unit; seconds become a duration, ISO 4217 codes stand before the amount.

    `exact` keeps every digit: for figures as somebody stated them, not for what was computed.

    Examples
    --------
    >>> quantity(3600, "s"), quantity(5000, "projects"), quantity(12, "percent"), quantity(10000, "EUR")
    ('1 h', '5,000 projects', '12 %', 'EUR 10,000')
    >>> quantity(1, "orders"), quantity(1, "entries"), quantity(1, "updates per hour")
    ('1 order', '1 entry', '1 update per hour')
    >>> quantity(0.25, "")
    '0.25'
    """
    if unit == "s":
        return duration(value)
    if unit in ("percent", "%"):
        return f"{exactly(value) if exact else number(value)} %"
    if is_currency(unit):
        return money(value, unit, exact=exact)
    return f"{exactly(value) if exact else number(value)} {_of_one(unit) if value == 1 else unit}".rstrip()


def _of_one(unit: str) -> str:
    """A unit beside the number 1: `order` for `orders`; a word of which that is not sure stays as it is."""
    noun, space, rest = unit.partition(" ")
    if rest and not rest.startswith("per "):
        return unit
    if noun.endswith(("ss", "us", "is", "series", "species")) or not noun.endswith("s") or len(noun) < 4:
        return unit
    if noun.endswith("ies"):
        return noun[:-3] + "y" + space + rest
    return (noun[:-2] if noun.endswith(("xes", "ches", "shes", "sses")) else noun[:-1]) + space + rest


def significant(value: float, *, digits: int) -> float:
    """A value rounded to some significant digits.

    Examples
    --------
    >>> significant(4990494.3, digits=3), significant(0.05714, digits=2), significant(0.0, digits=3)
    (4990000.0, 0.057, 0.0)
    """
    if value == 0 or not math.isfinite(value):
        return value
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


def is_currency(unit: str) -> bool:
    """Whether a unit has the shape of an ISO 4217 code (three capital letters)."""
    return len(unit) == 3 and unit.isascii() and unit.isalpha() and unit.isupper()


def percent(share: float) -> str:
    """A ratio as a percentage.

    Examples
    --------
    >>> percent(0.9), percent(0.0666), percent(0.9994567)
    ('90 %', '6.66 %', '99.9457 %')
    """
    if 0.99 < share < 1:
        # The digits of `number`, two places further left.
        digits = number(share).partition(".")[2]
        return f"{number(float(f'0.{digits}') * 100, digits=len(digits))} %"
    # 0.07 * 100 is 7.000000000000001: rounding takes the binary dust off, no digit that is shown.
    return f"{number(round(share * 100, 10))} %"


def instant(time: datetime, *, day: bool = True, seconds: bool | None = None) -> str:
    """An instant in UTC.

    Parameters
    ----------
    time : datetime
        With a zone; it is converted to UTC.
    day : bool
        Whether the date stands before the time.
    seconds : bool, optional
        Whether seconds are shown; by default only where they are not zero.

    Examples
    --------
    >>> instant(datetime(2017, 1, 31, 23, 27, tzinfo=UTC))
    '2017-01-31 23:27 UTC'
    """
    time = time.astimezone(UTC)
    if seconds is None:
        seconds = bool(time.second)
    clock = time.strftime("%H:%M:%S" if seconds else "%H:%M")
    return f"{time.year:04d}-{time.month:02d}-{time.day:02d} {clock} UTC" if day else f"{clock} UTC"


def plural(count: int, noun: str, nouns: str = "") -> str:
    """A count with its noun.

    Examples
    --------
    >>> plural(1, "event"), plural(0, "event"), plural(2, "entry", "entries")
    ('1 event', '0 events', '2 entries')
    """
    if count == 1 or noun in _UNCOUNTED:
        return f"{count:,} {noun}"
    return f"{count:,} {nouns or noun + 's'}"


def listing(items: Iterable[str], *, last: str = "and", most: int | None = None) -> str:
    """A list in words; with `most`, the rest is counted.

    Examples
    --------
    >>> listing(["a", "b", "c"]), listing(["a"]), listing("abcde", most=2)
    ('a, b and c', 'a', 'a, b and 3 more')
    """
    every = list(items)
    if most is not None and len(every) > most:
        every = [*every[:most], f"{len(every) - most} more"]
    if len(every) < 2:
        return "".join(every)
    return f"{', '.join(every[:-1])} {last} {every[-1]}"


def sentence(text: str) -> str:
    """A text with a capital letter first and a full stop last.

    Examples
    --------
    >>> sentence("  the disk was full "), sentence("why?")
    ('The disk was full.', 'Why?')
    """
    text = " ".join(text.split())
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?…:" else text + "."


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The known name that a misspelt one most likely means, or None.

    Examples
    --------
    >>> nearest("servises", ["services", "severity"]), nearest("zzz", ["services"])
    ('services', None)
    """
    import difflib

    hits = difflib.get_close_matches(word.lower(), [k.lower() for k in known], n=1, cutoff=0.6)
    if not hits:
        return None
    return next(k for k in known if k.lower() == hits[0])
