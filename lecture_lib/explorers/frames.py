"""Many pictures of one figure, fast: only what moves is drawn again.

A full draw and `savefig` of a 1280 × 500 figure takes about 200 ms. Here the figure is taken apart
once, in drawing order, into a background, the artists that move, and pictures of the artists that
stay above them. A frame is then the background, with the movers drawn and those pictures laid on
top in the same order, written as a PNG with a palette of 256 colours.
"""

import itertools
import struct
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from PIL import Image

from lecture_lib.plots import style

Setup = Callable[[Figure], Mapping[str, Any]]
Update = Callable[[Mapping[str, Any], Any], None]


class Stage:
    """A figure ready to be redrawn for one state after another.

    `setup(fig)` draws everything and returns the artists that move by name (an artist, or a list
    of them); `update(artists, state)` moves them and leaves limits, ticks and all else alone.
    """

    def __init__(self, setup: Setup, update: Update, size: tuple[int, int]) -> None:
        self.figure = style.figure(*size)
        self._canvas = FigureCanvasAgg(self.figure)
        self._update = update
        self._artists = setup(self.figure)
        moving = set(map(id, _flat(self._artists.values())))
        self.figure.draw_without_rendering()  # settles ticks, titles and aspect
        self._renderer = self._canvas.get_renderer()
        self._pixels = np.asarray(self._renderer.buffer_rgba()).view(np.uint32)[..., 0]
        self._frozen = self._view()

        order = list(_drawing_order(self.figure))
        moves = [id(artist) in moving for artist in order]
        if sum(moves) != len(moving):
            raise ValueError("an artist was returned that is not in the figure given")
        below = moves.index(True) if moving else len(order)
        self.background = self._picture(order[:below])
        self._layers = list(self._split(order[below:], moving))

    def draw(self, state: object) -> np.ndarray:
        """The pixels (H, W) for `state`, valid until the next call.

        A pixel is one uint32 with the bytes R, G, B, A.
        """
        self._update(self._artists, state)
        if self._view() != self._frozen:
            raise ValueError(
                "a panel's limits were changed or an artist was added; "
                "set limits and make all artists in setup"
            )
        self._pixels[:] = self.background
        for layer in self._layers:
            layer(self._renderer)
        return self._pixels

    def _view(self) -> list:
        """What an update must leave as it is."""
        return [
            (ax.get_xlim(), ax.get_ylim(), len(ax.get_children())) for ax in self.figure.get_axes()
        ]

    def _picture(self, artists: Iterable[Artist]) -> np.ndarray:
        """These artists alone, on a transparent ground."""
        self._renderer.clear()
        for artist in artists:
            artist.draw(self._renderer)
        return self._pixels.copy()

    def _split(self, order: Sequence[Artist], moving: set[int]) -> Iterator[Callable]:
        """One call for each mover, and one for each run of still artists between movers."""
        for moves, run in itertools.groupby(order, lambda artist: id(artist) in moving):
            if moves:
                yield from [artist.draw for artist in run]
            else:
                yield _Overlay(self._picture(run), self._pixels)


class _Overlay:
    """A still picture laid over the pixels: copied where opaque, blended where not."""

    def __init__(self, picture: np.ndarray, pixels: np.ndarray) -> None:
        self._out = pixels.reshape(-1)
        self._out_bytes = self._out.view(np.uint8).reshape(-1, 4)
        flat = picture.reshape(-1)
        alpha = flat.view(np.uint8).reshape(-1, 4)[:, 3]
        self._solid = np.flatnonzero(alpha == 255)
        self._colour = flat[self._solid]
        self._soft = np.flatnonzero((alpha > 0) & (alpha < 255))
        weight = alpha[self._soft, None].astype(np.uint32)
        rgb = flat.view(np.uint8).reshape(-1, 4)[self._soft, :3]
        self._rest, self._share = 255 - weight, rgb * weight + 127

    def __call__(self, renderer: object) -> None:
        self._out[self._solid] = self._colour
        under = self._out_bytes[self._soft, :3]
        self._out_bytes[self._soft, :3] = (under * self._rest + self._share) // 255


