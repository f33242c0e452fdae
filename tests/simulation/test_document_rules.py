"""Purchases, payments to vendors, receipts, estimates, employees and their time as qbXML documents: what each does to
the ledger, by hand. After each document the books must be sound."""

from decimal import Decimal
from typing import Any

from tests.simulation.desk import Desk

from counterfoil.model.people import Vendor
from counterfoil.wire.qbxml.tree import Node, parse

HEAD = '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">'
D = Decimal


def asked(desk: Desk, body: str) -> Node:
    """The answer to one request."""
    desk.clock.pass_by(1)
    document = f"{HEAD}{body}</QBXMLMsgsRq></QBXML>".encode()
    answer = desk.write(lambda file: desk.books.answer(file, document))
    assert desk.faults() == []
    (node,) = parse(answer.document).root.children[0].children
    return node


def told(desk: Desk, body: str) -> Node:
    """The object that the answer to a request holds."""
    node = asked(desk, body)
    assert node.attributes["statusCode"] == "0", node.attributes["statusMessage"]
    return node.children[0]


def refused(desk: Desk, body: str) -> tuple[str, str]:
    """Code and words of a refusal, which must have changed nothing."""
    before = desk.digest()
    node = asked(desk, body)
    assert desk.digest() == before
    return node.attributes["statusCode"], node.attributes["statusMessage"]


def ref(desk: Desk, tag: str, name: str) -> str:
    return f"<{tag}><ListID>{desk.ref(name).id}</ListID></{tag}>"


def message(name: str, *elements: str) -> str:
    return f"<{name}Rq><{name}>{''.join(elements)}</{name}></{name}Rq>"


def change(name: str, of: Node, *elements: str) -> str:
    known = (of.text_of("TxnID"), of.text_of("ListID"))
    key, identifier = ("TxnID", known[0]) if known[0] else ("ListID", known[1])
    head = f"<{key}>{identifier}</{key}><EditSequence>{of.text_of('EditSequence')}</EditSequence>"
    return message(name, head, *elements)


def expense(desk: Desk, amount: str, account: str = "Office Supplies") -> str:
    return f"<ExpenseLineAdd>{ref(desk, 'AccountRef', account)}<Amount>{amount}</Amount></ExpenseLineAdd>"


def stones(desk: Desk, quantity: int) -> str:
    """Stones cost 2.37505 each."""
    return f"<ItemLineAdd>{ref(desk, 'ItemRef', 'Stone')}<Quantity>{quantity}</Quantity></ItemLineAdd>"


def bill(desk: Desk, *lines: str, name: str = "BillAdd") -> Node:
    return told(desk, message(name, ref(desk, "VendorRef", "Nursery"), *lines))


def pay(desk: Desk, *applied: tuple[Node, str], number: str = "1007") -> str:
    lines = "".join(
        f"<AppliedToTxnAdd><TxnID>{of.text_of('TxnID')}</TxnID>{rest}</AppliedToTxnAdd>" for of, rest in applied
    )
    payee, bank = ref(desk, "PayeeEntityRef", "Nursery"), ref(desk, "BankAccountRef", "Checking")
    return message("BillPaymentCheckAdd", payee, bank, f"<RefNumber>{number}</RefNumber>", lines)


def paid(amount: str) -> str:
    return f"<PaymentAmount>{amount}</PaymentAmount>"


def again(desk: Desk, of: Node) -> Node:
    name = of.name.removesuffix("Ret")
    body = (
        f"<{name}QueryRq><TxnID>{of.text_of('TxnID')}</TxnID><IncludeLineItems>true</IncludeLineItems></{name}QueryRq>"
    )
    return told(desk, body)


def owed(desk: Desk) -> Decimal:
    vendor: Any = desk.read(Vendor(id=desk.world.ids["Nursery"]))
    found: Decimal = vendor.balance
    assert -desk.balance("Accounts Payable") == found * 100
    return found


