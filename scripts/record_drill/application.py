"""The small shop that the drills disturb: HTTP on loopback, goods and orders in PostgreSQL, metrics for Prometheus.

    python3 application.py SETTINGS.json LOG

Settings are read again at SIGHUP, as a pushed configuration is. The log holds what staff would want to read: orders,
slow answers, failures; as JSON lines, or as Python's logging writes plain lines in the server's own zone. What takes
time in the database takes it asleep, so that the drill costs a shared machine little.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg2

LOG = logging.getLogger("shop")
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.5, 5.0)
SLOW_S = 1.0
ROUTES = {
    r"/": ("front", None),
    r"/items/\d+": ("item", "SELECT name, price FROM item_of(%s)"),
    r"/search": ("search", "SELECT name, price FROM search_items(%s)"),
    r"/orders": ("order", "SELECT place_order(%s, %s)"),
    r"/reports/\d+": ("report", "SELECT total FROM sales_report(%s)"),
}


class JsonLines(logging.Formatter):
    """A record a line, as an object."""

    def format(self, record: logging.LogRecord) -> str:
        stamp = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        said = {"ts": stamp, "level": record.levelname, "logger": record.name, "msg": record.getMessage()}
        return json.dumps(said | getattr(record, "fields", {}))


class PoolTimeout(Exception):
    """No connection came free in time."""


class Pool:
    """At most `size` connections at once; who gets none within `wait_s` is refused."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.idle: list[Any] = []
        self.in_use = self.waiting = 0
        self.free = threading.Condition()
        self.up = True
        self.apply(settings)

    def apply(self, settings: dict[str, Any]) -> None:
        with self.free:
            self.size, self.wait_s, self.place = settings["pool_size"], settings["pool_wait_s"], settings["database"]
            self.free.notify_all()

    @contextlib.contextmanager
    def connection(self) -> Iterator[Any]:
        until = time.monotonic() + self.wait_s
        with self.free:
            self.waiting += 1
            try:
                while self.in_use >= self.size:
                    left = until - time.monotonic()
                    if left <= 0 or not self.free.wait(left):
                        raise PoolTimeout(
                            f"no connection within {self.wait_s} s: {self.in_use} of {self.size} in use,"
                            f" {self.waiting} waiting"
                        )
            finally:
                self.waiting -= 1
            self.in_use += 1
            held = self.idle.pop() if self.idle else None
        try:
            if held is None:
                held = psycopg2.connect(self.place)
                held.autocommit = True
            yield held
            self.up = True
        except psycopg2.Error:
            self.up = False
            if held is not None:
                held.close()
            held = None
            raise
        finally:
            with self.free:
                self.in_use -= 1
                if held is not None and len(self.idle) + self.in_use < self.size:
                    self.idle.append(held)
                elif held is not None:
                    held.close()
                self.free.notify()


