"""`minyi up` on a data folder and a port of its own, with the means to hurt it."""

import asyncio
import os
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import aiohttp
from installation import MINYI, copy_demo, free_port

PSQL = "/usr/lib/postgresql/15/bin/psql"


class Server:
    """The program, its PostgreSQL with the demo, and its folder. `start` may be called again after a kill."""

    def __init__(self, folder: Path, wrapper: list[str] = [], **environment: str):
        self.folder, self.data = folder, folder / "data"
        copy_demo(self.data)
        self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.wrapper = wrapper
        # Behind a proxy, so that every citizen can have a network of their own.
        self.environment = os.environ | {"MINYI_BEHIND_PROXY": "true", "MINYI_LOG_LEVEL": "notice"} | environment
        self.log = folder / "minyi.log"
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.wrapper, MINYI, "up", "--port", str(self.port), "--data", self.data],
                stdout=log, stderr=log, env=self.environment,
            )  # fmt: skip

    async def until_ready(self, seconds: float) -> None:
        """Until a page that asks the database answers."""
        end = time.monotonic() + seconds
        async with aiohttp.ClientSession() as session:
            while True:
                try:
                    async with session.get(f"{self.base_url}/healthz", timeout=aiohttp.ClientTimeout(5)) as answer:
                        if answer.status == 200:
                            return
                except (aiohttp.ClientError, TimeoutError):
                    pass
                assert self.process.poll() is None, f"`minyi up` ended by itself:\n{self.tail()}"
                assert time.monotonic() < end, f"no answer within {seconds} s:\n{self.tail()}"
                await asyncio.sleep(0.02)

    @contextmanager
    def running(self):
        """Started, until it has ended in order; nothing of it is left behind, whatever has happened."""
        try:
            self.start()
            asyncio.run(self.until_ready(120))
            yield self
            assert self.stop() == 0, f"the program did not end cleanly:\n{self.tail()}"
            assert not (self.data / "postgres" / "postmaster.pid").exists(), "PostgreSQL was not stopped in order"
        finally:
            self.sweep()

    def tail(self, lines: int = 30) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    async def sql(self, statement: str) -> list[list[str]]:
        """Rows of texts, asked as the superuser."""
        sockets = (self.data / "postgres" / "postmaster.pid").read_text().splitlines()[4]
        password = (self.data / "secrets" / "password-postgres").read_text().strip()
        asked = await asyncio.create_subprocess_exec(
            PSQL, "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-F", "\x1f", "-R", "\x1e", "-c", statement,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={"PGHOST": sockets, "PGUSER": "postgres", "PGDATABASE": "minyi", "PGPASSWORD": password,
                 "PGOPTIONS": "-c search_path=minyi,public -c timezone=UTC"},
        )  # fmt: skip
        out, error = await asked.communicate()
        if asked.returncode:
            raise RuntimeError(f"{statement}: {error.decode()}")
        text = out.decode().removesuffix("\n")
        return [row.split("\x1f") for row in text.split("\x1e")] if text else []

    # What can happen to it

    def kill(self) -> None:
        """kill -9 of the program; its PostgreSQL is left behind."""
        self.process.kill()
        self.process.wait()

    def postmaster(self) -> int | None:
        """The process id of the PostgreSQL that works on the folder now."""
        try:
            pid = int((self.data / "postgres" / "postmaster.pid").read_text().splitlines()[0])
            return pid if Path(f"/proc/{pid}/cwd").resolve() == (self.data / "postgres").resolve() else None
        except (OSError, ValueError, IndexError):
            return None

    def kill_postgres(self) -> None:
        """kill -9 of the postmaster and all its children, as the kernel does it when memory is short."""
        if postmaster := self.postmaster():
            for pid in [postmaster, *children(postmaster)]:
                kill(pid)

    async def kill_backend(self) -> None:
        """kill -9 of one connection of the visitors' pool, rather one that is at work. PostgreSQL then ends all others."""
        found = await self.sql(
            "select pid from pg_stat_activity where usename = 'minyi_public' order by state <> 'active', random()"
        )
        pids = [int(row[0]) for row in found]
        kill(pids[0])
        # A comment can still get through before PostgreSQL has noticed.
        while any(Path(f"/proc/{pid}").exists() for pid in pids):
            await asyncio.sleep(0.005)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)

    def sweep(self) -> None:
        """Leaves nothing behind, whatever has happened before."""
        if self.process and self.process.poll() is None:
            self.kill()
        self.kill_postgres()
        shutil.rmtree(self.folder, ignore_errors=True)

    def memory(self) -> int:
        """Resident memory of the program in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) // 1024


def children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(int(stat.parent.name))
    return found


def kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