def test_a_bill_with_lines_of_both_kinds(desk: Desk) -> None:
    made = bill(desk, expense(desk, "40.10"), stones(desk, 8))  # 19.0004
    assert (made.text_of("AmountDue"), made.text_of("OpenAmount"), made.text_of("IsPaid")) == (
        "59.10",
        "59.10",
        "false",
    )
    assert [each.text_of("Amount") for each in made.named("ExpenseLineRet")] == ["40.10"]
    assert [each.text_of("Amount") for each in made.named("ItemLineRet")] == ["19.00"]
    assert (desk.balance("Office Supplies"), desk.balance("Cost of Goods Sold")) == (4010, 1900)
    assert owed(desk) == D("59.10")


def test_a_change_of_a_bill_leaves_the_lines_of_the_kind_that_it_is_silent_about(desk: Desk) -> None:
    made = bill(desk, expense(desk, "40.00"), expense(desk, "2.00"), stones(desk, 8))
    first = next(made.named("ExpenseLineRet")).text_of("TxnLineID")
    line = f"<ExpenseLineMod><TxnLineID>{first}</TxnLineID><Amount>41.00</Amount></ExpenseLineMod>"
    changed = told(desk, change("BillMod", made, line))
    assert [each.text_of("Amount") for each in changed.named("ExpenseLineRet")] == ["41.00"]
    assert [each.text_of("Amount") for each in changed.named("ItemLineRet")] == ["19.00"]
    item = next(changed.named("ItemLineRet")).text_of("TxnLineID")
    line = f"<ItemLineMod><TxnLineID>{item}</TxnLineID><Quantity>4</Quantity></ItemLineMod>"
    changed = told(desk, change("BillMod", changed, line))  # 4 at 2.375 are 9.50
    assert (changed.text_of("AmountDue"), owed(desk)) == ("50.50", D("50.50"))
    changed = told(desk, change("BillMod", changed, "<ClearItemLines>true</ClearItemLines>"))
    assert (list(changed.named("ItemLineRet")), owed(desk)) == ([], D("41.00"))
    code, _ = refused(desk, change("BillMod", changed, "<ClearExpenseLines>true</ClearExpenseLines>"))
    assert code == "3180"
    changed = told(desk, change("BillMod", changed, "<Memo>January</Memo>"))
    assert (changed.text_of("Memo"), owed(desk)) == ("January", D("41.00"))


def test_a_check_has_a_number_or_waits_to_be_printed(desk: Desk) -> None:
    def of(check: Node) -> tuple[str | None, str | None]:
        return check.text_of("RefNumber"), check.text_of("IsToBePrinted")

    made = told(desk, pay(desk, (bill(desk, expense(desk, "9.00")), paid("9.00"))))
    assert of(made) == ("1007", "false")
    made = told(desk, change("BillPaymentCheckMod", made, "<IsToBePrinted>true</IsToBePrinted>"))
    assert of(made) == (None, "true")
    made = told(desk, change("BillPaymentCheckMod", made, "<Memo>Rent</Memo>"))
    assert of(made) == (None, "true")
    made = told(desk, change("BillPaymentCheckMod", made, "<RefNumber>1008</RefNumber>"))
    assert of(made) == ("1008", "false")
    made = told(desk, change("BillPaymentCheckMod", made, "<IsToBePrinted>false</IsToBePrinted>"))
    assert of(made) == ("1008", "false")


def test_a_check_pays_what_its_applications_say(desk: Desk) -> None:
    one, other = bill(desk, expense(desk, "40.00")), bill(desk, expense(desk, "10.00"))
    made = told(desk, pay(desk, (one, paid("25.00")), (other, paid("10.00"))))
    assert (made.name, made.text_of("Amount"), made.text_of("RefNumber")) == ("BillPaymentCheckRet", "35.00", "1007")
    assert [each.text_of("TxnType") for each in made.named("AppliedToTxnRet")] == ["Bill", "Bill"]
    assert [again(desk, each).text_of("OpenAmount") for each in (one, other)] == ["15.00", "0.00"]
    assert (again(desk, other).text_of("IsPaid"), owed(desk)) == ("true", D("15.00"))
    changed = told(
        desk,
        change(
            "BillPaymentCheckMod",
            made,
            f"<AppliedToTxnMod><TxnID>{one.text_of('TxnID')}</TxnID>{paid('40.00')}</AppliedToTxnMod>",
        ),
    )
    assert (changed.text_of("Amount"), owed(desk)) == ("40.00", D("10.00"))
    gone = f"<TxnVoidRq><TxnVoidType>BillPaymentCheck</TxnVoidType><TxnID>{made.text_of('TxnID')}</TxnID></TxnVoidRq>"
    assert asked(desk, gone).attributes["statusCode"] == "0"
    assert (owed(desk), desk.balance("Checking")) == (D("50.00"), 0)
    code, words = refused(desk, pay(desk, (one, paid("40.01"))))
    assert (code, "PaymentAmount" in words) == ("3210", True)


