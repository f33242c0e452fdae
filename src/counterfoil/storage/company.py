"""A company file: everything that the books of one connection hold, in one transaction."""

from counterfoil.storage.lists import Lists
from counterfoil.storage.selection import Selection
from counterfoil.storage.transactions import Transactions
from counterfoil.storage.usage import Usage


class CompanyFile(Lists, Transactions, Selection, Usage):
    """The only way by which books reach their data: each statement names the connection that it is for."""
