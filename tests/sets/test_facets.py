"""Rows and columns of a set of tasks: which are chosen, what they say, where each task stands."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from archive.support import SERVICE, task

from mj_widgets.archive import Library
from mj_widgets.errors import MjError
from mj_widgets.sets.axes import Axis
from mj_widgets.sets.facets import Axes, Facet, laid_out
from mj_widgets.sets.items import item_of
from mj_widgets.sets.members import Members

Make = Callable[..., Members]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Makes a set of kept tasks with these prompts, numbered from 1."""
    library = Library(tmp_path / "library")

    def made(prompts: Sequence[str], braces: Sequence[Axis] = ()) -> Members:
        for number, prompt in enumerate(prompts, 1):
            library.save(task(str(number), prompt), service=SERVICE)
        return Members(library, array("I", range(1, len(prompts) + 1)), braces=tuple(braces))

    yield made
    library.close()


def swept(make: Make, *groups: tuple[str, ...], of: str = "a {} fox --s {}") -> Members:
    """What stands in the places of a prompt, each with each, as a sweep has it."""
    cells = list(product(*groups))
    braces = [
        Axis(", ".join(values), values, {n: cell[at] for n, cell in enumerate(cells, 1)})
        for at, values in enumerate(groups)
    ]
    return make([of.format(*cell) for cell in cells], braces)


