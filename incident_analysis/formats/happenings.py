"""What formats of events share: ids that stay unique, times that mean never, what words say of a message's kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from incident_analysis.clock import Stamp
from incident_analysis.format import Row
from incident_analysis.formats.objects import stamp, text_of, utc
from incident_analysis.patterns import pattern


def known(row: Row) -> Row:
    """A row without what is not known: None and empty texts. `time` stays, for a row without it is one all the same."""
    return {name: value for name, value in row.items() if name == "time" or (value is not None and value != "")}


class Ids:
    """Ids of one export's events: one that comes again gets its number, so that each is unique and stays the same."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def of(self, *parts: Any) -> str:
        """An id from what the source calls the event.

        Examples
        --------
        >>> ids = Ids()
        >>> ids.of("TEST-1", 7), ids.of("TEST-1", 7)
        ('TEST-1:7', 'TEST-1:7#2')
        """
        name = ":".join(str(part) for part in parts if part not in (None, ""))
        count = self._seen[name] = self._seen.get(name, 0) + 1
        return name if count == 1 else f"{name}#{count}"


def moment(value: Any) -> Stamp | None:
    """A time as APIs write it; None where it is missing or a zero date, which means never (0001-01-01)."""
    found = stamp(value)
    return None if found is None or found.ns <= 0 else found


def utc_moment(value: Any) -> Stamp | None:
    """As `moment`, of a source that writes UTC without always marking it."""
    found = utc(value)
    return None if found is None or found.ns <= 0 else found


def labels_of(labels: Mapping[str, Any] | None) -> str:
    r"""Labels as the frames write them.

    Examples
    --------
    >>> labels_of({"b": 'x"y', "a": 1})
    '{a="1",b="x\\"y"}'
    """

    def quoted(value: Any) -> str:
        text = "" if value is None else str(text_of(value))
        return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

    inside = ",".join(f'{name}="{quoted(value)}"' for name, value in sorted((labels or {}).items()))
    return "{" + inside + "}"


def label(labels: Mapping[str, Any] | None, *names: str) -> str | None:
    """The first of some labels that is there."""
    for name in names:
        found = (labels or {}).get(name)
        if found not in (None, ""):
            return str(found)
    return None


#: Under these labels sources say which service is meant, the likeliest first.
SERVICE_LABELS = ("service", "service_name", "app", "app_kubernetes_io_name", "application", "component", "job")

_ACKNOWLEDGED = pattern(
    r"\b(?:ack(?:ed|nowledged?|s)?|looking(?: into| at)?|on it|i'?ll take|taking (?:a look|this|it)|investigating|"
    r"having a look|i'?m here|joining)\b",
    re.IGNORECASE,
)
_ALERTED = pattern(
    r"\[FIRING(?::\d+)?\]|\bfiring\b|\balert(?:ing)?\b|\btriggered\b|\bCRITICAL\b|\bis DOWN\b|\bpaged\b|\bPROBLEM\b"
)
_RECOVERED = pattern(
    r"\[RESOLVED(?::\d+)?\]|\b(?:resolved|recovered|recovery|back to normal|is UP|RECOVERY)\b", re.IGNORECASE
)
_DEPLOYED = pattern(
    r"\b(?:deploy(?:ed|ing|ment|s)?|roll(?:ed|ing)? ?out|released?|shipped|rollback|rolled back|revert(?:ed)?)\b",
    re.IGNORECASE,
)
_DECIDED = pattern(r"\b(?:decid(?:ed?|ing)|decision|agreed? to|we (?:choose|chose))\b", re.IGNORECASE)
_DID = pattern(
    r"\b(?:restart(?:ed|ing|s)?|reboot(?:ed|ing|s)?|disabl(?:ed|ing|es)|enabl(?:ed|ing|es)|scal(?:ed|ing|es)|"
    r"roll(?:ed|ing|s)? ?back|revert(?:ed|ing|s)?|fail(?:ed|ing|s)? over (?:to|the)|switch(?:ed|ing|es)|"
    r"appl(?:ied|ying|ies)|patch(?:ed|ing|es)|ran|start(?:ed|ing)|stopp(?:ed|ing)|kill(?:ed|ing|s)|fix(?:ed|ing|es)?|restor(?:ed|ing|es)|"
    r"increas(?:ed|ing)|remov(?:ed|ing|es)|add(?:ed|ing|s)|block(?:ed|ing|s)|promot(?:ed|ing|es)|drain(?:ed|ing|s)|"
    r"paus(?:ed|ing|es)|"
    r"merg(?:ed|ing|es)|turn(?:ed|s|ing)? (?:on|off)|mitigat(?:ed|ing|es|ion)|escalat(?:ed|ing|es))\b",
    re.IGNORECASE,
)
_TOLD = pattern(
    r"\b(?:status ?page|tweet(?:ed)?|post(?:ed|s)?|announc(?:ed|ing|es|ement)|inform(?:ed|ing|s)|notif(?:ied|ies|ying)|"
    r"e-?mail(?:ed)?|messag(?:ed|es?)|call(?:ed)?|war ?room|incident (?:opened|declared|channel)|declar(?:ed|es)|"
    r"updated? customers|ticket)\b",
    re.IGNORECASE,
)
_SUFFERED = pattern(
    r"\b(?:customers?|users?|clients?|visitors?|subscribers?)\b.{0,60}\b(?:cannot|can't|could not|couldn't|unable|"
    r"fail\w*|see|saw|report\w*|complain\w*|lost|affected|impacted)\b|\b(?:orders|payments|requests|data)\b.{0,30}\b(?:lost|failed|"
    r"missing|rejected)\b",
    re.IGNORECASE,
)
_BROKE = pattern(
    r"\b(?:fail(?:s|ed|ure|ing)?|crash(?:ed|es|ing)?|outage|down|broke(?:n)?|unavailable|unreachable|exhausted|"
    r"out of (?:memory|disk|space)|full|corrupt\w*|timed? ?out|timeouts|overload\w*|"
    r"errors? (?:rate|spike\w*|rise\w*|begin\w*|start\w*)|"
    r"5\d\ds?|stops? responding|stopped responding|deadlock\w*|degrad\w*|lost power)\b",
    re.IGNORECASE,
)

