"""What the page gets of the package: for each widget one text, of the modules in ``static/``."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

STATIC = Path(__file__).parent / "static"

_COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/)[\s\S])*\*/[ \t]*)\n", re.MULTILINE)
"""One that has its lines for itself."""
_ASIDE = re.compile(r"""/\*\* @[^\n]*?\*/ ?|[ \t]+// [^"'`\n]*$""", re.MULTILINE)
"""One beside code: a type, or words at the end of a line with no quote that could be a text's."""
_SPACE = re.compile(r"\s*\n\s*")
_LOOSE = re.compile(r'("[^"\n]*")|\s*([{};,>])\s*|(?<=[\w-]):\s+')
"""Text in quotes, and what needs no space around it, or behind it, in a style sheet."""
_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.\.?/[^"]+)";\n', re.MULTILINE)
_UNKNOWN = re.compile(r"""^(?:import\b|export\b[^\n]*\bfrom\s*["'])[^\n]*""", re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default\b)", re.MULTILINE)
_DEFAULT = re.compile(r"^export default\b", re.MULTILINE)
_TOP = re.compile(
    r"^(?:(?:async )?function\*? |class |(?:const|let|var) )(\w+|[\[{][^=]*[\]}])", re.MULTILINE
)
"""What a module calls something at its top: one name, or several in brackets."""


def style(name: str, folder: Path = STATIC) -> str:
    """Return a style sheet of ``static/``, without its comments and the space that says nothing.

    Raises:
        FileNotFoundError: it is not there.
    """
    return _LOOSE.sub(
        lambda part: part[1] or part[2] or ":", _SPACE.sub("\n", _read(folder / name))
    )


def module(name: str, folder: Path = STATIC) -> str:
    """Return a module of ``static/``, behind all that it imports, as one text without comments.

    A page gets a widget's code from the kernel, not from a server, and finds no file beside it; the
    text is also kept in a saved notebook, once for each widget: comments and the space around
    lines stay behind. No text in a module goes over several lines. An import is written
    ``import { a, b } from "./c.js";``. The modules share one scope then: each name at the top of
    one stands for one thing in all of them.

    Raises:
        FileNotFoundError: it, or what it imports, is not there.
        ValueError: an import has another form, an imported module has a default export, or two
            modules have the same name at their top.
    """
    texts: dict[str, str] = {}
    _collect(name, folder, texts, set())
    owners: dict[str, str] = {}
    for path, text in texts.items():
        if path != name and _DEFAULT.search(text):
            raise ValueError(f"{path} has a default export, and is imported")
        for top in _TOP.findall(text):
            for each in re.findall(r"\w+", top):
                if owners.setdefault(each, path) != path:
                    raise ValueError(f"{owners[each]} and {path} both have {each}")
    return _SPACE.sub("\n", _ASIDE.sub("", "\n".join(texts.values())))


def _collect(path: str, folder: Path, texts: dict[str, str], seen: set[str]) -> None:
    """Add a module's text to *texts*, behind those that it imports."""
    seen.add(path)
    source = _read(folder / path)
    for names, beside in _IMPORT.findall(source):
        if " as " in names:
            raise ValueError(f"{path} imports under another name: {names.strip()}")
        imported = posixpath.normpath(posixpath.join(posixpath.dirname(path), beside))
        if imported not in seen:
            _collect(imported, folder, texts, seen)
    text = _IMPORT.sub("", source)
    if unknown := _UNKNOWN.search(text):
        raise ValueError(f"{path} imports in a form that is not known: {unknown[0]}")
    texts[path] = _EXPORT.sub("", text)


def _read(file: Path) -> str:
    return _COMMENT.sub("", file.read_text("utf-8"))
