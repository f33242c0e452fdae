"""A sale on paper: figures as stored, worked out here by hand."""

import io
import re
from datetime import date
from decimal import Decimal

import pypdf
import pytest
from msgspec import structs

from counterfoil.documents.pdf import pdf_of
from counterfoil.documents.sheet import Sheet, sheet_of
from counterfoil.model.addresses import Address
from counterfoil.model.company import Company
from counterfoil.model.lines import SalesLine, SalesLineGroup, TaxComponent
from counterfoil.model.sales import CreditMemo, Invoice
from counterfoil.model.values import Ref

COMPANY = Company(
    company_name="Larkspur Landscaping",
    address=Address(line1="200 Garden Way", city="Austin", state="TX", postal_code="78701"),
    phone="512 555 0100",
)
TODAY = date(2026, 6, 30)
INVOICE = Invoice(
    id="9-1",
    updated_at=1_780_000_000,
    customer=Ref("80000001-1", "Acme & Daughters"),
    ref_number="1042",
    transaction_date=date(2026, 6, 2),
    due_date=date(2026, 7, 2),
    terms=Ref("1", "Net 30"),
    billing_address=Address(line1="Acme & Daughters", line2="1 Main St", city="Waco", state="TX", postal_code="76701"),
    lines=(
        SalesLine(
            item=Ref("2", "Paver"),
            description="Concrete paver",
            quantity=Decimal(1200),
            rate=Decimal("4.5"),
            amount=Decimal("5400.00"),
        ),
        SalesLine(description="Only a remark"),
        SalesLineGroup(
            item_group=Ref("3", "Kit"),
            quantity=Decimal(1),
            total_amount=Decimal("30.00"),
            should_print_items_in_group=True,
            lines=(
                SalesLine(item=Ref("4", "Edge"), quantity=Decimal("2.5"), rate=Decimal(12), amount=Decimal("30.00")),
            ),
        ),
        SalesLine(item=Ref("5", "Discount"), rate_percent=Decimal("-10"), amount=Decimal("-3.00")),
    ),
    subtotal=Decimal("5427.00"),
    sales_tax_item=Ref("6", "Austin"),
    sales_tax_percentage=Decimal("8.25"),
    sales_tax_total=Decimal("447.73"),
    total_amount=Decimal("5874.73"),
    tax_components=(
        TaxComponent(
            item=Ref("7", "Texas"), percent=Decimal("6.25"), taxable=Decimal("5427.00"), amount=Decimal("339.19")
        ),
        TaxComponent(item=Ref("8", "City"), percent=Decimal("2"), taxable=Decimal("5427.00"), amount=Decimal("108.54")),
    ),
    applied_amount=Decimal("874.73"),
    balance_remaining=Decimal("5000.00"),
    is_paid=False,
    customer_message=Ref("9", "Thank you for your business."),
)


def sums(sheet: Sheet) -> list[tuple[str, str]]:
    return [(each.label, each.amount) for each in sheet.sums]


def test_a_sheet_says_what_the_books_stored() -> None:
    sheet = sheet_of(INVOICE, COMPANY, TODAY)
    assert (sheet.title, sheet.number, sheet.seller, sheet.stamp) == ("Invoice", "1042", "Larkspur Landscaping", "")
    assert sheet.seller_lines == ("200 Garden Way", "Austin, TX 78701", "512 555 0100")
    assert (sheet.buyer, sheet.buyer_lines) == ("Acme & Daughters", ("1 Main St", "Waco, TX 76701"))
    assert sheet.facts == (
        ("Number", "1042"),
        ("Date", "June 2, 2026"),
        ("Terms", "Net 30"),
        ("Due", "July 2, 2026"),
    )
    told = [(line.item, line.quantity, line.rate, line.amount, line.level) for line in sheet.lines]
    assert told == [
        ("Paver", "1200", "4.50", "5,400.00", 0),
        ("", "", "", "", 0),
        ("Kit", "1", "", "30.00", 0),
        ("Edge", "2.5", "12.00", "30.00", 1),
        ("Discount", "", "-10 %", "-3.00", 0),
    ]
    assert sums(sheet) == [
        ("Subtotal", "5,427.00"),
        ("Sales tax: Texas (6.25 %)", "339.19"),
        ("Sales tax: City (2 %)", "108.54"),
        ("Total", "5,874.73"),
        ("Paid or credited", "-874.73"),
        ("Balance due", "5,000.00"),
    ]
    assert sheet.file_name == "Invoice-1042.pdf"


