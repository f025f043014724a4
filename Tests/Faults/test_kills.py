"""kill -9 of everything, at random moments, while people send comments: nothing acknowledged is lost, nothing is doubled,
and comments are accepted again. How soon, `ops/bench/recovery` measures."""

import asyncio
import random
import time

import pytest
from citizens import Crowd
from server import Server

# Until comments are accepted again, in seconds: how long nobody waits, on a machine however busy.
PATIENCE = 60


async def server_alone(server: Server) -> None:
    """The program; its PostgreSQL is taken over by the next start."""
    server.kill()
    server.start()


async def backend(server: Server) -> None:
    """One connection: PostgreSQL ends all others too and recovers; the program stays."""
    await server.kill_backend()


async def postgres(server: Server) -> None:
    """The whole PostgreSQL: the program stays, and starts it again."""
    server.kill_postgres()


async def everything(server: Server) -> None:
    """As in a power cut."""
    server.kill()
    server.kill_postgres()
    server.start()


@pytest.mark.parametrize("strike", [server_alone, backend, postgres, everything], ids=lambda strike: strike.__name__)
def test_nothing_is_lost(server: Server, consultation: str, rounds: int, strike):
    if strike is everything:
        rounds //= 4  # PostgreSQL waits until the system has collected the killed one, often for a second

    async def play() -> None:
        crowd = Crowd(server.base_url, consultation)
        slowest = 0.0
        async with crowd:
            for _ in range(rounds):
                await crowd.until_acknowledged_after(time.monotonic(), seconds=PATIENCE)
                await asyncio.sleep(random.uniform(0, 0.3))
                moment = time.monotonic()
                await strike(server)
                # Only comments count that were sent when the blow had fallen.
                await crowd.until_acknowledged_after(time.monotonic(), seconds=PATIENCE)
                slowest = max(slowest, time.monotonic() - moment)
        await crowd.check(server)
        print(
            f"{strike.__name__}: {rounds} kills, {len(crowd.acknowledged)} acknowledged, {crowd.unanswered} unanswered "
            f"and {crowd.refused} refused at first, slowest recovery {slowest:.2f} s"
        )

    asyncio.run(asyncio.wait_for(play(), PATIENCE * (1 + 2 * rounds)))
