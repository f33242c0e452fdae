"""What is counted, in a registry of this server's own. Labels are kinds, never ids, so that the series are bounded."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from counterfoil import __version__
from counterfoil.storage.gauges import Gauges

SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 90.0)
GROUPS: Final = (1, 2, 4, 8, 16, 32, 64)


class Metrics:
    """The counters of a process, and the gauges of its installation as they were last looked at."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry(auto_describe=True)
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)
        built = Gauge("counterfoil_build_info", "The version that runs.", ["version"], registry=registry)
        built.labels(__version__).set(1)
        self.requests = Counter(
            "counterfoil_requests",
            "Requests answered.",
            ["dialect", "operation", "status"],
            registry=registry,
        )
        self.seconds = Histogram(
            "counterfoil_request_seconds",
            "How long requests took; calls that are held open for work count with their waiting.",
            ["dialect", "operation"],
            buckets=SECONDS,
            registry=registry,
        )
        self.limited = Counter(
            "counterfoil_limited",
            "Requests turned away, because a key asked or an address guessed too often.",
            ["limit"],
            registry=registry,
        )
        self.outcomes = Counter(
            "counterfoil_outcomes",
            "How commands ended, inline or by a lane; unknown: their caller was told so; reconciled: counted beside.",
            ["way", "outcome"],
            registry=registry,
        )
        self.writes = Counter("counterfoil_store_writes", "Pieces of work that were stored.", registry=registry)
        self.groups = Histogram(
            "counterfoil_store_group_size",
            "Pieces of work that were committed together.",
            buckets=GROUPS,
            registry=registry,
        )
        self.commits = Histogram(
            "counterfoil_store_commit_seconds", "How long commits took.", buckets=SECONDS, registry=registry
        )
        self.failures = Counter(
            "counterfoil_store_failures",
            "Groups that could not be stored: full, away, or broken.",
            ["kind"],
            registry=registry,
        )
        self.lane = Gauge(
            "counterfoil_lane_entries",
            "Entries of all lanes that are not settled (counted up to a limit).",
            ["books", "state"],
            registry=registry,
        )
        self.lane_age = Gauge(
            "counterfoil_lane_oldest_seconds", "Age of the oldest of them.", ["books", "state"], registry=registry
        )
        self.due = Gauge(
            "counterfoil_deliveries_due", "Webhook deliveries that are owed (counted up to a limit).", registry=registry
        )
        self.due_age = Gauge(
            "counterfoil_deliveries_overdue_seconds",
            "How long the first of them has been due; nil where none is.",
            registry=registry,
        )
        self.deliveries = Counter(
            "counterfoil_delivery_attempts",
            "Attempts at deliveries, by what became of each: delivered, again, given_up.",
            ["outcome"],
            registry=registry,
        )
        self.sessions = Gauge(
            "counterfoil_web_connector_sessions", "Sessions of Web Connectors that are open.", registry=registry
        )
        self.ready = Gauge("counterfoil_ready", "1 where this process is ready.", registry=registry)
        self._ends: dict[tuple[str, str], Counter] = {}
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def answered(self, dialect: str, operation: str, status: int, seconds: float) -> None:
        known = self._known.get((dialect, operation, status))
        if known is None:
            known = self._known[dialect, operation, status] = (
                self.requests.labels(dialect, operation, str(status)),
                self.seconds.labels(dialect, operation),
            )
        known[0].inc()
        known[1].observe(seconds)

    def ended(self, way: str, outcome: str) -> None:
        known = self._ends.get((way, outcome))
        if known is None:
            known = self._ends[way, outcome] = self.outcomes.labels(way, outcome)
        known.inc()

    def tried(self, outcome: str) -> None:
        """A delivery was tried: it was `delivered`, is to be tried `again`, or was `given_up`."""
        self.deliveries.labels(outcome).inc()

    def turned_away(self, limit: str) -> None:
        """A request was turned away by the limit of keys or of guesses."""
        self.limited.labels(limit).inc()

    def committed(self, works: int, seconds: float) -> None:
        """A group of so many pieces of work was stored; its commit took so long."""
        self.writes.inc(works)
        self.groups.observe(works)
        self.commits.observe(seconds)

    def show(self, found: Gauges, now: int) -> None:
        """Take over what was found in the database."""
        self.lane.clear()
        self.lane_age.clear()
        for each in found.lanes:
            self.lane.labels(each.books, each.state).set(each.count)
            self.lane_age.labels(each.books, each.state).set(max(0, now - each.oldest))
        self.due.set(found.due)
        self.due_age.set(max(0, now - found.due_since) if found.due_since is not None else 0)
        self.sessions.set(found.sessions)

    def text(self) -> bytes:
        """In the format that Prometheus reads."""
        return generate_latest(self.registry)
