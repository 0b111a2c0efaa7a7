"""Bounded load on loopback, and what each request of it saw.

Arrivals are random at a steady rate, so many seconds long and no longer. Each client has an address of its own in
127.0.0.0/8. Some clients are patient, some are not; after a failure half of them try once more, and say so.
"""

from __future__ import annotations

import http.client
import json
import queue
import random
import threading
import time
from dataclasses import dataclass, replace

AGENTS = ("ShopApp/5.2 (Android)", "ShopApp/5.2 (iOS)", "Mozilla/5.0 (X11; Linux x86_64)", "curl/8.5.0")
WORDS = ("lamp", "chair", "kettle", "rug", "shelf", "clock")
PATIENT_S, IMPATIENT_S = 6.0, 1.6


@dataclass(frozen=True)
class Request:
    """One to be sent."""

    client: int
    method: str
    path: str
    tries_again: bool
    attempt: int = 1


@dataclass(frozen=True)
class Seen:
    """What became of it: a status, or why there is none."""

    sent: float
    took: float
    request: Request
    status: int | None
    error: str


class Load:
    """`rate` requests a second for `seconds`, from `clients` clients, in at most `workers` at once."""

    def __init__(
        self, port: int, *, rate: float, seconds: float, clients: int = 40, workers: int = 48, seed: int
    ) -> None:
        self.port, self.rate, self.seconds, self.clients = port, rate, seconds, clients
        self.rng = random.Random(seed)
        self.jobs: queue.Queue[Request | None] = queue.Queue()
        self.seen: list[Seen] = []
        self.planned = self.never_sent = 0
        self.stop = threading.Event()
        self.workers = [threading.Thread(target=self._work, daemon=True) for _ in range(workers)]
        self.source = threading.Thread(target=self._arrivals, daemon=True)

    def start(self) -> None:
        for thread in (*self.workers, self.source):
            thread.start()

    def finish(self) -> None:
        """Waits for the last answers."""
        self.source.join()
        for _ in self.workers:
            self.jobs.put(None)
        for thread in self.workers:
            thread.join(timeout=2 * PATIENT_S)

    def _arrivals(self) -> None:
        due = time.monotonic()
        end = due + self.seconds
        while (due := due + self.rng.expovariate(self.rate)) < end:
            if self.stop.wait(max(0.0, due - time.monotonic())):
                return
            self.planned += 1
            # A queue that grows would send later than planned: what finds no free worker is never sent, and counted.
            if self.jobs.qsize() >= len(self.workers):
                self.never_sent += 1
            else:
                self.jobs.put(self._request())

    def _request(self) -> Request:
        rng, chance = self.rng, self.rng.random()
        client, again = rng.randrange(self.clients), rng.random() < 0.5
        if chance < 0.12:
            return Request(client, "GET", "/", again)
        if chance < 0.60:
            return Request(client, "GET", f"/items/{rng.randrange(1, 400)}", again)
        if chance < 0.80:
            return Request(client, "GET", f"/search?q={rng.choice(WORDS)}", again)
        if chance < 0.92:
            return Request(client, "POST", "/orders", again)
        if chance < 0.99:
            return Request(client, "GET", f"/reports/{rng.randrange(1, 13)}", again)
        return Request(client, "GET", f"/old/{rng.randrange(9)}", again)

    def _work(self) -> None:
        while (job := self.jobs.get()) is not None:
            seen = self._send(job)
            self.seen.append(seen)
            failed = seen.status is None or seen.status >= 500
            if failed and job.tries_again:
                time.sleep(1.0)
                self.seen.append(self._send(replace(job, attempt=2)))

    def _send(self, job: Request) -> Seen:
        # Every fourth client waits for less than the proxy does.
        patience = IMPATIENT_S if job.client % 4 == 3 else PATIENT_S
        sent, began = time.time(), time.monotonic()
        status, error = None, ""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=patience, source_address=(f"127.0.0.{10 + job.client}", 0)
        )
        headers = {"User-Agent": AGENTS[job.client % len(AGENTS)], "Host": "shop.example"}
        if job.attempt > 1:
            headers["X-Attempt"] = f"attempt={job.attempt}"
        body = json.dumps({"item": 1 + job.client, "count": 1}) if job.method == "POST" else None
        try:
            connection.request(job.method, job.path, body=body, headers=headers)
            answer = connection.getresponse()
            answer.read()
            status = answer.status
        except TimeoutError:
            error = "timeout"
        except OSError as failure:
            error = f"connection: {type(failure).__name__}"
        except http.client.HTTPException as failure:
            error = f"protocol: {type(failure).__name__}"
        finally:
            connection.close()
        return Seen(sent, time.monotonic() - began, job, status, error)
