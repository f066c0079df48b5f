"""What other processes do to a library: ``python -m archive.stories STORY FOLDER ...``."""

from __future__ import annotations

import os
import random
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import NoReturn

from mj_widgets.archive import Database, Journal, Library
from mj_widgets.archive.looks_file import Looks
from mj_widgets.archive.marks import Spot
from mj_widgets.errors import LibraryError

from .support import SERVICE, bytes_of, digest_of, look_like, task

PRESS = ("/submit/action", {"taskId": "17", "customId": "MJ::JOB::upsample::1"})
NOBODY = 65534


def tell(*words: object) -> None:
    """Print a line at once, whole, whoever else prints."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def killed(folder: str, times: str) -> None:
    """Processes save as fast as they can, telling each id that is kept, and are killed."""
    dice = random.Random(4)

    def save_for_ever(child: int, ready: int) -> None:
        library = Library(folder)
        for number in count():
            if number == child % 3:
                os.write(ready, b".")
            task_id = f"{child}-{number}"
            library.save(task(task_id), [bytes_of(task_id)], service=SERVICE)
            tell(task_id)

    for child in range(int(times)):
        waiting, ready = os.pipe()
        process = forked(partial(save_for_ever, ready=ready), child)
        if child % 4:  # the others may be killed while they open it
            os.read(waiting, 1)
        time.sleep(dice.uniform(0, 0.04))
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(waiting)
        os.close(ready)


def crowd(folder: str, processes: str, tasks: str) -> None:
    """Several processes open the same new folder and save tasks, all at once."""

    def save(child: int) -> None:
        library = Library(folder)
        for number in range(int(tasks)):
            library.save(task(f"{child}-{number}"), [b"%d-%d" % (child, number)], service=SERVICE)

    together(save, int(processes))


def same(folder: str, processes: str, times: str) -> None:
    """Several processes save the same task, with the same file or with their own."""

    def save(child: int) -> None:
        library = Library(folder)
        for number in range(int(times)):
            library.save(task(f"same-{number}"), [b"%d" % number], service=SERVICE)
            library.save(task(f"own-{number}"), [b"%d %d" % (child, number)], service=SERVICE)

    together(save, int(processes))


def begin(file: str, processes: str, presses: str) -> None:
    """Several processes begin the same submissions at once; each tells those that it is to send."""

    def press(_: int) -> None:
        journal = Journal(Database(file))
        for number in range(int(presses)):
            if journal.begin(SERVICE, "/submit/imagine", {"prompt": f"fox {number}"}).is_new:
                tell(number)

    together(press, int(processes))


def killed_while_sending(file: str) -> None:
    """A process dies after a submission was written down."""
    Journal(Database(file)).begin(SERVICE, *PRESS, parent="17", button="U1")
    os.kill(os.getpid(), signal.SIGKILL)


def without_room(folder: str) -> None:
    """No file may grow over 200 kB: one picture is too large, and in the end the index is."""
    library = Library(folder)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
    attempt(lambda: library.save(task("large"), [bytes(300_000)], service=SERVICE))
    for number in count():
        try:
            long = task(f"small-{number}", "a long prompt " * 500)
            library.save(long, [b"%d" % number], service=SERVICE)
        except LibraryError as error:
            tell("LibraryError:", error)
            return
        tell(f"small-{number}")


def rate_and_be_killed(folder: str, task_id: str) -> None:
    """Somebody rates a picture, and the power fails."""
    Library(folder).marks.change([Spot(SERVICE, task_id, 2)], rating=5)
    tell("rated")
    os.kill(os.getpid(), signal.SIGKILL)


def reader(folder: str) -> None:
    """Somebody who may only read opens the library."""
    if os.geteuid() == 0:
        os.setuid(NOBODY)
    library = Library(folder)
    tell(*(record.task.id for record in library.search("fox")))
    tell(*(len(data) for data in library.search("fox")[0].read()))
    tell(library.verify())
    attempt(lambda: library.save(task("18"), [b"new"], service=SERVICE))
    attempt(lambda: library.journal.begin(SERVICE, *PRESS))
    attempt(lambda: Library(Path(folder) / "new"))


def patient_reader(folder: str) -> None:
    """Somebody who may only read has the library open while its owner saves more."""
    as_root = os.geteuid() == 0

    def may_write(yes: bool) -> None:
        if as_root and yes:
            os.seteuid(0)
        Path(folder).chmod(0o755 if yes else 0o555)
        if as_root and not yes:
            os.seteuid(NOBODY)

    may_write(False)
    library = Library(folder)
    tell(*(record.task.id for record in library.search()))
    may_write(True)
    owner = Library(folder)
    for task_id in ("18", "19"):
        owner.save(task(task_id), [bytes_of(task_id)], service=SERVICE)
    owner.close()
    may_write(False)
    tell(*(record.task.id for record in library.search()))
    tell(library.verify())
    may_write(True)


def looks_to_read(folder: str, number: str) -> None:
    """Somebody who may only read sees the look before that number, and makes the next."""
    if os.geteuid() == 0:
        os.setuid(NOBODY)
    looks, n = Library(folder).looks, int(number)
    looks.put(digest_of(n), look_like(n))
    tell(*(looks.get(digest_of(k)) == look_like(k) for k in (n - 1, n)))


def looks_without_room(folder: str, count: str) -> None:
    """No file may grow over 400 kB while looks are put; then there is room, and one more is."""
    looks = Looks(Path(folder))
    wanted = {digest_of(n): look_like(n).thumb for n in range(int(count))}
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    for limit in ((400_000, usual[1]), usual):
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        for n in range(int(count)) if limit != usual else [int(count)]:
            looks.put(digest_of(n), look_like(n))
        found = looks.thumbs(wanted)
        tell(sum(found.get(key) == thumb for key, thumb in wanted.items()), "of", len(wanted))


def looks_crowd(folder: str, processes: str, count: str) -> None:
    """Several processes put and read looks and remove their file; each tells what was wrong."""

    def act(child: int) -> None:
        dice, looks, wrong = random.Random(child), Looks(Path(folder)), 0
        for n in range(int(count)):
            looks.put(digest_of(n), look_like(n))
            known = dice.randrange(n + 1)
            wrong += looks.get(digest_of(known)) not in (None, look_like(known))
            if dice.random() < 0.1:
                (Path(folder) / "looks.db").unlink(missing_ok=True)
        tell(wrong, "of another")

    together(act, int(processes))


def attempt(act: Callable[[], object]) -> None:
    """Tell the error that an act raises."""
    try:
        tell("no error:", act())
    except LibraryError as error:
        tell("LibraryError:", error)


def together(act: Callable[[int], None], processes: int) -> None:
    """Let processes act from the same moment on, and wait for their ends."""
    gate, opener = os.pipe()

    def wait_and_act(child: int) -> None:
        os.close(opener)
        os.read(gate, 1)
        act(child)

    children = [forked(wait_and_act, child) for child in range(processes)]
    os.close(opener)
    for child in children:
        assert os.waitpid(child, 0)[1] == 0


def forked(act: Callable[[int], None], number: int) -> int:
    """Act in a process that needs no imports any more; its id."""
    return os.fork() or _act_and_end(act, number)


def _act_and_end(act: Callable[[int], None], number: int) -> NoReturn:
    code = 1
    try:
        act(number)
        code = 0
    finally:
        if code:
            traceback.print_exc()
            sys.stderr.flush()
        os._exit(code)


STORIES = (
    rate_and_be_killed,
    begin,
    crowd,
    killed,
    killed_while_sending,
    looks_crowd,
    looks_to_read,
    looks_without_room,
    patient_reader,
    reader,
    same,
    without_room,
)

if __name__ == "__main__":
    {story.__name__: story for story in STORIES}[sys.argv[1]](*sys.argv[2:])
