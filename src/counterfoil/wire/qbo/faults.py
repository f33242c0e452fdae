"""Problems in Intuit's words: the code and the message of the fault with which Intuit refuses the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Fault:
    code: str
    message: str


REFERENCE: Final = Fault("2500", "Invalid Reference Id")
MISSING: Final = Fault("2020", "Required param missing, need to supply the required value for the API")
NOT_FOUND: Final = Fault("610", "Object Not Found")
UNSUPPORTED: Final = Fault("2010", "Request has invalid or unsupported property")
DUPLICATE_NAME: Final = Fault("6240", "Duplicate Name Exists Error")
BUSINESS: Final = Fault("6000", "A business validation error has occurred while processing your request")

FAULTS: Final[Mapping[str, Fault]] = {
    "required": MISSING,
    "too_few": MISSING,
    "empty_transaction": MISSING,
    "amount_without_item": MISSING,
    "unknown_field": UNSUPPORTED,
    "wrong_type": UNSUPPORTED,
    "not_a_choice": Fault("2170", "Invalid Enumeration"),
    "too_long": Fault("2050", "Invalid String Length"),
    "out_of_range": Fault("2090", "Invalid Number"),
    "too_much_money": Fault("2140", "Invalid Amount"),
    "reference_missing": REFERENCE,
    "reference_wrong": REFERENCE,
    "reference_inactive": Fault("610", "Object Not Found"),
    "object_missing": NOT_FOUND,
    "line_missing": NOT_FOUND,
    "stale_revision": Fault("5010", "Stale Object Error"),
    "name_in_use": DUPLICATE_NAME,
    "name_invalid": Fault("2040", "Invalid String"),
    "external_id_in_use": Fault("6140", "Duplicate Document Number Error"),
    "not_enabled": Fault("5030", "Feature Not Supported Error"),
    "link_closed": Fault("620", "Transaction cannot be linked"),
    "not_linkable": Fault("620", "Transaction cannot be linked"),
    "customer_mismatch": Fault("620", "Transaction cannot be linked"),
    "account_mismatch": Fault("620", "Transaction cannot be linked"),
}
"""What is not in this table is a business error to Intuit. Codes are Intuit's; which problem gets which is assumed."""


def fault_of(kind: str) -> Fault:
    return FAULTS.get(kind, BUSINESS)
