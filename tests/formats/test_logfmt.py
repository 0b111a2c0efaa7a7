"""logfmt: pairs as Go's loggers quote them."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_values_quotes_and_escapes(read: Read) -> None:
    frame = read(
        'time="2026-01-02T10:00:00.5Z" level=error msg="two \\"words\\"" stack="a\\n\\tb" empty= flag err=x=y é="\\u00e9"\n'
        "ts=1767348001 lvl=warn msg=plain part=2 part=3\n"
    )
    assert frame.attrs["format"] == "logfmt"
    assert frame["time"].to_list() == [at("2026-01-02T10:00:00.5"), at("2026-01-02T10:00:01")]
    row = frame.iloc[0]
    assert row["é"] == "é"
    assert row["message"] == 'two "words"'
    assert row["stack"] == "a\n\tb"
    assert (row["empty"], row["flag"], row["err"]) == ("", "", "x=y")
    assert row["severity_number"] == 17
    assert frame["part"][1] == "2"
    assert frame["part.2"][1] == "3"


def test_colours_are_no_part_of_the_fields(read: Read) -> None:
    frame = read(
        "\x1b[36mlevel\x1b[0m=info ts=2026-01-02T10:00:00Z msg=a\n\x1b[31mlevel\x1b[0m=error ts=2026-01-02T10:00:01Z msg=b\n"
    )
    assert frame["severity_text"].to_list() == ["info", "error"]


def test_other_lines_are_kept(read: Read) -> None:
    frame = read('level=info ts=2026-01-02T10:00:00Z msg=a\nnothing of the kind\nlevel=info msg="open\n')
    assert frame["parsed"].to_list() == [True, False, False]
    assert frame["message"][2] == 'level=info msg="open'


def test_single_quotes_of_python(read: Read) -> None:
    """structlog's KeyValueRenderer; an apostrophe within a word is none."""
    frame = read(
        "timestamp='2026-01-02T10:00:00Z' level='info' event='made up' part=7 who=it's\n"
        "timestamp='2026-01-02T10:00:01Z' level='error' event=\"it's lost\" part=8 who='tis\n"
    )
    assert frame.attrs["format"] == "logfmt"
    assert frame["parsed"].all()
    assert frame["time"].to_list() == [pd.Timestamp("2026-01-02T10:00:00Z"), pd.Timestamp("2026-01-02T10:00:01Z")]
    assert frame["severity_text"].to_list() == ["info", "error"]
    assert frame["message"].to_list() == ["made up", "it's lost"]
    assert frame["who"].to_list() == ["it's", "'tis"]
