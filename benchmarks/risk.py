"""What a year's loss costs to compute: exactly, by simulation here, by plain numpy, and by other people's tools.

One cause, three times a year, each time a loss with a 90 % range from 100,000 to 1,000,000 (lognormal). Every figure is
of a process of its own, imports included, as the system counts it. riskquant and pyfair are installed for this run into
an environment that is thrown away; what cannot be had, or does not run, is said.

    python benchmarks/risk.py [--years 1000000] [--scenarios 100] [--without-others]
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RATE, LOW, HIGH, AMOUNT = 3.0, 1e5, 1e6, 5e6
#: Seconds of CPU that 100 scenarios may take exactly, imports included.
GATE = 2.0

SCENARIOS = """
from incident_analysis.register import Scenario
def scenario(i, rate, probability, low, high):
    size = {"low": low, "high": high, "level": 0.9, "unit": "EUR"}
    effect = {"id": "e", "what": "w", "probability": probability, "consequence": size}
    cause = {"what": "c", "rate_per_year": rate}
    given = {"id": f"s{i}", "title": "t", "as_of": "2026-01-01", "cause": cause, "effects": [effect]}
    return Scenario.model_validate(given)
"""
ONE = SCENARIOS + f"one = [scenario(0, {RATE}, 1, {LOW}, {HIGH})]\n"
SAY = "\nimport json; print(json.dumps([float(x) for x in (mean, above, q95)]))\n"

EXACT = (
    ONE
    + f"""
from incident_analysis import risk
year = risk.losses_of(one, "EUR")
from incident_analysis.statistics import Compound
total = Compound(year.every)
mean, above, q95 = total.mean, total.above([{AMOUNT}])[0], total.quantile(0.95)
"""
    + SAY
)
SIMULATED = (
    ONE
    + f"""
import numpy as np
from incident_analysis import risk
years = risk.simulate_losses(one, years=YEARS, rng=np.random.default_rng(1))["loss_sum"].to_numpy()
mean, above, q95 = years.mean(), (years > {AMOUNT}).mean(), np.quantile(years, 0.95)
"""
    + SAY
)
NUMPY = (
    f"""
import numpy as np
rng = np.random.default_rng(1)
mu, sigma = (np.log({LOW}) + np.log({HIGH})) / 2, (np.log({HIGH}) - np.log({LOW})) / (2 * 1.6448536269514722)
counts = rng.poisson({RATE}, YEARS)
years = np.bincount(np.repeat(np.arange(YEARS), counts), rng.lognormal(mu, sigma, counts.sum()), YEARS)
mean, above, q95 = years.mean(), (years > {AMOUNT}).mean(), np.quantile(years, 0.95)
"""
    + SAY
)
#: One loss a year, as often as it is: pyfair multiplies a frequency by one draw. It has no lognormal; its own PERT.
PYFAIR = (
    f"""
import numpy as np, pyfair
np.random.seed(1)
model = pyfair.FairModel(name="one", n_simulations=YEARS)
model.input_data("Loss Event Frequency", constant={RATE})
model.input_data("Loss Magnitude", low=20, mode=100, high=900)
model.calculate_all()
years = model.export_results()["Risk"].to_numpy()
mean, above, q95 = years.mean(), (years > 2000).mean(), np.quantile(years, 0.95)
"""
    + SAY
)
PERT = (
    SCENARIOS
    + f"""
size = {{"low": 20, "likely": 100, "high": 900, "distribution": "pert", "unit": "EUR"}}
one = scenario(0, {RATE}, 1, 1, 2).model_dump(by_alias=True, exclude_none=True)
one["effects"][0]["consequence"] = size
one["as_of"] = "2026-01-01"
from incident_analysis import risk
from incident_analysis.statistics import Compound
total = Compound(risk.losses_of([Scenario.model_validate(one)], "EUR").every)
mean, above, q95 = total.mean, total.above([2000.0])[0], total.quantile(0.95)
"""
    + SAY
)
RISKQUANT = (
    f"""
import numpy as np
from riskquant import simpleloss
np.random.seed(1)
model = simpleloss.SimpleLoss("one", "one", {RATE}, {LOW}, {HIGH})
years = np.asarray(model.simulate_years(YEARS))
mean, above, q95 = years.mean(), (years > {AMOUNT}).mean(), np.quantile(years, 0.95)
"""
    + SAY
)
MANY = (
    SCENARIOS
    + """
