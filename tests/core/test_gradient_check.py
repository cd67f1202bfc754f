import numpy as np
import pytest

from lecture_lib.core.gradient_check import central_difference, complex_step, gradient_check
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


def broken(monkeypatch, change):
    """Backward, and then a mistake put into the gradient."""
    right = Network.backward

    def backward(self, cache, y):
        right(self, cache, y)
        change(self)

    monkeypatch.setattr(Network, "backward", backward)


def set_(array, value):
    array[:] = value


@pytest.mark.parametrize(
    "change, parameter, hint",
    [
        (lambda net: set_(net.dW[2], -net.dW[2]), "W[2]", "the sign is wrong"),
        (lambda net: set_(net.db[3], 7 * net.db[3]), "b[3]", "N = 7 times too large"),
        (lambda net: set_(net.dW[1], net.dW[1] / 7), "W[1]", "N = 7 times too small"),
        (lambda net: set_(net.dW[3], 2 * net.dW[3]), "W[3]", "factor of 2"),
        (lambda net: set_(net.dW[3], net.dW[3] / 2), "W[3]", "factor of 2"),
        (lambda net: set_(net.dW[2], net.dW[2].T.copy()), "W[2]", "transposed"),
        (lambda net: set_(net.db[1], 0), "b[1]", "was it ever written?"),
        (lambda net: set_(net.dW[1], np.nan), "W[1]", "NaN"),
        (lambda net: set_(net.dW[2], net.dW[2] + 1), "W[2]", ""),
    ],
)
def test_a_hint_for_the_usual_patterns(monkeypatch, change, parameter, hint):
    rng = np.random.default_rng(0)
    net = Network([4, 3, 3, 2], rng=rng)
    net.theta += 0.3 * rng.normal(size=net.theta.shape)
    broken(monkeypatch, change)
    report = gradient_check(net, rng.normal(size=(7, 4)), rng.integers(0, 2, 7))
    assert not report.ok
    assert report.parameter.startswith(parameter)
    assert hint in report.hint and bool(hint) == bool(report.hint)
    assert report.parameter in str(report) and report.hint in str(report)


def test_the_first_one_off_is_the_nearest_to_the_output(monkeypatch, examples):
    """A wrong slope in layer 2 spoils layers 2 and 1, by more in layer 1."""

    def change(net):
        net.dW[1] *= 1000
        net.dW[2] *= 1.5

    broken(monkeypatch, change)
    assert gradient_check(make(3), *examples[:2]).parameter.startswith("W[2]")


def test_a_right_gradient_says_so(examples):
    assert str(gradient_check(make(3), *examples[:2])).startswith("right")


def test_central_difference_agrees_with_the_complex_step(examples):
    x, y, _ = examples
    net = make(3, ["tanh", "sigmoid"])
    f = lambda theta: net.at(theta).loss(x, y)  # noqa: E731
    exact = complex_step(f, net.theta)
    error = np.abs(central_difference(f, net.theta) - exact).max()
    assert 1e-14 < error < 1e-9
    one_sided = (f(net.theta + 1e-5 * np.eye(net.theta.size)) - f(net.theta)) / 1e-5
    assert np.abs(one_sided - exact).max() > 100 * error
