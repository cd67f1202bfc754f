"""Bad input to any public function: a ValueError that names the argument, in one short sentence."""

import numpy as np
import pytest

from lecture_lib.core.gradient_check import complex_step, gradient_check
from lecture_lib.core.losses import cross_entropy, log_softmax, softmax, squared_error
from lecture_lib.core.network import Network, accuracy
from lecture_lib.core.optimizers import SGD
from lecture_lib.core.training import minibatches, train

NAN, INF = np.nan, np.inf
X, Y, A = np.ones((6, 2)), np.array([0, 1, 0, 1, 1, 0]), np.zeros((6, 2))
RNG = np.random.default_rng(0)


def net(sizes=(2, 3, 2), **options):
    return Network(sizes, **{"rng": np.random.default_rng(0), **options})


def runs(r=4):
    return net().at(np.tile(net().theta, (r, 1)))


def with_(array, value):
    array = np.array(array, dtype=float)
    array.flat[1] = value
    return array


def backward(network, x, y):
    return network.backward(network.forward(x), y)


def train_(network=None, x=X, y=Y, optimizer=None, **options):
    optimizer = SGD(0.1) if optimizer is None else optimizer
    return list(train(network or net(), x, y, optimizer, **{"epochs": 1, **options}))


def labels_table(name, f):
    """What every function that takes y refuses, for 6 examples of 2 classes."""
    return [
        (f"{name}: label too large", lambda: f(Y + 1), "y", "label 2", "0 … 1"),
        (f"{name}: label negative", lambda: f(Y - 1), "y", "label -1", "0 … 1"),
        (f"{name}: too few", lambda: f(Y[:5]), "y", "(5,)", "(6,)"),
        (f"{name}: float labels", lambda: f(Y * 1.0), "y", "float64", "integers"),
        (f"{name}: transposed", lambda: f(np.eye(2)[Y].T), "y", "(2, 6)", "(6, 2)"),
        (f"{name}: 3 classes", lambda: f(np.eye(3)[Y]), "y", "(6, 3)", "(6, 2)"),
        (f"{name}: a column", lambda: f(Y[:, None]), "y", "(6, 1)", "(6,)"),
        (f"{name}: NaN", lambda: f(with_(np.eye(2)[Y], NAN)), "y", "not finite", ""),
        (f"{name}: words", lambda: f(["spam"] * 6), "y", "<U4", "numbers"),
        (f"{name}: None", lambda: f(None), "y", "object", "numbers"),
        (f"{name}: ragged", lambda: f([[0], [1, 2]]), "y", "different lengths", "(6,)"),
        (f"{name}: one number", lambda: f(1), "y", "()", "(6,)"),
        (f"{name}: empty", lambda: f([]), "y", "(0,)", "(6,)"),
        (f"{name}: runs", lambda: f(np.zeros((3, 6), int)), "y", "(3, 6)", "(6,)"),
    ]


def logits_table(name, argument, f, ndim=2):
    """What every function of logits or outputs refuses."""
    return [
        (f"{name}: number", lambda: f(1.0), argument, "shape ()", "K)"),
        (f"{name}: no example", lambda: f(np.zeros((0, 2))), argument, "(0, 2)", "K)"),
        (f"{name}: no class", lambda: f(np.zeros((6, 0))), argument, "(6, 0)", "K)"),
        (f"{name}: words", lambda: f([["a", "b"]] * 6), argument, "<U1", "numbers"),
        (f"{name}: ragged", lambda: f([[1.0], [1.0, 2.0]]), argument, "different lengths", "K)"),
        (f"{name}: None", lambda: f(None), argument, "object", "numbers"),
    ] + [(f"{name}: vector", lambda: f(np.zeros(6)), argument, "(6,)", "(N, K)")] * (ndim == 2)


def finite_table(name, argument, f):
    return [
        (f"{name}: {value}", lambda v=value: f(with_(A, v)), argument, "not finite", "NaN")
        for value in (NAN, INF, -INF)
    ]


def x_table(name, f):
    """What every function of a network's x refuses."""
    return [
        (f"{name}: vector", lambda: f(X[0]), "x", "(2,)", "(N, 2)"),
        (f"{name}: transposed", lambda: f(X.T), "x", "(2, 6)", "(N, 2)"),
        (f"{name}: 3 features", lambda: f(np.ones((6, 3))), "x", "(6, 3)", "(N, 2)"),
        (f"{name}: no example", lambda: f(X[:0]), "x", "(0, 2)", "(N, 2)"),
        (f"{name}: NaN", lambda: f(with_(X, NAN)), "x", "not finite", "NaN"),
        (f"{name}: inf", lambda: f(with_(X, INF)), "x", "not finite", "NaN"),
        (f"{name}: words", lambda: f([["a", "b"]] * 6), "x", "<U1", "numbers"),
        (f"{name}: None", lambda: f(None), "x", "object", "numbers"),
    ]