def test_a_credit_and_a_discount_pay_with_it(desk: Desk) -> None:
    owes = bill(desk, expense(desk, "50.00"))
    credit = bill(desk, expense(desk, "8.00"), name="VendorCreditAdd")
    assert (credit.text_of("CreditAmount"), credit.text_of("OpenAmount"), owed(desk)) == ("8.00", "8.00", D("42.00"))
    rest = (
        f"{paid('39.50')}<SetCredit><CreditTxnID>{credit.text_of('TxnID')}</CreditTxnID>"
        "<AppliedAmount>8.00</AppliedAmount></SetCredit><DiscountAmount>2.50</DiscountAmount>"
        f"{ref(desk, 'DiscountAccountRef', 'Office Supplies')}"
    )
    made = told(desk, pay(desk, (owes, rest)))
    assert (made.text_of("Amount"), again(desk, owes).text_of("OpenAmount")) == ("39.50", "0.00")
    assert (again(desk, credit).text_of("OpenAmount"), owed(desk)) == ("0.00", D("0.00"))
    assert desk.balance("Office Supplies") == 5000 - 800 - 250


def test_the_two_kinds_of_payments_are_not_one_another(desk: Desk) -> None:
    first, second = bill(desk, expense(desk, "40.00")), bill(desk, expense(desk, "10.00"))
    by_check = told(desk, pay(desk, (first, paid("5.00"))))
    card = message("AccountAdd", "<Name>Visa</Name><AccountType>CreditCard</AccountType>")
    visa = told(desk, card).text_of("ListID")
    applied = f"<AppliedToTxnAdd><TxnID>{second.text_of('TxnID')}</TxnID>{paid('10.00')}</AppliedToTxnAdd>"
    account = f"<CreditCardAccountRef><ListID>{visa}</ListID></CreditCardAccountRef><RefNumber>1007</RefNumber>"
    by_card = told(desk, message("BillPaymentCreditCardAdd", ref(desk, "PayeeEntityRef", "Nursery"), account, applied))
    assert (by_card.name, owed(desk)) == ("BillPaymentCreditCardRet", D("35.00"))
    for name, thing in (("BillPaymentCheck", by_check), ("BillPaymentCreditCard", by_card)):
        for how in ("", "<RefNumber>1007</RefNumber>", f"<TxnID>{thing.text_of('TxnID')}</TxnID>"):
            node = asked(desk, f"<{name}QueryRq>{how}</{name}QueryRq>")
            assert [each.text_of("TxnID") for each in node.children] == [thing.text_of("TxnID")]
    strange = f"<BillPaymentCheckQueryRq><TxnID>{by_card.text_of('TxnID')}</TxnID></BillPaymentCheckQueryRq>"
    assert asked(desk, strange).attributes["statusCode"] == "500"
    wrong = "<TxnDelRq><TxnDelType>BillPaymentCheck</TxnDelType><TxnID>{}</TxnID></TxnDelRq>"
    assert refused(desk, wrong.format(by_card.text_of("TxnID")))[0] == "3120"
    assert refused(desk, change("BillPaymentCheckMod", by_card, "<Memo>x</Memo>"))[0] == "3120"
    right = wrong.replace("Check", "CreditCard").format(by_card.text_of("TxnID"))
    node = asked(desk, right)
    assert (node.text_of("TxnDelType"), owed(desk)) == ("BillPaymentCreditCard", D("45.00"))
    gone = asked(desk, "<TxnDeletedQueryRq><TxnDelType>BillPaymentCreditCard</TxnDelType></TxnDeletedQueryRq>")
    assert [each.text_of("TxnDelType") for each in gone.children] == ["BillPaymentCreditCard"]


