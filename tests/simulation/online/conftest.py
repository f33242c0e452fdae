"""The template of which every test gets a copy: a connected installation, and a company with one invoice in it."""

import asyncio
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from tests.simulation.online.house import House

from counterfoil.model.command import Create
from counterfoil.model.lines import SalesLine
from counterfoil.model.sales import Invoice
from counterfoil.model.values import Ref

STANDING = "standing"
SECOND = "second one"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("online")
    asyncio.run(_made(folder))
    return folder


async def _made(folder: Path) -> None:
    house = House(folder)
    await house.open()
    await house.connect()
    lines = (
        SalesLine(item=Ref("1"), quantity=Decimal(2), rate=Decimal("50")),
        SalesLine(item=Ref("2"), quantity=Decimal(1), rate=Decimal("20")),
    )
    await house.done(Create(resource="invoices", draft=Invoice(customer=Ref("1"), memo=STANDING, lines=lines)))
    other = (SalesLine(item=Ref("1"), quantity=Decimal(1), rate=Decimal("40")),)
    await house.done(Create(resource="invoices", draft=Invoice(customer=Ref("1"), memo=SECOND, lines=other)))
    await house.close()


@pytest.fixture
def house(template: Path, tmp_path: Path) -> Callable[..., House]:
    """Makes a house on a copy of the template."""

    def make(**options: object) -> House:
        folder = tmp_path / "copy"
        shutil.copytree(template, folder)
        return House(folder, **options)  # type: ignore[arg-type]

    return make
