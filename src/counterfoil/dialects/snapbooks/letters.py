"""Post in SnapBooks' words: an event around Intuit's object with every key of its class, as answers tell it.

An event knows nothing of the company, so that keys which only the company decides are null here and told by a query:
whether a thing is taxable where it does not say so itself, and a currency that it does not name.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from counterfoil.core.dates import local_moment
from counterfoil.dialects.snapbooks.render import completed
from counterfoil.model.event import RESOURCE_OF, Event
from counterfoil.model.outcome import Deleted, Voided
from counterfoil.model.shape import Resource
from counterfoil.wire.qbo.entities import entity_for
from counterfoil.wire.qbo.mentioned import SPACES, mentioned
from counterfoil.wire.qbo.table import EXEMPT, TAXABLE, Entity, Json, Known, space_of_resource
from counterfoil.wire.qbo.write import entity_object

Numbers = Mapping[str, Mapping[str, int]]
"""Numbers of objects by space and by the books' own id; what has none is called by its own id."""

NO_NUMBERS: Final[Numbers] = {}
WHOLE: Final = frozenset(
    {"Invoice", "Payment", "Customer", "Vendor", "Item", "Term", "Class", "PaymentMethod", "Account"}
)
"""Classes that an object of the books is enough for: tax codes and rates, and the company, need more."""

UNSURE: Final = ("Taxable", "DefaultTaxCodeRef", "SalesTaxCodeRef", "GlobalTaxCalculation")
"""Keys whose value depends on the company as well."""

CODE: Final = "TaxCodeRef"
TAX_CODES: Final = "sales_tax_codes"
LETTERS_OF_A_CURRENCY: Final = 3

_json = msgspec.json.Encoder()


class SnapBooksLetters:
    """Renders events for endpoints that speak SnapBooks."""

    def body(self, event: Event, numbers: Numbers = NO_NUMBERS) -> bytes:
        return _json.encode(_letter(event, _object(event, numbers)))

    def bare(self, event: Event, numbers: Numbers = NO_NUMBERS) -> bytes:
        """Ids and types alone."""
        return _json.encode(_letter(event, _named(event, numbers)))

    def mentions(self, event: Event) -> Mapping[str, Sequence[str]]:
        """The ids, by space, whose numbers a body tells."""
        found: dict[str, list[str]] = {}
        thing = event.resource
        if isinstance(thing, Resource):
            for space, id in mentioned(thing):
                found.setdefault(space, []).append(id)
        elif event.subject in RESOURCE_OF:
            found[space_of_resource(RESOURCE_OF[event.subject])] = [event.subject_id]
        return {space: list(dict.fromkeys(ids)) for space, ids in found.items() if space in SPACES - {TAX_CODES}}


def _letter(event: Event, thing: Json) -> Json:
    entity = _entity(event)
    data = {
        "class": entity.name if entity is not None else event.subject,
        "object": thing,
        "connectionId": event.known_as(),
        "requestId": event.request_id,
    }
    return {"type": event.type, "timestamp": local_moment(event.at), "data": data}


def _entity(event: Event) -> Entity | None:
    return entity_for(RESOURCE_OF.get(event.subject, ""))


def _object(event: Event, numbers: Numbers) -> Json:
    entity, thing = _entity(event), event.resource
    if entity is None or not isinstance(thing, Resource) or entity.name not in WHOLE:
        return _named(event, numbers)
    return _told(entity, thing, numbers)


def _told(entity: Entity, thing: Resource, numbers: Numbers) -> Json:
    known = Known(numbers={space: _texts(found) for space, found in numbers.items()}, tax="global")
    answer = _without_guesses(entity_object(entity, thing, known))
    if not _names_its_currency(thing):
        answer.pop("CurrencyRef", None)
    return completed(entity, answer)


def _texts(found: Mapping[str, int]) -> Mapping[str, str]:
    return {id: str(number) for id, number in found.items()}


def _without_guesses(value: Any) -> Any:
    """Intuit's object without what an object alone cannot tell. Ids of Intuit's own tax codes are told as they are."""
    if isinstance(value, list):
        return [_without_guesses(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    return {
        key: _without_guesses(each)
        for key, each in value.items()
        if key not in UNSURE and (key != CODE or _is_intuits(each))
    }


def _is_intuits(code: Mapping[str, Any]) -> bool:
    id = str(code.get("value", ""))
    return id.isdecimal() or id in (TAXABLE, EXEMPT)


def _names_its_currency(thing: Resource) -> bool:
    """Intuit's ids of currencies are their letters."""
    ref = getattr(thing, "currency", None)
    id = (ref.id or "") if ref is not None else ""
    return len(id) == LETTERS_OF_A_CURRENCY and id.isupper()


def _named(event: Event, numbers: Numbers) -> Json:
    """What is gone, or has no class here, by its id; what else the event tells stands beside it."""
    thing = event.resource
    told: Json = {"Id": _id(event, numbers)}
    if isinstance(thing, Voided):
        told |= {"DocNumber": thing.ref_number or None, "status": "Voided"}
    elif isinstance(thing, Deleted):
        told |= {"status": "Deleted"}
    elif event.subject not in RESOURCE_OF:
        told |= {"status": event.what}
    return {**event.details, **told}


def _id(event: Event, numbers: Numbers) -> str:
    resource = RESOURCE_OF.get(event.subject)
    if resource is None:
        return event.known_as() if event.subject == "connection" else event.subject_id
    number = numbers.get(space_of_resource(resource), {}).get(event.subject_id)
    return str(number) if number is not None else event.subject_id
