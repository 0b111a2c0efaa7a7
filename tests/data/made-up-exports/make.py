"""Writes the exports of a made-up incident: nobody's shop, nobody's alerts; only the shapes are those of real tools.

One truth, told four ways with clocks that are wrong: PagerDuty's two hours behind, Slack's 37 seconds ahead, the
Markdown timeline a day late and in whole minutes; Alertmanager's is right. What each event truly was stands in
truth.csv, which the tests compare with. Run it again with `python tests/data/made-up-exports/make.py`.
"""

from __future__ import annotations

import csv
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).parent
DAY = datetime(2026, 5, 12, tzinfo=UTC)

#: Name: what it says, service, when it fired, when it was acknowledged in PagerDuty, when it was over.
ALERTS = {
    "SearchLatencyHigh": ("p99 latency of search above 2 s", "search", "09:12:20", "09:15:02", "10:41:10"),
    "SearchErrorRatio": ("more than 5 % of queries fail", "search", "09:14:05", "09:15:40", "10:40:30"),
    "IndexerQueueGrowing": ("documents wait for the indexer", "indexer", "09:17:45", "09:22:10", "10:33:00"),
    "NodeDiskPressure": ("disk of node seven almost full", "storage", "09:21:30", "", "10:20:00"),
    "CheckoutTimeouts": ("checkout waits for recommendations", "checkout", "09:26:10", "09:29:00", "10:38:20"),
    "CacheHitRatioLow": ("cache answers less than half", "cache", "09:31:55", "09:34:12", "10:36:40"),
    "ReplicaLagHigh": ("replica two is minutes late", "database", "09:43:15", "09:44:20", "10:15:25"),
    "HeapAlmostFull": ("garbage collection never rests", "search", "09:52:40", "09:53:30", "10:18:05"),
    "CertificateSyncFailed": ("vault refuses the new certificate", "edge", "10:02:25", "10:03:55", "10:12:50"),
    "TlsHandshakeErrors": ("clients give up at the handshake", "edge", "10:06:35", "", "10:13:30"),
}
#: When, and what people wrote; in Slack and in the Markdown timeline.
PEOPLE = [
    ("09:05:00", "deploy", "Rolled out index schema 42 to production"),
    ("09:18:30", "consequence", "Customers see empty result pages in the shop"),
    ("09:24:00", "decision", "Declared an incident, severity major"),
    ("09:36:20", "action", "Rolling back index schema 42 to 41"),
    ("09:58:00", "failure", "Rollback stuck because old shards are missing"),
    ("10:09:00", "action", "Rebuilding shards from the nightly snapshot"),
    ("10:42:30", "observation", "Search answers as before, all shards green"),
]
#: Acknowledgements that were also written into the alert's thread.
SAID = ("SearchLatencyHigh", "IndexerQueueGrowing", "ReplicaLagHigh")
PAGERDUTY, SLACK, MARKDOWN = timedelta(hours=-2), timedelta(seconds=37), timedelta(days=1)


def at(clock: str) -> datetime:
    hours, minutes, seconds = map(int, clock.split(":"))
    return DAY + timedelta(hours=hours, minutes=minutes, seconds=seconds)


