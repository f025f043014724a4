"""The disk of the database runs full while people send comments."""

import asyncio
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from citizens import Crowd
from conftest import open_consultation
from installation import short_folder
from server import Server

FOLDER_SIZE = 300  # MiB; an installation with its demo takes some 120
FULL = "系统现在办不了"


@pytest.fixture
def small_disk():
    """A tmpfs of its own. Mounting one needs root, or sudo without a password."""
    folder = short_folder()
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    mounted = subprocess.run(
        [*as_root, "mount", "-t", "tmpfs", "-o", f"size={FOLDER_SIZE}m,mode=0711,uid={os.geteuid()}", "minyi", folder],
        capture_output=True, text=True,
    )  # fmt: skip
    if mounted.returncode:
        folder.rmdir()
        pytest.skip(f"disk full NOT TESTED: a tmpfs cannot be mounted here: {mounted.stderr.strip()}")
    yield folder
    # Lazily: what was killed a moment ago may still hold a file.
    subprocess.run([*as_root, "umount", "--lazy", folder], check=True)
    folder.rmdir()


@pytest.fixture
def server_on_it(small_disk):
    with Server(small_disk).running() as running:
        yield running


def fill(file: Path) -> None:
    """Takes what is left of the disk, to the last page."""
    with file.open("ab", buffering=0) as ballast:
        try:
            while True:
                ballast.write(bytes(4096))
        except OSError:
            pass


def test_refused_in_words_and_back_when_there_is_room(server_on_it: Server):
    server = server_on_it
    ballast = server.folder / "ballast"

    async def play() -> None:
        crowd = Crowd(server.base_url, await open_consultation(server), size=6)
        async with crowd:
            await crowd.until_acknowledged_after(time.monotonic(), seconds=30)
            # PostgreSQL gives room back when it tidies up: fill it until nobody gets through any longer.
            end = time.monotonic() + 60
            while crowd.titles[FULL] < 3 * crowd.size or crowd.latest > time.monotonic() - 1:
                fill(ballast)
                assert time.monotonic() < end, f"nobody was refused on a full disk: {crowd.titles}"
                await asyncio.sleep(0.1)
            # A new file for its log is what PostgreSQL cannot do without: it gives up, and has to come back by itself.
            for _ in range(5):
                try:
                    await server.sql("select pg_switch_wal()")
                except (RuntimeError, OSError):
                    pass
                fill(ballast)
            refused = crowd.refused
            while crowd.refused < refused + crowd.size:
                assert server.process.poll() is None, server.tail()
                assert time.monotonic() < end + 60, f"the program has fallen silent: {crowd.titles}"
                await asyncio.sleep(0.1)
            ballast.unlink()
            freed = time.monotonic()
            await crowd.until_acknowledged_after(freed, seconds=30)
            print(f"disk full: {crowd.titles}; accepted again after {time.monotonic() - freed:.1f} s")
        await crowd.check(server)
        assert shutil.disk_usage(server.folder).free > 0

    asyncio.run(asyncio.wait_for(play(), 240))
