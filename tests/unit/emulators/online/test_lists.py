"""Customers, items, accounts and the smaller lists of the emulated Online; the company and its preferences."""

from decimal import Decimal

from tests.unit.emulators.online.intuit import Intuit, Start, codes


def test_a_customer_keeps_what_the_ledger_cannot_hold(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        body = {
            "GivenName": "Ada",
            "FamilyName": "Lovelace",
            "Suffix": "Jr.",
            "Mobile": {"FreeFormNumber": "555-1"},
            "WebAddr": {"URI": "https://ada.example"},
            "BillAddr": {"Line1": "1 Main St", "City": "Tulsa", "CountrySubDivisionCode": "OK"},
        }
        made = (await asking.post("customer", body))["Customer"]
        assert made["DisplayName"] == "Ada Lovelace Jr."
        assert made["Active"] is True
        found = (await asking.get(f"customer/{made['Id']}"))["Customer"]
        assert found == made
        assert (found["Suffix"], found["Mobile"]["FreeFormNumber"]) == ("Jr.", "555-1")
        update = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Mobile": {"FreeFormNumber": "555-2"}}
        changed = (await asking.post("customer", update))["Customer"]
        assert changed["Mobile"] == {"FreeFormNumber": "555-2"}
        assert changed["WebAddr"] == {"URI": "https://ada.example"}
        assert changed["BillAddr"]["City"] == "Tulsa"

    start(work)


def test_names_are_unique_among_customers_vendors_and_employees(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        await asking.post("customer", {"DisplayName": "Same"})
        for entity in ("customer", "vendor", "employee"):
            errors = await asking.refused(entity, {"DisplayName": "same"})
            assert codes(errors) == ["6240"], entity
        assert codes(await asking.refused("customer", {"CompanyName": "Nobody"})) == ["6080"]

    start(work)


def test_what_is_made_inactive_frees_its_name_and_is_hidden(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        made = (await asking.post("vendor", {"DisplayName": "Gone soon"}))["Vendor"]
        body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Active": False}
        hidden = (await asking.post("vendor", body))["Vendor"]
        assert (hidden["Active"], hidden["DisplayName"]) == (False, "Gone soon (deleted)")
        assert await asking.query("select * from Vendor where DisplayName like 'Gone soon%'") == {}
        found = await asking.query("select * from Vendor where DisplayName like 'Gone%' and Active in (true, false)")
        assert [each["Id"] for each in found["Vendor"]] == [made["Id"]]
        await asking.post("vendor", {"DisplayName": "Gone soon"})
        errors = await asking.refused("vendor", {"Id": made["Id"], "SyncToken": "1"}, operation="delete")
        assert codes(errors) == ["500"]

    start(work)


def test_an_item_that_is_counted_keeps_its_type_and_quantity(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        body = {
            "Name": "Widget",
            "Type": "Inventory",
            "TrackQtyOnHand": True,
            "QtyOnHand": 10,
            "InvStartDate": "2026-01-01",
            "UnitPrice": "12.50",
            "IncomeAccountRef": {"value": "79"},
            "AssetAccountRef": {"value": "81"},
            "ExpenseAccountRef": {"value": "80"},
        }
        made = (await asking.post("item", body))["Item"]
        assert (made["Type"], made["QtyOnHand"], made["UnitPrice"]) == ("Inventory", 10, Decimal("12.5"))
        found = await asking.query("select * from Item where Type = 'Inventory' and Name = 'widget'")
        assert found["Item"] == [made]

    start(work)


def test_accounts_classes_terms_and_methods_of_payment(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        body = {"Name": "Till", "AccountType": "Bank", "AccountSubType": "CashOnHand"}
        account = (await asking.post("account", body))["Account"]
        assert (account["Classification"], account["AccountSubType"]) == ("Asset", "CashOnHand")
        above = (await asking.post("class", {"Name": "North"}))["Class"]
        below = (await asking.post("class", {"Name": "East", "ParentRef": {"value": above["Id"]}}))["Class"]
        assert below["FullyQualifiedName"] == "North:East"
        term = (await asking.post("term", {"Name": "Net 45", "DueDays": 45}))["Term"]
        assert (term["Type"], term["DueDays"]) == ("STANDARD", 45)
        invoice = await asking.invoice(10, SalesTermRef={"value": term["Id"]})
        assert invoice["DueDate"] == "2026-04-16"
        method = (await asking.post("paymentmethod", {"Name": "Voucher", "Type": "NON_CREDIT_CARD"}))["PaymentMethod"]
        assert method["Type"] == "NON_CREDIT_CARD"

    start(work)


def test_the_sandbox_has_what_clients_of_intuits_expect(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        assert (await asking.get("account/42"))["Account"]["Name"] == "Visa"
        assert (await asking.get("account/86"))["Account"]["Name"] == "Discounts given"
        assert (await asking.get("item/10"))["Item"]["Type"] == "Service"
        assert (await asking.get("customer/59"))["Customer"]["DisplayName"] == "CBR Tulsa 2"
        assert (await asking.get("term/6"))["Term"]["DueDays"] == 30
        assert (await asking.get("class/5000000000000138237"))["Class"]["Active"] is True
        assert (await asking.get("taxagency/1"))["TaxAgency"]["DisplayName"]
        assert (await asking.get("companycurrency/1"))["CompanyCurrency"]["Name"] == "Canadian Dollar"
        rate = (await asking.get("exchangerate", sourcecurrencycode="EUR"))["ExchangeRate"]
        assert rate["TargetCurrencyCode"] == "USD"
        expected = {"Customer": 5, "Payment": 5, "Account": 21, "TaxCode": 4, "Department": 1, "Employee": 1}
        expected |= {"CreditMemo": 1, "Transfer": 1, "TimeActivity": 1, "CreditCardPayment": 1, "Estimate": 1}
        for entity, least in expected.items():
            found = await asking.query(f"select count(*) from {entity}")
            assert found["totalCount"] >= least, entity
        assert await asking.query("select * from Attachable") == {}
        numbers = ("5882", "6777", "INV-666666665346", "INV-9999999998")
        for number in numbers:
            assert len((await asking.query(f"select * from Invoice where DocNumber = '{number}'"))["Invoice"]) == 1

    start(work)


def test_preferences_are_changed_block_by_block(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        found = (await asking.get("preferences"))["Preferences"]
        assert found["AccountingInfoPrefs"]["TaxYearMonth"] == "January"
        assert found["ProductAndServicesPrefs"]["ForPurchase"] is True
        assert found["VendorAndPurchasesPrefs"]["BillableExpenseTracking"] is True
        assert found["TimeTrackingPrefs"]["WorkWeekStartDate"] == "Monday"
        assert found["OtherPrefs"]["NameValue"][0]["Name"] == "SalesFormsPrefs.DefaultCustomerMessage"
        assert found["TaxPrefs"] == {"UsingSalesTax": True, "PartnerTaxEnabled": True}
        body = {"Id": "1", "SyncToken": "0", "sparse": True, "SalesFormsPrefs": {"CustomTxnNumbers": True}}
        changed = (await asking.post("preferences", body))["Preferences"]
        assert changed["SalesFormsPrefs"]["CustomTxnNumbers"] is True
        assert changed["SalesFormsPrefs"]["AllowDeposit"] is True
        assert changed["SyncToken"] == "1"
        assert "DocNumber" not in await asking.invoice(10)

    start(work)


def test_the_company_tells_its_name(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        found = (await asking.get(f"companyinfo/{asking.realm}"))["CompanyInfo"]
        assert (found["Id"], found["CompanyName"], found["Country"]) == ("1", "Sandbox Company_US_1", "US")
        body = {**found, "LegalName": "Sandbox Inc."}
        assert (await asking.post("companyinfo", body))["CompanyInfo"]["LegalName"] == "Sandbox Inc."

    start(work)


def test_the_canadian_company_taxes_each_line_by_its_code(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        line = {
            "Amount": 100,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": "12"}, "TaxCodeRef": {"value": "5"}},
        }
        other = {**line, "SalesItemLineDetail": {"ItemRef": {"value": "12"}, "TaxCodeRef": {"value": "3"}}}
        made = (await asking.post("invoice", {"CustomerRef": {"value": "3"}, "Line": [line, other]}))["Invoice"]
        # 13 % of 100.00 and 5 % of 100.00
        assert made["TxnTaxDetail"]["TotalTax"] == Decimal(18)
        assert made["TotalAmt"] == Decimal(218)
        assert made["GlobalTaxCalculation"] == "TaxExcluded"

    start(work, realm="9130000000000001")
