"""The explorers of notebook 01: what they show is what the formulas and plain loops give."""

import numpy as np
import pytest

from lecture_lib.core.optimizers import SGD
from lecture_lib.data import features, spam
from lecture_lib.explorers import loss_meter as meter
from lecture_lib.explorers import three_flavours as flavours_module
from lecture_lib.explorers.descent import STEPS, Descent, steps_needed
from lecture_lib.explorers.loss_and_gradient_descent import descent, loss_meter, three_flavours
from lecture_lib.explorers.three_flavours import Flavours
from lecture_lib.explorers.two_weights import TwoWeights, checked_start


@pytest.fixture(scope="module")
def model():
    return TwoWeights.of(None, None)


@pytest.fixture(scope="module")
def show(model):
    return Descent(model, checked_start(None))


@pytest.fixture(scope="module")
def flavours(model):
    return Flavours(model, checked_start(None), seed=0)


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def plain_loss(x, y, w):
    p = sigmoid(x @ w)
    return -np.mean(np.where(y == 0, np.log(p), np.log(1 - p)))


def plain_gradient(x, y, w):
    return x.T @ (sigmoid(x @ w) - (y == 0)) / len(x)


# --- two weights ---------------------------------------------------------------------------------


def test_the_loss_and_its_gradient_are_those_of_logistic_regression(model):
    w = np.array([0.7, -0.4])
    assert model.loss(w) == pytest.approx(plain_loss(model.x, model.y, w), rel=1e-12)
    batches = np.array([[3, 7, 200], [0, 1, 2]])
    expected = [plain_gradient(model.x[b], model.y[b], w) for b in batches]
    np.testing.assert_allclose(model.gradients(w, batches), expected, rtol=1e-12)
    grid = np.array([[w, 2 * w, 3 * w], [w, -w, 0 * w]])
    assert model.loss(grid).shape == (2, 3)
    assert model.loss(grid)[0, 2] == pytest.approx(plain_loss(model.x, model.y, 3 * w))


def test_curvature_is_the_slope_of_the_gradient(model):
    w, h = np.array([0.7, -0.4]), 1e-6
    for k, e in enumerate(np.eye(2)):
        slope = plain_gradient(model.x, model.y, w + h * e)
        slope = (slope - plain_gradient(model.x, model.y, w - h * e)) / (2 * h)
        np.testing.assert_allclose(model.curvature(w)[:, k], slope, rtol=1e-7)


def test_no_weights_have_a_lower_loss_than_the_minimum(model):
    gradient = plain_gradient(model.x, model.y, model.minimum)
    assert abs(gradient).max() < 1e-12
    around = model.minimum + np.random.default_rng(0).normal(size=(200, 2))
    assert (model.loss(around) > model.loss(model.minimum)).all()


def test_the_minimum_is_found_where_whole_newton_steps_fail():
    x = [[12, -5], [-35, 106], [16, -4], [0, 7], [11, 0], [-2, -2], [3, -13], [-14, -5], [2, 0]]
    wild = TwoWeights.of(x, [0, 0, 0, 0, 0, 1, 1, 1, 1])
    assert abs(plain_gradient(wild.x, wild.y, wild.minimum)).max() < 1e-12


def test_a_minimum_at_zero_is_a_minimum():
    xor = TwoWeights.of([[0, 0], [1.1, 1.1], [0, 1.1], [1.1, 0]], [0, 0, 1, 1])
    np.testing.assert_allclose(xor.minimum, 0, atol=1e-12)


