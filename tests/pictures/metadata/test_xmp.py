"""Facts as XMP: other programs find them, theirs stay, and nothing in it is trusted."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from services import file_of

import mj_widgets as mj
from mj_widgets.pictures.metadata import (
    metadata_in,
    with_facts,
)
from pictures.metadata.files import (
    FACTS,
    FILES,
    FOREIGN_XMP,
    JOB,
    KNOWN,
    OTHER,
    RGB,
)


@pytest.mark.parametrize("name", ["jpeg", "jpeg exif", "webp", "webp moving"])
def test_other_programs_find_the_xmp(name: str) -> None:
    with Image.open(io.BytesIO(with_facts(FILES[name], OTHER))) as image:
        packet = image.info["xmp"].decode()
    assert "a blue whale</rdf:li>" in packet
    assert f"<xmp:CreatorTool>mj-widgets {mj.__version__}</xmp:CreatorTool>" in packet


@pytest.mark.parametrize("name", ["jpeg xmp", "webp xmp"])
def test_the_xmp_of_another_program_is_joined(name: str) -> None:
    written = with_facts(with_facts(FILES[name], FACTS), FACTS)
    with Image.open(io.BytesIO(written)) as image:
        packet = image.info["xmp"]
    assert packet.count(b"Theirs") == packet.count(b"Darkroom 3") == 1
    assert packet.count(b"<dc:description") == packet.count(b"CreatorTool") == 1
    assert packet.count(b"1747132423020537") == 1
    assert metadata_in(written) == KNOWN


def test_midjourneys_description_in_xmp_is_understood() -> None:
    packet = FOREIGN_XMP.replace(b"Theirs", f"a fox --v 7 Job ID: {JOB}".encode())
    data = file_of(RGB, "JPEG", xmp=packet)
    assert metadata_in(data) == {"prompt": "a fox --v 7", "job_id": JOB}


@pytest.mark.parametrize("name", ["jpeg xmp", "webp xmp", "jpeg exif"])
def test_a_photographs_own_words_are_no_prompt(name: str) -> None:
    assert metadata_in(FILES[name]) == {}


def test_facts_survive_a_program_that_writes_its_xmp_another_way() -> None:
    packet = (
        b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description '
        b'xmlns:ns1="urn:mj-widgets:facts:" ns1:Software="mj-widgets 0.1.0" ns1:Task="17" '
        b'ns1:Quadrant="3"><d:description xmlns:d="http://purl.org/dc/elements/1.1/"><r:Alt>'
        b"<r:li>a fox</r:li></r:Alt></d:description></r:Description></r:RDF>"
    )
    known = {"prompt": "a fox", "task_id": "17", "quadrant": 3}
    assert metadata_in(file_of(RGB, "JPEG", xmp=packet)) == known
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", packet)
    assert metadata_in(file_of(RGB, pnginfo=info)) == known


OURS = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:mj="urn:mj-widgets:facts:"><rdf:Description><mj:Software>mj-widgets</mj:Software>'
    "<mj:Task>{}</mj:Task></rdf:Description></rdf:RDF>"
)


BILLION = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_entities_are_refused(encoding: str) -> None:
    assert metadata_in(file_of(RGB, "JPEG", xmp=OURS.format("17").encode())) == {"task_id": "17"}
    for inner in ("&c;", "17"):
        packet = (BILLION + OURS.format(inner)).encode(encoding)
        assert metadata_in(file_of(RGB, "JPEG", xmp=packet)) == {}


@pytest.mark.parametrize("inner", ["&b;", "<", "&#0;", "&#xD800;", "\0", "\ufffe"])
def test_xmp_that_is_no_xml_tells_nothing(inner: str) -> None:
    assert metadata_in(file_of(RGB, "WEBP", xmp=OURS.format(inner).encode())) == {}
