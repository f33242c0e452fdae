"""What the vendor does not document of its second version and we chose: each choice once, by name."""

from collections.abc import Mapping
from typing import Final

NOT_SERVED: Final = "{operation} is not served: {entity} is no entity of these books"
NOT_SERVED_HERE: Final = "{operation} is not served: of {entity} these books answer {others}"
NO_WORKFLOWS: Final = "workflow runs are not served here"
CODE_NOT_SERVED: Final = "not_implemented"
CODE_KEY_REUSED: Final = "idempotency_key_reused"
SANDBOX: Final = False
ITERATING: Final = "iterating"
COMPLETE: Final = "complete"
NOT_KEPT: Final = frozenset(
    {
        "def_macro",
        "delivery_method",
        "desc",
        "detail_account_type",
        "discount_line_add",
        "is_statement_with_parent",
        "is_tax_included",
        "is_taxable",
        "item_purchase_tax_ref",
        "mobile",
        "pager",
        "print_as",
        "sales_tax_line_add",
        "shipping_line_add",
        "suffix",
        "tax_amount",
        "txn_line_detail",
        "txn_line_id",
    }
)
PAGE: Final = 100
PAGE_WITH_LINES: Final = 25
"""Records of a page of an iterated query; the vendor's client tells both."""

ASSUMPTIONS: Final[Mapping[str, str]] = {
    "NOT_SERVED": "The answer, with 501, to an operation on an entity that is not in the catalogue.",
    "NOT_SERVED_HERE": "The same of an entity that is in the catalogue, where qbXML's documents know no such request.",
    "NO_WORKFLOWS": "The answer, with 501, wherever a workflow run is asked for.",
    "CODE_NOT_SERVED": "The `code` of these two.",
    "CODE_KEY_REUSED": "The `code` where an `Idempotency-Key` comes with another request; the status is 422.",
    "discarded": "The state of a request that was discarded before it left; it stays in the list.",
    "SANDBOX": "The `sandbox` of what is posted.",
    "ITERATING": "The `iteration_state` of what is posted of a page: this one while there are more, COMPLETE with the "
    "last, null where the answer came as a whole.",
    "NOT_KEPT": "Parameters that the vendor knows and these books have no place for, some of them in some places only: "
    "refused with 422 and named.",
    "quickbooks": "Parameters that only QuickBooks itself has a place for, as an employee's job title, are passed on "
    "to QuickBooks Desktop; Counterfoil's own books refuse them with 422.",
    "errors": "Unknown parameters alone are told in one sentence, as the vendor's server does; problems of parameters "
    "that stand in no other as lists of sentences by name; as soon as one stands within another, each has its path.",
    "webhook_url": "An operation that names no `webhook_url` is told of at the connection's; without both it is "
    "refused.",
    "links": "Links are absolute, on the address that the caller used.",
    "numbers": "Numbers may come as texts; amounts of more than two decimal places are refused, not rounded.",
    "moments": "A moment that ends in `Z` is in UTC.",
}
"""Every choice in a sentence. Names in capitals are constants above."""
