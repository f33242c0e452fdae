"""Everything that can be asked: a row for each address and method, with the form of its request and its answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from counterfoil.dialects.snapbooks.assumed import QUERY_COUNT, QUERY_DATA
from counterfoil.dialects.snapbooks.fields import (
    CREATE_CUSTOMER,
    CREATE_INVOICE,
    CREATE_VENDOR,
    FIND_INVOICE,
    NAME_INVOICE,
    PAYMENT,
    QUERY,
    UPDATE_CUSTOMER,
    UPDATE_INVOICE,
    UPDATE_VENDOR,
    Form,
)

ROOTS: Final = ("/api/v1", "/v1")
BILL: Final = "/bill"


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked. `typed` tells whether its answer has a `type`; `told` are its own keys, in order,
    each with the kind of what it holds: `text`, `maybe` (or null), `flag`, `list`, `count`, or a class."""

    name: str
    method: str
    path: str
    form: Form
    summary: str
    typed: bool = True
    told: Mapping[str, str] = field(default_factory=dict)
    in_query: bool = False


OPERATIONS: Final = (
    Operation(
        "createInvoice",
        "POST",
        "/invoice",
        CREATE_INVOICE,
        "Create an invoice",
        told={
            "id": "text",
            "docNumber": "maybe",
            "totalAmount": "text",
            "txnDate": "text",
            "dueDate": "maybe",
            "invoice": "Invoice",
        },
    ),
    Operation("updateInvoice", "PUT", "/invoice", UPDATE_INVOICE, "Change an invoice", typed=False),
    Operation(
        "deleteInvoice",
        "DELETE",
        "/invoice",
        NAME_INVOICE,
        "Delete an invoice",
        typed=False,
        told={"id": "text"},
        in_query=True,
    ),
    Operation(
        "searchInvoice",
        "GET",
        "/invoice",
        FIND_INVOICE,
        "Find an invoice by its number",
        told={"invoice": "Invoice"},
        in_query=True,
    ),
    Operation("voidInvoice", "PUT", "/invoice-void", NAME_INVOICE, "Void an invoice", typed=False, in_query=True),
    Operation(
        "payInvoice",
        "POST",
        "/invoice/payment",
        PAYMENT,
        "Pay an invoice",
        told={"id": "text", "totalAmount": "text", "payment": "Payment"},
    ),
    Operation(
        "query",
        "POST",
        "/query",
        QUERY,
        "Ask in Intuit's query language",
        told={QUERY_DATA: "list", f"{QUERY_COUNT}?": "count"},
    ),
    Operation(
        "createCustomer",
        "POST",
        "/customer",
        CREATE_CUSTOMER,
        "Create a customer",
        told={"id": "text", "alreadyExisted": "flag"},
    ),
    Operation("updateCustomer", "PUT", "/customer", UPDATE_CUSTOMER, "Change a customer", told={"id": "text"}),
    Operation(
        "createVendor",
        "POST",
        "/vendor",
        CREATE_VENDOR,
        "Create a vendor",
        told={"id": "text", "alreadyExisted": "flag"},
    ),
    Operation("updateVendor", "PUT", "/vendor", UPDATE_VENDOR, "Change a vendor", told={"id": "text"}),
)
