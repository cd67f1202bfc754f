"""A student's source: the line that failed, errors in words, names from other cells."""

import dis
import linecache
import traceback
import types
from collections.abc import Callable, Iterator


def home(f: Callable | None) -> str:
    """The file (in a notebook: the cell) in which f was written."""
    return getattr(getattr(f, "__code__", None), "co_filename", "")


def line_of(error: BaseException, f: Callable | None) -> str:
    """ ", line 3 of your cell: `x -= 1`", or "" where the error is not in the student's lines."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if f is not None and frame.filename == home(f):
            return f", line {frame.lineno} of your cell: `{frame.line}`"
    return ""


def in_words(error: BaseException, f: Callable | None = None) -> str:
    """What stopped the student's function, or the check cell, without a traceback."""
    text = f"{type(error).__name__}: {str(error).split(chr(10))[0][:160]}".removesuffix(": ")
    if f is not None and type(error) is NameError and (line := line_of(error, f)):
        return f"your code uses `{error.name}`, which nothing in its cell defines{line}"
    if f is not None:
        return f"your code stopped with {text}{line_of(error, f)}"
    if isinstance(error, NameError):
        says = "does the cell that defines it run without an error, and under this name?"
        return f"`{error.name}` is not defined: {says}"
    return f"your result could not be used: {text}"


def outside_names(f: Callable, given: frozenset[str]) -> list[str]:
    """Data and functions of other cells that the cell of f uses. Libraries are welcome."""
    text = "".join(linecache.getlines(home(f)))
    try:
        cell = compile(text, "cell", "exec")
    except (SyntaxError, ValueError):  # it holds a magic
        return []
    stored = {i.argval for i in dis.get_instructions(cell) if i.opname.startswith("STORE_")}
    used = {name for code in _codes(cell) for name in _loaded(code)}
    names = getattr(f, "__globals__", {})
    return [n for n in sorted(used - stored - given) if n in names and not _library(names[n], f)]


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            yield from _codes(inner)


def _loaded(code: types.CodeType) -> Iterator[str]:
    globals_ = ("LOAD_GLOBAL", "LOAD_NAME")
    return (i.argval for i in dis.get_instructions(code) if i.opname in globals_)


def _library(value: object, f: Callable) -> bool:
    if isinstance(value, types.FunctionType):
        return value.__globals__ is not f.__globals__
    if isinstance(value, types.MethodType):  # get_ipython, which a magic calls
        return value.__func__.__globals__ is not f.__globals__
    data = type(value).__module__ in ("builtins", "numpy", "__main__")
    return not data or isinstance(value, types.ModuleType | type | types.BuiltinFunctionType)
