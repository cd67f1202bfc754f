"""Right values as digests: a value can be recognised, not read.

Each scalar falls into a cell of 2⁻¹⁴ of the largest one. A public offset puts the right value into
the middle of its cell, so that no rounding moves it to the next; the numbers of the cells are
hashed slowly and with a salt.
"""

import hashlib
import math

import numpy as np

SCALARS = 4  # more entries than this are seen through as many fixed projections
BITS = 14
ROUNDS = 1000
FLOOR = 1e-3  # a leaf of zeros is compared on this scale

Public = list  # [exponent of the cell, offsets in eighths as a string of digits]


def scalars(a: np.ndarray) -> np.ndarray:
    """At most four numbers that stand for all entries of a."""
    a = a.ravel()
    if a.size <= SCALARS:
        return a
    rng = np.random.default_rng([a.size, 20])
    directions = rng.uniform(0.5, 1.5, (SCALARS, a.size)) * rng.choice([-1, 1], (SCALARS, a.size))
    return directions @ a / math.sqrt(a.size)


def public(leaf: np.ndarray | str) -> Public:
    """The grid on which leaf sits in the middle of its cells."""
    if isinstance(leaf, str) or leaf.size == 0 or not np.isfinite(leaf).all():
        return [0, ""]
    s = scalars(leaf)
    exponent = math.ceil(math.log2(max(np.abs(s).max(), FLOOR))) - BITS
    position = s / 2.0**exponent
    eighths = np.round((0.5 - (position - np.floor(position))) * 8).astype(int) % 8
    return [exponent, "".join(map(str, eighths))]


def cells(leaf: np.ndarray | str, grid: Public) -> str:
    """The cells of leaf on a grid, and its shape, as text."""
    if isinstance(leaf, str):
        return "text|" + leaf
    shape = ",".join(map(str, leaf.shape)) + "|"
    if np.isnan(leaf).any():
        return shape + "nan"
    if np.isinf(leaf).any():
        return shape + "inf"
    exponent, eighths = grid
    s = scalars(leaf)
    if len(eighths) != len(s):
        return shape + "?"
    offsets = np.array([int(c) for c in eighths]) / 8
    return shape + ",".join(f"{v:.0f}" for v in np.floor(s / 2.0**exponent + offsets))


def digest(text: str, salt: str, size: int = 6) -> str:
    return hashlib.pbkdf2_hmac("sha256", text.encode(), salt.encode(), ROUNDS, size).hex()


def sketch(leaf: np.ndarray | str, salt: str) -> list:
    """[exponent, offsets, digest]: what the key file holds of a right value."""
    grid = public(leaf)
    return [*grid, digest(cells(leaf, grid), salt)]


def fits(leaf: np.ndarray | str, wanted: list, salt: str) -> bool:
    return digest(cells(leaf, wanted[:2]), salt) == wanted[2]


def mask(message: bytes, text: str, salt: str) -> bytes:
    """Message xor a stream that only `text` gives; its own inverse."""
    seed = bytes.fromhex(digest(text, salt + "/message", 32))
    stream = hashlib.shake_256(seed).digest(len(message))
    return bytes(a ^ b for a, b in zip(message, stream, strict=True))
