"""A verdict in words. Every figure that stands in a sentence stands in the verdict's table, written the same way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from incident_analysis import words
from incident_analysis.estimate import Estimate
from incident_analysis.incident import Incident
from incident_analysis.register import Scenario, ScenarioEffect
from incident_analysis.risk.counting import Counted
from incident_analysis.risk.deeper import CONFLICT
from incident_analysis.risk.sensitivity import VARIANTS, leans_on
from incident_analysis.risk.sizes import size_in
from incident_analysis.risk.update import Update

Found = Mapping[tuple[str, str], Estimate]

RECONSTRUCTED = "Reconstructed afterwards"
YEARLY = "per year"

#: A source of up to so many characters stands beside its figure, a longer one at the end.
INLINE = 60

#: So many incidents are named one by one.
NAMED = 4

#: Up to so many bits what happened fits what was assumed; above the second figure it hardly does.
FITS_BITS, STRAINED_BITS = 3.0, 7.0


def heading(scenario: Scenario, seen: Counted, incidents: Sequence[Incident]) -> str:
    """The verdict's title."""
    return f"{RECONSTRUCTED}: {scenario.title}" if seen.reconstructed else scenario.title


def figure(e: Estimate) -> str:
    """An estimate as it is quoted: a share as a percentage, and "per year" once."""
    if not e.known:
        return "unknown"
    if e.value is None and e.unit == "" and (e.low is None) != (e.high is None):
        return f"at most {words.percent(e.high)}" if e.high is not None else f"at least {words.percent(e.low or 0.0)}"
    if e.value is None:
        return e.figure
    if e.unit == "years":
        # A time just below a year keeps no more digits than others.
        return words.quantity(float(f"{e.value:.3g}"), "years")
    if e.unit == "times":
        return words.plural(int(e.value), "time")
    yearly = e.unit.endswith(YEARLY)
    unit = e.unit.removesuffix(YEARLY).strip()
    if words.is_currency(unit) and (yearly or e.interval in ("credible", "stated")):
        e = _three_digits(e, ends=yearly or e.interval == "credible")
    if e.unit and not yearly:
        return e.figure

    def say(x: float) -> str:
        return words.quantity(x, unit) if yearly else words.percent(x)

    assert e.value is not None
    per = f" {YEARLY}" if yearly else ""
    if e.low is None or e.high is None or e.low == e.high:
        return say(e.value) + per
    return f"{say(e.value)} [{say(e.low)}, {say(e.high)}]{per}"


def _three_digits(e: Estimate, *, ends: bool) -> Estimate:
    """An amount that was computed from ranges, no finer than they are; the ends of a stated range keep their digits."""

    def short(x: float | None) -> float | None:
        return None if x is None else float(f"{x:.3g}")

    low, high = (short(e.low), short(e.high)) if ends else (e.low, e.high)
    value = short(e.value)
    assert value is not None
    inside = (low is None or low <= value) and (high is None or value <= high)
    return replace(e, value=value, low=low, high=high) if inside else e


def paragraph(scenario: Scenario, seen: Counted, changed: Update, found: Found, level: float) -> str:
    """Assumed, happened, surprise, now, the loss of a year, how much rests on the assumption."""
    origins = [(f"the rate of the cause: {changed.rate.source}", changed.rate)]
    for one in changed.effects:
        origins.append((f"the probability of {quoted(one.effect.what)}: {one.probability.source}", one.probability))
        origins.append((f"the consequence of {quoted(one.effect.what)}: {one.consequence.source}", one.consequence))
    below = [text for text, belief in origins if len(bare(belief.source)) > INLINE and belief.tells]
    parts = [
        _assumed(scenario, seen, changed, found, level),
        _happened(scenario, seen, changed, found),
        _surprised(scenario, seen, changed, found),
        _now(scenario, seen, changed, found),
        _year(seen, found),
        _sensitive(found),
        iter(["Where the assumptions come from.", *map(words.sentence, below)] if below else []),
    ]
    return "\n\n".join(" ".join(part) for part in map(list, parts) if part)


