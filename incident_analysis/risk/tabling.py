"""A verdict as a table of text."""

from __future__ import annotations

import pandas as pd

from incident_analysis import words
from incident_analysis.register import Scenario
from incident_analysis.risk.counting import Counted
from incident_analysis.risk.sensitivity import VARIANTS
from incident_analysis.risk.telling import Found, bare, bound, contradicts, figure, surprises
from incident_analysis.risk.update import Update

COLUMNS = ["What", "Assumed", "Happened", "Surprise", "Now"]


def table(scenario: Scenario, seen: Counted, changed: Update, found: Found) -> pd.DataFrame:
    """The verdict as a table of text: What, Assumed, Happened, Surprise, Now; no cell is empty."""

    def cell(effect_id: str, name: str, absent: str) -> str:
        e = found.get((effect_id, name))
        return absent if e is None else figure(e) if e.known else "unknown"

    def counts(effect_id: str, name: str) -> str:
        if (effect_id, f"{name}_count") not in found:
            return "not counted"
        count, years = found[effect_id, f"{name}_count"], found[effect_id, f"{name}_exposure_years"]
        return f"{figure(count)} in {figure(years)}"

    def surprise(effect_id: str, name: str) -> str:
        bits = found.get((effect_id, f"{name}_surprise"))
        if bits is None:
            return "none: reconstructed afterwards" if seen.reconstructed else "unknown"
        return f"{figure(bits)} (chance {figure(found[effect_id, f'{name}_chance'])})"

    apart = changed.leading is not None and changed.leading.entangled
    rows = [
        [
            f"How often: {bare(scenario.cause.what)}",
            cell("", "cause_rate_assumed", "unknown"),
            counts("", "cause"),
            surprise("", "cause_count"),
            cell("", "cause_rate_now", "unknown") + (" (hardly told apart)" if apart else ""),
        ]
    ]
    for one in changed.effects:
        name, what = one.effect.id, bare(one.effect.what)
        told = "not counted" if one.trials is None else f"{one.hits} of {one.trials}"
        shared = " (hardly told apart)" if one.entangled else ""
        rows += [
            [
                f"How likely then: {what}",
                cell(name, "effect_probability_assumed", "unknown"),
                told,
                "not by itself",
                cell(name, "effect_probability_now", "unknown") + shared,
            ],
            [
                f"How often in all: {what}",
                cell(name, "loss_event_frequency_assumed", "unknown"),
                counts(name, "loss_event"),
                surprise(name, "loss_event_count"),
                cell(name, "loss_event_frequency_now", "unknown"),
            ],
            [
                f"Consequence each time: {what}",
                cell(name, "loss_magnitude_assumed", "unknown"),
                cell(name, "loss_magnitude_happened", "not comparable"),
                surprise(name, "loss_magnitude"),
                "its median below"
                if (name, "loss_magnitude_now") in found
                else "as assumed: no loss is known that would change it"
                if found[name, "loss_magnitude_assumed"].known
                else "unknown",
            ],
        ]
        if (name, "loss_magnitude_median_assumed") in found:
            rows.append(
                [
                    f"Median consequence: {what}",
                    cell(name, "loss_magnitude_median_assumed", "unknown"),
                    "not by itself",
                    "not by itself",
                    cell(name, "loss_magnitude_now", "unknown"),
                ]
            )
        if (name, "cause_rate_at_least") in found:
            near = words.plural(seen.near_misses, "reported near miss", "reported near misses")
            rows += [
                [f"Bound by near misses, how often: {bare(scenario.cause.what)}", "not by itself", near,
                 "not by itself", bound(found[name, "cause_rate_at_least"])],
                [f"Bound by near misses, how likely then: {what}", "not by itself", near,
                 "not by itself", bound(found[name, "effect_probability_at_most"])],
            ]  # fmt: skip
        if (name, "loss_per_year_assumed") in found:
            rows.append(
                [
                    f"Mean consequence a year: {what}",
                    cell(name, "loss_per_year_assumed", "unknown"),
                    "not counted",
                    "not by itself",
                    cell(name, "loss_per_year_now", "unknown"),
                ]
            )
    amount = found.get(("", "annual_loss_threshold"))
    if amount is not None:
        if ("", "expected_annual_loss_assumed") in found:
            rows.append(
                ["Expected loss of a year, all effects", cell("", "expected_annual_loss_assumed", "unknown"),
                 "not counted", "not by itself", cell("", "expected_annual_loss_now", "unknown")]
            )  # fmt: skip
        rows.append(
            [f"Probability of a year above {amount.figure}", cell("", "exceedance_assumed", "unknown"),
             "not counted", "not by itself", cell("", "exceedance_now", "unknown")]
        )  # fmt: skip
    for (effect_id, name), e in found.items():
        for variant, told in VARIANTS.items():
            if name.endswith(f"_now_{variant}"):
                base = name.removesuffix(f"_now_{variant}")
                of = next((bare(one.effect.what) for one in changed.effects if one.effect.id == effect_id), "the cause")
                rows.append(
                    [f"Had the rate been assumed {told}: how often {of}", f"rate {told}",
                     counts(effect_id, "cause" if base == "cause_rate" else "loss_event"), "not by itself", figure(e)]
                )  # fmt: skip
    for (effect_id, name), e in found.items():
        if name.endswith("_conflict") and contradicts(e):
            what = next(w for i, n, w in surprises(changed) if (i, n) == (effect_id, name.removesuffix("_conflict")))
            rows.append(
                [
                    f"Contradiction: {what}",
                    "as assumed",
                    "as counted",
                    f"as far off: chance {figure(e)}",
                    "not by itself",
                ]
            )
    return pd.DataFrame(rows, columns=COLUMNS)
