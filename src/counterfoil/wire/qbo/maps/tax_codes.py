"""The tax code of a line, an item or a customer.

In the United States Intuit has two of them there, `TAX` and `NON`; everywhere else they are the codes of the company.
"""

from typing import Any, Final

from counterfoil.model.values import Ref
from counterfoil.wire.qbo.forms import to
from counterfoil.wire.qbo.table import EXEMPT, TAXABLE, Form, Json, Known

_CODES: Final = to("sales_tax_codes")


def line_tax_code(code: Ref | None, known: Known) -> Any:
    """A code of the company's list in Canada; in the United States one of the two that Intuit has there."""
    if code is None:
        return None
    if known.is_canadian:
        return _CODES.write(code, known)
    return {"value": TAXABLE if is_taxable(code, known) else EXEMPT}


def is_taxable(code: Ref, known: Known) -> bool:
    found = known.tax_codes.get(code.id or "")
    return found.is_taxable if found is not None else code.id == TAXABLE


def code_called(name: str, known: Known) -> Ref:
    """The books' own code behind one of Intuit's two: the company's default, where it has one."""
    tax = known.preferences.sales_tax
    if tax is not None:
        default = tax.default_taxable_sales_tax_code if name == TAXABLE else tax.default_non_taxable_sales_tax_code
        if default is not None:
            return default
    return Ref(name, name)


def _read(value: Any, known: Known) -> Ref | None:
    ref: Ref | None = _CODES.read(value, known)
    if ref is None or known.is_canadian or ref.id not in (TAXABLE, EXEMPT):
        return ref
    return code_called(ref.id, known)


TAX_CODE_REF: Final = Form(line_tax_code, _read, "a reference")


def asked_taxable(thing: Any, known: Known) -> bool | None:
    """`Taxable` of an item or customer in the United States."""
    code: Ref | None = getattr(thing, "sales_tax_code", None)
    return is_taxable(code, known) if code is not None and not known.is_canadian else None


def heard_taxable(given: Json, known: Known) -> dict[str, Any]:
    if known.is_canadian:
        return {}
    taxable = given["Taxable"] in (True, "true")
    return {"sales_tax_code": code_called(TAXABLE if taxable else EXEMPT, known)}
