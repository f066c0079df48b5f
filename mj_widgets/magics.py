"""``%mjfetch``: arguments, ``%config`` settings, completion."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring
from traitlets import Bool, Float, Int

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from mj_widgets.widgets import TaskCards, TaskWidget

_FLAGS = ("--wait", "--timeout", "--interval", "--size", "--refresh", "--no-static")
# Also "w = %mjfetch ...", which a hook for the first word alone would miss.
_LINE = re.compile(r"\s*([\w\s,]+=)?\s*%?mjfetch\s")


@magics_class
class MjMagics(Magics):
    """The magics, and what ``%config MjMagics`` can set for all of them."""

    wait = Bool(False, help="Wait in the cell until the task has ended, as with --wait.").tag(
        config=True
    )
    timeout = Float(
        None,
        min=0,
        max=86_400,
        allow_none=True,
        help="Wait no longer than this many seconds for a task; None for ever.",
    ).tag(config=True)
    interval = Float(
        None,
        min=0.4,
        max=3600,
        allow_none=True,
        help="Seconds between two asks; None finds the right time.",
    ).tag(config=True)
    size = Int(
        640, min=64, max=4096, help="The longer side of the pictures together, in CSS pixels."
    ).tag(config=True)

    static = Bool(
        True, help="Leave a still copy in the notebook, shown where no live card can be."
    ).tag(config=True)

    @classmethod
    def load(cls, shell: InteractiveShell) -> None:
        """Add the magics, their settings and their completion to *shell*."""
        cls.unload(shell)
        shell.register_magics(cls(shell))
        shell.set_hook("complete_command", _complete, re_key=_LINE)

    @classmethod
    def unload(cls, shell: InteractiveShell) -> None:
        """Take all of it away again."""
        for magics in [c for c in shell.configurables if type(c).__name__ == cls.__name__]:
            shell.configurables.remove(magics)
            shell.magics_manager.registry.pop(cls.__name__, None)
        shell.magics_manager.magics["line"].pop("mjfetch", None)
        shell.strdispatchers["complete_command"].regexs.pop(_LINE, None)

    @magic_arguments()
    @argument("task_ids", metavar="ID", nargs="+", help="one or more task ids; quotes are dropped")
    @argument(
        "--wait",
        action="store_true",
        help="stay in the cell until the task has ended; an error of the task stops Run All",
    )
    @argument(
        "--timeout", type=float, metavar="SECONDS", help="with --wait: wait no longer for a task"
    )
    @argument("--interval", type=float, metavar="SECONDS", help="ask just this often")
    @argument("--size", type=int, metavar="PIXELS", help="the longer side of the pictures together")
    @argument(
        "--refresh", action="store_true", help="ask the service even where the library has the task"
    )
    @argument("--no-static", action="store_true", help="leave no still copy in the notebook")
    @line_magic
    def mjfetch(self, line: str) -> TaskWidget | TaskCards:
        """Follow a task live: its state, its pictures, and buttons that work.

        The cell returns at once and gives a TaskWidget: ``w = %mjfetch 1747132423020537``, then
        ``w.wait()``, ``w.image``, ``w.quadrants``, ``w.upscale(2)``. Of several ids it gives one
        output with a card each, in order.

        A finished task is kept in the library and shown from there, without any request;
        --refresh asks the service.

        The service is that of mj.configure(...), else of the variables MJ_API_URL and
        MJ_API_TOKEN. Without either, mj.configure("sandbox") is an offline one to try.

        Variables work: ``%mjfetch {task_id}`` or ``%mjfetch $task_id``. Defaults for the options
        are set with ``%config MjMagics.size = 900`` and the like.
        """
        arguments = self._parse(line)
        from mj_widgets.widgets import TaskCards, TaskWidget

        made = [
            TaskWidget(
                task_id,
                size=arguments.size,
                interval=arguments.interval,
                refresh=arguments.refresh,
                static=self.static and not arguments.no_static,
            )
            for task_id in arguments.task_ids
        ]
        shown = made[0] if len(made) == 1 else TaskCards(made)
        if not hasattr(self.shell, "kernel"):
            from mj_widgets.terminal import follow

            follow(made, arguments.timeout)
        elif arguments.wait:
            shown.show_now()
            for widget in made:
                widget.wait(arguments.timeout)
        return shown

    def _parse(self, line: str) -> Any:
        """Return the arguments, completed by the settings.

        Raises:
            UsageError: on one line, what is wrong.
        """
        try:
            arguments = parse_argstring(self.mjfetch, line)
            arguments.task_ids = [_task_id(text) for text in arguments.task_ids]
            for name in ("timeout", "interval", "size"):
                given = getattr(arguments, name)
                trait = self.traits()[name]
                setattr(
                    arguments,
                    name,
                    getattr(self, name) if given is None else _checked(trait, given),
                )
        except ValueError as error:
            raise UsageError(f"%mjfetch: {error}") from None
        arguments.wait = arguments.wait or self.wait
        return arguments


def _task_id(text: str) -> str:
    from mj_widgets.models import task_id_from

    return task_id_from(text)


def _checked(trait: Any, value: float) -> float:
    if not trait.min <= value <= trait.max:  # "nan" is not either
        limits = f"at least {trait.min} and at most {trait.max}"
        raise ValueError(f"--{trait.name} {value:g} is out of range ({limits})")
    return value


def _complete(_shell: Any, _event: Any) -> list[str]:
    """Offer the flags, and the ids of the tasks seen so far, newest first."""
    from mj_widgets.settings import ids_seen

    return [*ids_seen(), *_FLAGS]
