"""Making the demo companies, once in the life of an installation."""

from counterfoil.app.demo_company import (
    CANADIAN_COMPANY,
    CANADIAN_CONNECTION,
    US_COMPANY,
    US_CONNECTION,
    number_canadian_company,
    number_us_company,
    open_canadian_company,
    open_us_company,
)
from counterfoil.app.wiring import Running
from counterfoil.core.ids import random_uuid
from counterfoil.dispatch.administration import DEFAULT_ACCOUNT
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.contract import Session
from counterfoil.storage.installation import AccountRecord, ConnectionRecord, Installation
from counterfoil.storage.margin import Margin

SETTING = "demo"


async def make_demo_companies(running: Running) -> bool:
    """On an empty installation, make both demo companies; elsewhere do nothing. Tells whether it made them."""
    return await running.store.write(lambda session: _make(running, session))


def _make(running: Running, session: Session) -> bool:
    installation = Installation(session)
    if installation.setting(SETTING) is not None or installation.every_connection():
        return False
    now = running.clock.now()
    accounts = installation.accounts()
    account = accounts[0] if accounts else AccountRecord(id=random_uuid(), name=DEFAULT_ACCOUNT, created_at=now)
    if not accounts:
        installation.add_account(account)
    books = running.books["embedded"]
    for identifier, company, fill, number in (
        (US_CONNECTION, US_COMPANY, open_us_company, number_us_company),
        (CANADIAN_CONNECTION, CANADIAN_COMPANY, open_canadian_company, number_canadian_company),
    ):
        name = company.company_name or ""
        installation.add_connection(
            ConnectionRecord(
                account_id=account.id, id=identifier, name=name, books="embedded", state="live", created_at=now
            )
        )
        file = CompanyFile(session, identifier, running.clock)
        fill(file, books)
        number(Margin(session, identifier, running.clock), file)
    installation.put_setting(SETTING, str(now).encode())
    return True
