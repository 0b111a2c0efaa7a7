"""The servers of a drill: found, configured, started in a folder of their own on loopback, and ended again."""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from plan import Lengths, Plan

HERE = Path(__file__).parent
PACKAGES = {
    "nginx": "nginx-light",
    "postgres": "postgresql",
    "initdb": "postgresql",
    "psql": "postgresql",
    "prometheus": "prometheus",
    "prometheus-alertmanager": "prometheus-alertmanager",
}


class Missing(Exception):
    """A server is not installed, or a port is taken: what, and what to do."""


def program(name: str) -> str:
    """Where a server's program is; Debian keeps PostgreSQL's and nginx's off the path."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True)
    for folder in (*versions, Path("/usr/sbin"), Path("/usr/bin")):
        if (folder / name).exists():
            return str(folder / name)
    found = shutil.which(name)
    if found is None:
        raise Missing(f"{name} is not installed here\nTo fix: apt-get install {PACKAGES[name]}")
    return found


def check(plan: Plan) -> None:
    """That every server is installed and every port free, before anything is started."""
    for name in PACKAGES:
        program(name)
    try:
        import psycopg2  # noqa: F401
    except ImportError:
        raise Missing(
            f"{sys.executable} has no psycopg2, with which the application speaks to PostgreSQL\n"
            "To fix: apt-get install python3-psycopg2, and run with /usr/bin/python3"
        ) from None
    for port in range(plan.base, plan.base + 6):
        if _listening(port):
            raise Missing(f"port {port} of 127.0.0.1 is taken\nTo fix: end what listens there, or change plan.py")


def _listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Stack:
    """The servers of one drill under `root`; `end` ends them all, whatever became of them."""

    def __init__(self, plan: Plan, lengths: Lengths, root: Path) -> None:
        self.plan, self.lengths, self.root = plan, lengths, root
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    # ---- starting and ending ----------------------------------------------------------------------------------------

    def start(self) -> None:
        for folder in ("logs", "app", "postgres", "prometheus", "alertmanager", "alerts", "nginx"):
            (self.root / folder).mkdir(parents=True)
        self._configure()
        self._make_database()
        self.start_postgres()
        self._fill_database()
        port = self.plan.port
        # The program runs from the folder of the drill: its tracebacks name no other.
        for name in ("application.py", "receiver.py", "push.py"):
            shutil.copy(HERE / name, self.root / "app" / name)
        self._run("application", [sys.executable, "application.py", "shop.json", "../logs/application.log"], "app")
        self._run("receiver", [sys.executable, "receiver.py", str(port("receiver")), "../alerts"], "app")
        self._run("nginx", [program("nginx"), "-p", ".", "-e", "../logs/nginx-error.log", "-c", "nginx.conf"], "nginx")
        alertmanager = [
            program("prometheus-alertmanager"),
            "--config.file=alertmanager.yml",
            "--storage.path=data",
            f"--web.listen-address=127.0.0.1:{port('alertmanager')}",
            "--web.external-url=http://alertmanager.example",
            "--cluster.listen-address=",
            "--log.level=warn",
        ]
        self._run("alertmanager", alertmanager, "alertmanager")
        prometheus = [
            program("prometheus"),
            "--config.file=prometheus.yml",
            "--storage.tsdb.path=data",
            f"--web.listen-address=127.0.0.1:{port('prometheus')}",
            "--web.external-url=http://prometheus.example",
            "--log.level=warn",
        ]
        self._run("prometheus", prometheus, "prometheus")
        for name in ("application", "receiver", "nginx", "alertmanager", "prometheus"):
            self._wait_for(name)

    def start_postgres(self) -> None:
        command = [program("postgres"), "-D", "data"]
        self._run("postgres", command, "postgres", user="postgres", log=self.root / "logs" / "postgresql.log")
        self._wait_for("postgres")
        # It listens a little before it takes connections.
        asked = [program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.plan.port("postgres"))]
        for _ in range(300):
            if subprocess.run([*asked, "-U", "postgres", "-d", "postgres"], timeout=10).returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError("PostgreSQL took no connection within 30 s")

    def stop_postgres(self) -> None:
        """A fast shutdown: connections are cut, data are kept."""
        self.running["postgres"].send_signal(signal.SIGINT)
        self.running["postgres"].wait(timeout=30)

    def end(self) -> None:
        """Ends what was started: asked first, then without asking."""
        order = ("nginx", "prometheus", "alertmanager", "receiver", "application", "postgres")
        for name in order:
            process = self.running.pop(name, None)
            if process is None or process.poll() is not None:
                continue
            process.send_signal(signal.SIGINT if name == "postgres" else signal.SIGTERM)
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait(timeout=10)

    def _run(self, name: str, command: list[str], folder: str, *, user: str = "", log: Path | None = None) -> None:
        world = {"PATH": "/usr/bin:/bin", "TZ": self.plan.zone, "LANG": "C.UTF-8", "GOMAXPROCS": "1"}
        with (log or self.root / f"{name}.out").open("ab") as out:
            self.running[name] = subprocess.Popen(
                _as(user, command),
                cwd=self.root / folder,
                env=world,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def _wait_for(self, name: str) -> None:
        for _ in range(300):
            if self.running[name].poll() is not None:
                places = (self.root / f"{name}.out", self.root / "logs" / "postgresql.log")
                said = places[name == "postgres"].read_text(encoding="utf-8", errors="replace")
                raise RuntimeError(f"{name} ended at its start: {said[-600:]}")
            if _listening(self.plan.port(name)):
                return
            time.sleep(0.1)
        raise RuntimeError(f"{name} did not listen within 30 s")

    # ---- configuring ------------------------------------------------------------------------------------------------

    def _configure(self) -> None:
        port = self.plan.port
        settings = {
            "revision": 41,
            "port": port("application"),
            "database": f"host=127.0.0.1 port={port('postgres')} user=shop dbname=shop connect_timeout=2",
            "pool_size": 8,
            "pool_wait_s": 1.0,
            "banner": "",
            "log": self.plan.log,
        }
        (self.root / "app" / "shop.json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
        values = {name.upper(): str(port(name)) for name in ("nginx", "application", "alertmanager", "receiver")}
        values |= {"PROMETHEUS": str(port("prometheus")), "FOR": self.lengths.alert_for}
        for template in (HERE / "servers").iterdir():
            if template.name in ("shop.sql", "postgresql.conf"):
                continue
            text = template.read_text(encoding="utf-8")
            for name, value in values.items():
                text = text.replace(f"@{name}@", value)
            folder = {"nginx.conf": "nginx", "alertmanager.yml": "alertmanager"}.get(template.name, "prometheus")
            (self.root / folder / template.name).write_text(text, encoding="utf-8")

    def _make_database(self) -> None:
        folder = self.root / "postgres"
        if os.getuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        command = [program("initdb"), "-D", "data", "-U", "postgres", "-E", "UTF8", "--locale=C", "-A", "trust"]
        subprocess.run(_as("postgres", command), cwd=folder, check=True, capture_output=True, timeout=120)
        text = (HERE / "servers" / "postgresql.conf").read_text(encoding="utf-8")
        text = text.replace("@PORT@", str(self.plan.port("postgres"))).replace("@ZONE@", self.plan.zone)
        with (folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(text)

    def _fill_database(self) -> None:
        psql = [program("psql"), "-q", "-X", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-U", "postgres"]
        psql += ["-p", str(self.plan.port("postgres"))]
        for database, script in (("postgres", "CREATE ROLE shop LOGIN; CREATE DATABASE shop OWNER shop"), ("shop", "")):
            given = script or (HERE / "servers" / "shop.sql").read_text(encoding="utf-8")
            for statement in given.split("; ") if script else [given]:
                subprocess.run([*psql, "-d", database, "-c", statement], check=True, capture_output=True, timeout=60)


def _as(user: str, command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root: its own user then."""
    if not user or os.getuid() != 0:
        return command
    who = pwd.getpwnam(user)
    return ["setpriv", f"--reuid={who.pw_uid}", f"--regid={who.pw_gid}", "--clear-groups", *command]
