"""Settings as the command reads them. `minyi import` reads them all, and then finds no database: nothing is made, and it is quick."""

import json
import os
import subprocess

from installation import MINYI, ROOT


def read(folder, *options: str, **settings: str) -> subprocess.CompletedProcess:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MINYI_")}
    return subprocess.run(
        [MINYI, "import", "units", ROOT / "ops" / "facts" / "units.csv", *options],
        capture_output=True, text=True, timeout=60, env=environment | settings, cwd=folder)


def test_an_empty_setting_counts_as_not_set(data_folder):
    empty = ["PORT", "HOST", "SECRETS", "LOG_LEVEL", "BEHIND_PROXY", "MAIL_URL", "WEBHOOK_URL", "WEBHOOK_FOR", "OPENID_ISSUER"]
    answer = read(
        data_folder, "--data", str(data_folder / "empty"), MINYI_OPENID_CLIENT="minyi", MINYI_OPENID_NAME="粤省事",
        **{"MINYI_" + name: "" for name in empty})  # fmt: skip
    assert answer.returncode == 1 and "There is no database in" in answer.stderr, answer.stderr
    file = data_folder / "empty.json"
    blank = {"url": "", "for": " ", "internal": "", "startTls": "", "issuer": "", "staffUrl": ""}
    settings = {"port": "", "logLevel": " ", "behindProxy": "", "data": str(data_folder / "empty")}
    file.write_text(json.dumps(settings | dict.fromkeys(["mail", "webhook", "openid", "database"], blank)))
    answer = read(data_folder, "--config", str(file))
    assert answer.returncode == 1 and "There is no database in" in answer.stderr, answer.stderr


def test_what_is_wrong_is_said_in_one_line(data_folder):
    file = data_folder / "wrong.json"
    file.write_text(json.dumps({"port": "eighty", "openid": {"issuer": "https://id.example.gov.cn"}}))
    # The file holds where the environment is empty.
    answer = read(data_folder, "--config", str(file), MINYI_PORT="")
    assert answer.stderr == "minyi: The setting port is 'eighty'; it must be a number.\n"
    answer = read(data_folder, MINYI_BEHIND_PROXY="perhaps")
    assert answer.stderr == "minyi: The setting behindProxy is 'perhaps'; it must be true or false.\n"
    answer = read(data_folder, "--config", str(file), MINYI_PORT="80", MINYI_OPENID_CLIENT="")
    assert answer.stderr.startswith("minyi: MINYI_OPENID_ISSUER is set, but not MINYI_OPENID_CLIENT") and answer.stderr.count("\n") == 1


def test_an_empty_address_starts_no_other_database(data_folder):
    for name in ("MINYI_DATABASE_STAFF_URL", "MINYI_DATA"):
        answer = read(data_folder, **{name: ""})
        assert answer.returncode == 1 and answer.stderr.startswith(f"minyi: {name} is empty, and nothing else says where"), answer.stderr
    # Which folder it is has been said.
    answer = read(data_folder, "--data", str(data_folder / "empty"), MINYI_DATABASE_STAFF_URL="")
    assert "There is no database in" in answer.stderr
