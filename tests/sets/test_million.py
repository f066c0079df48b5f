"""A library of a million tasks: written in files, and counted by two programs of others."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import dask
import dask.dataframe as dd
import duckdb
import pyarrow.parquet as pq
import pytest
from distributed import Client, LocalCluster

from mj_widgets.archive import Library
from mj_widgets.sets.parquet import to_parquet

ROWS = 1_000_000
SHARDS = 10
STYLIZE = 20
"""How many values of --s there are."""
# Rows, not pictures. Each fifth has no --s, and each seventh failed.
FILL = """
    WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < ?)
    INSERT INTO tasks (number, service, id, action, status, kind, prompt, parameters, parent,
        button, submit_time, finish_time, saved_at, raw, pictures)
    SELECT n, 'host.example', n, 'IMAGINE', iif(n % 7, 'SUCCESS', 'FAILURE'), 'grid',
        'a red fox --s ' || (n % ?), iif(n % 5, '{"s": "' || (n % ?) || '"}', '{}'), '', '',
        '2026-01-01T00:00:00+00:00', '2026-01-01T00:01:00+00:00', '2026-01-01T00:01:00+00:00',
        '{}', 4
    FROM counted
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a million tasks."""
    home = tmp_path_factory.mktemp("million")
    Library(home / "library").close()
    with closing(sqlite3.connect(home / "library" / "library.db")) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -200000")
        connection.execute(FILL, (ROWS, STYLIZE, STYLIZE))
        connection.commit()
    library = Library(home / "library")
    numbers = library.catalogue.numbers()
    to_parquet(library, numbers, home / "out", rows_per_shard=ROWS // SHARDS)
    library.close()
    return home / "out"


@pytest.fixture
def two_workers(tmp_path: Path) -> Iterator[None]:
    """Two processes that Dask gives its work to."""
    with (
        dask.config.set({"temporary-directory": str(tmp_path)}),
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        assert len(client.scheduler_info()["workers"]) == 2
        yield


def test_every_task_is_in_one_of_the_files(folder: Path) -> None:
    paths = sorted(folder.iterdir())
    assert [path.name for path in paths] == [f"tasks-{n:05}-of-00010.parquet" for n in range(10)]
    assert {pq.read_metadata(path).num_rows for path in paths} == {ROWS // SHARDS}


@pytest.mark.usefixtures("two_workers")
def test_duckdb_and_dask_on_two_processes_count_the_same(folder: Path) -> None:
    asked = "SELECT s, count(*) FROM read_parquet(?) WHERE status = 'SUCCESS' GROUP BY s"
    by_duckdb = dict(duckdb.execute(asked, [f"{folder}/*.parquet"]).fetchall())
    tasks = dd.read_parquet(folder, columns=["s", "status"])
    done = tasks[tasks["status"] == "SUCCESS"]
    by_dask = done.groupby("s", dropna=False).size().compute()
    assert {None if value is by_dask.index.dtype.na_value else int(value): int(count)
            for value, count in by_dask.items()} == by_duckdb  # fmt: skip
    assert sum(by_duckdb.values()) == ROWS - ROWS // 7
    assert by_duckdb[None] == sum(1 for n in range(0, ROWS + 1, 5) if n and n % 7)
