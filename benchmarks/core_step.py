"""One step of Adam, one thread, against what people import: a small, a middle, a large network.

Forward, backward and update on one batch of random examples. The last row of the large network is
its limit: the same matrix products alone, and one update of our Adam.
"""

import warnings
from collections.abc import Callable

import numpy as np
import torch
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from benchmarks._race import race, rows_of
from lecture_lib.core.network import Network
from lecture_lib.core.optimizers import Adam

ETA = 1e-3


def rows() -> list[dict]:
    torch.set_num_threads(1)
    with threadpool_limits(1):
        return _rows()


def _rows() -> list[dict]:
    out = []
    for batch in (1, 32, 200):
        sizes = (2, 8, 2)
        ways = common(sizes, batch, np.float64) | {
            "HIPS autograd": by_autograd(sizes, batch),
            "micrograd": by_micrograd(sizes, batch),
        }
        if batch > 1:  # an epoch of scalar objects takes seconds
            del ways["micrograd"]
        out += rows_of(f"S 2-8-2, batch {batch}", race(ways))
    out += rows_of("M 64-128-10, batch 64", race(common((64, 128, 10), 64, np.float64)))
    for dtype in (np.float64, np.float32):
        sizes = (784, 512, 256, 10)
        ways = common(sizes, 128, dtype) | {"matmuls + our Adam (limit)": limit(sizes, 128, dtype)}
        out += rows_of(f"L 784-512-256-10, batch 128, {dtype.__name__}", race(ways, 0.1))
    return out


def common(sizes: tuple[int, ...], batch: int, dtype: type) -> dict[str, Callable]:
    return {
        "ours": ours(sizes, batch, dtype),
        "torch default": by_torch(sizes, batch, dtype, fused=False),
        "torch fused": by_torch(sizes, batch, dtype, fused=True),
        "scikit-learn": by_sklearn(sizes, batch, dtype),
    }


def examples(sizes: tuple[int, ...], batch: int, dtype: type) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(batch, sizes[0])).astype(dtype)
    return x, rng.integers(0, sizes[-1], batch)


def ours(sizes: tuple[int, ...], batch: int, dtype: type) -> Callable:
    x, labels = examples(sizes, batch, dtype)
    net = Network(sizes, rng=np.random.default_rng(0))
    net = net.at(net.theta.astype(dtype))
    y, optimizer = np.eye(sizes[-1], dtype=dtype)[labels], Adam(ETA)

    def step() -> None:
        net.backward(net.forward(x), y)
        optimizer.step(net.theta, net.gradient)

    return step


def by_torch(sizes: tuple[int, ...], batch: int, dtype: type, fused: bool) -> Callable:
    x, labels = (torch.tensor(part) for part in examples(sizes, batch, dtype))
    layers = []
    for n_in, n_out in zip(sizes[:-1], sizes[1:], strict=True):
        layers += [torch.nn.Linear(n_in, n_out, dtype=x.dtype), torch.nn.Tanh()]
    net, loss = torch.nn.Sequential(*layers[:-1]), torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(net.parameters(), lr=ETA, **({"fused": True} if fused else {}))

    def step() -> None:
        optimizer.zero_grad()
        loss(net(x), labels).backward()
        optimizer.step()

    return step


def by_sklearn(sizes: tuple[int, ...], batch: int, dtype: type) -> Callable:
    x, labels = examples(sizes, batch, dtype)
    net = MLPClassifier(sizes[1:-1], activation="tanh", alpha=0, batch_size=batch)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a batch of 1 is below scikit-learn's usual
        net.partial_fit(x, labels, classes=np.arange(sizes[-1]))
    return lambda: net.partial_fit(x, labels)


def by_autograd(sizes: tuple[int, ...], batch: int) -> Callable:
    import autograd.numpy as anp
    from autograd import grad

    x, labels = examples(sizes, batch, np.float64)
    y, net = np.eye(sizes[-1])[labels], Network(sizes, rng=np.random.default_rng(0))

    def loss(theta: np.ndarray) -> float:
        z, at = x, 0
        for l, (n_in, n_out) in enumerate(zip(sizes[:-1], sizes[1:], strict=True), 1):
            W = anp.reshape(theta[at : at + n_in * n_out], (n_in, n_out))
            at += n_in * n_out
            a = anp.dot(z, W) + theta[at : at + n_out]
            at += n_out
            z = anp.tanh(a) if l < len(sizes) - 1 else a
        a = a - anp.max(a, axis=1, keepdims=True)
        return -anp.mean(anp.sum(y * a, axis=1) - anp.log(anp.sum(anp.exp(a), axis=1)))

    gradient, optimizer = grad(loss), Adam(ETA)
    return lambda: optimizer.step(net.theta, gradient(net.theta))


def by_micrograd(sizes: tuple[int, ...], batch: int) -> Callable:
    from micrograd.nn import MLP

    x, labels = examples(sizes, batch, np.float64)
    net = MLP(sizes[0], list(sizes[1:]))
    optimizer, parameters = Adam(ETA), net.parameters()
    theta = np.array([p.data for p in parameters])

    def step() -> None:
        total = 0  # micrograd has no exp: relu, and a loss that is linear in the logits
        for row, label in zip(x.tolist(), labels, strict=True):
            a = net(row)
            total = total + (a[1 - label] - a[label])
        net.zero_grad()
        total.backward()
        optimizer.step(theta, np.array([p.grad for p in parameters]))
        for p, value in zip(parameters, theta, strict=True):
            p.data = value

    return step


def limit(sizes: tuple[int, ...], batch: int, dtype: type) -> Callable:
    net = Network(sizes).at(Network(sizes).theta.astype(dtype))
    optimizer, L = Adam(ETA), len(sizes) - 1
    rng = np.random.default_rng(0)
    z = [rng.normal(size=(batch, n)).astype(dtype) for n in sizes]

    def step() -> None:
        for l in range(1, L + 1):
            z[l - 1] @ net.W[l]
        for l in range(L, 0, -1):
            np.matmul(z[l - 1].T, z[l], out=net.dW[l])
            if l > 1:
                z[l] @ net.W[l].T
        optimizer.step(net.theta, net.gradient)

    return step
