"""Dropout, batch and layer normalization, the penalty: gradients, PyTorch, properties, sweeps."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lecture_lib.core.gradient_check import gradient_check
from lecture_lib.core.network import Network
from lecture_lib.core.normalization import AXIS, normalize
from lecture_lib.core.optimizers import SGD, AdamW
from lecture_lib.core.regularization import EarlyStopping, dropout_mask
from lecture_lib.core.training import minibatches, train
from tests.core.networks import SIZES

torch.set_num_threads(1)


def make(seed=0, **options):
    """Two hidden layers; every parameter random, gamma and shift as well."""
    rng = np.random.default_rng(seed)
    net = Network(SIZES[3], ["tanh", "leaky_relu"], rng=rng, **options)
    net.theta += 0.3 * rng.normal(size=net.theta.shape)
    for l in range(1, net.depth):
        net.statistics[l] = (rng.normal(size=SIZES[3][l]), 0.5 + rng.random(SIZES[3][l]))
    return net


@pytest.mark.parametrize("train_mode", [True, False])
@pytest.mark.parametrize("lam", [0.0, 0.1])
@pytest.mark.parametrize("dropout", [0.0, 0.4])
@pytest.mark.parametrize("norm", [None, "batch", "layer"])
@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
def test_every_gradient(output, norm, dropout, lam, train_mode, examples):
    x, labels, values = examples
    net = make(output=output, norm=norm, dropout=dropout, lam=lam)
    y = labels if output == "softmax" else values
    report = gradient_check(net, x, y, train=train_mode)
    assert report.ok and report.error < 1e-12, report


def torch_twin(net):
    """The same network in PyTorch, with the same parameters."""
    layers, norms = [], {"batch": torch.nn.BatchNorm1d, "layer": torch.nn.LayerNorm}
    for l in range(1, net.depth + 1):
        layers.append(torch.nn.Linear(*net.sizes[l - 1 : l + 1], dtype=torch.float64))
        layers[-1].weight.data = torch.tensor(net.W[l].T.copy())
        layers[-1].bias.data = torch.tensor(net.b[l].copy())
        if l < net.depth:
            layers.append(norms[net.norm](net.sizes[l], dtype=torch.float64))
            layers[-1].weight.data = torch.tensor(net.gamma[l].copy())
            layers[-1].bias.data = torch.tensor(net.shift[l].copy())
            layers.append(torch.nn.Tanh() if l == 1 else torch.nn.LeakyReLU())
    return torch.nn.Sequential(*layers)


@pytest.mark.parametrize("norm", ["batch", "layer"])
def test_fifty_steps_of_pytorch_with_running_statistics(norm, examples):
    x, y, _ = examples
    net = make(norm=norm)
    for l in range(1, net.depth):
        net.statistics[l] = (np.zeros(net.sizes[l]), np.ones(net.sizes[l]))
    twin = torch_twin(net)
    optimizer = torch.optim.SGD(twin.parameters(), lr=0.1)
    for record in train(net, x, y, SGD(0.1), epochs=50):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(twin(torch.tensor(x)), torch.tensor(y))
        loss.backward()
        optimizer.step()
        assert record.loss == pytest.approx(loss.item(), rel=1e-10)
    theirs = torch_twin(net)  # ours, to compare all parameters at once
    for a, b in zip(theirs.parameters(), twin.parameters(), strict=True):
        assert torch.allclose(a, b, rtol=0, atol=1e-10)
    if norm == "batch":
        statistics = [m for m in twin if isinstance(m, torch.nn.BatchNorm1d)]
        for (mean, variance), theirs in zip(net.statistics[1:], statistics, strict=True):
            assert np.allclose(mean, theirs.running_mean.numpy(), rtol=1e-10)
            assert np.allclose(variance, theirs.running_var.numpy(), rtol=1e-10)
    twin.eval()
    ours = net.predict(x)
    assert np.allclose(ours, torch.softmax(twin(torch.tensor(x)), 1).detach().numpy(), rtol=1e-9)


@pytest.mark.parametrize("norm", ["batch", "layer"])
def test_normalized_along_its_axis(norm):
    a = np.random.default_rng(0).normal(5, 3, size=(2, 40, 30))
    a_hat = normalize(a, AXIS[norm]).a_hat
    assert np.allclose(a_hat.mean(axis=AXIS[norm]), 0, atol=1e-12)
    assert np.allclose(a_hat.std(axis=AXIS[norm]), 1, atol=1e-4)


def test_layer_norm_is_row_independent(examples):
    x, _, _ = examples
    net = make(norm="layer")
    alone = [net.forward(row[None], train=True).z[-1][0] for row in x]
    assert np.allclose(net.forward(x, train=True).z[-1], alone, rtol=1e-12)


def test_batch_norm_in_evaluation_is_row_independent_and_changes_nothing(examples):
    x, _, _ = examples
    net = make(norm="batch")
    before = [tuple(s.copy() for s in pair) for pair in net.statistics[1:]]
    alone = [net.predict(row[None])[0] for row in x]
    assert np.allclose(net.predict(x), alone, rtol=1e-12)
    assert not np.allclose(net.forward(x, train=True).z[-1], net.predict(x))
    for pair, kept in zip(net.statistics[1:], before, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(pair, kept, strict=True))


def test_weights_times_ten_mean_nothing_to_batch_norm_and_its_bias_has_no_gradient(examples):
    x, y, _ = examples
    net = make(norm="batch")
    net.W[1][:] *= 100  # far above ε
    one = net.forward(x, train=True)
    net.backward(one, y)
    assert np.allclose(net.db[1], 0, atol=1e-14)
    net.W[1][:] *= 10
    assert np.allclose(net.forward(x, train=True).z[-1], one.z[-1], atol=1e-6)


def test_one_example_is_no_batch():
    """Its own mean: nothing is left but the shift."""
    net = make(norm="batch")
    cache = net.forward(np.ones((1, 4)), train=True)
    assert np.allclose(cache.z[1], np.tanh(net.shift[1]))
    net.update_statistics(cache)
    assert all(np.isfinite(part).all() for pair in net.statistics[1:] for part in pair)


@given(st.floats(0, 0.9), st.integers(0, 2**32 - 1))
def test_dropout_is_inverted_and_fresh_for_each_example(p, seed):
    mask = dropout_mask((200, 50), p, np.random.default_rng(seed))
    factors = np.unique(mask)
    assert np.isin(factors, [0, 1 / (1 - p)]).all()
    assert abs(mask.mean() - 1) < 6 * np.sqrt(p / (1 - p) / mask.size) + 1e-12
    assert abs((mask == 0).mean() - p) < 6 * np.sqrt(p * (1 - p) / mask.size) + 1e-12
    if 0.2 < p < 0.8:
        assert len(np.unique(mask, axis=0)) == 200


def test_dropout_in_training_and_not_in_evaluation(examples):
    x, _, _ = examples
    net = make(dropout=0.4)
    cache = net.forward(x, train=True, rng=np.random.default_rng(0))
    for l in (1, 2):
        assert np.allclose(cache.z[l], cache.h[l] * cache.mask[l])
        assert (cache.z[l] == 0).any() and (cache.mask[l] > 1).any()
    assert cache.mask[3:] == []  # never at the output
    plain = make()
    assert np.array_equal(net.predict(x), plain.predict(x))


def test_penalty_counts_in_training_only(examples):
    x, y, _ = examples
    net, plain = make(lam=0.3), make()
    weights = sum((W**2).sum() for W in net.W[1:])
    assert net.loss(x, y) == plain.loss(x, y)
    assert net.loss(x, y, train=True) == pytest.approx(plain.loss(x, y) + 0.3 * weights)
    net.backward(net.forward(x, train=True), y)
    plain.backward(plain.forward(x), y)
    assert np.allclose(net.dW[2], plain.dW[2] + 0.6 * net.W[2], rtol=1e-12)
    assert np.allclose(net.db[2], plain.db[2], rtol=1e-12)


def test_a_run_of_a_sweep_is_the_run_alone(examples):
    """R values of η, λ, the dropout rate and the seed, with batch norm: as if each were alone."""
    x, y, _ = examples
    lams, rates, seeds = [0.0, 0.1, 0.3], [0.0, 0.2, 0.5], [3, 4, 5]
    column = lambda values: np.array(values)[:, None]  # noqa: E731

    def optimizer(eta):
        return AdamW(eta, 0.1, net.is_weight)

    net = make(norm="batch", lam=column(lams), dropout=column(rates))
    sweep = net.at(np.tile(net.theta, (3, 1)))
    how = {"epochs": 4, "batch_size": 3}
    rngs = [np.random.default_rng(seed) for seed in seeds]
    records = list(train(sweep, x, y, optimizer(column([0.1, 0.01, 0.2])), rng=rngs, **how))
    for r, eta in enumerate([0.1, 0.01, 0.2]):
        alone = make(norm="batch", lam=lams[r], dropout=rates[r])
        rng = np.random.default_rng(seeds[r])
        single = list(train(alone, x, y, optimizer(eta), rng=rng, **how))
        assert np.allclose(sweep.theta[r], alone.theta, rtol=1e-10, atol=1e-12)
        assert np.allclose([a.loss[r] for a in records], [b.loss for b in single], rtol=1e-10)
        for ours, theirs in zip(sweep.statistics[1:], alone.statistics[1:], strict=True):
            assert np.allclose(ours[0][r], theirs[0]) and np.allclose(ours[1][r], theirs[1])


def test_each_run_has_batches_of_its_own():
    rngs = [np.random.default_rng(seed) for seed in (1, 2)]
    batches = list(minibatches(7, 3, rngs))
    for r, seed in enumerate((1, 2)):
        alone = minibatches(7, 3, np.random.default_rng(seed))
        assert all(np.array_equal(b[r], a) for b, a in zip(batches, alone, strict=True))


@pytest.mark.parametrize("norm", [None, "batch"])
def test_early_stopping_restores_the_best_weights(norm, examples):
    """With batch norm the running statistics that belong to them too."""
    x, y, _ = examples
    net, losses, thetas = make(norm=norm), [], []
    stopping = EarlyStopping(3)
    held_out = (x + np.random.default_rng(1).normal(size=x.shape), (y + 1) % 3)
    for record in train(net, x, y, SGD(0.5), epochs=200, validation=held_out, stopping=stopping):
        losses.append(record.validation_loss)
        thetas.append(net.theta.copy())
    best = int(np.argmin(losses))
    assert best < len(losses) < 200
    assert np.array_equal(net.theta, thetas[best])
    assert net.loss(*held_out) == min(losses)


def test_the_best_weights_come_back_when_the_last_epoch_was_the_best(examples):
    x, y, _ = examples
    net, twin = make(), make()
    list(train(net, x, y, SGD(0.1), epochs=5, validation=(x, y), stopping=EarlyStopping(9)))
    list(train(twin, x, y, SGD(0.1), epochs=5))
    assert np.array_equal(net.theta, twin.theta)


def test_a_loss_that_is_not_finite_stops_with_a_sentence():
    x, y = np.array([[1e3], [2e3]]), np.array([[1.0], [2.0]])
    net = Network([1, 1], output="identity")
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError) as error:
        list(train(net, x, y, SGD(0.5), epochs=500))
    message = str(error.value)
    assert "at step" in message and "η = 0.5" in message and "smaller η" in message


def test_a_sweep_goes_on_while_one_run_is_finite():
    x, y = np.array([[1e3], [2e3]]), np.array([[1.0], [2.0]])
    net = Network([1, 1], output="identity").at(np.zeros((2, 2)))
    with np.errstate(all="ignore"):
        records = list(train(net, x, y, SGD(np.array([[0.5], [1e-7]])), epochs=500))
    assert len(records) == 500
    assert not np.isfinite(records[-1].loss[0]) and records[-1].loss[1] < records[0].loss[1]


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: make(norm="group"), "norm is 'group'; wanted"),
        (lambda: make(dropout=1.0), "dropout is 1.0; wanted"),
        (lambda: make(dropout=-0.1), "dropout is -0.1; wanted"),
        (lambda: make(lam=-1), "lam is -1.0; wanted"),
        (lambda: make(dropout=0.5).forward(np.ones((2, 4)), train=True), "rng is"),
        (
            lambda: train(make(dropout=0.5), np.ones((3, 4)), np.arange(3), SGD(1), epochs=1),
            "rng is",
        ),
        (
            lambda: train(
                make(), np.ones((3, 4)), np.arange(3), SGD(1), epochs=1, stopping=EarlyStopping(2)
            ),
            "validation is None; stopping wants",
        ),
    ],
)
def test_bad_input(call, says):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).startswith(says)
