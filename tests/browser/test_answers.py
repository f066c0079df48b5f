"""Every odd answer that a service was seen to give, and what a card in JupyterLab makes of it.

One notebook with a cell for each; what is there when all is quiet is then looked at row by row.
"""

from __future__ import annotations

import re
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from PIL import Image
from sketches import AT_ONCE, file_of, sketching

from browser.chromium import watched
from browser.lab import NotebookPage, as_notebook
from mj_widgets.sandbox import EXAMPLES
from mj_widgets.sandbox.wishes import LINKS, SINGLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext

    from browser.servers import JupyterServer, Ui
    from mj_widgets.sandbox import Sandbox

FINISHED = EXAMPLES["finished"]
FOR_EVER = 10_000
PATIENCE = 30.0
"""Seconds after the last cell until a card has to show what is right."""

SETUP = """import asyncio
import mj_widgets as mj
from PIL import Image

def service(url):
    return mj.Session(url, "any")

def card(job):
    return mj.TaskWidget(job, size=160)

def ended(job):
    found = card(job)
    found.wait(10)
    return found"""

IMAGINED = 'card(service("{url}").imagine({prompt}))'
FOLLOWED = f'card(service("{{url}}").follow("{FINISHED}"))'
WITH_A_PICTURE = 'card(service("{url}").imagine("a fox", [Image.new("RGB", (64, 64))]))'
FILMED = """single = ended(service("{url}").imagine({prompt})).upscale(1)
single.wait(10)
film = single.press("Animate (Low motion)")"""
PICKED = f"""{FILMED}
film.wait(10)
film.press("U2")"""


FOUR = (64, 64, 64, 64)
"""How wide four sketches are, in pixels of their files: a quarter of one of them has 32."""


@dataclass(frozen=True, eq=False)
class Row:
    """One kind of answer, how it is asked for, and what a person is to see."""

    number: int
    """Of the kind, as in the list of what public reports showed."""
    name: str
    cell: str
    says: str
    """What a regular expression finds in the card."""
    pictures: tuple[int, ...] | None = None
    """The width of each picture's file; None where that says nothing."""
    tiles: int | None = None
    """How many there are to look at, for films."""
    goes_on: bool | None = False
    """Whether the card goes on to ask; None where either is right."""
    never: str = r"may have been submitted"
    """What a regular expression finds in no such card."""
    flavour: str = "dmx"
    wish: str = ""
    spoils: tuple[tuple[str, str], ...] = ()
    """Which fault spoils all requests with which path."""
    form: int = 0
    """The form of the fault that comes first."""
    options: dict[str, Any] = field(default_factory=dict)
    fetches: str = ""
    """What a regular expression finds in a path that is asked for."""

    def __str__(self) -> str:
        return f"{self.number}-{self.name.replace(' ', '-')}"


def wished(number: int, wish: str, says: str = "done", **more: Any) -> Row:
    """A task that ends as its prompt wishes: with four pictures, if nothing else is said."""
    return Row(number, more.pop("name", wish), IMAGINED, says, wish=wish, **more)


def spoilt(number: int, fault: str, says: str, cell: str = FOLLOWED, **more: Any) -> Row:
    """An answer with a fault: to whoever fetches the task, or to a submission."""
    path = "/fetch" if cell == FOLLOWED else "/submit/"
    name = more.pop("name", f"{fault} {'fetched' if cell == FOLLOWED else 'submitted'}")
    return Row(number, name, cell, says, spoils=((fault, path),), **more)


SUCCEEDED = ("FINISHED", "Succeeded", '" done "')
FAILED = ("ERROR", "FAIL", "timeout", "Ex-pired", "EXPIRED")
LOCKED = "this door is locked"
WITHOUT_BUTTONS = "1760000000000001"
AN_OLD_TASK = {
    "id": WITHOUT_BUTTONS,
    "action": "IMAGINE",
    "status": "SUCCESS",
    "progress": "100%",
    "prompt": "a fox",
}

