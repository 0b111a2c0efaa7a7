"""The report of an incident: the seven sections, what people wrote, what is missing, the same bytes every time."""

from __future__ import annotations

import itertools
import json
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from markdown_it import MarkdownIt

from incident_analysis import findings as found
from incident_analysis.charts.chart import Chart
from incident_analysis.findings import Finding
from incident_analysis.incident import Incident, read_incident
from incident_analysis.report import render, write_index, write_report
from incident_analysis.report.markdown import escape
from incident_analysis.report.model import plain

SECTIONS = ["tldr", "description", "consequences", "risk_analysis", "action_plan", "timeline", "interviews"]
TITLES = ["TL;DR", "Description", "Consequences", "Risk Analysis", "Action Plan", "Timeline", "Interview minutes"]


def all_findings(incident: Incident) -> list[Finding]:
    return [*found.consequences(incident), *found.timeline(incident), *found.postmortem(incident)]


class Page(HTMLParser):
    """What a browser would make of a page: its visible text, its tags, its attributes."""

    EMPTY = frozenset({"meta", "link", "img", "br", "hr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.ids: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self.stack: list[str] = []
        self.feed(text)
        self.close()
        assert self.stack == [], f"left open: {self.stack}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in self.EMPTY:
            self.stack.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.stack:
            self.text.append(data)
            if self.stack and re.fullmatch("h[1-6]", self.stack[-1]):
                level, title = self.headings[-1]
                self.headings[-1] = (level, title + data)

    @property
    def visible(self) -> str:
        return " ".join("".join(self.text).split())


def check_page(html: str) -> Page:
    """What must hold for every page that is written."""
    page = Page(html)
    allowed = set(
        "html head meta title link style body header p h1 h2 h3 h4 h5 h6 dl div dt dd nav ol ul li a main section "
        "table caption thead tbody tr th td figure img figcaption aside strong em s del span pre code blockquote hr br".split()
    )
    assert set(page.tags) <= allowed
    for tag, name, value in page.attributes:
        assert not name.startswith("on"), f"<{tag} {name}>"
        if name == "src" or (tag == "link" and name == "href"):
            assert value.startswith("data:"), value
        if tag == "a" and name == "href":
            assert not re.match(r"(?i)\s*(javascript|data|vbscript|file):", value), value
    assert len(page.ids) == len(set(page.ids)), "an anchor stands twice"
    links = {value[1:] for tag, name, value in page.attributes if name == "href" and value.startswith("#")}
    assert links <= set(page.ids)
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels)), f"a level is skipped: {page.headings}"
    assert ("meta", "http-equiv", "Content-Security-Policy") in page.attributes
    assert ("html", "lang", "en") in page.attributes
    assert re.search(r"url\(|@import|https?://[^\"<]*\.(js|css)", html.split("</style>")[0]) is None
    return page


def check_markdown(text: str) -> None:
    """GitHub's Markdown without HTML, and no empty cell in a table."""
    for token in MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text):
        assert token.type != "html_block", token.content
        assert not [c.content for c in token.children or () if c.type == "html_inline"]
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert not [row for row in rows if re.search(r"(?<!\\)\|\s*(?<!\\)\|", row)]


# ---- the shape -----------------------------------------------------------------------------------------------------


def test_the_seven_sections_stand_in_their_order(example: Path) -> None:
    incident = read_incident(example)
    markdown, html = render(incident, all_findings(incident))
    check_markdown(markdown)
    page = check_page(html)
    titles = [title for level, title in page.headings if level == 2]
    assert titles[1:8] == TITLES
    assert titles[8:] == ["Open questions", "Evidence and provenance", "Sources"]
    assert re.findall(r"^## (.*)$", markdown, re.MULTILINE)[1:8] == TITLES


def test_the_tldr_has_its_paragraphs_and_the_three_times(gitlab: Path) -> None:
    incident = read_incident(gitlab)
    markdown, _ = render(incident, all_findings(incident))
    tldr = markdown.split("## TL;DR")[1].split("## Description")[0]
    for label in ("**Description.**", "**Consequences.**", "**Action plan.**", "**When.**"):
        assert tldr.count(label) == 1
    # GitLab, 10 February 2017: paged at 22:00, removal 23:27 by the notes and about 23:30 by the report.
    for said in (
        "about 2017-01-31 21:00 UTC",
        "2017-01-31 22:00 UTC",
        "2017-01-31 23:27–23:30 UTC",
        "GitLab post-mortem",
    ):
        assert said in tldr


