"""The command line: `mj-sandbox`, the same as `python -m mj_widgets.sandbox`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Sequence

from mj_widgets.sandbox.examples import EXAMPLES
from mj_widgets.sandbox.faults import KINDS
from mj_widgets.sandbox.flavours import FLAVOURS
from mj_widgets.sandbox.server import Sandbox
from mj_widgets.sandbox.wishes import WISHES

_EXPLAINED = {
    "finished": "finished, with its nine buttons",
    "running": "starts when you first look, and takes 12 s",
    "failed": "failed half-way",
    "wide": "a wide one, starts when you first look",
    "described": "four texts for a picture",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C. Returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        sandbox = Sandbox(
            options.flavour,
            options.speed,
            options.token,
            options.faults,
            options.refresh,
            strict=options.strict,
            remix=options.remix,
            partner=options.partner,
            edits=not options.no_edits,
            version=options.v,
            models=options.models.split(",") if options.models else (),
            certificate=options.certificate,
            seed=options.seed,
        )
    except ValueError as error:
        print(f"mj-sandbox: {error}", file=sys.stderr)
        return 2
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_serve(sandbox, options.host, options.port))
    except OSError as error:
        print(f"mj-sandbox: {error}", file=sys.stderr)
        return 1
    return 0


async def _serve(sandbox: Sandbox, host: str, port: int) -> None:
    url = await sandbox.start(host, port)
    try:
        print(_welcome(url, sandbox.flavour.name, has_token=sandbox.token is not None), flush=True)
        await asyncio.Event().wait()
    finally:
        await sandbox.stop()


def _welcome(url: str, flavour: str, *, has_token: bool) -> str:
    tasks = "\n".join(f"  {EXAMPLES[name]}  {text}" for name, text in _EXPLAINED.items())
    return (
        f"A {flavour} sandbox listens at {url} - stop it with Ctrl-C.\n\n"
        f"Tasks that are there:\n{tasks}\n\n"
        f"To use it from a notebook, set before Jupyter starts:\n"
        f"  export MJ_API_URL={url}\n"
        f"  export MJ_API_TOKEN={'... (the token given here)' if has_token else 'anything'}"
    )


def _table(title: str, rows: dict[str, str]) -> str:
    width = max(map(len, rows))
    return f"{title}\n" + "".join(f"  {name:{width}}  {text}\n" for name, text in rows.items())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mj-sandbox",
        description="A Midjourney service on your own machine, for trying things out.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_table("flavours:", FLAVOURS)
        + _table("\nfaults, beside statuses such as 500, 429 or 413:", KINDS)
        + _table("\nin a prompt, to ask for how its task ends:", WISHES),
    )
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8800, help="0 takes a free one (8800)")
    parser.add_argument(
        "--flavour",
        default="dmx",
        choices=FLAVOURS,
        help="which service to be like (dmx)",
    )
    parser.add_argument("--speed", type=float, default=1.0, help="4 is four times as fast (1)")
    parser.add_argument("--token", help="accept only this token (any)")
    parser.add_argument("--faults", default="", help="such as 500=0.1,429=0.05,cut=0.02")
    parser.add_argument("--refresh", type=float, help="seconds between changes of a task (none)")
    parser.add_argument("--strict", action="store_true", help="dmx: refuse rarer buttons")
    parser.add_argument("--remix", action="store_true", help="variations open a window")
    parser.add_argument("--partner", action="store_true", help="buttons animate into four mp4s")
    parser.add_argument("--no-edits", action="store_true", help="an account that cannot edit")
    parser.add_argument("--v", default="7", help="the model of a prompt that names none (7)")
    parser.add_argument("--models", help="all that a gateway's key may: mj_imagine,mj_upscale")
    parser.add_argument("--certificate", help="a PEM file with a key, to speak https")
    parser.add_argument("--seed", type=int, default=0, help="for faults by chance (0)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
