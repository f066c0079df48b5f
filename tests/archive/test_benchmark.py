"""The benchmark of the library still runs."""

from __future__ import annotations

from benchmarks import library


def test_rows_about_the_library() -> None:
    assert all(row.measured > 0 for row in library.rows(count=10, rounds=1, side=64))
