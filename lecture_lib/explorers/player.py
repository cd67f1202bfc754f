"""The frame player: a widget that holds all frames and shows the one its sliders point at."""

import html
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path

import anywidget
import traitlets
from IPython.display import display
from ipywidgets import Widget

from lecture_lib.plots import style


class Player(anywidget.AnyWidget):
    """Shows frame (i0, i1, i2) of a grid of `dims` positions. All frames live in the browser."""

    _esm = Path(__file__).with_name("player.js")
    _css = style.CSS + Path(__file__).with_name("player.css").read_text(encoding="utf-8")

    i0 = traitlets.Int(0).tag(sync=True)
    i1 = traitlets.Int(0).tag(sync=True)
    i2 = traitlets.Int(0).tag(sync=True)
    dims = traitlets.List(traitlets.Int()).tag(sync=True)
    data = traitlets.Bytes().tag(sync=True)  # the PNGs, one after another
    offsets = traitlets.List(traitlets.Int()).tag(sync=True)  # frame k is data[offsets[k:k+2]]
    texts = traitlets.List().tag(sync=True)  # for each frame headline, alt, readout
    width = traitlets.Int().tag(sync=True)
    height = traitlets.Int().tag(sync=True)

    def __init__(
        self,
        frames: Sequence[bytes],
        texts: Sequence[Sequence[str]],
        dims: Sequence[int],
        start: Sequence[int],
        size: tuple[int, int],
    ) -> None:
        offsets = [0]
        for frame in frames:
            offsets.append(offsets[-1] + len(frame))
        super().__init__(
            data=b"".join(frames),
            offsets=offsets,
            texts=[list(text) for text in texts],
            dims=list(dims),
            width=size[0],
            height=size[1],
            **{f"i{d}": i for d, i in enumerate(start)},
        )

    @property
    def position(self) -> int:
        """The number of the frame shown, the last slider running fastest."""
        k = 0
        for n, i in zip(self.dims, (self.i0, self.i1, self.i2), strict=False):
            k = k * n + i
        return k

    def still(self) -> str:
        """The frame shown now, with its texts, as HTML that needs nothing else."""
        k = self.position
        headline, alt, readout = (html.escape(text) for text in self.texts[k])
        png = b64encode(self.data[self.offsets[k] : self.offsets[k + 1]]).decode()
        return (
            f"<p><b>{headline}</b></p>"
            f'<img src="data:image/png;base64,{png}" alt="{alt}" width="{self.width}">'
            f"<p>{readout}</p>"
        )


# Where our widget lives, its still is superfluous. Where it does not (yet), JupyterLab would write
# "Loading widget…" or "Error displaying widget" under the still. Both are settled by style alone,
# since nothing of ours runs in the second case.
_ONE_OF_TWO = """<style>
.jp-OutputArea-child:has(.lecture-still):has(+ .jp-OutputArea-child .lecture-live),
.jp-OutputArea-child:has(.lecture-still) + .jp-OutputArea-child:not(:has(.lecture-live)) {
  display: none;
}
</style>"""


def display_live_or_still(widget: Widget, still: str) -> None:
    """Display a widget so that HTML `still` stands wherever the widget cannot live.

    That is in an untrusted notebook, in one saved without widget state, and until the widget has
    drawn itself. Some element of the live widget carries the class `lecture-live`.
    """
    fallback = f'<div class="lecture-still">{still}</div>{_ONE_OF_TWO}'
    display({"text/html": fallback, "text/plain": ""}, raw=True)
    view = widget._repr_mimebundle_()["application/vnd.jupyter.widget-view+json"]
    display({"application/vnd.jupyter.widget-view+json": view, "text/plain": ""}, raw=True)
