"""The smaller lists: classes, payment methods, tax codes and tax rates.

In Canada a tax code of Intuit's is one of the company's codes. In the United States there are two of those, `TAX` and
`NON`; the other tax codes are what a whole sale is taxed with: our sales-tax items and groups of them.
"""

from typing import Any, Final

from counterfoil.core.money import plain
from counterfoil.model.items import SalesTaxGroupItem, SalesTaxItem
from counterfoil.model.lists import SalesTaxCode
from counterfoil.model.values import Ref
from counterfoil.wire.qbo.forms import FLAG, TEXT, choice, to
from counterfoil.wire.qbo.maps.parts import BY_NAME, ENTITY, NAMED, branch
from counterfoil.wire.qbo.table import EXEMPT, TAXABLE, Entity, Json, Known, Row, always, row, space_of, told

CARD: Final = "CREDIT_CARD"
NO_CARD: Final = "NON_CREDIT_CARD"
METHODS: Final = choice(
    dict.fromkeys(("american_express", "discover", "master_card", "visa", "debit_card", "other_credit_card"), CARD),
    other=NO_CARD,
)

CLASS: Final = Entity("Class", ("classes",), (*branch("classes", "SubClass"), *ENTITY), filters=BY_NAME)
PAYMENT_METHOD: Final = Entity(
    "PaymentMethod",
    ("payment_methods",),
    (*NAMED, row("Type", "payment_method_type", METHODS), *ENTITY),
    filters=BY_NAME,
)


def _is_code(thing: Any, known: Known) -> bool:
    """Of an American company's codes only its two defaults are Intuit's."""
    return known.is_canadian or not isinstance(thing, SalesTaxCode) or _default(thing, known) is not None


def _default(code: SalesTaxCode, known: Known) -> str | None:
    tax = known.preferences.sales_tax
    defaults = {
        TAXABLE: tax.default_taxable_sales_tax_code if tax is not None else None,
        EXEMPT: tax.default_non_taxable_sales_tax_code if tax is not None else None,
    }
    return next((name for name, ref in defaults.items() if ref is not None and ref.id == code.id), None)


def _pseudo(thing: Any, known: Known) -> str | None:
    return _default(thing, known) if isinstance(thing, SalesTaxCode) and not known.is_canadian else None


def _code_id(thing: Any, known: Known) -> str:
    return _pseudo(thing, known) or known.number(space_of(thing), thing.id)


def _rates(thing: Any, known: Known) -> Json | None:
    """The rates behind a code."""
    if isinstance(thing, SalesTaxCode):
        rates = _behind(thing.sales_tax_item, known)
    elif isinstance(thing, SalesTaxGroupItem):
        rates = thing.sales_tax_items
    else:
        rates = (Ref(thing.id, thing.label),)
    details = [
        {"TaxRateRef": to("items").write(rate, known), "TaxTypeApplicable": "TaxOnAmount", "TaxOrder": 0}
        for rate in rates
    ]
    return {"TaxRateDetail": details} if details else None


def _behind(ref: Ref | None, known: Known) -> tuple[Ref, ...]:
    item = known.items.get(ref.id or "") if ref is not None else None
    if isinstance(item, SalesTaxGroupItem):
        return item.sales_tax_items
    return (ref,) if ref is not None else ()


def _taxable(thing: Any, _known: Known) -> bool:
    return thing.is_taxable if isinstance(thing, SalesTaxCode) else True


TAX_CODE: Final = Entity(
    "TaxCode",
    ("sales_tax_codes", "sales_tax_items", "sales_tax_group_items"),
    (
        Row("Name", "name", TEXT, lambda thing, known: _pseudo(thing, known) or thing.name),
        row("Description", "description", TEXT),
        row("Active", "is_active", FLAG),
        told("Taxable", _taxable),
        told("TaxGroup", lambda thing, known: _pseudo(thing, known) is None),
        told("SalesTaxRateList", _rates),
        told("Id", _code_id),
        *ENTITY[1:],
    ),
    canadian=("sales_tax_codes",),
    shown=_is_code,
)
TAX_RATE: Final = Entity(
    "TaxRate",
    ("sales_tax_items",),
    (
        *NAMED,
        row("Description", "description", TEXT),
        told("RateValue", lambda item, _known: plain(item.tax_rate) if item.tax_rate is not None else "0"),
        row("AgencyRef", "tax_vendor", to("names")),
        always("SpecialTaxType", "NONE"),
        always("DisplayType", "ReadOnly"),
        *ENTITY,
    ),
    filters=BY_NAME,
)


def rate_items(item: Any) -> tuple[str, ...]:
    """The ids of the tax items that charge when this item or group does."""
    if isinstance(item, SalesTaxGroupItem):
        return tuple(ref.id or "" for ref in item.sales_tax_items)
    return (item.id,) if isinstance(item, SalesTaxItem) else ()
