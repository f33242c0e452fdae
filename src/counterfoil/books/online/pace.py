"""How the online books are paced: how often Intuit may be asked, how long it may take, how often something is tried."""

from msgspec import Struct


class Pace(Struct, frozen=True, kw_only=True):
    """Seconds and counts (Intuit's page of limits: 500 requests a minute, 10 a second and 10 at once for a company,
    40 batches a minute; it gives a request up after 120 s, and wants 60 s of rest after a 429).

    `connect` and `read` are how long a connection and an answer may take. `tries` bounds how often one write is sent,
    `delays` are the pauses between; its request id is trusted for `replay` seconds. `lookups` are the pauses after
    which a write whose outcome could not be told is looked for again. `finish` is how long Intuit may be at work on
    a request whose connection broke. `sweep` is when a worker looks for itself
    should no bell have rung, `stale` the age at which nobody waits for a query any more. `facts` is how long what is
    known of a company is used.
    """

    per_second: int = 10
    per_minute: int = 500
    batches: int = 40
    at_once: int = 10
    connect: float = 10.0
    read: float = 130.0
    token: float = 30.0
    throttle: int = 60
    tries: int = 5
    delays: tuple[float, ...] = (1.0, 4.0, 15.0, 30.0)
    replay: int = 3600
    lookups: tuple[int, ...] = (60, 300, 3600, 6 * 3600)
    finish: int = 120
    stale: int = 600
    sweep: float = 20.0
    facts: int = 600
