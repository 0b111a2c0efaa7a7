"""What people write is kept, byte for byte, and nothing in it runs."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from incident_analysis.report import comments, html, people
from incident_analysis.report.model import plain

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
PIECES = st.lists(
    st.sampled_from(
        [
            "<b>",
            "</b>",
            "`",
            "``",
            "```\n",
            "~~~\n",
            "\n",
            "\n\n",
            "    ",
            "> ",
            "- ",
            "<!-- ",
            "-->",
            "<script>",
            "<?php",
            "\\",
            "<![CDATA[",
            "text",
            " ",
            "<a href='x'>",
            "<https://a.org>",
            "|",
            "# ",
            "1. ",
            "<div\n",
            "[x]: <b>",
            "](",
            "[",
            "<",
            ">",
        ]
    ),
    max_size=25,
).map("".join)


def html_tokens(source: str) -> list[str]:
    tokens = READER.parse(source)
    found = [t.content for t in tokens if t.type == "html_block"]
    return found + [c.content for t in tokens for c in t.children or () if c.type == "html_inline"]


@given(PIECES)
def test_no_html_is_left_in_peoples_words(text: str) -> None:
    assert html_tokens(people.neutral(text)) == []


@given(PIECES)
def test_only_backslashes_are_added(text: str) -> None:
    made = people.neutral(text)
    # Everything else stands as it was: taking one backslash before "<" away again gives the text.
    left = iter(made)
    for character in text:
        found = next(left)
        while found != character:
            assert found == "\\"
            found = next(left)
        assert found == character
    assert set(left) <= {"\\"}


def test_words_without_html_are_untouched() -> None:
    text = "# A *b* `<b>` <https://example.org> 1 < 2\n\n```html\n<script>\n```\n"
    assert people.neutral(text) == text


@given(PIECES)
def test_what_follows_peoples_words_is_never_swallowed(text: str) -> None:
    words, _ = people.prepare(text, "text/tldr.md", {})
    tokens = READER.parse(words.source.rstrip("\n") + "\n\nwhat follows\n")
    assert tokens[-2].type == "inline"
    assert tokens[-2].content == "what follows"
    assert tokens[-1].level == 0


def test_live_figures_are_put_in_and_code_stays_text() -> None:
    text = "We saw it after {{ time_to_detect }}; {{ 7*7 }}, {{ config.items() }}, {% for x in y %}, `{{ time_to_detect }}`."
    words, notes = people.prepare(text, "text/tldr.md", {"time_to_detect": "11 min [5 min, 13 min]"})
    assert words.source == (
        "We saw it after 11 min \\[5 min, 13 min\\]; {{ 7*7 }}, {{ config.items() }}, {% for x in y %}, `{{ time_to_detect }}`."
    )
    (note,) = notes
    assert [item for item in note.items if "7*7" in str(item)]
    assert "time_to_detect" in note.text


def test_a_misspelt_figure_is_named_with_its_nearest() -> None:
    _, (note,) = people.prepare("{{ time_to_detct }}", "text/tldr.md", {"time_to_detect": "1 h", "title": "T"})
    assert "did you mean time_to_detect?" in str(note.items[0])


def test_a_figure_with_markup_in_it_shows_as_text() -> None:
    words, _ = people.prepare("{{ title }}", "text/tldr.md", {"title": "<script>*x*</script> {{ title }}"})
    assert "<script>" not in html.words(words.source)
    assert "&lt;script&gt;*x*&lt;/script&gt; {{ title }}" in html.words(words.source)


@pytest.mark.parametrize(
    ("source", "want"),
    [
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("![a chart](http://a.org/x.png)", "<p>[Image: a chart, http://a.org/x.png]</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("[x](evidence/a.log)", "<p>x (evidence/a.log)</p>"),
        ("[x](https://a.org 't')", '<p><a href="https://a.org" title="t" rel="noopener noreferrer">x</a></p>'),
        ("<https://a.org>", '<p><a href="https://a.org" rel="noopener noreferrer">https://a.org</a></p>'),
        ("<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>"),
        ("```<b>\nx</b>\n```", '<span class="small">&lt;b&gt;</span><pre><code>x&lt;/b&gt;\n</code></pre>'),
    ],
)
def test_words_as_html_are_harmless(source: str, want: str) -> None:
    assert html.words(source).strip() == want


def test_headings_in_words_come_out_in_order() -> None:
    made = html.words("# A\n\n### B\n\n# C\n\n##### D\n")
    assert [line for line in made.splitlines() if line] == ["<h3>A</h3>", "<h4>B</h4>", "<h3>C</h3>", "<h4>D</h4>"]


def test_a_definition_that_nothing_uses_is_still_shown() -> None:
    assert "[note]: https://a.org" in html.words("text\n\n[note]: https://a.org\n")


# ---- the folder ----------------------------------------------------------------------------------------------------


def folder(tmp_path: Path, **written: str) -> people.People:
    for name, text in written.items():
        path = tmp_path / name.replace("__", "/").replace("_md", ".md").replace("_csv", ".csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
    return people.read(tmp_path)


def test_texts_are_read_and_instead_is_a_mark(tmp_path: Path) -> None:
    found = folder(tmp_path, text__tldr_md="<!-- instead -->\nOur own.\n", text__timeline_md="Before.\n")
    assert found.texts == {"tldr": "Our own.", "timeline": "Before."}
    assert found.instead == {"tldr"}


def test_a_template_of_hints_alone_is_not_written_yet(tmp_path: Path) -> None:
    assert folder(tmp_path, text__tldr_md="<!-- instead -->\n<!-- Write here. -->\n\n").texts == {}


def test_a_text_of_no_section_is_kept_and_named(tmp_path: Path) -> None:
    found = folder(tmp_path, text__sumary_md="Words.")
    assert found.texts["sumary"] == "Words."
    assert "text/sumary.md" in found.gaps[0]


def test_bytes_that_are_no_utf8_stay_visible(tmp_path: Path) -> None:
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "tldr.md").write_bytes(b"caf\xe9\r\nline\x00")
    assert people.read(tmp_path).texts["tldr"] == "caf\\xe9\nline␀"


def test_interviews_keep_front_matter_and_gaps(tmp_path: Path) -> None:
    text = "---\nwho: staff\nrole: responder\ndate: 2026-03-08\npublic: true\nplace: room 4\n---\n[13:06] I saw it.\n"
    folder(tmp_path, interviews__a_md=text, interviews__b_md="---\nwho: [\n---\nSpoilt.", interviews__c_md="Bare.")
    a, b, c, d, e = people.read(
        tmp_path, listed=[("interviews/gone.md", "impacted", "shop"), ("../x.md", "staff", "")]
    ).interviews
    assert (d.file, e.file) == ("interviews/c.md", "interviews/gone.md")
    assert a.gap
    assert (b.who, b.role, b.date, b.public, b.facts, b.text) == (
        "staff",
        "responder",
        "2026-03-08",
        True,
        (("place", "room 4"),),
        "[13:06] I saw it.",
    )
    assert "front matter" in c.gap
    assert "Spoilt." in c.text
    assert (d.text, d.gap) == ("Bare.", "")
    assert (e.who, e.role, e.gap) == ("impacted", "shop", "the file is not there")


# ---- comments ------------------------------------------------------------------------------------------------------

COMMENTS = """about,role,time,text,state
e7,responder,2026-03-08T10:12:00Z,"The notice, it said, was for the evening.",open
e8,lead,,too,many,columns,here
time_to_detect,lead,,"Two
lines.",open
e9,"never closed,x
e10,lead,,After it.,done
"""


def test_a_comment_that_does_not_fit_is_kept_and_nothing_after_it_is_lost() -> None:
    found = comments.read_comments(COMMENTS)
    assert [(c.about, c.broken, c.line) for c in found] == [
        ("e7", False, 2),
        ("e8", True, 3),
        ("time_to_detect", False, 4),
        ("", True, 6),
        ("e10", False, 7),
    ]
    assert found[1].text == "e8,lead,,too,many,columns,here"
    assert found[3].text == 'e9,"never closed,x'
    assert str(found[2]) == "Comment by lead (open): Two lines."


@given(st.lists(st.tuples(*[st.text(alphabet='ab ,"\n;', max_size=8)] * 5), max_size=5))
def test_every_comment_that_a_csv_writer_writes_is_read(rows: list[tuple[str, ...]]) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("about", "role", "time", "text", "state"))
    writer.writerows(rows)
    found = comments.read_comments(stream.getvalue())
    want = list(rows)
    assert [(c.about, c.role, c.time, c.text, c.state) for c in found if not c.broken] == [
        tuple(cell.strip() for cell in r) for r in want
    ]
    assert not [c for c in found if c.broken]


@given(st.text(alphabet='abe1 ,"\n;', max_size=60))
def test_no_character_of_a_broken_file_is_lost(text: str) -> None:
    said = " ".join(
        f"{c.about} {c.role} {c.time} {c.text} {c.state}" for c in comments.read_comments("about,text\n" + text)
    )
    letters = [c for c in text if c.isalnum()]
    assert sorted(letters) == sorted(c for c in said.replace("about", "").replace("text", "") if c.isalnum()) or all(
        said.count(c) >= text.count(c) for c in set(letters)
    )


def test_semicolons_of_a_spreadsheet_are_understood() -> None:
    (one,) = comments.read_comments("about;role;text\ne1;lead;Yes, so.\n")
    assert (one.about, one.text) == ("e1", "Yes, so.")


def test_a_file_without_a_header_is_kept_as_it_stands() -> None:
    found = comments.read_comments("e1,lead,Yes\n")
    assert [(c.broken, plain(c.text)) for c in found] == [(True, "e1,lead,Yes")]