def whole_table(name, argument, f, top=None):
    table = [
        (f"{name}: {value!r}", lambda v=value: f(v), argument, repr(value), "whole number")
        for value in (0, -1, 2.0, 2.5, NAN, "3")
    ]
    if top is not None:
        table.append((f"{name}: above", lambda: f(top + 1), argument, str(top + 1), str(top)))
    return table


NO_GENERATORS = [(None, "None"), (0, "0"), ("seed", "'seed'"), (np.random, "numpy.random")]


def rng_table(name, f):
    return [
        (f"{name}: {got}", lambda v=value: f(v), "rng", got, "default_rng")
        for value, got in NO_GENERATORS
    ]


def network_table():
    rng = np.random.default_rng(0)
    table = [
        (f"sizes {value!r}", lambda v=value: Network(v), "sizes", "", "")
        for value in (2, (), (2,), None, "23", (2, 0), (2, -3, 2), (2, 2.5), (2, NAN), [(1, 2), 3])
    ]
    table += [
        ("softmax of one", lambda: Network((2, 1)), "sizes", "(2, 1)", "at least 2"),
        ("scale of no rng", lambda: Network((2, 2), scale="big"), "scale", "'big'", "glorot"),
        ("hidden: 1 of 2", lambda: Network((2, 3, 3, 2), ["tanh"]), "hidden", "tanh", "2 layers"),
        ("hidden: for none", lambda: Network((2, 2), ["tanh"]), "hidden", "tanh", "0 layers"),
    ]
    for value in ("gelu", "softmax", None, 3, ["tanh", "gelu"], [None, None]):
        f = lambda v=value: Network((2, 3, 3, 2), v)  # noqa: E731
        table.append((f"hidden {value!r}", f, "hidden", "", ""))
    for value in ("gelu", None, 3, ["softmax"]):
        f = lambda v=value: Network((2, 2), output=v)  # noqa: E731
        table.append((f"output {value!r}", f, "output", repr(value), "softmax"))
    for value in ("avg", None, 1, ["mean"]):
        f = lambda v=value: Network((2, 2), reduction=v)  # noqa: E731
        table.append((f"reduction {value!r}", f, "reduction", repr(value), "mean, sum"))
    for value in ("xavier", None, -1, NAN, INF, [1.0]):
        f = lambda v=value: Network((2, 2), rng=rng, scale=v)  # noqa: E731
        table.append((f"scale {value!r}", f, "scale", repr(value), "glorot"))
    for value, got in NO_GENERATORS[1:]:  # None: all weights start at zero
        f = lambda v=value: Network((2, 2), rng=v)  # noqa: E731
        table.append((f"rng {got}", f, "rng", got, "default_rng"))
    for value, got in ((1.0, "()"), (np.ones(16), "(16,)"), (np.ones((17, 4)), "(17, 4)")):
        table.append((f"at {got}", lambda v=value: net().at(v), "theta", got, "17"))
    return table + [
        ("at words", lambda: net().at(["a"] * 17), "theta", "<U1", "numbers"),
        ("at None", lambda: net().at(None), "theta", "object", "numbers"),
        ("x of 3 for 4 runs", lambda: runs().forward(np.ones((3, 6, 2))), "x", "(3, 6, 2)", "(4,)"),
        ("backward of runs' x", lambda: backward(net(), [X] * 3, Y), "cache", "(3,)", "()"),
        ("accuracy of one output", lambda: accuracy(A[:, :1], Y), "y_hat", "(6, 1)", "K ≥ 2"),
    ]


def sgd_table():
    theta = np.zeros(5)
    table = [
        (f"eta {value!r}", lambda v=value: SGD(v), "eta", "", "")
        for value in (0, -0.1, NAN, INF, None, "0.1", [], [0.1, 0.2], [[0.1, 0.2]], [[0.1], [0]])
    ]
    table += [
        (f"eta in a sweep {bad}", lambda v=bad: SGD([[0.1], [v]]), "eta", "", "")
        for bad in (0, -1, NAN)
    ]
    return table + [
        ("3 etas, 4 runs", lambda: train_(runs(), optimizer=SGD([[1]] * 3)), "eta", "(3, 1)", "4"),
        ("etas for one run", lambda: train_(optimizer=SGD([[1]] * 3)), "eta", "(3, 1)", "(17,)"),
        ("gradient", lambda: SGD(1).step(theta, np.ones(4)), "gradient", "(4,)", "(5,)"),
        ("spread", lambda: SGD(1).step(np.ones((2, 5)), theta), "gradient", "(5,)", "(2, 5)"),
        ("theta a list", lambda: SGD(1).step([1.0], np.ones(1)), "theta", "list", "float array"),
        ("int theta", lambda: SGD(1).step(np.arange(5), theta), "theta", "int64", "float array"),
    ]


