"""The links in a task: what is wrapped around them, and which are those of its result."""

from __future__ import annotations

import json
from typing import Any

import bodies
import pytest

import mj_widgets as mj
from mj_widgets.models.urls import urls_in

SHEET = "https://cdn.example/sheet.webp"
SINGLES = tuple(f"https://cdn.example/{n}.png" for n in range(1, 5))
FILMS = tuple(f"https://cdn.example/video/{n}.mp4" for n in range(4))
OBJECTS = [{"url": url, "thumbnail": f"{url}?small"} for url in SINGLES]
GRID = bodies.DMX_GRID | {"imageUrl": ""}
ONE = bodies.PLUS_HD_UPSCALE
PICKED = {"id": "17", "status": "SUCCESS", "action": "ACTION"}

on = pytest.mark.parametrize


@on("form", [list(SINGLES), OBJECTS, json.dumps(SINGLES), json.dumps(OBJECTS)])
@on("sheet", ["missing", "", None, list(SINGLES), SINGLES[0], SINGLES[2], {"url": SINGLES[0]}])
@on("name", ["imageUrls", "image_urls"])
def test_single_pictures_are_the_result_where_no_file_has_them_all(
    form: Any, sheet: Any, name: str
) -> None:
    body = GRID | {name: form} | ({} if sheet == "missing" else {"imageUrl": sheet})
    task = mj.Task.parse(body)
    assert (task.kind, task.sheet_url, task.file_urls) == ("grid", "", SINGLES)


@on(
    "names",
    [("imageUrl", "imageUrls"), ("image_url", "image_urls"), ("grid_image_url", "image_urls")],
)
def test_a_sheet_beside_its_originals_is_kept_first(names: tuple[str, str]) -> None:
    task = mj.Task.parse(GRID | {names[0]: SHEET, names[1]: OBJECTS})
    assert (task.image_url, task.sheet_url) == (SHEET, SHEET)
    assert task.file_urls == (SHEET, *SINGLES)


@on("between", [",", ", ", "\n", " ", ";"])
@on("name", ["imageUrls", "imageUrl"])
def test_links_that_stand_in_one_text_are_several(between: str, name: str) -> None:
    task = mj.Task.parse(GRID | {name: between.join(SINGLES)})
    assert (task.sheet_url, task.file_urls) == ("", SINGLES)


def test_a_link_in_an_object_in_an_object_is_found() -> None:
    listed = [{"type": "image_url", "image_url": {"url": url}} for url in SINGLES]
    task = mj.Task.parse(GRID | {"imageUrl": SINGLES[2], "imageUrls": listed})
    assert (task.sheet_url, task.file_urls) == ("", SINGLES)


@on("nothing", ["null", "None", "undefined", " ", {}, [None], {"url": None}])
def test_a_word_for_nothing_is_no_link(nothing: Any) -> None:
    task = mj.Task.parse(GRID | {"imageUrl": nothing, "imageUrls": list(SINGLES)})
    assert (task.sheet_url, task.file_urls) == ("", SINGLES)


def test_a_picture_in_a_link_is_known_as_one_however_it_is_written() -> None:
    assert urls_in("DATA:image/png;base64,AAAA") == ("data:image/png;base64,AAAA",)


def test_a_comma_in_a_link_stays_in_it() -> None:
    link = "https://cdn.example/w=80,q=75/https://x/1,2.png?a=1,2"
    assert urls_in(link) == (link,)


def test_a_link_that_gateways_make_new_for_each_answer_is_the_same_picture() -> None:
    task = mj.Task.parse(GRID | {"imageUrl": f"{SINGLES[0]}?rand=17", "imageUrls": list(SINGLES)})
    assert task.sheet_url == ""


def test_a_link_that_stands_twice_among_as_many_as_the_buttons_keeps_its_places() -> None:
    links = [SINGLES[0], SINGLES[1], SINGLES[1], SINGLES[3]]
    for listed in (links, [{"url": link} for link in links], json.dumps(links)):
        task = mj.Task.parse(GRID | {"imageUrl": SHEET, "imageUrls": listed})
        assert task.part_urls == tuple(links)


