"""Whose books are these? The company file is known by the FileID that the Web Connector stamped into it."""

from collections.abc import Iterator
from typing import Final, Literal

from msgspec import Struct, structs

from counterfoil.core.errors import Malformed
from counterfoil.storage.connectors import Connector
from counterfoil.wire.qbxml.tree import Node, leaf, parse
from counterfoil.wire.qbxml.versions import best_version
from counterfoil.wire.qbxml.write import request_document, request_root

FILE_ID: Final = "FileID"
WRONG, UNPROVED = "QBD_WRONG_COMPANY_FILE", "QBD_COMPANY_UNPROVED"


class Facts(Struct, frozen=True, kw_only=True):
    """What QuickBooks says of itself and of the company that is open."""

    file_id: str | None = None
    company_name: str | None = None
    has_company: bool = False
    product: str | None = None
    product_version: str | None = None
    versions: tuple[str, ...] = ()


def facts_of(document: str, owner_id: str) -> Facts:
    """What HostQuery and CompanyQuery told; nothing of it where the document cannot be read."""
    if not document.strip():
        return Facts()
    try:
        root = parse(document.encode(), forgiving=True).root
    except Malformed:
        return Facts()
    host, company = _first(root, "HostRet"), _first(root, "CompanyRet")
    return Facts(
        file_id=_file_id(company, owner_id) if company is not None else None,
        company_name=(company.text_of("CompanyName") or company.text_of("LegalCompanyName")) if company else None,
        has_company=company is not None,
        product=host.text_of("ProductName") if host is not None else None,
        product_version=_version(host) if host is not None else None,
        versions=tuple(each.text for each in host.named("SupportedQBXMLVersion")) if host is not None else (),
    )


def verdict(facts: Facts, file_id: str) -> Literal["right", "wrong", "unproved"]:
    """Whether the company that is open is the one with this FileID."""
    if facts.file_id is None:
        return "unproved"
    return "right" if _bare(facts.file_id) == _bare(file_id) else "wrong"


def learnt(connector: Connector, facts: Facts, company_file: str, now: int) -> Connector:
    """The connector with what a proved session told. A trouble that was noted is over."""
    return structs.replace(
        connector,
        company_name=facts.company_name or connector.company_name,
        company_file=company_file or connector.company_file,
        product=facts.product or connector.product,
        product_version=facts.product_version or connector.product_version,
        qbxml_version=best_version(facts.versions) if facts.versions else connector.qbxml_version,
        attention=None,
        attention_words=None,
        attention_at=None,
        last_success_at=now,
    )


def company_question(owner_id: str, version: str) -> str:
    """Asks for the company with what this application stamped into it: where the Web Connector did not tell."""
    query = Node("CompanyQueryRq", {"requestID": "company"}, "", (leaf("OwnerID", f"{{{owner_id}}}"),))
    host = Node("HostQueryRq", {"requestID": "host"})
    return request_document(request_root([host, query], on_error="continueOnError"), version=version).decode()


def keepalive_question(version: str) -> str:
    """A harmless question that keeps a session open."""
    return request_document(request_root([Node("HostQueryRq", {"requestID": "0"})]), version=version).decode()


def _first(node: Node, name: str) -> Node | None:
    return next(_all(node, name), None)


def _all(node: Node, name: str) -> Iterator[Node]:
    if node.name == name:
        yield node
    for child in node.children:
        yield from _all(child, name)


def _file_id(company: Node, owner_id: str) -> str | None:
    """The stamp of this application; owners are compared whatever their case."""
    for each in company.named("DataExtRet"):
        if _bare(each.text_of("OwnerID") or "") == _bare(owner_id) and each.text_of("DataExtName") == FILE_ID:
            return each.text_of("DataExtValue") or None
    return None


def _version(host: Node) -> str:
    return f"{host.text_of('MajorVersion') or '?'}.{host.text_of('MinorVersion') or '?'}"


def _bare(identifier: str) -> str:
    return identifier.strip().strip("{}").lower()
