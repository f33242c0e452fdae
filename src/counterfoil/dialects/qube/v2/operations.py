"""Every operation of the vendor's second version: an entity, a verb, and the address below a connection.

Of those whose message these books read, the address serves; the others are known by name, so that the answer can say
what is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from counterfoil.wire.qbxml.messages import MESSAGES, Message

ENTITIES: Final[Mapping[str, str]] = {
    "cqu": "account bill bill_payment_check build_assembly charge check class credit_card_charge credit_card_credit "
    "credit_memo currency customer deposit employee estimate inventory_adjustment inventory_site invoice "
    "item_discount item_fixed_asset item_group item_inventory item_inventory_assembly item_non_inventory "
    "item_other_charge item_payment item_receipt item_sales_tax item_sales_tax_group item_service item_subtotal "
    "journal_entry lead other_name payroll_item_wage price_level purchase_order receive_payment sales_order "
    "sales_receipt sales_rep sales_tax_code sales_tax_payment_check time_tracking to_do transfer transfer_inventory "
    "vehicle vendor vendor_credit workers_comp_code",
    "q": "account_tax_line_info aging_report bar_code bill_to_pay budget_summary_report company company_activity "
    "custom_detail_report custom_summary_report entity general_detail_report general_summary_report host item "
    "item_assemblies_can_build item_sites job_report list_deleted paycheck payroll_detail_report payroll_item "
    "payroll_item_non_wage payroll_last_period payroll_liability_check payroll_summary_report "
    "receive_payment_to_deposit sales_tax_payable sales_tax_return sales_tax_return_line template terms time_report "
    "transaction txn_deleted",
    "cqd": "alert",
    "cq": "ar_refund_credit_card bill_payment_credit_card billing_rate customer_msg customer_type date_driven_terms "
    "job_type payment_method payroll_liability_adjustment payroll_prior_payment payroll_year_to_date_adjustment "
    "ship_method standard_terms unit_of_measure_set vehicle_mileage vendor_type",
    "u": "cleared_status",
    "qd": "data_event_recovery_info",
    "cud": "data_ext",
    "cqud": "data_ext_def",
    "qu": "employee_default form1099_category_account_mapping preferences",
    "d": "list txn",
    "cu": "list_display payroll_item_addition payroll_item_company_contribution payroll_item_deduction "
    "payroll_item_direct_deposit payroll_item_tax payroll_item_workers_compensation txn_display",
    "x": "list_merge qb_command_exec txn_void",
    "c": "special_account special_item",
}
"""Entities by the verbs that each has: `c`reate, `q`uery, `u`pdate, `d`elete, e`x`ecute."""

METHODS: Final[Mapping[str, str]] = {"c": "POST", "q": "GET", "u": "PUT", "d": "DELETE", "x": "POST"}
VERBS: Final[Mapping[str, tuple[str, str]]] = {
    "c": ("create", "Add"),
    "q": ("query", "Query"),
    "u": ("update", "Mod"),
    "d": ("delete", "Del"),
    "x": ("execute", ""),
}
"""The vendor's word for a verb, and the end of its message's name in qbXML."""

ADDRESSES: Final[Mapping[str, str]] = {
    "date_driven_terms": "date-driven-terms",
    "item_sites": "item-sites",
    "list_merge": "list-merge",
    "preferences": "preferences",
    "qb_command_exec": "qb-command-exec",
    "receive_payment.create": "payments",
    "standard_terms": "standard-terms",
    "terms": "terms",
    "txn_void": "txn-void",
}
"""Addresses that are no regular plural of the entity."""

_BY_LETTERS: Final = {message.name.lower(): message for message in MESSAGES.values()}


@dataclass(frozen=True, slots=True)
class Operation:
    """`message` is what asks for it in qbXML, None where these books do not read it."""

    id: str
    entity: str
    method: str
    address: str
    message: Message | None

    @property
    def is_query(self) -> bool:
        return self.method == "GET"

    @property
    def served_beside(self) -> list[str]:
        """The operations on the same entity that are served."""
        return [each.id for each in OPERATIONS if each.entity == self.entity and each.message is not None]


def _operation(entity: str, verb: str) -> Operation:
    word, suffix = VERBS[verb]
    identifier = f"{entity}.{word}"
    address = ADDRESSES.get(identifier) or ADDRESSES.get(entity) or _plural(entity.replace("_", "-"))
    message = _BY_LETTERS.get(f"{entity.replace('_', '')}{suffix}".lower())
    return Operation(identifier, entity, METHODS[verb], address, message)


def _plural(name: str) -> str:
    if name.endswith("y") and name[-2] not in "aeiou":
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith(("s", "x", "ch", "sh")) else f"{name}s"


OPERATIONS: Final = tuple(
    _operation(entity, verb) for verbs, entities in ENTITIES.items() for entity in entities.split() for verb in verbs
)

BY_ADDRESS: Final = {(operation.address, operation.method): operation for operation in OPERATIONS}
"""By the end of its address, and the method."""