def test_the_tldr_tells_the_times_without_findings_too(gitlab: Path) -> None:
    markdown, html = render(read_incident(gitlab), [])
    check_page(html)
    tldr = markdown.split("## TL;DR")[1].split("## Description")[0]
    for said in (
        "about 2017-01-31 21:00 UTC",
        "2017-01-31 22:00 UTC",
        "about 2017-02-01 18:00 UTC",
        "approximate",
        "exact",
    ):
        assert said in tldr
    assert "No findings of the notebook “postmortem”" in tldr
    # What the file states is told all the same.
    for text in (
        "New user accounts lost",
        "Failure mails were refused",
        "Block spammers",
        "GitLab.com is unavailable.",
    ):
        assert text in markdown


def test_every_event_stands_in_the_timeline_in_its_place(gitlab: Path) -> None:
    incident = read_incident(gitlab)
    markdown, _ = render(incident, [])
    table = markdown.split("### Every event")[1]
    rows = re.findall(r"^\| (e\d\d) \| ([^|]*) \|", table, re.MULTILINE)
    # The file's own order: the events without a minute keep their place in it.
    assert [row[0] for row in rows] == [event.id for event in incident.timeline]
    assert dict(rows)["e05"] == "minute unknown"
    assert dict(rows)["e01"] == "about 2017-01-31 17:20"


def test_an_empty_category_is_said_in_words(gitlab: Path) -> None:
    markdown, _ = render(read_incident(gitlab), [])
    plan = markdown.split("## Action Plan")[1].split("## Timeline")[0]
    headings = ["Resolution", "Mitigation", "Prevention", "Monitoring", "Resilience", "Knowledge sharing"]
    assert re.findall(r"^### (.*)$", plan, re.MULTILINE) == headings
    assert re.search(r"### Monitoring\s+None stated\.", plan)


def test_a_draft_says_so_and_a_final_does_not(example: Path, gitlab: Path) -> None:
    _, draft = render(read_incident(example), [])
    _, final = render(read_incident(gitlab), [])
    head = draft.split("<main>")[0]
    assert "Draft." in head
    assert "2026-03-09" in head
    assert re.search(r"\d+ unknowns? stated, \d+ open questions? from gaps", head)
    assert "Draft." not in final


def test_a_made_up_incident_is_named_so_at_the_top(example: Path, gitlab: Path) -> None:
    markdown, html = render(read_incident(example), [])
    assert "Made up." in html.split("<main>")[0]
    assert "**Made up.**" in markdown.split("## Contents")[0]
    assert "Made up." not in render(read_incident(gitlab), [])[1]


def test_an_unknown_duration_is_said_in_words(gitlab: Path) -> None:
    _, html = render(read_incident(gitlab), [])
    strip = html.split('<dl class="figures">')[1].split("</dl>")[0]
    assert "<dd>unknown</dd>" in strip
    assert "about 18 h 33 min" in strip


# ---- hostile text --------------------------------------------------------------------------------------------------

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</td></tr></table><h1>out</h1>",
    "{{ 7*7 }} {% for x in y %} {{ config }}",
    "__import__('os').system('x')",
    "**bold** [x](javascript:alert(1)) ![i](http://a.org/i.png) | a | b | `c` <!-- d -->",
    "# heading - item &lt;b&gt; ~~x~~",
    "</style></script>\" onload='x'",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_code_in_a_text_field_shows_as_text(example: Path, edited: Callable[[str, str], Path], hostile: str) -> None:
    quoted = json.dumps(hostile)
    edited("title: Checkout refuses cards after a connection-pool change", f"title: {quoted}")
    edited("reason: Customers could not pay.", f"reason: {quoted}")
    edited("text: Do not roll back yet", f"text: {quoted}")
    edited("what: Payments refused", f"what: {quoted}")
    edited("text: Alert on waiting connections", f"text: {quoted}")
    edited("text: Card payments fail for 87 minutes", f"text: {quoted}")
    edited("- Whether refused payments were tried again elsewhere", f"- {quoted}")
    incident = read_incident(example)
    for findings in ([], all_findings(incident)):
        markdown, html = render(incident, findings)
        check_markdown(markdown)
        page = check_page(html)
        assert page.visible.count(plain(hostile)) >= 7
        assert markdown.count(escape(hostile)) >= 7
        assert "49" not in page.visible.split("Evidence and provenance")[0] or "7*7" not in hostile


