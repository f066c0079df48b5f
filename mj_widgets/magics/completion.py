"""What Tab offers in a line of ours: options, task ids, Midjourney's parameters."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import TYPE_CHECKING

from IPython.core.completer import (
    CompletionContext,
    SimpleCompletion,
    SimpleMatcherResult,
    context_matcher,
)

from mj_widgets.magics.line import options_of, parted

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_NAME = "mj_widgets"
# fmt: off
PARAMETERS = (
    "--ar", "--chaos", "--draft", "--exp", "--iw", "--niji", "--no", "--oref", "--ow", "--p",
    "--quality", "--raw", "--repeat", "--seed", "--sref", "--stop", "--stylize", "--sv", "--sw",
    "--tile", "--v", "--weird",
)
"""The parameters that are worth offering: of those that a prompt is understood with, the ones of
today's models, each in its usual spelling."""
# fmt: on
# Also "w = %mjfetch ...", which a hook for the first word alone would miss.
_FETCH = re.compile(r"\s*([\w\s,]+=)?\s*%?mjfetch\s")
_PROMPT = re.compile(
    r"\s*([\w\s,]+=)?\s*%{0,2}(?P<magic>mjimagine|mjsweep)\s(?P<typed>.*)", re.DOTALL
)


def start_completing(
    shell: InteractiveShell, fetch: ArgumentParser, **prompts: ArgumentParser
) -> None:
    """Let Tab offer what can stand in a line of ours, and nothing else, in *shell*.

    Args:
        shell: where a person types.
        fetch: the parser of ``%mjfetch``.
        prompts: the parsers of the magics that take a prompt, by their names.
    """

    # Not the "complete_command" hook: beside what it offers, Jedi lists 200 names after "--".
    @context_matcher(identifier=_NAME)
    def matcher(context: CompletionContext) -> SimpleMatcherResult:
        words = _words_for(context.line_with_cursor, fetch, prompts)
        found = [SimpleCompletion(word) for word in words if word.startswith(context.token)]
        return {"completions": found, "suppress": bool(found), "ordered": True}

    shell.Completer.custom_matchers.insert(0, matcher)


def stop_completing(shell: InteractiveShell) -> None:
    """Take it away again."""
    matchers = shell.Completer.custom_matchers
    # By name, as an extension that was reloaded left a function of another module object.
    matchers[:] = [m for m in matchers if getattr(m, "matcher_identifier", "") != _NAME]


def _words_for(
    line: str, fetch: ArgumentParser, prompts: Mapping[str, ArgumentParser]
) -> list[str]:
    if _FETCH.match(line):
        from mj_widgets.models import is_task_id
        from mj_widgets.session.settings import ids_seen

        # What is completed is run as a cell: nothing that would be more than a word there.
        return [*filter(is_task_id, ids_seen()), *options_of(fetch)]
    if prompt := _PROMPT.match(line):
        options = options_of(prompts[prompt["magic"]])
        finished = prompt["typed"].rpartition(" ")[0]
        return [*([] if parted(finished, options)[1] else options), *PARAMETERS]
    return []