class Palette:
    """256 colours for all frames of a figure, and the way from a pixel to one of them.

    Every colour that an artist of the figure or the style module names is in it exactly, and so
    are its mixtures with paper, which edges are made of. Left to itself, a quantiser gives the
    places to large areas, and turns a thin red line orange.
    """

    def __init__(self, figure: Figure, samples: Sequence[np.ndarray]) -> None:
        named = np.array(_named_colours(figure), dtype=np.uint8)
        mixed = [named * share + 255 * (1 - share) for share in (0.75, 0.5, 0.25)]
        kept = np.concatenate([named, *(m.round().astype(np.uint8) for m in mixed)])
        rgb = np.concatenate([s[::3, ::3] for s in samples]).view(np.uint8)
        sample = Image.fromarray(rgb.reshape(rgb.shape[0], -1, 4)[..., :3].copy())
        found = sample.quantize(256 - len(kept), dither=Image.Dither.NONE).getpalette()
        self.colours = np.concatenate([kept, np.reshape(found, (-1, 3))]).astype(np.uint8)
        self._nearest = _nearest(self.colours)
        claimed = self.colours[: len(named)].astype(np.uint32)
        cells = _cell(claimed @ (1 << np.array([0, 8, 16], dtype=np.uint32)))
        self._nearest[cells[::-1]] = np.arange(len(named))[::-1]  # of two in a cell, the first

    def index(self, pixels: np.ndarray) -> np.ndarray:
        """The number of the nearest colour, for pixels as `Stage.draw` gives them."""
        return self._nearest[_cell(pixels)]


def draw_frames(stage: Stage, states: Sequence[Any]) -> Iterator[bytes]:
    """Yield one palette PNG for each state. One is written while the next is drawn."""
    spread = np.linspace(0, len(states) - 1, num=min(4, len(states))).round().astype(int)
    palette = Palette(stage.figure, [stage.draw(states[k]).copy() for k in spread])
    ground = palette.index(stage.background)

    def write(pixels: np.ndarray) -> bytes:
        changed = np.flatnonzero(pixels != stage.background)
        image = ground.copy()
        image.reshape(-1)[changed] = palette.index(pixels.reshape(-1)[changed])
        return _png(image, palette.colours)

    with ThreadPoolExecutor(1) as writer:
        ahead: deque[Future[bytes]] = deque()
        for state in states:
            ahead.append(writer.submit(write, stage.draw(state).copy()))
            if len(ahead) > 2:
                yield ahead.popleft().result()
        for file in ahead:
            yield file.result()


def _png(index: np.ndarray, colours: np.ndarray) -> bytes:
    """The file, written here: Pillow takes twice as long for the same bytes."""
    height, width = index.shape
    rows = np.zeros((height, width + 1), dtype=np.uint8)  # each row begins with its filter, 0
    rows[:, 1:] = index
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)  # 8 bits, palette
    parts = (b"IHDR", header), (b"PLTE", colours.tobytes()), (b"IDAT", zlib.compress(rows, 3))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in (*parts, (b"IEND", b"")))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _cell(pixels: np.ndarray) -> np.ndarray:
    """The 18-bit cell of a colour: the upper six bits of R, G and B."""
    return (pixels & 0xFC) << 10 | (pixels & 0xFC00) >> 4 | (pixels & 0xFC0000) >> 18


def _nearest(colours: np.ndarray) -> np.ndarray:
    """For each 18-bit cell the number of the colour nearest to its middle."""
    middle = np.arange(64, dtype=np.float32)[:, None] * 4 + 1.5
    red, green, blue = ((middle - c) ** 2 for c in colours.T.astype(np.float32))
    rest = green[:, None] + blue
    return np.concatenate([(r + rest).argmin(-1).astype(np.uint8).reshape(-1) for r in red])


def _named_colours(figure: Figure, most: int = 40) -> list[tuple[int, int, int]]:
    """The opaque colours that the style and the artists of a figure name, as bytes."""
    names = list(style.COLOURS)
    for artist in figure.findobj():
        for part in ("color", "facecolor", "edgecolor", "markerfacecolor", "markeredgecolor"):
            value = getattr(artist, f"get_{part}", lambda: "none")()
            names += list(value) if np.ndim(value) == 2 else [value]
    rgba = [to_rgba(name) for name in names]
    return list(dict.fromkeys(tuple(round(255 * v) for v in c[:3]) for c in rgba if c[3] == 1))[
        :most
    ]


def _drawing_order(whole: Figure | Axes) -> Iterator[Artist]:
    """The parts of a figure or of axes in the order in which matplotlib draws them."""
    parts = [part for part in whole.get_children() if part is not whole.patch]
    frame = True
    if isinstance(whole, Axes):
        frame = whole.axison and whole.get_frame_on()
        hidden = [] if frame else list(whole.spines.values())
        hidden += [] if whole.axison else [whole.xaxis, whole.yaxis]
        parts = [part for part in parts if part not in hidden]
    if frame:
        yield whole.patch
    for part in sorted(parts, key=lambda part: part.get_zorder()):
        if isinstance(part, Axes):
            yield from _drawing_order(part)
        else:
            yield part


def _flat(things: Iterable) -> Iterator[Artist]:
    for thing in things:
        if isinstance(thing, Artist):
            yield thing
        else:
            yield from _flat(thing)
