"""Several ways to do one thing, timed in turn: a slow moment of the machine meets all of them."""

import statistics
from collections.abc import Callable, Mapping
from time import perf_counter

ROUNDS = 11


def race(ways: Mapping[str, Callable[[], object]], seconds: float = 0.05) -> dict[str, float]:
    """Median seconds of one call of each, over ROUNDS rounds of about `seconds` each."""
    calls = {}
    for name, way in ways.items():
        way()  # once for caches, compilers and state that is made on first use
        began = perf_counter()
        way()
        calls[name] = max(1, round(seconds / (perf_counter() - began)))
    times = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            began = perf_counter()
            for _ in range(calls[name]):
                way()
            times[name].append((perf_counter() - began) / calls[name])
    return {name: statistics.median(each) for name, each in times.items()}


def rows_of(name: str, times: Mapping[str, float], scale: float = 1e6, unit: str = "µs") -> list:
    """A row for each peer of "ours"."""
    ours = times["ours"] * scale
    return [
        {"name": name, "ours": ours, "peer": time * scale, "peer_name": peer, "unit": unit}
        for peer, time in times.items()
        if peer != "ours"
    ]
