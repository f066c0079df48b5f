"""Facts in an mp4."""

from __future__ import annotations

from recorded import FILM_MP4

from mj_widgets.pictures.metadata import (
    metadata_in,
    with_facts,
)
from pictures.metadata.files import (
    FACTS,
    OTHER,
    boxes,
)


def test_a_film_keeps_its_boxes() -> None:
    before, after = boxes(FILM_MP4), boxes(with_facts(FILM_MP4, FACTS))
    assert [box for box in after if box[0] != b"uuid"] == before
    (uuid,) = [body for name, body in after if name == b"uuid"]
    assert uuid[:16].hex() == "be7acfcb97a942e89c71999491e3afac"
    assert after[-1][0] == before[-1][0] == b"mfra"


def test_a_films_frames_stay_where_they_are() -> None:
    ours = next(body for name, body in boxes(with_facts(FILM_MP4, FACTS)) if name == b"uuid")
    early = FILM_MP4[:36] + (8 + len(ours)).to_bytes(4) + b"uuid" + ours + FILM_MP4[36:]
    written = with_facts(early, OTHER)
    assert written.index(b"mdat") == early.index(b"mdat")
    assert metadata_in(written) == {"prompt": "a blue whale", "quadrant": 4}
    names = [name for name, _ in boxes(written)]
    assert names == [b"ftyp", b"free", b"moov", b"moof", b"mdat", b"uuid", b"mfra"]
