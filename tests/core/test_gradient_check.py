import numpy as np
import pytest

from lecture_lib.core.gradient_check import complex_step, gradient_check
from lecture_lib.core.network import Network
from tests.core.networks import MIXES, OUTPUTS, make, make_runs


def targets_for(output, examples):
    return examples[1] if output == "softmax" else examples[2]


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("output", OUTPUTS)
def test_every_gradient_of_every_mix_of_layers(output, reduction, examples):
    for depth, hidden in MIXES:
        net = make(depth, hidden, output, reduction=reduction, seed=depth)
        report = gradient_check(net, examples[0], targets_for(output, examples))
        assert report.ok, (hidden, report)
        assert report.error < 1e-12, (hidden, report)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_every_gradient_with_a_leading_axis_of_runs(depth, output, reduction, examples):
    x, y = examples[0], targets_for(output, examples)
    net = make_runs(depth, output=output, reduction=reduction)
    net.backward(net.forward(x), y)
    for r, theta in enumerate(net.theta):
        exact = complex_step(lambda t: net.at(t).loss(x, y), theta)
        assert np.abs(net.gradient[r] - exact).max() < 1e-10 * max(1, np.abs(exact).max())


def test_layers_of_one_size_where_a_forgotten_transpose_raises_nothing():
    rng = np.random.default_rng(2)
    net = Network((3, 3, 3, 3), ["tanh", "relu"], rng=rng)
    assert gradient_check(net, rng.normal(size=(3, 3)), np.array([2, 0, 1])).ok
    runs = net.at(rng.normal(size=(3, net.theta.size)))
    x, y = rng.normal(size=(3, 3, 3)), np.array([2, 0, 1])
    runs.backward(runs.forward(x), y)
    for r in range(3):
        exact = complex_step(lambda t: net.at(t).loss(x[r], y), runs.theta[r])  # noqa: B023
        assert runs.gradient[r] == pytest.approx(exact, abs=1e-12)


@pytest.mark.parametrize("output", OUTPUTS)
def test_delta_is_the_derivative_by_the_pre_activation(output, examples):
    """Moving one example's a[l][n, j] is moving b[l][j] for a batch of that example alone."""
    x, y = examples[0], targets_for(output, examples)
    net = make(3, output=output, reduction="sum")
    delta = net.backward(net.forward(x), y)
    assert delta[0] is None
    for n in range(len(x)):
        net.backward(net.forward(x[n : n + 1]), y[n : n + 1])
        for l in (1, 2, 3):
            assert delta[l][n] == pytest.approx(net.db[l], abs=1e-14)


def test_one_hot_gives_the_gradient_of_labels(examples):
    x, y, _ = examples
    net = make(3)
    net.backward(net.forward(x), y)
    from_labels = net.gradient.copy()
    net.backward(net.forward(x), np.eye(3)[y])
    assert np.array_equal(net.gradient, from_labels)


def test_a_kink_of_relu_is_no_false_alarm():
    net = make(2, ["relu"])
    net.b[1][:] = 0
    assert gradient_check(net, np.zeros((3, 4)), np.array([0, 1, 2])).ok


def test_a_vanishing_gradient_is_no_false_alarm(examples):
    x, y, _ = examples
    net = make(1)
    net.W[1][:], net.b[1][:] = 0, 0
    net.W[1][0] = [40, -40, 0]
    x = np.abs(x) + 0.5
    report = gradient_check(net, x, np.zeros(7, int))
    assert 0 < np.abs(net.gradient).max() < 1e-8 and report.ok


@pytest.mark.parametrize(
    "name, at",
    [("W[1][0, 0]", 0), ("W[1][1, 2]", 7), ("b[1][4]", 24), ("W[2][4, 1]", 38), ("b[2][0]", 40)],
)
@pytest.mark.parametrize(
    "wrong", [lambda g: -g, lambda g: 0 * g, lambda g: g + 1e-8, lambda g: g * np.nan]
)
def test_it_names_the_parameter_whose_gradient_is_broken(monkeypatch, examples, name, at, wrong):
    net, right = make(2, ["tanh"]), Network.backward

    def broken(self, cache, y):
        right(self, cache, y)
        self.gradient[at] = wrong(self.gradient[at])

    monkeypatch.setattr(Network, "backward", broken)
    report = gradient_check(net, *examples[:2])
    assert not report.ok
    assert report.parameter == name


def test_a_gradient_of_nan_is_not_ok(monkeypatch, examples):
    monkeypatch.setattr(Network, "backward", lambda self, *_: self.gradient.fill(np.nan))
    assert not gradient_check(make(2), *examples[:2]).ok


def test_a_gradient_that_is_never_written_is_not_ok(monkeypatch, examples):
    monkeypatch.setattr(Network, "backward", lambda self, *_: None)
    assert not gradient_check(make(2), *examples[:2]).ok


def test_complex_step_is_exact_and_takes_points_in_chunks():
    theta = np.random.default_rng(0).normal(size=300)  # more than two chunks
    exact = complex_step(lambda t: np.sin(t * np.arange(300)).sum(axis=-1), theta)
    assert exact == pytest.approx(np.arange(300) * np.cos(theta * np.arange(300)), rel=1e-12)


def test_every_entry_has_its_own_name():
    net = make(3)
    names = [net.layout.name_of(i) for i in range(net.theta.size)]
    assert len(set(names)) == net.theta.size
    for i, name in enumerate(names):
        array, layer, where = name[0], int(name[2]), name[5:-1]
        net.theta[i] = 1e6
        assert getattr(net, array)[layer][tuple(map(int, where.split(",")))] == 1e6
        net.theta[i] = 0
