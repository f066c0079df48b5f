"""The links in a task: freed of what services wrap them in, and which are those of its result."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from mj_widgets.models.button import Button, numbered
from mj_widgets.models.values import decoded, first_of, text_of, time_of

_FILM = re.compile(r"\.(?:mp4|webm|mov|m4v|mkv)(?:$|[?#])", re.IGNORECASE)
_PICTURE = re.compile(r"\.(?:png|jpe?g|webp|gif|avif)(?:$|[?#])", re.IGNORECASE)
# Markdown's link or picture, and a link in angle brackets.
_MARKDOWN = re.compile(r"\]\(\s*<?([^\s<>\[\]]+?)>?(?:\s[^()]*)?\)(?=\s|!?\[|[.,;]|$)")
_IN_BRACKETS = re.compile(r"<([^\s<>]+)>")
_BETWEEN = re.compile(r"(?<![\s,;])[\s,;]++(?=https?://)")  # linear
_SIGNED_UNTIL = re.compile(r"[?&]ex=([0-9a-f]{8})(?:&|$)")
_NOTHING = ("", "null", "none", "undefined")
_LONGEST = 20_000
_LINK_NAMES = ("url", "imageUrl", "image_url", "videoUrl", "video_url", "link", "src")
_MAIN_NAMES = ("imageUrl", "image_url", "grid_image_url")
_LAST_NAMES = ("url", "imageDcUrl")
_SINGLE_NAMES = ("imageUrls", "image_urls")
_VIDEO_NAMES = ("videoUrl", "video_url")
_FILM_NAMES = ("videoUrls", "video_urls")
# The result of these is one picture or film, whatever else is listed beside it.
_PICKING_ACTIONS = ("UPSCALE", "UPSCALE_HD", "SWAP_FACE", "SWAP_VIDEO_FACE")
# The result of these is all of the films, and none of them was picked from a parent's.
_WHOLE_ACTIONS = ("VIDEO", "VIDEO_EXTEND", "IMAGINE")


class ResultUrls(NamedTuple):
    """Where the files of a task's result are."""

    picture: str | None = None
    """The picture that shows all of it, else the first single one."""
    singles: tuple[str, ...] = ()
    """In the order of their numbers, as the films are; "" in the place of one that is not told."""
    films: tuple[str, ...] = ()


def is_film(link: str) -> bool:
    """Tell whether a link leads to a video, by its ending.

    >>> is_film("https://cdn.example/0.mp4?ex=1"), is_film("https://cdn.example/mp4")
    (True, False)
    """
    return not link.startswith("data:image/") and bool(_FILM.search(link))


def urls_in(*values: object) -> tuple[str, ...]:
    """Return the links in *values*: strings, objects with a ``url``, lists of these, JSON text.

    A text may have several, with commas, semicolons or blanks between. What stands around a link
    is dropped: blanks, quotes, angle brackets, Markdown.

    >>> urls_in(["<https://x/1.png>", {"url": "![a fox](https://x/2.png)"}, None])
    ('https://x/1.png', 'https://x/2.png')
    """
    return tuple(dict.fromkeys(_all_urls(*values)))


def _all_urls(*values: object) -> Iterator[str]:
    for value in values:
        if value is None or value == "":
            continue
        given = decoded(value)
        for item in given if isinstance(given, list) else [given]:
            for _ in range(2):  # {"image_url": {"url": ...}}, as chat APIs have it
                if isinstance(item, Mapping):
                    item = first_of(item, *_LINK_NAMES)
            yield from _links(text_of(item))


