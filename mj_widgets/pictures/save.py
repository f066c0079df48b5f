"""Pictures as files that a person named, or that name themselves; never over another file."""

from __future__ import annotations

import errno
import io
import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from mj_widgets.errors import MjError, one_line
from mj_widgets.models.prompt import parse_prompt
from mj_widgets.pictures import disk
from mj_widgets.pictures.images import Picture, encode_png, shrink
from mj_widgets.pictures.kinds import KINDS, Format
from mj_widgets.pictures.metadata import Facts, with_facts

LONGEST_WORDS = 60
"""Characters of the prompt in a file's name; a disk takes 255 bytes in all."""
LONGEST_WORDS_IN_BYTES = 120
LONGEST_ID = 64
QUALITY = 95
"""Of a JPEG or WebP that is made of another format; 100 is the most."""

_MADE_BY_US: tuple[Format, ...] = ("png", "jpeg", "webp")
_ADVICE = {
    errno.EDQUOT: "Make room on the disk.",
    errno.EEXIST: "Choose another place: a file is where a folder should be.",
    errno.EINVAL: "Choose another name.",
    errno.ENAMETOOLONG: "Choose a shorter name.",
    errno.ENOENT: "Choose another folder.",
    errno.ENOSPC: "Make room on the disk.",
    errno.ENOTDIR: "Choose another place: a file is where a folder should be.",
}
_LONGEST_SAID = 80


def save_picture(picture: Picture, facts: Facts, target: str | Path = ".") -> Path:
    """Write *picture* with its *facts* to a file, and return where.

    The picture is stored as it was served. Only where *target* ends as another still format does,
    it is converted: without loss to .png, at quality 95 to .jpg and .webp. A file that is there is
    never written over: one of the same bytes is returned as it is, beside another one the name
    becomes "fox (2).png".

    Args:
        picture: the whole picture, or one quadrant.
        facts: what the file shall tell of its making; a quadrant's number is part of the name.
        target: a folder (one that exists, ends with a slash, or has no ending), where the name is
            made of the prompt and the task's id; or a file. Folders are made, ``~`` is home.

    >>> save_picture(picture, Facts(prompt="a red fox", task_id="17", quadrant=2), "foxes/")
    ... # doctest: +SKIP
    PosixPath('foxes/a-red-fox_17_2.png')

    Raises:
        MjError: the ending does not fit the picture, or the file cannot be written.
    """
    with _in_words(disk.path_of(target)):
        path = disk.expanded(target)
    if _is_folder(path) or not path.suffix or str(target).endswith(("/", os.sep)):
        part = str(facts.quadrant or "")
        name = readable_name(facts.prompt, facts.task_id, part)
        path, data = path / f"{name}{KINDS[picture.format].endings[0]}", picture.data
    else:
        data = _as_the_ending_says(picture, path.suffix)
    return write_new(with_facts(data, facts), path)


def readable_name(prompt: str, task_id: str, part: str = "") -> str:
    """Return a file name without ending that says what is in the file, on any system.

    It has the first words of the prompt, letters of any script, but no addresses or parameters.

    >>> readable_name("A red fox in the snow --ar 3:2", "1747132423020537", "2")
    'a-red-fox-in-the-snow_1747132423020537_2'
    >>> readable_name("", "")
    'picture'
    """
    names = (_words(parse_prompt(prompt).text), _plain(task_id), _plain(part))
    return disk.unreserved("_".join(filter(None, names)) or "picture")


def write_new(data: bytes, target: Path) -> Path:
    """Write *data* to *target*, whole or not at all, and never over another file.

    Where there is a file of the same bytes already, nothing is written. Another one stays, and the
    name is numbered. Folders are made.

    Returns:
        The file: *target*, or "fox (2).png" for "fox.png".

    Raises:
        MjError: it cannot be written.
    """
    with _in_words(target):
        disk.make_folder(target.parent)
        return disk.write_new(data, target)


