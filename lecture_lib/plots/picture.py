"""A still figure in a notebook, with its message in words for those who cannot see it."""

import base64
import html
import io
from dataclasses import dataclass

from matplotlib.figure import Figure

from lecture_lib.plots import style


@dataclass(frozen=True)
class Picture:
    """A finished figure and the same in words, `alt`. As the last line of a cell it shows itself.

    An <img> of our own: JupyterLab ignores an alternative text in an image's metadata.
    """

    figure: Figure
    alt: str

    def __repr__(self) -> str:
        return self.alt

    def _repr_html_(self) -> str:
        png = io.BytesIO()
        with style.context():
            self.figure.set_layout_engine("constrained", w_pad=0.1, h_pad=0.1)
            self.figure.savefig(png, format="png", dpi=1.5 * style.DPI)  # sharper than the screen
        data = base64.b64encode(png.getvalue()).decode()
        width = round(self.figure.get_figwidth() * style.DPI)
        return (
            f'<img alt="{html.escape(self.alt)}" src="data:image/png;base64,{data}" '
            f'style="width: {width}px; max-width: 100%; height: auto">'
        )
