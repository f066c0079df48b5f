"""The journal: a press that was sent is found again, by anyone, even after a kill."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mj_widgets.archive import Database, Entry, Journal, Library, State
from mj_widgets.errors import LibraryError
from mj_widgets.models import Submission

from .stories import PRESS
from .support import SERVICE, other_process

STARTED = Submission(code=1, task_ids=("18",), description="提交成功", properties={"a": [1]})


@pytest.fixture
def journal() -> Journal:
    return Journal(Database(":memory:"))


def begin(journal: Journal, **options: Any) -> Entry:
    return journal.begin(SERVICE, *PRESS, parent="17", button="U1", **options)


# -- the same submission -------------------------------------------------------------------------


def test_a_new_submission_is_to_be_sent(journal: Journal) -> None:
    before = datetime.now(UTC)
    entry = begin(journal)
    assert entry.is_new
    assert (entry.state, entry.submission, entry.words) == (State.SENDING, None, "")
    assert (entry.service, entry.path, entry.payload) == (SERVICE, *PRESS)
    assert (entry.parent, entry.button) == ("17", "U1")
    assert before <= entry.sent_at <= datetime.now(UTC)


def test_an_accepted_one_is_found_with_its_answer(journal: Journal) -> None:
    first = begin(journal)
    journal.accepted(first, STARTED)
    again = begin(journal)
    assert not again.is_new
    assert (again.number, again.sent_at) == (first.number, first.sent_at)
    assert (again.state, again.submission) == (State.ACCEPTED, STARTED)


def test_each_that_is_to_be_sent_has_an_echo_of_its_own_which_is_kept(journal: Journal) -> None:
    first, second = begin(journal), begin(journal, new=True)
    assert len(first.echo) == len(second.echo) == 22
    assert first.echo != second.echo
    assert [entry.echo for entry in journal.entries()] == [second.echo, first.echo]


def test_a_lost_answer_that_was_found_is_taken_over_by_a_journal_that_knew_it_was_lost(
    journal: Journal,
) -> None:
    here = Journal(Database(":memory:"))
    entry = begin(journal)
    journal.unclear(entry, "the answer was lost")
    (lost,) = journal.entries()
    here.adopt(lost)
    journal.accepted(entry, STARTED)
    (found,) = journal.entries()
    here.adopt(found)
    here.adopt(lost)
    (kept,) = here.entries()
    assert (kept.state, kept.submission, kept.echo) == (State.ACCEPTED, STARTED, entry.echo)


def test_an_unclear_one_is_found_with_its_reason(journal: Journal) -> None:
    journal.unclear(begin(journal), "the answer was lost")
    again = begin(journal)
    assert (again.is_new, again.state) == (False, State.UNCLEAR)
    assert again.words == "the answer was lost"


def test_one_that_is_being_sent_is_found(journal: Journal) -> None:
    begin(journal)
    assert (begin(journal).is_new, begin(journal).state) == (False, State.SENDING)


def test_a_refused_one_is_sent_anew(journal: Journal) -> None:
    journal.refused(begin(journal), "queue full")
    assert begin(journal).is_new
    assert [entry.words for entry in journal.entries()] == ["", "queue full"]


@pytest.mark.parametrize(
    "nothing", [Submission(code=1), Submission(code=21, task_ids=("18",), needs_modal=True)]
)
def test_one_that_started_nothing_is_sent_anew(journal: Journal, nothing: Submission) -> None:
    journal.accepted(begin(journal), nothing)
    assert begin(journal).is_new


def test_it_is_sent_anew_where_that_is_meant(journal: Journal) -> None:
    first = begin(journal)
    journal.accepted(first, STARTED)
    second = begin(journal, new=True)
    assert second.is_new
    assert second.number > first.number
    assert begin(journal).number == second.number
    journal.refused(second, "no")
    assert begin(journal).number == first.number


def test_the_order_of_keys_does_not_matter_but_everything_else_does(journal: Journal) -> None:
    journal.begin("a", "/x", {"p": 1, "q": {"r": 2, "s": 3}})
    assert not journal.begin("a", "/x", {"q": {"s": 3, "r": 2}, "p": 1}).is_new
    assert journal.begin("b", "/x", {"p": 1, "q": {"r": 2, "s": 3}}).is_new
    assert journal.begin("a", "/y", {"p": 1, "q": {"r": 2, "s": 3}}).is_new
    assert journal.begin("a", "/x", {"p": 1, "q": {"r": 2, "s": 4}}).is_new
    assert journal.begin("a", "/x", {"p": 1}).is_new


def test_pictures_in_a_payload_count_but_are_not_kept(journal: Journal) -> None:
    one, other = "a" * 5000 + "1", "a" * 5000 + "2"
    entry = journal.begin("a", "/x", {"base64Array": [one], "prompt": "b" * 2000})
    stored = [f"sha256:{hashlib.sha256(one.encode()).hexdigest()}"]
    assert entry.payload == {"base64Array": stored, "prompt": "b" * 2000}
    assert journal.entries()[0].payload == entry.payload
    assert not journal.begin("a", "/x", {"base64Array": [one], "prompt": "b" * 2000}).is_new
    assert journal.begin("a", "/x", {"base64Array": [other], "prompt": "b" * 2000}).is_new


def test_odd_texts_are_written_down(journal: Journal) -> None:
    payload = {"prompt": "狐 \ud800 \0", "long": "\ud800" * 3000}
    assert journal.begin("a", "/x", payload).is_new
    assert journal.begin("a", "/x", payload).payload["prompt"] == "狐 \ud800 \0"


def test_what_is_no_json_is_refused(journal: Journal) -> None:
    with pytest.raises(LibraryError, match="no JSON"):
        journal.begin("a", "/x", {"prompt": object()})
    assert journal.entries() == []


@pytest.mark.parametrize("answer", ["", '{"code": 1', '{"task_ids": 7}', "[]", None])
def test_an_answer_that_was_harmed_is_unclear_and_not_sent_anew(
    journal: Journal, answer: str | None
) -> None:
    journal.accepted(begin(journal), STARTED)
    harm(journal, "submission", answer)
    again = begin(journal)
    assert (again.is_new, again.state, again.submission) == (False, State.UNCLEAR, None)
    assert [entry.state for entry in journal.of_parent(SERVICE, "17")] == [State.UNCLEAR]
    journal.accepted(begin(journal, new=True), STARTED)
    assert begin(journal).submission == STARTED


@pytest.mark.parametrize("column", ["payload", "sent_at", "state"])
def test_a_submission_that_cannot_be_read_is_one_line_and_not_sent_anew(
    journal: Journal, column: str
) -> None:
    journal.accepted(begin(journal), STARTED)
    harm(journal, column, "?")
    with pytest.raises(LibraryError, match="submission 1 in the library cannot be read"):
        begin(journal)
    assert begin(journal, new=True).is_new


def harm(journal: Journal, column: str, text: str | None) -> None:
    with journal._database.writing() as connection:
        connection.execute(f"UPDATE submissions SET {column} = ?", (text,))


# -- what comes from what ------------------------------------------------------------------------


def test_a_task_knows_where_it_comes_from(journal: Journal) -> None:
    entry = begin(journal)
    assert journal.origin(SERVICE, "18") is None
    journal.accepted(entry, STARTED)
    origin = journal.origin(SERVICE, "18")
    assert origin
    assert (origin.parent, origin.button, origin.submission) == ("17", "U1", STARTED)
    assert journal.origin(SERVICE, "17") is None
    assert journal.origin("other.example", "18") is None


def test_a_task_knows_what_was_made_of_it(journal: Journal) -> None:
    def press(path: str, **options: Any) -> Entry:
        return journal.begin(SERVICE, path, {}, parent="17", **options)

    accepted, unclear, sending = press("/1"), press("/2"), press("/3")
    journal.accepted(accepted, STARTED)
    journal.unclear(unclear, "lost")
    journal.refused(press("/4"), "no")
    journal.accepted(press("/5"), Submission(code=21, task_ids=("9",), needs_modal=True))
    journal.begin(SERVICE, "/6", {}, parent="16")
    journal.begin("other.example", "/7", {}, parent="17")
    later = press("/1", new=True)
    made = journal.of_parent(SERVICE, "17")
    assert [entry.number for entry in made] == [unclear.number, sending.number, later.number]
    assert [entry.state for entry in made] == [State.UNCLEAR, State.SENDING, State.SENDING]
    assert not any(entry.is_new for entry in made)


def test_the_latest_entries_come_first(journal: Journal) -> None:
    for number in range(5):
        journal.begin(SERVICE, "/submit/imagine", {"prompt": f"fox {number}"})
    assert [entry.number for entry in journal.entries()] == [5, 4, 3, 2, 1]
    assert [entry.number for entry in journal.entries(limit=2)] == [5, 4]


# -- other processes, kills, threads -------------------------------------------------------------


def test_a_library_has_its_journal_on_the_disk(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.journal.accepted(begin(library.journal), STARTED)
    library.close()
    again = begin(Library(tmp_path).journal)
    assert (again.is_new, again.submission) == (False, STARTED)


def test_what_a_killed_process_was_sending_may_have_arrived(tmp_path: Path) -> None:
    other_process("killed_while_sending", tmp_path / "journal.db")
    found = begin(Journal(Database(tmp_path / "journal.db")))
    assert (found.is_new, found.state) == (False, State.SENDING)


def test_of_many_threads_one_sends(journal: Journal) -> None:
    with ThreadPoolExecutor(8) as threads:
        entries = list(threads.map(lambda _: begin(journal), range(40)))
    assert sum(entry.is_new for entry in entries) == 1
    assert len({entry.number for entry in entries}) == 1


def test_of_many_processes_one_sends(tmp_path: Path) -> None:
    told = other_process("begin", tmp_path / "journal.db", 4, 100)
    assert sorted(map(int, told)) == list(range(100))


def test_a_press_is_one_under_every_name_of_its_service(journal: Journal) -> None:
    assert begin(journal).is_new
    other = journal.begin("fast.example", *PRESS, parent="17", button="U1")
    assert (other.is_new, other.service) == (False, SERVICE)
    assert journal.begin("fast.example", *PRESS).is_new  # of which nobody knows whose it is


def test_where_no_service_was_chosen_what_was_sent_to_any_is_found(journal: Journal) -> None:
    first = journal.begin("a", "/x", {"prompt": "a fox"})
    found = journal.find("", "/x", {"prompt": "a fox"})
    assert found is not None
    assert found.number == first.number
    assert journal.begin("", "/x", {"prompt": "a fox"}).number == first.number
    assert journal.find("b", "/x", {"prompt": "a fox"}) is None
    assert journal.find("", "/x", {"prompt": "a hen"}) is None


def test_an_answer_to_a_window_is_noted_with_its_press_or_not_at_all() -> None:
    database = Database(":memory:")
    journal = Journal(database)
    press = begin(journal)
    journal.accepted(press, Submission(code=21, task_ids=("18",), needs_modal=True))
    answer = journal.begin(SERVICE, "submit/modal", {"taskId": "18"}, parent="17", button="U1")
    with database.writing() as connection:
        connection.execute(
            "CREATE TEMP TRIGGER full BEFORE UPDATE ON submissions"
            f" WHEN OLD.number = {press.number} BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
    with pytest.raises(LibraryError, match="disk full"):
        journal.accepted(answer, STARTED, "18")
    assert [entry.state for entry in journal.entries()] == [State.SENDING, State.ACCEPTED]
    with database.writing() as connection:
        connection.execute("DROP TRIGGER full")
    journal.accepted(answer, STARTED, "18")
    assert begin(journal).submission == STARTED