def _assumed(scenario: Scenario, seen: Counted, changed: Update, found: Found, level: float) -> Iterator[str]:
    if seen.reconstructed:
        yield (
            f"{RECONSTRUCTED}: the assumptions were written down on {scenario.as_of}, not before the incident, so they "
            "may already know of it; they carry no surprise and no score."
        )
    rate = found["", "cause_rate_assumed"]
    range_ = f" (ranges at {words.percent(level)} in brackets)" if rate.level else ""
    begin = f"Assumed on {scenario.as_of}{range_}: the cause, {quoted(scenario.cause.what)},"
    if rate.known:
        yield f"{begin} comes on average {figure(rate)}{_origin(changed.rate.source)}."
        if scenario.cause.gate is not None:
            yield "This rate is the gate's probability in a year, its events taken as independent."
    else:
        yield f"{begin} comes at a rate that is unknown: {bare(rate.reason)}."
    for one in changed.effects:
        likely = found[one.effect.id, "effect_probability_assumed"]
        what = quoted(one.effect.what)
        if likely.known:
            yield f"Once it is there, {what} follows in {figure(likely)} of the cases{_origin(one.probability.source)}."
        else:
            yield f"How likely {what} then is, is unknown: {bare(likely.reason)}."
        size = found[one.effect.id, "loss_magnitude_assumed"]
        if size.known:
            yield f"Its consequence each time: {figure(size)}{_origin(one.consequence.source)}."
        else:
            yield f"Its consequence is unknown: {bare(size.reason)}."


def _happened(scenario: Scenario, seen: Counted, changed: Update, found: Found) -> Iterator[str]:
    alike: dict[tuple[tuple[str, ...], bool], list[str]] = {}
    for incident, told in seen.named if seen.reconstructed else seen.incidents:
        names = tuple(quoted(e.what) for e in scenario.effects if e.id in told.effects)
        alike.setdefault((names, told.cause_occurred is None), []).append(incident.id)
    for (names, unsure), ids in alike.items():
        came = f"came with {words.listing(names)}" if names else "came without any of these effects"
        it, many = ("it", "") if len(ids) == 1 else ("them", "s")
        doubt = f"; whether the cause occurred in {it} is not stated" if unsure else ""
        which = words.listing(ids) if len(ids) <= NAMED else f"from {ids[0]} to {ids[-1]}, {len(ids)} of them,"
        yield f"Happened: the incident{many} {which} {came}{doubt}."
    if seen.reconstructed:
        yield "It is not counted, since the assumptions may rest on it."
    elif not seen.incidents:
        yield "Happened: no incident of this scenario is counted."
    count = found.get(("", "cause_count"))
    if count is not None:
        years = found["", "cause_exposure_years"]
        yield f"Where every occurrence of the cause was counted, it came {figure(count)} in {figure(years)}."
    for one in changed.effects:
        times = found.get((one.effect.id, "loss_event_count"))
        if times is not None:
            years = found[one.effect.id, "loss_event_exposure_years"]
            yield f"{quoted(one.effect.what)} came {figure(times)} in {figure(years)}."
        size = found.get((one.effect.id, "loss_magnitude_happened"))
        if size is not None:
            yield f"Its consequence was {figure(size)}."
    if any(one.told_apart for one in changed.effects):
        near = words.plural(seen.near_misses, "near miss was", "near misses were")
        yield f"Besides, {near} reported; which share of them is, the register states."
    others = [text for text in seen.left_out if not (seen.reconstructed and "before the prior" in text)]
    if others:
        yield f"Not counted: {'; '.join(others)}."


