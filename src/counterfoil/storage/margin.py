"""The margin of a company's books: what Counterfoil itself writes beside what the books hold."""

from counterfoil.storage.keeping import Keeping
from counterfoil.storage.numbers import Numbers


class Margin(Numbers, Keeping):
    """Numbers for ids that are none, and what callers said that the books cannot hold; of one connection."""
