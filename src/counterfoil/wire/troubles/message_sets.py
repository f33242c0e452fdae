"""Statuses of whole message sets: what QuickBooks says when it is asked what became of an earlier document.

They come as `messageSetStatusCode`; meanings are those of the vendor's sample programs.
"""

from typing import Final

from counterfoil.wire.troubles.shape import Trouble, alike

_LOOKED_FOR = (
    "After an interruption QuickBooks could not say what became of an entry. Counterfoil looks for it in your company "
    "file before it sends anything again."
)
_STEPS = (
    "Wait: the entry is looked for by its own mark and by its number.",
    "If the request stays 'unknown': look in QuickBooks whether the entry is there, and say so.",
)

MESSAGE_SETS: Final[tuple[Trouble, ...]] = (
    Trouble(
        "600",
        "QBD_NO_STORED_STATE",
        "QuickBooks remembers nothing of that document",
        "`oldMessageSetID` matches nothing that is stored, and no new id was given: the document never arrived, its "
        "state was discarded, or another company file is open.",
        _LOOKED_FOR,
        "operator",
        ("Make sure that it is the same company file.", *_STEPS),
        "unknown",
    ),
    Trouble(
        "9001",
        "QBD_MESSAGE_SET_CHANGED",
        "Another document has already had this id",
        "`newMessageSetID` is stored, but with another checksum: the document is not the one that was sent under this "
        "id, and it was not carried out.",
        _LOOKED_FOR,
        "operator",
        ("Compare the stored bytes of the request with what was sent.", *_STEPS),
        "unknown",
    ),
    *alike(
        Trouble(
            "9002",
            "QBD_NO_STORED_ANSWER",
            "QuickBooks did not keep its answer",
            "The document is known by its id, but its answer was not stored properly. A write in it may have been "
            "applied.",
            _LOOKED_FOR,
            "operator",
            _STEPS,
            "unknown",
        ),
        "9003",
    ),
    Trouble(
        "9004",
        "QBD_MESSAGE_SET_ID_INVALID",
        "The id of the document is too long",
        "A message-set id has at most 24 characters. The document was not carried out.",
        "A request was marked in a way that QuickBooks does not accept. Nothing was changed; the developers have to "
        "mend it.",
        "developer",
        ("In a request of your own, send a `newMessageSetID` of at most 24 characters, or none.",),
        "final",
    ),
    Trouble(
        "9005",
        "QBD_ANSWER_NOT_STORED",
        "QuickBooks could not keep its answer",
        "QuickBooks was unable to store the answer for recovery. A write in the document may have been applied.",
        _LOOKED_FOR,
        "operator",
        ("Make sure that the disk of the QuickBooks computer is not full.", *_STEPS),
        "unknown",
    ),
)
