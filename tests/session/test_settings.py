"""Which service and which library is used: arguments, variables, logging in."""

from __future__ import annotations

import os
import subprocess
import sys
import types
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from IPython.core.error import StdinNotImplementedError
from services import CANARY, with_variables

import mj_widgets as mj
from mj_widgets import background
from mj_widgets.sandbox import EXAMPLES, Sandbox
from mj_widgets.service import orders
from mj_widgets.session import settings

GRID = EXAMPLES["finished"]


@pytest.fixture
def variables(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def put(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return put


def header_of(session: mj.Session) -> dict[str, str]:
    return session.client._transport._auth_headers("bearer")


@pytest.mark.parametrize(
    ("environment", "arguments", "root", "token"),
    [
        ({}, ("https://h.example", "a"), "https://h.example/mj", "a"),
        ({"MJ_API_URL": "h.example", "MJ_API_TOKEN": "a"}, (), "https://h.example/mj", "a"),
        ({"DMX_API_TOKEN": "d"}, (), "https://www.dmxapi.cn/mj", "d"),
        (
            {"DMX_API_TOKEN": "d", "MJ_API_URL": "ssvip.dmxapi.com"},
            (),
            "https://ssvip.dmxapi.com/mj",
            "d",
        ),
        (
            {"DMX_API_TOKEN": "d", "MJ_API_TOKEN": "a", "MJ_API_URL": "h.example"},
            (),
            "https://h.example/mj",
            "a",
        ),
        (
            {"MJ_API_TOKEN": "a", "MJ_API_URL": "h.example"},
            ("other.example", "b"),
            "https://other.example/mj",
            "b",
        ),
        ({"MJ_API_TOKEN": "a"}, ("other.example",), "https://other.example/mj", "a"),
    ],
)
def test_settings_come_from_arguments_then_from_variables(
    variables: Callable[..., None],
    environment: dict[str, str],
    arguments: tuple[str, ...],
    root: str,
    token: str,
) -> None:
    variables(**environment)
    session = mj.configure(*arguments)
    assert session.client.root == root
    assert repr(session) == f"Session({root!r})"
    assert header_of(session) == {"Authorization": f"Bearer {token}"}
    assert settings.session() is session


def test_a_server_that_needs_no_token_can_be_used(variables: Callable[..., None]) -> None:
    assert header_of(mj.configure("h.example", "")) == {}


def test_without_a_token_one_line_says_what_to_do(variables: Callable[..., None]) -> None:
    for ask in (mj.configure, settings.session, lambda: mj.configure("h.example")):
        with pytest.raises(mj.Unauthorized) as caught:
            ask()
        (line,) = caught.value._render_traceback_()
        hints = ("MJ_API_TOKEN", "import mj_widgets as mj", "mj.login(", 'mj.configure("sandbox")')
        for hint in hints:
            assert hint in line


def test_without_an_address_one_line_says_what_to_do(variables: Callable[..., None]) -> None:
    variables(MJ_API_TOKEN=CANARY)
    with pytest.raises(mj.MjError, match="MJ_API_URL") as caught:
        settings.session()
    assert CANARY not in with_variables(caught.value)


def test_a_failed_configuration_shows_no_token(variables: Callable[..., None]) -> None:
    for arguments in (("ftp://x", CANARY), ("h.example", f"{CANARY}\n{CANARY}")):
        with pytest.raises(mj.MjError) as caught:
            mj.configure(*arguments)
        assert CANARY not in with_variables(caught.value)
    with pytest.raises(mj.MjError) as bug:
        mj.configure(5, CANARY)  # type: ignore[arg-type]
    assert CANARY not in with_variables(bug.value)


def test_nothing_of_a_session_shows_the_token(variables: Callable[..., None]) -> None:
    session = mj.configure("h.example", CANARY)
    client = session.client
    for thing in (session, client, client._transport, session.account, session.account._follower):
        assert CANARY not in f"{thing!r}{thing}{vars(thing)!r}"


@pytest.mark.parametrize("way", ["argument", "variable"])
def test_the_sandbox_needs_nothing_and_is_started_once(
    variables: Callable[..., None], way: str
) -> None:
    if way == "variable":
        variables(MJ_API_URL="sandbox")
    session = mj.configure("sandbox") if way == "argument" else settings.session()
    assert session.client.root.startswith("http://127.0.0.1:")
    assert background.run(session.client.fetch(GRID)).succeeded
    again = mj.configure("sandbox")
    assert again.client.root == session.client.root


def test_the_ids_seen_are_told_newest_first(variables: Callable[..., None]) -> None:
    assert settings.ids_seen() == []
    session = mj.configure("h.example", "a")
    session.account.ids_seen.update({"1": None, "2": None})
    assert settings.ids_seen() == ["2", "1"]


# -- what is kept, and being offline ---------------------------------------------------------------


def test_what_is_not_given_stays_as_it_was_chosen(tmp_path: Path) -> None:
    mj.configure("h.example", "key", library=tmp_path / "mine")
    session = mj.configure(offline=True)
    assert session.offline
    assert session.client.root == "https://h.example/mj"
    assert header_of(session) == {"Authorization": "Bearer key"}
    assert mj.library().folder == tmp_path / "mine"
    assert not mj.configure(offline=False).offline


def test_a_token_stays_with_the_service_that_it_was_given_for() -> None:
    mj.configure("h.example", CANARY)
    with pytest.raises(mj.Unauthorized):
        mj.configure("other.example")
    assert header_of(settings.session()) == {"Authorization": f"Bearer {CANARY}"}


def test_the_library_is_where_it_is_said_else_in_the_users_data(
    variables: Callable[..., None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    variables(MJ_LIBRARY=str(tmp_path / "from variable"))
    assert mj.library().folder == tmp_path / "from variable"
    mj.configure("h.example", "key", library=str(tmp_path / "from argument"))
    assert mj.library().folder == tmp_path / "from argument"
    monkeypatch.delenv("MJ_LIBRARY")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    settings.reset()
    assert mj.library().folder.is_relative_to(tmp_path)
    assert "mj-widgets" in mj.library().folder.parts


@pytest.mark.parametrize("pasted", ["Bearer KEY", "'KEY'", '"KEY"', " bearer  KEY "])
def test_what_is_pasted_around_a_token_is_left_out(pasted: str) -> None:
    with Sandbox(token=CANARY).in_thread() as sandbox:
        session = mj.configure(sandbox.url, pasted.replace("KEY", CANARY))
        assert background.run(session.client.fetch(GRID)).succeeded


def test_an_empty_variable_does_not_hide_the_other_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MJ_API_TOKEN", "")
    monkeypatch.setenv("DMX_API_TOKEN", "d")
    assert mj.configure().client.root == "https://www.dmxapi.cn/mj"


def test_a_sandbox_that_could_not_start_is_started_the_next_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fresh = settings.Settings()
    with monkeypatch.context() as patch:

        async def fails(*_: object) -> None:
            raise OSError("no port is free")

        patch.setattr(Sandbox, "start", fails)
        with pytest.raises(OSError, match="no port"):
            fresh.configure("sandbox")
    assert background.run(fresh.configure("sandbox").client.fetch(GRID)).succeeded


@pytest.mark.parametrize("by", ["argument", "variable"])
def test_a_relative_library_stays_where_it_was_when_the_notebook_goes_elsewhere(
    by: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if by == "argument":
        mj.configure("h.example", "key", library=f"mine by {by}")
    else:
        monkeypatch.setenv("MJ_LIBRARY", f"mine by {by}")
        mj.configure("h.example", "key")
    folder = mj.library().folder
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert mj.library().folder == folder == tmp_path / f"mine by {by}"
    session = mj.configure(token="another")
    assert session.library is mj.library().kept


def test_the_sandbox_has_a_library_of_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("MJ_LIBRARY")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    paid = mj.library().folder
    mj.configure("sandbox")
    assert mj.library().folder != paid


def test_without_a_library_one_line_says_so() -> None:
    session = mj.configure("h.example", "key", library=None)
    assert session.library is None
    assert session.not_kept == ""
    with pytest.raises(mj.LibraryError, match="library=None"):
        mj.library()


def test_a_library_that_cannot_be_opened_is_no_reason_not_to_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    session = mj.configure("h.example", "key", library=tmp_path / "file")
    assert session.library is None
    assert "\n" not in session.not_kept
    assert str(tmp_path / "file") in session.not_kept
    with pytest.raises(mj.LibraryError):
        mj.library()


@pytest.mark.parametrize(("value", "offline"), [("1", True), ("yes", True), ("0", False)])
def test_a_variable_keeps_every_request_in(
    variables: Callable[..., None], value: str, offline: bool
) -> None:
    variables(MJ_OFFLINE=value, MJ_API_URL="h.example", MJ_API_TOKEN="key")
    assert settings.session().offline is offline


def test_offline_needs_neither_a_token_nor_a_service() -> None:
    session = mj.configure(offline=True)
    with pytest.raises(mj.Offline, match="no request leaves this machine"):
        background.run(session.client.fetch(GRID))
    with pytest.raises(mj.Offline):
        background.run(session.client.download("https://cdn.example/p.png"))
    with pytest.raises(mj.Offline):
        background.run(session.client.send(orders.imagine("a fox")))


# -- earlier sessions, and beginning anew ----------------------------------------------------------


def test_an_account_is_succeeded_by_the_one_chosen_last_at_its_address() -> None:
    by_hand = mj.Session("h.example", "a").account
    first = mj.configure("h.example", "b").account
    assert (by_hand.successor, first.successor) == (first, None)
    second = mj.configure(token="c").account
    assert (by_hand.successor, first.successor, second.successor) == (second, second, None)
    assert mj.Session("h.example", "d").account.successor is second
    assert mj.Session("other.example", "d").account.successor is None

    elsewhere = mj.configure("other.example", "e").account
    assert [a.successor for a in (by_hand, first, second, elsewhere)] == [None] * 4
    back = mj.configure("h.example", "f").account
    assert [a.successor for a in (by_hand, first, second)] == [back] * 3


def test_after_a_reset_nothing_is_chosen_and_the_library_is_opened_anew(tmp_path: Path) -> None:
    chosen = mj.configure("h.example", "key", library=tmp_path / "mine")
    by_hand = mj.Session("h.example", "other").account
    settings.reset()
    with pytest.raises(mj.Unauthorized):
        settings.session()
    assert by_hand.successor is None
    again = mj.configure("h.example", "key", library=tmp_path / "mine")
    assert again.library is not None
    assert again.library is not chosen.library
    assert again.library.folder == tmp_path / "mine"


def test_after_a_fork_the_choice_stays_and_the_session_is_made_anew(tmp_path: Path) -> None:
    here = settings.Settings()
    first = here.configure("h.example", "key", library=tmp_path)
    here.reset(forked=True)
    assert here.ids_seen() == []
    again = here.session()
    assert again is not first
    assert again.client.root == first.client.root
    assert header_of(again) == header_of(first)
    assert here.library().folder == tmp_path


def test_a_forked_process_has_a_session_a_library_and_a_sandbox_of_its_own(tmp_path: Path) -> None:
    story = """
import os
import mj_widgets as mj
from mj_widgets import background
from mj_widgets.session import settings

before = mj.configure("sandbox")
if child := os.fork():
    raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
after = settings.session()
assert after is not before
assert after.library is not before.library
assert after.library.folder == before.library.folder
assert after.client.root != before.client.root
assert before.account.successor is None
settings.sandbox().options.speed = 50
assert after.imagine("a fox").wait(30).succeeded
os._exit(0)
"""
    environment = {**os.environ, "MJ_LIBRARY": str(tmp_path)}
    subprocess.run([sys.executable, "-c", story], check=True, timeout=60, env=environment)


# -- logging in ------------------------------------------------------------------------------------


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    monkeypatch.setenv("MJ_OFFLINE", "1")  # no real service is asked what is left

    def answer(token: str) -> list[str]:
        asked: list[str] = []
        monkeypatch.setattr(settings, "getpass", lambda q: asked.append(q) or token)
        return asked

    return answer


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    """A keyring of its own."""
    store: dict[tuple[str, str], str] = {}
    keyring: Any = types.ModuleType("keyring")
    keyring.get_password = lambda service, name: store.get((service, name))
    keyring.set_password = lambda service, name, token: store.update({(service, name): token})
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    return store


def test_login_asks_for_the_token_and_keeps_it_in_memory_only(
    variables: Callable[..., None], typed: Any, kept: dict[tuple[str, str], str]
) -> None:
    asked = typed(f" {CANARY} ")
    session = mj.login()
    assert asked == ["Token for www.dmxapi.cn: "]
    assert session.client.root == "https://www.dmxapi.cn/mj"
    assert header_of(session) == {"Authorization": f"Bearer {CANARY}"}
    assert settings.session() is session
    assert kept == {}
    assert CANARY not in repr(vars(session))


def test_login_asks_for_the_service_that_is_set(variables: Callable[..., None], typed: Any) -> None:
    variables(MJ_API_URL="h.example", MJ_API_TOKEN="old")
    asked = typed("new")
    assert header_of(mj.login()) == {"Authorization": "Bearer new"}
    assert asked == ["Token for h.example: "]
    assert mj.login("other.example").client.root == "https://other.example/mj"


def test_login_stays_with_the_service_that_was_chosen(
    variables: Callable[..., None], typed: Any
) -> None:
    variables(MJ_API_URL="h.example")
    mj.configure("https://other.example/mj", "old", "secret")
    asked = typed("new")
    session = mj.login()
    assert asked == ["Token for https://other.example/mj: "]
    assert session.client.root == "https://other.example/mj"
    assert session.client._transport._scheme == "secret"
    assert header_of(session) == {"Authorization": "Bearer new"}


def test_login_says_what_is_left(
    monkeypatch: pytest.MonkeyPatch, typed: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("MJ_OFFLINE")
    typed(CANARY)
    with Sandbox().in_thread() as sandbox:
        mj.login(sandbox.url)
        assert capsys.readouterr().out == f"{sandbox.url}: 12.50 left, 7.50 used\n"
        assert sandbox.posts == []


def test_login_where_the_service_tells_nothing_says_so(
    monkeypatch: pytest.MonkeyPatch, typed: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("MJ_OFFLINE")
    typed(CANARY)
    with Sandbox("novicezk").in_thread() as sandbox:
        mj.login(sandbox.url)
        assert capsys.readouterr().out == (
            f"{sandbox.url}: This service does not tell what is left\n"
        )


def test_the_balance_is_one_line_whatever_the_service_tells() -> None:
    mj.configure("sandbox")
    assert repr(mj.balance()) == "<Balance: 12.50 left, 7.50 used>"
    with Sandbox("novicezk").in_thread() as sandbox:
        silent = mj.configure(sandbox.url, CANARY).balance()
        assert repr(silent) == "<Balance: This service does not tell what is left>"
    assert "offline" in repr(mj.configure(sandbox.url, CANARY, offline=True).balance())
    assert "does not answer" in repr(
        mj.configure("http://127.0.0.1:9", "x", offline=False).balance()
    )


def test_login_leaves_the_sandbox(variables: Callable[..., None], typed: Any) -> None:
    mj.configure("sandbox")
    asked = typed("new")
    mj.login()
    assert asked == ["Token for www.dmxapi.cn: "]


def test_who_has_no_token_is_told_how_to_log_in_to_that_service(
    variables: Callable[..., None],
) -> None:
    with pytest.raises(mj.Unauthorized) as caught:
        mj.configure("https://other.example/mj")
    assert 'mj.login("https://other.example/mj")' in str(caught.value)


def test_where_the_library_was_switched_off_it_is_said_how_to_have_one() -> None:
    mj.configure("h.example", "key", library=None)
    with pytest.raises(mj.LibraryError, match=r"Choose a folder with mj\.configure") as caught:
        mj.library()
    assert "mend" not in str(caught.value)


KEYS = ["sk-canary", "https://sk-canary@h.example", "https://h.example?key=sk-canary"]


@pytest.mark.parametrize("given", KEYS)
def test_a_token_in_an_address_is_not_said_when_one_is_missing(given: str) -> None:
    with pytest.raises(mj.MjError) as caught:
        mj.configure(given)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("given", KEYS)
def test_login_asks_nothing_with_a_token_in_the_question(typed: Any, given: str) -> None:
    asked = typed("key")
    with suppress(mj.MjError):
        mj.login(given)
    assert "canary" not in "".join(asked)


def test_login_without_a_token_is_told_so(variables: Callable[..., None], typed: Any) -> None:
    typed("  ")
    with pytest.raises(mj.Unauthorized, match="No token was given"):
        mj.login()


@pytest.mark.parametrize("nobody", [EOFError, StdinNotImplementedError])
def test_login_where_nobody_can_be_asked_says_what_to_do(
    variables: Callable[..., None], monkeypatch: pytest.MonkeyPatch, nobody: type[Exception]
) -> None:
    def ask(question: str) -> str:
        raise nobody

    monkeypatch.setattr(settings, "getpass", ask)
    with pytest.raises(mj.Unauthorized, match="Set the variable MJ_API_TOKEN, and leave out"):
        mj.login()


def test_a_keyring_keeps_the_token_for_next_time(
    variables: Callable[..., None], typed: Any, kept: dict[tuple[str, str], str]
) -> None:
    asked = typed(CANARY)
    mj.login(keyring=True)
    assert kept == {("mj-widgets", "www.dmxapi.cn"): CANARY}
    session = mj.login(keyring=True)
    assert len(asked) == 1
    assert header_of(session) == {"Authorization": f"Bearer {CANARY}"}
    mj.login("other.example", keyring=True)
    assert len(asked) == 2


def test_a_missing_keyring_names_what_to_install(
    variables: Callable[..., None], typed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    typed(CANARY)
    with pytest.raises(mj.MjError, match="pip install keyring"):
        mj.login(keyring=True)