_EASED = pattern(
    r"\b(?:fall(?:s|ing)?|fell|drop(?:s|ped|ping)?|recover\w*|stop(?:s|ped)?|gone|subsid\w*|normal|ends?|ended|clear\w*|"
    r"resolved|over|again)\b",
    re.IGNORECASE,
)

_LOOKED = pattern(r"\W*(?:looked|looking|saw|noticed?|notices|observed?|observes|checked|checks|found|finds)\b", re.I)
_BEGAN = pattern(
    r"\b(?:outage|incident|errors?|impact|failures?|degradation|latency|disruption|problems?|issues?|malfunction)\b"
    r".{0,30}\b(?:start(?:s|ed)?|beg[aiu]n(?:s|ning)?)\b",
    re.IGNORECASE,
)


def is_acknowledgement(text: str) -> bool:
    """Whether a person's message says that somebody has taken it up."""
    return bool(_ACKNOWLEDGED.search(text[:200]))


def kind_of_words(text: str, *, automatic: bool = False) -> str:
    """The kind of an event that only words tell; what nothing speaks for is an observation.

    A proposal: people's own words decide nothing by themselves, and an analyst can change each row.

    Parameters
    ----------
    text : str
    automatic : bool
        Whether a machine wrote it: then it alerts, recovers or deploys, and neither acts nor decides.

    Examples
    --------
    >>> kind_of_words("Pager fires: alert HighErrorRate triggered"), kind_of_words("rolled back v42")
    ('alert', 'action')
    >>> kind_of_words("customers report that they cannot pay"), kind_of_words("latency looks odd")
    ('consequence', 'observation')
    """
    said = text[:400]
    if automatic:
        if _RECOVERED.search(said):
            return "observation"
        if _ALERTED.search(said):
            return "alert"
        return "deploy" if _DEPLOYED.search(said) else "communication"
    if _LOOKED.match(said):
        return "observation"
    if _DECIDED.search(said):
        return "decision"
    if re.search(
        r"\b(?:alert|alarm|pager|monitor\w*|page)\w*\b.{0,60}\b(?:fire[sd]?|firing|trigger\w*|go(?:es)? off|"
        r"went off|page[sd]?|raise[sd]?)\b|\bpaged\b|\balerts? (?:for|on|about|from)\b",
        said,
        re.IGNORECASE,
    ):
        return "alert"
    if re.search(
        r"\back(?:s|ed|nowledg\w*)?\b|\bon-?call (?:engineer )?(?:joins|joined|responds|responded)\b",
        said,
        re.IGNORECASE,
    ):
        return "acknowledgement"
    if _BEGAN.search(said):
        return "failure"
    if _DID.search(said) and not re.match(r"\W*(?:errors?|fail)", said, re.IGNORECASE):
        if re.search(r"\b(?:deploy|releas|ship)(?:ed|ing|s|ment)?\b", said, re.IGNORECASE) and not re.search(
            r"roll\w* ?back|revert", said, re.IGNORECASE
        ):
            return "deploy"
        return "action"
    if _SUFFERED.search(said):
        return "consequence"
    if _DEPLOYED.search(said):
        return "action" if re.search(r"roll\w* ?back|revert", said, re.IGNORECASE) else "deploy"
    if _BROKE.search(said) and not _EASED.search(said):
        return "failure"
    if _TOLD.search(said):
        return "communication"
    return "observation"


__all__ = [
    "SERVICE_LABELS",
    "Ids",
    "is_acknowledgement",
    "kind_of_words",
    "known",
    "label",
    "labels_of",
    "moment",
    "utc_moment",
]
