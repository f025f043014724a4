"""A thousand clients that drip: heads, bodies, and bodies that come fast at first. Others must not notice."""

import asyncio
import resource
import statistics
import time
import uuid

from citizens import Citizen
from server import Server

HEADS, BODIES, FAT_BODIES = 400, 400, 200
SECONDS = 10


class Drip:
    """A connection that sends something and then a byte a second until the server ends it."""

    def __init__(self, server: Server, start: bytes):
        self.port, self.start, self.ended = server.port, start, False

    async def run(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(self.start)
            await writer.drain()
            while not reader.at_eof():
                writer.write(b"a")
                await writer.drain()
                try:
                    await asyncio.wait_for(reader.read(65536), 1)
                except TimeoutError:
                    pass
            self.ended = True
        except ConnectionError:
            self.ended = True
        finally:
            writer.transport.abort()


def test_others_do_not_notice(server: Server, consultation: str):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    head = f"POST /consultations/{consultation}/comment HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    starts = (
        [b"GET / HTTP/1.1\r\nHost: x\r\nX-Drip: "] * HEADS
        + [(head + "Content-Length: 700000\r\n\r\n").encode()] * BODIES
        + [(head + "Content-Length: 700000\r\n\r\n").encode() + b"a" * 500_000] * FAT_BODIES
    )

    async def visit(times: list[float]) -> None:
        async with Citizen(server.base_url, consultation) as citizen:
            await citizen.open_form()
            end = time.monotonic() + SECONDS
            while time.monotonic() < end:
                for step in (citizen.open_form, lambda: citizen.send(str(uuid.uuid4()), "门口排了长队，请多开一个窗口。")):
                    begun = time.monotonic()
                    answer = await step()
                    times.append(time.monotonic() - begun)
                    assert answer.status in (200, 303), f"{answer.status}: {answer.text[:300]}"
                await asyncio.sleep(0.1)

    async def play() -> None:
        before = server.memory()
        drips = [Drip(server, start) for start in starts]
        tasks = [asyncio.create_task(drip.run()) for drip in drips]
        await asyncio.sleep(1)
        times: list[float] = []
        await asyncio.gather(*(visit(times) for _ in range(4)))
        grown = server.memory() - before
        still = sum(not drip.ended for drip in drips)
        p50, p99 = statistics.median(times), statistics.quantiles(times, n=100)[98]
        print(f"slow clients: {still} of {len(drips)} still drip; {len(times)} answers to others, p50 {p50:.3f} s, p99 {p99:.3f} s, {grown} MiB more")
        assert still >= HEADS, "the slow ones were gone too early for the test to mean anything"
        assert p99 < 5, f"p99 {p99:.2f} s for others while {still} connections drip"
        assert grown < 200, f"{grown} MiB more for {still} slow connections"
        # Bodies below the minimum rate are ended; the fat ones have earned a minute, the heads end with the idle timeout.
        end = time.monotonic() + 30
        slow = drips[HEADS : HEADS + BODIES]
        while not all(drip.ended for drip in slow):
            assert time.monotonic() < end, f"{sum(not drip.ended for drip in slow)} dripping bodies are never ended"
            await asyncio.sleep(0.2)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    try:
        asyncio.run(asyncio.wait_for(play(), 120))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
