"""Moving an installation to another database, with the secret under which it is sealed."""

import asyncio
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from counterfoil.app.control import FolderInUse, owned
from counterfoil.app.settings import Settings
from counterfoil.app.stores import UNREADABLE, NoSecret, check_address, leave_mark, unreachable
from counterfoil.core.errors import StorageAway
from counterfoil.storage import vault
from counterfoil.storage.addresses import is_address
from counterfoil.storage.contents import Damaged
from counterfoil.storage.copying import Place, copy, sealed_under
from counterfoil.storage.sqlite import FILE

WANTED: Final = (
    "set COUNTERFOIL_SECRET to the secret of the installation that is copied (of a data folder, what is in its"
    " secret.key): it goes along, for what is sealed can be read under it alone"
)


def move(source: str, target: str, settings: Settings) -> dict[str, Any]:
    """Copy everything from one place to another that is empty; gives what is there, and what to do next.

    Folders are owned meanwhile, so that no server is at work in them. Raises FolderInUse, NoDatabase, NoSecret,
    Damaged and NotEmpty.
    """
    origin, goal = _place(source, "--from"), _place(target, "--to")
    if isinstance(origin, Path) and not origin.is_file():
        raise Damaged(f"{origin} is not there, so that there is nothing to copy")
    try:
        with ExitStack() as stack:
            for each in (source, target):
                if not is_address(each) and not Path(each).is_file():
                    stack.enter_context(_alone_in(_folder(each)))
            secret = _secret(source, origin, settings)
            if secret is None and (is_address(source) or is_address(target)):
                raise NoSecret(WANTED)
            there = copy(origin, goal)
            if secret is not None:
                _pass_on(secret, target)
    except StorageAway as error:
        raise unreachable(error) from error
    rows = {name: count for name, count in sorted(there.rows.items()) if count}
    return {"rows": rows, "next": _next(source, target), "warning": "" if secret is not None else UNREADABLE}


def _alone_in(folder: Path) -> ExitStack:
    with ExitStack() as stack:
        try:
            stack.enter_context(owned(folder))
        except FolderInUse as error:
            raise FolderInUse(f"{error}: stop the server there first, since what it takes in is not copied") from None
        return stack.pop_all()


def _secret(source: str, origin: Place, settings: Settings) -> str | None:
    """The secret under which a place is sealed, which goes along; None where it is not at hand."""
    kept = None if is_address(source) else vault.kept_secret(_folder(source))
    mark = sealed_under(origin)
    return next((each for each in (kept, settings.secret) if each and vault.Vault(each).is_of(mark)), None)


def _pass_on(secret: str, target: str) -> None:
    """What was sealed can be opened only under the same secret."""
    if is_address(target):
        asyncio.run(leave_mark(target, secret))
    else:
        vault.keep_secret(_folder(target), secret)


def _folder(text: str) -> Path:
    path = Path(text)
    return path.parent if path.is_file() else path


def _place(text: str, option: str) -> Place:
    """An address, or a file: a backup, or the database in a data folder. Raises NoDatabase."""
    path = Path(text)
    if is_address(text) or "://" in text or ("=" in text and not path.exists()):
        check_address(text, option)
        return text
    return path if path.is_file() else path / FILE


def _next(source: str, target: str) -> str:
    if not is_address(target):
        return f"counterfoil serve --data {target}"
    hint = "" if is_address(source) else f", with COUNTERFOIL_SECRET as in {_folder(source) / vault.FILE}"
    return f"counterfoil serve --database ADDRESS{hint}"
