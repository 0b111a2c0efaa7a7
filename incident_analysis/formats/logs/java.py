"""log4j, logback, java.util.logging and what runs on the JVM with them; stack traces belong to the record above.

Layouts: `date LEVEL [thread] class: message` (Hadoop, Tomcat's catalina.out, Atlassian), `date [thread] LEVEL class -
message` (logback, log4j's manual), `date - LEVEL [thread:class@line] - message` (ZooKeeper), Spring Boot's `date LEVEL
pid --- [app] [thread] class : message`, `[date][LEVEL][class] [node] message` (Elasticsearch, OpenSearch), `[date]
LEVEL message (class)` (Kafka), `LEVEL [thread] date class - message` (Cassandra), `date LEVEL [class] (thread) message`
(WildFly), `17/06/09 20:10:40 INFO class: message` (Spark), the JVM's own `[date][uptime][level][tags] message`, and
without a date `10:00:00.123 [thread] LEVEL class - message` (logback's default): such rows have no usable time.

Hazards: the wall clock is the process's; only Spring Boot 3 and patterns with `Z` or `X` write an offset. A record
begins where a line begins with the stamp (or Cassandra's level and thread), whatever follows: a message whose further
lines begin so makes records of its own.

References: https://logging.apache.org/log4j/2.x/manual/pattern-layout.html, https://logback.qos.ch/manual/layouts.html,
https://docs.spring.io/spring-boot/reference/features/logging.html, https://openjdk.org/jeps/158. For the layouts of
Spring Boot, Elasticsearch, Kafka, Cassandra, WildFly, Spark and the JVM no sample was at hand: from the documentation.
"""

from __future__ import annotations

import re

from incident_analysis import clock
from incident_analysis.clock import Stamp
from incident_analysis.format import Context, Format, Lines, Match, Row, by_lines, head_lines
from incident_analysis.formats import stamps
from incident_analysis.formats.stamps import two_digits
from incident_analysis.patterns import pattern

_LEVEL = r"(?:ALL|TRACE|DEBUG|INFO|NOTICE|WARNING|WARN|ERROR|SEVERE|FATAL|CONFIG|FINEST|FINER|FINE|CRITICAL|OFF)"
_DATE = (
    rf"\d{{4}}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{{1,9}})?(?:\s?(?:Z|[+-]\d\d:?\d\d)(?!\w)| (?:{stamps.ZONES})(?= ))?"
)
_DAY_FIRST = r"\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d(?:\.\d{1,3})?"
_SHORT = r"\d\d/\d\d/\d\d \d\d:\d\d:\d\d"
_CLOCK = r"\d\d:\d\d:\d\d[.,]\d{3}"
_STAMP = rf"(?:{_DATE}|{_DAY_FIRST}|{_SHORT}|{_CLOCK})"
_START = rf"(?:\[?{_STAMP}\]?(?=[\s\[\]|:-])|{_LEVEL} +\[[^\]\n]+\] {_DATE})"
_THREAD = r"\[((?:[^\[\]\n]|\[[^\]\n]*\])*)\]"
#: A class with its packages, and a method, with nothing but a blank behind: Tomcat, NiFi.
_DOTTED = r"((?:[a-z][\w$]*\.)+[A-Z][\w$]*(?:\.[a-z_<][\w$>]*)?)"
_CLASS = r"([A-Za-z_$][\w.$/\-~]*)"

