"""The clock of the server machine jumps by a day. What is in time is decided by the database's clock alone.

The program runs under libfaketime, which reads its shift from a file; its PostgreSQL is started without it.
"""

import asyncio
import re
import subprocess
import time
import uuid
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import aiohttp
import pytest
from citizens import HIDDEN, Citizen
from installation import short_folder
from server import Server

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


@pytest.fixture(scope="module")
def server():
    folder = short_folder()
    (folder / "shift").write_text("+0")
    timers = folder / "real_timers.so"
    # clang comes with Swift.
    subprocess.run(["clang", "-shared", "-fPIC", "-o", timers, Path(__file__).with_name("real_timers.c")], check=True)
    # Through env: the library changes the environment of the first program it is loaded into, and Swift, which looks for
    # its arguments beside the environment, then finds none.
    shifted = Server(
        folder,
        ["/usr/bin/env"],
        LD_PRELOAD=f"{timers}:{LIBRARY}", FAKETIME_TIMESTAMP_FILE=str(folder / "shift"), FAKETIME_CACHE_DURATION="1",
        FAKETIME_DONT_FAKE_MONOTONIC="1",
    )  # fmt: skip
    with shifted.running() as running:
        yield running


async def jump(server: Server, shift: str) -> None:
    """Sets the clock of the program, and waits until its answers carry the other day."""
    (server.folder / "shift").write_text(shift)
    async with aiohttp.ClientSession() as session:
        end = time.monotonic() + 10
        while True:
            async with session.get(f"{server.base_url}/healthz") as answer:
                seen = parsedate_to_datetime(answer.headers["Date"]) - datetime.now(UTC)
            if abs(seen - timedelta(days=int(shift.rstrip("d")))) < timedelta(hours=1):
                return
            assert time.monotonic() < end, f"the clock of the program did not jump by {shift}, but by {seen}"
            await asyncio.sleep(0.1)


async def sign_in(server: Server) -> aiohttp.ClientSession:
    name, password = re.search(r"^  (zuzhi)  (\S+)  ", server.log.read_text(), re.MULTILINE).groups()
    session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
    address = f"{server.base_url}/desk/sign-in"
    async with session.get(address) as page:
        hidden = dict(HIDDEN.findall(await page.text()))
    async with session.post(address, data=hidden | {"name": name, "password": password}) as answer:
        assert answer.status == 200 and "sign-in" not in str(answer.url), answer.url
    return session


@pytest.mark.parametrize("shift", ["+1d", "-1d"])
def test_closing_follows_the_database(server: Server, shift: str):
    async def play() -> None:
        await jump(server, "+0")
        number = (await server.sql("select number from public_procedures where state = 'open' order by closes_at desc"))[0][0]
        async with Citizen(server.base_url, number) as citizen, await sign_in(server) as desk:
            # A form that was open and a sign-in that was there when the clock jumped.
            assert (await citizen.open_form()).status == 200
            await jump(server, shift)
            async with desk.get(f"{server.base_url}/desk") as page:
                assert page.status == 200 and "sign-in" not in str(page.url), "the sign-in was lost"
            await server.sql(
                f"update procedures set closes_at = clock_timestamp() + interval '3 s', entry_until = null where number = '{number}'"
            )
            verdicts: list[tuple[str, int, str | None]] = []
            end = time.monotonic() + 5
            while time.monotonic() < end:
                key = str(uuid.uuid4())
                answer = await citizen.send(key, f"钟跳了一天，截止时间看数据库。{key}")
                verdicts.append((key, answer.status, answer.receipt))
                if answer.receipt:
                    page = await citizen.read_receipt(answer.receipt)
                    assert page.status == 200 and answer.receipt in page.text, "the receipt does not open"
                await asyncio.sleep(0.05)
        statuses = [status for _, status, _ in verdicts]
        assert statuses == sorted(statuses, key=lambda status: status != 303), f"accepted after a refusal: {statuses}"
        assert {303, 409} == set(statuses), f"neither accepted nor refused as closed: {statuses}"
        stored = await server.sql(
            f"""select s.key, s.received_at < p.closes_at, s.received_at > p.closes_at - interval '4 s'
            from submissions s join procedures p on p.id = s.procedure_id where s.body like '钟跳了一天%' and p.number = '{number}'"""
        )
        assert {row[0] for row in stored} == {key for key, _, receipt in verdicts if receipt}
        assert all(row[1:] == ["t", "t"] for row in stored), "received at another time than the database's"

    asyncio.run(asyncio.wait_for(play(), 60))
