"""The JSON API against its own description: schemathesis makes requests that fit it and requests that do not."""

import os
import random
import re
import subprocess
import sys
from pathlib import Path

from conftest import DEEP
from server import Server

HERE = Path(__file__).parent


def test_answers_what_it_describes(server: Server, consultation: str):
    wanted, examples = (100_000, 5_000) if DEEP else (2_000, 650)
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
            env=os.environ | {"SCHEMATHESIS_HOOKS": "api_hooks", "PYTHONPATH": str(HERE), "MINYI_CONSULTATION": consultation},
            cwd=server.folder, capture_output=True, text=True, timeout=60 + examples,
        )  # fmt: skip
        assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
        made += int(re.search(r"(\d+) generated", run.stdout)[1])
        assert server.process.poll() is None, server.tail()
    print(f"API: {made} requests")
