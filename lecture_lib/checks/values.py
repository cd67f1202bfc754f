"""Whatever a student returns, made comparable.

A tree is an array, a text, None, or a list or dict of trees. Lists, tuples and arrays of the same
numbers are the same value; so are 3, 3.0 and np.float32(3).
"""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

Tree = Any  # np.ndarray | str | None | list[Tree] | dict[str, Tree]
LIMIT = 10_000  # items of a generator
SMALL = 4  # leaves with fewer entries are digested together


class Odd(Exception):
    """A value of the wrong structure; the message says what is odd about it."""


def settle(x: object, opaque: tuple[int, ...] = ()) -> object:
    """A copy of x that is safe to index: iterators consumed, lists of numbers as arrays.

    Outputs at the positions `opaque` are handed on untouched (a cache that only its maker reads).
    Raises Odd for an iterator that does not end.
    """
    if isinstance(x, Iterator):  # settled one by one: a generator may reuse its buffer
        x = [settle(v) for v in itertools.islice(x, LIMIT + 1)]
        if len(x) > LIMIT:
            raise Odd(f"it yields more than {LIMIT} items: does the loop end?")
        return x
    if isinstance(x, dict):
        return {k: settle(v) for k, v in x.items()}
    if isinstance(x, tuple) or (opaque and isinstance(x, list)):
        return tuple(v if i in opaque else settle(v) for i, v in enumerate(x))
    if isinstance(x, list | range):
        items = [settle(v) for v in x]
        array = _numbers(items) if not any(isinstance(v, tuple) for v in items) else None
        return items if array is None else array
    return np.array(x) if hasattr(x, "__array__") and not isinstance(x, np.generic) else x


def _numbers(x: object) -> np.ndarray | None:
    """x as one array of numbers, where it is that."""
    try:
        array = np.asarray(x)
    except ValueError:  # lists of unlike lengths
        return None
    return array if array.dtype.kind in "biuf" and array.size else None


def tree(x: object) -> Tree:
    """The tree of a settled value. Raises Odd for what is neither numbers nor text."""
    if x is None or isinstance(x, str):
        return x
    if isinstance(x, dict):
        return {str(k): tree(v) for k, v in x.items()}
    if isinstance(x, list | tuple) and not (x and all(np.isscalar(v) for v in x)):
        return [tree(v) for v in x]
    array = _numbers(x)
    if array is None and isinstance(x, list | tuple):
        return [tree(v) for v in x]
    if array is None and np.size(x):
        raise Odd(f"it is of type {type(x).__name__}, wanted real numbers")
    return np.asarray(x, float)


def spec(t: Tree) -> Any:  # noqa: ANN401
    """The structure of a tree, as JSON: {"array": shape}, {"list": …}, {"dict": …} or "text"."""
    if isinstance(t, np.ndarray):
        return {"array": list(t.shape)}
    if isinstance(t, list):
        return {"list": [spec(v) for v in t]}
    if isinstance(t, dict):
        return {"dict": {k: spec(v) for k, v in t.items()}}
    return "None" if t is None else "text"


def words(s: object) -> str:
    """A structure in words: "an array of shape (3, 4)"."""
    if not isinstance(s, dict):
        return "a text" if s == "text" else "None"
    ((kind, inner),) = s.items()
    if kind == "array":
        return f"an array of shape {tuple(inner)}" if inner else "a single number"
    return f"{len(inner)} values" if kind == "list" else f"a dict with the keys {', '.join(inner)}"


def coerce(t: Tree, wanted: Any, where: str = "it") -> Tree:  # noqa: ANN401
    """The tree in the structure that is wanted. Raises Odd, saying what does not fit."""
    ((kind, inner),) = wanted.items() if isinstance(wanted, dict) else ((wanted, None),)
    if kind == "array":
        array = _numbers(t) if isinstance(t, list) else t
        if isinstance(array, np.ndarray) and list(array.shape) == inner:
            return array
        if isinstance(t, list) and [len(t)] == inner[:1]:
            return _in_order(t, [{"array": inner[1:]}] * len(t), where)
    elif kind == "list" and (isinstance(t, list) or getattr(t, "shape", ())):
        if len(t) == len(inner):
            return _in_order(list(t), inner, where)
    elif kind == "dict" and isinstance(t, dict) and t.keys() == inner.keys():
        if blank := [k for k, v in t.items() if v is None]:
            raise Odd(f"still to fill in: {', '.join(blank)}")
        return {k: coerce(t[k], s, f"the entry {k}") for k, s in inner.items()}
    elif kind == "text" and isinstance(t, str):
        return t
    raise Odd(f"{where} is {words(spec(t))}, wanted {words(wanted)}{_hint(t, inner)}")


def _in_order(items: list, wanted: list, where: str) -> list:
    within = "" if where == "it" else f"{where}: "
    try:
        return [
            coerce(v, s, f"{within}value {i} of {len(wanted)}")
            for i, (v, s) in enumerate(zip(items, wanted, strict=True), 1)
        ]
    except Odd:
        got = [spec(v) for v in items]
        if got != wanted and sorted(map(str, got)) == sorted(map(str, wanted)):
            raise Odd("the values have the right shapes, but come in another order") from None
        raise


def _hint(t: Tree, shape: object) -> str:
    if not (isinstance(t, np.ndarray) and isinstance(shape, list)):
        return ""
    if not all(isinstance(n, int) for n in shape):
        return ""
    if t.shape == tuple(shape[::-1]):
        return ": transposed?"
    if t.size == np.prod(shape):
        return ": the right number of entries in another shape (keepdims? reshape?)"
    if not shape:
        return ": is a mean or a sum missing?"
    return "" if t.shape else ": is there a mean or a sum over one axis too many?"


def leaves(t: Tree, path: str = "") -> list[tuple[str, np.ndarray | str]]:
    """Arrays and texts with their names, in order."""
    if isinstance(t, list | dict):
        items = sorted(t.items()) if isinstance(t, dict) else enumerate(t, 1)
        return [leaf for name, v in items for leaf in leaves(v, f"{path} {name}")]
    return [(path.strip(), t if isinstance(t, np.ndarray) else str(t))]


def parts(t: Tree) -> list[tuple[str, np.ndarray | str]]:
    """What is digested: each large array alone, all small ones together, all texts together.

    A digest of one number can be searched, one of four cannot; and where choices are digested
    together, none of them can be tried out by itself.
    """
    numbers = [(n, leaf) for n, leaf in leaves(t) if not isinstance(leaf, str)]
    texts = [leaf for _, leaf in leaves(t) if isinstance(leaf, str)]
    out = [(n, a) for n, a in numbers if a.size >= SMALL]
    small = [(n, a) for n, a in numbers if a.size < SMALL]
    if len(small) > 1:
        small = [("", np.concatenate([a.ravel() for _, a in small]))]
    return out + small + [("", "\n".join(" ".join(s.lower().split()) for s in texts))][: len(texts)]


def same(a: Tree, b: Tree) -> bool:
    """Equal up to the last digits."""
    return spec(a) == spec(b) and all(
        x == y if isinstance(x, str) else np.allclose(x, y, rtol=1e-6, atol=1e-12, equal_nan=True)
        for (_, x), (_, y) in zip(leaves(a), leaves(b), strict=True)
    )
