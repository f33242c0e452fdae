"""How the lane of a desktop connection is paced: how long calls are held, and how often something is tried again."""

from msgspec import Struct


class Pace(Struct, frozen=True, kw_only=True):
    """Seconds and counts (RULINGS, Web Connector live mode).

    `hold` is how long `sendRequestXML` is held open for work; after `idle` seconds without any, the session is given
    back to the people who use QuickBooks. `tries` bounds how often one entry leaves, `delays` are the pauses after
    QuickBooks said that something was locked, `lookups` how many sessions look for an answer that was lost. `ahead`
    lets the next document be chosen while an answer is stored: not where the next call may come to another process,
    which could not know that the document has not left.
    """

    hold: float = 25.0
    idle: int = 60
    tries: int = 5
    delays: tuple[int, ...] = (2, 8, 30)
    lookups: int = 5
    ahead: bool = True
    repeats: int = 5
