"""From the start of an explorer's cell until it is ready, training included.

Against the same training, figure and positions, where matplotlib draws and saves each picture as a
whole. Every run is a fresh Python that has imported what a notebook's first cell imports.
"""

import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator

from benchmarks._peers import makers

ROUNDS = 3
RUN = """
from time import perf_counter
from benchmarks._peers import by_savefig, with_peer
from {module} import {name} as make
make = {make}
begin = perf_counter()
made = make()
print(perf_counter() - begin)
"""


def rows() -> Iterator[dict]:
    """One row for each explorer: the median in seconds."""
    for make in makers():
        ours, peer = [], []
        for _ in range(ROUNDS):  # in turn
            ours.append(_seconds(make, "make"))
            peer.append(_seconds(make, "with_peer(make, by_savefig)"))
        yield {
            "name": f"explorer ready: {make.__name__}",
            "ours": round(statistics.median(ours), 3),
            "peer": round(statistics.median(peer), 3),
            "peer_name": "savefig for each position",
            "unit": "s",
        }


def _seconds(make: Callable, how: str) -> float:
    source = RUN.format(module=make.__module__, name=make.__name__, make=how)
    command = [sys.executable, "-c", source]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
