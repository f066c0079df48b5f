"""Facts in a PNG: the texts that Midjourney's own files have."""

from __future__ import annotations

import io
import time
import zlib
from datetime import UTC, datetime

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from services import file_of

import mj_widgets as mj
from mj_widgets.pictures.metadata import (
    Facts,
    metadata_in,
    with_facts,
)
from pictures.metadata.files import (
    FACTS,
    FILES,
    JOB,
    KNOWN,
    OTHER,
    RGB,
)


def test_a_png_has_the_texts_that_midjourneys_own_files_have() -> None:
    with Image.open(io.BytesIO(with_facts(FILES["png"], FACTS))) as image:
        image.load()
        texts = dict(image.text)  # type: ignore[attr-defined]
    assert texts == {
        "Software": f"mj-widgets {mj.__version__}",
        "Description": FACTS.prompt,
        "Task": "1747132423020537",
        "Seed": "0042",
        "Parent": "1747132423020001",
        "Button": "U2",
        "Quadrant": "2",
        "Service": "www.dmxapi.cn",
        "Creation Time": "2025-05-13T10:33:43.020537+00:00",
    }


def test_a_png_ends_with_iend_and_whatever_stood_behind_it() -> None:
    written = with_facts(FILES["png"] + b"behind", FACTS)
    assert written.endswith(FILES["png"][-12:] + b"behind")
    assert metadata_in(written) == KNOWN


@pytest.mark.parametrize("zip_it", [True, False])
def test_midjourneys_own_files_are_understood(zip_it: bool) -> None:
    info = PngInfo()
    info.add_text("Description", f"a red fox --ar 2:1 --v 6 Job ID: {JOB}", zip=zip_it)
    info.add_text("Author", "someone")
    info.add_text("Creation Time", "Fri, 07 Apr 2023 12:30:00 GMT")
    data = file_of(RGB, pnginfo=info)
    theirs = {"prompt": "a red fox --ar 2:1 --v 6", "job_id": JOB}
    assert metadata_in(data) == {**theirs, "created": datetime(2023, 4, 7, 12, 30, tzinfo=UTC)}
    ours = with_facts(data, Facts(task_id="17"))
    assert metadata_in(ours).items() >= {**theirs, "task_id": "17"}.items()
    assert metadata_in(with_facts(data, OTHER))["prompt"] == "a blue whale"


def test_a_png_of_another_program_tells_nothing() -> None:
    info = PngInfo()
    for word in ("Description", "Seed", "Task", "Creation Time"):
        info.add_itxt(word, "a screenshot of the 17th")
    assert metadata_in(file_of(RGB, pnginfo=info)) == {}


def test_a_text_that_unpacks_to_gigabytes_is_not_unpacked() -> None:
    bomb = b"zTXtDescription\0\0" + zlib.compress(bytes(20_000_000), 9)
    chunk = (len(bomb) - 4).to_bytes(4) + bomb + zlib.crc32(bomb).to_bytes(4)
    data = FILES["png"][:-12] + chunk * 200 + FILES["png"][-12:]
    begin = time.process_time()
    assert metadata_in(data) == {}
    assert time.process_time() - begin < 3
