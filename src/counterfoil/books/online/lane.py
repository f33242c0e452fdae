"""The lane of one online connection: its writes, strictly one after the other.

A write's way: `queued`, then stored with its request id and its very bytes as `sent`, and only then sent. An answer
ends it. Where none came it is `unknown`: the same bytes are sent again under the same request id, to which Intuit
answers as it did the first time; where Intuit goes on saying nothing, or no longer knows the request, it is looked
for. What cannot be told even so stays unknown, and the lane goes on without it.
"""

import logging
import math
from collections.abc import Callable
from typing import Any, Final

from msgspec import structs

from counterfoil.books.online.answers import Exchange, kept_outcome
from counterfoil.books.online.asked import command_of
from counterfoil.books.online.calls import Calls
from counterfoil.books.online.intuit import IntuitError, NotGranted, Refused, Unanswered, Unsent
from counterfoil.books.online.looks import Looks, Seen
from counterfoil.books.online.pace import Pace
from counterfoil.books.online.problems import STALE, problems_of, stale
from counterfoil.books.online.reads import NotThere, Reads
from counterfoil.books.online.writes import Carried, Write, Writes, asserts_revision, name_in, stored, write_in
from counterfoil.core.clock import Clock
from counterfoil.core.errors import BooksRefused, NotNow
from counterfoil.core.problems import Problem
from counterfoil.dispatch.lanes import Bells, heard
from counterfoil.dispatch.settle import Settling
from counterfoil.dispatch.tenure import Superseded, Tenure
from counterfoil.model.command import Command
from counterfoil.model.outcome import Outcome
from counterfoil.model.outcome import Refused as RefusedOutcome
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.grants import Grant, GrantDesk
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.storage.lane import Lane, LaneEntry
from counterfoil.storage.margin import Margin
from counterfoil.wire.qbo.table import Json

BROKEN: Final = "QBO_BROKEN"
GIVEN_UP: Final = "QBO_NOT_APPLIED"
UNREACHABLE: Final = "QBO_UNREACHABLE"
IN_FLIGHT: Final = ("600", "5010", "6140", "6240")
"""Intuit's codes for what another request, perhaps this very one, has done meanwhile."""

_log = logging.getLogger(__name__)


