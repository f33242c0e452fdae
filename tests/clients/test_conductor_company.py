"""What a company consists of, through the vendor's client: its lists, itself, and the end-users that reach it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from conductor import Conductor, InternalServerError, NotFoundError
from tests.clients.site import Site
from tests.support.company import Company
from tests.support.server import Server
from tests.support.sums import money


def kept(resource: Any, made: Any, user: str, **update: Any) -> Any:
    """Reading tells what was made; an update with its revision changes what it names, and the revision."""
    assert resource.retrieve(made.id, conductor_end_user_id=user) == made
    after = resource.update(made.id, conductor_end_user_id=user, revision_number=made.revision_number, **update)
    for name, value in update.items():
        assert getattr(after, name) == value
    assert after.revision_number != made.revision_number
    assert resource.retrieve(made.id, conductor_end_user_id=user) == after
    return after


ITEM_RESOURCES: dict[str, Callable[[Company], tuple[Any, str]]] = {
    "service item": lambda company: (company.client.qbd.service_items, company.labour),
    "non-inventory item": lambda company: (company.client.qbd.non_inventory_items, company.paver),
    "other-charge item": lambda company: (company.client.qbd.other_charge_items, company.delivery),
    "discount item": lambda company: (company.client.qbd.discount_items, company.discount),
    "subtotal item": lambda company: (company.client.qbd.subtotal_items, company.subtotal),
    "item group": lambda company: (company.client.qbd.item_groups, company.kit),
    "sales-tax item": lambda company: (company.client.qbd.sales_tax_items, company.levy),
    "sales-tax group": lambda company: (company.client.qbd.sales_tax_group_items, company.both_taxes),
    "vendor": lambda company: (company.client.qbd.vendors, company.city_agency),
    "customer": lambda company: (company.client.qbd.customers, company.customer),
    "account": lambda company: (company.client.qbd.accounts, company.account("Sales")),
    "sales-tax code": lambda company: (company.client.qbd.sales_tax_codes, company.exempt),
}


@pytest.mark.parametrize("name", ITEM_RESOURCES)
def test_list_objects_are_read_renamed_and_listed(company: Company, name: str) -> None:
    resource, identifier = ITEM_RESOURCES[name](company)
    made = resource.retrieve(identifier, conductor_end_user_id=company.user)
    short = name == "sales-tax code"
    after = kept(resource, made, company.user, name="New" if short else f"New {made.name}", is_active=False)
    listed = resource.list(conductor_end_user_id=company.user, status="inactive")
    assert [each.id for each in listed.data] == [after.id]
    assert identifier not in [each.id for each in resource.list(conductor_end_user_id=company.user).data]


def test_a_stale_revision_of_a_customer_is_refused(company: Company) -> None:
    customers = company.client.qbd.customers
    before = customers.retrieve(company.customer, conductor_end_user_id=company.user)
    after = kept(customers, before, company.user, phone="555-1234")
    with pytest.raises(InternalServerError, match="3200"):
        customers.update(
            before.id, conductor_end_user_id=company.user, revision_number=before.revision_number, phone="555-9999"
        )
    assert customers.retrieve(before.id, conductor_end_user_id=company.user) == after


def test_a_name_is_used_once(company: Company) -> None:
    """Customers and vendors share their names."""
    with pytest.raises(InternalServerError, match="3100"):
        company.client.qbd.customers.create(conductor_end_user_id=company.user, name="acme")
    with pytest.raises(InternalServerError, match="3100"):
        company.client.qbd.customers.create(conductor_end_user_id=company.user, name="City Treasurer")


def test_a_new_name_travels_to_jobs_and_invoices(company: Company) -> None:
    customers, user = company.client.qbd.customers, company.user
    made = company.invoice_of("10.00", customer=company.job)
    before = customers.retrieve(company.customer, conductor_end_user_id=user)
    kept(customers, before, user, name="Apex")
    assert customers.retrieve(company.job, conductor_end_user_id=user).full_name == "Apex:Roof garden"
    customer = company.read(made.id).customer
    assert customer is not None
    assert customer.full_name == "Apex:Roof garden"


def test_a_customer_keeps_what_is_sent(client: Conductor, user: str) -> None:
    made = client.qbd.customers.create(
        conductor_end_user_id=user,
        name="Zoë & Søn ✓",
        company_name="Zoë & Søn ApS",
        first_name="Zoë",
        last_name="Søn",
        email="zoe@example.com",
        phone="+45 1234",
        billing_address={"line1": "Nygade 1", "city": "Århus", "postal_code": "8000", "country": "Denmark"},
        credit_limit="2500.00",
        account_number="K-17",
        job_status="in_progress",
        note="Rings first",
        additional_notes=[{"note": "Prefers Tuesdays"}],
        additional_contacts=[{"first_name": "Åse", "job_title": "Bookkeeper"}],
        custom_contact_fields=[{"name": "Web", "value": "https://example.com"}],
        external_id="6f1e2d3c-4b5a-4978-8c6d-5e4f3a2b1c0d",
    )
    assert client.qbd.customers.retrieve(made.id, conductor_end_user_id=user) == made
    assert (made.full_name, made.company_name, made.note) == ("Zoë & Søn ✓", "Zoë & Søn ApS", "Rings first")
    assert money(made.credit_limit) == 2500
    assert made.billing_address is not None
    assert (made.billing_address.city, made.billing_address.state) == ("Århus", None)
    assert [note.note for note in made.additional_notes] == ["Prefers Tuesdays"]
    assert [contact.first_name for contact in made.additional_contacts] == ["Åse"]
    assert [(field.name, field.value) for field in made.custom_contact_fields] == [("Web", "https://example.com")]


def test_an_opening_balance_is_owed(client: Conductor, user: str) -> None:
    made = client.qbd.customers.create(
        conductor_end_user_id=user, name="Old friend", opening_balance="75.50", opening_balance_date="2025-12-31"
    )
    found = client.qbd.customers.retrieve(made.id, conductor_end_user_id=user)
    assert (money(found.balance), money(found.total_balance)) == (money("75.50"), money("75.50"))
    (invoice,) = client.qbd.invoices.list(conductor_end_user_id=user)
    assert money(invoice.balance_remaining) == money("75.50")


def test_accounts_stand_below_one_another(client: Conductor, user: str) -> None:
    accounts = client.qbd.accounts
    parent = accounts.create(conductor_end_user_id=user, name="Works", account_type="income", account_number="4000")
    child = accounts.create(conductor_end_user_id=user, name="Stone", account_type="income", parent_id=parent.id)
    bank = accounts.create(conductor_end_user_id=user, name="Till", account_type="bank", opening_balance="12.34")
    assert (child.full_name, child.sublevel, child.parent.id if child.parent else None) == ("Works:Stone", 1, parent.id)
    assert money(accounts.retrieve(bank.id, conductor_end_user_id=user).balance) == money("12.34")
    with pytest.raises(InternalServerError, match="3140"):
        accounts.create(conductor_end_user_id=user, name="Odd", account_type="bank", parent_id=parent.id)


def test_small_lists_are_made_and_read(client: Conductor, user: str) -> None:
    qbd = client.qbd
    vendor = qbd.vendors.create(conductor_end_user_id=user, name="Sam Carter")
    made: list[tuple[Any, dict[str, Any]]] = [
        (qbd.classes, {"name": "Gardens"}),
        (qbd.customer_types, {"name": "Retail"}),
        (qbd.payment_methods, {"name": "Barter", "payment_method_type": "other"}),
        (qbd.shipping_methods, {"name": "Own van"}),
        (qbd.standard_terms, {"name": "Net 45", "due_days": 45}),
        (qbd.date_driven_terms, {"name": "5th", "due_day_of_month": 5}),
        (qbd.sales_tax_codes, {"name": "LBR", "is_taxable": False}),
        (qbd.sales_representatives, {"initial": "SC", "entity_id": vendor.id}),
    ]
    for resource, values in made:
        thing = resource.create(conductor_end_user_id=user, **values)
        assert {name: getattr(thing, name) for name in values if name != "entity_id"}.items() <= values.items()
        assert resource.retrieve(thing.id, conductor_end_user_id=user) == thing
        assert thing in resource.list(conductor_end_user_id=user).data


def test_small_lists_are_changed(client: Conductor, user: str) -> None:
    qbd = client.qbd
    vendor = qbd.vendors.create(conductor_end_user_id=user, name="Sam Carter")
    class_ = qbd.classes.create(conductor_end_user_id=user, name="Gardens")
    krone = qbd.currencies.create(conductor_end_user_id=user, name="Krone", currency_code="DKK")
    seller = qbd.sales_representatives.create(conductor_end_user_id=user, initial="SC", entity_id=vendor.id)
    kept(qbd.classes, class_, user, name="Roofs")
    kept(qbd.currencies, krone, user, name="Danish Krone")
    kept(qbd.sales_representatives, seller, user, initial="SAM")


def test_no_list_object_is_deleted_by_this_vendors_callers(client: Conductor, user: str) -> None:
    """They make them inactive; the list of deletions is there all the same."""
    found = client.qbd.deleted_list_objects.list(conductor_end_user_id=user, object_types=["customer", "item_service"])
    assert found.data == []


def test_a_new_company_has_templates(client: Conductor, user: str) -> None:
    page = client.qbd.templates.list(conductor_end_user_id=user)
    assert "invoice" in {template.template_type for template in page.data}
    assert page.next_cursor is None


def test_the_company_tells_of_itself(site: Site, client: Conductor) -> None:
    """A connection made by the command line, reached by its plain id."""
    connection = site.new_connection("Larkspur & Sons")
    company = client.qbd.company.retrieve(conductor_end_user_id=connection)
    assert (company.company_name, company.is_sample_company_file) == ("Larkspur & Sons", False)
    user = next(each for each in client.end_users.list().data if each.company_name == "Larkspur & Sons")
    assert client.qbd.company.retrieve(conductor_end_user_id=user.id) == company


def test_preferences_name_what_is_default(company: Company) -> None:
    preferences = company.client.qbd.preferences.retrieve(conductor_end_user_id=company.user)
    assert preferences.multi_currency is not None
    assert preferences.multi_currency.home_currency is not None
    assert preferences.multi_currency.home_currency.full_name == "US Dollar"
    tax = preferences.sales_tax
    assert tax is not None
    assert (tax.default_taxable_sales_tax_code.id, tax.default_non_taxable_sales_tax_code.id) == (
        company.taxable,
        company.exempt,
    )


def test_the_health_check_answers(client: Conductor, user: str) -> None:
    health = client.qbd.health_check(conductor_end_user_id=user)
    assert health.status == "ok"
    assert 0 <= health.duration < 60_000


def test_end_users_are_made_found_and_deleted(client: Conductor) -> None:
    made = client.end_users.create(company_name="Bluebonnet", source_id="customer-17", email="ap@bluebonnet.example")
    assert made.id.startswith("end_usr_")
    assert (made.company_name, made.source_id, made.email) == ("Bluebonnet", "customer-17", "ap@bluebonnet.example")
    (connection,) = made.integration_connections
    assert (connection.integration_slug, connection.last_successful_request_at) == ("quickbooks_desktop", None)
    assert client.end_users.retrieve(made.id) == made
    assert made in client.end_users.list().data
    gone = client.end_users.delete(made.id)
    assert (gone.id, gone.deleted) == (made.id, True)
    assert made.id not in [each.id for each in client.end_users.list().data]
    for act in (
        lambda: client.end_users.retrieve(made.id),
        lambda: client.qbd.company.retrieve(conductor_end_user_id=made.id),
    ):
        with pytest.raises(NotFoundError):
            act()


def test_an_end_user_tells_when_it_was_last_reached(client: Conductor, user: str) -> None:
    client.qbd.company.retrieve(conductor_end_user_id=user)
    (connection,) = client.end_users.retrieve(user).integration_connections
    assert connection.last_request_at is not None
    assert connection.last_successful_request_at is not None
    assert connection.last_successful_request_at >= connection.created_at


def test_an_auth_session_leads_to_its_end_user(server: Server, client: Conductor, user: str) -> None:
    session = client.auth_sessions.create(
        end_user_id=user,
        publishable_key="pk_conductor_demo",
        link_expiry_mins=60,
        redirect_url="https://example.com/done?x=1",
    )
    assert session.id.startswith("auth_sess_")
    assert session.client_secret.startswith("auth_sess_client_secret_")
    assert (session.end_user_id, session.redirect_url) == (user, "https://example.com/done?x=1")
    assert urlsplit(session.auth_flow_url).netloc == urlsplit(server.url).netloc
    assert session.client_secret in session.auth_flow_url
    lives = datetime.fromisoformat(session.expires_at) - datetime.fromisoformat(session.created_at)
    assert lives.total_seconds() == 3600
