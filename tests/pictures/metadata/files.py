"""Small files of every format that can hold facts, and the facts themselves."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from PIL import Image, ImageCms, ImageSequence
from recorded import FILM_MP4
from services import file_of

from mj_widgets.pictures.metadata import (
    Facts,
)

FACTS = Facts(
    prompt='a red fox 🦊 in the "snow"\n雪中的狐狸 <&> it\'s --ar 3:2',
    task_id="1747132423020537",
    seed="0042",
    parent="1747132423020001",
    button="U2",
    quadrant=2,
    created=datetime(2025, 5, 13, 10, 33, 43, 20537, tzinfo=UTC),
    service="www.dmxapi.cn",
)


KNOWN = {
    "prompt": FACTS.prompt,
    "task_id": "1747132423020537",
    "seed": "0042",
    "parent": "1747132423020001",
    "button": "U2",
    "quadrant": 2,
    "created": FACTS.created,
    "service": "www.dmxapi.cn",
}


OTHER = Facts(prompt="a blue whale", quadrant=4)


RGB = Image.linear_gradient("L").resize((33, 21)).convert("RGB")


RGBA = Image.merge("RGBA", [*RGB.split(), Image.radial_gradient("L").resize((33, 21))])


PALETTE = RGB.quantize(16)


ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


EXIF = Image.Exif()


FRAMES = [Image.new("RGBA", (17, 9), (60 * n, 0, 200, 255 - 60 * n)) for n in range(4)]


MOVES: dict[str, Any] = {"save_all": True, "append_images": FRAMES[1:], "duration": 40}


FOREIGN_XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
    b'rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="Darkroom 3">'
    b'<dc:description xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Alt><rdf:li '
    b'xml:lang="x-default">Theirs</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF>'
    b'</x:xmpmeta><?xpacket end="w"?>'
)


FILES = {
    "png": file_of(RGB),
    "png alpha": file_of(RGBA),
    "png palette": file_of(PALETTE, transparency=3),
    "png 16 bits": file_of(Image.new("I;16", (9, 5), 25_700)),
    "png icc": file_of(RGB, icc_profile=ICC, exif=EXIF),
    "png moving": file_of(FRAMES[0], **MOVES),
    "jpeg": file_of(RGB, "JPEG"),
    "jpeg exif": file_of(RGB, "JPEG", exif=EXIF, icc_profile=ICC, comment=b"hello"),
    "jpeg progressive": file_of(RGB, "JPEG", progressive=True),
    "jpeg grey": file_of(RGB.convert("L"), "JPEG"),
    "jpeg cmyk": file_of(RGB.convert("CMYK"), "JPEG"),
    "jpeg xmp": file_of(RGB, "JPEG", exif=EXIF, xmp=FOREIGN_XMP),
    "jpeg two": file_of(RGB, "MPO", save_all=True, append_images=[RGB.resize((8, 8))]),
    "jpeg padded": file_of(RGB, "JPEG").replace(b"\xff\xdb", b"\xff\xff\xff\xdb", 1),
    "webp": file_of(RGB, "WEBP"),
    "webp one pixel": file_of(RGB.resize((1, 1)), "WEBP"),
    "webp lossless": file_of(RGB, "WEBP", lossless=True),
    "webp lossless alpha": file_of(RGBA, "WEBP", lossless=True, exact=True),
    "webp alpha": file_of(RGBA, "WEBP"),
    "webp icc": file_of(RGB, "WEBP", icc_profile=ICC, exif=EXIF),
    "webp xmp": file_of(RGB, "WEBP", xmp=FOREIGN_XMP),
    "webp moving": file_of(FRAMES[0], "WEBP", **MOVES),
    "webp moving lossless": file_of(FRAMES[0], "WEBP", lossless=True, **MOVES),
    "gif": file_of(RGB, "GIF", comment=b"hello").replace(b"GIF87a", b"GIF89a"),
    "gif moving": file_of(FRAMES[0], "GIF", loop=0, **MOVES),
    "mp4": FILM_MP4,
}


PICTURES = [name for name in FILES if name != "mp4"]


def pixels(data: bytes) -> list[tuple[str, tuple[int, int], bytes, object]]:
    """All that can be seen of a file: each frame's mode, size and pixels, and how long it shows."""
    with Image.open(io.BytesIO(data)) as image:
        return [
            (frame.mode, frame.size, frame.tobytes(), frame.info.get("duration"))
            for frame in ImageSequence.Iterator(image)
        ]


def boxes(film: bytes) -> list[tuple[bytes, bytes]]:
    found = []
    while film:
        size = int.from_bytes(film[:4])
        found.append((film[4:8], film[8:size]))
        film = film[size:]
    return found


JOB = "a7421d2f-b262-44f9-977c-ac23e9c7d3e3"
