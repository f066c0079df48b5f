"""What came of what: the tree below a task and the way to it, from all that know of it."""

from __future__ import annotations

import threading
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from card.page import SECONDS, Seen
from hypothesis import given
from hypothesis import strategies as st
from services import run
from sketches import sketching

import mj_widgets as mj
from mj_widgets.archive import Database, Journal, Library
from mj_widgets.archive.lineage import Branch, Lineage, TaskLink
from mj_widgets.models import Submission
from mj_widgets.sandbox import EXAMPLES, Sandbox
from mj_widgets.session import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVICE = "host.example"
GRID = EXAMPLES["finished"]


def lineage(*known: TaskLink) -> Lineage:
    return Lineage(SERVICE, [], known)


def ids(branches: tuple[Branch, ...]) -> list[str]:
    return [branch.task_id for branch in branches]


def press(
    journal: Journal, parent: str, button: str, *started: str, service: str = SERVICE, **answer: Any
) -> None:
    entry = journal.begin(service, "submit/action", {}, parent=parent, button=button, new=True)
    journal.accepted(entry, Submission(code=1, task_ids=started, **answer))


# -- the drawing ---------------------------------------------------------------------------------


def test_a_tree_is_drawn_one_line_a_task() -> None:
    region = Branch("20", "Vary (Region)", "IN_PROGRESS", "a red fox with a hat")
    taken = Branch("19", "U3", "SUCCESS", "a red fox", (region,))
    varied = Branch("18", "V2", "SUCCESS", "a red fox", (taken,))
    refused = Branch("", "V4")
    tree = Branch("17", "", "SUCCESS", "a red fox", (varied, refused, Branch("21", "U1")))

    assert str(tree).splitlines() == [
        "17  a red fox  (done)",
        "├─ V2  18  (done)",
        "│  └─ U3  19  (done)",
        "│     └─ Vary (Region)  20  (in progress)",
        "├─ V4  (no task yet)",
        "└─ U1  21",
    ]
    assert repr(tree) == str(tree)


@given(st.text(), st.text(), st.text())
def test_whatever_a_service_says_takes_one_line(prompt: str, button: str, status: str) -> None:
    tree = Branch("17", "", "", prompt, (Branch("18", button, status),))
    first, second = str(tree).splitlines()
    assert first.startswith("17")
    assert second.startswith("└─ ")
    assert not {unicodedata.category(c) for c in first + second} & {"Cc", "Cf", "Cs"}


def test_a_long_prompt_is_cut() -> None:
    assert len(str(Branch("17", prompt="fox " * 1000))) < 80


@pytest.mark.parametrize(
    ("button", "quadrant"),
    [
        ("U1", 1),
        ("V4", 4),
        ("MJ::JOB::variation::3::abc", 3),
        ("🔄", None),
        ("1️⃣", None),
        ("", None),
        ("Edit 2", 2),
        ("Extend 3", 3),
        ("Edit", None),
        ("Animate (2)", None),
    ],
)
def test_the_button_tells_the_quadrant(button: str, quadrant: int | None) -> None:
    assert Branch("18", button).quadrant == quadrant


# -- putting together ----------------------------------------------------------------------------


def test_a_thousand_tasks_one_after_the_other_are_a_tree_and_a_path() -> None:
    chain = lineage(*(TaskLink(str(n), str(n - 1), "V1") for n in range(1, 1001)))

    lines = str(chain.tree("0")).splitlines()
    assert len(lines) == 1001
    assert lines[-1].endswith("└─ V1  1000")
    assert ids(chain.path("1000")) == [str(n) for n in range(1001)]


def test_a_thousand_tasks_of_one_are_all_there_in_order() -> None:
    tree = lineage(*(TaskLink(str(n), "0", "🔄") for n in range(1, 1001))).tree("0")
    assert ids(tree.children) == [str(n) for n in range(1, 1001)]
    assert str(tree).count("├─") == 999


