"""Cards in a real front-end: the cells that make them, and how to wait for their pictures."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

# A library of its own: what another test has seen would be shown without asking.
SETUP = """%load_ext mj_widgets
import os, mj_widgets as mj
from mj_widgets.session import settings
s = mj.configure("sandbox", library=f"library-{os.getpid()}")"""


# Where no picture is looked at: a few pixels, in a tenth of the time of a landscape.
SKETCHED = f"""{SETUP}
from mj_widgets.sandbox import Sketches
settings.sandbox().kitchen = Sketches()"""


FINISHED = "%mjfetch 1747132423020537"


PICTURE = """import io
from PIL import Image
file = io.BytesIO()
Image.new("RGB", (300, 200), "teal").save(file, "PNG")
link = settings.sandbox().put_file("p.png", file.getvalue(), "image/png")"""


QUICK = "settings.sandbox().options.speed = 50"


SECONDS = 40_000

# A picture that is replaced meanwhile, as a sheet is by the originals, cannot be decoded.
IS_SEEN = """image =>
    image.decode().then(() => image.naturalWidth > 0, () => false)"""


def pictures(output: Locator) -> Locator:
    """Return the pictures of the first card that are really there."""
    return output.locator(".mj-tile img:not([hidden])")


def wait_for_pictures(output: Locator, count: int) -> None:
    """Wait until they are what came of the task: its sheet is seen while they are on their way."""
    done = output.locator(".mj-tile[data-unfinished=false] img:not([hidden])")
    expect(done).to_have_count(count, timeout=SECONDS)
    for image in pictures(output).all():
        output.page.wait_for_function(
            IS_SEEN, arg=image.element_handle(), polling=50, timeout=SECONDS
        )
