"""The sandbox's films in a browser: they play, and what is seen is the picture they are made of."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageChops, ImageStat
from services import file_of

from mj_widgets.sandbox.painting.kitchen import Kitchen
from mj_widgets.sandbox.painting.motion import frames_of
from mj_widgets.sandbox.painting.recipes import Filmed, Stored, size_of

if TYPE_CHECKING:
    from browser.front_end import FrontEnd

PLAY = """async (packed) => {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const video = document.createElement("video");
  video.muted = true;
  const happens = (name) => new Promise((go, stop) => {
    video.addEventListener(name, go, { once: true });
    video.addEventListener("error", () => stop(new Error(video.error.message)), { once: true });
  });
  // An event of a seek comes before its frame may be there to be drawn.
  const isShown = (at) => new Promise((go) => {
    const look = (_, { mediaTime }) =>
      Math.abs(mediaTime - at) < 0.02 ? go() : video.requestVideoFrameCallback(look);
    video.requestVideoFrameCallback(look);
  });
  const canvas = document.createElement("canvas");
  const drawn = () => {
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    canvas.getContext("2d").drawImage(video, 0, 0);
    return canvas.toDataURL().split(",")[1];
  };
  document.body.append(video);
  const first = isShown(0);
  const loaded = happens("loadeddata");
  video.src = URL.createObjectURL(new Blob([bytes], { type: "video/mp4" }));
  await loaded;
  await first;
  const seen = [drawn()];
  const last = Math.round(video.duration * 12) - 1;
  const there = isShown(last / 12);
  video.currentTime = (last + 0.5) / 12;
  await there;
  seen.push(drawn());
  const ended = happens("ended");
  video.currentTime = 0;
  await video.play();
  await ended;
  return { seen, duration: video.duration };
}"""


def stored(size: tuple[int, int]) -> Stored:
    """A picture whose colours all differ from their neighbours', from black to white."""
    across = Image.linear_gradient("L").rotate(90).resize(size)
    down = Image.linear_gradient("L").resize(size)
    return Stored(file_of(Image.merge("RGB", (across, down, across))), "image/png")


WIDE = Filmed(stored((640, 360)), index=2, high=True)
FILMS = {
    "wide, not whole blocks": WIDE,
    "longer, towards an end": Filmed(WIDE.of, before=WIDE, end=stored((100, 100))),
}


@pytest.mark.parametrize("film", FILMS.values(), ids=FILMS.keys())
def test_it_plays_and_its_frames_are_those_of_the_picture(
    front_end_page: FrontEnd, film: Filmed
) -> None:
    kitchen = Kitchen()
    frames = frames_of(film, kitchen.draw, size_of(film))
    packed = base64.b64encode(kitchen.serve(film)).decode()

    played: dict[str, Any] = front_end_page.page.evaluate(PLAY, packed)

    assert played["duration"] == pytest.approx(len(frames) / 12, abs=0.01)
    for text, frame in zip(played["seen"], (frames[0], frames[-1]), strict=True):
        seen = Image.open(io.BytesIO(base64.b64decode(text))).convert("RGB")
        assert seen.size == frame.size
        # Colours have half the resolution, and eight bits are not all of each.
        assert max(ImageStat.Stat(ImageChops.difference(seen, frame)).mean) < 4
