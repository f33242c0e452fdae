"""Batches, changes, repeated requests, uploads, tax codes, and answers in XML."""

import base64
from decimal import Decimal
from xml.etree import ElementTree

from tests.unit.emulators.online.intuit import Intuit, Start, codes, exact, lines

FINANCE = "{http://schema.intuit.com/finance/v3}"


def test_items_of_a_batch_succeed_and_fail_each_for_itself(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        made = await asking.invoice(10)
        items = [
            {"bId": "a", "operation": "create", "Customer": {"DisplayName": "Batched"}},
            {"bId": "b", "operation": "create", "Customer": {"DisplayName": "batched"}},
            {"bId": "c", "Query": "select * from Customer where DisplayName = 'Batched'"},
            {"bId": "d", "operation": "delete", "Invoice": {"Id": made["Id"], "SyncToken": "0"}},
            {"Class": {"Name": "No bId"}},
            {"bId": "f", "Query": "nonsense"},
        ]
        answers = (await asking.post("batch", {"BatchItemRequest": items}))["BatchItemResponse"]
        assert [answer.get("bId") for answer in answers] == ["a", "b", "c", "d", None, "f"]
        assert answers[0]["Customer"]["DisplayName"] == "Batched"
        assert codes(answers[1]["Fault"]["Error"]) == ["6240"]
        assert [each["Id"] for each in answers[2]["QueryResponse"]["Customer"]] == [answers[0]["Customer"]["Id"]]
        assert answers[3]["Invoice"]["status"] == "Deleted"
        assert answers[4]["Class"]["Name"] == "No bId"
        assert codes(answers[5]["Fault"]["Error"]) == ["4000"]
        assert (await asking.query("select count(*) from Customer where DisplayName = 'Batched'"))["totalCount"] == 1

    start(work)


def test_a_batch_may_void_and_has_at_most_thirty_items(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        payment = (await asking.post("payment", {"CustomerRef": {"value": "1"}, "TotalAmt": 5}))["Payment"]
        body = {"Id": payment["Id"], "SyncToken": "0", "sparse": True}
        item = {"bId": "v", "operation": "update", "optionsData": "include=void", "Payment": body}
        answers = (await asking.post("batch", {"BatchItemRequest": [item]}))["BatchItemResponse"]
        assert answers[0]["Payment"]["TotalAmt"] == 0
        classes = [{"bId": str(number), "Class": {"Name": f"C{number}"}} for number in range(31)]
        assert codes(await asking.refused("batch", {"BatchItemRequest": classes})) == ["1040"]
        assert len((await asking.post("batch", {"BatchItemRequest": classes[:30]}))["BatchItemResponse"]) == 30

    start(work)


def test_changes_since_a_moment_with_what_was_deleted(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        asking.clock.pass_by(60)
        kept, gone = await asking.invoice(10), await asking.invoice(20)
        await asking.post("invoice", {"Id": gone["Id"], "SyncToken": "0"}, operation="delete")
        detail = {"AccountRef": {"value": "7"}}
        line = {"Amount": 5, "DetailType": "AccountBasedExpenseLineDetail", "AccountBasedExpenseLineDetail": detail}
        bill = {"VendorRef": {"value": "41"}, "Line": [line]}
        made = (await asking.post("bill", bill))["Bill"]
        told = await asking.get("cdc", entities="Invoice,Customer,Bill", changedSince="2026-03-02T12:00:30+00:00")
        invoices, customers, bills = told["CDCResponse"][0]["QueryResponse"]
        assert [each["Id"] for each in invoices["Invoice"]] == [kept["Id"], gone["Id"]]
        assert invoices["Invoice"][1]["status"] == "Deleted"
        assert invoices["Invoice"][1]["MetaData"]["LastUpdatedTime"].startswith("2026-03-02T12:01:00")
        assert (invoices["startPosition"], invoices["maxResults"]) == (1, 2)
        assert customers == {}
        assert [each["Id"] for each in bills["Bill"]] == [made["Id"]]
        await asking.post("bill", {"Id": made["Id"], "SyncToken": "0"}, operation="delete")
        told = await asking.get("cdc", entities="Bill", changedSince="2026-03-02T12:00:30 00:00")
        assert told["CDCResponse"][0]["QueryResponse"][0]["Bill"][0]["status"] == "Deleted"

    start(work)


def test_a_payment_makes_its_invoice_a_changed_one(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        made = await asking.invoice(100)
        asking.clock.pass_by(60)
        link = [{"TxnId": made["Id"], "TxnType": "Invoice"}]
        body = {"CustomerRef": {"value": "1"}, "TotalAmt": 40, "Line": [{"Amount": 40, "LinkedTxn": link}]}
        await asking.post("payment", body)
        told = await asking.get("cdc", entities="Invoice", changedSince="2026-03-02T04:00:30-08:00")
        assert [each["Id"] for each in told["CDCResponse"][0]["QueryResponse"][0]["Invoice"]] == [made["Id"]]

    start(work)


def test_a_repeated_request_id_gives_the_first_answer(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        body = {"CustomerRef": {"value": "1"}, "Line": lines(10)}
        first = (await asking.post("invoice", body, requestid="r-1"))["Invoice"]
        asking.clock.pass_by(30)
        again = (await asking.post("invoice", body, requestid="r-1"))["Invoice"]
        assert again == first
        other = (await asking.post("invoice", body, requestid="r-2"))["Invoice"]
        assert other["Id"] != first["Id"]
        assert codes(await asking.refused("customer", {"DisplayName": "X"}, requestid="r-1")) == ["600"]

    start(work)


def test_a_refused_request_leaves_its_id_free(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        assert codes(await asking.refused("customer", {}, requestid="r-1"))
        made = (await asking.post("customer", {"DisplayName": "Second try"}, requestid="r-1"))["Customer"]
        assert made["DisplayName"] == "Second try"

    start(work)


def test_a_file_is_attached_however_its_parts_are_put_together(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        content = b"hello, ledger"
        boundary = "-------------PythonMultipartPost"
        loose = (
            f'\n--{boundary}\nContent-Disposition: form-data; name="file_metadata_01"\n'
            f'Content-Type: application/json\n\n{{"FileName": "a.txt", "ContentType": "text/plain"}}\n\n--{boundary}\n'
            f'Content-Disposition: form-data; name="file_content_01"\nContent-Type: text/plain\n'
            f"Content-Transfer-Encoding: base64\n\n{base64.b64encode(content).decode()}\n\n--{boundary}--\n"
        )
        strict = (
            '--b1\r\nContent-Disposition: form-data; name="file_content_01"; filename="b.pdf"\r\n'
            "Content-Type: application/pdf\r\n\r\nhello, ledger\r\n--b1--\r\n"
        )
        for body, kind, name in ((loose, boundary, "a.txt"), (strict, "b1", "b.pdf")):
            headers = {
                "Authorization": f"Bearer {asking.token}",
                "Accept": "application/json",
                "Content-Type": f"multipart/form-data; boundary={kind}",
            }
            address = f"/v3/company/{asking.realm}/upload"
            answer = await asking.client.post(address, content=body.encode(), headers=headers)
            made = exact(answer)["AttachableResponse"][0]["Attachable"]
            assert (made["FileName"], made["Size"]) == (name, len(content))
            assert (await asking.get(f"attachable/{made['Id']}"))["Attachable"]["FileName"] == name
        note = {"Id": made["Id"], "SyncToken": made["SyncToken"], "sparse": True, "Note": "seen"}
        assert (await asking.post("attachable", note))["Attachable"]["FileName"] == "b.pdf"

    start(work)


def test_a_tax_code_is_made_with_its_rates(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        body = {
            "TaxCode": "Dallas",
            "TaxRateDetails": [
                {"TaxRateName": "State", "RateValue": "6.25", "TaxAgencyId": "1", "TaxApplicableOn": "Sales"},
                {"TaxRateId": "12"},
            ],
        }
        told = await asking.post("taxservice/taxcode", body)
        assert told["TaxCode"] == "Dallas"
        assert isinstance(told["TaxCodeId"], str)
        assert [detail["TaxRateId"] for detail in told["TaxRateDetails"]][1] == "12"
        rate = (await asking.get(f"taxrate/{told['TaxRateDetails'][0]['TaxRateId']}"))["TaxRate"]
        assert (rate["Name"], Decimal(str(rate["RateValue"]))) == ("State", Decimal("6.25"))
        assert rate["AgencyRef"]["value"] == "1"
        code = (await asking.get(f"taxcode/{told['TaxCodeId']}"))["TaxCode"]
        assert len(code["SalesTaxRateList"]["TaxRateDetail"]) == 2
        assert codes(await asking.refused("taxservice/taxcode", body)) == ["6240"]

    start(work)


def test_xml_is_answered_to_those_who_do_not_ask_for_json(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        made = await asking.invoice(10, PrivateNote="a < b & c")
        address = f"/v3/company/{asking.realm}/invoice/{made['Id']}"
        bearer = {"Authorization": f"Bearer {asking.token}"}
        answer = await asking.client.get(address, headers=bearer)
        assert answer.headers["content-type"].startswith("application/xml")
        root = ElementTree.fromstring(answer.content)
        assert root.tag == f"{FINANCE}IntuitResponse"
        found = root.find(f"{FINANCE}Invoice")
        assert found is not None
        assert found.findtext(f"{FINANCE}PrivateNote") == "a < b & c"
        assert found.findtext(f"{FINANCE}CustomerRef") == "1"
        assert len(found.findall(f"{FINANCE}Line")) == 2
        plain = await asking.client.get(address, headers=bearer, params={"format": "json"})
        assert plain.json()["Invoice"]["Id"] == made["Id"]
        wrong = await asking.client.get(f"{address}0", headers=bearer)
        error = ElementTree.fromstring(wrong.content).find(f".//{FINANCE}Error")
        assert error is not None
        assert error.get("code") == "610"

    start(work)


def test_reports_are_answered_and_unknown_addresses_are_not(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        told = await asking.get("reports/BalanceSheet", start_date="2026-01-01")
        assert told["Header"]["ReportName"] == "BalanceSheet"
        assert codes(await asking.refused("nonsense", {"Name": "x"})) == ["500"]
        answer = await asking.ask("GET", "nonsense/1")
        assert answer.status_code == 400

    start(work)


def test_minor_versions_and_capitals_do_not_matter(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        for version in ("1", "75", "nonsense"):
            assert (await asking.get("CUSTOMER/1", minorversion=version))["Customer"]["Id"] == "1"

    start(work)