def test_code_in_peoples_words_comments_and_interviews_shows_as_text(example: Path) -> None:
    hostile = "<script>alert(1)</script> {{ 7*7 }} {% x %} <b onclick=alert(1)>b</b> [x](javascript:alert(1)) ![i](http://a.org/i.png)"
    for name in SECTIONS:
        (example / "text" / f"{name}.md").write_text(hostile, encoding="utf-8")
    (example / "comments.csv").write_text(f"about,text\ne1,{hostile}\nnobody,{hostile}\n", encoding="utf-8")
    (example / "interviews" / "staff.md").write_text(
        f"---\nwho: staff\nrole: {json.dumps(hostile)}\n---\n{hostile}", encoding="utf-8"
    )
    markdown, html = render(read_incident(example), [])
    check_markdown(markdown)
    page = check_page(html)
    assert page.visible.count("<script>alert(1)</script> {{ 7*7 }} {% x %} <b onclick=alert(1)>b</b>") >= 10
    assert "http://a.org/i.png" in page.visible


# ---- people's words ------------------------------------------------------------------------------------------------


def test_peoples_words_stand_before_the_generated_part_or_instead_of_it(example: Path) -> None:
    (example / "text" / "consequences.md").write_text("Our words first.\n", encoding="utf-8")
    (example / "text" / "action_plan.md").write_text("<!-- instead -->\nOur words alone.\n", encoding="utf-8")
    markdown, _ = render(read_incident(example), [])
    consequences = markdown.split("## Consequences")[1].split("## Risk Analysis")[0]
    assert consequences.index("Our words first.") < consequences.index("Payments refused")
    plan = markdown.split("## Action Plan")[1].split("## Timeline")[0]
    assert "Our words alone." in plan
    assert "### Resolution" not in plan
    assert "instead" not in plan


def test_live_figures_come_from_the_incident(example: Path) -> None:
    markdown, html = render(read_incident(example), [])
    # 13:04 to 14:31; detected between 13:05 and 13:09, began 12:58 give or take 2 min: 5 to 13 min.
    assert "Payments were refused for 1 h 27 min; we were told after 11 min \\[5 min, 13 min\\]." in markdown
    assert "we were told after 11 min [5 min, 13 min]." in html


def test_every_word_that_people_wrote_is_in_every_output(example: Path, tmp_path: Path) -> None:
    words = "Ünïcode, “quotes” & 5 < 6 ‑ a_b, 100 %.\n\n    indented code\n\n* item\n\n> said\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    for name in SECTIONS:
        (example / "text" / f"{name}.md").write_text(f"{name}: {words}", encoding="utf-8")
    write_report(example, report=tmp_path / "out")
    whole = (tmp_path / "out" / "postmortem.md").read_text(encoding="utf-8")
    visible = Page((tmp_path / "out" / "postmortem.html").read_text(encoding="utf-8")).visible
    for name in SECTIONS:
        own = (tmp_path / "out" / "sections" / f"{name}.md").read_text(encoding="utf-8")
        for text in (whole, own):
            assert f"{name}: {words.rstrip()}" in text
        assert f"{name}: Ünïcode, “quotes” & 5 < 6 ‑ a_b, 100 %. indented code" in visible


def test_nothing_in_the_incidents_folder_is_written(example: Path, tmp_path: Path) -> None:
    before = {p: p.read_bytes() for p in example.rglob("*") if p.is_file()}
    write_report(example, report=tmp_path / "out")
    assert {p: p.read_bytes() for p in example.rglob("*") if p.is_file()} == before


