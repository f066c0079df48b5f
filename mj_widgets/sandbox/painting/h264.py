"""H.264 (ITU-T H.264) without an encoder: each frame stands for itself, its samples as they are.

Every macroblock is I_PCM, so a frame is its picture in YCbCr 4:2:0 and a few bits around it.
Nothing gets smaller, but every player reads it. Samples stay within 16 to 240, as broadcast video
has them: no two zero bytes come together in them, so none has to be escaped.
"""

from __future__ import annotations

from PIL import Image

_BLOCK = 16
_PCM_BLOCK = b"\x0d\x00"
"""The macroblock type I_PCM, 25 as `ue(v)`, and zeros up to the next byte."""


def parameter_sets(size: tuple[int, int]) -> tuple[bytes, bytes]:
    """The sequence and the picture parameter set for frames of a size; both sides are even."""
    return _sequence(size), _picture()


def frame_unit(picture: Image.Image, number: int) -> bytes:
    """The NAL unit of one picture, which needs no other one; `number` counts the frames."""
    across, down = (-(-side // _BLOCK) for side in picture.size)
    whole = Image.new("RGB", (across * _BLOCK, down * _BLOCK))
    whole.paste(picture.resize(whole.size))  # the edge's colours, where it is cut off
    whole.paste(picture)
    luma, *chroma = whole.convert("YCbCr").split()
    y = _narrowed(luma, 219, 16)
    small = (whole.width // 2, whole.height // 2)
    cb, cr = (_narrowed(c.resize(small, Image.Resampling.BOX), 224, 16) for c in chroma)

    # first_mb 0, I slices only (7), picture set 0, frame number 0, which IDR picture this is,
    # two flags of IDR pictures, quantiser as it is, no deblocking.
    bits = _Bits().ue(0).ue(7).ue(0).u(0, 4).ue(number % 2).u(0, 2).se(0).ue(1)
    bits.ue(25)
    out = bytearray(b"\x65" + bits.padded())
    for row in range(down):
        for column in range(across):
            if row or column:
                out += _PCM_BLOCK
            out += _block(y, whole.width, column, row, _BLOCK)
            for plane in (cb, cr):
                out += _block(plane, small[0], column, row, _BLOCK // 2)
    return bytes(out + b"\x80")


def _narrowed(plane: Image.Image, span: int, start: int) -> bytes:
    return plane.point([round(start + value * span / 255) for value in range(256)]).tobytes()


def _block(plane: bytes, width: int, column: int, row: int, side: int) -> bytes:
    first = row * side * width + column * side
    return b"".join(plane[at : at + side] for at in range(first, first + side * width, width))


def _sequence(size: tuple[int, int]) -> bytes:
    across, down = (-(-side // _BLOCK) for side in size)
    bits = _Bits().u(66, 8).u(0b1100_0000, 8).u(30, 8)  # baseline profile, level 3
    bits.ue(0)  # set 0
    bits.ue(0)  # four bits for a frame's number
    bits.ue(2)  # shown in the order they come
    bits.ue(0).u(0, 1)  # no reference frames
    bits.ue(across - 1).ue(down - 1)
    bits.u(1, 1)  # frames, not fields
    bits.u(1, 1)
    cut = ((across * _BLOCK - size[0]) // 2, (down * _BLOCK - size[1]) // 2)
    bits.u(int(any(cut)), 1)
    if any(cut):
        bits.ue(0).ue(cut[0]).ue(0).ue(cut[1])
    bits.u(1, 1)  # what the colours mean follows
    bits.u(0, 2)  # square pixels, no overscan
    bits.u(1, 1).u(5, 3).u(0, 1).u(1, 1)
    bits.u(1, 8).u(1, 8).u(6, 8)  # BT.709 light in Pillow's YCbCr, which is BT.601
    bits.u(0, 5)  # no chroma place, timing, HRD or structure
    bits.u(0, 1)
    return b"\x67" + _escaped(bits.ended())


def _picture() -> bytes:
    # Set 0 for sequence 0, CAVLC, one slice group, no prediction, quantiser 26, deblocking told.
    bits = _Bits().ue(0).ue(0).u(0, 2).ue(0).ue(0).ue(0).u(0, 3).se(0).se(0).se(0).u(0b100, 3)
    return b"\x68" + _escaped(bits.ended())


def _escaped(data: bytes) -> bytes:
    out = bytearray()
    for byte in data:
        if byte <= 3 and out[-2:] == b"\0\0":
            out.append(3)
        out.append(byte)
    return bytes(out)


class _Bits:
    """Bits in a row, written as the standard's `u(n)`, `ue(v)` and `se(v)`."""

    def __init__(self) -> None:
        self._text = ""

    def u(self, value: int, count: int) -> _Bits:
        self._text += f"{value:0{count}b}"
        return self

    def ue(self, value: int) -> _Bits:
        code = f"{value + 1:b}"
        self._text += "0" * (len(code) - 1) + code
        return self

    def se(self, value: int) -> _Bits:
        return self.ue(2 * value - 1 if value > 0 else -2 * value)

    def padded(self) -> bytes:
        """All of it, with zeros up to a whole byte."""
        text = self._text + "0" * (-len(self._text) % 8)
        return int(text, 2).to_bytes(len(text) // 8)

    def ended(self) -> bytes:
        """All of it, with the one and the zeros that end a unit."""
        self._text += "1"
        return self.padded()