def test_bills_are_found_by_vendor_by_account_and_by_what_is_paid(desk: Desk) -> None:
    one, other = bill(desk, expense(desk, "40.00")), bill(desk, expense(desk, "10.00"))
    told(desk, pay(desk, (other, paid("10.00"))))
    vendor = desk.ref("Nursery")

    def found(*filters: str) -> list[str | None]:
        node = asked(desk, f"<BillQueryRq>{''.join(filters)}</BillQueryRq>")
        return [each.text_of("TxnID") for each in node.children]

    ids = [one.text_of("TxnID"), other.text_of("TxnID")]
    assert found(f"<EntityFilter><ListID>{vendor.id}</ListID></EntityFilter>") == ids
    assert found("<EntityFilter><FullName>Nursery</FullName></EntityFilter>") == ids
    assert found("<EntityFilter><FullName>Nobody</FullName></EntityFilter>") == []
    assert found("<PaidStatus>NotPaidOnly</PaidStatus>") == ids[:1]
    account = desk.ref("Office Supplies").id
    assert found(f"<AccountFilter><ListID>{account}</ListID></AccountFilter>") == ids
    linked = told(
        desk,
        f"<BillQueryRq><TxnID>{ids[1]}</TxnID><IncludeLinkedTxns>true</IncludeLinkedTxns></BillQueryRq>",
    )
    assert [each.text_of("TxnType") for each in linked.named("LinkedTxn")] == ["BillPaymentCheck"]


def test_what_only_quickbooks_keeps_is_refused_at_its_place(desk: Desk) -> None:
    group = "<ItemGroupLineAdd><ItemGroupRef><FullName>Set</FullName></ItemGroupRef></ItemGroupLineAdd>"
    code, words = refused(desk, message("BillAdd", ref(desk, "VendorRef", "Nursery"), expense(desk, "1.00"), group))
    assert (code, "ItemGroupLineAdd" in words) == ("3250", True)
    code, words = refused(desk, message("EmployeeAdd", "<FirstName>Ada</FirstName><JobTitle>Fitter</JobTitle>"))
    assert (code, "JobTitle" in words) == ("3250", True)
    made = told(desk, message("EmployeeAdd", "<FirstName>Ada</FirstName><JobTitle/>"))
    assert made.text_of("Name") == "Ada"


def test_an_estimate_is_never_posted_and_closes(desk: Desk) -> None:
    before = desk.balance("Accounts Receivable")
    line = f"<EstimateLineAdd>{ref(desk, 'ItemRef', 'Stone')}<Quantity>2</Quantity><Rate>7.25</Rate></EstimateLineAdd>"
    made = told(desk, message("EstimateAdd", ref(desk, "CustomerRef", "Anna"), line))
    assert (made.text_of("Subtotal"), made.text_of("IsActive")) == ("14.50", "true")
    changed = told(desk, change("EstimateMod", made, "<IsActive>false</IsActive>"))
    assert (changed.text_of("IsActive"), changed.text_of("Subtotal")) == ("false", "14.50")
    assert desk.balance("Accounts Receivable") == before
    wrong = f"<TxnVoidRq><TxnVoidType>Estimate</TxnVoidType><TxnID>{made.text_of('TxnID')}</TxnID></TxnVoidRq>"
    assert refused(desk, wrong)[0] == "1030"
    gone = f"<TxnDelRq><TxnDelType>Estimate</TxnDelType><TxnID>{made.text_of('TxnID')}</TxnID></TxnDelRq>"
    assert asked(desk, gone).attributes["statusCode"] == "0"