def test_comments_stand_beside_what_they_are_about(example: Path) -> None:
    with (example / "comments.csv").open("a", encoding="utf-8") as file:
        file.write(
            'a3,lead,,"Who tests, and where?",open\nactions,lead,,On the finding.,open\nconsequences,lead,,On the section.,\n'
        )
        file.write("i2,finance,,On the line.,\ngone-event,lead,2026-03-08,Its event was removed.,open\nbroken,row\n")
    incident = read_incident(example)
    for findings in ([], all_findings(incident)):
        markdown, html = render(incident, findings)
        lines = markdown.splitlines()
        at = {
            text: next(i for i, line in enumerate(lines) if text in line)
            for text in ("evening", "Who tests", "On the line")
        }
        assert lines[at["evening"] - 1].startswith("| e7 |")
        assert lines[at["Who tests"] - 1].startswith("| a3 |")
        assert lines[at["On the line"] - 1].startswith("| i2 |")
        measure = next(i for i, line in enumerate(lines) if "Count from the customer" in line)
        assert lines[measure - 1].startswith("| Time to detect |")
        assert "On the section." in markdown.split("## Consequences")[1].split("## Risk Analysis")[0]
        left = markdown.split("## Comments without a place")[1].split("## Evidence")[0]
        assert "Its event was removed." in left
        assert "broken,row" in left
        assert ("On the finding." in left) == (not findings)
        for text in ("evening", "Who tests, and where?", "Its event was removed.", "broken,row", "On the finding."):
            assert html.count(text) == markdown.count(text) == 1


def test_the_comment_of_an_event_that_is_gone_is_still_shown(example: Path, edited: Callable[[str, str], Path]) -> None:
    edited("id: e7, ", "id: e77, ")
    markdown, _ = render(read_incident(example), [])
    assert "evening" in markdown.split("## Comments without a place")[1]


def test_interviews_show_who_when_and_what(example: Path) -> None:
    markdown, _ = render(read_incident(example), [])
    minutes = markdown.split("## Interview minutes")[1].split("## Open questions")[0]
    for said in (
        "### Impacted, shop",
        "### Staff, responder",
        "2026-03-08",
        "not to be published",
        "[13:06] I saw the pool",
    ):
        assert said in minutes


# ---- findings, charts, notebooks -----------------------------------------------------------------------------------


def finding(**changes: Any) -> Finding:
    table = pd.DataFrame({"Line": ["x1", "x2"], "Count": [1, 2500], "Note": ["not stated", "not stated"]}, dtype=object)
    fields: dict[str, Any] = {
        "id": "one",
        "section": "consequences",
        "question": "What?",
        "sentence": "First.\n\nSecond <b>.",
        "table": table,
        "charts": (Chart("bars", "Bars", "Two bars: one and two", "charts/bars.png", "charts/bars.svg"),),
        "notes": ("A reservation.",),
    }
    return Finding(**{**fields, **changes})


def test_a_finding_is_shown_whole(gitlab: Path, tmp_path: Path) -> None:
    (tmp_path / "charts").mkdir()
    (tmp_path / "charts" / "bars.svg").write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    (tmp_path / "charts" / "bars.png").write_bytes(b"\x89PNG")
    markdown, html = render(read_incident(gitlab), [finding()], report=tmp_path)
    part = markdown.split("## Consequences")[1].split("## Risk Analysis")[0]
    for said in (
        "### What?\n\nFirst.\n\nSecond \\<b>.",
        "| x2 | 2,500 |",
        "Not stated: note.",
        "**Note:** A reservation.",
    ):
        assert said in part
    assert "![Two bars: one and two](<charts/bars.png>)" in part
    assert 'alt="Two bars: one and two"' in html
    assert "data:image/svg+xml;base64,PHN2ZyB4bWxucz0naHR0cDov" in html


def test_a_chart_that_is_gone_or_leads_out_is_said(gitlab: Path, tmp_path: Path) -> None:
    out = Chart("out", "Out", "what it shows", "../../x.png", "../../x.svg")
    for charts in ((finding().charts), (out,)):
        markdown, html = render(read_incident(gitlab), [finding(charts=charts)], report=tmp_path)
        assert "Chart missing." in html
        assert "Chart missing." in markdown
        assert "x.png" not in markdown.replace("bars.png", "")