def test_the_other_weights_stay_frozen(model):
    net = model.at(np.array([0.3, 0.2]))
    x = np.array([[2.0, -1.0]])
    a = net.forward(x).a[1]
    np.testing.assert_allclose(a, [[0.3 * 2 - 0.2, 0]])
    path, _ = model.descend(np.array([[0.3, 0.2]]), SGD(0.5), epochs=2)
    by_hand = np.array([0.3, 0.2])
    for _ in range(2):
        by_hand = by_hand - 0.5 * plain_gradient(model.x, model.y, by_hand)
    np.testing.assert_allclose(path[0, -1], by_hand, rtol=1e-12)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([[1, 2]], None, "y is missing"),
        (None, [0], "x is missing"),
        ([[1, 2, 3]] * 3, [0, 1, 0], r"x has shape \(3, 3\)"),
        ([1, 2, 3], [0, 1, 0], "x has shape"),
        ([[1, 2], [3, np.nan], [2, 2]], [0, 1, 0], "x .*finite"),
        ([[1, 2], [3, 5], [2, 2]], [0, 1], r"y has shape \(2,\)"),
        ([[1, 2], [3, 5], [2, 2]], [0, 1, 2], "y "),
        ([[1, 2], [3, 5], [2, 2]], [1, 1, 1], "one class"),
        ([[1, 2], [2, 4], [3, 6]], [0, 1, 0], "one line"),
        ([[1, 2], [2, 1], [3, 6]], [0, 0, 1], "separates"),
        ([[0, 1], [0, -1], [1, 0], [-1, 0], [1, 0], [-1, 0]], [0, 1, 0, 1, 1, 0], "separates"),
    ],
)
def test_bad_data_are_refused_in_one_sentence(x, y, message):
    for explorer in (descent, three_flavours):
        with pytest.raises(ValueError, match=message) as caught:
            explorer(x, y)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("start", [[1], [1, 2, 3], [np.inf, 0], "ab", [[1, 2]]])
def test_a_bad_start_is_refused(start):
    with pytest.raises(ValueError, match="start"):
        descent(start=start)


# --- descent -------------------------------------------------------------------------------------


def test_paths_and_losses_are_those_of_a_plain_loop(show, model):
    for i in (0, 20, 39, 41):  # far beyond the edge a rounding error grows
        s, w = show.state(i), np.array(show.start)
        for t in range(STEPS + 1):
            np.testing.assert_allclose(s.path[t], w, rtol=1e-7, atol=1e-9)
            assert s.loss[t] == pytest.approx(plain_loss(model.x, model.y, w), rel=1e-7)
            w = w - s.eta * plain_gradient(model.x, model.y, w)


def test_the_predicted_edge_is_the_one_that_is_found(show, model):
    """From beside the minimum, runs below the edge come closer and those above go away."""
    near = model.minimum + 1e-5
    path, _ = model.descend(np.tile(near, (50, 1)), SGD(show.etas[:, None]), epochs=400)
    distance = np.hypot(*(path[:, -1] - model.minimum).T)
    found = show.etas[distance > 1e-4].min()
    assert (distance[show.etas >= found] > 1e-4).all()
    step = show.etas[1] / show.etas[0]
    assert found / step < model.edge <= found


def test_the_bowl_is_exact_beside_the_minimum(model):
    show = Descent(model, model.minimum + [0.01, 0.004])
    above, predicted = show.losses - show.lowest, show.bowls - show.lowest
    for i in (10, 30, 38):
        np.testing.assert_allclose(above[i, :20], predicted[i, :20], rtol=0.05)


def test_steps_needed_counts_until_the_loss_stays_below():
    losses = np.array([[5, 3, 1, 1], [5, 1, 3, 1], [5, 1, 1, 3], [1, 1, 1, 1]])
    np.testing.assert_array_equal(steps_needed(losses, 2), [2, 3, np.inf, 0])
    assert steps_needed(losses[0], 1) == 2


