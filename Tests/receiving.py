"""Somebody outside who takes mails or webhooks: the programs of Tests/Receivers, for the browser tests and the faults."""

import json
import subprocess
import time
from pathlib import Path

from installation import ROOT


class Receiver:
    """One of them; what it prints goes to a file: a pipe that nobody empties would make it wait."""

    def __init__(self, name: str, log: Path, *arguments: str):
        self.log = log
        with log.open("wb") as out:
            script = ROOT / "Tests" / "Receivers" / f"{name}_receiver.py"
            # Debian's Python: aiosmtpd is one of its packages.
            self.process = subprocess.Popen(["/usr/bin/python3", script, *arguments], stdout=out)
        self.port = self.lines(1)[0]["port"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def lines(self, least: int) -> list[dict]:
        """All that it has printed; waits until there are so many."""
        end = time.monotonic() + 60
        while True:
            lines = [json.loads(line) for line in self.log.read_text().splitlines(keepends=True) if line.endswith("\n")]
            if len(lines) >= least:
                return lines
            assert time.monotonic() < end, f"only {len(lines) - 1} of {least - 1} came"
            time.sleep(0.05)

    def received(self, least: int = 0) -> list[dict]:
        """What it was sent so far, as its lines say; waits until there is so much."""
        return self.lines(least + 1)[1:]