@pytest.mark.parametrize(
    ("changes", "stamp"),
    [
        ({"is_paid": True}, "PAID"),
        ({"is_void": True, "is_paid": True}, "VOID"),
        ({"due_date": date(2026, 6, 29)}, "OVERDUE"),
        ({"due_date": TODAY}, ""),
        ({"is_pending": True}, "PENDING"),
    ],
)
def test_the_stamp_says_how_it_stands(changes: dict[str, object], stamp: str) -> None:
    assert sheet_of(structs.replace(INVOICE, **changes), COMPANY, TODAY).stamp == stamp


def test_tax_parts_that_do_not_sum_to_the_tax_are_not_shown() -> None:
    odd = structs.replace(INVOICE, sales_tax_total=Decimal("450.00"), total_amount=Decimal("5877.00"))
    assert ("Sales tax: Austin (8.25 %)", "450.00") in sums(sheet_of(odd, COMPANY, TODAY))


def test_a_credit_memo_says_what_is_left_of_it() -> None:
    memo = CreditMemo(ref_number="C/7", subtotal=Decimal("10.00"), credit_remaining=Decimal("4.00"))
    sheet = sheet_of(memo, Company(country="CA"), TODAY)
    assert sums(sheet) == [("Subtotal", "10.00"), ("Total", "10.00"), ("Left to use", "4.00")]
    assert sheet.file_name == "Credit-memo-C-7.pdf"


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def test_the_pdf_holds_the_same_words_and_figures_and_comes_out_the_same_again() -> None:
    sheet = sheet_of(INVOICE, COMPANY, TODAY)
    pdf = pdf_of(sheet)
    assert pdf == pdf_of(sheet)
    document = read(pdf)
    text = document.pages[0].extract_text()
    for label, amount in sums(sheet):
        assert re.search(rf"{re.escape(label)}\s+{re.escape(amount)}", text), label
    for line in sheet.lines:
        assert line.item in text
        assert line.amount in text
    assert document.metadata is not None
    assert document.metadata.title == "Invoice 1042"
    assert "Page 1 of 1" in text


def test_texts_are_never_read_as_markup() -> None:
    texts = (
        '#panic("no")',
        "*bold* _it_ $x$ `raw`",
        "= Heading",
        '#read("/etc/passwd")',
        "\\u{41} // gone",
        "<label> @ref",
    )
    lines = tuple(SalesLine(item=Ref("1", text), description=text, amount=Decimal(1)) for text in texts)
    hostile = structs.replace(
        INVOICE, lines=lines, customer_note=texts[0], customer=Ref("1", texts[1]), ref_number=texts[2]
    )
    company = structs.replace(COMPANY, company_name=texts[3])
    extracted = read(pdf_of(sheet_of(hostile, company, TODAY))).pages[0].extract_text()
    for text in texts:
        assert text.replace(" ", "") in extracted.replace(" ", "").replace("\n", ""), text


def test_many_lines_run_over_pages_with_the_heads_of_their_columns() -> None:
    lines = tuple(SalesLine(item=Ref("1", f"Part {count}"), amount=Decimal(count)) for count in range(1, 121))
    document = read(pdf_of(sheet_of(structs.replace(INVOICE, lines=lines), COMPANY, TODAY)))
    texts = [page.extract_text() for page in document.pages]
    assert len(texts) > 2
    for count, text in enumerate(texts, 1):
        assert f"Page {count} of {len(texts)}" in text
    assert all("Quantity" in text for text in texts[:-1])
    found = [int(number) for text in texts for number in re.findall(r"Part (\d+)", text)]
    assert found == list(range(1, 121))
