"""Queued requests and the pages of their answers are forgotten a week after they were over, by the hourly work."""

from pathlib import Path
from typing import Any, Final

import httpx
from sqlalchemy import func, select
from tests.simulation.post.house import House, run

from counterfoil.storage.contract import Session
from counterfoil.storage.tables.work import queue, queue_pages

DAY: Final = 24 * 3600
HOOK: Final = "http://127.0.0.1:9/hook"


async def rows(house: House) -> tuple[int, int]:
    """How many queued requests are kept, and how many pages."""

    def count(session: Session) -> tuple[int, int]:
        requests, pages = (session.select(select(func.count()).select_from(each)) for each in (queue, queue_pages))
        return int(requests[0][0]), int(pages[0][0])

    return await house.look(count)


def test_a_week_after_its_end_a_request_is_forgotten_with_its_pages(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        _, key = await house.running.administration.create_key(house.account, None, "qube")

        async def asked(path: str, method: str = "GET", body: Any = None) -> Any:
            answer = await house.caller.request(method, f"/api/v2{path}", json=body, auth=httpx.BasicAuth(key, ""))
            return answer.json().get("data"), answer.status_code

        made, _ = await asked("/connections", "POST", {"webhook_url": HOOK})
        at = f"/connections/{made['id']}"
        for number in range(201):
            await asked(f"{at}/classes", "POST", {"name": f"Class {number}"})
        for name in ("Ada", "Ben", "Cleo"):
            await asked(f"{at}/customers", "POST", {"name": name})
        paged, _ = await asked(f"{at}/customers?iterator=true&max_returned=1")
        assert await rows(house) == (201 + 3 + 1, 3)
        house.clock.pass_by(7 * DAY)
        await house.running.dispatcher.forget_old()
        assert (await asked(f"{at}/queued-requests/{paged['id']}"))[1] == 200
        assert len((await asked(f"{at}/queued-requests/{paged['id']}/pages"))[0]) == 3
        house.clock.pass_by(1)
        fresh, _ = await asked(f"{at}/customers?iterator=true&max_returned=2")
        await house.running.dispatcher.forget_old()
        assert await rows(house) == (1, 2)
        assert (await asked(f"{at}/queued-requests/{paged['id']}"))[1] == 404
        assert (await asked(f"{at}/queued-requests"))[0] == [(await asked(f"{at}/queued-requests/{fresh['id']}"))[0]]

    run(tmp_path, story)
