"""Invoices, payments and credit memos of the emulated Online, and what they do to one another."""

from decimal import Decimal

from tests.unit.emulators.online.intuit import Intuit, Start, codes, lines


def test_an_invoice_is_numbered_taxed_and_owed(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        made = await asking.invoice(100, 50, taxed=True, DocNumber="A-1")
        assert made["SyncToken"] == "0"
        assert made["DocNumber"] == "A-1"
        assert made["TxnDate"] == "2026-03-02"
        # 150.00 at 3.55 %, 1.3 % and 4.5 %: 5.325, 1.95 and 6.75, each rounded half-up by itself
        taxes = made["TxnTaxDetail"]
        assert [line["Amount"] for line in taxes["TaxLine"]] == [Decimal("5.33"), Decimal("1.95"), Decimal("6.75")]
        assert [line["TaxLineDetail"]["TaxRateRef"]["value"] for line in taxes["TaxLine"]] == ["13", "12", "11"]
        assert taxes["TxnTaxCodeRef"]["value"] == "7"
        assert made["TotalAmt"] == made["Balance"] == Decimal("164.03")
        kinds = [line["DetailType"] for line in made["Line"]]
        assert kinds == ["SalesItemLineDetail", "SalesItemLineDetail", "SubTotalLineDetail"]
        assert [line.get("Id") for line in made["Line"]] == ["1", "2", None]
        assert (await asking.get(f"invoice/{made['Id']}"))["Invoice"] == made
        assert (await asking.get(f"Invoice/{made['Id']}"))["Invoice"] == made

    start(work)


def test_numbers_of_an_answer_are_numbers_to_the_cent(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        body = {"CustomerRef": {"value": "1"}, "Line": [{**lines(1)[0], "Amount": "1234567.89"}]}
        answer = await asking.ask("POST", "invoice", body)
        assert '"TotalAmt":1234567.89' in answer.text
        assert answer.headers["content-type"] == "application/json;charset=UTF-8"
        assert answer.headers["intuit_tid"]
        assert set(answer.json()) == {"Invoice", "time"}

    start(work)


def test_an_override_of_the_tax_is_spread_over_the_rates(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        made = await asking.invoice(5, taxed=True, TxnTaxDetail={"TotalTax": 5})
        # 5.00 at these rates comes to 0.18, 0.07 and 0.23: of 5.00, 18, 25 and 48 of 48 parts, rounded as they add up
        amounts = [line["Amount"] for line in made["TxnTaxDetail"]["TaxLine"]]
        assert amounts == [Decimal("1.88"), Decimal("0.72"), Decimal("2.40")]
        assert made["TotalAmt"] == Decimal("10.00")

    start(work)


def test_a_sparse_update_keeps_what_it_does_not_name(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        made = await asking.invoice(10, 20, PrivateNote="ours", CustomerMemo={"value": "theirs"})
        body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "CustomerMemo": {"value": "changed"}}
        changed = (await asking.post("invoice", body))["Invoice"]
        assert changed["SyncToken"] == "1"
        assert changed["PrivateNote"] == "ours"
        assert changed["CustomerMemo"] == {"value": "changed"}
        assert [line["Amount"] for line in changed["Line"]] == [Decimal(10), Decimal(20), Decimal(30)]

    start(work)


def test_a_full_update_clears_what_it_does_not_name(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        made = await asking.invoice(10, PrivateNote="ours", BillEmail={"Address": "a@b.example"})
        assert made["BillEmail"] == {"Address": "a@b.example"}
        body = {"Id": made["Id"], "SyncToken": "0", "CustomerRef": {"value": "1"}, "Line": lines(10)}
        changed = (await asking.post("invoice", body, operation="update"))["Invoice"]
        assert "PrivateNote" not in changed
        assert "BillEmail" not in changed

    start(work)


def test_lines_are_all_or_none(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        made = await asking.invoice(10, 20)
        first, second = made["Line"][:2]
        fresh = lines(5)[0]
        kept = {**second, "Amount": 25}
        body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Line": [kept, fresh]}
        changed = (await asking.post("invoice", body))["Invoice"]
        told = [(line["Id"], line["Amount"]) for line in changed["Line"][:-1]]
        assert told[0] == (second["Id"], Decimal(25))
        assert told[1][1] == Decimal(5)
        assert told[1][0] not in (first["Id"], second["Id"])
        assert changed["TotalAmt"] == Decimal(30)

    start(work)


def test_a_stale_sync_token_is_refused(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        made = await asking.invoice(10)
        body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "first"}
        await asking.post("invoice", body)
        errors = await asking.refused("invoice", {**body, "PrivateNote": "second"})
        assert codes(errors) == ["5010"]
        assert errors[0]["Detail"].startswith("Stale Object Error : You and root were working")
        assert (await asking.get(f"invoice/{made['Id']}"))["Invoice"]["PrivateNote"] == "first"
        assert codes(await asking.refused("invoice", {"Id": made["Id"], "sparse": True})) == ["2020"]

    start(work)


def test_paying_an_invoice_lowers_its_balance_and_counts_its_version_on(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        made = await asking.invoice(100)
        link = [{"TxnId": made["Id"], "TxnType": "Invoice"}]
        body = {"CustomerRef": {"value": "1"}, "TotalAmt": 60, "Line": [{"Amount": 40, "LinkedTxn": link}]}
        payment = (await asking.post("payment", body))["Payment"]
        assert payment["UnappliedAmt"] == Decimal(20)
        assert payment["Line"][0]["LinkedTxn"] == link
        paid = (await asking.get(f"invoice/{made['Id']}"))["Invoice"]
        assert paid["Balance"] == Decimal(60)
        assert paid["LinkedTxn"] == [{"TxnId": payment["Id"], "TxnType": "Payment"}]
        assert paid["SyncToken"] == "1"
        freed = {"Id": payment["Id"], "SyncToken": "0", "sparse": True, "Line": []}
        assert (await asking.post("payment", freed))["Payment"]["UnappliedAmt"] == Decimal(60)
        reopened = (await asking.get(f"invoice/{made['Id']}"))["Invoice"]
        assert (reopened["Balance"], reopened["SyncToken"]) == (Decimal(100), "2")

    start(work)


def test_a_credit_memo_is_used_by_a_payment_of_nothing(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        made = await asking.invoice(100)
        credit = (await asking.post("creditmemo", {"CustomerRef": {"value": "1"}, "Line": lines(30)}))["CreditMemo"]
        assert credit["RemainingCredit"] == Decimal(30)
        body = {
            "CustomerRef": {"value": "1"},
            "TotalAmt": 0,
            "Line": [
                {"Amount": 30, "LinkedTxn": [{"TxnId": made["Id"], "TxnType": "Invoice"}]},
                {"Amount": 30, "LinkedTxn": [{"TxnId": credit["Id"], "TxnType": "CreditMemo"}]},
            ],
        }
        await asking.post("payment", body)
        assert (await asking.get(f"invoice/{made['Id']}"))["Invoice"]["Balance"] == Decimal(70)
        used = (await asking.get(f"creditmemo/{credit['Id']}"))["CreditMemo"]
        assert used["RemainingCredit"] == Decimal(0)

    start(work)


def test_a_voided_invoice_is_kept_without_its_amounts(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        made = await asking.invoice(100, PrivateNote="old")
        link = [{"TxnId": made["Id"], "TxnType": "Invoice"}]
        body = {"CustomerRef": {"value": "1"}, "TotalAmt": 40, "Line": [{"Amount": 40, "LinkedTxn": link}]}
        payment = (await asking.post("payment", body))["Payment"]
        body = {"Id": made["Id"], "SyncToken": "1"}
        void = (await asking.post("invoice", body, operation="void"))["Invoice"]
        assert (void["TotalAmt"], void["Balance"], void["SyncToken"]) == (0, 0, "2")
        assert void["PrivateNote"].startswith("Voided")
        assert void["PrivateNote"].endswith("old")
        assert "LinkedTxn" not in void
        assert void["Line"][0]["Amount"] == 0
        freed = (await asking.get(f"payment/{payment['Id']}"))["Payment"]
        assert freed["UnappliedAmt"] == Decimal(40)
        assert (await asking.query(f"select * from Invoice where Id = '{made['Id']}'"))["Invoice"] == [void]

    start(work)


def test_a_payment_is_voided_by_an_update_that_says_so(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        made = await asking.invoice(100)
        link = [{"TxnId": made["Id"], "TxnType": "Invoice"}]
        body = {"CustomerRef": {"value": "1"}, "TotalAmt": 40, "Line": [{"Amount": 40, "LinkedTxn": link}]}
        payment = (await asking.post("payment", body))["Payment"]
        body = {"Id": payment["Id"], "SyncToken": "0", "sparse": True}
        void = (await asking.post("payment", body, operation="update", include="void"))["Payment"]
        assert (void["TotalAmt"], void["UnappliedAmt"], void["Line"]) == (0, 0, [])
        assert void["PrivateNote"].startswith("Voided")
        assert (await asking.get(f"invoice/{made['Id']}"))["Invoice"]["Balance"] == Decimal(100)

    start(work)


def test_a_deleted_invoice_is_gone(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        made = await asking.invoice(100)
        body = {"Id": made["Id"], "SyncToken": "0"}
        told = await asking.post("invoice", body, operation="delete")
        assert told["Invoice"] == {"status": "Deleted", "domain": "QBO", "Id": made["Id"]}
        assert codes(await asking.refused("invoice", body, operation="delete")) == ["610"]
        answer = await asking.ask("GET", f"invoice/{made['Id']}")
        assert answer.status_code == 400
        assert answer.json()["Fault"]["Error"][0]["code"] == "610"

    start(work)


def test_discount_and_shipping_come_after_the_subtotal(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        discount = {
            "DetailType": "DiscountLineDetail",
            "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
            "Amount": 20,
        }
        shipping = {
            "DetailType": "SalesItemLineDetail",
            "Amount": "7.50",
            "SalesItemLineDetail": {"ItemRef": {"value": "SHIPPING_ITEM_ID"}},
        }
        body = {"CustomerRef": {"value": "1"}, "Line": [shipping, discount, *lines(150, 50)]}
        made = (await asking.post("invoice", body))["Invoice"]
        kinds = [line["DetailType"] for line in made["Line"]]
        assert kinds[:3] == ["SalesItemLineDetail", "SalesItemLineDetail", "SubTotalLineDetail"]
        assert sorted(kinds[3:]) == ["DiscountLineDetail", "SalesItemLineDetail"]
        assert made["Line"][2]["Amount"] == Decimal(200)
        told = next(line for line in made["Line"] if line["DetailType"] == "DiscountLineDetail")
        assert (told["Amount"], told["DiscountLineDetail"]["DiscountPercent"]) == (Decimal(20), 10)
        assert made["TotalAmt"] == Decimal("187.50")
        again = (await asking.post("invoice", {**made, "sparse": True}))["Invoice"]
        assert again["TotalAmt"] == Decimal("187.50")
        assert len(again["Line"]) == len(made["Line"])

    start(work)


def test_everything_that_is_wrong_is_told_and_nothing_is_stored(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        before = await asking.query("select count(*) from Invoice")
        assert codes(await asking.refused("invoice", {})) == ["2020", "2020"]
        wrong = {"CustomerRef": {"value": "9999"}, "Line": lines(1)}
        assert codes(await asking.refused("invoice", wrong)) == ["2500"]
        small = {"customerRef": {"value": "1"}, "Line": lines(1)}
        assert "2010" in codes(await asking.refused("invoice", small))
        long = {"CustomerRef": {"value": "1"}, "Line": lines(1), "DocNumber": "x" * 22}
        assert codes(await asking.refused("invoice", long)) == ["2050"]
        assert codes(await asking.refused("invoice", "{not json")) == ["2010"]
        uneven = lines(10)
        uneven[0]["SalesItemLineDetail"] |= {"Qty": 3, "UnitPrice": 4}
        assert codes(await asking.refused("invoice", {"CustomerRef": {"value": "1"}, "Line": uneven})) == ["6070"]
        code = lines(10)
        code[0]["SalesItemLineDetail"]["TaxCodeRef"] = {"value": "7"}
        assert codes(await asking.refused("invoice", {"CustomerRef": {"value": "1"}, "Line": code})) == ["6100"]
        assert await asking.query("select count(*) from Invoice") == before

    start(work)


def test_document_numbers_count_on_and_may_be_doubled_unless_the_company_minds(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        first, second = [await asking.invoice(1), await asking.invoice(1)]
        assert int(second["DocNumber"]) == int(first["DocNumber"]) + 1
        await asking.invoice(1, DocNumber="D-1")
        await asking.invoice(1, DocNumber="D-1")
        asking.emulator.companies[asking.realm].warns_of_duplicates = True
        body = {"CustomerRef": {"value": "1"}, "Line": lines(1), "DocNumber": "D-1"}
        errors = await asking.refused("invoice", body)
        assert codes(errors) == ["6140"]
        assert "DocNumber=D-1 is assigned to TxnType=Invoice" in errors[0]["Detail"]
        await asking.post("invoice", body, include="allowduplicatedocnum")

    start(work)


def test_sending_marks_an_invoice_as_sent(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        made = await asking.invoice(10, BillEmail={"Address": "a@b.example"})
        sent = (await asking.post(f"invoice/{made['Id']}/send", b"", sendTo="c@d.example"))["Invoice"]
        assert sent["EmailStatus"] == "EmailSent"
        assert sent["BillEmail"] == {"Address": "c@d.example"}
        assert sent["DeliveryInfo"]["DeliveryType"] == "Email"
        assert (await asking.get(f"invoice/{made['Id']}"))["Invoice"]["EmailStatus"] == "EmailSent"

    start(work)


def test_an_invoice_can_be_had_as_pdf(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        made = await asking.invoice(10, DocNumber="P(1)")
        answer = await asking.ask("GET", f"invoice/{made['Id']}/pdf")
        assert answer.headers["content-type"] == "application/pdf"
        body = answer.content
        assert body.startswith(b"%PDF-1.4")
        assert b"Invoice P\\(1\\)" in body
        place = int(body.rstrip().splitlines()[-2])
        assert body[place : place + 4] == b"xref"

    start(work)


def test_a_link_to_pay_online_is_told_where_the_invoice_can_be_paid_so(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        made = await asking.invoice(10, BillEmail={"Address": "a@b.example"}, AllowOnlineACHPayment=True)
        assert "InvoiceLink" not in (await asking.get(f"invoice/{made['Id']}"))["Invoice"]
        told = (await asking.get(f"invoice/{made['Id']}", include="invoiceLink"))["Invoice"]
        assert told["InvoiceLink"].startswith("https://")
        plain = await asking.invoice(10)
        assert "InvoiceLink" not in (await asking.get(f"invoice/{plain['Id']}", include="invoiceLink"))["Invoice"]

    start(work)
