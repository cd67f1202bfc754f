"""Independent references: PyTorch's autograd and SGD, and scikit-learn's MLPClassifier."""

import numpy as np
import pytest
import torch
from sklearn.neural_network import MLPClassifier

from lecture_lib.core.losses import cross_entropy, log_softmax, softmax
from lecture_lib.core.network import Network
from lecture_lib.core.optimizers import SGD
from lecture_lib.core.training import train
from tests.core.networks import NAMES, OUTPUTS, SIZES, make

torch.set_num_threads(1)
TORCH = {
    "identity": lambda a: a,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": torch.nn.functional.leaky_relu,
}


def parameters(net):
    """The network's weights as leaf tensors in the order of theta: W1, b1, W2, b2 …"""
    arrays = [part for l in range(1, net.depth + 1) for part in (net.W[l], net.b[l])]
    return [torch.tensor(part.copy(), requires_grad=True) for part in arrays]


def torch_loss(net, leaves, x, y):
    z = torch.tensor(x)
    for l in range(1, net.depth + 1):
        a = z @ leaves[2 * l - 2] + leaves[2 * l - 1]
        z = TORCH[net.g[l].name](a) if l < net.depth else a
    if net.output is None:
        return torch.nn.functional.cross_entropy(a, torch.tensor(y), reduction=net.reduction)
    squares = 0.5 * (TORCH[net.output.name](a) - torch.tensor(y)) ** 2
    return squares.sum(dim=1).sum() / (len(x) if net.reduction == "mean" else 1)


def flat(tensors):
    return np.concatenate([t.detach().numpy().ravel() for t in tensors])


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("depth", SIZES)
@pytest.mark.parametrize("first", NAMES)
def test_values_and_gradients_of_networks(first, depth, output, reduction, examples):
    x, labels, values = examples
    hidden = [first, "tanh", "sigmoid"][: depth - 1]
    net = make(depth, hidden, output, reduction=reduction)
    for y in (labels, np.eye(3)[labels]) if output == "softmax" else (values,):
        leaves = parameters(net)
        loss = torch_loss(net, leaves, x, y)
        loss.backward()
        net.backward(net.forward(x), y)
        assert net.loss(x, y) == pytest.approx(loss.item(), rel=1e-12)
        assert np.abs(net.gradient - flat(t.grad for t in leaves)).max() < 1e-12


def test_losses_for_logits_of_every_size():
    rng = np.random.default_rng(0)
    for scale in (1e-3, 1, 100, 1e4):
        a, y = scale * rng.normal(size=(9, 5)), rng.integers(0, 5, size=9)
        t = torch.tensor(a)
        assert np.allclose(softmax(a), torch.softmax(t, 1), rtol=1e-11, atol=1e-300)
        assert np.allclose(log_softmax(a), torch.log_softmax(t, 1), rtol=1e-12)
        for reduction in ("mean", "sum"):
            theirs = torch.nn.functional.cross_entropy(t, torch.tensor(y), reduction=reduction)
            assert cross_entropy(a, y, reduction) == pytest.approx(theirs.item(), rel=1e-12)


@pytest.mark.parametrize("output", ["softmax", "identity"])
def test_fifty_steps_of_sgd(output, examples):
    x, labels, values = examples
    y = labels if output == "softmax" else values
    net = make(3, output=output)
    leaves = parameters(net)
    optimizer = torch.optim.SGD(leaves, lr=0.3)
    for record in train(net, x, y, SGD(0.3), epochs=50):
        optimizer.zero_grad()
        loss = torch_loss(net, leaves, x, y)
        loss.backward()
        assert record.loss == pytest.approx(loss.item(), rel=1e-10)
        optimizer.step()
    assert np.abs(net.theta - flat(leaves)).max() < 1e-12


def test_scikit_learn_predicts_the_same_with_the_same_weights():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(40, 4)), rng.integers(0, 3, size=40)
    theirs = MLPClassifier(
        (5,), activation="tanh", alpha=0, solver="sgd", batch_size=40, max_iter=1, momentum=0
    )
    theirs.partial_fit(x, y, classes=[0, 1, 2])
    ours = Network((4, 5, 3), "tanh")

    def copy_weights():
        for l in (1, 2):
            ours.W[l][:], ours.b[l][:] = theirs.coefs_[l - 1], theirs.intercepts_[l - 1]

    copy_weights()
    assert np.allclose(ours.predict(x), theirs.predict_proba(x), rtol=1e-12)
    before = ours.theta.copy()
    ours.backward(ours.forward(x), y)
    theirs.partial_fit(x, y)  # one step of gradient descent on the batch mean
    copy_weights()
    assert np.allclose(before - ours.theta, theirs.learning_rate_init * ours.gradient, atol=1e-15)