@on(
    ("listed", "links"),
    [
        ([*SINGLES, *SINGLES], SINGLES),  # each with its thumbnail, say
        ([SHEET] * 4, (SHEET,)),
        ([*SINGLES[:3], SINGLES[2]] * 2, SINGLES[:3]),
    ],
)
def test_else_a_link_that_stands_twice_is_one(listed: list[str], links: tuple[str, ...]) -> None:
    task = mj.Task.parse(GRID | {"imageUrl": SHEET, "imageUrls": listed})
    assert task.file_urls == (links if links == (SHEET,) else (SHEET, *links))


@on("nothing", [None, "", " ", "null", {}, {"url": ""}, {"url": None}, []])
@on("at", [0, 1, 3])
def test_a_link_that_is_missing_among_as_many_as_the_buttons_keeps_its_place(
    nothing: Any, at: int
) -> None:
    listed: list[Any] = [*SINGLES]
    listed[at] = nothing
    links = tuple("" if n == at else link for n, link in enumerate(SINGLES))
    task = mj.Task.parse(GRID | {"imageUrl": SHEET, "imageUrls": listed})
    assert (task.sheet_url, task.part_urls) == (SHEET, links)
    alone = mj.Task.parse(GRID | {"imageUrls": listed})
    assert (alone.sheet_url, alone.part_urls) == ("", links)
    assert alone.image_url in SINGLES
    assert mj.Task.parse(GRID | {"imageUrl": listed}).file_urls == links


@on("name", ["videoUrls", "imageUrls", "imageUrl"])
def test_of_films_the_place_of_one_that_is_missing_is_kept_as_well(name: str) -> None:
    told = {name: [FILMS[0], None, FILMS[2], FILMS[3]], "buttons": bodies.FILM["buttons"]}
    task = mj.Task.parse({"id": "17", "status": "SUCCESS", "action": "VIDEO", **told})
    assert task.part_urls == (FILMS[0], "", FILMS[2], FILMS[3])


@on("listed", [[SINGLES[0], None, SINGLES[2]], [*SINGLES[:3:2], "", None, SINGLES[1], {}]])
def test_else_what_is_no_link_has_no_place(listed: list[Any]) -> None:
    assert "" not in mj.Task.parse(GRID | {"imageUrls": listed}).part_urls


@on("form", ["strings", "objects"])
@on("listed", [(SHEET, *SINGLES), (*SINGLES, SHEET)])
def test_the_sheet_is_none_of_the_pictures_though_it_be_listed_with_them(
    listed: tuple[str, ...], form: str
) -> None:
    told = [{"url": url} for url in listed] if form == "objects" else list(listed)
    task = mj.Task.parse(GRID | {"imageUrl": SHEET, "imageUrls": told})
    assert (task.sheet_url, task.part_urls) == (SHEET, SINGLES)


@on("listed", [[SHEET], [{"url": SHEET, "thumbnail": SHEET}], SHEET])
def test_a_list_of_the_sheet_alone_is_the_sheet(listed: Any) -> None:
    task = mj.Task.parse(GRID | {"imageUrl": SHEET, "imageUrls": listed})
    assert (task.file_urls, task.part_urls, task.picture_count) == ((SHEET,), (), 4)


def test_a_list_in_the_place_of_the_sheet_is_enough() -> None:
    assert mj.Task.parse(GRID | {"imageUrl": list(SINGLES)}).file_urls == SINGLES


def test_a_picture_that_was_picked_is_alone_beside_those_of_its_parent() -> None:
    task = mj.Task.parse(ONE | {"imageUrl": SINGLES[1], "imageUrls": OBJECTS})
    assert (task.kind, task.file_urls) == ("image", (SINGLES[1],))


