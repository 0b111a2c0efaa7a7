"""Published base rates of what sets incidents off, for comparison."""

from __future__ import annotations

import pandas as pd

#: Where the shares were published.
SOURCE = (
    "Google, postmortem analysis 2010–2017, in: Beyer et al. (eds.), The Site Reliability Workbook, 2018, appendix C"
)
_SHARES = {
    "trigger": {
        "binary push": 0.37,
        "configuration push": 0.31,
        "user behaviour change": 0.09,
        "processing pipeline": 0.06,
        "provider change": 0.05,
        "performance decay": 0.05,
        "capacity": 0.05,
        "hardware": 0.02,
    },
    "cause": {
        "software": 0.4135,
        "development process": 0.2023,
        "complex behaviour": 0.1690,
        "deployment planning": 0.0674,
        "network": 0.0275,
    },
}


def base_rates() -> pd.DataFrame:
    """Shares of postmortems by what set the incident off, and by the kind of cause, at one large company.

    They are the shares of one company's postmortems, told for comparison: not the rate of anything anywhere else.

    Returns
    -------
    DataFrame
        `kind` (trigger or cause), `category`, `share_ratio`, `source`. The largest categories only: the shares of
        causes do not add up to 1.

    Examples
    --------
    >>> found = base_rates().set_index(["kind", "category"])["share_ratio"]
    >>> float(found["trigger", "binary push"]), float(found["cause", "software"])
    (0.37, 0.4135)
    """
    rows = [
        {"kind": kind, "category": category, "share_ratio": share, "source": SOURCE}
        for kind, shares in _SHARES.items()
        for category, share in shares.items()
    ]
    return pd.DataFrame(rows)


def published_shares(kind: str) -> dict[str, float]:
    """The published shares of one kind, trigger or cause, in the order of the publication."""
    return dict(_SHARES[kind])


def base_rate_of(category: str, kind: str) -> float | None:
    """The published share of a category; None where it has none."""
    return _SHARES[kind].get(" ".join(category.lower().replace("_", " ").split()))
