"""The vendor's objects: keys, nulls, texts and lists of one."""

from decimal import Decimal

from counterfoil.dialects.snapbooks.objects import INVOICE, LINE, PAYMENT, SHAPES
from counterfoil.dialects.snapbooks.render import amount, completed, shaped
from counterfoil.wire.qbo.entities import BY_NAME, ENTITIES


def test_every_entity_has_a_class_and_all_its_keys_are_in_it() -> None:
    served = [entity for entity in ENTITIES if entity.name in SHAPES]
    assert len(served) == len(SHAPES)
    for entity in served:
        assert {row.key for row in entity.rows} <= set(SHAPES[entity.name].keys), entity.name


def test_sizes_of_the_printed_classes() -> None:
    assert (len(INVOICE.keys), len(PAYMENT.keys), len(LINE.keys)) == (78, 35, 24)
    for shape in SHAPES.values():
        assert len(set(shape.keys)) == len(shape.keys)


def test_values_are_text() -> None:
    told = shaped(
        LINE,
        {
            "Amount": Decimal("10.00"),
            "LineNum": 1,
            "SalesItemLineDetail": {
                "Qty": Decimal(1),
                "UnitPrice": Decimal("0.00"),
                "ItemRef": {"value": "22", "name": "x"},
            },
            "SubTotalLineDetail": {},
            "LineEx": {},
            "LinkedTxn": [{"TxnId": "1", "TxnType": "Invoice"}],
        },
    )
    assert list(told) == list(LINE.keys)
    detail = told["SalesItemLineDetail"]
    assert (told["Amount"], told["LineNum"], detail["Qty"], detail["UnitPrice"]) == ("10.00", "1", "1", "0")
    assert (detail["ItemRef"], detail["ClassRef"]) == ("22", None)
    assert (told["SubTotalLineDetail"], told["LineEx"]) == ("", {})
    assert told["LinkedTxn"] == {"TxnId": "1", "TxnType": "Invoice", "TxnLineId": None}


def test_lists_of_none_one_and_several() -> None:
    links = [{"TxnId": str(number)} for number in range(2)]
    assert shaped(LINE, {"LinkedTxn": []})["LinkedTxn"] is None
    assert shaped(LINE, {"LinkedTxn": links[:1]})["LinkedTxn"]["TxnId"] == "0"
    assert [each["TxnId"] for each in shaped(LINE, {"LinkedTxn": links})["LinkedTxn"]] == ["0", "1"]


def test_aliases() -> None:
    item = completed(BY_NAME["item"], {"Id": "20"})
    assert (item["id"], item["Id"], list(item)[-1]) == ("20", "20", "id")
    told = completed(BY_NAME["preferences"], {"SalesFormsPrefs": {"CustomTxnNumbers": False}})
    assert (told["CustomTxnNumbers"], completed(BY_NAME["preferences"], {})["CustomTxnNumbers"]) == ("false", None)


def test_amounts() -> None:
    assert (amount(Decimal("20")), amount(Decimal("0.00")), amount(None)) == ("20.00", "0", "0")
