"""`counterfoil emulate online`: what it prints, that it serves, and that it stops when it is told to."""

import json
import signal
import subprocess
from pathlib import Path

import httpx
from tests.support.server import COMMAND, environment


def test_it_says_what_clients_are_to_be_told_and_serves_until_it_is_stopped(tmp_path: Path) -> None:
    command = [*COMMAND, "emulate", "online", "--port", "0", "--companies", str(tmp_path), "--auto-consent", "--json"]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as it:
        assert it.stdout is not None
        assert it.stderr is not None
        try:
            told = json.loads(it.stdout.readline())
            assert set(told["realms"]) == {"9130000000000000", "9130000000000001"}
            with httpx.Client(trust_env=False) as client:
                found = client.get(told["discovery_url"]).json()
                assert found["token_endpoint"] == told["token_url"]
                form = {"grant_type": "refresh_token", "refresh_token": told["refresh_token"]}
                token = client.post(told["token_url"], data=form, auth=("any", "any")).json()["access_token"]
                headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
                for realm, name in told["realms"].items():
                    answer = client.get(f"{told['api_base']}/{realm}/companyinfo/{realm}", headers=headers)
                    assert answer.json()["CompanyInfo"]["CompanyName"] == name
        finally:
            it.send_signal(signal.SIGTERM)
            code = it.wait(20)
        assert (code, it.stderr.read()) == (0, "")


def test_a_line_that_is_held_for_a_fault_does_not_hold_the_server(tmp_path: Path) -> None:
    words = ["emulate", "online", "--port", "0", "--companies", str(tmp_path), "--empty", "--fault", "timeout-before"]
    with subprocess.Popen([*COMMAND, *words, "--json"], env=environment(), stdout=subprocess.PIPE, text=True) as it:
        assert it.stdout is not None
        try:
            told = json.loads(it.stdout.readline())
            form = {"grant_type": "refresh_token", "refresh_token": "refresh"}
            with httpx.Client(trust_env=False) as client:
                token = client.post(told["token_url"], data=form, auth=("any", "any")).json()["access_token"]
                address = f"{told['api_base']}/9130000000000000/customer"
                headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
                lost = False
                try:
                    client.post(address, json={"DisplayName": "A"}, headers=headers, timeout=0.5)
                except httpx.ReadTimeout:
                    lost = True
                assert lost
                again = client.post(address, json={"DisplayName": "A"}, headers=headers)
                assert again.json()["Customer"]["DisplayName"] == "A"
        finally:
            it.send_signal(signal.SIGTERM)
            assert it.wait(20) == 0


def test_an_unknown_fault_is_refused(tmp_path: Path) -> None:
    command = [*COMMAND, "emulate", "online", "--companies", str(tmp_path), "--fault", "nonsense", "--json"]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "there is no fault 'nonsense'" in json.loads(done.stdout)["error"]
