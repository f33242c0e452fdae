"""Moving an installation to another database, with the secret under which it is sealed."""

import asyncio
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from counterfoil.app.control import owned
from counterfoil.app.settings import Settings
from counterfoil.app.stores import SCHEMES, NoSecret, check_address, leave_mark
from counterfoil.storage import vault
from counterfoil.storage.copying import Place, copy
from counterfoil.storage.sqlite import FILE


def move(source: str, target: str, settings: Settings) -> dict[str, Any]:
    """Copy everything from one place to another that is empty; gives what is there, and what to do next.

    Folders are owned meanwhile, so that no server is at work in them. Raises FolderInUse, NoSecret, Damaged and
    NotEmpty.
    """
    secret = settings.secret or (None if _is_address(source) else vault.kept_secret(_folder(source)))
    if secret is None and _is_address(source):
        raise NoSecret("set COUNTERFOIL_SECRET to the secret with which the database was begun: it goes along")
    with ExitStack() as stack:
        origin, goal = _place(source), _place(target)
        for each in (source, target):
            if not _is_address(each) and not Path(each).is_file():
                stack.enter_context(owned(_folder(each)))
        there = copy(origin, goal)
        if secret is not None:
            _pass_on(secret, target)
    rows = {name: count for name, count in sorted(there.rows.items()) if count}
    return {"rows": rows, "next": _next(source, target)}


def _pass_on(secret: str, target: str) -> None:
    """What was sealed can be opened only under the same secret."""
    if _is_address(target):
        asyncio.run(leave_mark(target, secret))
    else:
        vault.keep_secret(_folder(target), secret)


def _is_address(text: str) -> bool:
    return text.startswith(SCHEMES)


def _folder(text: str) -> Path:
    path = Path(text)
    return path.parent if path.is_file() else path


def _place(text: str) -> Place:
    if _is_address(text):
        return text
    if "://" in text:
        check_address(text)
    path = Path(text)
    return path if path.is_file() else path / FILE


def _next(source: str, target: str) -> str:
    if not _is_address(target):
        return f"counterfoil serve --data {target}"
    hint = "" if _is_address(source) else f", with COUNTERFOIL_SECRET as in {_folder(source) / vault.FILE}"
    return f"counterfoil serve --database ADDRESS{hint}"
