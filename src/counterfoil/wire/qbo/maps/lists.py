"""The smaller lists: classes, departments, payment methods, tax codes and tax rates.

In Canada a tax code of Intuit's is one of the company's codes. In the United States there are two of those, `TAX` and
`NON`; the other tax codes are what a whole sale is taxed with: our sales-tax items and groups of them.
"""

from typing import Any, Final

from counterfoil.core.money import plain
from counterfoil.model.items import SalesTaxGroupItem
from counterfoil.model.lists import SalesTaxCode
from counterfoil.model.values import Ref
from counterfoil.wire.qbo.forms import FLAG, NUMBER, TEXT, choice, to
from counterfoil.wire.qbo.maps.addresses import address
from counterfoil.wire.qbo.maps.parts import BY_NAME, ENTITY, branch, listed, named
from counterfoil.wire.qbo.table import EXEMPT, TAXABLE, Entity, Json, Known, Row, always, row, space_of, told

CARD: Final = "CREDIT_CARD"
NO_CARD: Final = "NON_CREDIT_CARD"
METHODS: Final = choice(
    dict.fromkeys(("american_express", "discover", "master_card", "visa", "debit_card", "other_credit_card"), CARD),
    other=NO_CARD,
)

CLASS: Final = Entity(
    "Class",
    ("classes",),
    (*branch("classes", "SubClass"), *ENTITY),
    filters=BY_NAME,
    made=("classes",),
)
DEPARTMENT: Final = Entity(
    "Department",
    ("departments",),
    (*branch("departments", "SubDepartment"), address("Address", "address"), *ENTITY),
    filters=BY_NAME,
    made=("departments",),
)
PAYMENT_METHOD: Final = Entity(
    "PaymentMethod",
    ("payment_methods",),
    (*named(31), row("Type", "payment_method_type", METHODS, "kept"), *ENTITY),
    filters=BY_NAME,
    made=("payment_methods",),
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
        rates = tuple(Ref(rate.id, rate.label) for rate in known.rates.get(thing.id, ()))
        rates = rates or _behind(thing.sales_tax_item, known)
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


def _which(given: Json, known: Known) -> str:
    """Of an American company's codes all but the two of the lines are what whole sales are taxed with."""
    return "sales_tax_codes" if known.is_canadian or given.get("Id") in (TAXABLE, EXEMPT) else "sales_tax_group_items"


def charges_several(given: Json) -> bool:
    """Whether a tax code of Intuit's charges several rates, so that it is a group of them too."""
    return len(_details(given)) > 1


def _details(given: Json) -> list[Json]:
    return listed((given.get("SalesTaxRateList") or {}).get("TaxRateDetail") or [])


def _heard_rates(given: Json, known: Known) -> dict[str, Any]:
    """The rates of a group; a code refers to its only rate, or to the group that it is itself."""
    rates = tuple(ref for each in _details(given) if (ref := to("items").read(each["TaxRateRef"], known)) is not None)
    group = Ref(known.id("items", str(given.get("Id", ""))), given.get("Name"))
    item = (rates[0] if len(rates) == 1 else group) if rates else None
    return {"sales_tax_items": rates, "sales_tax_item": item}


def _heard_rate(given: Json, known: Known) -> dict[str, Any]:
    return {"tax_rate": NUMBER.read(given["RateValue"], known)}


TAX_CODE: Final = Entity(
    "TaxCode",
    ("sales_tax_codes", "sales_tax_items", "sales_tax_group_items"),
    (
        Row("Name", "name", TEXT, lambda thing, known: _pseudo(thing, known) or thing.name),
        row("Description", "description", TEXT),
        row("Active", "is_active", FLAG),
        Row("Taxable", "is_taxable", FLAG, told=_taxable),
        told("TaxGroup", lambda thing, known: _pseudo(thing, known) is None),
        Row("SalesTaxRateList", told=_rates, heard=_heard_rates, use="own"),
        told("Id", _code_id),
        *ENTITY[1:],
    ),
    canadian=("sales_tax_codes",),
    shown=_is_code,
    which=_which,
)
TAX_RATE: Final = Entity(
    "TaxRate",
    ("sales_tax_items",),
    (
        *named(100),
        row("Description", "description", TEXT),
        Row(
            "RateValue",
            told=lambda item, _known: plain(item.tax_rate) if item.tax_rate is not None else "0",
            heard=_heard_rate,
            use="own",
        ),
        row("AgencyRef", "tax_vendor", to("names")),
        always("SpecialTaxType", "NONE"),
        always("DisplayType", "ReadOnly"),
        *ENTITY,
    ),
    filters=BY_NAME,
)
