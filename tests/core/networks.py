"""What the tests of the core share: networks of every mix of layers, on shapes that all differ."""

import itertools

import numpy as np

from lecture_lib.core.network import Network

NAMES = ("identity", "sigmoid", "tanh", "relu", "leaky_relu")
OUTPUTS = ("softmax", "identity", "sigmoid", "tanh")
SIZES = {1: (4, 3), 2: (4, 5, 3), 3: (4, 5, 2, 3), 4: (4, 5, 2, 6, 3)}  # N is 7: no two axes alike
MIXES = [
    (depth, hidden)
    for depth in SIZES
    for hidden in itertools.product(NAMES, repeat=depth - 1)
    if depth < 4 or len(set(hidden)) == 3  # depth 4: the mixes of three different ones
]


def make(depth, hidden=None, output="softmax", seed=0, **options):
    """A network with random biases too: a bias of zero hides mistakes."""
    rng = np.random.default_rng(seed)
    hidden = hidden or ["tanh", "relu", "sigmoid"][: depth - 1]
    net = Network(SIZES[depth], hidden, output, rng=rng, **options)
    net.theta += 0.3 * rng.normal(size=net.theta.shape)
    return net


def make_runs(depth, runs=6, **options):
    """The same with a leading axis of runs, each with weights of its own."""
    net = make(depth, **options)
    return net.at(net.theta + 0.5 * np.random.default_rng(9).normal(size=(runs, net.theta.size)))
