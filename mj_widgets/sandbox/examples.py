"""Tasks that are always there, so that a newcomer has something to look at.

`EXAMPLES` names them; documentation and tests use the names.
"""

from __future__ import annotations

import re

from mj_widgets.sandbox.buttons import describe_buttons, grid_buttons
from mj_widgets.sandbox.painting.recipes import Grid
from mj_widgets.sandbox.painting.scene import scenes_for, size_for
from mj_widgets.sandbox.tasks import StudioTask, Timing
from mj_widgets.sandbox.texts import described

EXAMPLES: dict[str, str] = {
    "finished": "1747132423020537",
    "running": "1747132423020538",
    "failed": "1747132423020539",
    "wide": "1747132423020540",
    "described": "1747132423020541",
}
"""Ids by name: a finished grid, one that starts when first fetched, a failed one, a wide one that
starts when first fetched, and a description of a picture."""

_FINISHED_HASH = "6dc7beb8-8310-4fd4-b46c-716b422ddffc"
_FINISHED_TEXT = "This is a video screenshot, please generate the corresponding Ghibli style image"
_FINISHED_SOURCE = (
    "http://upload.mjdjourney.top/fileSystem/mj/133/2025/05/13/1747132422998780679_3218.png"
)
_FINISHED_FINAL = f"<https://s.mj.run/RdNm0xs6fRI> {_FINISHED_TEXT} --fast"
_RUNNING_PROMPT = "a little red fox on its way home through an autumn forest --ar 1:1"
_FAILED_PROMPT = "the same fox at a party where things get out of hand --fail policy"
_WIDE_PROMPT = "a sailing boat on a calm sea at dawn, islands far away --ar 16:9"


def grid_of(prompt: str, salt: str = "") -> Grid:
    """The four pictures a prompt gives; with `--draft` it is 24, each half as wide and high."""
    width, height = size_for(prompt)
    if not re.search(r"--draft\b", prompt):
        return Grid(scenes_for(prompt, salt), (width, height))
    scenes = (scene for n in range(6) for scene in scenes_for(prompt, f"{salt}/{n}"))
    return Grid(tuple(scenes), (width // 4 * 6, height // 4 * 4))


def example_tasks() -> list[StudioTask]:
    """The examples, new; those that wait for a first fetch have not begun."""
    picture = grid_of(_RUNNING_PROMPT, "described")
    text = described(_RUNNING_PROMPT, "example", "--ar 1:1")
    return [
        _finished(),
        _sleeping(EXAMPLES["running"], _RUNNING_PROMPT),
        StudioTask(
            id=EXAMPLES["failed"],
            action="IMAGINE",
            prompt=_FAILED_PROMPT,
            description=f"/imagine {_FAILED_PROMPT}",
            submitted=1747132423.02,
            begun=1747132423.02,
            recipe=grid_of(_FAILED_PROMPT),
            fails_at=46,
            fail_reason="Request blocked by content policy",
        ),
        _sleeping(EXAMPLES["wide"], _WIDE_PROMPT),
        StudioTask(
            id=EXAMPLES["described"],
            action="DESCRIBE",
            prompt="",
            prompt_en=text,
            final_prompt=text,
            text=text,
            description=f"/describe {EXAMPLES['described']}.png",
            submitted=1747132423.02,
            begun=1747132423.02,
            recipe=picture,
            buttons=describe_buttons(),
            always_fresh=True,
        ),
    ]


def _sleeping(task_id: str, prompt: str) -> StudioTask:
    task = StudioTask(
        id=task_id,
        action="IMAGINE",
        prompt=prompt,
        description=f"/imagine {prompt}",
        submitted=1747132423.02,
        recipe=grid_of(prompt),
        wakes_on_fetch=True,
    )
    task.buttons = grid_buttons(task.message_hash)
    return task


def _finished() -> StudioTask:
    """The task of the service's own documentation, with the times and numbers it has there."""
    return StudioTask(
        id=EXAMPLES["finished"],
        action="IMAGINE",
        prompt="这是一个视频截图,请生成对应的吉卜力风格的图片",
        prompt_en=f"{_FINISHED_SOURCE} {_FINISHED_TEXT}",
        final_prompt=_FINISHED_FINAL,
        description="提交成功",
        submitted=1747132423.020,
        begun=1747132423.020,
        timing=Timing(1.462, 39.219),
        recipe=grid_of(f"{_FINISHED_TEXT} --ar 1:1"),
        buttons=grid_buttons(_FINISHED_HASH),
        message_hash=_FINISHED_HASH,
        always_fresh=True,
        properties={
            "notifyHook": "string",
            "flags": 0,
            "messageId": "1371797720431464448",
            "messageHash": _FINISHED_HASH,
            "nonce": "1922238820857864192",
            "customId": "",
            "finalPrompt": _FINISHED_FINAL,
            "progressMessageId": "1371797720431464448",
            "messageContent": f"**{_FINISHED_FINAL}** - <@1364921896055083058> (fast)",
            "discordInstanceId": "1371679336578420847",
            "discordChannelId": "1371679336578420847",
        },
    )
