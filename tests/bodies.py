"""What services of the family answer with: shapes and codes as they are seen, words of our own."""

from __future__ import annotations

from typing import Any

HASH = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"
SIGNED = "?ex=6824aa2f&is=682358af&hm=" + "c4" * 32 + "&"
PICTURE = f"https://cdn.example/attachments/11/22/a_lighthouse_{HASH}.png{SIGNED}"

Body = dict[str, Any]


def button(custom_id: str, label: str = "", emoji: str = "", style: int = 2) -> Body:
    return {"customId": custom_id, "emoji": emoji, "label": label, "type": 2, "style": style}


def grid_buttons() -> list[Body]:
    upscales = [button(f"MJ::JOB::upsample::{n}::{HASH}", f"U{n}") for n in range(1, 5)]
    variations = [button(f"MJ::JOB::variation::{n}::{HASH}", f"V{n}") for n in range(1, 5)]
    return [*upscales, button(f"MJ::JOB::reroll::0::{HASH}::SOLO", emoji="🔄"), *variations]


def single_buttons(version: str) -> list[Body]:
    """What is below one picture, as v5, v6r1, v7 and v8 have it."""
    enlarge = {
        "v5": [("upsample_v5_2x", "Upscale (2x)"), ("upsample_v5_4x", "Upscale (4x)")],
        "v6r1": [
            ("upsample_v6r1_2x_subtle", "Upscale (Subtle)"),
            ("upsample_v6r1_2x_creative", "Upscale (Creative)"),
        ],
        "v7": [
            ("upsample_v7_2x_subtle", "Upscale (Subtle)"),
            ("upsample_v7_2x_creative", "Upscale (Creative)"),
        ],
        "v8": [],
    }[version]
    found = [button(f"MJ::JOB::{i}::1::{HASH}::SOLO", name, "upscale_1") for i, name in enlarge]
    found += [
        button(f"MJ::JOB::low_variation::1::{HASH}::SOLO", "Vary (Subtle)", "🪄"),
        button(f"MJ::JOB::high_variation::1::{HASH}::SOLO", "Vary (Strong)", "🪄"),
        button(f"MJ::Inpaint::1::{HASH}::SOLO", "Vary (Region)", "🖌️"),
    ]
    if version != "v8":
        found += [
            button(f"MJ::Outpaint::50::1::{HASH}::SOLO", "Zoom Out 2x", "🔍"),
            button(f"MJ::Outpaint::75::1::{HASH}::SOLO", "Zoom Out 1.5x", "🔍"),
            button(f"MJ::CustomZoom::1::{HASH}", "Custom Zoom", "🔍"),
            button(f"MJ::JOB::pan_left::1::{HASH}::SOLO", emoji="⬅️"),
            button(f"MJ::JOB::pan_right::1::{HASH}::SOLO", emoji="➡️"),
            button(f"MJ::JOB::pan_up::1::{HASH}::SOLO", emoji="⬆️"),
            button(f"MJ::JOB::pan_down::1::{HASH}::SOLO", emoji="⬇️"),
        ]
    return [*found, button(f"MJ::BOOKMARK::{HASH}", emoji="❤️")]


DMX_GRID: Body = {
    "id": "1747132423020991",
    "action": "IMAGINE",
    "customId": "",
    "botType": "",
    "prompt": "海边的灯塔",
    "promptEn": "a lighthouse by the sea",
    "description": "提交成功",
    "state": "",
    "mode": "",
    "proxy": "",
    "submitTime": 1747132423020,
    "startTime": 1747132424482,
    "finishTime": 1747132463701,
    "imageUrl": PICTURE,
    "imageHeight": 0,
    "imageWidth": 0,
    "status": "SUCCESS",
    "progress": "100%",
    "failReason": "",
    "buttons": grid_buttons(),
    "maskBase64": "",
    "properties": {"notifyHook": "string", "finalPrompt": "a lighthouse by the sea --fast"},
}
"""A gateway's finished grid: sizes of 0, empty strings for what is not set."""

NOVICEZK_GRID: Body = {
    "action": "IMAGINE",
    "description": "/imagine a lighthouse",
    "failReason": None,
    "finishTime": 1705301559304,
    "id": "1705301507336991",
    "imageUrl": PICTURE,
    "progress": "100%",
    "prompt": "a lighthouse",
    "promptEn": "a lighthouse",
    "properties": {"flags": 0, "finalPrompt": "a lighthouse --v 6.0"},
    "startTime": 1705301507337,
    "state": None,
    "status": "SUCCESS",
    "submitTime": 1705301507336,
}
"""The Java original's: no buttons at all."""

