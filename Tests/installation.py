"""For the browser tests and the faults: the program, and data folders for it.

Playing the demo takes longer than many tests together, so it is played once in a run; every server with a demo starts on a
copy of what that first start has left.
"""

import atexit
import base64
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from pathlib import Path

from database import query

ROOT = Path(__file__).resolve().parents[1]
MINYI = ROOT / ".build" / os.environ.get("MINYI_BUILD", "debug") / "minyi"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def short_folder() -> Path:
    """A folder that the account of PostgreSQL may enter."""
    folder = Path(tempfile.mkdtemp(prefix="minyi-", dir="/tmp"))
    folder.chmod(0o711)
    return folder


# The folder of this run: the first process makes it and removes it, the workers of pytest-xdist inherit it.
RUN = "MINYI_TEST_RUN"
if RUN not in os.environ:
    os.environ[RUN] = str(short_folder())
    atexit.register(shutil.rmtree, os.environ[RUN], ignore_errors=True)


def copy_demo(data: Path) -> None:
    """Makes this data folder one in which `minyi up` was started for the first time and stopped again."""
    run = Path(os.environ[RUN])
    played = run / "demo"
    with (run / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not played.exists():
            play_demo(run / "playing")
            (run / "playing").rename(played)
    data.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "--archive", f"{played}/.", data], check=True)


def play_demo(data: Path) -> None:
    output = []
    with subprocess.Popen(
        [MINYI, "up", "--port", str(free_port()), "--data", data],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        giving_up = threading.Timer(300, process.kill)
        giving_up.start()
        for line in process.stdout:
            output.append(line)
            if line == "Stop with Ctrl-C.\n":
                hash_with_fewer_rounds(data)
                process.send_signal(signal.SIGINT)
        giving_up.cancel()
    assert process.returncode == 0, f"`minyi up` did not play the demo:\n{''.join(output)}"


def hash_with_fewer_rounds(data: Path) -> None:
    """A hash of 2¹⁰ rounds for the password that all accounts of the demo share: nearly every test signs in, and the program as it
    is built for tests takes two seconds over the usual 2¹⁵."""
    password = (data / "secrets" / "demo-password").read_text().strip()
    salt = os.urandom(16)
    key = hashlib.scrypt(password.encode(), salt=salt, n=1 << 10, r=8, p=1, dklen=32)
    texts = [base64.b64encode(part).decode() for part in (salt, key)]
    query(data, f"update staff set password_hash = 'scrypt$10$8$1${texts[0]}${texts[1]}'")
