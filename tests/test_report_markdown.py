"""Plain text comes out of Markdown as it went in: held by reading it again with markdown-it, which is not ours."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from incident_analysis.report import markdown
from incident_analysis.report.model import (
    Anchors,
    Document,
    Figure,
    Heading,
    KeyFigure,
    KeyFigures,
    Link,
    Listing,
    Note,
    Paragraph,
    Row,
    Section,
    Table,
    Words,
    plain,
)

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

# Mostly what has a meaning in Markdown, HTML, Jinja and Python, and some of everything else.
HOSTILE = st.one_of(
    st.text(alphabet="\\`*_{}[]<>#+-=.!|~&:;/@$^()\"' \n\tab1%", max_size=40),
    st.text(max_size=40),
    st.lists(
        st.sampled_from(
            [
                "<script>alert(1)</script>",
                "{{ 7*7 }}",
                "{% raw %}",
                "__import__('os')",
                "| a | b |",
                "```",
                "---",
                "1. x",
                "![x](http://a/b.png)",
                "[x](javascript:alert(1))",
                "<!-- x",
                "&lt;",
                "www.a.org",
                "https://a.org/x_y",
                "~~x~~",
            ]
        ),
        max_size=4,
    ).map(" ".join),
)


def shown(source: str) -> list[tuple[str, str]]:
    """Every line of text that a reader sees: the block that it stands in, and the text."""
    lines = []
    opened = ""
    for token in READER.parse(source):
        assert token.type not in ("html_block", "code_block", "fence"), f"{token.type} in {source!r}"
        if token.type.endswith("_open"):
            opened = token.type
        if token.type == "inline":
            kinds = {child.type for child in token.children or ()}
            assert kinds <= {"text"}, f"{kinds} in {source!r}"
            lines.append((opened, "".join(child.content for child in token.children or ())))
    return lines


@given(HOSTILE)
@example("- not a list")
@example("1) not a list")
@example("    four spaces")
@example("a\n===")
@example("# a #")
@example("[a]: b")
@example("a\\")
def test_a_paragraph_shows_the_text_itself(text: str) -> None:
    source = markdown.escape(text)
    if not plain(text):
        assert source == ""
    else:
        assert shown(source) == [("paragraph_open", plain(text))]


@given(HOSTILE)
def test_a_heading_a_list_and_a_note_show_the_text_itself(text: str) -> None:
    want = plain(text) or "—"
    (heading,) = shown("\n".join(markdown.block(Heading(text))))
    assert heading == ("heading_open", want)
    assert [line for _, line in shown("\n".join(markdown.block(Listing((text, text)))))] == [want, want]
    *_, (_, item) = shown_in_note(text)
    assert item == want


def shown_in_note(text: str) -> list[tuple[str, str]]:
    source = "\n".join(markdown.block(Note("Title", "", items=(text,)))).replace("**Title**", "Title")
    return shown(source)


@given(st.lists(HOSTILE, min_size=2, max_size=2), HOSTILE)
def test_a_table_keeps_its_shape_and_every_cell(cells: list[str], note: str) -> None:
    table = Table(("one", "two"), (Row(tuple(cells), notes=(note,)), Row(("x", "y"))), main=1)
    texts = [line for _, line in shown("\n".join(markdown.block(table)))]
    assert texts == ["one", "two", *[plain(c) or "—" for c in cells], "—", f"↳ {plain(note)}".strip(), "x", "y"]


def test_no_cell_is_empty() -> None:
    table = Table(("a", ""), (Row(("", "  \n ")),))
    assert "\n".join(markdown.block(table)) == "| a | — |\n| --- | --- |\n| — | — |"


@given(st.text(alphabet=string.printable, max_size=30), st.text(alphabet=string.printable, max_size=30))
def test_a_link_leads_to_its_target_or_is_text(text: str, target: str) -> None:
    link = Link(text, target)
    source = markdown.inline(link)
    hrefs = [
        str(child.attrGet("href"))
        for token in MarkdownIt("commonmark").parse(source)
        for child in token.children or ()
        if child.type == "link_open"
    ]
    assert len(hrefs) <= 1
    assert all(
        not h.lower().replace("%3a", ":").startswith(("javascript:", "data:", "vbscript:", "file:")) for h in hrefs
    )


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "JaVaScript:x", "data:text/html,x", "file:///etc/passwd", ""]
)
def test_a_dangerous_target_is_no_link(target: str) -> None:
    assert not Link("x", target).safe
    assert "](" not in markdown.inline(Link("x", target))


@pytest.mark.parametrize(
    "target", ["https://example.org/a_b", "mailto:a@example.org", "../index.md", "#tldr", "a b/c.md"]
)
def test_a_harmless_target_is_a_link(target: str) -> None:
    (token, *_) = MarkdownIt("commonmark").parse(markdown.inline(Link("x_y", target)))[1].children or ()
    assert token.type == "link_open"


def test_images_are_relative_to_the_file_that_holds_them() -> None:
    figure = Figure("charts/x y.png", "Lanes | of *events*", "Caption", drawing=b"<svg/>")
    assert markdown.block(figure)[0] == "![Lanes \\| of \\*events\\*](<charts/x%20y.png>)"
    own = markdown.section(Section("timeline", "Timeline", (figure, Heading("Below"))))
    assert "(<../charts/x%20y.png>)" in own
    # In a file of its own the section is the first heading, and what stands below it the second.
    assert own.startswith("# Timeline\n")
    assert "\n## Below\n" in own


def test_a_missing_chart_is_said() -> None:
    assert "Chart missing." in "\n".join(markdown.block(Figure("charts/x.png", "what it shows")))


def test_the_contents_lead_to_the_sections_even_behind_headings_of_the_same_name() -> None:
    said = Words("# Timeline\n\nby people", "text/tldr.md")
    document = Document("T", sections=(Section("tldr", "TL;DR", (said,)), Section("timeline", "Timeline")))
    text = markdown.write(document)
    # GitHub numbers what repeats: people's heading comes first and takes the plain anchor.
    assert "- [Timeline](#timeline-1)" in text
    assert "- [TL;DR](#tldr)" in text


def test_anchors_follow_github() -> None:
    # As GitHub renders them: https://docs.github.com/en/get-started/writing-on-github (section links).
    anchors = Anchors()
    assert [anchors.of(t) for t in ("Risk Analysis", "TL;DR", "What's new?", "Risk Analysis", "a_b – c")] == [
        "risk-analysis",
        "tldr",
        "whats-new",
        "risk-analysis-1",
        "a_b--c",
    ]


def test_a_whole_document_has_no_html_and_every_part() -> None:
    document = Document(
        "T",
        kicker="Postmortem · draft",
        badge=("P2", "data loss"),
        facts=(("Date", "2017-01-31"),),
        banner=(Note("Draft.", "As of now", "warning"),),
        lead=(KeyFigures((KeyFigure("Time to detect", "unknown", "", False),)),),
        sections=(Section("tldr", "TL;DR", (Paragraph("x", label="When."),)),),
        back=Link("All", "../index.md"),
    )
    tokens = READER.parse(markdown.write(document))
    kinds = {t.type for t in tokens} | {c.type for t in tokens for c in t.children or ()}
    assert not {"html_block", "html_inline", "code_block"} & kinds
    for text in ("P2 · data loss", "Time to detect", "| unknown | — |", "**When.** x", "[All](<../index.md>)"):
        assert text in markdown.write(document)


def test_control_characters_and_lone_surrogates_can_be_written() -> None:
    text = markdown.escape("a\x00b\x1bc\ud800d")
    assert text == "a␀b␛c?d"
    text.encode("utf-8")
