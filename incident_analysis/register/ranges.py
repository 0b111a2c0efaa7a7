"""Ranges of a register, each held to what it describes: a rate, a probability, a consequence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, model_validator

from incident_analysis.document import Problem, Range


def number_means_exact(value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return {"value": value} if is_number else value


class RateRange(Range):
    """How often a cause comes, per year."""

    @model_validator(mode="after")
    def _is_rate(self) -> RateRange:
        _fits(self, "rate", ("gamma", "lognormal", "pert"))
        for name, x in _figures(self):
            if x <= 0:
                raise Problem(
                    f"{name} is {x:g}: a rate is above 0",
                    "give a rate per year above 0, or leave the range out where nothing is known",
                )
        _spread(self)
        return self


class ProbabilityRange(Range):
    """How likely something is, as a ratio."""

    @model_validator(mode="after")
    def _is_probability(self) -> ProbabilityRange:
        _fits(self, "probability", ("beta", "pert"))
        for name, x in _figures(self):
            if not 0 <= x <= 1:
                meant = f": {x / 100:g} for {x:g} %" if 1 < x <= 100 else ""
                raise Problem(f"{name} is {x:g}: a probability lies between 0 and 1", f"give a ratio{meant}")
        if self.distribution != "pert" and self.low is not None and self.high is not None:
            for name, x, end in (("low", self.low, 0), ("high", self.high, 1)):
                if x == end:
                    raise Problem(
                        f"{name} is {x:g}: no beta distribution has its 5 or 95 % point there",
                        "give a figure strictly between 0 and 1, or `distribution: pert` with `likely`",
                    )
        _spread(self)
        return self


class ConsequenceRange(Range):
    """What an effect costs when it comes, in its unit."""

    @model_validator(mode="after")
    def _is_consequence(self) -> ConsequenceRange:
        _fits(self, "consequence", ("lognormal", "gamma", "pert"))
        for name, x in _figures(self):
            if x < 0 or (x == 0 and name == "low" and self.distribution != "pert"):
                raise Problem(
                    f"{name} is {x:g}: a consequence is above 0", "give an amount above 0, or `distribution: pert`"
                )
        if self.known and not self.unit:
            raise Problem("a consequence without a unit", "add `unit:`, for example EUR, hours or projects")
        _spread(self)
        return self


def _figures(given: Range) -> Iterator[tuple[str, float]]:
    for name in ("low", "likely", "high", "value"):
        x = getattr(given, name)
        if x is not None:
            yield name, x


def _fits(given: Range, what: str, allowed: tuple[str, ...]) -> None:
    if given.distribution is not None and given.distribution not in allowed:
        raise Problem(
            f"a {given.distribution} distribution does not describe a {what}",
            f"write one of {', '.join(allowed)}",
        )
    if given.distribution == "pert" and given.low is not None and given.high is not None and given.likely is None:
        raise Problem("a pert distribution without `likely`", "add the most likely figure as `likely`")


def _spread(given: Range) -> None:
    if given.low is not None and given.low == given.high:
        raise Problem(
            f"low and high are both {given.low:g}", f"write `value: {given.low:g}` for a figure taken as exact"
        )


RateField = Annotated[RateRange, BeforeValidator(number_means_exact)]
ProbabilityField = Annotated[ProbabilityRange, BeforeValidator(number_means_exact)]