class OnlineLane:
    """Carries out the writes that wait for one connection, until cancelled."""

    def __init__(
        self,
        connection: ConnectionRecord,
        store: Store,
        settling: Settling,
        bells: Bells,
        clock: Clock,
        pace: Pace,
        tenure: Tenure,
        calls: Calls,
        reads: Reads,
        writes: Writes,
    ) -> None:
        self.connection = connection
        self.store = store
        self.settling = settling
        self.bells = bells
        self.clock = clock
        self.pace = pace
        self.tenure = tenure
        self.calls = calls
        self.reads = reads
        self.writes = writes
        self.looks = Looks(reads, writes)

    async def run(self) -> None:
        with self.bells.waiting(self.connection.id) as bell:
            while True:
                entry, rest = await self.store.read(self._next)
                if entry is not None and rest <= 0:
                    rest = await self._worked()
                await heard(bell, min(rest, self.pace.sweep) if rest > 0 else self.pace.sweep)

    async def _worked(self) -> float:
        """Bring forward what waits, as the only process that does; seconds until there may be more to do, if known."""
        async with self.tenure.held() as others:
            while not others:
                entry, rest = await self.store.read(self._next)
                if entry is None or rest > 0:
                    return rest
                await self._turn(entry)
            return others

    def _next(self, session: Session) -> tuple[LaneEntry | None, float]:
        """The write whose turn it is, and for how many seconds it is to be left alone.

        What was handed out comes before all others. What could not be told comes whenever it is time to look again,
        and holds nobody up.
        """
        now = self.clock.now()
        grant = GrantDesk(session).find(self.connection.id) or Grant()
        lane = self._lane(session)
        unknown = [each for each in lane.in_state("unknown") if each.is_write]
        handed = lane.first_write("sent") or next((each for each in unknown if not each.details.recovering), None)
        if handed is not None:
            return handed, max(self._rest(grant), handed.details.not_before - now)
        due = [each for each in unknown if self._is_to_be_looked_for(each) and each.details.not_before <= now]
        first = lane.first_write("queued")
        if due and not self._rest(grant):
            return due[0], 0
        if first is None:
            return None, 0
        return first, max(self._rest(grant), first.details.not_before - now)

    def _rest(self, grant: Grant) -> int:
        """For how many seconds nothing may be sent: Intuit rests, or people have paused the connection."""
        return max(grant.throttled_until, grant.paused_until, self.clock.now()) - self.clock.now()

    def _is_to_be_looked_for(self, entry: LaneEntry) -> bool:
        return entry.details.recovering <= len(self.pace.lookups)

    async def _turn(self, entry: LaneEntry) -> None:
        """One attempt to bring a write further. Whatever happens, the lane goes on."""
        command = command_of(entry.document)
        try:
            if entry.state == "queued":
                await self._begin(entry, command)
            else:
                await self._find_out(entry, command)
        except (NotNow, Superseded):
            raise  # the entry is as it was: whoever has the lane next goes on with it
        except Exception:
            _log.exception("connection %s: request %s met an error of our own", self.connection.id, entry.id)
            await self._broken(entry)

    # The first sending.

    async def _begin(self, entry: LaneEntry, command: Command) -> None:
        try:
            write = await self.writes.prepared(command, _request_id(entry))
        except (NotThere, BooksRefused) as refusal:
            await self._settle(entry, RefusedOutcome(refusal.problems))
        except Refused as fault:
            await self._settle(entry, RefusedOutcome(self._problems(command, fault)))
        except NotGranted as error:
            await self._give_up(entry, error)
        except IntuitError as error:
            await self._put_off(entry, error)
        else:
            handed = await self._hand(entry, write)
            if handed is not None:
                await self._send(handed, command, write)

    async def _hand(self, entry: LaneEntry, write: Write) -> LaneEntry | None:
        """Store what is about to leave. None where nobody wants it any more."""

        def work(session: Session) -> LaneEntry | None:
            lane = self._held(session)
            now = lane.find(entry.id)
            if now is None or now.state != "queued":
                return None
            details = structs.replace(now.details, set_id=_request_id(now), is_spent=False, not_before=0)
            return lane.put(
                structs.replace(
                    now,
                    state="sent",
                    sent=stored(write),
                    attempts=now.attempts + 1,
                    sent_at=self.clock.now(),
                    details=details,
                )
            )

        return await self.store.write(work, self.connection.id)

    async def _send(self, entry: LaneEntry, command: Command, write: Write) -> None:
        """Send what has just been stored, for the first time: what is refused now was surely not applied."""
        try:
            answer, exchange = await self.calls.exchange(write.request)
        except Refused as refusal:
            await self._refused(entry, command, refusal)
        except NotGranted as error:
            await self._give_up(entry, error)
        except Unsent as error:
            await self._put_off(entry, error)
        except Unanswered as error:
            await self._doubt(entry, error)
        else:
            await self._told(entry, command, write, answer, exchange)

    async def _told(self, entry: LaneEntry, command: Command, write: Write, answer: Json, exchange: Exchange) -> None:
        """Intuit has carried it out, or says so: what it left behind is read from its answer."""
        try:
            carried = await self.writes.carried(command, write, answer)
        except IntuitError as error:
            await self._doubt(entry, error)
        else:
            await self._settle(entry, carried.done, exchange=exchange, carried=carried)

    async def _refused(self, entry: LaneEntry, command: Command, refusal: Refused) -> None:
        """A version that has moved on is read and merged again, unless the caller said which one was meant."""
        problems = self._problems(command, refusal)
        is_stale = any(each.kind == STALE for each in problems)
        if is_stale and not asserts_revision(command) and entry.attempts < self.pace.tries:
            await self._change(entry, state="queued", is_spent=True)
            return
        await self._settle(entry, RefusedOutcome(problems))

    # What was perhaps applied.

    async def _find_out(self, entry: LaneEntry, command: Command) -> None:
        """Send it again as it was, as long as Intuit surely remembers it; then look for it."""
        write, now = write_in(entry.sent or b""), self.clock.now()
        is_remembered = now - (entry.sent_at or now) < self.pace.replay
        if entry.details.recovering or entry.attempts >= self.pace.tries or not is_remembered:
            await self._look(entry, command, write, None)
            return
        again = await self._change(entry, state="unknown", attempts=entry.attempts + 1)
        if again is None:
            return
        try:
            answer, exchange = await self.calls.exchange(write.request)
        except Refused as refusal:
            await self._look(again, command, write, refusal)
        except (NotGranted, Unsent) as error:
            await self._wait(again, error, attempts=entry.attempts)
        except Unanswered as error:
            await self._doubt(again, error)
        else:
            await self._told(again, command, write, answer, exchange)

    async def _look(self, entry: LaneEntry, command: Command, write: Write, refusal: Refused | None) -> None:
        """Look for it. `refusal` is what Intuit said to a repetition: that is the answer where nothing is found."""
        try:
            seen = await self.looks.look(command, write, entry)
        except IntuitError as error:
            await self._wait(entry, error)
            return
        if isinstance(seen, Carried):
            await self._settle(entry, seen.done, carried=seen)
        elif isinstance(seen, RefusedOutcome):
            await self._settle(entry, seen)
        elif seen is Seen.UNCLEAR:
            await self._park(entry)
        else:
            await self._absent(entry, command, refusal, has_moved=seen is Seen.MOVED)

    async def _absent(self, entry: LaneEntry, command: Command, refusal: Refused | None, *, has_moved: bool) -> None:
        """It was not carried out. While Intuit may still be at work on it, that proves nothing."""
        left = (entry.sent_at or 0) + self.pace.finish - self.clock.now()
        problems = self._problems(command, refusal) if refusal is not None else ()
        is_stale = has_moved or any(each.kind == STALE for each in problems)
        if refusal is not None and refusal.code not in IN_FLIGHT:
            await self._settle(entry, RefusedOutcome(problems))
        elif left > 0:
            await self._change(entry, state="unknown", not_before=self.clock.now() + left)
        elif is_stale and not asserts_revision(command) and entry.attempts < 2 * self.pace.tries:
            await self._change(entry, state="queued", is_spent=True)
        elif is_stale:
            await self._settle(entry, RefusedOutcome(problems or (self._moved(command),)))
        elif entry.attempts < self.pace.tries:
            await self._change(entry, state="queued")
        else:
            await self._fail(entry, GIVEN_UP, f"Intuit did not carry it out: {entry.details.words or 'no answer'}")

    # What becomes of an entry.

    async def _put_off(self, entry: LaneEntry, error: IntuitError) -> None:
        """It was not applied: it leaves again, or where it has waited for too long it is given up."""
        if entry.state == "queued" and self._is_stale(entry):
            await self._fail(entry, error.code or UNREACHABLE, error.words)
            return
        await self._change(entry, state="queued", not_before=self._later(entry), **_said(error))

    async def _doubt(self, entry: LaneEntry, error: IntuitError) -> None:
        """It was perhaps applied."""
        _log.warning("connection %s: request %s is in doubt: %s", self.connection.id, entry.id, error.words)
        await self._change(entry, state="unknown", not_before=self._later(entry), **_said(error))

    async def _wait(self, entry: LaneEntry, error: IntuitError, **changes: Any) -> None:
        """It is in doubt still, and Intuit could not be asked about it."""
        pause = max(
            self._later(entry), self.clock.now() + (self.pace.lookups[0] if isinstance(error, NotGranted) else 0)
        )
        await self._change(entry, state="unknown", not_before=pause, **_said(error), **changes)

    async def _park(self, entry: LaneEntry) -> None:
        """It cannot be told; it is looked for again later, and nobody waits for it."""
        looked = entry.details.recovering
        _log.warning("connection %s: what became of request %s cannot be told", self.connection.id, entry.id)
        pause = self.pace.lookups[min(looked, len(self.pace.lookups) - 1)]
        await self._change(entry, state="unknown", recovering=looked + 1, not_before=self.clock.now() + pause)

    async def _give_up(self, entry: LaneEntry, error: IntuitError) -> None:
        await self._fail(entry, error.code or GIVEN_UP, error.words)

    async def _broken(self, entry: LaneEntry) -> None:
        """An error of our own: what has not left is given up, what has is looked for later."""
        last = await self.store.read(lambda session: self._lane(session).find(entry.id))
        if last is None or last.settled_at is not None:
            return
        if last.state == "queued":
            await self._fail(last, BROKEN, "an internal error occurred; nothing was applied")
        else:
            await self._park(last)

    def _later(self, entry: LaneEntry) -> int:
        """When an entry may leave again, the later the more often it has."""
        delays = self.pace.delays
        return self.clock.now() + math.ceil(delays[min(max(entry.attempts - 1, 0), len(delays) - 1)])

    def _is_stale(self, entry: LaneEntry) -> bool:
        return self.clock.now() - entry.created_at > self.pace.stale

    def _problems(self, command: Command, refusal: Refused) -> tuple[Problem, ...]:
        revision = str(getattr(command, "revision", ""))
        id, name = str(getattr(command, "id", "")), name_in(command)
        return problems_of(refusal.fault, command.resource, id, revision, name)

    def _moved(self, command: Command) -> Problem:
        revision = str(getattr(command, "revision", ""))
        return stale(command.resource, str(getattr(command, "id", "")), revision)

    async def _change(self, entry: LaneEntry, **changes: Any) -> LaneEntry | None:
        """Write down what has become of an entry that goes on; None where it has come to its end meanwhile."""
        own = {name: changes.pop(name) for name in ("state", "attempts") if name in changes}

        def work(session: Session) -> LaneEntry | None:
            lane = self._held(session)
            now = lane.find(entry.id)
            if now is None or now.settled_at is not None:
                return None
            changed = structs.replace(now, **own, details=structs.replace(now.details, **changes))
            if changed.state == "unknown":
                return self.settling.doubted(session, self.connection.id, changed)
            return lane.put(changed)

        return await self.store.write(work, self.connection.id)

    async def _settle(
        self,
        entry: LaneEntry,
        outcome: Outcome,
        *,
        exchange: Exchange | None = None,
        carried: Carried | None = None,
    ) -> None:
        """The write has come to its end: outcome, record and what is kept beside it, in one transaction."""

        def work(session: Session) -> None:
            now = self._held(session).find(entry.id)
            if now is None or now.settled_at is not None:
                return
            answer = kept_outcome(outcome, exchange)
            self.settling.answered(session, self.connection.id, now, answer, outcome=outcome)
            if carried is not None and carried.beside:
                margin = Margin(session, self.connection.id, self.clock)
                margin.keep(now.details.resource, carried.done.result.id, carried.beside)

        await self._ended(entry, work)

    async def _fail(self, entry: LaneEntry, code: str, words: str) -> None:
        """It was not applied, and is given up."""

        def work(session: Session) -> None:
            now = self._held(session).find(entry.id)
            if now is not None and now.settled_at is None:
                self.settling.failed(session, self.connection.id, now, code, words)

        await self._ended(entry, work)

    async def _ended(self, entry: LaneEntry, work: Callable[[Session], None]) -> None:
        await self.store.write(work, self.connection.id)
        self.bells.ring(entry.id)
        self.settling.wake()

    def _held(self, session: Session) -> Lane:
        """The lane, for whoever writes. Raises Superseded where another process has it by now."""
        self.tenure.check(session)
        return self._lane(session)

    def _lane(self, session: Session) -> Lane:
        return Lane(session, self.connection.id, self.clock)


def _request_id(entry: LaneEntry) -> str:
    """Intuit carries out one request under an id. What was refused and is merged anew is another request."""
    if entry.details.set_id is not None and not entry.details.is_spent:
        return entry.details.set_id
    return entry.id if entry.details.set_id is None else f"{entry.id}-{entry.attempts}"


def _said(error: IntuitError) -> dict[str, Any]:
    return {"code": error.code or None, "words": error.words[:500]}