some = [scenario(i, {"low": 0.02 * (1 + i % 7), "high": 2, "level": 0.9}, {"low": 0.02, "high": 0.3, "level": 0.9},
                 1e4 * (1 + i), 1e6 * (1 + i)) for i in range(COUNT)]
from incident_analysis import risk
curve = risk.exceedance(some)
mean, above, q95 = 0, curve["exceedance_probability"].iloc[0], len(curve)
"""
    + SAY
)


@dataclass(frozen=True)
class Run:
    """One process: seconds of CPU and of the clock, peak memory, and what it printed."""

    cpu: float
    clock: float
    megabytes: float
    mean: float
    above: float
    q95: float


def run(program: str, python: str, **numbers: int) -> Run | str:
    """A program in a process of its own; words where it does not run."""
    import resource
    import time

    for name, number in numbers.items():
        program = program.replace(name, str(number))
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [python, "-W", "ignore", "-c", program], capture_output=True, text=True, cwd=ROOT, check=False,
        env={**os.environ, "MPLBACKEND": "agg"},
    )  # fmt: skip
    clock = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["it ended without a word"])[-1][:160]
    mean, above, q95 = json.loads(done.stdout.strip().splitlines()[-1])
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(cpu, clock, after.ru_maxrss / 1024, mean, above, q95)


def say(name: str, found: Run | str, exact: Run | None) -> None:
    if isinstance(found, str):
        print(f"{name:34} does not run: {found}")
        return
    off = ""
    if exact is not None:
        off = (
            f"  off by {found.mean / exact.mean - 1:+.3%} (mean), {found.above - exact.above:+.6f} (probability), "
            f"{found.q95 / exact.q95 - 1:+.3%} (q95)"
        )
    print(
        f"{name:34} {found.cpu:6.2f} s CPU {found.clock:7.2f} s  mean {found.mean:,.0f}  above {found.above:.6f}  "
        f"q95 {found.q95:,.0f}{off}"
    )


def installed(folder: Path, package: str) -> str | None:
    """The Python of a fresh environment with one package; None where it cannot be had."""
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    done = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return python if done.returncode == 0 else None


def others(years: int, exact: Run) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for package, program in (("riskquant", RISKQUANT), ("pyfair", PYFAIR)):
            python = installed(Path(folder) / package, package)
            if python is None:
                print(f"{package:34} cannot be had from the package index: not compared")
                continue
            found = run(program, python, YEARS=years)
            against: Run | None = exact
            if package == "pyfair":
                # Its losses are PERT: held against the exact sum of the same PERT losses.
                pert = run(PERT, sys.executable)
                say("exact, PERT(20, 100, 900)", pert, None)
                against = pert if isinstance(pert, Run) else None
            say(f"{package}, {years:,} years", found, against)


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--years", type=int, default=1_000_000)
    options.add_argument("--scenarios", type=int, default=100)
    options.add_argument("--without-others", action="store_true", help="install nothing")
    given = options.parse_args()
    print(f"\nOne cause, {RATE:g} a year, losses {LOW:g} to {HIGH:g}; 'above' is P(year > {AMOUNT:g})")
    exact = run(EXACT, sys.executable)
    say("exact", exact, None)
    if isinstance(exact, str):
        return 1
    closed = RATE * math.exp(
        (math.log(LOW) + math.log(HIGH)) / 2 + (math.log(HIGH / LOW) / 3.2897072539029444) ** 2 / 2
    )
    print(f"{'':34} the mean in closed form: {closed:,.2f}, off by {exact.mean / closed - 1:+.1e}")
    say(f"simulate_losses, {given.years:,} years", run(SIMULATED, sys.executable, YEARS=given.years), exact)
    say(f"plain numpy, {given.years:,} years", run(NUMPY, sys.executable, YEARS=given.years), exact)
    if not given.without_others:
        others(given.years, exact)
    many = run(MANY, sys.executable, COUNT=given.scenarios)
    if isinstance(many, str):
        print(f"{given.scenarios} scenarios: {many}")
        return 1
    held = "held" if many.cpu <= GATE else "MISSED"
    print(f"{given.scenarios} scenarios exactly, imports included: {many.cpu:.2f} s CPU, gate {GATE:g} s: {held}\n")
    return 0 if many.cpu <= GATE else 1


if __name__ == "__main__":
    raise SystemExit(main())
