"""A new incident's folder: a commented template, places for people's words and for evidence."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

from incident_analysis import files
from incident_analysis.errors import PathError

TEMPLATE = "incident_analysis/batch/template/incident.yaml"

# Comments, so that a file that nobody has written in yet says nothing in the report.
HINTS = {
    "tldr": "In three short paragraphs: what happened, what came of it, what will be done.",
    "description": "What happened, told in order, for a reader who was not there.",
    "consequences": "Who was affected, in which way, and how much; what is not known yet.",
    "risk_analysis": "What had been thought of this risk before, and what is thought of it now.",
    "action_plan": "Why these actions and not others; what was decided against, and why.",
    "timeline": "Remarks on the timeline: gaps, contradictions between sources, clocks that were off.",
    "interviews": "What the interviews showed that no machine recorded.",
}
PLACES = {
    "evidence/README.txt": """Exports as they came: logs, metrics, chats, tickets. They are never edited.
Name them under `evidence:` in incident.yaml.
""",
    "interviews/README.txt": """Minutes of interviews, one Markdown file each.
Name them under `interviews:` in incident.yaml.
Ask everybody: What did you see, and when? What did you take it for, and why did that make sense then?
What did you do next? What would have helped? What went well?
Begin a file with:

---
who: staff
role: responder
date: 2026-03-08
public: false
---
""",
    "comments.csv": "about,role,time,text,state\n",
}


def new_incident(folder: str | Path) -> Path:
    """Make a new incident's folder from a commented template.

    Parameters
    ----------
    folder : str or Path
        For example `data/incidents/2026-03-07-checkout`; its last part becomes the incident's id. It is made where it
        is missing.

    Returns
    -------
    Path
        Of `incident.yaml`, which can be run as it is: the report asks for what is missing.

    Raises
    ------
    PathError
        There is an `incident.yaml` already: nothing is ever overwritten.
    """
    place = Path(folder)
    name = place.resolve().name
    if not name.strip(" .") or not name.isprintable():
        raise PathError(
            f"{name!r} cannot be an incident's id",
            remedy="name the folder by date and a word: data/incidents/2026-03-07-checkout",
            where=str(folder),
        )
    target = place / "incident.yaml"
    if files.exists(target):
        raise PathError("is there already", remedy="choose another folder, or edit that file", where=str(target))
    day, why = _day(name)
    values = {"{id}": name, "{day}": day, "{why}": why}
    # In one pass, because a folder may be called "{day}". JSON's text is YAML's too, whatever is in it.
    text = re.sub(
        "|".join(map(re.escape, values)),
        lambda mark: json.dumps(values[mark[0]], ensure_ascii=False),
        files.read_text(files.packaged(TEMPLATE)),
    )
    for part, hint in HINTS.items():
        files.write_new_text(place / "text" / f"{part}.md", f"<!-- {hint} -->\n")
    for relative, content in PLACES.items():
        files.write_new_text(place / relative, content)
    # Last: a folder with this file is whole.
    return files.write_text(target, text)


def _day(name: str) -> tuple[str, str]:
    """The day that a folder's name begins with, else today, and the reason: an incident needs one time."""
    found = re.match(r"\d{4}-\d{2}-\d{2}", name)
    try:
        if found:
            return date.fromisoformat(found[0]).isoformat(), "The day in the folder's name; to be corrected"
    except ValueError:
        pass  # 2026-02-30
    return datetime.now(UTC).date().isoformat(), "The day on which this folder was made; to be corrected"