def status(report: Path, notebook: str, state: str, error: str = "") -> None:
    path = report / "notebooks" / f"{notebook}.status.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    data = {"notebook": notebook, "status": state, "error": error, "parameters": {"seed": 1, "level": 0.9}}
    path.write_text(json.dumps(data), encoding="utf-8")


def test_a_failed_notebook_is_said_and_the_rest_is_written(example: Path, tmp_path: Path) -> None:
    report = tmp_path / "out"
    incident = read_incident(example)
    found.record(report, [f for f in all_findings(incident) if f.section != "consequences"])
    status(report, "consequences", "died", "consequences.ipynb: <b>the process ended</b>\nTo fix: run it again")
    status(report, "timeline", "timed_out")
    status(report, "risk_analysis", "ok")
    page = write_report(incident, report=report)
    markdown = (report / "postmortem.md").read_text(encoding="utf-8")
    check_page(page.read_text(encoding="utf-8"))
    check_markdown(markdown)
    consequences = markdown.split("## Consequences")[1].split("## Risk Analysis")[0]
    assert "“consequences” did not reach its end: its process ended." in consequences
    assert "To fix: run it again" in consequences
    # What the file states stands all the same.
    assert "Payments refused" in consequences
    timeline = markdown.split("## Timeline")[1].split("## Interview")[0]
    assert "it was stopped at its time limit" in timeline
    assert "may be out of date" in timeline
    assert "did not reach" not in markdown.split("## Action Plan")[1].split("## Timeline")[0]


def test_a_spoilt_file_of_a_finding_is_named(gitlab: Path, tmp_path: Path) -> None:
    report = tmp_path / "out"
    found.record(report, [finding(charts=())])
    (report / "findings" / "two.json").write_text("{", encoding="utf-8")
    write_report(gitlab, report=report)
    markdown = (report / "postmortem.md").read_text(encoding="utf-8")
    assert "Second" in markdown
    assert "findings/two.json" in markdown


# ---- files ---------------------------------------------------------------------------------------------------------