def test_a_circle_ends() -> None:
    circle = lineage(TaskLink("1", "3", "U1"), TaskLink("2", "1", "U2"), TaskLink("3", "2", "U3"))
    assert str(circle.tree("1")) == "U1  1\n└─ U2  2\n   └─ U3  3"
    assert ids(circle.path("1")) == ["2", "3", "1"]
    own = lineage(TaskLink("1", "1", "U1"))
    assert str(own.tree("1")) == "U1  1"
    assert ids(own.path("1")) == ["1"]


def test_a_task_that_nobody_knows_stands_alone() -> None:
    assert str(lineage().tree("17")) == "17"
    assert ids(lineage().path("17")) == ["17"]


def test_a_tree_has_what_came_of_its_task_and_a_path_only_the_way_to_it() -> None:
    known = lineage(
        TaskLink("18", "17", "V2"),
        TaskLink("19", "18", "U3"),
        TaskLink("20", "17", "U1"),
        TaskLink("21", "20", "U1"),
    )
    assert str(known.tree("18")) == "V2  18\n└─ U3  19"
    steps = known.path("19")
    assert [(step.task_id, step.button, step.quadrant) for step in steps] == [
        ("17", "", None),
        ("18", "V2", 2),
        ("19", "U3", 3),
    ]
    assert not any(step.children for step in steps)


def test_several_that_are_being_sent_are_all_there() -> None:
    sending = (TaskLink("", "17", "V1"), TaskLink("", "17", "V2"), TaskLink("", "18", "U3"))
    tree = lineage(TaskLink("18", "17", "V4"), *sending).tree("17")
    assert str(tree).splitlines() == [
        "17",
        "├─ V4  18",
        "│  └─ U3  (no task yet)",
        "├─ V1  (no task yet)",
        "└─ V2  (no task yet)",
    ]


def test_what_is_open_tells_the_state_but_what_has_ended_stays_so() -> None:
    told = (
        TaskLink("18", "17", "V2", "SUCCESS", "a fox"),
        TaskLink("19", "17", "V3", "IN_PROGRESS"),
    )
    live = (TaskLink("18", "", "", "IN_PROGRESS"), TaskLink("19", "", "", "FAILURE", "a red fox"))
    first, second = lineage(*told, *live).tree("17").children
    assert (first.button, first.status, first.prompt) == ("V2", "SUCCESS", "a fox")
    assert (second.button, second.status, second.prompt) == ("V3", "FAILURE", "a red fox")


# -- the journal ---------------------------------------------------------------------------------


@pytest.fixture
def journal() -> Journal:
    return Journal(Database(":memory:"))


def told_by(journal: Journal, task_id: str = "17") -> list[tuple[str, str]]:
    tree = Lineage(SERVICE, [journal]).tree(task_id)
    return [(child.button, child.task_id) for child in tree.children]


def test_every_accepted_press_is_a_branch_also_of_the_same_button(journal: Journal) -> None:
    press(journal, "17", "🔄", "20")
    press(journal, "17", "V2", "18")
    press(journal, "17", "🔄", "19")
    journal.refused(journal.begin(SERVICE, "/", {}, parent="17", button="V4"), "queue full")
    journal.unclear(journal.begin(SERVICE, "/u", {}, parent="17", button="V3"), "lost")
    press(journal, "17", "U1", "99", service="other.example")

    assert told_by(journal) == [("🔄", "20"), ("V2", "18"), ("🔄", "19")]


def test_several_tasks_of_one_press_come_in_the_order_of_the_answer(journal: Journal) -> None:
    press(journal, "17", "Imagine all", "9", "21", "3", "11")
    assert [task_id for _, task_id in told_by(journal)] == ["9", "21", "3", "11"]


def test_a_window_and_its_answers_are_one_branch(journal: Journal) -> None:
    press(journal, "", "", "18")  # answered where it was not known whose window it is
    press(journal, "17", "Vary (Region)", "18", needs_modal=True)
    assert told_by(journal) == [("Vary (Region)", "18")]
    press(journal, "17", "Vary (Region)", "18")
    assert told_by(journal) == [("Vary (Region)", "18")]


