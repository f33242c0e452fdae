"""What the books stored otherwise than they were asked to: told in `details`, never passed over in silence."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from counterfoil.core.problems import Place, named
from counterfoil.dialects.snapbooks.errors import Context, sent_place
from counterfoil.dialects.snapbooks.read import Notice
from counterfoil.dialects.snapbooks.render import amount
from counterfoil.model.outcome import Done
from counterfoil.model.sales import Sale
from counterfoil.wire.qbo.tax import TAX_MISMATCH

TAX_KEYS: Final = ("totalTaxOverride", "disableTax")
STEP: Final = re.compile(r"([a-z_]+)|\[(\d+)\]")


def notices_of(done: Done, body: Mapping[str, Any], context: Context) -> Iterator[Notice]:
    """A notice for each value that is not there as `body` asked for it."""
    for place in done.warnings:
        if place == TAX_MISMATCH:
            yield _tax(done, body)
        else:
            message = "The books did not store this as it was sent."
            yield Notice(named(sent_place(_steps(place), context)), "StoredOtherwise", message)
    for place in done.changed:
        message = "The books could not keep every character of this text."
        yield Notice(named(sent_place(_steps(place), context)), "TextChanged", message)


def _tax(done: Done, body: Mapping[str, Any]) -> Notice:
    said = {key.casefold() for key in body}
    field = next((key for key in TAX_KEYS if key.casefold() in said), TAX_KEYS[0])
    stored = done.result.sales_tax_total if isinstance(done.result, Sale) else None
    return Notice(field, "TaxMismatch", f"The books stored a tax of {amount(stored)}, which is not what was asked for.")


def _steps(place: str) -> Place:
    """`lines[0].amount` as a place."""
    return tuple(int(number) if number else word for word, number in STEP.findall(place))
