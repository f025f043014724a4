"""kill -9 of the worker at random moments while notices go out to a real mail server and a real gateway: none is lost, and
twice came at most those that were on their way when the blow fell."""

import asyncio
import random
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest
from installation import short_folder
from receiving import Receiver
from server import Server

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
LEASE = 60.0
SLOWEST = "0.1"


@contextmanager
def receivers(folder: Path):
    slow = ("--slowest", SLOWEST)
    with Receiver("mail", folder / "mail.log", *slow) as mail, Receiver("hook", folder / "hook.log", *slow, "--secret", SECRET) as hook:
        yield mail, hook


async def tell(server: Server, event: int) -> None:
    """One event: an author who left a phone, and everyone who organises or clerks anywhere."""
    await server.sql(
        f"""select notify_author('answered', (select s.id from contacts c join submissions s on s.id = c.submission_id
                where c.phone_index is not null and s.withdrawn_at is null and s.sealed_at is null limit 1), 'test.{event}', '{{}}');
            select notify_staff('red', array(select id from units), array['organiser', 'clerk'], 'test.{event}', '{{"days": 0}}')"""
    )


async def put_forward(server: Server, seconds: float) -> None:
    """The clock of the database, which its rules go by. Only while nobody works: who works would lose what it holds."""
    await server.sql(
        f"""create or replace function minyi_clock() returns timestamptz language sql volatile
            set search_path = pg_catalog as $$ select clock_timestamp() + interval '{seconds} s' $$"""
    )


async def waiting(server: Server) -> int:
    return int((await server.sql("select count(*) from notices where state = 'waiting'"))[0][0])


@pytest.fixture
def outside(tmp_path):
    with receivers(tmp_path) as both:
        yield both


def test_no_notice_is_lost(outside, rounds: int):
    mail, hook = outside
    folder = short_folder()
    server = Server(
        folder, MINYI_MAIL_URL=f"smtp://127.0.0.1:{mail.port}", MINYI_MAIL_START_TLS="false",
        MINYI_MAIL_FROM="minyi@county.example", MINYI_WEBHOOK_URL=f"http://127.0.0.1:{hook.port}/",
        MINYI_WEBHOOK_INTERNAL="true",
    )  # fmt: skip
    (server.data / "secrets" / "webhook-secret").write_text(SECRET)

    async def play() -> None:
        await server.sql("update staff set email = sign_in_name || '@county.example'")
        # Those of the demo had nowhere to go, or are on their way.
        while await waiting(server):
            await asyncio.sleep(0.2)
        under_way: set[str] = set()
        for number in range(rounds):
            for event in range(3):
                await tell(server, number * 3 + event)
            await asyncio.sleep(random.uniform(0, 0.6))
            server.kill()
            taken = await server.sql("select payload ->> 'notice' from jobs where taken_at is not null")
            under_way |= {row[0] for row in taken}
            # The lease of what was on its way ends some seconds after the next start: that worker has to look again by itself.
            await put_forward(server, (number + 1) * (LEASE - 5))
            server.start()
            await server.until_ready(60)
        end = asyncio.get_running_loop().time() + 2 * LEASE
        while left := await waiting(server):
            assert asyncio.get_running_loop().time() < end, f"{left} notices still wait\n{server.tail()}"
            await asyncio.sleep(0.5)

        notices = await server.sql("select id, state, channel from notices where key like 'test.%'")
        ids = {channel: {row[0] for row in notices if row[2] == channel} for channel in ("mail", "webhook")}
        assert {row[1] for row in notices} == {"sent"}
        assert len(ids["webhook"]) == 3 * rounds and len(ids["mail"]) >= 3 * rounds
        came = Counter(line["headers"]["Message-ID"].strip("<>").partition("@")[0] for line in mail.received())
        came += Counter(line["id"] for line in hook.received() if line["signed"])
        lost = (ids["mail"] | ids["webhook"]) - came.keys()
        doubled = {name for name, count in came.items() if count > 1}
        assert not lost, f"{len(lost)} notices are noted as sent and never came"
        assert doubled <= under_way, "a notice came twice that was not on its way when the worker was killed"
        print(f"{rounds} kills, {len(notices)} notices, {len(under_way)} on their way at a kill, {len(doubled)} of them twice")

    with server.running():
        asyncio.run(asyncio.wait_for(play(), 240 + rounds * 15))
