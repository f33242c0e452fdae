"""Sales that are paid at once, estimates, time and papers: what reaches the ledger, and what never does."""

from decimal import Decimal
from typing import Any

from tests.simulation.desk import Desk

from counterfoil.model.activities import Attachable, AttachedTo, TimeActivity
from counterfoil.model.command import Create, LineChange
from counterfoil.model.lists import Department
from counterfoil.model.people import Employee
from counterfoil.model.query import Filter, Select
from counterfoil.model.sales import Estimate, RefundReceipt, Sale, SalesReceipt
from counterfoil.model.values import Ref


def sale(desk: Desk, model: type[Sale], **fields: Any) -> Any:
    """Ten pavers at 4.75, taxed 6.25 % and 2 %: 47.50, and 2.97 and 0.95 of tax."""
    return desk.create(model(customer=desk.ref("Anna"), lines=(desk.line("Paver", quantity="10"),), **fields))


def test_a_sales_receipt_puts_money_into_undeposited_funds_and_owes_the_tax(desk: Desk) -> None:
    made = sale(desk, SalesReceipt)
    assert (made.subtotal, made.sales_tax_total, made.total_amount) == (
        Decimal("47.50"),
        Decimal("3.92"),
        Decimal("51.42"),
    )
    assert made.deposit_to_account.full_name == "Undeposited Funds"
    assert (made.receivables_account, made.terms, made.due_date) == (None, None, None)
    assert desk.balance("Undeposited Funds") == 5142
    assert desk.balance("Sales") == -4750
    assert desk.balance("Sales Tax Payable") == -392
    assert desk.balance("Accounts Receivable") == 0


def test_a_refund_receipt_takes_the_same_back(desk: Desk) -> None:
    sale(desk, RefundReceipt, deposit_to_account=desk.ref("Checking"))
    assert desk.balance("Checking") == -5142
    assert desk.balance("Sales") == 4750
    assert desk.balance("Sales Tax Payable") == 392


def test_a_changed_receipt_is_posted_again(desk: Desk) -> None:
    made = sale(desk, SalesReceipt)
    line = LineChange(id=made.lines[0].id, changes={"quantity": Decimal(20)})
    after = desk.update(made, lines=(line,), deposit_to_account=desk.ref("Checking"))
    assert after.total_amount == Decimal("102.84")  # 95.00, 5.94 and 1.90
    assert desk.balance("Undeposited Funds") == 0
    assert desk.balance("Checking") == 10284


def test_a_voided_receipt_is_worth_nothing(desk: Desk) -> None:
    made = sale(desk, SalesReceipt)
    desk.void(made)
    assert desk.read(made).total_amount == Decimal(0)
    assert desk.balance("Undeposited Funds") == desk.balance("Sales Tax Payable") == 0


def test_a_receipt_may_be_of_nobody_in_particular(desk: Desk) -> None:
    lines = (desk.line("Paver", quantity="10"),)
    made = desk.create(SalesReceipt(lines=lines))
    assert (made.customer, made.total_amount) == (None, Decimal("51.42"))
    assert desk.balance("Undeposited Funds") == 5142
    assert desk.update(made, customer=desk.ref("Bert")).customer.full_name == "Bert"
    assert desk.refusal(Create(resource="estimates", draft=Estimate(lines=lines))) == ["required"]


def test_money_of_a_receipt_goes_where_money_can_be(desk: Desk) -> None:
    lines = (desk.line("Paver", quantity="1"),)
    draft = SalesReceipt(customer=desk.ref("Anna"), lines=lines, deposit_to_account=desk.ref("Sales"))
    assert desk.refusal(Create(resource="sales_receipts", draft=draft)) == ["reference_wrong"]


def test_a_receipt_is_no_credit(desk: Desk) -> None:
    made, invoice = sale(desk, SalesReceipt), desk.owed("10.00")
    assert desk.refusal(desk.change(invoice, link_to_transactions=(made.id,))) == ["not_linkable"]


def test_each_kind_of_sale_counts_its_own_numbers(desk: Desk) -> None:
    numbers = [sale(desk, model).ref_number for model in (SalesReceipt, SalesReceipt, Estimate, RefundReceipt)]
    assert numbers == ["1", "2", "1", "1"]


