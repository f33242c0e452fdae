"""Operations and their parameters, beside the vendor's own list of them in its client."""

import importlib
import typing
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import pytest
from qubesync.operations import OPERATIONS as VENDORS

from counterfoil.core.errors import Invalid
from counterfoil.core.problems import Problem
from counterfoil.dialects.qube.v2 import assumed
from counterfoil.dialects.qube.v2.assumed import ASSUMPTIONS, NOT_KEPT
from counterfoil.dialects.qube.v2.elements import operation_document
from counterfoil.dialects.qube.v2.operations import OPERATIONS, Operation

SERVED: Final = {operation.id: operation for operation in OPERATIONS if operation.message is not None}
NAMED: Final = {"txn_id": "1-1", "txn_line_id": "-1", "txn_del_type": "Invoice", "txn_void_type": "Invoice"}
SPECIAL: Final = {"owner_id": "0", "external_guid": "{11111111-2222-3333-4444-555555555555}", "iterator": True}

ONE_OF: Final = {
    "bill_payment_check.create": {"is_to_be_printed"},
    "credit_memo.create": {"credit_memo_line_add"},
    "estimate.create": {"estimate_line_add"},
    "item_non_inventory.create": {"sales_or_purchase"},
    "item_other_charge.create": {"sales_or_purchase"},
    "item_service.create": {"sales_or_purchase"},
    "receive_payment.create": {"is_auto_apply"},
}
"""Where one of several is needed, which the vendor's types cannot say: the first of them is told."""


def test_every_operation_of_the_vendor_is_known_by_its_address_and_method() -> None:
    ours = {each.id: (each.method, each.address, each.entity) for each in OPERATIONS}
    assert ours == {name: (each.method, each.path, each.entity) for name, each in VENDORS.items()}


def test_what_the_vendor_pages_is_paged() -> None:
    for name, operation in SERVED.items():
        assert operation.message is not None
        assert operation.message.paged == VENDORS[name].paged, name


def test_the_master_data_and_documents_of_the_catalogue_are_served() -> None:
    served = {operation.entity for operation in SERVED.values()}
    assert {"invoice", "credit_memo", "receive_payment", "customer", "vendor", "item_service", "account"} <= served
    assert {"estimate", "sales_receipt", "bill", "vendor_credit", "bill_payment_check", "employee"} <= served
    assert {"bill_payment_credit_card", "time_tracking"} <= served
    assert {"class", "sales_tax_code", "standard_terms", "txn", "txn_void", "list", "company"} <= served
    assert "payroll_item" not in served


def parameters_of(operation: str) -> Any:
    """The vendor's typed parameters of an operation."""
    entity, verb = operation.rsplit(".", 1)
    module = importlib.import_module(f"qubesync.operations.{'class_' if entity == 'class' else entity}")
    return getattr(module, "".join(word.capitalize() for word in (*entity.split("_"), verb)) + "Params")


def example(key: str, hint: Any) -> Any:
    """A value that the vendor's type allows."""
    if key in NAMED or key in SPECIAL:
        value = {**NAMED, **SPECIAL}[key]
        return [value] if typing.get_origin(hint) is list else value
    if typing.get_origin(hint) is list:
        return [example(key, typing.get_args(hint)[0])]
    if typing.get_origin(hint) is typing.Literal:
        return typing.get_args(hint)[0]
    if typing.is_typeddict(hint):
        return {name: example(name, inner) for name, inner in typing.get_type_hints(hint).items()}
    if "date" in key and hint is str:
        return "2026-01-02"
    return {bool: True, int: 1, float: Decimal("1.5")}.get(hint, "x")


def problems_of(operation: Operation, given: Mapping[str, Any]) -> tuple[Problem, ...]:
    assert operation.message is not None
    try:
        operation_document(operation.message, given)
    except Invalid as error:
        return error.problems
    return ()


@pytest.mark.parametrize("name", SERVED)
def test_every_parameter_of_the_vendors_types_has_its_element(name: str) -> None:
    """All at once; those that exclude one another are found too, which is no matter here."""
    given = {key: example(key, hint) for key, hint in typing.get_type_hints(parameters_of(name)).items()}
    found = problems_of(SERVED[name], given)
    assert [problem for problem in found if problem.kind == "unknown_field"] == []
    assert {str(each.place[-1]) for each in found if each.kind == "not_served"} <= {*NOT_KEPT, "date_macro"}
    assert [each for each in found if "order of elements" in str(each.values)] == []


@pytest.mark.parametrize("name", [name for name in SERVED if parameters_of(name).__required_keys__])
def test_what_the_vendors_types_require_is_required(name: str) -> None:
    found = {str(each.place[0]) for each in problems_of(SERVED[name], {}) if each.kind == "required"}
    needed: set[str] = set(parameters_of(name).__required_keys__)
    assert needed <= found
    assert found - needed <= ONE_OF.get(name, set())


def test_what_is_assumed_has_a_name_and_a_sentence() -> None:
    assert all(text.endswith(".") for text in ASSUMPTIONS.values())
    assert {name for name in ASSUMPTIONS if name.isupper()} <= set(vars(assumed))
