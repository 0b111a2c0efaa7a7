"""Risk: what was thought of a scenario, what happened, what is thought now.

- `graph`: causes, effects and actions of an incident as frames
- `prior`: ranges of the register as distributions; `gates`: the probability of a gate, exactly
- `history`: a prior from a history of incidents; `base_rates`: published shares of what sets incidents off
- `counting`: what was counted since a prior was written, so that nothing counts twice
- `learning`: single steps; `sizes`: what consequences teach; `update`: which rule applies to what was counted
- `verdict`: assumed, happened, surprise, now; `deeper` its further rows, `yearly` the year's loss before and now,
  `sensitivity` other assumptions; `telling` puts it in words
- `registered`: the whole register after its incidents; `scoring`: how good its forecasts were; `held`: both for one
  incident, and the chain of its first gate
- `chains`: how causes come together, from a gate, a large one by `diagrams`, or from `networks`
- `loss`: the loss of a year, exactly; `together`, `simulation`: where it has to be simulated;
  `curves`: before and now
- `treating`: what actions do to the risk; `bow_tie`: a scenario with what stands before and after it
"""

from incident_analysis.risk.base_rates import base_rate_of, base_rates, published_shares
from incident_analysis.risk.bow_tie import bow_tie
from incident_analysis.risk.chains import Chain, chain
from incident_analysis.risk.curves import loss_curves
from incident_analysis.risk.gates import gate_probability
from incident_analysis.risk.graph import actions, causes
from incident_analysis.risk.held import HeldAgainst, first_chain, held_against
from incident_analysis.risk.history import ReferenceClass, reference_class
from incident_analysis.risk.learning import near_miss_bounds, update_from_incidents, update_probability, update_rate
from incident_analysis.risk.loss import annual_loss, curve, exceedance, losses_of
from incident_analysis.risk.registered import RegisterUpdate, update_register
from incident_analysis.risk.scoring import Scores, scores
from incident_analysis.risk.together import simulate_losses
from incident_analysis.risk.treating import Treatments, treatments
from incident_analysis.risk.verdict import Verdict, verdict, verdicts

__all__ = [
    "Chain",
    "HeldAgainst",
    "ReferenceClass",
    "RegisterUpdate",
    "Scores",
    "Treatments",
    "Verdict",
    "actions",
    "annual_loss",
    "base_rate_of",
    "base_rates",
    "bow_tie",
    "causes",
    "chain",
    "curve",
    "exceedance",
    "first_chain",
    "gate_probability",
    "held_against",
    "loss_curves",
    "losses_of",
    "near_miss_bounds",
    "published_shares",
    "reference_class",
    "scores",
    "simulate_losses",
    "treatments",
    "update_from_incidents",
    "update_probability",
    "update_rate",
    "update_register",
    "verdict",
    "verdicts",
]