def names_of(facets: tuple[Facet, Facet]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return facets[0].names, facets[1].names


def test_the_last_brace_makes_the_columns_and_all_others_together_the_rows(make: Make) -> None:
    groups = ("red", "blue"), ("fog", "rain"), ("50", "250")
    rows, columns = Axes(swept(make, *groups, of="a {} fox in {} --s {}")).facets()
    assert columns.labels == ("s 50", "s 250")
    assert rows.labels == ("red · fog", "red · rain", "blue · fog", "blue · rain")
    assert [(rows.place_of[n], columns.place_of[n]) for n in (1, 2, 3, 8)] == [
        (0, 0),
        (0, 1),
        (1, 0),
        (3, 1),
    ]


def test_without_braces_the_parameters_that_differ_are_taken(make: Make) -> None:
    prompts = ["a fox --ar 1:1 --v 7", "a fox --ar 16:9 --v 7 --s 50", "a fox --ar 16:9 --v 7"]
    axes = Axes(make(prompts))
    assert axes.names == ("ar", "s")
    rows, columns = axes.facets()
    assert rows.labels == ("ar 1:1", "ar 16:9")
    assert columns.labels == ("s –", "s 50")


def test_values_are_sorted_as_numbers_where_all_are_some_else_as_they_first_come(
    make: Make,
) -> None:
    prompts = [
        f"a fox --s {s} --ar {ar}" for s, ar in (("250", "3:2"), ("50", "1:1"), ("1000", "3:2"))
    ]
    axes = Axes(make(prompts))
    assert axes.facets("s", [])[0].labels == ("s 50", "s 250", "s 1000")
    assert axes.facets("ar", [])[0].labels == ("ar 3:2", "ar 1:1")


def test_a_switch_is_there_or_not(make: Make) -> None:
    axes = Axes(make(["a fox --raw", "a fox"]))
    assert axes.facets(None, "raw")[1].labels == ("raw –", "raw")


def test_a_parameter_in_a_brace_of_its_own_is_one_axis_by_either_name(make: Make) -> None:
    axes = Axes(swept(make, ("red", "blue"), ("250", "50")))
    assert axes.names == ("red, blue", "s")
    wanted = axes.facets(1, 2)
    assert wanted[1].labels == ("s 50", "s 250")
    for rows, columns in (
        (1, "s"),
        ("red, blue", "--stylize"),
        (None, None),
        (1, None),
        ([1], [2]),
    ):
        assert axes.facets(rows, columns) == wanted
    assert axes.facets("s", 1) == axes.facets("s") == wanted[::-1]


def test_an_option_that_is_empty_has_a_sign_of_its_own(make: Make) -> None:
    rows, _ = Axes(swept(make, ("", ", in snow"), ("50", "250"), of="a fox{} --s {}")).facets()
    assert rows.labels == ("–", ", in snow")


def test_two_braces_of_the_same_words_are_two_axes(make: Make) -> None:
    words = ("red", "blue")
    axes = Axes(swept(make, words, words, of="a {} fox on {}"))
    assert axes.names == ("red, blue", "red, blue (2)")
    assert axes.facets(1, 2) == axes.facets()


def test_what_tells_nothing_apart_is_offered_to_nobody_but_may_be_asked_for(make: Make) -> None:
    axes = Axes(make(["a fox --v 7 --s 50", "a fox --v 7 --s 100"]))
    assert axes.names == ("s",)
    assert axes.facets("v")[0].labels == ("v 7",)
    assert names_of(Axes(make(["a fox", "a fox"])).facets()) == ((), ())


def test_a_seed_of_each_task_is_not_chosen(make: Make) -> None:
    prompts = [f"a fox --ar {ar} --seed {n}" for n, ar in enumerate(("1:1", "16:9") * 20)]
    assert names_of(Axes(make(prompts)).facets()) == ((), ("ar",))


@pytest.mark.parametrize(
    ("rows", "columns", "said"),
    [
        ("chaos", None, "These tasks have no axis 'chaos'. Give one of: red, blue or 1; s or 2."),
        (3, None, "There is no brace 3. Give one of: red, blue or 1; s or 2."),
        (0, None, "There is no brace 0. Give one of: red, blue or 1; s or 2."),
        (True, None, "These tasks have no axis 'True'. Give one of: red, blue or 1; s or 2."),
        (2.5, None, "These tasks have no axis '2.5'. Give one of: red, blue or 1; s or 2."),
        ("s", 2, "The axis s is given twice. Give different ones: red, blue or 1; s or 2."),
        ([1, 1], None, "The axis red, blue is given twice. Give different ones: "),
        ("a\nb" * 99, None, "These tasks have no axis 'a ba ba b"),
    ],
)
def test_a_wrong_axis_is_answered_by_those_there_are(
    make: Make, rows: Any, columns: Any, said: str
) -> None:
    axes = Axes(swept(make, ("red", "blue"), ("50", "250")))
    with pytest.raises(MjError, match=re.escape(said)) as caught:
        axes.facets(rows, columns)
    assert "\n" not in str(caught.value)


def test_what_belongs_together_stands_side_by_side_and_what_is_missing_leaves_a_hole() -> None:
    rows = Facet(("s",), ("50", "250"), {1: 0, 2: 0, 3: 1, 4: 1})
    columns = Facet((), ("red", "blue"), {1: 0, 2: 0, 3: 0, 4: 1})
    laid = laid_out([item_of(n) for n in (2, 1, 3, 4)], rows, columns)
    assert (laid.across, laid.down) == (2, (1, 1))
    assert [item >> 5 for item in laid.order] == [2, 1, 0, 0, 3, 0, 4, 0]


def test_a_row_is_as_high_as_its_fullest_cell_and_at_least_one_line() -> None:
    rows = Facet(("s",), ("50", "100", "250"), dict.fromkeys(range(1, 30), 0) | {30: 2})
    columns = Facet(("ar",), ("1:1", "16:9"))
    laid = laid_out([item_of(n) for n in range(1, 31)], rows, columns)
    assert (laid.across, laid.down) == (4, (8, 1, 1))
    assert len(laid.order) == 2 * 4 * 10


def test_a_sheet_that_no_page_can_show_is_refused() -> None:
    rows = Facet(("seed",), tuple(map(str, range(1_000))))
    columns = Facet(("s",), tuple(map(str, range(1_000))))
    with pytest.raises(MjError, match=r"^That sheet would have 1,000,000 places\. Choose other"):
        laid_out([item_of(1)], rows, columns)


@pytest.mark.parametrize(
    ("prompts", "shape"),
    [
        (["a fox", "a hen"], 1.0),
        (["a fox --ar 3:2", "a hen --aspect 3:2"], 1.5),
        (["a fox --ar 3:2", "a hen --ar 2:1"], 1.5),
        (["a fox --ar 3:2", "a hen"], 1.0),
        (["a fox --ar 2:3"], 1.0),
    ],
)
def test_a_tile_has_the_widest_shape_that_all_pictures_fit_in(
    make: Make, prompts: list[str], shape: float
) -> None:
    assert Axes(make(prompts)).shape == shape