#: Name of the application, thread, then ids of a trace: each may lack.
_SPRING = pattern(
    rf"({_STAMP})\s+({_LEVEL})\s+(?:\[([^\]\n,]*)(?:,[^\]\n]*)?\]\s+)?(\d+)\s+---\s+(?:\[(?=[^\n]*?\]\s+\[(?!\s*[0-9a-f]{{16}}))([^\]\n]*)\]\s+)?"
    r"\[([^\]\n]*)\]\s+(?:\[([\w\-, ]*)\]\s+)?(\S+)\s*:\s?(.*)",
    re.DOTALL,
)
#: Logstash has its pipeline and plugin where Elasticsearch has its node.
_ELASTIC = pattern(
    rf"\[({_STAMP})\]\[({_LEVEL}|DEPRECATION) *\]\[([^\]\n]*)\]\s?(?:\[([^\]\n]*)\]\[([^\]\n]*)\] (?! )|"
    r"\[([^\]\n]*)\] ?)?(.*)",
    re.DOTALL,
)
_KAFKA = pattern(rf"\[({_STAMP})\] ({_LEVEL})\s+(.*)", re.DOTALL)
_KAFKA_CLASS = pattern(r"\(([A-Za-z_$][\w.$]+)(?::(\d+))?\)\s*$")
_AKKA = pattern(rf"\[({_STAMP})\] \[({_LEVEL})\] \[([\w.$\-]+)\] \[([^\]\n]*)\] \[([^\]\n]*)\] - (.*)", re.DOTALL)
#: Each with what stands between it and the next: Solr, ActiveMQ, Trino (tabs), Jenkins.
_SOLR = pattern(
    rf"({_STAMP}) ({_LEVEL}) +\(([^()\n]+)\) \[( *|(?=[^\]\n]*\b[a-z]:)[^\]\n]*+)\] ([\w.$\-]+) (.*)", re.DOTALL
)
_KARAF = pattern(
    rf"({_STAMP}) \| ({_LEVEL}) +\| ([^|\n]*) \| ([^|\n]*) \| (\d+ - [^|\n]*) \| (.*)",
    re.DOTALL,
)
_ACTIVEMQ = pattern(rf"({_STAMP}) \| ({_LEVEL}) +\| ([^\n]*) \| ([\w.$]+) \| ([^|\n]+)(\n.*)?$", re.DOTALL)
_TABS = pattern(rf"({_DATE})\t({_LEVEL})\t([^\t\n]+)\t((?:[a-z]\w*\.)+[\w$]+)\t(.*)", re.DOTALL)
_JENKINS = pattern(rf"({_DATE}) \[id=(\d+)\]\t({_LEVEL})\t([\w.$]+)#([\w$<>]+): ?(.*)", re.DOTALL)
_CASSANDRA = pattern(rf"({_LEVEL}) +{_THREAD} ({_DATE}) (?:(\S+?)(?::(\d+))? - )?(.*)", re.DOTALL)
_OTHERS = (
    (") [", _SOLR, "stamp severity_text thread core logger message"),
    (" | ", _KARAF, "stamp severity_text thread logger bundle message"),
    (" | ", _ACTIVEMQ, "stamp severity_text message logger thread below"),
    ("\t", _TABS, "stamp severity_text thread logger message"),
    ("\t", _JENKINS, "stamp thread severity_text logger code_function message"),
)
_ZOOKEEPER = pattern(rf"({_STAMP}) +(?:\[myid:[^\]\n]*\] +)?- ({_LEVEL})\s+{_THREAD}\s+- ?(.*)", re.DOTALL)
_LEVEL_THREAD = pattern(
    rf"({_STAMP})[ |:-]*\[?({_LEVEL}) *\]?\s*(?:{_THREAD}:?\s*(?:\[([\w.$\-]+)\]\s|{_CLASS}\s*"
    rf"(?:\([\w.$]+:\w+\(\d+\)\) )?[:\-]\s|\(([^)\n]*)\)\s|{_DOTTED}\s)?)?(.*)",
    re.DOTALL,
)
_THREAD_LEVEL = pattern(
    rf"({_STAMP})\s+{_THREAD}\s+\[?({_LEVEL}) *\]?\s+(?:{_CLASS}\s*(?:-|:|\[[^\]\n]*\] -?)\s)?(.*)", re.DOTALL
)
_LEVEL_CLASS = pattern(
    rf"({_STAMP})[ |:-]*\[?({_LEVEL})\]?\s+{_CLASS}(?::(\d+))?\s*(?:\[[^\]\n]*\] )?(?::|-)\s(.*)", re.DOTALL
)
_DECORATED = r"\[(?=\d{4}-\d\d-\d\dT)"
#: Whichever decorations are chosen; Kafka's scripts leave the level out.
_JVM = pattern(
    rf"{_DECORATED}({_DATE})\](?:\[[^\]\n]*\])*?(?:\[(trace|debug|info|warning|error) *\]\[([\w,]+) *\]|"
    rf"\[((?:gc|safepoint)(?:,\w+)*) *\](?!\[)) ?(.*)",
    re.DOTALL,
)
_PLAIN = pattern(rf"\[?({_STAMP})\]?[\s\]|:-]*(.*)", re.DOTALL)


