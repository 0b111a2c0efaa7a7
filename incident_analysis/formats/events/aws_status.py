"""AWS's status archive (data.json of the Service Health Dashboard): posts as HTML, times only inside it.

Each post begins with a clock and PDT or PST, "12:53 PM PDT", "Jul 1, 1:14 AM PDT" past midnight; `date` is the epoch
second of the first. Where the last posts say "Between 3:59 PM and 5:07 PM PDT", that is `started` and `restored`;
"Starting at 6:05 PM" gives `started` alone. Otherwise the incident began before its first post, nobody says when:
`started` is that post, "approx", with no lower bound. `resolved` is the last post that says so, else the last post.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from incident_analysis import clock
from incident_analysis.clock import DAY, MONTHS, SECOND, Stamp
from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import told
from incident_analysis.formats.told import INCIDENTS, TIMELINE, Made
from incident_analysis.patterns import pattern

#: The dashboard's legend for `status`.
_STATUS = {
    "0": "operating normally",
    "1": "informational message",
    "2": "performance issues",
    "3": "service disruption",
}
_DAY = (
    r"(?P<month{0}>(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*)\.?\s+"
    r"(?P<day{0}>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<year{0}>\d{{4}}))?"
)
_CLOCK = (
    r"(?:" + _DAY + r"(?:,|\s+at)?\s+)?(?P<hour{0}>\d{{1,2}})[:.](?P<minute{0}>\d{{2}})\s*(?P<half{0}>[AP]M)"
    r"(?:\s+(?P<zone{0}>P[DS]T))?(?:\s+on\s+(?P<after{0}>[A-Z][a-z]{{2,8}}\s+\d{{1,2}})(?:st|nd|rd|th)?)?"
)
_POST = pattern(r'<span\s+class="[^"]*">\s*(?P<clock>[^<]{4,40}?)\s*</span>')
_STAMP = pattern(_CLOCK.format(1))
_BETWEEN = pattern(r"[Bb]etween\s+" + _CLOCK.format(1) + r"\s+(?:and|to)\s+" + _CLOCK.format(2))
_STARTING = pattern(r"(?:Starting|Beginning)\s+at\s+" + _CLOCK.format(1))
_RESOLVED = pattern(
    r"(?<!until )(?:[Tt]he|[Tt]his) issue (?:has|is)(?: now)?(?: been)?(?: fully)? resolved|"
    r"[Ww]e have resolved the issue"
)


class Wall(NamedTuple):
    """A clock in a zone of the West Coast, with its day where it is written."""

    month: int | None
    day: int | None
    year: int | None
    seconds: int
    zone: str


class Post(NamedTuple):
    """A post: its instant, its clock as written, its text."""

    time: Stamp
    stated: str
    text: str
    zone: str


def _wall(match: re.Match[str], place: int) -> Wall | None:
    hour = int(match[f"hour{place}"])
    if not 1 <= hour <= 12 or int(match[f"minute{place}"]) > 59:
        return None
    seconds = ((hour % 12 + (12 if match[f"half{place}"] == "PM" else 0)) * 60 + int(match[f"minute{place}"])) * 60
    month, day, year = match[f"month{place}"], match[f"day{place}"], match[f"year{place}"]
    if month is None and match[f"after{place}"]:
        month, day = match[f"after{place}"].split()
    number = MONTHS.get(month[:3].lower()) if month else None
    return Wall(number, int(day) if number else None, int(year) if year else None, seconds, match[f"zone{place}"] or "")


def _place(wall: Wall, zone: str, *, not_before: int | None = None, not_after: int | None = None) -> int:
    """The instant (ns) of a clock: on its day, else the first at or after a bound, or the last at or before one."""
    east = clock.offset(wall.zone or zone) or 0
    bound = not_before if not_before is not None else not_after
    assert bound is not None
    local = bound + east
    if wall.month is not None and wall.day is not None:
        year = wall.year or 1970 + int((local // DAY) / 365.2425)
        years = [wall.year] if wall.year else [year - 1, year, year + 1]
        days = [
            clock.days(y, wall.month, wall.day) for y in years if not (wall.month == 2 and wall.day == 29 and y % 4)
        ]
        return min((d * DAY + wall.seconds * SECOND - east for d in days), key=lambda t: abs(t - bound))
    midnight = local // DAY * DAY
    ns = midnight + wall.seconds * SECOND
    if not_before is not None and ns < local:
        ns += DAY
    if not_after is not None and not_before is None and ns > local:
        ns -= DAY
    return ns - east


def posts(description: str, first: Stamp) -> list[Post]:
    """The posts of a description in their order; the clock of one that cannot be read is that of the post before.

    Parameters
    ----------
    description : str
        HTML.
    first : Stamp
        When the first was made.
    """
    marks = list(_POST.finditer(description))
    made: list[Post] = []
    # The first post's epoch second may lie after the minute that is written.
    bound, zone = first.ns - 12 * 3600 * SECOND, ""
    for mark, after in zip(marks, [*marks[1:], None], strict=True):
        markup = description[mark.end() : after.start() if after is not None else len(description)]
        stated = " ".join(mark["clock"].split())
        match = _STAMP.fullmatch(stated)
        wall = _wall(match, 1) if match is not None else None
        if wall is not None:
            zone = wall.zone or zone
            bound = _place(wall, zone, not_before=bound)
        made.append(Post(Stamp(bound, True), stated, told.text_of_html(markup), zone))
    return made


def window(every: list[Post]) -> tuple[int | None, int | None]:
    """When it began and ended (ns), as the last post that tells it says."""
    for post in reversed(every):
        match = _BETWEEN.search(post.text)
        if match is not None:
            # Of several windows in one sentence, from the first to the last.
            stop = post.text.find(". ", match.end())
            more = [match, *_BETWEEN.finditer(post.text, match.end(), stop if stop > 0 else len(post.text))]
            begins, ends = [], []
            for one in more:
                start, end = _wall(one, 1), _wall(one, 2)
                if start is None or end is None:
                    continue
                zone = end.zone or post.zone
                # A minute's slack: "until 2:43" may be posted at 2:43.
                ends.append(_place(end, zone, not_after=post.time.ns + 60 * SECOND))
                begins.append(_place(start, start.zone or zone, not_after=ends[-1]))
            if begins:
                return min(begins), max(ends)
        match = _STARTING.search(post.text)
        start = _wall(match, 1) if match is not None else None
        if start is not None:
            return _place(start, post.zone, not_after=post.time.ns), None
    return None, None


def make(record: dict[str, Any], context: Context) -> Made:
    """An incident, and each of its posts."""
    first = told.required(clock.epoch(record["date"], unit="s"))
    every = posts(record.get("description") or "", first)
    name = f"{record.get('service') or record['service_name']}-{record['date']}"
    title = re.sub(r"^\s*\[RESOLVED\]\s*", "", str(record.get("summary") or "")).strip()
    over = "[RESOLVED]" in str(record.get("summary") or "")
    saying = next((post for post in reversed(every) if _RESOLVED.search(post.text)), every[-1] if every else None)
    begin, end = window(every)
    posted = every[0].time if every else first
    row: Row = {
        "incident_id": name,
        "title": title,
        "organisation": "Amazon Web Services",
        "severity_stated": _STATUS.get(str(record.get("status")), str(record.get("status") or "")),
        "services": [str(record["service_name"])],
        "started": posted if begin is None else Stamp(begin, True),
        "started_certainty": "approx" if begin is None else "exact",
        "started_high": posted if begin is None else Stamp(begin, True),
        "restored": None if end is None else Stamp(end, True),
        "restored_certainty": "exact" if end is not None else "unknown" if over else "open",
        **told.ending(saying.time if over and saying is not None else None, over),
        "provider": "aws",
        "kind": "incident",
        "published_at": first,
        "updated_at": every[-1].time if every else first,
        "duration_stated_minutes": None if begin is None or end is None else (end - begin) / (60 * SECOND),
        # Told only when it was over: one post, which resolves it.
        "backfilled": len(every) == 1 and over,
        "region": str(record.get("service") or ""),
    }
    yield row, INCIDENTS
    for number, post in enumerate(every, 1):
        yield (
            {
                "time": post.time,
                "time_stated": post.stated,
                "kind": "communication",
                "actor": "staff",
                "text": post.text,
                "milestone": "resolved" if over and post is saying else "",
                "service": record["service_name"],
                "source_id": f"{name}/{number}",
                "incident_id": name,
                "title": title,
            },
            TIMELINE,
        )


def read(text: str, context: Context) -> Iterator[Item]:
    """Incidents of the archive, and those that go on (`current`)."""
    if re.search(r'"current"\s*:\s*\[\s*\{', text):
        yield from told.items(text, context, make, "current")
    yield from told.items(text, context, make, "archive")


def recognise(head: bytes) -> Match | None:
    """By its keys and by the clocks in its texts."""
    if re.match(rb'\s*\{\s*"(?:archive|current)"\s*:\s*\[', head) and b'"service_name"' in head:
        return Match(0.96, "AWS's status archive")
    if re.match(rb"\s*\[?\s*\{", head) and b'"service_name"' in head and b"yellowfg" in head:
        return Match(0.94, "entries of AWS's status archive")
    return None


FORMAT = Format(
    name="aws_status",
    title="AWS's status archive",
    reference="https://status.aws.amazon.com/data.json, as kept by https://github.com/moritalous/cloud-status-history; "
    "Amazon has replaced it by AWS Health",
    sample='{"archive": [{"service_name": "Amazon Made Up (Ohio)", "summary": "[RESOLVED] Increased Error Rates", '
    '"date": "1767409800", "status": "2", "details": "", "description": "<div><span class=\\"yellowfg\\"> 7:10 PM PST'
    '</span>&nbsp;We are investigating.</div><div><span class=\\"yellowfg\\"> 8:05 PM PST</span>&nbsp;Between 6:55 PM '
    'and 7:50 PM PST we saw errors. The issue has been resolved.</div>", "service": "madeup-us-east-2"}]}\n',
    recognise=recognise,
    read=read,
    yields=INCIDENTS,
    also=(TIMELINE,),
)
