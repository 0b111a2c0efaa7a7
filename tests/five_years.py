"""The made-up incidents of the made-up five-year register (tests/data/five_year_register.yaml)."""

from __future__ import annotations

from typing import Any

from incident_analysis.incident import Incident

#: Until when the five years are told.
UNTIL = "2025-12-31T00:00:00Z"


def incident(when: str, scenario: str, effects: tuple[str, ...], cost: float | None = None, **more: Any) -> Incident:
    """One made-up incident; `cost` in EUR."""
    lines = [{"id": "i1", "kind": "money", "what": "Cost", "likely": cost, "unit": "EUR"}] if cost is not None else []
    told = {"id": scenario, "cause_occurred": True, "effects": list(effects), "impact": ["i1"] if lines else []}
    return Incident.model_validate(
        {
            "id": f"made-up-{when[:10]}-{scenario}",
            "title": f"Made up: {scenario}",
            "severity": {"level": "P3", "reason": "made up"},
            "times": {"started": {"time": when}},
            "impact": lines,
            "risk": {"scenarios": [told] if scenario else []},
            **more,
        }
    )


#: A catastrophe that came once; ten failed connections in one year are in the register's own counts; two sales, one of
#: them dearer than its range; three failures of the provider; two broken deployments; one thing that no scenario holds.
INCIDENTS = [
    incident("2023-06-11T04:00:00Z", "site-lost", ("days-down",), 2_400_000),
    incident("2021-11-26T08:00:00Z", "capacity", ("sale-lost",), 21_000),
    incident("2024-11-29T08:00:00Z", "capacity", ("sale-lost",), 460_000),
    incident("2021-04-02T10:00:00Z", "vendor", ("no-payments",), 9_000),
    incident("2022-08-15T10:00:00Z", "vendor", ("no-payments",), 14_000),
    incident("2025-01-20T10:00:00Z", "vendor", ("no-payments",), 31_000),
    incident("2022-02-01T10:00:00Z", "bad-deploy", ("shop-down",), 6_500),
    incident("2025-09-09T10:00:00Z", "bad-deploy", ("shop-down",), 18_000),
    incident(
        "2024-02-29T00:00:00Z",
        "",
        (),
        causes=[{"id": "c", "text": "The calendar had no 29 February", "kind": "trigger"}],
        risk={"scenarios": []},
    ),
]
