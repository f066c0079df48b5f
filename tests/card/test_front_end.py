"""One text of several modules: what a widget sends to a page that finds no files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from mj_widgets.card.front_end import STATIC, module, style

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MODULES = sorted(file.relative_to(STATIC).as_posix() for file in STATIC.rglob("*.js"))
ENTRIES = [name for name in MODULES if "export default" in (STATIC / name).read_text("utf-8")]

Join = "Callable[..., str]"


@pytest.fixture
def join(tmp_path: Path) -> Callable[..., str]:
    """A function that writes modules, and joins what `main.js` among them needs."""

    def write_and_join(**sources: str) -> str:
        for name, source in sources.items():
            file = tmp_path / f"{name.replace('__', '/')}.js"
            file.parent.mkdir(exist_ok=True)
            file.write_text(source, "utf-8")
        return module("main.js", tmp_path)

    return write_and_join


def code(text: str) -> list[str]:
    """The lines of a text that are not empty."""
    return [line for line in text.splitlines() if line]


def test_what_is_imported_stands_before_what_needs_it(join: Join) -> None:
    text = join(
        main='import { b } from "./b.js";\nexport default { render: b };\n',
        b='import { c } from "./c.js";\nexport const b = () => c;\n',
        c="export const c = 1;\n",
    )
    assert code(text) == ["const c = 1;", "const b = () => c;", "export default { render: b };"]


def test_a_module_that_several_import_is_there_once(join: Join) -> None:
    text = join(
        main='import { b } from "./b.js";\nimport { c } from "./c.js";\nexport default [b, c];\n',
        b='import { c } from "./c.js";\nexport const b = c;\n',
        c="export const c = 1;\n",
    )
    assert code(text) == ["const c = 1;", "const b = c;", "export default [b, c];"]


def test_modules_that_import_each_other_are_there_once(join: Join) -> None:
    text = join(
        main='import { b } from "./b.js";\nexport function a() { b(); }\nexport default { a };\n',
        b='import { a } from "./main.js";\nexport function b() { a(); }\n',
    )
    assert code(text) == [
        "function b() { a(); }",
        "function a() { b(); }",
        "export default { a };",
    ]


def test_a_path_begins_at_the_module_that_imports(join: Join) -> None:
    text = join(
        main='import { b } from "./part/b.js";\nexport default b;\n',
        part__b='import { c } from "../c.js";\nimport { d } from "./d.js";\n'
        "export const b = c + d;\n",
        part__d="export const d = 2;\n",
        c="export const c = 1;\n",
    )
    assert code(text) == ["const c = 1;", "const d = 2;", "const b = c + d;", "export default b;"]


def test_an_import_may_have_several_lines(join: Join) -> None:
    text = join(
        main='import {\n  first,\n  last,\n} from "./b.js";\nexport default [first, last];\n',
        b="export const first = 1;\nexport class last {}\n",
    )
    assert code(text) == ["const first = 1;", "class last {}", "export default [first, last];"]


def test_comments_are_for_those_who_read_the_files(join: Join) -> None:
    text = join(
        main="/**\n * What it is.\n */\n\n// How.\nexport default {\n  // Why.\n"
        '  page: "http://a.example/", // Where.\n  made: /** @type {any} */ (1),\n'
        '  said: "not // one",\n};\n',
    )
    assert code(text) == [
        "export default {",
        'page: "http://a.example/",',
        "made: (1),",
        'said: "not // one",',
        "};",
    ]


def test_a_file_that_is_not_there_is_an_error(join: Join) -> None:
    with pytest.raises(FileNotFoundError, match=r"nothing\.js"):
        join(main='import { b } from "./nothing.js";\n')
    with pytest.raises(FileNotFoundError, match=r"nothing\.js"):
        module("nothing.js")
    with pytest.raises(FileNotFoundError, match=r"nothing\.css"):
        style("nothing.css")


def test_a_style_sheet_loses_its_comments_and_space_but_no_word_in_quotes(tmp_path: Path) -> None:
    sheet = """/* why */
.a > .b, .c:is(.d, .e) .f::after {
  content: "x: y;  > z";
  width: calc(1px + 2px);
}
@media (width >= 3px) { .g { margin: 0 -4px; } }
"""
    (tmp_path / "a.css").write_text(sheet, "utf-8")
    assert "".join(style("a.css", tmp_path).split("\n")) == (
        '.a>.b,.c:is(.d,.e) .f::after{content:"x: y;  > z";width:calc(1px + 2px);}'
        "@media (width>= 3px){.g{margin:0 -4px;}}"
    )


@pytest.mark.parametrize(
    "other",
    [
        "const span = 2;",
        "let span;",
        "class span {}",
        "function span() {}",
        "export async function span() {}",
        "export const [few, span] = [1, 2];",
        "const {\n  span,\n} = {};",
    ],
)
def test_one_name_for_two_things_is_an_error(join: Join, other: str) -> None:
    with pytest.raises(ValueError, match=r"b\.js and main\.js both have span"):
        join(b="export function span() {}\n", main=f'import {{ a }} from "./b.js";\n{other}\n')


def test_a_name_within_a_function_is_its_own(join: Join) -> None:
    text = join(
        main='import { span } from "./b.js";\nfunction other() {\n  const span = 2;\n}\n',
        b="export function span() {}\n",
    )
    assert "const span = 2;" in code(text)


@pytest.mark.parametrize(
    "line",
    [
        'import { span as width } from "./b.js";',
        'import { span } from "./b.js"',
        "import { span } from './b.js';",
        'import { span } from "elsewhere";',
        'import { span } from "https://a.example/b.js";',
        'import * as b from "./b.js";',
        'import b from "./b.js";',
        'import "./b.js";',
        'export { span } from "./b.js";',
        'export * from "./b.js";',
    ],
)
def test_an_import_of_another_form_is_an_error(join: Join, line: str) -> None:
    with pytest.raises(ValueError, match=r"main\.js imports"):
        join(b="export function span() {}\n", main=f"{line}\n")


def test_only_the_widget_itself_has_a_default_export(join: Join) -> None:
    with pytest.raises(ValueError, match=r"b\.js has a default export"):
        join(main='import { b } from "./b.js";\n', b="export const b = 1;\nexport default b;\n")


@pytest.mark.parametrize("name", ENTRIES)
def test_a_widgets_text_needs_no_other_file(name: str) -> None:
    lines = code(module(name))
    assert not [line for line in lines if line.startswith("import")]
    exports = [line for line in lines if line.startswith("export")]
    assert len(exports) == 1
    assert exports[0].startswith("export default ")


def test_every_module_is_in_a_widget() -> None:
    sent = [line for name in ENTRIES for line in code(module(name))]
    for name in set(MODULES) - set(ENTRIES):
        source = (STATIC / name).read_text("utf-8")
        exported = re.findall(r"^export (.+)", source, re.MULTILINE)
        assert exported, name
        assert set(exported) <= set(sent), name


@pytest.mark.parametrize("name", MODULES)
def test_what_looks_like_a_comment_is_one(name: str) -> None:
    # In a text of several lines it would not be.
    for line in (STATIC / name).read_text("utf-8").splitlines():
        if not line.lstrip().startswith(("*", "/*", "//")):
            assert line.count("`") % 2 == 0, line