TABLE = [
    *labels_table("cross_entropy", lambda y: cross_entropy(A, y)),
    *labels_table("squared_error", lambda y: squared_error(A, y)),
    *labels_table("accuracy", lambda y: accuracy(A, y)),
    *labels_table("loss", lambda y: net().loss(X, y)),
    *labels_table("backward", lambda y: backward(net(), X, y)),
    *labels_table("train", lambda y: train_(y=y)),
    *labels_table("gradient_check", lambda y: gradient_check(net(), X, y)),
    *logits_table("softmax", "a", softmax, ndim=1),
    *logits_table("log_softmax", "a", log_softmax, ndim=1),
    *logits_table("cross_entropy", "a", lambda a: cross_entropy(a, Y)),
    *logits_table("squared_error", "y_hat", lambda a: squared_error(a, Y)),
    *logits_table("accuracy", "y_hat", lambda a: accuracy(a, Y)),
    *finite_table("softmax", "a", softmax),
    *finite_table("log_softmax", "a", log_softmax),
    *finite_table("cross_entropy", "a", lambda a: cross_entropy(a, Y)),
    *finite_table("squared_error", "y_hat", lambda a: squared_error(a, Y)),
    ("cross_entropy: reduction", lambda: cross_entropy(A, Y, "avg"), "reduction", "'avg'", "mean"),
    ("squared_error: reduction", lambda: squared_error(A, Y, None), "reduction", "None", "mean"),
    *x_table("forward", lambda x: net().forward(x)),
    *x_table("predict", lambda x: runs().predict(x)),
    *x_table("loss", lambda x: net().loss(x, Y)),
    *x_table("train", lambda x: train_(x=x)),
    *x_table("gradient_check", lambda x: gradient_check(net(), x, Y)),
    *network_table(),
    *sgd_table(),
    *whole_table("minibatches n", "n", lambda n: minibatches(n, 1, RNG)),
    *whole_table("minibatches", "batch_size", lambda b: minibatches(6, b, RNG), top=6),
    *rng_table("minibatches", lambda rng: minibatches(6, 2, rng)),
    *whole_table("train", "batch_size", lambda b: train_(batch_size=b, rng=RNG), top=6),
    *whole_table("train", "epochs", lambda e: train_(epochs=e)),
    *rng_table("train", lambda rng: train_(batch_size=2, rng=rng)),
    ("train: number", lambda: train_(optimizer=0.1), "optimizer", "0.1", "SGD(eta)"),
    ("gradient_check: runs", lambda: gradient_check(runs(), X, Y), "net", "4 runs", "net.at"),
    (
        "complex_step: runs",
        lambda: complex_step(np.sum, np.ones((2, 3))),
        "theta",
        "(2, 3)",
        "(P,)",
    ),
    ("complex_step: words", lambda: complex_step(np.sum, ["a"]), "theta", "<U1", "numbers"),
    *[
        (f"name_of {i!r}", lambda i=i: net().layout.name_of(i), "index", repr(i), "0 … 16")
        for i in (-1, 17, 1.0, None)
    ],
]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "call, argument, got, wanted", [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_bad_input(call, argument, got, wanted):
    with pytest.raises(ValueError) as error:
        call()
    message = str(error.value)
    assert message.startswith(f"{argument} ") or message.startswith(f"{argument}["), message
    assert got in message and wanted in message
    assert "\n" not in message and len(message) < 160


def test_training_refuses_before_the_first_record_is_asked_for():
    for call in (
        lambda: train(net(), X.T, Y, SGD(0.1), epochs=1),
        lambda: train(net(), X, Y + 1, SGD(0.1), epochs=1),
        lambda: train(net(), X, Y, SGD(0.1), epochs=0),
        lambda: train(net(), X, Y, SGD(0.1), epochs=1, batch_size=7, rng=RNG),
        lambda: train(net(), X, Y, SGD(0.1), epochs=1, batch_size=2),
        lambda: minibatches(6, 7, RNG),
    ):
        with pytest.raises(ValueError):
            call()


def test_whole_numbers_of_numpy_are_whole_numbers():
    network = Network(np.array([2, 3, 2]), rng=np.random.default_rng(0))
    assert network.sizes == (2, 3, 2)
    records = train_(network, epochs=np.int64(2), batch_size=np.int32(4), rng=RNG)
    assert len(records) == 4
    assert len(list(minibatches(np.int64(6), np.int64(4), RNG))) == 2
