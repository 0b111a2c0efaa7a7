"""What an improvement would have to be to be seen in a history."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
from scipy import special

from incident_analysis import frames, words
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.statistics import detectable
from incident_analysis.trends.lasted import lengths, name_of, survived
from incident_analysis.trends.response import LEAST_ENDED, fit_of

#: Cuts for which the incidents needed are told.
CUTS = (0.1, 0.2, 0.3, 0.5, 0.8)


def detectable_change(
    incidents: pd.DataFrame, *, of: str | Sequence[str], as_of: Any, power: float = 0.8, level: float = 0.95
) -> pd.DataFrame:
    """What an improvement would have to be to be seen in this history.

    Parameters
    ----------
    incidents : INCIDENTS
    of : str or pair of str
    as_of : str or datetime
    power : float
        How often it would be seen.
    level : float
        Of the two-sided test.

    Returns
    -------
    ESTIMATES
        Key `cut`. Names: `sigma` (spread of the logarithm), `smallest cut` (that two halves of this history show, a
        ratio), `incidents per group` for cuts of 10, 20, 30, 50 and 80 %. Unknown with fewer than 5 known lengths.

    References
    ----------
    Davidovič, Incident Metrics in SRE, 2021.
    """
    measured = lengths(incidents, of=of, as_of=as_of)
    t, over = survived(measured)
    fit = fit_of(t, over) if over.sum() >= LEAST_ENDED else None
    source = (Evidence("formula", "trends.detectable_change", "", name_of(of)),)
    if fit is None:
        why = f"fewer than {LEAST_ENDED} different lengths are known to their end"
        return frames.estimates([({"cut": ""}, n, Estimate.unknown(why)) for n in ("sigma", "smallest cut")])
    still = fit.n - fit.events
    tails = [float(special.chdtri(fit.events - 1, q)) for q in ((1 - level) / 2, (1 + level) / 2)]
    sigmas = [fit.sigma, *(fit.sigma * math.sqrt((fit.events - 1) / q) for q in tails)]
    spread = Estimate(
        sigmas[0],
        min(sigmas),
        max(sigmas),
        level=level,
        interval="confidence",
        n=fit.n,
        censored=still,
        method="lognormal",
        evidence=source,
    )
    how = f"power {words.percent(power)}, two-sided {words.percent(1 - level)}"
    half = detectable.detectable_cut(fit.events / 2, sigma=fit.sigma, level=level, power=power)
    made = [
        ({"cut": ""}, "sigma", spread),
        (
            {"cut": ""},
            "smallest cut",
            Estimate(half, half, half, interval="bounds", n=fit.n, censored=still, method=how, evidence=source),
        ),
    ]
    for cut in CUTS:
        need = detectable.needed_per_group(cut, sigma=fit.sigma, level=level, power=power)
        found = Estimate(need, need, need, unit="incidents", n=fit.n, censored=still, method=how, evidence=source)
        made.append(({"cut": words.percent(cut)}, "incidents per group", found))
    return frames.estimates(made)