def test_a_path_asks_for_what_is_on_it_alone(journal: Journal) -> None:
    press(journal, "17", "V2", "18")
    press(journal, "18", "U3", "19")
    press(journal, "18", "U4", "20")
    assert ids(Lineage(SERVICE, [journal]).path("19")) == ["17", "18", "19"]
    assert [kin.task_id for kin in journal.kin(SERVICE, "19")] == ["19"]


def test_a_tree_and_a_path_never_go_through_all_that_is_kept(tmp_path: Path) -> None:
    library = Library(tmp_path)
    for task_id, parent in (("18", "17"), ("19", "18"), ("28", "27")):
        press(library.journal, parent, "V2", task_id)
        library.save(mj.Task(id=task_id), service=SERVICE, parent=parent, button="V2")
    session = mj.Session(SERVICE, "key", library=library)
    asked: list[str] = []
    connection = library._database._connection
    connection.set_trace_callback(asked.append)

    assert str(session.tree("17")).splitlines() == ["17", "└─ V2  18", "   └─ V2  19"]
    assert ids(session.path("19")) == ["17", "18", "19"]

    connection.set_trace_callback(None)
    questions = [sql for sql in asked if sql.startswith("SELECT")]
    plans = [
        step["detail"]
        for question in questions
        for step in connection.execute(f"EXPLAIN QUERY PLAN {question}")
    ]
    assert plans
    # json_each is what was asked for: a few ids.
    assert [p for p in plans if p.startswith("SCAN") and "json_each" not in p] == []


def test_what_cannot_be_read_leaves_what_is_known(tmp_path: Path) -> None:
    library = Library(tmp_path)
    task = mj.Task.parse({"id": "18", "status": "SUCCESS", "prompt": "a fox"})
    library.save(task, service=SERVICE, parent="17", button="V2")
    press(library.journal, "18", "U3", "19")
    session = mj.Session(SERVICE, "key", library=library)
    live = (TaskLink("20", "18", "U1", "IN_PROGRESS"),)
    assert str(session.tree("17", live)).count("\n") == 3

    with library._database.writing() as connection:
        connection.execute("DROP TABLE started")
    assert str(session.tree("17", live)) == "17\n└─ V2  18  (done)\n   └─ U1  20  (in progress)"
    assert ids(session.path("20", live)) == ["17", "18", "20"]

    library.close()
    assert str(session.tree("18", live)) == "18\n└─ U1  20  (in progress)"
    assert ids(session.path("20", live)) == ["18", "20"]


def test_a_window_that_was_answered_without_knowing_whose_it_is_hides_no_parent(
    tmp_path: Path,
) -> None:
    library = Library(tmp_path)
    session = mj.Session(SERVICE, "key", library=library)
    press(library.journal, "", "", "18")
    told = mj.Task.parse({"id": "18", "status": "SUCCESS", "parentId": "17"})
    record = run(session.account.keep(told))
    assert record.parent == "17"
    assert ids(session.path("18")) == ["17", "18"]

    press(library.journal, "17", "V2", "19")
    press(library.journal, "", "", "19")
    record = run(session.account.keep(mj.Task.parse({"id": "19", "status": "SUCCESS"})))
    assert (record.parent, record.button) == ("17", "V2")
    assert run(session.account.origin("19")) == ("17", "V2")


