"""PHP's error log and PHP-FPM's, against records that were written by hand."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from incident_analysis.errors import InputError

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_kinds_zones_and_traces(read: Read) -> None:
    frame = read(
        "[02-Jul-2026 10:00:00 UTC] PHP Warning:  made up in /made/up.php on line 7\n"
        "[02-Jul-2026 12:00:01 Europe/Berlin] PHP Fatal error:  Uncaught Made: up in /made/up.php:7\nStack trace:\n"
        "#0 {main}\n  thrown in /made/up.php on line 7\n"
        "[02-Jul-2026 05:00:02 America/Chicago] PHP Deprecated:  old in /made/up.php on line 9\n"
        "[02-Jul-2026 10:00:03 UTC] what a program says\n"
    )
    assert frame.attrs["format"] == "php_error"
    # Summer: Berlin two hours east, Chicago five hours west.
    assert frame["time"].to_list() == [at(f"2026-07-02T10:00:0{second}") for second in range(4)]
    assert (frame["zone"] == "explicit").all()
    assert frame["severity_text"].to_list() == ["Warning", "Fatal error", "Deprecated", ""]
    assert frame["severity_number"].fillna(0).to_list() == [13, 21, 10, 0]
    assert frame["line_end"].to_list() == [1, 5, 6, 7]
    assert frame["message"][3] == "what a program says"


def test_fpm_writes_no_zone(read: Read) -> None:
    frame = read(
        '[02-Jan-2026 10:00:00] NOTICE: made up\n[02-Jan-2026 10:00:01.123456] WARNING: [pool www] child 7 said "x"\n',
        zone="+02:00",
    )
    assert frame.attrs["format"] == "php_error"
    assert frame["time"].to_list() == [at("2026-01-02T08:00:00"), at("2026-01-02T08:00:01.123456")]
    assert frame["severity_text"].to_list() == ["NOTICE", "WARNING"]
    assert frame["pool"].fillna("").to_list() == ["", "www"]


def test_offsets_and_abbreviations(read: Read) -> None:
    """EST is five hours west; IST has several meanings and must be stated."""
    frame = read(
        "[02-Jan-2026 15:30:00 +05:30] PHP Parse error:  made up\n[02-Jan-2026 05:00:01 EST] PHP Strict Standards:  old\n"
    )
    assert frame.attrs["format"] == "php_error"
    assert frame["time"].to_list() == [at("2026-01-02T10:00:00"), at("2026-01-02T10:00:01")]
    assert frame["severity_number"].to_list() == [21, 10]
    with pytest.raises(InputError, match="IST"):
        read("[02-Jan-2026 10:00:00 IST] PHP Notice:  made up\n" * 2)
