"""Fixtures: a kernel of ipykernel 6, then one of ipykernel 7."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from kernel.raw import RawKernel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(params=[6, 7], ids=["ipykernel6", "ipykernel7"], scope="module")
def ipykernel_major(request: pytest.FixtureRequest) -> int:
    """The version of ipykernel that the test is about."""
    chosen: int = request.param
    return chosen


@pytest.fixture(scope="module")
def kernel_python(ipykernel_major: int) -> str:
    """The interpreter with that ipykernel: 7 is in this one, 6 where the variable says."""
    if ipykernel_major == 7:
        return sys.executable
    python = os.environ.get("MJ_KERNEL6_PYTHON")
    if python is None:
        pytest.skip("MJ_KERNEL6_PYTHON names no interpreter with ipykernel 6: use tests/run")
    return python


@pytest.fixture
def kernel(
    kernel_python: str, clean_environment: dict[str, str], tmp_path: Path
) -> Iterator[RawKernel]:
    """A kernel of its own for each test."""
    with RawKernel(kernel_python, tmp_path / "kernel", clean_environment) as kernel:
        yield kernel
    print(kernel.log)  # pytest shows it with a failure
