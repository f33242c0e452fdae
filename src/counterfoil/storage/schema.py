"""Every table of an installation, described once: statements, migrations and tests all start from here.

Keys and indexes of a company's data begin with `connection_id`, so that one company's rows lie together and a
statement without a connection has no index to stand on. Amounts are whole minor units, moments whole seconds since
1970, days `YYYY-MM-DD`. A `body` is the JSON of the struct; the columns beside it are what is searched and summed.
"""

from typing import Final

from sqlalchemy import MetaData

from counterfoil.storage.tables import books, columns, people, post, work

metadata: Final[MetaData] = columns.metadata

TABLES: Final = (people, books, work, post)
"""Where they are described: a table is in `metadata` once its module has been read."""
