"""The service described in WSDL 1.1, made of the table of operations; for tools, as the Web Connector reads none."""

from collections.abc import Iterable
from xml.sax.saxutils import quoteattr

from counterfoil.wire.soap.operations import NAMESPACE, OPERATIONS, Operation

SERVICE = "QBWebConnectorSvc"
_RESULTS = {"text": "s:string", "texts": "tns:ArrayOfString", "number": "s:int"}


def wsdl_document(url: str) -> bytes:
    """The description of the service at `url`."""
    operations = tuple(OPERATIONS.values())
    parts = (
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<wsdl:definitions xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:tns="{NAMESPACE}"'
        ' xmlns:s="http://www.w3.org/2001/XMLSchema" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"'
        f' targetNamespace="{NAMESPACE}">',
        f'<wsdl:types><s:schema elementFormDefault="qualified" targetNamespace="{NAMESPACE}">',
        *(part for each in operations for part in _elements(each)),
        '<s:complexType name="ArrayOfString"><s:sequence>'
        '<s:element minOccurs="0" maxOccurs="unbounded" name="string" nillable="true" type="s:string"/>'
        "</s:sequence></s:complexType></s:schema></wsdl:types>",
        *(part for each in operations for part in _messages(each)),
        f'<wsdl:portType name="{SERVICE}Soap">',
        *(_port(each) for each in operations),
        f'</wsdl:portType><wsdl:binding name="{SERVICE}Soap" type="tns:{SERVICE}Soap">'
        '<soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>',
        *(_binding(each) for each in operations),
        f'</wsdl:binding><wsdl:service name="{SERVICE}"><wsdl:port name="{SERVICE}Soap" binding="tns:{SERVICE}Soap">'
        f"<soap:address location={quoteattr(url)}/></wsdl:port></wsdl:service></wsdl:definitions>",
    )
    return "".join(parts).encode()


def _elements(operation: Operation) -> Iterable[str]:
    yield f'<s:element name="{operation.name}"><s:complexType><s:sequence>'
    for name in operation.parameters:
        kind, least = ("s:int", 1) if name in operation.numbers else ("s:string", 0)
        yield f'<s:element minOccurs="{least}" maxOccurs="1" name="{name}" type="{kind}"/>'
    yield "</s:sequence></s:complexType></s:element>"
    least = 1 if operation.result == "number" else 0
    yield (
        f'<s:element name="{operation.name}Response"><s:complexType><s:sequence><s:element minOccurs="{least}"'
        f' maxOccurs="1" name="{operation.name}Result" type="{_RESULTS[operation.result]}"/>'
        "</s:sequence></s:complexType></s:element>"
    )


def _messages(operation: Operation) -> Iterable[str]:
    for suffix, element in (("SoapIn", operation.name), ("SoapOut", f"{operation.name}Response")):
        yield f'<wsdl:message name="{operation.name}{suffix}"><wsdl:part name="parameters" element="tns:{element}"/>'
        yield "</wsdl:message>"


def _port(operation: Operation) -> str:
    name = operation.name
    return (
        f'<wsdl:operation name="{name}"><wsdl:input message="tns:{name}SoapIn"/>'
        f'<wsdl:output message="tns:{name}SoapOut"/></wsdl:operation>'
    )


def _binding(operation: Operation) -> str:
    name = operation.name
    return (
        f'<wsdl:operation name="{name}"><soap:operation soapAction="{NAMESPACE}{name}" style="document"/>'
        '<wsdl:input><soap:body use="literal"/></wsdl:input><wsdl:output><soap:body use="literal"/></wsdl:output>'
        "</wsdl:operation>"
    )
