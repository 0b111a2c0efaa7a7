"""What `docker compose logs` shows."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


@pytest.mark.parametrize("head", ["", "Attaching to db-1, web-1\n"])
def test_prefixes_are_services(read: Read, head: str) -> None:
    frame = read(
        head
        + "web-1  | 2026-01-02T10:00:00.000000001Z started | really\n"
        + "db-1   | 2026-01-02T10:00:01Z ready\n"
        + "db-1   | 2026-01-02T10:00:02Z \n"
        + "web-1 exited with code 0\n"
    )
    assert frame.attrs["format"] == "docker_compose"
    assert list(frame["service"]) == ["web-1", "db-1", "db-1", "web-1"]
    assert list(frame["message"]) == ["started | really", "ready", "", "web-1 exited with code 0"]
    assert str(frame["time"][0]) == "2026-01-02 10:00:00.000000001+00:00"
    assert pd.isna(frame["time"][3])


def test_colours_and_no_times(read: Read) -> None:
    frame = read("\x1b[2K\x1b[36mweb-1  | \x1b[0m * Serving\n\x1b[33mdb-1   | \x1b[0m\x1b[31mlost\x1b[0m\n")
    assert list(frame["service"]) == ["web-1", "db-1"]
    assert list(frame["message"]) == [" * Serving", "lost"]
    assert frame["time"].isna().all()
    assert any("usable time" in said for said in frame.attrs["said"])


def test_each_services_text_is_read_by_its_own_format(read: Read) -> None:
    frame = read(
        'web-1  | {"level":"error","ts":1767348000.25,"msg":"lost"}\n'
        'db-1   | 192.0.2.1 - - [02/Jan/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1\n'
        'web-1  | {"level":"info","ts":1767348001.25,"msg":"ok"}\n'
        'db-1   | 192.0.2.1 - - [02/Jan/2026:10:00:01 +0000] "GET /a HTTP/1.1" 500 1\n'
    )
    assert list(frame["inner_format"]) == ["json_lines", "access", "json_lines", "access"]
    assert list(frame["severity_number"]) == [17, 9, 9, 17]
    assert str(frame["time"][0]) == "2026-01-02 10:00:00.250000+00:00"
    assert list(frame["service"]) == ["web-1", "db-1"] * 2


def test_names_of_ones_own(read: Read) -> None:
    frame = read("web  | a\nweb  | b\nweb  | c\ndatabase  | d\ndatabase  | e\nweb  | f\n")
    assert list(frame["service"]) == ["web", "web", "web", "database", "database", "web"]


def test_a_table_is_not_claimed(read: Read) -> None:
    from incident_analysis.formats.logs import docker_compose

    assert docker_compose.recognise(b"name   | value\nalpha  | 1\nbeta   | 2\n") is None
    assert docker_compose.recognise(b"| Time | Event |\n|---|---|\n| 10:00 | x |\n") is None


@pytest.mark.parametrize("before", [True, False])
def test_tasks_of_a_swarm_stand_with_their_nodes(read: Read, before: bool) -> None:
    # `docker service logs -t` puts the stamp before the name of the task; older versions put it behind.
    lines = []
    for task, node, text in (("1.made1", "node-a", "up"), ("2.made2", "node-b", "up"), ("1.made1", "node-a", "lost")):
        stamp = "2026-01-02T10:00:00.000000001Z "
        lines.append(f"{stamp if before else ''}made_web.{task}@{node}    | {'' if before else stamp}{text}\n")
    frame = read("".join(lines))
    assert frame.attrs["format"] == "docker_compose"
    assert list(frame["service"]) == ["made_web.1.made1", "made_web.2.made2", "made_web.1.made1"]
    assert list(frame["host"]) == ["node-a", "node-b", "node-a"]
    assert list(frame["message"]) == ["up", "up", "lost"]
    assert frame["time"][2].nanosecond == 1


def test_what_compose_says_of_itself_is_no_record(read: Read) -> None:
    frame = read(
        "[+] Running 2/2\n ✔ Container made-db-1   Created   0.0s\n ✔ Container made-web-1  Created   0.0s\n"
        "Attaching to db-1, web-1\ndb-1   | ready\nweb-1  | lost\n"
        "web-1 exited with code 1 (restarting)\nGracefully stopping... (press Ctrl+C again to force)\n"
    )
    assert frame.attrs["format"] == "docker_compose"
    assert list(frame["message"]) == ["ready", "lost", "web-1 exited with code 1 (restarting)"]
    assert frame["parsed"].all()


def test_a_time_a_level_and_a_bar_are_no_container(read: Read) -> None:
    frame = read("".join(f"2026-01-02T10:00:0{i}Z {'ERROR' if i else 'INFO'} | made up\n" for i in range(6)))
    assert frame.attrs["format"] == "timed_lines"
    assert list(frame["severity_text"]) == ["INFO"] + ["ERROR"] * 5


def test_levels_before_a_bar_are_no_containers(read: Read) -> None:
    with pytest.raises(ValueError, match="no known format"):
        read("INFO  | made up | on\nERROR | made up | lost\nINFO  | made up | on\nINFO  | made up | on\n")
