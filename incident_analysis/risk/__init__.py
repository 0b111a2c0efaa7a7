"""Risk: what was thought of a scenario, what happened, what is thought now.

- `graph`: causes, effects and actions of an incident as frames
- `prior`: ranges of the register as distributions; `gates`: the probability of a gate, exactly
- `counting`: what was counted since a prior was written, so that nothing counts twice
- `update`: which rule applies to what was counted
- `verdict`: assumed, happened, surprise, now; `telling` puts it in words
"""

from incident_analysis.risk.gates import gate_probability
from incident_analysis.risk.graph import actions, causes
from incident_analysis.risk.verdict import Verdict, verdict, verdicts

__all__ = ["Verdict", "actions", "causes", "gate_probability", "verdict", "verdicts"]
