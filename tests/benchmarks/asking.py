"""What following a task of 40 s costs the service, and how late its end is seen.

Simulated, so that hundreds of tasks take a second: see `polling`, which has many more rows. The
first task of a session is the hard one, because nothing is known about the service yet.
"""

import statistics

from . import polling
from .table import Row

MOST_REQUESTS = {"direct": 16, "gateway": 24}


def rows(count: int = 400) -> list[Row]:
    """A service that answers with the truth, and a gateway that looks every 15 s."""
    found = []
    for name, most in MOST_REQUESTS.items():
        outcomes = polling.cold(polling.SERVICES[name], polling.imagine, count=count)
        late = [outcome.late for outcome in outcomes]
        asks = statistics.mean(outcome.asks for outcome in outcomes)
        high = statistics.quantiles(late, n=20)[-1]
        found += [
            Row(f"40 s task, {name}: requests", asks, "", most),
            Row(f"40 s task, {name}: end seen late, mean", statistics.mean(late), "s", 0.6),
            Row(f"40 s task, {name}: end seen late, 95 %", high, "s", 1.2),
        ]
    return found
