"""What a service may send that means nothing: any JSON below the names of a task."""

from __future__ import annotations

from hypothesis import strategies as st

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(["100%", "46", "SUCCESS", "[1]", '{"url": 1}', "2025-05-13T10:33:43Z"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


field_names = st.sampled_from(
    [
        "id",
        "taskId",
        "status",
        "action",
        "progress",
        "prompt",
        "promptEn",
        "description",
        "imageUrl",
        "image_url",
        "imageUrls",
        "image_urls",
        "videoUrl",
        "videoUrls",
        "buttons",
        "submitTime",
        "start_time",
        "finishTime",
        "failReason",
        "properties",
        "data",
        "result",
        "task",
        "code",
    ]
)


task_likes = st.dictionaries(field_names | st.text(max_size=8), json_values, max_size=12)