class Figures:
    """What Prometheus scrapes."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.requests: Counter[tuple[str, int]] = Counter()
        self.buckets: Counter[float] = Counter()
        self.seconds, self.orders = 0.0, 0

    def note(self, route: str, status: int, took: float) -> None:
        with self.lock:
            self.requests[route, status] += 1
            self.seconds += took
            self.orders += status == 201
            for bound in BUCKETS:
                self.buckets[bound] += took <= bound

    def text(self, pool: Pool) -> str:
        with self.lock:
            count = sum(self.requests.values())
            lines = ["# HELP shop_requests_total Answers, by route and status.", "# TYPE shop_requests_total counter"]
            for (route, status), number in sorted(self.requests.items()):
                lines.append(f'shop_requests_total{{route="{route}",code="{status}"}} {number}')
            lines += ["# HELP shop_request_seconds Time to answer.", "# TYPE shop_request_seconds histogram"]
            lines += [f'shop_request_seconds_bucket{{le="{bound}"}} {self.buckets[bound]}' for bound in BUCKETS]
            lines += [f'shop_request_seconds_bucket{{le="+Inf"}} {count}']
            lines += [f"shop_request_seconds_sum {self.seconds:.6f}", f"shop_request_seconds_count {count}"]
            lines += ["# HELP shop_orders_total Orders placed.", "# TYPE shop_orders_total counter"]
            lines += [f"shop_orders_total {self.orders}"]
        for name, value, meaning in (
            ("shop_database_up", int(pool.up), "Whether the last use of the database worked."),
            ("shop_pool_size", pool.size, "Connections that the pool may hold."),
            ("shop_pool_in_use", pool.in_use, "Connections in use."),
            ("shop_pool_waiting", pool.waiting, "Requests that wait for a connection."),
        ):
            lines += [f"# HELP {name} {meaning}", f"# TYPE {name} gauge", f"{name} {value}"]
        return "\n".join(lines) + "\n"


class Shop(BaseHTTPRequestHandler):
    """Answers a request; a failed database is a 503 with the reason in the log."""

    pool: Pool
    figures: Figures

    def do_GET(self) -> None:
        if self.path == "/metrics":
            self.answer(200, self.figures.text(self.pool), kind="text/plain; version=0.0.4")
            return
        began = time.monotonic()
        path, _, query = self.path.partition("?")
        route, sql = next((found for rule, found in ROUTES.items() if re.fullmatch(rule, path)), ("none", None))
        if route == "none":
            status, body = 404, {"error": "no such page"}
        else:
            status, body = self.worked(route, sql, path, query)
        took = time.monotonic() - began
        self.figures.note(route, status, took)
        if took >= SLOW_S and status < 500:
            self.tell(logging.WARNING, f"slow answer: {took:.3f} s", route, status)
        try:
            self.answer(status, json.dumps(body))
        except OSError:
            self.tell(logging.WARNING, "the peer was gone before the answer", route, status)

    do_POST = do_GET

    def worked(self, route: str, sql: str | None, path: str, query: str) -> tuple[int, dict[str, Any]]:
        arguments: tuple[Any, ...] = (re.sub(r"\D", "", path) or query.removeprefix("q="),)
        if route == "order":
            given = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
            arguments = (given.get("item", 0), given.get("count", 1))
        if sql is None:
            return 200, {"shop": "open"}
        try:
            with self.pool.connection() as held, held.cursor() as cursor:
                cursor.execute(sql, arguments)
                rows = cursor.fetchall()
        except PoolTimeout as error:
            self.tell(logging.ERROR, f"PoolTimeout: {error}", route, 503)
            return 503, {"error": "busy"}
        except psycopg2.Error as error:
            first = " ".join(str(error).split("\n")[0].split())
            self.tell(logging.ERROR, f"{type(error).__name__}: {first}", route, 503)
            return 503, {"error": "database"}
        if route == "order":
            self.tell(logging.INFO, f"order {rows[0][0]} placed", route, 201)
            return 201, {"order": rows[0][0]}
        return 200, {"rows": [[str(cell) for cell in row] for row in rows]}

    def tell(self, level: int, message: str, route: str, status: int) -> None:
        fields = {"route": route, "status": status, "request_id": self.headers.get("X-Request-Id", "")}
        if isinstance(LOG.handlers[0].formatter, JsonLines):
            LOG.log(level, message, extra={"fields": fields})
        else:
            LOG.log(level, "%s route=%s status=%s request_id=%s", message, *fields.values())

    def answer(self, status: int, text: str, *, kind: str = "application/json") -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """nginx keeps the access log."""


def main() -> None:
    place, log = Path(sys.argv[1]), sys.argv[2]
    settings = json.loads(place.read_text(encoding="utf-8"))
    keeper = logging.FileHandler(log, encoding="utf-8")
    plain = logging.Formatter("%(asctime)s - %(name)s - %(levelname)s - %(message)s")
    keeper.setFormatter(JsonLines() if settings["log"] == "json" else plain)
    LOG.addHandler(keeper)
    LOG.setLevel(logging.INFO)
    pool = Pool(settings)
    Shop.pool, Shop.figures = pool, Figures()

    def reload(*_: Any) -> None:
        fresh = json.loads(place.read_text(encoding="utf-8"))
        pool.apply(fresh)
        LOG.info("settings read again: revision %s", fresh["revision"])

    signal.signal(signal.SIGHUP, reload)
    server = ThreadingHTTPServer(("127.0.0.1", settings["port"]), Shop)
    server.daemon_threads = True
    LOG.info("listening, settings of revision %s", settings["revision"])
    # Signals are taken by the main thread, which must be free to.
    threading.Thread(target=server.serve_forever, daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    while True:
        signal.pause()


if __name__ == "__main__":
    main()
