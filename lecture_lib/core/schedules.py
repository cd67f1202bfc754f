"""Learning rates that change (slide "Normalization & schedules"): η as a function of the step.

A schedule is given to an optimizer in η's place: `Adam(warmup_cosine(0.01, 100, 2000))`.
Steps count from 0.
"""

from math import cos, pi

from .arguments import whole
from .optimizers import Rate, Schedule, at_least_zero, learning_rate


def step_decay(eta: Rate, every: int, factor: float) -> Schedule:
    """η · factor^⌊t / every⌋: a drop every so many steps."""
    eta, every, factor = learning_rate(eta), whole(every, "every", 1), _factor(factor)
    return lambda t: eta * factor ** (t // every)


def warmup_cosine(peak: Rate, warmup: int, total: int, low: Rate = 0.0) -> Schedule:
    """Up in a line to `peak` over `warmup` steps, then down half a cosine to `low` at `total`.

    The first step is peak / warmup and not 0, which would be a step lost. At t = warmup the rate
    is `peak`, and from t = total on it is `low`.
    """
    peak, low = learning_rate(peak, "peak"), at_least_zero(low, "low")
    warmup = whole(warmup, "warmup", 0)
    total = whole(total, "total", warmup + 1)

    def eta(t: int) -> Rate:
        if t < warmup:
            return peak * (t + 1) / warmup
        way = min((t - warmup) / (total - warmup), 1)  # how far along the decay
        return low + (peak - low) * (1 + cos(pi * way)) / 2

    return eta


def _factor(factor: float) -> float:
    if not 0 < factor <= 1:
        raise ValueError(f"factor is {factor}; wanted a number above 0, at most 1")
    return factor
