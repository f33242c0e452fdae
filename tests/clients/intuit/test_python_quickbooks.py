"""python-quickbooks, unmodified, against the emulator: every class that it has, from its making to its end."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from quickbooks.batch import batch_create, batch_delete, batch_update
from quickbooks.cdc import change_data_capture
from quickbooks.client import QuickBooks
from quickbooks.exceptions import ObjectNotFoundException, QuickbooksException, ValidationException
from quickbooks.objects.attachable import Attachable
from quickbooks.objects.billpayment import BillPayment
from quickbooks.objects.budget import Budget
from quickbooks.objects.company_info import CompanyInfo
from quickbooks.objects.creditmemo import CreditMemo
from quickbooks.objects.customer import Customer
from quickbooks.objects.customertype import CustomerType
from quickbooks.objects.detailline import DiscountLine, DiscountLineDetail
from quickbooks.objects.estimate import Estimate
from quickbooks.objects.exchangerate import ExchangeRate
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.payment import Payment, PaymentLine
from quickbooks.objects.preferences import Preferences
from quickbooks.objects.recurringtransaction import RecurringBill, RecurringInfo, RecurringTransaction, ScheduleInfo
from quickbooks.objects.salesreceipt import SalesReceipt
from quickbooks.objects.taxagency import TaxAgency
from quickbooks.objects.taxcode import TaxCode
from quickbooks.objects.taxrate import TaxRate
from quickbooks.objects.taxservice import TaxRateDetails, TaxService
from tests.clients.intuit.objects import DELETED, MADE, expense_line, filled, linked, name, ref, sale_line
from tests.clients.intuit.server import RunningIntuit


@pytest.mark.parametrize("entity", MADE)
def test_create_read_update_and_query(qb: QuickBooks, entity: str) -> None:
    make, field = MADE[entity]
    made = make()
    before = type(made).count(qb=qb)
    made.save(qb=qb)
    assert int(made.Id) > 0
    found = type(made).get(made.Id, qb=qb)
    assert getattr(found, field) == getattr(made, field)
    setattr(found, field, name("changed"))
    changed = found.save(qb=qb)
    assert getattr(changed, field) == getattr(found, field)
    assert changed.SyncToken == str(int(found.SyncToken) + 1)
    assert type(made).count(qb=qb) == before + 1
    by_id = type(made).filter(Id=made.Id, qb=qb)
    assert [getattr(each, field) for each in by_id] == [getattr(found, field)]
    several = type(made).choose([made.Id, "999999"], qb=qb)
    assert [each.Id for each in several] == [made.Id]
    assert made.Id in [each.Id for each in type(made).all(max_results=1000, qb=qb)]
    setattr(found, field, name("late"))
    with pytest.raises(QuickbooksException) as stale:
        found.save(qb=qb)
    assert stale.value.error_code == 5010


@pytest.mark.parametrize("entity", DELETED)
def test_delete(qb: QuickBooks, entity: str) -> None:
    made = MADE[entity][0]()
    saved = made.save(qb=qb)
    told = saved.delete(qb=qb)
    assert next(each for each in told.values() if isinstance(each, dict))["status"] == "Deleted"
    assert type(made).filter(Id=made.Id, qb=qb) == []
    with pytest.raises(ObjectNotFoundException):
        type(made).get(made.Id, qb=qb)


@pytest.mark.parametrize("entity", [entity for entity in MADE if entity not in DELETED])
def test_make_inactive(qb: QuickBooks, entity: str) -> None:
    saved = MADE[entity][0]().save(qb=qb)
    saved.Active = False
    assert saved.save(qb=qb).Active is False
    assert type(saved).filter(Id=saved.Id, qb=qb) == []
    assert len(type(saved).where(f"Active IN (true, false) AND Id = '{saved.Id}'", qb=qb)) == 1


def test_void(qb: QuickBooks) -> None:
    for entity in ("Invoice", "Payment", "SalesReceipt", "BillPayment"):
        saved = MADE[entity][0]().save(qb=qb)
        saved.void(qb=qb)
        found = type(saved).get(saved.Id, qb=qb)
        assert found.TotalAmt == 0, entity
        assert "Voided" in found.PrivateNote


@pytest.mark.parametrize("class_", [Invoice, Estimate, SalesReceipt])
def test_pdf(qb: QuickBooks, class_: type[Any]) -> None:
    saved = MADE[class_.__name__][0]().save(qb=qb)
    assert saved.download_pdf(qb=qb)[:4] == b"%PDF"


@pytest.mark.parametrize("class_", [Invoice, Estimate])
def test_send(qb: QuickBooks, class_: type[Any]) -> None:
    saved = MADE[class_.__name__][0]().save(qb=qb)
    told = saved.send(qb=qb, send_to="someone@example.com")
    assert told[class_.__name__]["EmailStatus"] == "EmailSent"


def test_a_payment_settles_an_invoice(qb: QuickBooks) -> None:
    invoice = MADE["Invoice"][0]().save(qb=qb)
    line = filled(PaymentLine(), Amount=40)
    line.LinkedTxn.append(linked(invoice.Id, "Invoice"))
    payment = filled(Payment(), CustomerRef=ref("1"), TotalAmt=40, Line=[line]).save(qb=qb)
    assert payment.UnappliedAmt == 0
    assert Invoice.get(invoice.Id, qb=qb).Balance == 60
    payment.Line = []
    payment.save(qb=qb)
    assert Invoice.get(invoice.Id, qb=qb).Balance == 100


def test_a_discount_stands_behind_the_subtotal(qb: QuickBooks) -> None:
    for class_ in (Invoice, Estimate):
        detail = filled(DiscountLineDetail(), PercentBased=True, DiscountPercent=10)
        discount = filled(DiscountLine(), Amount=10, DiscountLineDetail=detail, DetailType="DiscountLineDetail")
        saved = filled(class_(), CustomerRef=ref("1"), Line=[sale_line(), discount]).save(qb=qb)
        assert [line.DetailType for line in saved.Line] == [
            "SalesItemLineDetail",
            "SubTotalLineDetail",
            "DiscountLineDetail",
        ]
        assert saved.TotalAmt == 90


def test_exact_numbers(qb: QuickBooks) -> None:
    qb.use_decimal = True
    line = sale_line(Decimal("1234567.89"), quantity=None)
    saved = filled(Invoice(), CustomerRef=ref("1"), Line=[line]).save(qb=qb)
    found = Invoice.get(saved.Id, qb=qb)
    assert found.TotalAmt == Decimal("1234567.89")
    assert isinstance(found.TotalAmt, Decimal)


def test_the_same_request_id_makes_one_customer(qb: QuickBooks) -> None:
    shown = name("Once")
    customer = filled(Customer(), DisplayName=shown)
    first = customer.save(qb=qb, request_id="one-and-only")
    second = filled(Customer(), DisplayName=shown).save(qb=qb, request_id="one-and-only")
    assert first.Id == second.Id
    assert Customer.count(f"DisplayName = '{shown}'", qb=qb) == 1


def test_a_duplicate_number_is_allowed_by_a_parameter(intuit: RunningIntuit, qb: QuickBooks) -> None:
    company = intuit.emulator.companies[intuit.realm]
    company.warns_of_duplicates = True
    try:
        number = name("D")
        filled(MADE["Invoice"][0](), DocNumber=number).save(qb=qb)
        with pytest.raises(QuickbooksException) as refused:
            filled(MADE["Invoice"][0](), DocNumber=number).save(qb=qb)
        assert refused.value.error_code == 6140
        filled(MADE["Invoice"][0](), DocNumber=number).save(qb=qb, params={"include": "allowduplicatedocnum"})
    finally:
        company.warns_of_duplicates = False


def test_batches(qb: QuickBooks) -> None:
    customers = [filled(Customer(), DisplayName=name("Batch")) for _ in range(32)]
    twin = filled(Customer(), DisplayName=customers[0].DisplayName)
    result = batch_create([*customers, twin], qb=qb)
    assert len(result.successes) == 32
    assert [fault.Error[0].code for fault in result.faults] == ["6240"]
    for customer in result.successes[:3]:
        customer.CompanyName = "updated"
    changed = batch_update(result.successes[:3], qb=qb)
    assert [customer.CompanyName for customer in changed.successes] == ["updated"] * 3
    memos = batch_create([MADE["CreditMemo"][0]() for _ in range(2)], qb=qb).successes
    assert len(memos) == 2
    assert len(batch_delete(memos, qb=qb).faults) == 0
    assert CreditMemo.choose([memo.Id for memo in memos], qb=qb) == []


def test_change_data_capture(qb: QuickBooks) -> None:
    since = datetime.now().astimezone() - timedelta(seconds=2)
    kept, gone = (MADE["Invoice"][0]().save(qb=qb) for _ in range(2))
    gone.delete(qb=qb)
    receipt = MADE["SalesReceipt"][0]().save(qb=qb)
    changes = change_data_capture([Invoice, SalesReceipt, Customer], since.isoformat(timespec="seconds"), qb=qb)
    told = {each.Id: each for each in changes.Invoice}
    assert told[kept.Id].TotalAmt == 100
    assert told[gone.Id].status == "Deleted"
    assert receipt.Id in [each.Id for each in changes.SalesReceipt]


def test_queries(qb: QuickBooks) -> None:
    found = Customer.filter(DisplayName="Amy's Bird Sanctuary", Active=True, qb=qb)
    assert [each.Id for each in found] == ["1"]
    found = Customer.where("Active = true AND DisplayName LIKE 'C%'", order_by="DisplayName DESC", qb=qb)
    names = [each.DisplayName for each in found]
    assert names == sorted(names, reverse=True)
    first, second = Customer.all(max_results=1, qb=qb), Customer.all(start_position=2, max_results=1, qb=qb)
    assert first[0].Id != second[0].Id
    assert qb.query("SELECT * FROM Attachable WHERE Id = '0'")["QueryResponse"] == {}
    with pytest.raises(ValidationException):
        Customer.query("select nothing", qb=qb)


def test_files_are_attached_by_path_and_by_content(qb: QuickBooks, tmp_path: Any) -> None:
    path = tmp_path / "note.txt"
    path.write_text("twelve bytes")
    by_path = filled(Attachable(), FileName="note.txt", ContentType="text/plain", _FilePath=str(path))
    by_path = by_path.save(qb=qb)
    assert (by_path.FileName, by_path.Size) == ("note.txt", 12)
    by_content = filled(Attachable(), FileName="x.bin", ContentType="application/octet-stream", _FileBytes=b"12345")
    assert by_content.save(qb=qb).Size == 5
    for each in (by_path, by_content):
        Attachable.get(each.Id, qb=qb).delete(qb=qb)


def test_taxes(qb: QuickBooks) -> None:
    assert len(TaxCode.all(qb=qb)) >= 4
    assert TaxRate.all(max_results=1, qb=qb)[0].RateValue
    agency = filled(TaxAgency(), DisplayName=name("Agency")).save(qb=qb)
    detail = filled(TaxRateDetails(), TaxRateName=name("R"), RateValue=10, TaxAgencyId=agency.Id)
    service = filled(TaxService(), TaxCode=name("Code"), TaxRateDetails=[detail])
    made = service.save(qb=qb)
    assert made.TaxCode == service.TaxCode
    assert TaxCode.get(made.TaxCodeId, qb=qb).Name == service.TaxCode


def test_preferences_company_rates_and_types(qb: QuickBooks) -> None:
    preferences = Preferences.get(qb=qb)
    assert preferences.AccountingInfoPrefs.TaxYearMonth == "January"
    assert preferences.ProductAndServicesPrefs.ForPurchase is True
    assert preferences.VendorAndPurchasesPrefs.BillableExpenseTracking is True
    assert preferences.TimeTrackingPrefs.WorkWeekStartDate == "Monday"
    assert preferences.OtherPrefs.NameValue[0].Name == "SalesFormsPrefs.DefaultCustomerMessage"
    before = preferences.AccountingInfoPrefs.CustomerTerminology
    preferences.AccountingInfoPrefs.CustomerTerminology = "Clients"
    assert preferences.save(qb=qb).AccountingInfoPrefs.CustomerTerminology == "Clients"
    again = Preferences.get(qb=qb)
    again.AccountingInfoPrefs.CustomerTerminology = before
    again.save(qb=qb)
    assert CompanyInfo.get(qb.company_id, qb=qb).CompanyName == "Sandbox Company_US_1"
    rate = ExchangeRate.where("SourceCurrencyCode = 'EUR'", qb=qb)[0]
    rate.Rate = 2
    assert rate.save(qb=qb).Rate == 2
    assert CustomerType.all(qb=qb)[0].Name == "Trade"
    assert Budget.all(qb=qb) == []
    assert qb.get_report("ProfitAndLoss")["Header"]["ReportName"] == "ProfitAndLoss"


def test_a_recurring_bill(qb: QuickBooks) -> None:
    info = filled(RecurringInfo(), Name=name("Monthly"), RecurType="Automated", Active=True)
    info.ScheduleInfo = filled(ScheduleInfo(), IntervalType="Monthly", NumInterval=1, DayOfMonth=1)
    bill = filled(RecurringBill(), VendorRef=ref("41"), Line=[expense_line()], RecurringInfo=info)
    made = filled(RecurringTransaction(), Bill=bill).save(qb=qb)
    assert made.Bill.RecurringInfo.Name == info.Name
    found = RecurringTransaction.where("Type = 'Bill'", qb=qb)
    assert info.Name in [each.Bill.RecurringInfo.Name for each in found]
    read = RecurringTransaction.get(made.Bill.Id, qb=qb)
    read.Bill.RecurringInfo.Active = False
    changed = read.save(qb=qb)
    assert changed.Bill.RecurringInfo.Active is False
    changed.delete(qb=qb)
    assert info.Name not in [each.Bill.RecurringInfo.Name for each in RecurringTransaction.all(qb=qb)]


def test_a_bill_is_paid(qb: QuickBooks) -> None:
    bill = MADE["Bill"][0]().save(qb=qb)
    payment = MADE["BillPayment"][0]()
    payment.Line[0].LinkedTxn.append(linked(bill.Id, "Bill"))
    payment.save(qb=qb)
    assert type(bill).get(bill.Id, qb=qb).Balance == 0
    assert BillPayment.get(payment.Id, qb=qb).Line[0].LinkedTxn[0].TxnId == bill.Id
