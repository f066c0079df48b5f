"""What is written down of one task among those that came of one another."""

from __future__ import annotations

from typing import NamedTuple


class Kin(NamedTuple):
    """Where a task comes from and how it stands, as far as one place tells."""

    task_id: str
    """"" for one that is only being submitted."""
    parent: str = ""
    """The task whose button started it, or ""."""
    button: str = ""
    status: str = ""
    prompt: str = ""