def test_an_estimate_adds_up_and_posts_nothing(desk: Desk) -> None:
    made = sale(desk, Estimate, expiration_date=desk.day("2024-09-01"))
    assert (made.total_amount, made.status) == (Decimal("51.42"), "pending")
    assert desk.balance("Sales") == desk.balance("Sales Tax Payable") == desk.balance("Accounts Receivable") == 0
    after = desk.update(made, status="accepted", accepted_by="Anna", accepted_date=desk.day("2024-08-01"))
    assert (after.status, after.accepted_by) == ("accepted", "Anna")
    assert desk.look(lambda file: file.postings_of(made.id)) == []


def test_a_department_is_known_on_sales_and_found_in_use(desk: Desk) -> None:
    east = desk.create(Department(name="East"))
    shop = desk.create(Department(name="Shop", parent=Ref(id=east.id)))
    assert shop.full_name == "East:Shop"
    made = sale(desk, SalesReceipt, department=Ref(full_name="East:Shop"))
    assert made.department == Ref(shop.id, "East:Shop")
    assert desk.refusal(desk.deletion(shop)) == ["in_use"]
    desk.update(east, name="West")
    assert desk.read(made).department.full_name == "West:Shop"


def test_an_employee_shares_the_list_of_names_and_keeps_no_number(desk: Desk) -> None:
    made = desk.create(Employee(name="Emily Platt", first_name="Emily", ssn="000-00-1234"))
    assert made.ssn == "XXX-XX-XXXX"
    assert desk.refusal(Create(resource="employees", draft=Employee(name="Anna"))) == ["name_in_use"]
    assert desk.update(made, ssn="000-00-9999").ssn == "XXX-XX-XXXX"


def test_time_is_worked_by_someone_and_posts_nothing(desk: Desk) -> None:
    emily = desk.create(Employee(name="Emily Platt"))
    draft = TimeActivity(
        employee=Ref(id=emily.id),
        customer=desk.ref("Anna"),
        item=desk.ref("Work"),
        hours=7,
        minutes=30,
        hourly_rate=Decimal("62.50"),
        billable_status="billable",
        transaction_date=desk.day("2024-03-02"),
    )
    made = desk.create(draft)
    assert made.employee == Ref(emily.id, "Emily Platt")
    assert made.item.full_name == "Work"
    after = desk.update(made, minutes=45, description="Laid the terrace")
    assert (after.hours, after.minutes, after.revision > made.revision) == (7, 45, True)
    assert desk.look(lambda file: file.postings_of(made.id)) == []
    assert desk.refusal(desk.deletion(emily)) == ["in_use"]
    asked = Select(resource="time_activities", filters=(Filter("customer_id", "=", desk.world.ids["Anna"]),))
    assert [each.id for each in desk.look(lambda file: desk.books.select(file, asked)).items] == [made.id]


def test_time_says_who_worked_and_how_long(desk: Desk) -> None:
    draft = TimeActivity(billable_status="billable")
    refused = desk.refusal(Create(resource="time_activities", draft=draft))
    assert refused == ["required", "required", "required"]
    backwards = TimeActivity(vendor=desk.ref("Nursery"), started_at=1_700_003_600, ended_at=1_700_000_000)
    assert desk.refusal(Create(resource="time_activities", draft=backwards)) == ["out_of_range"]
    both = TimeActivity(vendor=desk.ref("Nursery"), employee=Ref(id=desk.create(Employee(name="Emily")).id), hours=1)
    assert desk.refusal(Create(resource="time_activities", draft=both)) == ["exclusive"]


def test_time_and_papers_are_deleted_and_never_voided(desk: Desk) -> None:
    made = desk.create(TimeActivity(vendor=desk.ref("Nursery"), hours=1))
    assert desk.refusal(desk.voiding(made)) == ["not_enabled"]
    desk.delete(made)
    assert desk.refusal(desk.deletion(made)) == ["object_missing"]


def test_a_paper_says_what_it_belongs_to(desk: Desk) -> None:
    invoice = desk.owed("10.00")
    link = AttachedTo(resource="invoices", id=invoice.id, is_sent_along=True)
    made = desk.create(Attachable(file_name="plan.pdf", content_type="application/pdf", size=2048, links=(link,)))
    assert desk.read(made).links == (link,)
    after = desk.update(made, note="The garden", links=())
    assert (after.file_name, after.note, after.links) == ("plan.pdf", "The garden", ())
    assert desk.refusal(Create(resource="attachables", draft=Attachable())) == ["required"]