def test_a_sales_receipt_is_money_at_once(desk: Desk) -> None:
    line = f"<SalesReceiptLineAdd>{ref(desk, 'ItemRef', 'Stone')}<Quantity>2</Quantity><Rate>7.25</Rate>"
    code = ref(desk, "SalesTaxCodeRef", "Non")
    line = f"{line}{code}</SalesReceiptLineAdd>"
    number, bank = "<CheckNumber>10045</CheckNumber>", ref(desk, "DepositToAccountRef", "Checking")
    made = told(desk, message("SalesReceiptAdd", number, bank, line))
    assert (made.text_of("TotalAmount"), made.text_of("CheckNumber")) == ("14.50", "10045")
    assert (desk.balance("Checking"), desk.balance("Accounts Receivable")) == (1450, 0)
    changed = told(desk, change("SalesReceiptMod", made, "<CheckNumber/>"))
    assert (changed.text_of("CheckNumber"), desk.balance("Checking")) == (None, 1450)
    gone = f"<TxnVoidRq><TxnVoidType>SalesReceipt</TxnVoidType><TxnID>{made.text_of('TxnID')}</TxnID></TxnVoidRq>"
    assert asked(desk, gone).attributes["statusCode"] == "0"
    assert (desk.balance("Checking"), again(desk, made).text_of("TotalAmount")) == (0, "0.00")


def test_an_employee_is_called_by_the_parts_of_the_name(desk: Desk) -> None:
    made = told(
        desk, message("EmployeeAdd", "<FirstName>Ada</FirstName><LastName>Quill</LastName><SSN>123-45-6789</SSN>")
    )
    assert (made.text_of("Name"), made.text_of("SSN")) == ("Ada Quill", "XXX-XX-XXXX")
    changed = told(desk, change("EmployeeMod", made, "<MiddleName>B.</MiddleName>"))
    assert changed.text_of("Name") == "Ada B. Quill"
    everybody = asked(desk, "<EntityQueryRq><FullName>Ada B. Quill</FullName></EntityQueryRq>")
    assert [each.name for each in everybody.children] == ["EmployeeRet"]
    assert refused(desk, message("EmployeeAdd", "<Phone>1</Phone>"))[0] == "3150"
    gone = f"<ListDelRq><ListDelType>Employee</ListDelType><ListID>{made.text_of('ListID')}</ListID></ListDelRq>"
    assert asked(desk, gone).attributes["statusCode"] == "0"


def test_time_is_an_employees_or_a_vendors(desk: Desk) -> None:
    ada = told(desk, message("EmployeeAdd", "<FirstName>Ada</FirstName>")).text_of("ListID")
    hers = f"<EntityRef><ListID>{ada}</ListID></EntityRef>"
    theirs = "<EntityRef><FullName>Nursery</FullName></EntityRef>"
    made = told(desk, message("TimeTrackingAdd", hers, "<Duration>PT7H30M</Duration>"))
    assert (made.text_of("Duration"), made.text_of("BillableStatus")) == ("PT7H30M", "NotBillable")
    other = told(desk, message("TimeTrackingAdd", theirs, "<Duration>PT45M</Duration>"))
    assert next(other.named("EntityRef")).text_of("ListID") == desk.ref("Nursery").id
    moved = told(desk, change("TimeTrackingMod", made, theirs, "<Duration>PT1H0M</Duration>"))
    assert next(moved.named("EntityRef")).text_of("ListID") == desk.ref("Nursery").id
    moved = told(desk, change("TimeTrackingMod", moved, hers, "<Duration>PT2H0M</Duration>"))
    assert (next(moved.named("EntityRef")).text_of("ListID"), moved.text_of("Duration")) == (ada, "PT2H0M")

    def found(choice: str) -> list[str | None]:
        body = f"<TimeTrackingEntityFilter>{choice}</TimeTrackingEntityFilter>"
        node = asked(desk, f"<TimeTrackingQueryRq>{body}</TimeTrackingQueryRq>")
        return [each.text_of("TxnID") for each in node.children]

    assert found(f"<ListID>{ada}</ListID>") == [made.text_of("TxnID")]
    assert found("<FullName>Nursery</FullName>") == [other.text_of("TxnID")]
    stranger = "<EntityRef><FullName>Nobody</FullName></EntityRef><Duration>PT1H</Duration>"
    code, words = refused(desk, message("TimeTrackingAdd", stranger))
    assert (code, "Entity" in words) == ("3140", True)
    for length in ("PT", "PT9000H", "2:30"):
        assert refused(desk, message("TimeTrackingAdd", hers, f"<Duration>{length}</Duration>"))[0] == "3035"
