"""The two drills: what each disturbs, on which ports, in which zone, and how long each part lasts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Lengths:
    """Seconds of each part of a recording."""

    quiet: float = 420.0
    fault: float = 240.0
    after: float = 240.0
    #: From the page's arrival to the on-call person's acknowledgement.
    acknowledge: float = 40.0
    #: The rule's `for:`, and the window that its ratio is taken over.
    alert_for: str = "1m"


#: A minute and a half in all, to try the script; nothing of it is kept as an incident.
REHEARSAL = Lengths(quiet=25.0, fault=45.0, after=25.0, acknowledge=5.0, alert_for="10s")


@dataclass(frozen=True)
class Plan:
    """A drill. Its ports are `base` (nginx) and the numbers that follow."""

    name: str
    base: int
    zone: str
    log: str
    seed: int
    rate: float = 6.5

    def port(self, server: str) -> int:
        servers = ("nginx", "application", "postgres", "prometheus", "alertmanager", "receiver")
        return self.base + servers.index(server)


PLANS = (
    Plan(name="database-stopped", base=18080, zone="UTC", log="json", seed=20261126),
    # The servers' zone is not UTC: their stamps without an offset are wall clocks of it.
    Plan(name="bad-configuration", base=18180, zone="Europe/Berlin", log="plain", seed=20261127),
)