def new_file(target: str | Path, name: str, endings: Sequence[str]) -> Path:
    """Return where a file goes that a person has named, for ``write_new``.

    Args:
        target: the file; or a folder (one that exists, or ends with a slash). ``~`` is home.
        name: what it is called in a folder, without ending.
        endings: those that it may have; a name without any gets the first.

    Raises:
        MjError: no file can have such a name, or it has another ending.
    """
    with _in_words(disk.path_of(target)):
        path = disk.expanded(target)
    if _is_folder(path) or str(target).endswith(("/", os.sep)):
        return path / f"{name}{endings[0]}"
    if not path.suffix:
        return path.with_name(f"{path.name}{endings[0]}")
    if path.suffix.lower() not in endings:
        raise MjError(
            f"{one_line(path.name, _LONGEST_SAID)} has not the ending of such a file",
            advice=f"Possible: {', '.join(endings)}. A folder ends with a slash.",
        )
    return path


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name that is too long, a folder that may not be looked into
        return False


@contextmanager
def _in_words(target: Path) -> Iterator[None]:
    """Raise what the system refuses as one ``MjError`` that names *target*."""
    try:
        yield
    except (OSError, ValueError) as error:  # NUL, or a lone surrogate
        code = error.errno or 0 if isinstance(error, OSError) else errno.EINVAL
        raise MjError(
            f"{one_line(target.name, _LONGEST_SAID)} cannot be written",
            words=getattr(error, "strerror", None) or str(error),
            advice=_ADVICE.get(code, "Choose another place."),
        ) from None


def _as_the_ending_says(picture: Picture, ending: str) -> bytes:
    is_opened = picture.has_pixels and not picture.moves
    fitting = [picture.format, *(_MADE_BY_US if is_opened else ())]
    wanted = next((kind for kind in fitting if ending.lower() in KINDS[kind].endings), None)
    if wanted is None:
        endings = dict.fromkeys(end for kind in fitting for end in KINDS[kind].endings)
        what = "video" if picture.is_film else "animation" if picture.moves else "picture"
        raise MjError(
            f"This {what} cannot be saved as {ending}",
            advice=f"Possible: {', '.join(endings)}. A folder ends with a slash.",
        )
    return picture.data if wanted == picture.format else _converted(picture, wanted)


def _converted(picture: Picture, wanted: Format) -> bytes:
    if wanted == "png":
        return picture.use(encode_png)
    return picture.use(lambda image: _encoded_as(wanted, image))


def _encoded_as(wanted: Format, image: Image.Image) -> bytes:
    profile = image.info.get("icc_profile")  # sRGB's own, or none
    if wanted == "jpeg" or image.mode not in ("RGB", "RGBA", "P", "LA"):
        image = shrink(image, max(image.size))
    out = io.BytesIO()
    try:
        image.save(out, wanted, quality=QUALITY, icc_profile=profile)
    except (OSError, ValueError) as error:  # a WebP has at most 16,383 pixels a side
        raise MjError(
            f"The picture cannot be made a {wanted}", words=str(error), advice="Save it as .png."
        ) from None
    return out.getvalue()


def _words(text: str) -> str:
    """Return the letters and digits of *text*, hyphens between the words, not too many."""
    name = ""
    for letter in unicodedata.normalize("NFKC", text[:1000]).lower():
        kind = unicodedata.category(letter)[0]
        # Marks belong to a letter: Hindi and Thai are not readable without.
        if kind in "LN" or (kind == "M" and name and name[-1] != "-"):
            name += letter
        elif letter not in "'’" and name and name[-1] != "-":
            name += "-"
    short = name[:LONGEST_WORDS].encode()[:LONGEST_WORDS_IN_BYTES].decode("utf-8", "ignore")
    if short != name and name[len(short)] != "-" and "-" in short:
        short = short[: short.rindex("-")]
    return short.strip("-")


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-_")[:LONGEST_ID]