def test_the_words_tell_what_the_run_does(show, model):
    motions = [show.motion(i) for i in range(len(show.etas))]
    assert [m == "never settles" for m in motions] == list(show.etas > model.edge)
    assert motions[0] == "crawls"
    assert motions[25] == "settles"
    assert "zig-zags" in motions
    for i, motion in enumerate(motions):
        s = show.state(i)
        text = show.describe(s)
        assert motion in text.headline
        assert text.headline.startswith(f"η = {s.eta:.3g} ")
        assert (f"at the target after {s.needed:.0f} steps" in text.headline) == (s.needed <= STEPS)
        assert len(text.headline) <= 68  # one line beside the file browser
        assert f"{s.loss[-1]:.4g}" in text.readout
        assert text.alt


def test_the_readout_says_which_eta_is_best(show):
    best = [i for i in range(50) if "none needs fewer" in show.describe(show.state(i)).readout]
    assert best == list(np.flatnonzero(show.needed == show.needed.min()))
    assert 0.5 < show.etas[best[0]] / show.model.edge < 1


def test_leaving_the_picture_is_said(show):
    inside = show.window.holds(show.paths).all(axis=1)
    said = ["leaves the picture" in show.describe(show.state(i)).headline for i in range(50)]
    np.testing.assert_array_equal(said, ~inside)
    assert not inside.all()


def test_raw_words_make_a_ravine_a_million_times_as_steep():
    x, y = spam(300, np.random.default_rng(0))
    raw, logs = TwoWeights.of(x, y), TwoWeights.of(features(x), y)
    steepness = [m.curvatures[0][1] / m.curvatures[0][0] for m in (raw, logs)]
    assert steepness[0] > 1e5
    assert steepness[1] < 100
    assert raw.edge < 1e-3 * logs.edge


# --- loss meter ----------------------------------------------------------------------------------


def test_the_deltas_are_their_formulas():
    for i in range(len(meter.LOGITS)):
        for j in range(len(meter.LOGITS)):
            s = meter.state(i, j)
            np.testing.assert_allclose(s.delta, s.y_hat - [1, 0], atol=1e-12)
            expected = meter.squared_delta(s.y_hat[0])
            np.testing.assert_allclose(s.squared_delta, [expected, -expected], rtol=1e-9)
            assert s.loss == pytest.approx(-np.log(s.y_hat[0]))


def test_squared_error_stops_pulling_on_a_sure_mistake():
    worst, unsure = meter.state(0, 6), meter.state(3, 3)
    assert abs(worst.squared_delta[0]) < abs(unsure.squared_delta[0]) / 100
    assert abs(worst.delta[0]) > abs(unsure.delta[0])


def test_the_line_100_to_1_is_where_the_target_begins():
    edge = -np.arccosh(meter.HARDER - 1)
    for i in range(7):
        for j in range(7):
            s = meter.state(i, j)
            text = meter.describe(s)
            assert ("Found" in text.readout) == (s.a[0] - s.a[1] < edge)
            assert len(text.headline) <= 68
    assert edge > meter.LOGITS[0] - meter.LOGITS[-1]  # it can be found


@pytest.mark.parametrize(
    ("i", "j", "words"),
    [(0, 6, "sure and wrong"), (6, 0, "sure and right"), (3, 3, "undecided"),
     (4, 3, "right but unsure"), (3, 4, "wrong but unsure")],
)  # fmt: skip
def test_the_meter_says_which_case_it_is(i, j, words):
    s = meter.state(i, j)
    text = meter.describe(s)
    assert words in text.headline
    assert meter.probability(s.y_hat[0]) in text.headline
    assert ("above 100" in text.readout) and text.alt


# --- three flavours ------------------------------------------------------------------------------


def test_batches_spread_as_predicted(flavours):
    for i, size in enumerate(flavours.sizes):
        s = flavours.state(i, 0)
        assert s.spread == pytest.approx(s.predicted, rel=0.12, abs=1e-9), size
    assert s.predicted == 0  # all examples: no chance left


def test_the_cloud_lies_round_downhill(flavours, model):
    downhill = -plain_gradient(model.x, model.y, flavours.start)
    np.testing.assert_allclose(flavours.state(8, 0).cloud, np.tile(downhill, (200, 1)))
    assert (flavours.state(8, 0).path[1] - flavours.start) @ downhill > 0
    assert flavours.state(0, 0).uphill > 0.2 and flavours.state(8, 0).uphill == 0


