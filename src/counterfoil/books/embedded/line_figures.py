"""The figures of a sale's lines: what each suggests, what it comes to, and how that is written into it."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from msgspec import structs

from counterfoil.books.embedded.built import Built, BuiltLine, each_line
from counterfoil.books.embedded.references import to
from counterfoil.core.errors import BooksRefused
from counterfoil.core.problems import Problem
from counterfoil.ledger.arithmetic import AmountNeeded, LineFigures, LineTerms, NothingAbove, figures
from counterfoil.model.items import DiscountItem, SalesTaxItem, SoldItem
from counterfoil.model.lines import SalesLine
from counterfoil.model.shape import ListObject


def figured(built: Sequence[Built], warnings: list[str]) -> None:
    """Work every line's figures out and write them into it; raises BooksRefused where a line refers to nothing."""
    lines = list(each_line(built))
    try:
        results = figures([_terms(line) for line in lines])
    except NothingAbove as error:
        raise BooksRefused(Problem("nothing_above", lines[error.position].place)) from None
    except AmountNeeded as error:
        raise BooksRefused(Problem("amount_needed", (*lines[error.position].place, "amount"))) from None
    except InvalidOperation:
        raise BooksRefused(Problem("too_much_money", ("lines",), {"total": "more than 25 digits"})) from None
    for position, (line, figure) in enumerate(zip(lines, results, strict=True)):
        line.line = _written(line, figure)
        if figure.rate_ignored:
            warnings.append(f"lines[{position}].rate")


def _terms(built: BuiltLine) -> LineTerms:
    line, item = built.line, built.item
    price, percent = _suggested(item)
    return LineTerms(built.role, line.quantity, line.rate, line.rate_percent, line.amount, price, percent, built.kept)


def _written(built: BuiltLine, figure: LineFigures) -> SalesLine:
    line, item = built.line, built.item
    return structs.replace(
        line,
        item=to(item) if item is not None else None,
        description=line.description if line.description is not None else _description(item),
        quantity=figure.quantity,
        rate=figure.rate,
        rate_percent=figure.rate_percent,
        amount=figure.amount,
        class_=built.class_ if item is not None else line.class_,
        sales_tax_code=to(built.code) if built.code is not None else None,
    )


def _suggested(item: ListObject | None) -> tuple[Decimal | None, Decimal | None]:
    """The price that an item suggests, or the percentage of the line above."""
    if isinstance(item, SoldItem):
        if item.sales_or_purchase is not None:
            return item.sales_or_purchase.price, item.sales_or_purchase.price_percentage
        if item.sales_and_purchase is not None:
            return item.sales_and_purchase.sales_price, None
    if isinstance(item, DiscountItem):
        return item.discount_rate, item.discount_rate_percent
    if isinstance(item, SalesTaxItem):
        return None, item.tax_rate
    return None, None


def _description(item: ListObject | None) -> str | None:
    if isinstance(item, SoldItem):
        if item.sales_or_purchase is not None:
            return item.sales_or_purchase.description
        if item.sales_and_purchase is not None:
            return item.sales_and_purchase.sales_description
        return None
    return getattr(item, "description", None)


def income_account(item: SoldItem) -> str | None:
    ref = None
    if item.sales_or_purchase is not None:
        ref = item.sales_or_purchase.posting_account
    elif item.sales_and_purchase is not None:
        ref = item.sales_and_purchase.income_account
    return ref.id if ref is not None else None
