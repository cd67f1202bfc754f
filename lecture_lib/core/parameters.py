"""All parameters of a network as one flat vector theta, and the views of each layer into it."""

from collections.abc import Sequence
from numbers import Real

import numpy as np
from numpy import ndarray

from .arguments import whole


class Layout:
    """Where each parameter is in theta: W, b of each layer, and gamma, shift if it is normalized.

    sizes : (n_in, n_hidden, …, n_out). Layers are numbered 1 … L; index 0 of a view is unused.
    """

    def __init__(self, sizes: Sequence[int], normalized: bool) -> None:
        self.parts: list[tuple[str, int, tuple[int, ...], slice]] = []
        self.size = 0
        for l in range(1, len(sizes)):
            self._add("W", l, (sizes[l - 1], sizes[l]))
            self._add("b", l, (sizes[l],))
            if normalized and l < len(sizes) - 1:  # hidden layers only
                self._add("gamma", l, (sizes[l],))
                self._add("shift", l, (sizes[l],))

        # (P,) True for weights. Biases, gamma and shift are none: they never decay.
        self.is_weight = np.concatenate(
            [np.full(part.stop - part.start, name == "W") for name, _, _, part in self.parts]
        )

    def _add(self, name: str, layer: int, shape: tuple[int, ...]) -> None:
        end = self.size + int(np.prod(shape))
        self.parts.append((name, layer, shape, slice(self.size, end)))
        self.size = end

    def views(self, flat: ndarray, name: str) -> list[ndarray | None]:
        """The views of this name into flat (…, P), by layer: (…, n_in, n_out) or (…, n)."""
        return [None] + [
            flat[..., where].reshape(*flat.shape[:-1], *shape)
            for part, _, shape, where in self.parts
            if part == name
        ]

    def name_of(self, index: int) -> str:
        """Entry `index` of theta by its name, such as "W[1][0, 2]" or "b[2][1]"."""
        index = whole(index, "index", 0, self.size - 1)
        name, layer, shape, where = next(part for part in self.parts if index < part[3].stop)
        place = np.unravel_index(index - where.start, shape)
        return f"{name}[{layer}][{', '.join(map(str, place))}]"


def first_deviation(scale: str | float, n_in: int, n_out: int) -> float:
    """Standard deviation of the first weights of a layer: see `Network`, scale."""
    if scale == "glorot":
        return np.sqrt(2 / (n_in + n_out))
    if scale == "he":
        return np.sqrt(2 / n_in)
    if not isinstance(scale, Real) or not 0 <= scale < np.inf:
        raise ValueError(f'scale is {scale!r}; wanted "glorot", "he" or a number ≥ 0')
    return scale