def _surprised(scenario: Scenario, seen: Counted, changed: Update, found: Found) -> Iterator[str]:
    if seen.reconstructed:
        return
    lines = []
    for effect_id, name, what in surprises(changed):
        bits = found.get((effect_id, f"{name}_surprise"))
        chance = found.get((effect_id, f"{name}_chance"))
        if bits is None or chance is None or bits.value is None:
            continue
        lines.append(f"{what}: a chance of {figure(chance)} ({figure(bits)}), which {_fit(bits.value)}")
    if lines:
        yield f"Surprise at seeing at least as much, had the assumptions been right: {'; '.join(lines)}."
        yield _conflicts(changed, found)
    else:
        yield "Surprise: unknown, since there is no assumption, or no count, to hold against the other."


def _conflicts(changed: Update, found: Found) -> str:
    """Where what happened and what was assumed contradict each other."""
    told = [
        (what, one)
        for effect_id, name, what in surprises(changed)
        if (one := found.get((effect_id, f"{name}_conflict"))) is not None and one.value is not None
    ]
    against = [f"{what} (something as far off had a chance of {figure(one)})" for what, one in told if contradicts(one)]
    if not told:
        return ""
    if not against:
        return "Assumption and observation do not contradict each other: nothing is as far off as one case in 20."
    return (
        f"Assumption and observation contradict each other in {words.listing(against)}: either something rare "
        "happened, or the assumption was wrong. The figures below mix the two; look at the assumption first."
    )


def contradicts(one: Estimate) -> bool:
    """Whether what was seen and what was thought contradict each other."""
    return one.value is not None and one.value < CONFLICT


def _year(seen: Counted, found: Found) -> Iterator[str]:
    """The loss of a year, before and now."""
    before, now = found.get(("", "expected_annual_loss_assumed")), found.get(("", "expected_annual_loss_now"))
    over, over_now = found.get(("", "exceedance_assumed")), found.get(("", "exceedance_now"))
    amount = found.get(("", "annual_loss_threshold"))
    if over is None or over_now is None or amount is None:
        return
    unchanged = seen.reconstructed or not seen.anything
    if before is not None and now is not None:
        if unchanged:
            yield f"On average of many years it costs {figure(before)}, as assumed."
        else:
            yield f"On average of many years it was thought to cost {figure(before)}; now it is {figure(now)}."
    if unchanged:
        yield f"A year costs more than {amount.figure} with a probability of {figure(over)}."
    else:
        yield (
            f"A year that costs more than {amount.figure} was thought to come with a probability of {figure(over)}; "
            f"now it is {figure(over_now)}."
        )


def _sensitive(found: Found) -> Iterator[str]:
    """What other assumptions would have made of the same counts."""
    made = {
        (effect_id, name, variant): e
        for (effect_id, name), e in found.items()
        for variant in VARIANTS
        if name.endswith(f"_now_{variant}") and e.value is not None
    }
    if not made:
        return
    effect_id, name, _ = next(iter(made))
    base = found[effect_id, name[: name.index("_now_") + 4]]
    said = [f"{VARIANTS[variant]}, {figure(e)}" for (_, _, variant), e in made.items()]
    values = [e.value for e in (base, *made.values()) if e.value is not None]
    what = "the effect" if effect_id else "the cause"
    yield (
        f"How much rests on the assumption: had the rate of the cause been assumed {'; '.join(said)}, instead of "
        f"{figure(base)} now for {what}; {leans_on(values)}."
    )


