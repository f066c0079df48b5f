"""``%mjfetch``, ``%mjimagine``, ``%mjsweep``: what they take and give, and their settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import (
    Magics,
    line_cell_magic,
    line_magic,
    magics_class,
    needs_local_scope,
    no_var_expand,
)
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring
from traitlets import Bool, Float, Int

from mj_widgets.magics.completion import start_completing, stop_completing
from mj_widgets.magics.line import options_of, parted, refuse_slips, refuse_unknown
from mj_widgets.magics.variables import filled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from IPython.core.interactiveshell import InteractiveShell

    from mj_widgets.card import TaskWidget
    from mj_widgets.gallery.sweep import Sweep
    from mj_widgets.gallery.task_cards import TaskCards
    from mj_widgets.gallery.task_set import TaskSet
    from mj_widgets.jobs import Job


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
        start_completing(
            shell,
            cls.mjfetch.parser,
            mjimagine=cls.mjimagine.parser,
            mjsweep=cls.mjsweep.parser,
        )

    @classmethod
    def unload(cls, shell: InteractiveShell) -> None:
        """Take all of it away again."""
        for magics in [c for c in shell.configurables if type(c).__name__ == cls.__name__]:
            shell.configurables.remove(magics)
            shell.magics_manager.registry.pop(cls.__name__, None)
        for name in ("mjfetch", "mjimagine", "mjsweep"):
            for kind in ("line", "cell"):
                shell.magics_manager.magics[kind].pop(name, None)
        stop_completing(shell)

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
    @argument("--cards", action="store_true", help="show a card each, not a gallery of several")
    @argument("--no-static", action="store_true", help="leave no still copy in the notebook")
    @line_magic
    def mjfetch(self, line: str) -> TaskWidget | TaskCards | TaskSet:
        """Follow a task live: its state, its pictures, and buttons that work.

        The cell returns at once and gives a TaskWidget: ``w = %mjfetch 1747132423020537``, then
        ``w.wait()``, ``w.image``, ``w.quadrants``, ``w.upscale(2)``. Of several ids it gives a
        TaskSet, shown as a gallery; with --cards one output with a card each, in order.

        A finished task is kept in the library and shown from there, without any request;
        --refresh asks the service.

        The service is that of mj.configure(...), else of the variables MJ_API_URL and
        MJ_API_TOKEN. Without either, mj.configure("sandbox") is an offline one to try.

        Variables work: ``%mjfetch {task_id}`` or ``%mjfetch $task_id``. Defaults for the options
        are set with ``%config MjMagics.size = 900`` and the like.
        """
        if not line.strip():
            raise UsageError("%mjfetch: which task? Write its id, as in %mjfetch 1747132423020537")
        try:
            refuse_unknown(line, options_of(self.mjfetch.parser), "mjfetch")
        except ValueError as error:
            raise UsageError(f"%mjfetch: {error}") from None
        arguments = self._parse(self.mjfetch, line)
        from mj_widgets.card import TaskWidget

        try:
            task_ids = [_task_id(text) for text in arguments.task_ids]
        except ValueError as error:
            raise UsageError(f"%mjfetch: {error}") from None
        if len(task_ids) > 1 and not arguments.cards:
            return self._fetch_set(task_ids, arguments)
        made = [
            TaskWidget(
                task_id,
                size=arguments.size,
                interval=arguments.interval,
                refresh=arguments.refresh,
                static=arguments.static,
            )
            for task_id in task_ids
        ]
        if len(made) == 1:
            self._show(made[0], made, arguments)
            return made[0]
        from mj_widgets.gallery.task_cards import TaskCards

        cards = TaskCards(made)
        self._show(cards, made, arguments)
        return cards

    def _fetch_set(self, task_ids: list[str], arguments: Any) -> TaskSet:
        """Return a set of several tasks, shown and waited for as it is wanted."""
        from mj_widgets.gallery.task_set import fetch

        tasks = fetch(task_ids, interval=arguments.interval, refresh=arguments.refresh)
        self._show_set(tasks, arguments)
        return tasks

    def _show_set(self, tasks: TaskSet, arguments: Any) -> None:
        """Show a set as it will be seen when the cell ends, and wait where that is wanted."""
        if not hasattr(self.shell, "kernel"):
            self._follow(list(tasks), arguments)
        elif arguments.wait:
            tasks.shown(static=arguments.static)._show_and_wait(
                lambda: tasks.wait(arguments.timeout)
            )
        else:
            tasks.shown(static=arguments.static)

    @magic_arguments()
    @argument("--wait", action="store_true", help="stay in the cell until the task has ended")
    @argument("--timeout", type=float, metavar="SECONDS", help="with --wait: wait no longer")
    @argument("--interval", type=float, metavar="SECONDS", help="ask just this often")
    @argument("--size", type=int, metavar="PIXELS", help="the longer side of the pictures together")
    @argument("--mode", choices=("fast", "relax", "turbo"), default="", help="the speed")
    @argument("--bot", choices=("mj", "niji"), default="mj", help="niji is the bot that draws")
    @argument("--new", action="store_true", help="submit it even if it was submitted before")
    @argument(
        "--retry",
        action="store_true",
        help="while the service's queue is full, try again every 30 seconds until Stop",
    )
    @argument("--no-static", action="store_true", help="leave no still copy in the notebook")
    @argument("prompt", nargs="*", metavar="PROMPT", help="all that follows, just as it is typed")
    @no_var_expand  # IPython would make a Python tuple of {100, 200}
    @needs_local_scope
    @line_cell_magic
    def mjimagine(
        self, line: str, cell: str | None = None, local_ns: Mapping[str, Any] | None = None
    ) -> TaskWidget | Sweep:
        """Submit a prompt, and follow its task live.

        The cell returns at once and gives a TaskWidget: ``w = %mjimagine a red fox --ar 16:9``.
        The options above come first. From the first other word on, everything is the prompt, just
        as it is typed, quotes and Midjourney's parameters included; one of the options in it, or a
        prompt that begins with a parameter nobody knows, is refused. A long prompt goes below
        ``%%mjimagine``, on as many lines as you like; so does one that ends with a question mark,
        which on one line asks IPython for help.

        The same prompt is submitted once in a lifetime: run again, it shows the task that it
        started. --new submits it anew.

        Variables work: ``{subject}`` or ``$subject``; ``$$subject`` stands for ``$subject``
        itself. ``{red, blue} fox`` and ``--repeat 3`` are several jobs: they are asked for as by
        %mjsweep, and a Sweep is given. ``\\{`` is a brace itself.

        The service and the defaults are those of %mjfetch. Pictures can be given to
        ``mj.imagine(prompt, images=[...])``, or as addresses in front of the prompt.
        """
        arguments, prompt = self._typed(self.mjimagine, line, cell, local_ns)
        from mj_widgets.gallery.imagined import imagine
        from mj_widgets.gallery.sweep import Sweep

        made = imagine(
            prompt,
            mode=arguments.mode,
            bot=arguments.bot,
            new=arguments.new,
            retry=arguments.retry,
            size=arguments.size,
            interval=arguments.interval,
            static=arguments.static,
        )
        if isinstance(made, Sweep):
            self._show_sweep(made, arguments)
        else:
            self._show(made, [made], arguments)
        return made

    @magic_arguments()
    @argument(
        "--wait", action="store_true", help="with --confirm: stay in the cell until all have ended"
    )
    @argument("--timeout", type=float, metavar="SECONDS", help="with --wait: wait no longer")
    @argument("--interval", type=float, metavar="SECONDS", help="ask just this often")
    @argument("--at-once", type=int, default=3, metavar="N", help="how many may be under way")
    @argument(
        "--confirm", type=int, metavar="N", help="send without asking if it is that many jobs"
    )
    @argument("--mode", choices=("fast", "relax", "turbo"), default="", help="the speed")
    @argument("--bot", choices=("mj", "niji"), default="mj", help="niji is the bot that draws")
    @argument("--no-static", action="store_true", help="leave no still copy in the notebook")
    @argument("prompt", nargs="*", metavar="PROMPT", help="all that follows, just as it is typed")
    @no_var_expand  # IPython would make a Python tuple of {100, 200}
    @needs_local_scope
    @line_cell_magic
    def mjsweep(
        self, line: str, cell: str | None = None, local_ns: Mapping[str, Any] | None = None
    ) -> Sweep:
        """Submit each prompt that a line with braces stands for, a few at a time.

        ``%mjsweep a {red, blue} fox --s {50, 250}`` is four jobs. The cell returns at once and
        gives a Sweep, shown as a sheet with a row and a column for each word; above it is said how
        many jobs that is, and nothing is sent before its Send button is pressed.

        Each job is submitted once in a lifetime: the same line goes on where it was, a longer one
        pays for what is new in it. ``--repeat 3`` in the prompt gives three of each.

        The options come first; all the rest is the prompt, as for %mjimagine.
        """
        arguments, prompt = self._typed(self.mjsweep, line, cell, local_ns)
        from mj_widgets.gallery.sweep import sweep

        tasks = sweep(
            prompt,
            at_once=arguments.at_once,
            confirm=True if arguments.confirm is None else arguments.confirm,
            mode=arguments.mode,
            bot=arguments.bot,
            interval=arguments.interval,
        )
        self._show_sweep(tasks, arguments)
        return tasks

    def _show_sweep(self, tasks: Sweep, arguments: Any) -> None:
        # In the cell nobody could say yes.
        arguments.wait = arguments.wait and not tasks.is_asking
        self._show_set(tasks, arguments)

    def _typed(
        self, magic: Any, line: str, cell: str | None, local_ns: Mapping[str, Any] | None
    ) -> tuple[Any, str]:
        """Return the options before a prompt, and the prompt, with variables filled in.

        Raises:
            UsageError: on one line, what is wrong.
        """
        shell: Any = self.shell
        names = {**shell.user_ns, **(local_ns or {})}
        known = options_of(magic.parser)
        options, first = parted(line, known)
        try:
            options, text = filled(options, names), filled(f"{first}\n{cell or ''}", names)
            arguments = self._parse(magic, options)
            prompt = " ".join(stripped for part in text.splitlines() if (stripped := part.strip()))
            if not prompt.strip("'\"“”‘’`"):
                prompt = ""  # "" is none, and would be paid for
            refuse_slips(prompt, known, magic.__name__)
        except ValueError as error:
            raise UsageError(f"%{magic.__name__}: {error}") from None
        return arguments, prompt

    def _show(self, shown: TaskWidget | TaskCards, cards: list[TaskWidget], arguments: Any) -> None:
        """Show what is to be seen before the cell ends, and wait where that is wanted."""
        if not hasattr(self.shell, "kernel"):
            self._follow(cards, arguments)
        elif arguments.wait:
            shown._show_and_wait(lambda: [card.wait(arguments.timeout) for card in cards])

    def _follow(self, followed: list[TaskWidget] | list[Job], arguments: Any) -> None:
        from mj_widgets.magics.terminal import follow

        follow(followed, arguments.timeout)

    def _parse(self, magic: Any, line: str) -> Any:
        """Return the arguments, completed by the settings.

        Raises:
            UsageError: on one line, what is wrong.
        """
        try:
            arguments = parse_argstring(magic, line)
            for name in ("timeout", "interval", "size"):
                if not hasattr(arguments, name):
                    continue
                given = getattr(arguments, name)
                trait = self.traits()[name]
                setattr(
                    arguments,
                    name,
                    getattr(self, name) if given is None else _checked(trait, given),
                )
        except ValueError as error:
            raise UsageError(f"%{magic.__name__}: {error}") from None
        arguments.wait = arguments.wait or self.wait
        arguments.static = self.static and not arguments.no_static
        return arguments


def _task_id(text: str) -> str:
    from mj_widgets.models import task_id_from

    return task_id_from(text)


def _checked(trait: Any, value: float) -> float:
    if not trait.min <= value <= trait.max:  # "nan" is not either
        limits = f"at least {trait.min} and at most {trait.max}"
        raise ValueError(f"--{trait.name} {value:g} is out of range ({limits})")
    return value
