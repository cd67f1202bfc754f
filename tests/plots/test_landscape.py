import numpy as np

from lecture_lib.plots import style
from lecture_lib.plots.boundary import feature_plane, plane_grid, straight_lines, words_axis
from lecture_lib.plots.curves import log_axis
from lecture_lib.plots.landscape import around, landscape, path_lines, walk


def test_the_window_holds_start_and_minimum():
    window = around(np.array([1.0, 2.0]), np.array([4.0, 1.0]))
    assert window.holds(np.array([[1, 2], [4, 1], [1, 5.7]])).all()
    assert not window.holds(np.array([[1, 6], [5, 2]])).any()


def test_contours_lie_in_the_window_and_the_path_moves():
    ax = style.figure().add_subplot()
    minimum, start = np.array([1.0, 0.0]), np.array([3.0, 1.0])
    window = around(minimum, start)
    landscape(ax, lambda w: ((w - minimum) ** 2).sum(axis=-1), window, minimum, start)
    np.testing.assert_allclose(ax.get_xlim(), [1 - 2.5, 1 + 2.5])
    lines = path_lines(ax)
    walk(lines, np.array([[0.0, 1], [2, 3]]))
    np.testing.assert_allclose(lines[0].get_xydata(), [[0, 1], [2, 3]])
    np.testing.assert_allclose(lines[1].get_xydata(), [[2, 3]])


def test_the_boundary_is_where_the_logit_is_zero():
    ax = style.figure().add_subplot()
    x, middle, w = np.array([[0, 0], [4, 2.0]]), np.array([2.0, 1]), np.array([[0.5, -3], [1, 1]])
    feature_plane(ax, x, np.array([0, 1]))
    grid = plane_grid(ax, 5)
    assert grid.shape == (5, 5, 2)
    assert (grid[0, 0] < 0).all() and (grid[-1, -1] > [4, 2]).all() and grid[0, -1, 0] > 4
    (line,) = ax.plot([], [])
    straight_lines(line, w, middle)
    lines = line.get_xydata().reshape(2, 3, 2)
    for ends, weights in zip(lines[:, :2], w, strict=True):
        np.testing.assert_allclose((ends - middle) @ weights, 0, atol=1e-9)
        assert np.ptp(ends[:, 0]) > 100
    assert np.isnan(lines[:, 2]).all()  # nothing is drawn from one line to the next


def test_axes_are_written_in_plain_numbers():
    fig = style.figure()
    a, b = fig.subplots(1, 2)
    a.set_xlim(np.log([5, 2000]))
    words_axis(a)
    log_axis(b, "x")
    b.set_xlim(0.05, 20)
    fig.draw_without_rendering()
    assert [t.get_text() for t in a.get_xticklabels()] == ["10", "30", "100", "300", "1000"]
    assert {"0.1", "1", "10"} <= {t.get_text() for t in b.get_xticklabels()}
