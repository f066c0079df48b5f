"""``%mjfetch`` and ``%mjimagine``: arguments, ``%config`` settings, completion."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from IPython.core.completer import (
    CompletionContext,
    SimpleCompletion,
    SimpleMatcherResult,
    context_matcher,
)
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

from mj_widgets.errors import one_line
from mj_widgets.magics.variables import filled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from IPython.core.interactiveshell import InteractiveShell

    from mj_widgets.card import TaskCards, TaskWidget

_FLAGS = ("--wait", "--timeout", "--interval", "--size", "--refresh", "--no-static")
# Each flag of %mjimagine's, and whether a value follows it.
_OWN = {
    "--wait": False,
    "--timeout": True,
    "--interval": True,
    "--size": True,
    "--mode": True,
    "--bot": True,
    "--new": False,
    "--retry": False,
    "--no-static": False,
}
# fmt: off
_PARAMETERS = (
    "--ar", "--chaos", "--draft", "--exp", "--iw", "--niji", "--no", "--oref", "--ow", "--p",
    "--quality", "--raw", "--repeat", "--seed", "--sref", "--stop", "--stylize", "--sv", "--sw",
    "--tile", "--v", "--weird",
)
# fmt: on
# Also "w = %mjfetch ...", which a hook for the first word alone would miss.
_LINE = re.compile(r"\s*([\w\s,]+=)?\s*%?mjfetch\s")
_PROMPT_LINE = re.compile(r"\s*([\w\s,]+=)?\s*%{0,2}mjimagine\s")


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
        shell.Completer.custom_matchers.insert(0, _complete)

    @classmethod
    def unload(cls, shell: InteractiveShell) -> None:
        """Take all of it away again."""
        for magics in [c for c in shell.configurables if type(c).__name__ == cls.__name__]:
            shell.configurables.remove(magics)
            shell.magics_manager.registry.pop(cls.__name__, None)
        for kind, name in (("line", "mjfetch"), ("line", "mjimagine"), ("cell", "mjimagine")):
            shell.magics_manager.magics[kind].pop(name, None)
        matchers = shell.Completer.custom_matchers
        matchers[:] = [m for m in matchers if m.__qualname__ != _complete.__qualname__]

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
        arguments = self._parse(self.mjfetch, line)
        from mj_widgets.card import TaskCards, TaskWidget

        try:
            task_ids = [_task_id(text) for text in arguments.task_ids]
        except ValueError as error:
            raise UsageError(f"%mjfetch: {error}") from None
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
        shown = made[0] if len(made) == 1 else TaskCards(made)
        self._show(shown, made, arguments)
        return shown

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
    ) -> TaskWidget:
        """Submit a prompt, and follow its task live.

        The cell returns at once and gives a TaskWidget: ``w = %mjimagine a red fox --ar 16:9``.
        The options above come first. From the first other word on, everything is the prompt, just
        as it is typed, quotes and Midjourney's parameters included; one of the options in it, or a
        prompt that begins with a parameter nobody knows, is refused. A long prompt goes below
        ``%%mjimagine``, on as many lines as you like; so does one that ends with a question mark,
        which on one line asks IPython for help.

        The same prompt is submitted once in a lifetime: run again, it shows the task that it
        started. --new submits it anew.

        Variables work: ``{subject}`` or ``$subject``. ``{red, blue} fox`` is Midjourney's own and
        stays. ``{{...}}`` and ``$$subject`` stand for ``{...}`` and ``$subject`` themselves.

        The service and the defaults are those of %mjfetch. Pictures can be given to
        ``mj.imagine(prompt, images=[...])``, or as addresses in front of the prompt.
        """
        shell: Any = self.shell
        names = {**shell.user_ns, **(local_ns or {})}
        options, first = _parted(line)
        try:
            options, text = filled(options, names), filled(f"{first}\n{cell or ''}", names)
        except ValueError as error:
            raise UsageError(f"%mjimagine: {error}") from None
        arguments = self._parse(self.mjimagine, options)
        prompt = " ".join(stripped for part in text.splitlines() if (stripped := part.strip()))
        _refuse_slips(prompt)
        from mj_widgets.card.new_cards import imagine

        card = imagine(
            prompt,
            mode=arguments.mode,
            bot=arguments.bot,
            new=arguments.new,
            retry=arguments.retry,
            size=arguments.size,
            interval=arguments.interval,
            static=arguments.static,
        )
        self._show(card, [card], arguments)
        return card

    def _show(self, shown: TaskWidget | TaskCards, cards: list[TaskWidget], arguments: Any) -> None:
        """Show what is to be seen before the cell ends, and wait where that is wanted."""
        if not hasattr(self.shell, "kernel"):
            from mj_widgets.magics.terminal import follow

            follow(cards, arguments.timeout)
        elif arguments.wait:
            shown._show_now()
            for card in cards:
                card.wait(arguments.timeout)

    def _parse(self, magic: Any, line: str) -> Any:
        """Return the arguments, completed by the settings.

        Raises:
            UsageError: on one line, what is wrong.
        """
        try:
            arguments = parse_argstring(magic, line)
            for name in ("timeout", "interval", "size"):
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


def _parted(line: str) -> tuple[str, str]:
    """Return the options that *line* begins with, and the prompt, just as it is typed."""
    options, rest = [], line.strip()
    while rest and (word := rest.split(maxsplit=1)[0]).partition("=")[0] in _OWN:
        count = 2 if _OWN.get(word) else 1  # --size 300, but --size=300
        parts = rest.split(maxsplit=count)
        options += parts[:count]
        rest = parts[count] if len(parts) > count else ""
    return " ".join(options), rest


def _refuse_slips(prompt: str) -> None:
    """Refuse a prompt with an option in it that was meant for the magic: it would be paid for.

    Raises:
        UsageError: on one line, which one.
    """
    from mj_widgets.models.prompt import KNOWN, parse_prompt

    words = prompt.split()
    for word in words:
        if (name := word.lower().partition("=")[0]) in _OWN:
            where = "write it before the prompt, right behind %mjimagine"
            raise UsageError(f"%mjimagine: {name} is an option: {where}")
    for name in parse_prompt(words[0]).unknown if words else ():
        names = [*(option.lstrip("-") for option in _OWN), *sorted(KNOWN)]
        near = get_close_matches(name, names, 1)
        advice = f"did you mean --{near[0]}?" if near else "begin with the words of the prompt"
        raise UsageError(
            f"%mjimagine: --{one_line(name, 40)} is no option, "
            f"and no parameter that Midjourney documents: {advice}"
        )


def _task_id(text: str) -> str:
    from mj_widgets.models import task_id_from

    return task_id_from(text)


def _checked(trait: Any, value: float) -> float:
    if not trait.min <= value <= trait.max:  # "nan" is not either
        limits = f"at least {trait.min} and at most {trait.max}"
        raise ValueError(f"--{trait.name} {value:g} is out of range ({limits})")
    return value


# Not the "complete_command" hook: beside what it offers, Jedi lists 200 names after "--".
@context_matcher()
def _complete(context: CompletionContext) -> SimpleMatcherResult:
    """Offer what can stand in a line of ours, and nothing else."""
    offered = [
        word for word in _words_for(context.line_with_cursor) if word.startswith(context.token)
    ]
    found = [SimpleCompletion(word) for word in offered]
    return {"completions": found, "suppress": bool(found), "ordered": True}


def _words_for(line: str) -> list[str]:
    if _LINE.match(line):
        from mj_widgets.session.settings import ids_seen

        return [*ids_seen(), *_FLAGS]
    if _PROMPT_LINE.match(line):
        _, _, typed = line.partition("mjimagine")
        finished = typed.rpartition(" ")[0]
        return [*([] if _parted(finished)[1] else _OWN), *_PARAMETERS]
    return []
