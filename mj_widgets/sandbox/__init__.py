"""A Midjourney service on your own machine: the same API, painted landscapes, no account.

mj-sandbox --port 8800
"""

from mj_widgets.sandbox.examples import EXAMPLES
from mj_widgets.sandbox.faults import Faults
from mj_widgets.sandbox.log import LoggedRequest
from mj_widgets.sandbox.painting.landscape import photo_like
from mj_widgets.sandbox.painting.sketches import Sketches
from mj_widgets.sandbox.server import Sandbox

__all__ = ["EXAMPLES", "Faults", "LoggedRequest", "Sandbox", "Sketches", "photo_like"]
