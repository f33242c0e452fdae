"""The container recipe and the compose file, as far as they can be looked at where no engine runs.

Each of the recipe's own lines is held against the checkout, the settings and the server's addresses; the wheel that it
installs is built and looked into.
"""

import dataclasses
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from counterfoil.app.settings import Settings, from_environment

ROOT: Final = Path(__file__).resolve().parents[2]
DEPLOY: Final = ROOT / "deploy"
RECIPE: Final = (DEPLOY / "Dockerfile").read_text()
COMPOSE: Final[dict[str, Any]] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
PROXY: Final = (DEPLOY / "Caddyfile").read_text()
OF_NO_SETTING: Final = {"COUNTERFOIL_DOMAIN", "COUNTERFOIL_REPLICAS", "COUNTERFOIL_SUBNET"}
"""Names that the compose file itself reads, and no server is given."""


def instructions() -> list[tuple[str, str]]:
    """The recipe's instructions in their order, continued lines joined."""
    joined = re.sub(r"\\\n\s*", " ", RECIPE)
    lines = [line for line in joined.splitlines() if line and not line.startswith("#")]
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in lines]


def settings() -> set[str]:
    return {f"COUNTERFOIL_{field.name.upper()}" for field in dataclasses.fields(Settings)}


def test_what_the_recipe_copies_is_there_and_not_ignored() -> None:
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().split()
    assert ignored[0] == "*", "all is left out but what is named"
    for word, rest in instructions():
        if word == "COPY" and "--from" not in rest:
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists(), source
                assert f"!{source}" in ignored, source


def test_the_packages_are_the_locked_ones_and_checked_by_hash() -> None:
    installs = [rest for word, rest in instructions() if word == "RUN" and "pip install" in rest]
    assert len(installs) == 2
    assert "--require-hashes -r requirements/run.txt" in installs[0]
    assert "--no-deps ." in installs[1]
    assert "psycopg" in (ROOT / "requirements/run.txt").read_text()


def test_the_server_runs_as_nobody_in_particular() -> None:
    users = [rest for word, rest in instructions() if word == "USER"]
    assert users
    assert users[-1].isdecimal()
    assert int(users[-1]) != 0


def test_each_variable_is_a_setting() -> None:
    given = re.findall(r"COUNTERFOIL_[A-Z_]+", RECIPE)
    given += COMPOSE["services"]["server"]["environment"]
    assert set(given) - {"POSTGRES_PASSWORD"} <= settings()
    named = re.findall(r"COUNTERFOIL_[A-Z_]+", (DEPLOY / "example.env").read_text() + PROXY)
    assert set(named) <= settings() | OF_NO_SETTING


def test_every_variable_that_the_compose_file_wants_is_in_the_example() -> None:
    wanted = re.findall(r"\$\{([A-Z_]+)", (DEPLOY / "compose.yaml").read_text())
    offered = re.findall(r"^([A-Z_]+)=", (DEPLOY / "example.env").read_text(), re.MULTILINE)
    assert set(wanted) == set(offered)


def test_the_proxy_asks_where_the_server_listens() -> None:
    port = re.search(r"COUNTERFOIL_PORT=(\d+)", RECIPE)
    assert port is not None
    assert f"dynamic a server {port[1]}" in PROXY
    assert "server" in COMPOSE["services"]
    assert f"127.0.0.1:{port[1]}/health" in RECIPE


def test_the_database_is_out_of_the_worlds_reach() -> None:
    services = COMPOSE["services"]
    assert "ports" not in services["database"]
    assert "ports" not in services["server"]
    assert services["database"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert "/metrics" in PROXY


def test_the_proxys_word_is_taken_and_nobody_elses() -> None:
    """The servers trust the network that they share with the proxy alone, on which no port of theirs is published."""
    server, proxy, networks = COMPOSE["services"]["server"], COMPOSE["services"]["proxy"], COMPOSE["networks"]
    (shared,) = set(server["networks"]) & set(proxy["networks"])
    trusted = server["environment"]["COUNTERFOIL_TRUSTED_PROXIES"]
    assert networks[shared]["ipam"]["config"] == [{"subnet": trusted}]
    subnet = trusted.partition(":-")[2].rstrip("}")
    assert from_environment({"COUNTERFOIL_TRUSTED_PROXIES": subnet}).trusted_proxies == subnet
    assert [name for name, each in COMPOSE["services"].items() if shared in each["networks"]] == ["server", "proxy"]


def test_what_a_restore_replaces_outlives_the_container() -> None:
    mounted = {each.partition(":")[2]: each.partition(":")[0] for each in COMPOSE["services"]["server"]["volumes"]}
    assert mounted[re.search(r"COUNTERFOIL_DATA=(\S+)", RECIPE)[1]] in COMPOSE["volumes"]  # type: ignore[index]


def test_no_secret_is_written_down() -> None:
    for line in (DEPLOY / "example.env").read_text().splitlines():
        if re.match(r"[A-Z_]*(SECRET|PASSWORD)=", line):
            assert line.endswith("="), line
    assert "deploy/.env" in (ROOT / ".gitignore").read_text().split()


@pytest.mark.slow
def test_the_wheel_that_the_recipe_installs_holds_all_that_the_server_reads(tmp_path: Path) -> None:
    """Templates, pictures, migrations and the sheet of the PDF are files beside the modules, and easily left out."""
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("counterfoil-*.whl")
    packed = {name.removeprefix("counterfoil/") for name in zipfile.ZipFile(wheel).namelist()}
    source = ROOT / "src/counterfoil"
    files = [path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()]
    missing = {name for name in files if "__pycache__" not in name} - packed
    assert not missing, sorted(missing)