def everything(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_same_inputs_give_the_same_bytes(example: Path, tmp_path: Path) -> None:
    incident = read_incident(example)
    for name in ("a", "b"):
        found.record(tmp_path / name, all_findings(incident))
        status(tmp_path / name, "postmortem", "ok")
        write_report(example, report=tmp_path / name)
    first = everything(tmp_path / "a")
    # A second time into the same folder, over what is there.
    write_report(example, report=tmp_path / "b")
    second = everything(tmp_path / "b")
    assert first == second
    assert {"postmortem.md", "postmortem.html", "provenance.json", *[f"sections/{s}.md" for s in SECTIONS]} <= set(
        first
    )


def test_provenance_names_every_input_and_no_place_of_this_machine(example: Path, tmp_path: Path) -> None:
    import hashlib

    report = tmp_path / "out"
    status(report, "consequences", "ok")
    write_report(example, report=report)
    text = (report / "provenance.json").read_text(encoding="utf-8")
    told = json.loads(text)
    here = {p.relative_to(example).as_posix(): p for p in example.rglob("*") if p.is_file()}
    assert set(here) <= set(told["inputs"])
    assert told["inputs"]["comments.csv"] == hashlib.sha256(here["comments.csv"].read_bytes()).hexdigest()
    assert "../../risk_register.yaml" in told["inputs"]
    assert told["parameters"]["seed"] == 1
    assert told["parameters"]["level"] == 0.9
    assert told["versions"]["pandas"] == pd.__version__
    assert str(tmp_path) not in text
    for name in ("postmortem.md", "postmortem.html"):
        assert str(tmp_path) not in (report / name).read_text(encoding="utf-8")


def test_a_folder_with_spaces_and_other_letters_works(example: Path, tmp_path: Path) -> None:
    odd = tmp_path / "Störung im März"
    shutil.copytree(example, odd)
    page = write_report(odd, report=tmp_path / "berichte hier" / "ä b")
    assert page.is_file()
    write_index(tmp_path / "berichte hier")
    listed = (tmp_path / "berichte hier" / "index.html").read_text(encoding="utf-8")
    assert 'href="ä b/postmortem.html"' in listed
    assert "<%C3%A4%20b/postmortem.md>" in (tmp_path / "berichte hier" / "index.md").read_text(encoding="utf-8")


MINIMAL = 'id: "2026-01-02-small"\ntitle: Small\nseverity: {level: P6}\ntimes: {started: "2026-01-02T10:00:00Z"}\n'


def test_the_smallest_incident_works_and_asks_for_the_rest(tmp_path: Path) -> None:
    folder = tmp_path / "2026-01-02-small"
    folder.mkdir()
    (folder / "incident.yaml").write_text(MINIMAL, encoding="utf-8")
    incident = read_incident(folder)
    for findings in ([], all_findings(incident)):
        markdown, html = render(incident, findings)
        check_markdown(markdown)
        page = check_page(html)
        asked = markdown.split("## Open questions")[1].split("## Evidence")[0]
        for question in ("restored?", "What happened, in order?", "Which contributing factors", "Which services"):
            assert question in asked
        assert "Incident record" in page.visible


def test_every_optional_field_can_be_absent(example: Path) -> None:
    incident = read_incident(example)
    for name, field in Incident.model_fields.items():
        if name in ("id", "title", "severity", "times"):
            continue
        bare = incident.model_copy(update={name: field.get_default(call_default_factory=True)})
        markdown, html = render(bare, [])
        check_markdown(markdown)
        check_page(html)


@pytest.mark.slow
def test_every_optional_field_of_every_case_can_be_absent(shipped: Path) -> None:
    for folder in sorted(shipped.iterdir()):
        incident = read_incident(folder)
        for name, field in Incident.model_fields.items():
            if name in ("id", "title", "severity", "times"):
                continue
            bare = incident.model_copy(update={name: field.get_default(call_default_factory=True)})
            for findings in ([], all_findings(bare)):
                markdown, html = render(bare, findings)
                check_markdown(markdown)
                check_page(html)


def test_every_shipped_case_renders(shipped: Path) -> None:
    names = sorted(p for p in shipped.iterdir() if p.is_dir())
    # 24 public ones and two drills.
    assert len(names) == 26
    for folder in names:
        incident = read_incident(folder)
        markdown, html = render(incident, [])
        check_markdown(markdown)
        page = check_page(html)
        assert plain(incident.title) in page.visible


# ---- the list of incidents -----------------------------------------------------------------------------------------


def test_the_index_lists_every_report(example: Path, gitlab: Path, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    small = tmp_path / "2026-01-02-small"
    small.mkdir()
    (small / "incident.yaml").write_text(MINIMAL, encoding="utf-8")
    for folder in (gitlab, example, small):
        write_report(folder, report=reports / folder.name)
    (reports / "2020-half").mkdir()
    page = write_index(reports)
    assert page == reports / "index.html"
    check_page(page.read_text(encoding="utf-8"))
    markdown = (reports / "index.md").read_text(encoding="utf-8")
    check_markdown(markdown)
    rows = [line.strip("| ").split(" | ") for line in markdown.splitlines() if re.match(r"\| \d{4}-", line)]
    assert [row[0] for row in rows] == ["2026-03-07", "2026-01-02", "2017-01-31"]
    assert rows[0][1] == "[Checkout refuses cards after a connection-pool change](<2026-03-07-checkout/postmortem.md>)"
    assert rows[0][2:] == [
        "P3: customers cannot access the service",
        "Checkout Ltd (made up)",
        "1 h 48 min · exact",
        "draft",
        "owed: draft",
    ]
    assert rows[1][4:] == ["unknown: restored is not known", "draft", "not owed: a record of one page"]
    assert rows[2][4:] == ["about 18 h 33 min · approximate", "final", "written"]
    assert "2020-half" in markdown


def test_an_index_of_nothing_says_so(tmp_path: Path) -> None:
    assert "No report has been written yet." in write_index(tmp_path / "reports").read_text(encoding="utf-8")
