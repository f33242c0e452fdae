"""Addresses. A document's addresses bear ids in Intuit's books; ours have none, and take their document's."""

from typing import Any, Final

from counterfoil.model.addresses import Address
from counterfoil.wire.qbo.forms import TEXT, part
from counterfoil.wire.qbo.table import Json, Known, Part, Row, row, space_of

ADDRESS: Final = Part(
    Address,
    (
        row("Line1", "line1", TEXT, most=500),
        row("Line2", "line2", TEXT, most=500),
        row("Line3", "line3", TEXT, most=500),
        row("Line4", "line4", TEXT, most=500),
        row("Line5", "line5", TEXT, most=500),
        row("City", "city", TEXT, most=255),
        row("Country", "country", TEXT, most=255),
        row("CountrySubDivisionCode", "state", TEXT, most=255),
        row("PostalCode", "postal_code", TEXT, most=30),
    ),
)
_FORM = part(ADDRESS)


def address(key: str, field: str) -> Row:
    """An address of an object, with the object's own id."""

    def tell(thing: Any, known: Known) -> Json | None:
        value = getattr(thing, field)
        lines = _FORM.write(value, known) if value is not None else None
        return {"Id": known.number(space_of(thing), thing.id), **lines} if lines else None

    return Row(key, field, _FORM, tell)


def company_address(known: Known) -> Json | None:
    """The company's own address as Intuit prints it on its documents: the street, then everything else."""
    own = known.company.address
    if own is None:
        return None
    place = ", ".join(each for each in (own.city, " ".join(filter(None, (own.state, own.postal_code)))) if each)
    lines = [each for each in (own.line1, own.line2, own.line3, place) if each]
    return {f"Line{number}": each for number, each in enumerate(lines, 1)} or None
