"""A sheet as PDF, set by Typst. Texts travel as data, never as markup, so that nothing in them can be carried out."""

from importlib.resources import files
from typing import Final

import msgspec

from counterfoil.core.errors import CounterfoilError
from counterfoil.documents.sheet import Sheet

try:
    import typst
except ImportError:  # the extra `pdf` is not installed
    typst = None  # type: ignore[assignment]

_TEMPLATE: Final = files("counterfoil.documents").joinpath("sheet.typ").read_bytes()


class NoTypst(CounterfoilError):
    """PDF needs the extra `pdf`: `pip install counterfoil[pdf]`."""


def has_pdf() -> bool:
    """Whether PDF can be made here."""
    return typst is not None


def pdf_of(sheet: Sheet) -> bytes:
    """The same sheet gives the same bytes on the same machine; its own fonts come first, the system's for the rest.

    Raises NoTypst where Typst is not installed.
    """
    if typst is None:
        raise NoTypst("PDF needs the extra `pdf`: pip install 'counterfoil[pdf]'")
    data = msgspec.json.encode(sheet).decode()
    made = typst.compile(_TEMPLATE, sys_inputs={"sheet": data}, timestamp=sheet.moment)
    if not isinstance(made, bytes):
        raise TypeError("Typst gave no document")
    return made