def z(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def alertmanager() -> list[dict]:
    sent = []
    for place, (name, (said, service, fired, _, over)) in enumerate(ALERTS.items()):
        alert = {
            "labels": {"alertname": name, "service": service, "severity": "page"},
            "annotations": {"summary": said},
            "startsAt": z(at(fired)),
            "fingerprint": f"made-up-{place:08d}",
        }
        sent.append((at(fired), alert | {"status": "firing", "endsAt": "0001-01-01T00:00:00Z"}))
        sent.append((at(over), alert | {"status": "resolved", "endsAt": z(at(over))}))
    return [
        {"receiver": "made-up", "status": alert["status"], "truncatedAlerts": 0, "alerts": [alert]}
        for _, alert in sorted(sent, key=lambda pair: pair[0])
    ]


def pagerduty(rng: random.Random) -> dict:
    entries = []

    def entry(kind: str, time: datetime, name: str, number: int, agent: str, lag: float) -> None:
        said, service, *_ = ALERTS[name]
        entries.append(
            {
                "id": f"RMADEUP{len(entries):019d}",
                "type": f"{kind}_log_entry",
                "summary": f"{kind.capitalize()} by {agent}",
                "created_at": z(time + PAGERDUTY + timedelta(seconds=lag)),
                "agent": {"id": "PMADEUP", "type": "user_reference", "summary": agent},
                "channel": {"type": "api", "summary": f"{name}: {said}"},
                "service": {"id": f"P{service.upper()}", "type": "service_reference", "summary": service},
                "incident": {
                    "id": f"QMADEUP{number:07d}",
                    "type": "incident_reference",
                    "summary": f"[#{number}] {name}: {said}",
                },
            }
        )

    for number, (name, (_, _, fired, taken, over)) in enumerate(ALERTS.items(), 1):
        entry("trigger", at(fired), name, number, "Alertmanager", rng.uniform(1, 4))
        if taken:
            entry("acknowledge", at(taken), name, number, "made-up responder", 0)
        entry("resolve", at(over), name, number, "Alertmanager", rng.uniform(1, 4))
    entries.sort(key=lambda e: e["created_at"], reverse=True)
    return {"log_entries": entries, "limit": 100, "offset": 0, "more": False, "total": None}


def slack(rng: random.Random) -> list[dict]:
    messages = []

    def ts(time: datetime, lag: float) -> str:
        told = time + SLACK + timedelta(seconds=lag)
        return f"{int(told.timestamp())}.{rng.randrange(1_000_000):06d}"

    for name, (said, _, fired, taken, over) in ALERTS.items():
        first = ts(at(fired), rng.uniform(0, 2))
        bot = {"type": "message", "subtype": "bot_message", "bot_id": "BMADEUP", "username": "Alertmanager"}
        messages.append(bot | {"ts": first, "text": f"[FIRING:1] {name}: {said}", "thread_ts": first})
        over_ts = ts(at(over), rng.uniform(0, 2))
        messages.append(bot | {"ts": over_ts, "text": f"[RESOLVED] {name}: {said}", "thread_ts": first})
        if name in SAID:
            messages.append(
                {"type": "message", "user": "UMADEUP1", "ts": ts(at(taken), rng.uniform(2, 9)), "text": "ack, looking"}
                | {"thread_ts": first}
            )
    for clock, _, said in PEOPLE:
        messages.append({"type": "message", "user": "UMADEUP2", "ts": ts(at(clock), rng.uniform(0, 5)), "text": said})
    return sorted(messages, key=lambda m: m["ts"])


def markdown() -> str:
    rows = [(at(clock), said) for clock, _, said in PEOPLE]
    rows += [(at(fired), f"Alert {name}: {said}") for name, (said, _, fired, _, _) in ALERTS.items()]
    lines = [
        "# Made-up incident: search is down",
        "",
        f"Date: {DAY + MARKDOWN:%Y-%m-%d} (made up; nobody's shop)",
        "",
        "## Timeline",
        "",
        "| Time (UTC) | Event |",
        "|---|---|",
    ]
    return "\n".join(lines + [f"| {time:%H:%M} | {said} |" for time, said in sorted(rows)]) + "\n"


def truth() -> list[tuple[str, str, str]]:
    rows = [(z(at(clock)), "told", said) for clock, _, said in PEOPLE]
    for name, (_, _, fired, taken, over) in ALERTS.items():
        rows.append((z(at(fired)), "fired", name))
        rows.append((z(at(over)), "over", name))
        if taken:
            rows.append((z(at(taken)), "acknowledged", name))
    return sorted(rows)


def main() -> None:
    rng = random.Random(12)
    made = {
        "alertmanager.json": json.dumps(alertmanager(), indent=1),
        "pagerduty.json": json.dumps(pagerduty(rng), indent=1),
        "slack/users.json": json.dumps(
            [
                {"id": "UMADEUP1", "team_id": "TMADEUP", "name": "made-up-responder", "real_name": "Made-up responder"}
                | {"deleted": False, "profile": {"display_name": "responder"}},
                {"id": "UMADEUP2", "team_id": "TMADEUP", "name": "made-up-scribe", "real_name": "Made-up scribe"}
                | {"deleted": False, "profile": {"display_name": "scribe"}},
            ],
            indent=1,
        ),
        "slack/search-incident/2026-05-12.json": json.dumps(slack(rng), indent=1),
        "timeline.md": markdown(),
    }
    for name, text in made.items():
        (HERE / name).parent.mkdir(parents=True, exist_ok=True)
        (HERE / name).write_text(text.rstrip("\n") + "\n", encoding="utf-8")
    with (HERE / "truth.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("time", "state", "what"))
        writer.writerows(truth())


if __name__ == "__main__":
    main()
