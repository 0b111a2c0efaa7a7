"""The risk register: scenarios with what was thought of them, as `risk_register.yaml` tells it.

A scenario is a cause with its rate, the probability of each effect once the cause is there, and the consequence of
the effect. A rate, probability or consequence without a range is unknown, never zero.

`ranges` holds figures to what they describe, `scenario` what a register is made of, `reading` the way from a file to a
Register.
"""

from incident_analysis.register.reading import FILE_NAME, find_register, read_register
from incident_analysis.register.scenario import (
    Gate,
    GateEvent,
    GateNode,
    NearMiss,
    Register,
    Scenario,
    ScenarioCause,
    ScenarioEffect,
    Window,
    years,
)

__all__ = [
    "FILE_NAME",
    "Gate",
    "GateEvent",
    "GateNode",
    "NearMiss",
    "Register",
    "Scenario",
    "ScenarioCause",
    "ScenarioEffect",
    "Window",
    "find_register",
    "read_register",
    "years",
]
