"""The PHP client against a server that runs: both ways of authentication, over a real connection."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.acceptance.chargeover.office import Office, basic, office

from counterfoil.core.clock import SystemClock

SCRIPT = Path(__file__).with_name("client.php")


def php() -> str:
    """PHP with its curl extension, or a skipped test that says what is missing."""
    found = shutil.which("php")
    if found is None:
        pytest.skip("php is not installed; on Debian: apt-get install php-cli php-curl")
    modules = subprocess.run([found, "-m"], capture_output=True, text=True, check=True).stdout.split()
    if "curl" not in modules:
        pytest.skip("php has no curl extension; on Debian: apt-get install php-curl")
    return found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    php()
    with office(tmp_path_factory.mktemp("php"), SystemClock()) as opened:
        yield opened


@pytest.mark.parametrize("mode", ["basic", "signature"])
def test_a_php_client_creates_reads_finds_updates_pays_and_voids(served: Office, mode: str) -> None:
    public, private = basic(served.key())
    command = [php(), str(SCRIPT), f"{served.url}/api/v3", public, private, mode]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout
    assert ran.stdout.endswith("done\n")
    assert served.violations() == []