@on("count", [2, 6, 9, 24])
def test_there_may_be_any_number_of_pictures(count: int) -> None:
    several = tuple(f"https://cdn.example/{n}.png" for n in range(count))
    task = mj.Task.parse({"id": "17", "status": "SUCCESS", "imageUrls": list(several)})
    assert (task.kind, task.file_urls) == ("grid", several)


def test_more_pictures_than_midjourney_makes_are_not_fetched() -> None:
    many = [f"https://cdn.example/{n}.png" for n in range(3000)]
    assert len(mj.Task.parse(GRID | {"imageUrls": many}).file_urls) == 24


@on(
    ("told", "links"),
    [
        ({"videoUrl": SHEET, "videoUrls": FILMS}, FILMS),
        ({"videoUrl": FILMS[0], "videoUrls": FILMS}, FILMS),
        ({"videoUrl": "", "videoUrls": [{"url": url} for url in FILMS]}, FILMS),
        ({"videoUrl": SHEET, "imageUrl": FILMS[0], "videoUrls": FILMS, "imageUrls": FILMS}, FILMS),
        ({"imageUrl": SHEET, "imageUrls": FILMS}, FILMS),
        ({"video_url": FILMS[2]}, FILMS[2:3]),
        ({"videoUrl": FILMS[3], "videoUrls": FILMS}, FILMS),
        ({"imageUrl": FILMS[2]}, FILMS[2:3]),
    ],
)
def test_films_come_before_what_only_shows_them(
    told: dict[str, Any], links: tuple[str, ...]
) -> None:
    for more in ({"action": "VIDEO"}, {"action": "IMAGINE"}, {"buttons": bodies.FILM["buttons"]}):
        told = {name: list(v) if isinstance(v, tuple) else v for name, v in told.items()}
        task = mj.Task.parse({"id": "17", "status": "SUCCESS", **told, **more})
        assert (task.kind, task.file_urls) == ("video", links)


@on(
    "told",
    [
        {"imageUrl": FILMS[2]},
        {"imageUrl": FILMS[2], "videoUrl": FILMS[0]},
        {"videoUrl": FILMS[2]},
        {"imageUrl": "https://cdn.example/large.mp4"},
        {"imageUrl": FILMS[0], "action": "UPSCALE"},
        {"imageUrl": "https://gateway.example/mj/image/17", "action": "UPSCALE"},
        {"imageUrl": FILMS[0], "buttons": [bodies.button("MJ::JOB::animate_high_extend::1::x")]},
    ],
)
def test_a_film_that_was_picked_is_alone_beside_those_of_its_parent(told: dict[str, Any]) -> None:
    task = mj.Task.parse(PICKED | {"videoUrls": list(FILMS)} | told)
    own = told.get("imageUrl") or told["videoUrl"]
    assert (task.kind, task.file_urls, task.video_urls) == ("video", (own,), (own,))


@on(
    "written",
    [
        SHEET,
        f"  {SHEET}\n",
        f"<{SHEET}>",
        f"![a lighthouse]({SHEET})",
        f"[a lighthouse]({SHEET})",
        f'![]({SHEET} "in winter")',
        f"Here it is: ![a](<{SHEET}>).",
        f"[![small](https://cdn.example/small.png)]({SHEET})",
        f'"{SHEET}"',
        {"url": SHEET},
        {"image_url": f"<{SHEET}>"},
        json.dumps({"url": SHEET}),
    ],
)
def test_what_stands_around_a_link_is_dropped(written: Any) -> None:
    assert urls_in(written) == (SHEET,)
    assert mj.Task.parse(bodies.DMX_GRID | {"imageUrl": written}).image_url == SHEET


def test_several_pictures_in_markdown_are_several_links() -> None:
    assert urls_in("\n".join(f"![{n}]({url})" for n, url in enumerate(SINGLES))) == SINGLES


@on(
    "link",
    [
        "https://x/a_(1).png",
        "https://x/a.png?ex=1&is=2&hm=3&",
        "x.png",
        "//h/x",
        "data:image/png;base64,AA==",
    ],
)
def test_a_link_stays_as_it_was_written(link: str) -> None:
    assert urls_in(link) == (link,)