def moment(text: str, context: Context) -> Stamp | None:
    """A stamp of these layouts; None, and told, where it has no date."""
    if text[2:3] == ":":
        context.warn("stamps without a date: kept without a time; export with the date, or add it")
        return None
    if text[2:3] == "/":
        return clock.iso(f"{two_digits(text[:2])}-{text[3:5]}-{text[6:]}")
    if text[2:3] == "-":
        return clock.common(text.replace("-", "/", 2).replace(" ", ":", 1))
    return stamps.with_zone(text, context) if text[-2:].isalpha() else clock.iso(text)


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `thread`, `logger`, `pid`, `node`, `code_line` beside the common ones."""
    found = _fields(text)
    if found is None:
        return None
    stamp = found.pop("stamp")
    assert isinstance(stamp, str)
    row: Row = {"time": moment(stamp, context)}
    for name, value in found.items():
        if value is None:
            continue
        bare = value if name == "message" else value.strip()
        row[name] = int(bare) if name in ("pid", "code_line") and bare.isdigit() else bare or None
    row["message"] = found.get("message") or ""
    return row


def _named(match: re.Match[str], names: str) -> dict[str, str | None]:
    return dict(zip(names.split(), match.groups(), strict=True))


def _others(text: str) -> dict[str, str | None] | None:
    """Heads of single programs, asked only where their mark stands near the beginning."""
    head = text[:200]
    for mark, shape, names in _OTHERS:
        if mark in head and (m := shape.match(text)) is not None:
            found = _named(m, names)
            if "below" in found:
                found["message"] = (found["message"] or "") + (found.pop("below") or "")
            return found
    return None


def _fields(text: str) -> dict[str, str | None] | None:
    first = text[:1]
    if first == "[":
        if (m := _JVM.match(text)) is not None:
            return {"stamp": m[1], "severity_text": m[2], "logger": m[3] or m[4], "message": m[5]}
        if (m := _ELASTIC.match(text)) is not None:
            return _named(m, "stamp severity_text logger pipeline plugin_id node message")
        if (m := _AKKA.match(text)) is not None:
            return _named(m, "stamp severity_text logger thread actor message")
        if (m := _KAFKA.match(text)) is not None:
            name = _KAFKA_CLASS.search(m[3].split("\n", 1)[0])
            owner, line = name.groups() if name else (None, None)
            return {"stamp": m[1], "severity_text": m[2], "message": m[3], "logger": owner, "code_line": line}
    elif first.isalpha():
        if (m := _CASSANDRA.match(text)) is not None:
            return _named(m, "severity_text thread stamp logger code_line message")
        return None
    elif (m := _SPRING.match(text)) is not None:
        found = _named(m, "stamp severity_text application pid service thread trace logger message")
        # Spring Cloud Sleuth put the application and its trace before the pid.
        found["service"] = found["service"] or found.pop("application")
        return {name: value for name, value in found.items() if name not in ("application", "trace")}
    elif (other := _others(text)) is not None:
        return other
    elif (m := _ZOOKEEPER.match(text)) is not None:
        thread, _, place = m[3].rpartition(":")
        owner, _, line = place.partition("@")
        return {
            "stamp": m[1],
            "severity_text": m[2],
            "thread": thread,
            "logger": owner,
            "code_line": line,
            "message": m[4],
        }
    elif (m := _THREAD_LEVEL.match(text)) is not None:
        return {"stamp": m[1], "thread": m[2], "severity_text": m[3], "logger": m[4], "message": m[5]}
    elif (m := _LEVEL_CLASS.match(text)) is not None and "[" not in m[3]:
        return {"stamp": m[1], "severity_text": m[2], "logger": m[3], "code_line": m[4], "message": m[5]}
    elif (m := _LEVEL_THREAD.match(text)) is not None:
        if m[6] is not None:
            return {"stamp": m[1], "severity_text": m[2], "logger": m[3], "thread": m[6], "message": m[8]}
        logger = m[4] or m[5] or m[7]
        return {"stamp": m[1], "severity_text": m[2], "thread": m[3], "logger": logger, "message": m[8]}
    if (m := _PLAIN.match(text)) is not None:
        return {"stamp": m[1], "message": m[2]}
    return None


_SURE = by_lines(
    rf"(?:{_STAMP}\s+\[?{_LEVEL}\]?\s+\[[^\]\n]+|{_STAMP} +\[(?:[^\[\]\n]|"
    rf"\[[^\]\n]*\])+\] +\[?{_LEVEL}\]? +[A-Za-z_$][\w.$]*|"
    rf"{_STAMP} (?:\[myid:[^\]\n]*\] )?- {_LEVEL} +\[|{_STAMP}\s+{_LEVEL} +(?:\[[^\]\n]*\] +)?\d+ --- \[|"
    rf"{_STAMP} {_LEVEL} +\([^()\n]+\) \[(?: *|(?=[^\]\n]*\b[a-z]:)[^\]\n]*+)\] |{_DATE} \[id=\d+\]\t{_LEVEL}\t|"
    rf"\[{_STAMP}\] \[{_LEVEL}\] \[[\w.$\-]+\] \[[^\]\n]*\] \[[^\]\n]*\] - |{_STAMP} {_LEVEL} +[\w.$\-]+ +\[\] - |"
    rf"\[{_STAMP}\]\[{_LEVEL} *\]\[|"
    rf"\[{_DATE}\] {_LEVEL} [^\n]*\([\w.$]+(?::\d+)?\)\s*$|"
    rf"{_LEVEL} +\[[^\]\n]+\] {_DATE} |{_SHORT} {_LEVEL} [\w.$]+: |{_DAY_FIRST} {_LEVEL} \[|"
    rf"{_DECORATED}{_DATE}\](?:\[[\d.]+m?s\]|\[\d+\])*(?:\[(?:trace|debug|info|warning|error) *\]\[|\[gc[^\]\n]*\] ))",
    strength=0.91,
    why="heads of log4j, logback or the JVM",
    least=0.15,
    spans=True,
)
#: More like these than like another's: loguru's bars, zap's tabs.
_VERY_SURE = by_lines(
    rf"{_STAMP} \| {_LEVEL} +\| [^\n]* \| org\.apache\.activemq[\w.$]* \| [^|\n]+$|"
    rf"{_STAMP} \| {_LEVEL} +\| [^|\n]* \| [^|\n]* \| \d+ - [^|\n]* \| |"
    rf"{_DATE}\t{_LEVEL}\t[^\t\n]+\t(?:[a-z]\w*\.)+[\w$]+\t",
    strength=0.98,
    why="heads of ActiveMQ, Karaf or Trino",
    least=0.15,
    spans=True,
)
_LIKELY = by_lines(
    rf"{_STAMP}[ |:-]+\[?{_LEVEL}\]? +(?:[a-z][\w$]*\.)+[A-Z$][\w.$]*",
    strength=0.8,
    why="heads with Java's class names",
    least=0.15,
    spans=True,
)


def recognise(head: bytes) -> Match | None:
    """By heads with a level and a thread, or a class; long stack traces may stand between them."""
    lines = head_lines(head)
    return (
        (_VERY_SURE(head) or _SURE(head) or _LIKELY(head))
        if lines and any(_BEGIN.match(line) for line in lines[:20])
        else None
    )


_BEGIN = pattern(_START.encode())

FORMAT = Format(
    name="java",
    title="log4j, logback, JVM",
    reference="https://logging.apache.org/log4j/2.x/manual/pattern-layout.html, "
    "https://logback.qos.ch/manual/layouts.html",
    sample="2026-01-02 10:00:00,000 INFO [main] made.up.Part: started\n"
    "2026-01-02 10:00:01,000 ERROR [worker-1] made.up.Part: lost\njava.lang.IllegalStateException: made up\n\tat "
    "made.up.Part.run(Part.java:12)\n",
    recognise=recognise,
    lines=Lines(parse, start=_BEGIN),
    zone_rule="local",
)
