"""The vendor's objects: the keys of each class, in order.

The vendor answers with what Intuit's PHP library makes of Intuit's objects: every key of the class, and of the classes
above it. The orders of invoices, payments and all that is within them are those of the vendor's printed answers; the
three keys that only its newer answers have are always there. The orders of the other classes are Intuit's, as far as
they are known, and assumed beyond that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Shape:
    """A class: its keys, and the shapes of those that hold objects. What has no shape is a value or a reference."""

    keys: tuple[str, ...]
    parts: Mapping[str, "Shape"] = field(default_factory=dict)


def shape(*keys: str, **parts: Shape) -> Shape:
    return Shape(tuple(key for some in keys for key in some.split()), parts)


ADDRESS: Final = shape(
    "Id Line1 Line2 Line3 Line4 Line5 City Country CountryCode CountrySubDivisionCode PostalCode PostalCodeSuffix",
    "Lat Long Tag Note",
)
LINKED_TRANSACTION: Final = shape("TxnId TxnType TxnLineId")
LINE_EX: Final = shape()
META_DATA: Final = shape(
    "CreatedByRef CreateTime LastModifiedByRef LastUpdatedTime LastChangedInQB Synchronized",
)
CUSTOM_FIELD: Final = shape("DefinitionId Name Type StringValue BooleanValue DateValue NumberValue")
EMAIL: Final = shape("Id Address Default Tag")
PHONE: Final = shape(
    "Id DeviceType CountryCode AreaCode ExchangeCode Extension FreeFormNumber Default Tag",
)
WEB_SITE: Final = shape("Id URI Default Tag")

_ENTITY: Final = "Id SyncToken MetaData CustomField AttachableRef domain status sparse"
_PARTS: Final = {"MetaData": META_DATA, "CustomField": CUSTOM_FIELD}

SALES_ITEM: Final = shape(
    "ServiceDate TaxInclusiveAmt DiscountRate DiscountAmt SalesItemLineDetailEx ItemRef ClassRef UnitPrice RatePercent",
    "PriceLevelRef MarkupInfo Qty UOMRef ItemAccountRef InventorySiteRef TaxCodeRef TaxClassificationRef",
)
TAX_LINE: Final = shape(
    "TaxRateRef PercentBased TaxPercent NetAmountTaxable TaxInclusiveAmount OverrideDeltaAmount ServiceDate",
    "TaxLineDetailEx",
)
DISCOUNT: Final = shape(
    "Discount PercentBased DiscountPercent DiscountAccountRef ServiceDate ClassRef TaxCodeRef DiscountLineDetailEx",
)
DESCRIPTION: Final = shape("ServiceDate TaxCodeRef DescriptionLineDetailEx")
_LINE: Final = (
    "Id LineNum Description Amount Received LinkedTxn DetailType PaymentLineDetail DiscountLineDetail TaxLineDetail",
    "SalesItemLineDetail DescriptionLineDetail ItemBasedExpenseLineDetail AccountBasedExpenseLineDetail",
    "DepositLineDetail PurchaseOrderItemLineDetail SalesOrderItemLineDetail ItemReceiptLineDetail",
    "JournalEntryLineDetail GroupLineDetail SubTotalLineDetail TDSLineDetail CustomField LineEx",
)
_LINE_PARTS: Final = {
    "LinkedTxn": LINKED_TRANSACTION,
    "DiscountLineDetail": DISCOUNT,
    "TaxLineDetail": TAX_LINE,
    "SalesItemLineDetail": SALES_ITEM,
    "DescriptionLineDetail": DESCRIPTION,
    "CustomField": CUSTOM_FIELD,
    "LineEx": LINE_EX,
}
GROUP: Final = shape(
    "GroupItemRef Quantity UOMRef ServiceDate Line GroupLineDetailEx",
    Line=shape(*_LINE, **_LINE_PARTS),
)
LINE: Final = shape(*_LINE, **_LINE_PARTS, GroupLineDetail=GROUP)
TAX_DETAIL: Final = shape("DefaultTaxCodeRef TxnTaxCodeRef TotalTax TaxReviewStatus TaxLine", TaxLine=LINE)

_TRANSACTION: Final = "DocNumber TxnDate DepartmentRef CurrencyRef ExchangeRate PrivateNote TxnStatus LinkedTxn Line"
_TRANSACTION_END: Final = "TxnTaxDetail TxnSource TaxFormType TaxFormNum TransactionLocationType"
_TRANSACTION_PARTS: Final = {
    "LinkedTxn": LINKED_TRANSACTION,
    "Line": LINE,
    "TxnTaxDetail": TAX_DETAIL,
    **_PARTS,
}

INVOICE: Final = shape(
    "Deposit AllowIPNPayment AllowOnlinePayment AllowOnlineCreditCardPayment AllowOnlineACHPayment EInvoiceStatus",
    "ECloudStatusTimeStamp invoiceStatus callToAction invoiceStatusLog InvoiceEx LessCIS InvoiceLink",
    "ConvenienceFeeDetail AutoDocNumber CustomerRef CustomerMemo BillAddr ShipAddr FreeFormAddress ShipFromAddr",
    "RemitToRef ClassRef SalesTermRef DueDate SalesRepRef PONumber FOB ShipMethodRef ShipDate TrackingNum",
    "GlobalTaxCalculation TotalAmt HomeTotalAmt ApplyTaxAfterDiscount TemplateRef PrintStatus EmailStatus BillEmail",
    "BillEmailCc BillEmailBcc ARAccountRef Balance HomeBalance FinanceCharge PaymentMethodRef PaymentRefNum",
    "PaymentType CheckPayment CreditCardPayment DepositToAccountRef DeliveryInfo DiscountRate DiscountAmt",
    "GovtTxnRefIdentifier TaxExemptionRef",
    _TRANSACTION,
    _TRANSACTION_END,
    _ENTITY,
    BillAddr=ADDRESS,
    ShipAddr=ADDRESS,
    ShipFromAddr=ADDRESS,
    BillEmail=EMAIL,
    **_TRANSACTION_PARTS,
)
PAYMENT: Final = shape(
    "CustomerRef RemitToRef ARAccountRef DepositToAccountRef PaymentMethodRef PaymentRefNum PaymentType CheckPayment",
    "CreditCardPayment TotalAmt UnappliedAmt ProcessPayment PaymentEx",
    _TRANSACTION,
    _TRANSACTION_END,
    _ENTITY,
    **_TRANSACTION_PARTS,
)

_NAME: Final = (
    "IntuitId Organization Title GivenName MiddleName FamilyName Suffix FullyQualifiedName CompanyName DisplayName",
    "PrintOnCheckName UserId Active V4IDPseudonym PrimaryPhone AlternatePhone Mobile Fax PrimaryEmailAddr WebAddr",
    "OtherContactInfo DefaultTaxCodeRef",
)
_NAME_PARTS: Final = {
    "BillAddr": ADDRESS,
    "ShipAddr": ADDRESS,
    "PrimaryPhone": PHONE,
    "AlternatePhone": PHONE,
    "Mobile": PHONE,
    "Fax": PHONE,
    "PrimaryEmailAddr": EMAIL,
    "WebAddr": WEB_SITE,
    **_PARTS,
}
CUSTOMER: Final = shape(
    "Taxable TaxExemptionReasonId BillAddr ShipAddr OtherAddr ContactName AltContactName Notes Job BillWithParent",
    "RootCustomerRef ParentRef Level CustomerTypeRef SalesTermRef SalesRepRef TaxGroupCodeRef TaxRateRef",
    "PaymentMethodRef CCDetail PriceLevelRef Balance OpenBalanceDate BalanceWithJobs CreditLimit AcctNum CurrencyRef",
    "OverDueBalance TotalRevenue TotalExpense PreferredDeliveryMethod ResaleNum JobInfo TDSEnabled CustomerEx",
    "SecondaryTaxIdentifier ARAccountRef PrimaryTaxIdentifier",
    *_NAME,
    _ENTITY,
    **_NAME_PARTS,
)
VENDOR: Final = shape(
    "ContactName AltContactName Notes BillAddr ShipAddr OtherAddr TaxCountry TaxIdentifier TaxIdEffectiveDate",
    "BusinessNumber ParentRef VendorTypeRef TermRef PrefillAccountRef Balance BillRate OpenBalanceDate CreditLimit",
    "AcctNum Vendor1099 T4AEligible T5018Eligible CurrencyRef TDSEnabled VendorEx",
    *_NAME,
    _ENTITY,
    **_NAME_PARTS,
)
ITEM: Final = shape(
    "Name Sku Description Active SubItem ParentRef Level FullyQualifiedName Taxable SalesTaxIncluded PercentBased",
    "UnitPrice RatePercent Type PaymentMethodRef UOMSetRef IncomeAccountRef PurchaseDesc PurchaseTaxIncluded",
    "PurchaseCost ExpenseAccountRef COGSAccountRef AssetAccountRef PrefVendorRef AvgCost TrackQtyOnHand QtyOnHand",
    "QtyOnPurchaseOrder QtyOnSalesOrder ReorderPoint ManPartNum DepositToAccountRef SalesTaxCodeRef PurchaseTaxCodeRef",
    "InvStartDate BuildPoint PrintGroupedItems SpecialItem SpecialItemType ItemGroupDetail ItemAssemblyDetail",
    "AbatementRate ReverseChargeRate ServiceType ItemCategoryType ItemEx",
    _ENTITY,
    **_PARTS,
)
TERM: Final = shape(
    "Name Active Type DiscountPercent DueDays DiscountDays DayOfMonthDue DueNextMonthDays DiscountDayOfMonth",
    "SalesTermEx",
    _ENTITY,
    **_PARTS,
)
CLASS: Final = shape("Name SubClass ParentRef FullyQualifiedName Active ClassEx", _ENTITY, **_PARTS)
_RATE_LIST: Final = shape(
    "TaxRateDetail originatingGroupId",
    TaxRateDetail=shape("TaxRateRef TaxTypeApplicable TaxOrder TaxOnTaxOrder"),
)
TAX_CODE: Final = shape(
    "Name Description Active Hidden Taxable TaxGroup SalesTaxRateList PurchaseTaxRateList AdjustmentTaxRateList",
    "TaxCodeEx",
    _ENTITY,
    SalesTaxRateList=_RATE_LIST,
    **_PARTS,
)
TAX_RATE: Final = shape(
    "Name Description Active RateValue AgencyRef TaxReturnLineRef EffectiveTaxRate SpecialTaxType DisplayType",
    "TaxRateEx",
    _ENTITY,
    **_PARTS,
)
PAYMENT_METHOD: Final = shape("Name Active Type PaymentMethodEx", _ENTITY, **_PARTS)
ACCOUNT: Final = shape(
    "Name SubAccount ParentRef Description FullyQualifiedName AccountAlias TxnLocationType Active Classification",
    "AccountType AccountSubType AccountPurposes AcctNum AcctNumExtn BankNum OpeningBalance OpeningBalanceDate",
    "CurrentBalance CurrentBalanceWithSubAccounts CurrencyRef TaxAccount TaxCodeRef OnlineBankingEnabled FIName",
    "JournalCodeRef AccountEx",
    _ENTITY,
    **_PARTS,
)
PREFERENCES: Final = shape(
    "AccountingInfoPrefs AdvancedInventoryPrefs ProductAndServicesPrefs SalesFormsPrefs EmailMessagesPrefs",
    "PrintDocumentPrefs VendorAndPurchasesPrefs TimeTrackingPrefs TaxPrefs FinanceChargesPrefs CurrencyPrefs",
    "ReportPrefs OtherPrefs",
    _ENTITY,
    AccountingInfoPrefs=shape(
        "UseAccountNumbers TrackDepartments DepartmentTerminology ClassTrackingPerTxn ClassTrackingPerTxnLine",
        "FirstMonthOfFiscalYear TaxYearMonth TaxForm BookCloseDate CustomerTerminology",
    ),
    ProductAndServicesPrefs=shape("ForSales ForPurchase QuantityWithPriceAndRate QuantityOnHand"),
    SalesFormsPrefs=shape(
        "UsingProgressInvoicing CustomTxnNumbers AllowDeposit AllowDiscount AllowEstimates AllowServiceDate",
        "AllowShipping DefaultTerms DefaultCustomerMessage ETransactionPaymentEnabled UsingPriceLevels",
        "AutoApplyPayments",
    ),
    TimeTrackingPrefs=shape("UseServices BillCustomers ShowBillRateToAll WorkWeekStartDate MarkTimeEntriesBillable"),
    TaxPrefs=shape("UsingSalesTax TaxGroupCodeRef PartnerTaxEnabled"),
    CurrencyPrefs=shape("MultiCurrencyEnabled HomeCurrency"),
    ReportPrefs=shape("ReportBasis CalcAgingReportFromTxnDate"),
    **_PARTS,
)
COMPANY_INFO: Final = shape(
    "CompanyName LegalName CompanyAddr CustomerCommunicationAddr LegalAddr CompanyEmailAddr",
    "CustomerCommunicationEmailAddr CompanyURL PrimaryPhone CompanyStartDate EmployerId FiscalYearStartMonth",
    "TaxYearStartMonth Country Email WebAddr SupportedLanguages NameValue",
    _ENTITY,
    CompanyAddr=ADDRESS,
    CustomerCommunicationAddr=ADDRESS,
    LegalAddr=ADDRESS,
    PrimaryPhone=PHONE,
    Email=EMAIL,
    WebAddr=WEB_SITE,
    **_PARTS,
)

SHAPES: Final[Mapping[str, Shape]] = {
    "Invoice": INVOICE,
    "Payment": PAYMENT,
    "Customer": CUSTOMER,
    "Vendor": VENDOR,
    "Item": ITEM,
    "Term": TERM,
    "Class": CLASS,
    "TaxCode": TAX_CODE,
    "TaxRate": TAX_RATE,
    "PaymentMethod": PAYMENT_METHOD,
    "Account": ACCOUNT,
    "Preferences": PREFERENCES,
    "CompanyInfo": COMPANY_INFO,
}