def _now(scenario: Scenario, seen: Counted, changed: Update, found: Found) -> Iterator[str]:
    rate = found["", "cause_rate_now"]
    said = [f"the cause comes on average {figure(rate)}"] if rate.known else []
    for one in changed.effects:
        likely = found[one.effect.id, "effect_probability_now"]
        often = found[one.effect.id, "loss_event_frequency_now"]
        if likely.known:
            said.append(f"{quoted(one.effect.what)} follows in {figure(likely)} of the cases")
        if often.known:
            said.append(f"together that is {figure(often)}")
        size = found.get((one.effect.id, "loss_magnitude_now"))
        was = found.get((one.effect.id, "loss_magnitude_median_assumed"))
        if size is not None and was is not None:
            said.append(f"half of its losses are larger than {figure(size)}, where {figure(was)} was assumed")
    unchanged = seen.reconstructed or not seen.anything
    if said:
        begin = "Now, as assumed, since nothing was counted after that" if unchanged else "Now"
        yield f"{begin}: {'; '.join(said)}."
    else:
        yield "Now: unknown, since no assumption can be updated; it stays an open question."
    if any(one.entangled for one in changed.effects):
        yield (
            "Incidents alone show only how often the effect comes; whether the cause comes more often, or leads to the "
            "effect more often, they hardly tell apart. Counting every occurrence of the cause, near misses included, "
            "would tell."
        )
    for one in changed.effects:
        least = found.get((one.effect.id, "cause_rate_at_least"))
        most = found.get((one.effect.id, "effect_probability_at_most"))
        if least is not None and most is not None:
            near = words.plural(seen.near_misses, "reported near miss", "reported near misses")
            yield (
                f"With the {near} the cause comes {bound(least)} on average, and {quoted(one.effect.what)} follows "
                f"in {bound(most)} of the cases; how much more often and less likely, nobody can say while it is not "
                "known which share of near misses is reported."
            )


def notes(scenario: Scenario, seen: Counted, changed: Update) -> tuple[str, ...]:
    """How the ranges were read, and what the counts rest on."""
    said = []
    if changed.rate.distribution is not None and changed.rate.method:
        said.append(f"Rate: {changed.rate.method}. Figures in the text are means; charts mark medians.")
    learnt = [how for one in changed.effects for known, how in [one.consequence_now] if known is not None and how]
    said += [f"Consequence: {how}." for how in dict.fromkeys(learnt)]
    beliefs = [changed.rate, *(b for e in changed.effects for b in (e.probability, e.consequence))]
    said += [words.sentence(b.method.split("; ", 1)[1]) for b in beliefs if "does not fit the range" in b.method]
    if seen.anything and any(one.alone for one in changed.effects) and not seen.reconstructed:
        said.append("Assumes that every incident with these effects was recorded, and that it names them all.")
    if scenario.notes:
        said.append(words.sentence(scenario.notes))
    return tuple(said)


def consequence_of(seen: Counted, effect: ScenarioEffect) -> Estimate | None:
    """What the effect cost, where just one incident tells it; None otherwise."""
    told_by = seen.named if seen.reconstructed else seen.incidents
    return size_in(*told_by[0], effect) if len(told_by) == 1 else None


def surprises(changed: Update) -> Iterator[tuple[str, str, str]]:
    """What a surprise can be about: effect, name of the estimate, in words."""
    yield "", "cause_count", "how often the cause came"
    for one in changed.effects:
        yield one.effect.id, "loss_event_count", f"how often {quoted(one.effect.what)} came"
        yield one.effect.id, "loss_magnitude", f"the consequence of {quoted(one.effect.what)}"


def _fit(bits: float) -> str:
    if bits <= FITS_BITS:
        return "fits what was assumed"
    return "strains what was assumed" if bits <= STRAINED_BITS else "hardly fits what was assumed"


def _origin(source: str) -> str:
    if len(bare(source)) > INLINE:
        return " (source below)"
    return f" (source: {bare(source)})" if source else " (no source is named)"


def quoted(text: str) -> str:
    """A text in quotation marks, without its full stop."""
    return f"“{bare(text)}”"


def bare(text: str) -> str:
    """A text on one line, without its full stop."""
    return " ".join(text.split()).rstrip(".")


def bound(e: Estimate) -> str:
    """A bound of a rate or a probability."""
    if e.low is not None:
        return f"at least {words.number(e.low)} {YEARLY}"
    return f"at most {words.percent(e.high or 0.0)}"
