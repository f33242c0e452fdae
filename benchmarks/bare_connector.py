"""The limit: a Web Connector's service that does nothing but what any durable one must.

The web server, the reading of envelopes and the store are ours. One row is stored for each document, its answer and
what is handed out next together, before the answer is acknowledged. There are no sessions and no lane, answers are not
read, and nothing is looked up.

    python -m benchmarks.bare_connector PORT FOLDER
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import uvicorn
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, insert
from sqlalchemy.schema import CreateTable
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.session_script import DOCUMENT
from counterfoil.storage.sqlite import SqliteStore
from counterfoil.storage.statements import Statement
from counterfoil.wire.soap.envelope import CONTENT_TYPE, read_call, write_answer

RESULTS: Final[Mapping[str, str | int | Sequence[str]]] = {
    "authenticate": ("T", ""),
    "sendRequestXML": DOCUMENT,
    "receiveResponseXML": 50,
    "closeConnection": "OK",
}
documents = Table(
    "documents",
    MetaData(),
    Column("number", Integer, primary_key=True),
    Column("answer", LargeBinary, nullable=False),
    Column("next", LargeBinary, nullable=False),
)
ADD = Statement(insert(documents).values(answer=b"", next=DOCUMENT.encode()))


def application(store: SqliteStore) -> Starlette:
    async def qbwc(request: Request) -> Response:
        call = read_call(await request.body())
        if call.operation.name == "receiveResponseXML":
            answer = call.text("response").encode()
            await store.write(lambda session: session.run(ADD, answer=answer))
        return Response(write_answer(call.operation, RESULTS[call.operation.name]), media_type=CONTENT_TYPE)

    return Starlette(routes=[Route("/qbwc", qbwc, methods=["POST"])])


if __name__ == "__main__":
    port, folder = sys.argv[1:]
    store = SqliteStore(Path(folder) / "bare.db")
    store.writer.execute(str(CreateTable(documents)))
    uvicorn.run(application(store), port=int(port), log_level="warning", access_log=False, lifespan="off")
