"""What GitHub ran and released: workflow runs, deployments and their statuses, releases; REST, `gh run list --json`.

Written from the documentation: no real file was at hand. A run lasts from `run_started_at` (a run that is started
again keeps `created_at`) to `updated_at` once it is completed. Runs whose names speak of no deployment are tests and
the like: kept, and left out of the report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats.events.github_issues import is_machine, login
from incident_analysis.formats.happenings import Ids, known, utc_moment
from incident_analysis.formats.objects import at_limit, attempt, pick, records, told
from incident_analysis.patterns import pattern

_DEPLOYS = pattern(
    r"deploy|releas|publish|roll ?-?out|ship|promot|roll ?-?back|\bcd\b|production|terraform|apply", re.I
)


def _actor(person: Any) -> Row:
    if login(person) is None:
        return {"actor": "system"}
    return {"actor": "system" if is_machine(person) else "staff", "who": login(person)}


def _run(run: dict[str, Any], ids: Ids) -> Row:
    began = pick(run, "run_started_at", "startedAt", "created_at", "createdAt")
    name = pick(run, "name", "workflowName") or "workflow"
    title = pick(run, "display_title", "displayTitle", "head_commit.message")
    result = pick(run, "conclusion") or pick(run, "status")
    commit = pick(run, "head_sha", "headSha")
    finished = str(pick(run, "status") or "").lower() == "completed"
    branch = pick(run, "head_branch", "headBranch")
    words = " ".join(str(x) for x in (name, pick(run, "path"), pick(run, "event"), title) if x)
    return {
        "time": utc_moment(began),
        "time_stated": began,
        "source_id": ids.of(pick(run, "id", "databaseId") or began, _again(run)),
        "kind": "deploy",
        "text": f"{name}{f' of {branch}' if branch else ''}: {result}" + (f" ({_line(title)})" if title else ""),
        "end": utc_moment(pick(run, "updated_at", "updatedAt")) if finished else None,
        "automatic": str(pick(run, "event") or "") not in ("workflow_dispatch", ""),
        "include": None if _DEPLOYS.search(words) else False,
        "state": result,
        "commit": commit,
        "trigger": pick(run, "event"),
        "service": pick(run, "repository.name"),
        "url": pick(run, "html_url", "url"),
        **_actor(pick(run, "triggering_actor", "actor")),
    }


def _again(run: dict[str, Any]) -> str | None:
    """Which attempt it is, from the second on."""
    attempt_ = pick(run, "run_attempt", "attempt")
    return f"attempt-{attempt_}" if attempt_ not in (None, 1, "1") else None


def _line(text: Any) -> str:
    return str(text).split("\n", 1)[0]


def _deployment(one: dict[str, Any], ids: Ids) -> Row:
    written = pick(one, "created_at", "createdAt")
    where = pick(one, "environment")
    status = pick(one, "deployment_url") is not None
    of = str(pick(one, "deployment_url") or "").rsplit("/", 1)[-1] or None
    ref, sha = pick(one, "ref", "ref.name"), pick(one, "sha", "commitOid")
    what = pick(one, "state") if status else pick(one, "task") or "deploy"
    said = f"deployment of {ref or str(sha)[:12]}" if not status else f"deployment {of}"
    return {
        "time": utc_moment(written),
        "time_stated": written,
        "source_id": ids.of(pick(one, "id", "databaseId", "node_id") or written),
        "kind": "deploy",
        "text": f"{said}{f' to {where}' if where else ''}: {what}"
        + (f" ({_line(pick(one, 'description'))})" if pick(one, "description") else ""),
        "relates_to": of,
        "state": pick(one, "state"),
        "commit": sha,
        "environment": where,
        "url": pick(one, "log_url", "html_url", "url"),
        **_actor(pick(one, "creator")),
    }


def _release(one: dict[str, Any], ids: Ids) -> Row:
    written = pick(one, "published_at", "publishedAt", "created_at", "createdAt")
    return {
        "time": utc_moment(written),
        "time_stated": written,
        "source_id": ids.of(pick(one, "id", "databaseId") or pick(one, "tag_name", "tagName")),
        "kind": "deploy",
        "text": f"release {pick(one, 'tag_name', 'tagName')}"
        + (f": {pick(one, 'name')}" if pick(one, "name") not in (None, pick(one, "tag_name", "tagName")) else ""),
        "include": False if pick(one, "draft") is True else None,
        "url": pick(one, "html_url", "url"),
        **_actor(pick(one, "author")),
    }


def row_of(one: dict[str, Any], ids: Ids) -> Row | None:
    """A row of a run, a deployment, a status of one, or a release."""
    if "tag_name" in one or "tagName" in one:
        return known(_release(one, ids))
    if "head_sha" in one or "headSha" in one or "workflowName" in one or "conclusion" in one:
        return known(_run(one, ids))
    if "environment" in one or "deployment_url" in one or "task" in one:
        return known(_deployment(one, ids))
    return None


def read(text: str, context: Context) -> Iterator[Item]:
    """Runs, deployments or releases in their order."""
    ids, count = Ids(), 0
    paths = ("workflow_runs", "data.repository.deployments.nodes", "repository.deployments.nodes")
    for one, start, end in records(text, *paths):
        count += 1
        yield Item(attempt(row_of, one, ids) if isinstance(one, dict) else None, start, end)
    total = told(text, "total_count")
    if total and total.isdigit() and int(total) > count:
        context.warn(f"total_count is {int(total):,}, the export holds {count:,}: there are further pages")
    if re.search(r'"hasNextPage"\s*:\s*true', text):
        context.warn("hasNextPage is true: there are further pages")
    at_limit(count, context, limits=frozenset({30, 100}))


def recognise(head: bytes) -> Match | None:
    """By the keys of each shape."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"["):
        return None
    if re.search(rb'"workflow_runs"\s*:', text) or b'"workflowName"' in text:
        return Match(0.95, "workflow runs of GitHub")
    if b'"head_sha"' in text and b'"run_number"' in text:
        return Match(0.93, "a workflow run of GitHub")
    if b'"deployment_url"' in text or (b'"statuses_url"' in text and b'"environment"' in text):
        return Match(0.94, "deployments of GitHub")
    if re.search(rb'"deployments"\s*:\s*\{', text) and b'"createdAt"' in text:
        return Match(0.93, "deployments of GitHub's GraphQL API")
    if re.search(rb'"tag_?[nN]ame"\s*:', text) and re.search(rb'"published_?[aA]t"\s*:', text):
        return Match(0.92, "releases of GitHub")
    return None


FORMAT = Format(
    name="github_deploys",
    title="GitHub workflow runs, deployments and releases",
    yields="TIMELINE",
    reference="https://docs.github.com/en/rest/actions/workflow-runs and https://docs.github.com/en/rest/deployments "
    "(from documentation; no sample was at hand)",
    sample='{"total_count": 1, "workflow_runs": [\n {"id": 1, "name": "deploy", "head_branch": "main", "head_sha": '
    '"00000000", "run_number": 7, "event": "push", "status": "completed", "conclusion": "success", "created_at": '
    '"2026-01-02T10:00:00Z", "run_started_at": "2026-01-02T10:00:00Z", "updated_at": "2026-01-02T10:04:00Z", '
    '"actor": {"login": "somebody", "type": "User"}}]}\n',
    recognise=recognise,
    read=read,
)