ROWS = (
    *(wished(1, f"--singles {how}", pictures=FOUR) for how in SINGLES),
    wished(1, "", name="no grids at all", pictures=FOUR, flavour="octopusx"),
    wished(1, "--singles strings --dead 3", pictures=FOUR[:3]),
    Row(2, "films beside a sheet", f"{FILMED}\nfilm", "done", tiles=4, flavour="trueai"),
    Row(
        2,
        "a dead film",
        f"{FILMED}\nfilm",
        "done.*2 of 4",
        flavour="trueai",
        wish="--dead 2",
        fetches=r"_3\.mp4$",
    ),
    Row(
        2,
        "a picked film",
        PICKED,
        "done",
        tiles=1,
        flavour="trueai",
        fetches=r"_1\.mp4$",
    ),
    *(wished(3, f"--status {word}", pictures=FOUR) for word in SUCCEEDED),
    *(wished(3, f"--fail image --status {word}", "failed.*Image denied") for word in FAILED),
    wished(3, "", name="the words of webman", pictures=FOUR, flavour="webman"),
    wished(3, "--status archived", r"(?i)archived", goes_on=True),
    *(
        spoilt(4, "refused", LOCKED, name=f"refused as {word}", form=form, goes_on=None)
        for form, word in enumerate(("Unauthorized", "Fail", "error"))
    ),
    spoilt(4, "423", LOCKED, goes_on=None),
    spoilt(4, "refused", LOCKED, IMAGINED, form=1),
    spoilt(4, "423", LOCKED, IMAGINED),
    spoilt(5, "403-page", r"(?i)web page", never="token not accepted", goes_on=True),
    spoilt(5, "403-page", r"(?i)web page", IMAGINED, never="token not accepted"),
    *(
        spoilt(6, "413", "too large", WITH_A_PICTURE, name=f"413 as {kind}", form=form)
        for form, kind in enumerate(("a page", "JSON", "text"))
    ),
    spoilt(7, "404-page", "base_url", never="no such task", goes_on=None),
    spoilt(7, "404-page", "base_url", IMAGINED),
    Row(7, "a wrong base_url", FOLLOWED.replace("{url}", "{url}/a/b"), "base_url", goes_on=None),
    Row(
        7,
        "a known wrong ending",
        FOLLOWED.replace("{url}", "{url}/v1/chat/completions"),
        says="done",
        pictures=FOUR,
    ),
    *(
        spoilt(8, "no-id", "may have been submitted", IMAGINED, name=f"id {kind}", form=form)
        for form, kind in enumerate(("null", "empty"))
    ),
    spoilt(8, "no-id", "done", IMAGINED, name="id elsewhere", form=2, pictures=FOUR),
    spoilt(9, "no-task", "no such task"),
    wished(10, "--fail object", "failed.*does not like this prompt", never=r"[{}]"),
    wished(10, "--fail json", "failed.*does not like this prompt", never=r"[{}]"),
    spoilt(11, "brotli", "done|brotli", never="lost", goes_on=None),
    spoilt(11, "zstd", "done|zstd", never="lost", goes_on=None),
    spoilt(12, "redirect", "/login", goes_on=None),
    Row(
        13,
        "a list that has to wait",
        f'async with mj.Client("{{url}}", "any") as client:\n'
        f'    print(list(await client.fetch_many(["{FINISHED}", "5"])))',
        FINISHED,
        spoils=(("429", "list-by-condition"),),
    ),
    Row(
        14,
        "a reroll by change",
        f'ended(service("{{url}}").follow("{WITHOUT_BUTTONS}")).reroll()',
        "done",
        FOUR,
    ),
    Row(
        14,
        "a cancel without an answer",
        'long = card(service("{url}").imagine("a fox"))\n'
        'while long.status in ("", "NOT_START", "SUBMITTED"):\n    await asyncio.sleep(0.1)\n'
        "long.cancel()\nlong",
        "cancelled",
        never="may have been cancelled",
        flavour="trueai",
        options={"speed": 0.5},
    ),
    Row(15, "a certificate of nobody", FOLLOWED, "SSL_CERT_FILE", goes_on=None),
    Row(
        15,
        "a name that nobody knows",
        FOLLOWED.replace("{url}", "http://nowhere.invalid"),
        says=r"nowhere\.invalid",
        goes_on=None,
    ),
    Row(
        15,
        "a port that nobody serves",
        FOLLOWED.replace("{url}", "http://127.0.0.1:9"),
        says=r"127\.0\.0\.1:9",
        goes_on=None,
    ),
    *(wished(16, f"--link {how}", pictures=FOUR, never="base64") for how in LINKS),
    wished(17, "--draft"),
    wished(17, "--draft", name="24 singles", pictures=(32,) * 24, flavour="octopusx"),
    Row(
        17,
        "the twelfth of 24",
        'ended(service("{url}").imagine("a fox --draft")).press("U12")',
        "U12.*done",
        (32,),
    ),
)

# Else the cells that are out of sight are not on the page.
KEEP_ALL_CELLS = """() => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.notebookConfig = { ...notebook.notebookConfig, windowingMode: "none" };
}"""

LOOK = """() => {
    for (const more of document.querySelectorAll(".mj-more[aria-expanded=false]")) more.click();
    const seen = (part) => part.checkVisibility();
    return [...document.querySelectorAll(".jp-Notebook-cell")].map((cell) => {
        const output = cell.querySelector(".jp-Cell-outputArea");
        if (!output) return null;
        const all = (wanted) => [...output.querySelectorAll(wanted)].filter(seen);
        return {
            text: output.innerText,
            goesOn: all("button").some((button) => button.textContent.trim() === "Stop"),
            pictures: all(".mj-tile img").map((image) => image.naturalWidth),
            tiles: all(".mj-tile").length,
        };
    });
}"""


