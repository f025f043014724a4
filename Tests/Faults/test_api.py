"""The JSON API against its own description: schemathesis makes requests that fit it and requests that do not."""

import json
import os
import random
import re
import subprocess
import sys
import uuid
from pathlib import Path
from urllib.request import Request, urlopen

from conftest import DEEP
from server import Server

HERE = Path(__file__).parent


def test_answers_what_it_describes(server: Server, consultation: str):
    wanted, examples = (100_000, 5_000) if DEEP else (2_000, 650)
    number, code = send_message(server)
    made = 0
    while made < wanted:
        run = subprocess.run(
            [
                Path(sys.executable).absolute().with_name("st"), "run", f"{server.base_url}/api/v1/openapi.json",
                "--phases", "examples,coverage,fuzzing", "--max-examples", str(examples), "--workers", "2", "--no-color",
                "--seed", str(random.randrange(1 << 31)), "--generation-database", "none",
                # That a row exists, or that letters are left once control characters are gone, no schema can say.
                "--exclude-checks", "positive_data_acceptance",
            ],
            env=os.environ | {"SCHEMATHESIS_HOOKS": "api_hooks", "PYTHONPATH": str(HERE), "MINYI_CONSULTATION": consultation,
                "MINYI_MESSAGE": number, "MINYI_CODE": code},
            cwd=server.folder, capture_output=True, text=True, timeout=60 + examples,
        )  # fmt: skip
        assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
        made += int(re.search(r"(\d+) generated", run.stdout)[1])
        assert server.process.poll() is None, server.tail()
    print(f"API: {made} requests")


def send_message(server: Server) -> tuple[str, str]:
    """A message there is, for what is asked about one: its number and code."""
    body = json.dumps({"kind": "suggestion", "title": "公园多放几张长椅", "message": "老人走累了没有地方坐。", "publish": True})
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
    with urlopen(Request(f"{server.base_url}/api/v1/messages", body.encode(), headers), timeout=30) as answer:
        received = json.load(answer)
    return received["number"], received["code"]