NOVICEZK_UPSCALE: Body = NOVICEZK_GRID | {
    "id": "1705322474985991",
    "action": "UPSCALE",
    "description": "/up 1705301507336991 U2",
}

PLUS_HD_UPSCALE: Body = DMX_GRID | {
    "action": "ACTION",
    "imageHeight": 2048,
    "imageWidth": 2048,
    "buttons": single_buttons("v7"),
    "properties": {"messageContent": "**a lighthouse** - Upscaled (Subtle) by <@1> (fast)"},
}

TRUEAI_GRID: Body = DMX_GRID | {
    "imageUrls": [{"url": f"https://cdn.example/{n}.png", "thumbnail": ""} for n in range(4)],
    "videoUrl": None,
    "videoUrls": None,
    "isCompleted": True,
    "mode": "FAST",
}

DESCRIBED: Body = {
    "id": "1748599984985991",
    "action": "DESCRIBE",
    "status": "SUCCESS",
    "prompt": "",
    "promptEn": "",
    "description": "/describe 1748599984985991.jpg",
    "imageUrl": "https://cdn.example/1748599984985991.jpg",
    "imageHeight": None,
    "imageWidth": None,
    "buttons": [
        *(button(f"MJ::Job::PicReader::{n}", emoji=f"{n}️⃣") for n in range(1, 5)),
        button("MJ::Picread::Retry", emoji="🔄"),
        button("MJ::Job::PicReader::all", "Imagine all", "🎉"),
    ],
    "properties": {
        "finalPrompt": "1️⃣ one tower --ar 5:4\n\n2️⃣ two [towers](https://x.example)"
        "\n\n3️⃣ three\n\n4️⃣ four"
    },
}

SHORTENED: Body = {
    "id": "1689252749098991",
    "action": "SHORTEN",
    "status": "SUCCESS",
    "description": "/shorten a very tall tower",
    "properties": {
        "finalPrompt": "## Words\n**tower** ~~very~~\n## Short\n1️⃣ tall tower\n\n2️⃣ tower"
    },
}

FILM: Body = DMX_GRID | {
    "action": "VIDEO",
    "imageUrl": "https://cdn.example/video/0.mp4",
    "videoUrl": "https://cdn.example/video/0.mp4",
    "videoUrls": [{"url": f"https://cdn.example/video/{n}.mp4"} for n in range(4)],
    "buttons": [
        button(f"MJ::JOB::video_virtual_upscale::{n}::{HASH}", f"U{n}") for n in range(1, 5)
    ],
}

JUST_SUBMITTED: Body = {
    "id": "1790217491102991",
    "action": "IMAGINE",
    "status": "",
    "description": "提交成功",
    "submitTime": 1790217491102,
    "startTime": 0,
    "finishTime": 0,
    "progress": "",
    "imageUrl": "",
    "failReason": "",
    "buttons": None,
    "properties": None,
}

RUNNING: Body = JUST_SUBMITTED | {
    "status": "IN_PROGRESS",
    "progress": "46%",
    "startTime": 1790217493102,
}

FAILED: Body = {
    "id": "7564193164428991",
    "action": "IMAGINE",
    "prompt": "a tower",
    "state": None,
    "submitTime": 1686998127218,
    "startTime": 1686998127234,
    "finishTime": 1686998127596,
    "imageUrl": None,
    "status": "FAILURE",
    "progress": "",
    "failReason": "Invalid Form Body",
}

PLACEHOLDERS: Body = {
    "action": "IMAGINE",
    "buttons": [
        {"customId": "string", "emoji": "string", "label": "string", "style": 0, "type": 0}
    ],
    "failReason": "string",
    "finishTime": 0,
    "id": "string",
    "imageUrl": "string",
    "progress": "string",
    "properties": {},
    "status": "NOT_START",
    "submitTime": 0,
}
"""A schema's example that some test servers really answer with."""

CONSOLE: Body = {
    "success": True,
    "message": "",
    "data": {
        "mj_id": "1711217942120991",
        "action": "IMAGINE",
        "status": "SUCCESS",
        "progress": "100%",
        "submit_time": 1711217942,
        "start_time": 1711217944,
        "finish_time": 1711217980,
        "image_url": "",
        "image_urls": '[{"url": "https://cdn.example/a.png"}, "https://cdn.example/b.png"]',
        "video_urls": "",
        "buttons": '[{"customId": "MJ::JOB::upsample::1::x", "label": "U1"}]',
        "properties": '{"finalPrompt": "a tower --v 7"}',
        "prompt_en": "a tower",
    },
}
"""A gateway's console: snake case, seconds, lists as JSON in strings, all below ``data``."""