def test_the_ellipse_holds_what_two_deviations_hold(flavours):
    true = flavours.each.mean(axis=0)
    for i in (2, 5):
        whitened = np.linalg.solve(
            np.linalg.cholesky(flavours.predicted(flavours.sizes[i])), (flavours.clouds[i] - true).T
        )
        assert 0.8 < (np.hypot(*whitened) < 2).mean() < 0.93  # 1 − e⁻² of a normal cloud
        rim = np.linalg.solve(
            np.linalg.cholesky(flavours.predicted(flavours.sizes[i])),
            flavours.state(i, 0).ellipse - true[:, None],
        )
        np.testing.assert_allclose(np.hypot(*rim), 2)


def test_examples_and_steps_are_counted(flavours):
    n = flavours.n
    for size, run in zip(flavours.sizes, flavours.runs, strict=True):
        assert run.seen[0] == 0 and run.seen[-1] == flavours_module.EPOCHS * n
        assert len(run.seen) == run.losses.shape[1] == len(run.seconds)
        steps = flavours_module.EPOCHS * n // size  # 256: every batch is full
        assert run.paths.shape[1] == steps + 1
        measured = min(steps, flavours_module.MEASURED)
        assert (np.diff(run.seen) == size * steps / measured).all()
        at = run.seen // size
        assert np.array_equal(run.losses, flavours.model.loss(run.paths[:, at]))
        assert (np.diff(run.seconds) > 0).all()


def test_a_short_last_batch_is_counted_as_short():
    x, y = spam(10, np.random.default_rng(3))
    flavours = Flavours(TwoWeights.of(features(x), y), checked_start([0, 0]), seed=0)
    assert flavours.sizes == [1, 2, 4, 8, 10]
    assert list(flavours.runs[2].seen) == [0, 4, 8, 10, 14, 18, 20, 24, 28, 30]


def test_the_full_batch_walks_like_batch_gradient_descent(flavours, model):
    w = np.array(flavours.start)
    for t in range(4):
        np.testing.assert_allclose(flavours.runs[-1].paths[2, t], w, rtol=1e-9)
        w = w - flavours.etas[2] * plain_gradient(model.x, model.y, w)


def test_the_flavours_say_what_the_run_does(flavours):
    said = {}
    for i in range(len(flavours.sizes)):
        for j in range(len(flavours.etas)):
            s = flavours.state(i, j)
            text = flavours.describe(s)
            said[i, j] = flavours.motion(s)
            assert said[i, j] in text.headline
            assert len(text.headline) <= 68
            assert (said[i, j] == "arrives") == (s.loss[-1] <= flavours.target)
            assert ("no position ends lower" in text.readout) == (s.loss[-1] == flavours.ends.min())
    assert said[0, 4] == "is too noisy" and said[8, 0] == "is too slow"
    assert "arrives" in said.values()


def test_the_seed_decides_the_order(model, flavours):
    other = Flavours(model, checked_start(None), seed=1)
    again = Flavours(model, checked_start(None), seed=0)
    assert (again.runs[3].paths == flavours.runs[3].paths).all()
    assert (other.runs[3].paths != flavours.runs[3].paths).any()


# --- what is displayed ---------------------------------------------------------------------------


def test_each_explorer_has_a_picture_for_each_position():
    x, y = spam(40, np.random.default_rng(5))
    for made, positions in (
        (loss_meter(), 49),
        (descent(features(x), y, [0.5, 1]), 50),
        (three_flavours(features(x), y, [0.5, 1]), 7 * 5),
    ):
        assert len(made.player.texts) == positions
        assert len(set(text[0] for text in made.player.texts)) > 4
        assert np.diff(made.player.offsets).min() > 2000
