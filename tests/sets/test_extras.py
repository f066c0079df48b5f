"""What is no dependency is missing: one line says what to install."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from mj_widgets.archive import Library
from mj_widgets.errors import MjError
from mj_widgets.sets.arrow import arrow_stream
from mj_widgets.sets.frames import quadrants_frame, to_frame
from mj_widgets.sets.parquet import to_parquet
from mj_widgets.sets.pixels import arrays

from .support import numbers

NEEDS: dict[tuple[str, str], Callable[[Library, Iterable[int], Path], Any]] = {
    ("pandas", "to_frame"): lambda library, some, _: to_frame(library, some),
    ("pyarrow", "to_frame"): lambda library, some, _: to_frame(library, some),
    ("pandas", "quadrants_frame"): lambda library, some, _: quadrants_frame(library, some),
    ("pyarrow", "arrow_stream"): lambda library, some, _: arrow_stream(library, some),
    ("pyarrow.parquet", "to_parquet"): to_parquet,
    ("numpy", "arrays"): lambda library, some, _: arrays(library, some),
}


@pytest.mark.parametrize(("module", "name"), NEEDS)
def test_what_is_missing_is_one_line_that_says_what_to_install(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, name: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MjError, match=f"^Without {module.partition('.')[0]} there is no") as caught:
        NEEDS[module, name](library, numbers(library, "grid"), tmp_path / "out")
    said = str(caught.value)
    assert 'pip install "mj-widgets[frames]"' in said
    assert "\n" not in said
    assert not (tmp_path / "out").exists()