def test_a_library_without_a_service_of_its_own_tells_that_of_the_task(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.save(mj.Task(id="18", status="SUCCESS"), service=SERVICE, parent="17", button="V2")
    anywhere = mj.Session(SERVICE, "", library=library, offline=True, service="")
    assert ids(anywhere.path("18")) == ["17", "18"]


# -- cards ---------------------------------------------------------------------------------------


@pytest.fixture
def grid(session: mj.Session) -> Iterator[mj.TaskWidget]:
    card = mj.imagine("a little red fox --ar 1:1")
    card.wait(SECONDS)
    yield card
    card.close()


def done(card: mj.TaskWidget) -> mj.TaskWidget:
    card.wait(SECONDS)
    return card


def chain_of(grid: mj.TaskWidget) -> list[mj.TaskWidget]:
    """imagine → V2 → U3 → Vary (Subtle)."""
    varied = done(grid.vary(2))
    taken = done(varied.upscale(3))
    return [grid, varied, taken, done(taken.press("Vary (Subtle)"))]


def alone(task_id: str) -> mj.TaskWidget:
    return done(mj.TaskWidget(task_id))


def test_a_card_knows_its_parent_button_and_quadrant(grid: mj.TaskWidget) -> None:
    _, varied, taken, subtle = chain_of(grid)
    assert (grid.parent, grid.parent_id, grid.button, grid.quadrant) == (None, "", "", None)
    assert varied.parent is grid
    assert (varied.parent_id, varied.button, varied.quadrant) == (grid.task_id, "V2", 2)
    assert (taken.parent_id, taken.button, taken.quadrant) == (varied.task_id, "U3", 3)
    assert subtle.parent is taken
    assert (subtle.button, subtle.quadrant) == ("Vary (Subtle)", None)


def test_a_card_draws_all_that_came_of_it_in_the_order_of_pressing(grid: mj.TaskWidget) -> None:
    _, varied, taken, subtle = chain_of(grid)
    first = done(grid.upscale(1))

    assert str(grid.tree()).splitlines() == [
        f"{grid.task_id}  a little red fox --ar 1:1  (done)",
        f"├─ V2  {varied.task_id}  (done)",
        f"│  └─ U3  {taken.task_id}  (done)",
        f"│     └─ Vary (Subtle)  {subtle.task_id}  (done)",
        f"└─ U1  {first.task_id}  (done)",
    ]
    assert ids(taken.tree().children) == [subtle.task_id]
    assert ids(subtle.path()) == [grid.task_id, varied.task_id, taken.task_id, subtle.task_id]


@pytest.mark.parametrize("where", ["on disk", "in memory"])
def test_a_task_fetched_alone_knows_its_way_by_the_journal(
    sandbox: Sandbox, tmp_path: Path, where: str
) -> None:
    library = tmp_path if where == "on disk" else None
    mj.configure(sandbox.url, "key", library=library)
    cards = chain_of(alone(GRID))
    for card in cards:
        card.close()
    if where == "on disk":
        settings.reset()
    mj.configure(sandbox.url, "key", library=library)

    last = alone(cards[3].task_id)

    assert last.task is not None
    assert not last.task.parent_id
    assert last.parent is None
    assert (last.parent_id, last.button) == (cards[2].task_id, "Vary (Subtle)")
    assert [(step.task_id, step.button, step.quadrant) for step in last.path()] == [
        (GRID, "", None),
        (cards[1].task_id, "V2", 2),
        (cards[2].task_id, "U3", 3),
        (cards[3].task_id, "Vary (Subtle)", None),
    ]
    assert len(str(alone(GRID).tree()).splitlines()) == 4


def test_a_running_followup_is_drawn_as_it_stands_also_for_an_observer(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    sandbox.options.speed = 2
    drawn: list[str] = []
    runs = threading.Event()
    child = grid.vary(2)

    def look(change: Any) -> None:
        drawn.append(str(grid.tree()))
        if change.new == "IN_PROGRESS":
            runs.set()

    child.observe(look, "status")
    assert runs.wait(SECONDS)
    assert drawn[-1].splitlines()[1:] == [f"└─ V2  {child.task_id}  (in progress)"]


def test_a_press_that_is_being_sent_has_no_task_yet(grid: mj.TaskWidget, sandbox: Sandbox) -> None:
    sandbox.faults.next("slow", path="submit")
    child = grid.vary(2)

    assert str(grid.tree()).splitlines()[1:] == ["└─ V2  (no task yet)"]
    assert str(child.tree()) == "V2  (no task yet)"
    assert ids(child.path()) == [grid.task_id, ""]
    assert (child.parent_id, child.button, child.quadrant) == (grid.task_id, "V2", 2)
    done(child)
    assert ids(grid.tree().children) == [child.task_id]


def test_a_refused_card_says_what_was_to_be(grid: mj.TaskWidget, sandbox: Sandbox) -> None:
    sandbox.options.queue_full = True
    card = mj.imagine("a blue fox")
    with pytest.raises(mj.QueueFull):
        card.wait(SECONDS)
    child = grid.vary(2)
    with pytest.raises(mj.QueueFull):
        child.wait(SECONDS)

    assert str(card.tree()) == "a blue fox  (no task yet)"
    assert (card.parent_id, card.button, ids(card.path())) == ("", "", [""])
    assert ids(child.path()) == [grid.task_id, ""]
    assert grid.tree().children == ()


def test_a_closed_followup_stays_in_the_tree(sandbox: Sandbox) -> None:
    mj.configure(sandbox.url, "key", library=None)
    grid = alone(GRID)
    child = done(grid.vary(2))
    child.close()
    assert str(grid.tree()).splitlines()[1:] == [f"└─ V2  {child.task_id}  (done)"]


def test_one_that_is_closed_while_it_is_being_sent_does_not(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    sandbox.faults.next("slow", path="submit")
    grid.vary(2).close()
    assert grid.tree().children == ()


@pytest.fixture
def trueai() -> Iterator[Sandbox]:
    with sketching("trueai").in_thread() as running:
        yield running


def test_where_nothing_else_is_known_the_service_names_the_parent(
    trueai: Sandbox, tmp_path: Path
) -> None:
    mj.configure(trueai.url, "any")
    cards = chain_of(alone(GRID))

    for library in (None, tmp_path / "another"):
        mj.configure(library=library)
        last = alone(cards[3].task_id)
        assert ids(last.path()) == [cards[2].task_id, last.task_id]
        assert (last.parent_id, last.button) == (cards[2].task_id, "")

    for card in cards[:3]:
        alone(card.task_id).close()
    assert ids(last.path()) == [card.task_id for card in cards]
    assert len(str(alone(GRID).tree()).splitlines()) == 4


def test_all_tasks_of_imagine_all_are_in_the_tree(trueai: Sandbox) -> None:
    mj.configure(trueai.url, "any")
    card = alone(EXAMPLES["described"])
    done(card.press("Imagine all"))
    Seen(card).until_followups(4)

    branches = alone(EXAMPLES["described"]).tree().children
    assert ids(branches) == [child.task_id for child in card.followups]
    assert {branch.button for branch in branches} == {"Imagine all"}


def test_a_press_with_another_prompt_is_one_branch_that_knows_it() -> None:
    with sketching("plus", remix=True).in_thread() as plus:
        mj.configure(plus.url, "any")
        child = done(alone(GRID).vary(2, prompt="a blue fox"))

        (branch,) = alone(GRID).tree().children

    assert (branch.task_id, branch.button, branch.prompt) == (child.task_id, "V2", "a blue fox")


def test_a_drawing_in_a_notebook_has_small_pictures_along_the_branches(sandbox: Sandbox) -> None:
    session = mj.configure(sandbox.url, "key")
    grid = session.imagine('a <b>red</b> "fox"')
    grid.wait(SECONDS)
    grid.press("V2").wait(SECONDS)

    drawing = grid.tree()._repr_html_()

    assert drawing.count('src="data:image/jpeg;base64,') == 2
    assert "a &lt;b&gt;red&lt;/b&gt; &quot;fox&quot;" in drawing
    assert "<b>red" not in drawing
    assert len(drawing) < 20_000


def test_a_drawing_of_many_says_how_many_it_leaves_out() -> None:
    tree = Branch("1", children=tuple(Branch(str(n)) for n in range(2, 502)))
    drawing = tree._repr_html_()
    assert drawing.count("border-left") == 201
    assert "and 301 more" in drawing
