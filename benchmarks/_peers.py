"""What we compare with: `explorer()` as one would write it without frames.

Both take what `explorer` takes, so that an explorer's own module draws the same figure with them.
"""

import importlib
import io
import itertools
from collections.abc import Callable

from IPython.display import display
from ipywidgets import SelectionSlider, interact

from lecture_lib.explorers.explorer import explorer
from lecture_lib.plots import style

SIZE = explorer.__kwdefaults__["size"]
NOTEBOOKS = ("loss_and_gradient_descent",)  # modules of lecture_lib.explorers


def makers() -> list[Callable]:
    """The functions that make the explorers of all notebooks."""
    modules = [importlib.import_module(f"lecture_lib.explorers.{name}") for name in NOTEBOOKS]
    return [getattr(module, name) for module in modules for name in module.__all__]


def with_peer(make: Callable, peer: Callable) -> Callable:
    """`make`, but drawn by the peer."""
    importlib.import_module(make.__module__).explorer = peer
    return make


def under_interact(sliders, state, setup, update, describe, *, start, size=SIZE) -> None:
    """The figure is set up once; a moved slider updates it, and the kernel draws it anew."""
    with style.context():
        figure = style.figure(*size)
        artists = setup(figure)

    def draw(**position):
        s = state(*position.values())
        headline, alt, readout = describe(s)
        print(headline)
        with style.context():
            update(artists, s)
            display(figure)
        print(readout)

    selections = [_selection(*pair) for pair in zip(sliders, start, strict=True)]
    interact(draw, **{f"i{d}": selection for d, selection in enumerate(selections)})


def _selection(slider, start: int) -> SelectionSlider:
    options = [(slider.text(value), k) for k, value in enumerate(slider.values)]
    return SelectionSlider(options=options, index=start, description=slider.symbol)


def by_savefig(sliders, state, setup, update, describe, *, start, size=SIZE) -> list:
    """All pictures and texts, each picture drawn and saved as a whole."""
    with style.context():
        figure = style.figure(*size)
        artists = setup(figure)
        made = []
        for position in itertools.product(*(range(len(slider.values)) for slider in sliders)):
            s = state(*position)
            update(artists, s)
            png = io.BytesIO()
            figure.savefig(png, format="png")
            made.append((png.getvalue(), describe(s)))
    return made