def result_urls(raw: Mapping[str, Any], action: str, buttons: Sequence[Button]) -> ResultUrls:
    """Return the links to the files of a task's result, out of all that the service lists.

    Services list more than that: beside one picture that was picked those of its parent (trueai,
    of videos), and beside single films the sheet of them all, which is no film.

    Args:
        raw: the task as the service told it.
        action: what the service calls the work.
        buttons: what is offered for the result.
    """
    # A list in the place of the sheet: there is none, and these are the single ones.
    mains = urls_in(*(raw.get(name) for name in _MAIN_NAMES))
    told_as_main = (_listed(raw, (name,), buttons) for name in _MAIN_NAMES)
    several = next((links for links in told_as_main if len(links) > 1), ())
    listed = _listed(raw, _SINGLE_NAMES, buttons) or several
    if mains and len(listed) > 2 and len(listed) == numbered(buttons) + 1:  # the sheet among them
        listed = tuple(link for link in listed if steady(link) != steady(mains[0]))
    films = _listed(raw, _FILM_NAMES, buttons) or _films_among(listed)
    videos = urls_in(*(raw.get(k) for k in _VIDEO_NAMES))
    if len(listed) < 2 and not films and not videos:  # most of them: one picture
        last = () if mains or listed else urls_in(*(raw.get(k) for k in _LAST_NAMES))
        return ResultUrls(next(iter((*mains, *listed, *last)), None))
    picks = any(button.picks_quadrant for button in buttons)
    if films or videos:
        told = (*mains, *videos)
        own = next(iter((*filter(is_film, told), *filter(_may_be_film, told))), None)
        is_marked = own in mains and own in films[1:]
        if own and films and not picks and (is_marked or _is_picked(own, films, action, buttons)):
            films = (own,)
        return ResultUrls(next(iter(mains), None), films=films or videos)
    if mains and not picks and _is_one_picture(action, buttons):
        return ResultUrls(mains[0])
    among_singles = {steady(link) for link in listed}
    sheet = next((link for link in mains if steady(link) not in among_singles), None)
    return ResultUrls(sheet or next(filter(None, listed)), listed)


def _listed(
    raw: Mapping[str, Any], names: Sequence[str], buttons: Sequence[Button]
) -> tuple[str, ...]:
    """Return the links of lists, each once.

    Where a list has as many places as there are buttons, a link that stands there twice keeps both
    places, and a missing one its own: the numbers of those behind it hang on that.
    """
    links = urls_in(*(raw.get(name) for name in names))
    if len(links) > 1 and len(links) < (count := numbered(buttons)):
        for name in names:
            if len(places := tuple(_places(raw.get(name)))) == count:
                return places
    return links


def _places(value: object) -> Iterator[str]:
    """Yield the link at each place of a list, "" where there is none."""
    given = decoded(value)
    for item in given if isinstance(given, list) else [given]:
        yield from tuple(_all_urls(item)) or ("",)


def _films_among(links: Sequence[str]) -> tuple[str, ...]:
    films = tuple(link for link in links if not link or is_film(link))
    return films if any(films) else ()


def _may_be_film(link: str) -> bool:
    """Tell whether a link's ending leaves open what it leads to, as those of gateways do."""
    return not link.startswith("data:") and not _PICTURE.search(link)


def _is_picked(own: str, films: Sequence[str], action: str, buttons: Sequence[Button]) -> bool:
    """Tell whether a task's *own* film is all that it has, and *films* are its parent's."""
    if action.upper() in _WHOLE_ACTIONS:
        return False
    is_another = is_film(own) and own != films[0]
    return is_another or action.upper() in _PICKING_ACTIONS or bool(buttons)


def _is_one_picture(action: str, buttons: Sequence[Button]) -> bool:
    return action.upper() in _PICKING_ACTIONS or any(b.is_for_one_picture for b in buttons)


def _links(text: str) -> list[str]:
    text = text.strip()
    if text[:5].lower() == "data:":  # may be megabytes
        return [f"data:{text[5:]}"]
    if text.startswith("http"):  # nearly all
        return _BETWEEN.split(text)
    wrapped = text[:_LONGEST]
    if "](" in wrapped and (found := _MARKDOWN.findall(wrapped)):
        return list(found)
    if "<" in wrapped and (found := _IN_BRACKETS.findall(wrapped)):
        return list(found)
    text = text.strip("\"'`“”").strip()
    return [] if text.lower() in _NOTHING else [text]


def steady(link: str) -> str:
    """Return *link* without the ``?rand=`` that new-api puts on each answer."""
    return link.split("?rand=")[0]


def signed_until(link: str) -> datetime | None:
    """Return until when a signed link works, None where it does not say.

    ``ex`` in it, unix seconds in hexadecimal (Discord's documentation, "Signed Attachment CDN
    URLs").
    """
    match = _SIGNED_UNTIL.search(link)
    return time_of(int(match[1], 16)) if match else None