@dataclass(frozen=True)
class Reading:
    """What a person sees below a cell."""

    text: str
    goesOn: bool  # noqa: N815 - as the page calls it
    pictures: list[int]
    tiles: int

    def complaints(self, row: Row) -> list[str]:
        """All that is not right, in words."""
        found = [
            f"shows {word!r}"
            for word in ("Traceback", "undefined", "[object Object]", "NaN", "base64,")
            if word in self.text
        ]
        if not re.search(row.says, self.text, re.DOTALL):
            found.append(f"does not say {row.says!r}")
        if row.never and not re.search(row.never, row.says) and re.search(row.never, self.text):
            found.append(f"says {row.never!r}")
        if row.pictures is not None and self.pictures != list(row.pictures):
            found.append(f"has pictures {self.pictures}, not {list(row.pictures)}")
        if row.tiles is not None and self.tiles != row.tiles:
            found.append(f"has {self.tiles} tiles, not {row.tiles}")
        if row.goes_on is not None and self.goesOn is not row.goes_on:
            found.append("goes on" if self.goesOn else "has ended")
        return found


def served(row: Row, company: trustme.CA, folder: Path) -> Sandbox:
    """A sandbox that answers as the row says."""
    options = {"partner": True, "speed": AT_ONCE} | row.options
    if row.name == "a certificate of nobody":
        file = folder / "sandbox.pem"
        company.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(file))
        options["certificate"] = file
    sandbox = sketching(row.flavour, **options)
    for fault, path in row.spoils:
        for _ in range(row.form):
            sandbox.faults.in_turn(fault, ("",))
        sandbox.faults.next(fault, FOR_EVER if fault != "429" else 1, path)
    return sandbox


@dataclass(frozen=True)
class Story:
    """All readings, by row, and what else went on."""

    readings: dict[Row, Reading]
    paths: dict[Row, list[str]]
    errors: list[str]
    outside: list[str]


@pytest.fixture(scope="module")
def story(
    jupyter_context: BrowserContext,
    jupyter_server: Callable[[Ui], JupyterServer],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Story]:
    """Run a cell for each row, and look until all is right or patience is at its end."""
    errors: list[str] = []
    outside: list[str] = []
    company, folder = trustme.CA(), tmp_path_factory.mktemp("certificates")
    with ExitStack() as stack:
        boxes = [stack.enter_context(served(row, company, folder).in_thread()) for row in ROWS]
        for box in boxes:
            picture = box.put_file("grid.png", file_of("image/png", Image.new("RGB", (128, 128))))
            box.put(WITHOUT_BUTTONS, AN_OLD_TASK | {"imageUrl": picture})
        cells = [
            row.cell.replace("{url}", box.url).replace("{prompt}", repr(f"a fox {row.wish}"))
            for row, box in zip(ROWS, boxes, strict=True)
        ]
        stack.enter_context(watched(jupyter_context, errors, outside))
        notebook = NotebookPage(jupyter_context, jupyter_server)
        sources = as_notebook([SETUP, *cells])
        for cell in sources.cells:  # what is wrong with one is not to end the run
            cell.metadata.tags = ["raises-exception"]
        notebook.open(sources)
        notebook.page.evaluate(KEEP_ALL_CELLS)
        stack.callback(lambda: notebook.server.shut_down_kernels())
        stack.callback(lambda: notebook.page.close())
        notebook.run_all(seconds=180)
        end = time.monotonic() + PATIENCE
        while True:
            seen = notebook.page.evaluate(LOOK)[1:]
            readings = {
                row: Reading(**(one or {"text": "", "goesOn": False, "pictures": [], "tiles": 0}))
                for row, one in zip(ROWS, seen, strict=True)
            }
            wrong = [row for row, reading in readings.items() if reading.complaints(row)]
            if not wrong or time.monotonic() > end:
                break
            notebook.page.wait_for_timeout(250)
        notebook.screenshot("answers")
        paths = {row: [r.path for r in box.log] for row, box in zip(ROWS, boxes, strict=True)}
        yield Story(readings, paths, errors, outside)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_card_says_what_the_answer_means(row: Row, story: Story) -> None:
    reading = story.readings[row]
    assert reading.complaints(row) == [], reading.text
    assert re.search(row.fetches, "\n".join(story.paths[row]), re.MULTILINE)


def test_nothing_went_wrong_on_the_page_and_nobody_else_was_asked(story: Story) -> None:
    assert story.errors == []
    assert story.outside == []
