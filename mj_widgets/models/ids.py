"""What the id of a task looks like, wherever one comes in: nothing else is ever taken for one."""

from __future__ import annotations

import re
from decimal import Decimal
from numbers import Integral

from mj_widgets.errors import one_line
from mj_widgets.models.values import number_of, text_of

_FLOAT = re.compile(r"\d\.\d+[eE]\+?\d{1,2}")
# Digits, UUIDs, 32 hexadecimal digits, task_01K..., task-mj-...: nothing that a shell, a cell, a
# path or a magic's options would take for more than a word.
_TASK_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:~-]{0,127}")


def is_task_id(text: str) -> bool:
    """Tell whether *text* can be the id of a task.

    >>> is_task_id("1747132423020537"), is_task_id("task_01K"), is_task_id("17\\n!touch x")
    (True, True, False)
    """
    return _TASK_ID.fullmatch(text) is not None


def plain_id(value: object) -> str:
    """Return what stands where an id belongs as text, written out where it is a float.

    Spreadsheets and some JSON writers make one of it: ``1.747132423020537e15``.
    """
    text = text_of(value).strip()
    is_float = isinstance(value, float)
    if not is_float and not _FLOAT.fullmatch(text):
        return text
    number = number_of(value)
    if number is not None and number.is_integer():
        return str(int(Decimal(text)))
    return "" if is_float else text


def id_of(value: object) -> str:
    """Return the task id in a value of a service, a file or a library; "" where it is none.

    >>> id_of(1747132423020537), id_of("1.747132423020537e15"), id_of("17 18")
    ('1747132423020537', '1747132423020537', '')
    """
    text = plain_id(value)
    return text if is_task_id(text) else ""


def task_id_from(text: str | int) -> str:
    """Return the task id that a person typed or pasted: quotes and blanks around it are dropped.

    Raises:
        TypeError: it is neither a text nor a whole number; the message is one line for people.
        ValueError: it cannot be an id; likewise.
    """
    if isinstance(text, Integral) and not isinstance(text, bool):  # numpy's and pandas', too
        text = str(text)
    if not isinstance(text, str):
        given = type(text).__name__
        raise TypeError(f"A task id is a text such as '1747132423020537', not {given}")
    task_id = plain_id(text.strip().strip("'\"“”‘’`"))
    if re.fullmatch(r"\{.*\}|\$.*", task_id):
        raise ValueError(f"{one_line(task_id, 40)} is not defined: assign the task id to it first")
    if not task_id:
        raise ValueError("the task id is empty")
    if "://" in task_id:
        raise ValueError(
            f"{one_line(text, 40)!r} is a link: the id is what the service answered with, "
            "such as 1747132423020537"
        )
    if not is_task_id(task_id):
        raise ValueError(f"{one_line(text, 40)!r} is no task id (letters, digits, - _ . : ~)")
    return task_id
