"""Amounts that span orders of magnitude: what single losses teach about the range they come from.

The logarithm of a loss is taken as normal with unknown mean and variance; the belief about the two is a
normal-inverse-gamma, which losses change in closed form.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from incident_analysis.errors import MethodError, ParameterError
from incident_analysis.statistics.distribution import Array, Distribution, probability_argument

#: A stated range weighs as much as so many losses, where nothing else is said.
RANGE_WEIGHT = 4.0


@dataclass(frozen=True, slots=True)
class LogStudent(Distribution):
    """An amount whose logarithm has Student's t distribution: the next loss, when mean and spread are uncertain.

    Its mean is infinite, however narrow it looks: medians and quantiles are what can be said.

    Parameters
    ----------
    mu : float
        Centre of the natural logarithm.
    scale : float
        Above 0.
    freedom : float
        Degrees of freedom, above 0.
    """

    mu: float
    scale: float
    freedom: float

    def __post_init__(self) -> None:
        for name in ("scale", "freedom"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise MethodError(f"{name} is {value}", remedy=f"give {name} above 0", where=name)

    @property
    def mean(self) -> float:
        return math.inf

    def quantile(self, p: float) -> float:
        z = float(special.stdtrit(self.freedom, p)) if 0 < p < 1 else (-math.inf if p <= 0 else math.inf)
        log = self.mu + self.scale * z
        return math.exp(log) if log < 709 else math.inf

    def cdf(self, x: float) -> float:
        return float(special.stdtr(self.freedom, (math.log(x) - self.mu) / self.scale)) if x > 0 else 0.0

    def above(self, x: float) -> float:
        return float(special.stdtr(self.freedom, (self.mu - math.log(x)) / self.scale)) if x > 0 else 1.0

    def log_pdf(self, x: Array) -> Array:
        log_x = np.log(np.where(x > 0, x, 1.0))
        z = (log_x - self.mu) / self.scale
        return np.where(x > 0, self._log_density(z) - math.log(self.scale) - log_x, -np.inf)

    def _log_density(self, z: Array) -> Array:
        v = self.freedom
        constant = special.gammaln((v + 1) / 2) - special.gammaln(v / 2) - math.log(v * math.pi) / 2
        return np.asarray(constant - (v + 1) / 2 * np.log1p(z * z / v))

    def span(self, tail: float) -> tuple[float, float]:
        # Beyond e to the 700 there are no numbers.
        reach = min(-float(special.stdtrit(self.freedom, max(tail, 1e-15))), (690 - abs(self.mu)) / self.scale)
        return -reach, reach

    def grid(self, first: float, last: float, count: int) -> tuple[Array, Array]:
        z = np.linspace(first, last, count)
        return np.exp(self.mu + self.scale * z), self._log_density(z) + math.log((last - first) / (count - 1))


@dataclass(frozen=True, slots=True)
class NormalInverseGamma:
    """Belief about the mean and the variance of the logarithm of a loss.

    Parameters
    ----------
    mean : float
        Centre of the logarithm.
    weight : float
        The centre weighs as much as so many losses; above 0.
    shape, scale : float
        Of the inverse gamma of the variance, above 0.

    References
    ----------
    Gelman et al., Bayesian Data Analysis, 3rd ed., 2013, section 3.3.

    Examples
    --------
    >>> belief = NormalInverseGamma.from_interval(1e5, 1e6, level=0.9)
    >>> [round(x) for x in belief.next_loss.interval(0.9)]
    [100000, 1000000]
    """

    mean: float
    weight: float
    shape: float
    scale: float

    @classmethod
    def from_interval(
        cls, low: float, high: float, *, level: float, losses: float = RANGE_WEIGHT
    ) -> NormalInverseGamma:
        """The belief whose next loss lies in [low, high] at `level`; 0 < low < high.

        Parameters
        ----------
        low, high, level : float
        losses : float
            The range weighs as much as so many losses.
        """
        level = probability_argument(level, "level")
        if not 0 < low < high < math.inf:
            raise MethodError(f"an interval from {low} to {high}", remedy="give 0 < low < high", where="low")
        if not losses > 0:
            raise ParameterError(f"losses is {losses}", remedy="give a weight above 0", where="losses")
        reach = float(special.stdtrit(losses, (1 + level) / 2))
        spread = math.log(high / low) / (2 * reach)
        shape = losses / 2
        return cls(math.log(low * high) / 2, losses, shape, spread**2 * shape / (1 + 1 / losses))

    def update(self, losses: Sequence[float]) -> NormalInverseGamma:
        """The belief after single losses, each above 0 and known exactly."""
        x = np.asarray(losses, float)
        if len(x) == 0:
            return self
        if not np.all(np.isfinite(x) & (x > 0)):
            raise ParameterError("a loss that is not above 0", remedy="leave out what cost nothing", where="losses")
        log = np.log(x)
        weight = self.weight + len(x)
        off = float(log.mean()) - self.mean
        scale = self.scale + float(((log - log.mean()) ** 2).sum()) / 2
        scale += self.weight * len(x) / weight * off**2 / 2
        return NormalInverseGamma(self.mean + len(x) / weight * off, weight, self.shape + len(x) / 2, scale)

    @property
    def next_loss(self) -> LogStudent:
        """The next loss."""
        spread = math.sqrt(self.scale / self.shape * (1 + 1 / self.weight))
        return LogStudent(self.mean, spread, 2 * self.shape)

    @property
    def median(self) -> LogStudent:
        """Half of all losses lie above this amount, which is itself uncertain."""
        return LogStudent(self.mean, math.sqrt(self.scale / self.shape / self.weight), 2 * self.shape)
