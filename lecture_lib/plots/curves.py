"""Curves over steps or over a setting."""

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator


def log_axis(ax: Axes, which: str) -> None:
    """Make axis "x" or "y" logarithmic, with ticks 0.1, 1, 10 as plain numbers."""
    getattr(ax, f"set_{which}scale")("log")
    axis = getattr(ax, f"{which}axis")
    axis.set_major_locator(LogLocator())
    axis.set_major_formatter(FuncFormatter(lambda at, _: f"{at:g}"))
    axis.set_minor_locator(NullLocator())
