"""The painter: someone marks, in the notebook, the part of a picture that shall change."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from mj_widgets.card.controls import answer_while_busy
from mj_widgets.card.front_end import module, style
from mj_widgets.pictures.edits import NO_PAD, Pad, checked_pad
from mj_widgets.pictures.masks import mask_png, white_share


class Painter(anywidget.AnyWidget):
    """A picture with brush, rectangle, lasso and eraser over it.

    Args:
        image: the bytes of a JPEG, PNG or WebP to paint on; a smaller copy will do.
        size: width and height of the real picture in pixels. The mask has this size.

    >>> painter = Painter(Picture.from_bytes(data).data, (1024, 1024))  # doctest: +SKIP
    >>> painter.observe(lambda _: print(painter.marked, painter.mask), ["mask", "marked"])
    """

    _esm = module("painter.js")
    _css = style("painter.css")

    image = traitlets.Bytes().tag(sync=True)
    """What is painted on."""
    size = traitlets.Tuple(traitlets.Int(min=1), traitlets.Int(min=1)).tag(sync=True)
    """Width and height of the real picture and of the mask, in pixels."""
    name = traitlets.Unicode("").tag(sync=True)
    """What stands for the picture where it is not seen."""
    mask = traitlets.Bytes(None, allow_none=True, read_only=True).tag(sync=True)
    """A PNG of ``size``, grey, white (255) where marked, else black (0); it comes after each
    stroke. None while nothing is marked, or everything: neither is a mask."""
    marked = traitlets.Float(0.0, read_only=True)
    """How much is marked: 0 is nothing, 1 is everything. It changes together with ``mask``."""

    has_frame = traitlets.Bool(default_value=False).tag(sync=True)
    """Whether more can be added around the picture."""
    pad = traitlets.Tuple(*(traitlets.Int() for _ in NO_PAD), default_value=NO_PAD).tag(sync=True)
    """How many pixels of the real picture are added at the left, the top, the right and the
    bottom; all of that is painted anew. A person pulls the frame, where there is one."""

    def __init__(self, image: bytes, size: tuple[int, int], **traits: Any) -> None:
        super().__init__(image=image, size=size, **traits)
        self.on_msg(self._take_message)
        answer_while_busy(self)

    @property
    def is_used(self) -> bool:
        """True where something is marked, or added around the picture."""
        return bool(self.marked) or self.pad != NO_PAD

    @traitlets.validate("pad")
    def _check_pad(self, proposal: Any) -> Pad:
        return checked_pad(proposal["value"], self.size)

    def show(self, mask: Any) -> None:
        """Mark what ``mask_png`` makes white, in place of what is marked; it can be undone.

        Raises:
            MjError: it is no mask for this picture.
        """
        png = mask_png(mask, self.size)
        self._take(png, white_share(png))
        self.send({"type": "mask"}, buffers=[png])

    def _take(self, mask: bytes | None, marked: float) -> None:
        with self.hold_trait_notifications():
            self.set_trait("mask", mask)
            self.set_trait("marked", marked)

    def _take_message(self, _: Any, content: Any, buffers: list[Any]) -> None:
        match content:
            case {"type": "mask", "marked": marked}:
                self._take(bytes(buffers[0]) if buffers else None, float(marked))
            case {"type": "pad", "pad": pad}:
                # The browser has it: told so, it would go back from a newer one.
                with self._lock_property(pad=pad):
                    self.pad = tuple(pad)
