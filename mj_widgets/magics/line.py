"""A magic's options as a person types them: read from its parser, where they are written once."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from collections.abc import Mapping
from difflib import get_close_matches

from mj_widgets.errors import one_line

_ALMOST_AN_OPTION = re.compile(r"[-–—]+([^\W\d_][^=]*)")


def options_of(parser: ArgumentParser) -> dict[str, bool]:
    """Each option of a magic, in the order of its help, and whether a value follows it."""
    return {
        option: action.nargs != 0 for action in parser._actions for option in action.option_strings
    }


def parted(line: str, options: Mapping[str, bool]) -> tuple[str, str]:
    """Return the options that *line* begins with, and the prompt, just as it is typed.

    >>> parted("--size 300 it's a fox --ar 3:2", {"--size": True})
    ('--size 300', "it's a fox --ar 3:2")
    """
    begin, rest = [], line.strip()
    while rest and (word := rest.split(maxsplit=1)[0]).partition("=")[0] in options:
        count = 2 if options.get(word) else 1  # --size 300, but --size=300
        parts = rest.split(maxsplit=count)
        begin += parts[:count]
        rest = parts[count] if len(parts) > count else ""
    return " ".join(begin), rest


def refuse_unknown(line: str, options: Mapping[str, bool], magic: str) -> None:
    """Refuse a line of task ids with an option in it that *magic* does not have.

    Raises:
        ValueError: on one line, which one, and which was meant.
    """
    for word in line.split():
        almost = _ALMOST_AN_OPTION.match(word)
        if almost is None or any(option.startswith(word.partition("=")[0]) for option in options):
            continue
        near = get_close_matches(almost[1], [option.lstrip("-") for option in options], 1)
        advice = f"did you mean --{near[0]}?" if near else f"%{magic}? lists them"
        raise ValueError(f"{one_line(word, 40)} is no option: {advice}")


def refuse_slips(prompt: str, options: Mapping[str, bool], magic: str) -> None:
    """Refuse a prompt with what was meant for *magic* or for Discord in it: it would be paid for.

    Raises:
        ValueError: on one line, which one.
    """
    from mj_widgets.models.prompt import KNOWN, parse_prompt
    from mj_widgets.models.prompt_slips import without_command

    if (meant := without_command(prompt)) != prompt:
        raise ValueError(f"leave out Discord's command, write %{magic} {one_line(meant, 80)}")
    words = prompt.split()
    for word in words:
        if (name := word.lower().partition("=")[0]) in options:
            raise ValueError(
                f"{name} is an option: write it before the prompt, right behind %{magic}"
            )
    for name in parse_prompt(words[0]).unknown if words else ():
        names = [*(option.lstrip("-") for option in options), *sorted(KNOWN)]
        near = get_close_matches(name, names, 1)
        advice = f"did you mean --{near[0]}?" if near else "begin with the words of the prompt"
        raise ValueError(
            f"--{one_line(name, 40)} is no option, "
            f"and no parameter that Midjourney documents: {advice}"
        )
