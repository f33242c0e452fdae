"""The company and its preferences: one of each, without an id and without an object type."""

from counterfoil.dialects.conductor.parts import ADDRESS, CUSTOM_FIELD
from counterfoil.dialects.conductor.table import Part, Table, part, ref, row
from counterfoil.model.company import (
    AccountantCopy,
    Accounting,
    AppAccessRights,
    Company,
    FinanceCharges,
    ItemsAndInventory,
    JobsAndEstimates,
    MultiCurrency,
    MultiLocationInventory,
    Preferences,
    PriceLevelPreferences,
    PurchasesAndVendors,
    ReportPreferences,
    SalesAndCustomers,
    SalesTax,
    SubscribedService,
    SubscribedServices,
    TimeTracking,
)

SUBSCRIBED_SERVICE = Part(
    SubscribedService,
    (
        row("name", "R"),
        row("domain", "r"),
        row("serviceStatus", "r"),
    ),
)

SUBSCRIBED_SERVICES = Part(
    SubscribedServices,
    (part("services", "R", SUBSCRIBED_SERVICE),),
)

ACCOUNTANT_COPY = Part(
    AccountantCopy,
    (
        row("accountantCopyExists", "R"),
        row("dividingDate", "r"),
    ),
)

ACCOUNTING = Part(
    Accounting,
    (
        row("isUsingAccountNumbers", "R"),
        row("isRequiringAccounts", "R"),
        row("isUsingClassTracking", "R"),
        row("defaultTransactionClass", "r"),
        row("isUsingAuditTrail", "R"),
        row("isAssigningJournalEntryNumbers", "R"),
        row("closingDate", "r"),
    ),
)

FINANCE_CHARGES = Part(
    FinanceCharges,
    (
        row("annualInterestRate", "r"),
        row("minimumFinanceCharge", "r"),
        row("gracePeriod", "R"),
        ref("financeChargeAccount", "r"),
        row("isAssessingForOverdueCharges", "R"),
        row("calculateChargesFrom", "R"),
        row("isMarkedToBePrinted", "R"),
    ),
)

JOBS_AND_ESTIMATES = Part(
    JobsAndEstimates,
    (
        row("isUsingEstimates", "R"),
        row("isUsingProgressInvoicing", "R"),
        row("isPrintingItemsWithZeroAmounts", "R"),
    ),
)

MULTI_CURRENCY = Part(
    MultiCurrency,
    (
        row("isMultiCurrencyEnabled", "r"),
        ref("homeCurrency", "r"),
    ),
)

MULTI_LOCATION_INVENTORY = Part(
    MultiLocationInventory,
    (
        row("isMultiLocationInventoryAvailable", "r"),
        row("isMultiLocationInventoryEnabled", "r"),
    ),
)

PURCHASES_AND_VENDORS = Part(
    PurchasesAndVendors,
    (
        row("isUsingInventory", "R"),
        row("daysBillsAreDue", "R"),
        row("isAutomaticallyUsingDiscounts", "R"),
        ref("defaultDiscountAccount", "r"),
    ),
)

REPORT_PREFERENCES = Part(
    ReportPreferences,
    (
        row("agingReportBasis", "R"),
        row("summaryReportBasis", "R"),
    ),
)

PRICE_LEVEL_PREFERENCES = Part(
    PriceLevelPreferences,
    (
        row("isUsingPriceLevels", "R"),
        row("isRoundingSalesPriceUp", "r"),
    ),
)

SALES_AND_CUSTOMERS = Part(
    SalesAndCustomers,
    (
        ref("defaultShippingMethod", "r"),
        row("defaultShipmentOrigin", "r"),
        row("defaultMarkupPercentage", "r"),
        row("isTrackingReimbursedExpensesAsIncome", "R"),
        row("isAutoApplyingPayments", "R"),
        part("priceLevels", "r", PRICE_LEVEL_PREFERENCES),
    ),
)

SALES_TAX = Part(
    SalesTax,
    (
        ref("defaultItemSalesTax", "r"),
        row("salesTaxReportingFrequency", "R"),
        ref("defaultTaxableSalesTaxCode", "R"),
        ref("defaultNonTaxableSalesTaxCode", "R"),
        row("isUsingVendorTaxCode", "r"),
        row("isUsingCustomerTaxCode", "r"),
        row("isUsingTaxInclusivePrices", "r"),
    ),
)

TIME_TRACKING = Part(
    TimeTracking,
    (row("firstDayOfWeek", "R"),),
)

APP_ACCESS_RIGHTS = Part(
    AppAccessRights,
    (
        row("isAutomaticLoginAllowed", "R"),
        row("automaticLoginUserName", "r"),
        row("isPersonalDataAccessAllowed", "R"),
    ),
)

ITEMS_AND_INVENTORY = Part(
    ItemsAndInventory,
    (
        row("isEnhancedInventoryReceivingEnabled", "r"),
        row("inventoryTrackingMethod", "r"),
        row("isInventoryExpirationDateEnabled", "r"),
        row("isTrackingOnSalesTransactionsEnabled", "r"),
        row("isTrackingOnPurchaseTransactionsEnabled", "r"),
        row("isTrackingOnInventoryAdjustmentEnabled", "r"),
        row("isTrackingOnBuildAssemblyEnabled", "r"),
        row("isFifoEnabled", "r"),
        row("fifoEffectiveDate", "r"),
        row("isBinTrackingEnabled", "r"),
        row("isBarcodeEnabled", "r"),
    ),
)

COMPANY = Table(
    path="company",
    object_type=None,
    resource="company",
    model=Company,
    verbs="R",
    paging="none",
    rows=(
        row("isSampleCompanyFile", "R"),
        row("companyName", "r"),
        row("legalCompanyName", "r"),
        part("address", "r", ADDRESS),
        part("legalAddress", "r", ADDRESS),
        part("addressForCustomer", "r", ADDRESS),
        row("phone", "r"),
        row("fax", "r"),
        row("email", "r"),
        row("website", "r"),
        row("fiscalYearStartMonth", "r"),
        row("incomeTaxYearStartMonth", "r"),
        row("companyType", "r"),
        row("ein", "r"),
        row("ssn", "r"),
        row("taxForm", "r"),
        part("subscribedServices", "r", SUBSCRIBED_SERVICES),
        part("accountantCopy", "r", ACCOUNTANT_COPY),
        part("customFields", "R", CUSTOM_FIELD),
    ),
)

PREFERENCES = Table(
    path="preferences",
    object_type=None,
    resource="preferences",
    model=Preferences,
    verbs="R",
    paging="none",
    rows=(
        part("accounting", "R", ACCOUNTING),
        part("financeCharges", "R", FINANCE_CHARGES),
        part("jobsAndEstimates", "R", JOBS_AND_ESTIMATES),
        part("multiCurrency", "r", MULTI_CURRENCY),
        part("multiLocationInventory", "r", MULTI_LOCATION_INVENTORY),
        part("purchasesAndVendors", "R", PURCHASES_AND_VENDORS),
        part("reports", "R", REPORT_PREFERENCES),
        part("salesAndCustomers", "R", SALES_AND_CUSTOMERS),
        part("salesTax", "r", SALES_TAX),
        part("timeTracking", "r", TIME_TRACKING),
        part("appAccessRights", "R", APP_ACCESS_RIGHTS),
        part("itemsAndInventory", "r", ITEMS_AND_INVENTORY),
    ),
)
