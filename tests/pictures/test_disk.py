"""Files that are whole or not there, under names that every system takes."""

from __future__ import annotations

import pytest

from mj_widgets.pictures.disk import unreserved


@pytest.mark.parametrize("name", ["con", "CON.png", "Com1", "lpt9.tar.gz", "nul."])
def test_a_device_of_windows_becomes_a_file(name: str) -> None:
    assert unreserved(name) == f"_{name}"


@pytest.mark.parametrize("name", ["icon", "console.png", "com", "a.con", "nul-17"])
def test_any_other_name_stays(name: str) -> None:
    assert unreserved(name) == name


def test_no_name_becomes_one() -> None:
    assert unreserved("") == "_"
