"""The people of ops/bench/evening: arrivals, reading, writing, sending, and the last ones hurrying.

Prints what they met, and writes key and number of every acknowledged comment, tab-separated, to a file.
"""

import asyncio
import random
import statistics
import sys
import time
import uuid
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Tests" / "Faults"))
from citizens import LOST, Citizen  # noqa: E402

WORDS = "建议把办理时限改回十个工作日，并写明由谁负责答复。" * 8


class Evening:
    def __init__(self, base_url: str, consultation: str, seconds: float, closing: float):
        self.base_url, self.consultation, self.seconds = base_url, consultation, seconds
        self.start = time.monotonic()
        self.closing = self.start + closing
        self.acknowledged: dict[str, str] = {}
        self.accepted: list[float] = []
        self.read: list[float] = []
        self.refused = 0
        self.errors: Counter[str] = Counter()

    async def visit(self) -> None:
        await asyncio.sleep(random.uniform(0, self.seconds))
        async with Citizen(self.base_url, self.consultation) as citizen:
            try:
                await self.take_part(citizen)
            except LOST as error:
                self.errors[type(error).__name__] += 1

    async def take_part(self, citizen: Citizen) -> None:
        begun = time.monotonic()
        page = await citizen.read_consultation()
        self.read.append(time.monotonic() - begun)
        if page.status != 200:
            self.errors[f"page: {page.status}"] += 1
            return
        await asyncio.sleep(random.uniform(1, 6))
        form = await citizen.open_form()
        if form.status == 409:
            self.refused += 1
            return
        if form.status != 200:
            self.errors[f"form: {form.status}"] += 1
            return
        sending = time.monotonic() + random.uniform(2, 12)
        # Who would be late by a little makes haste, and some are late all the same.
        if self.closing < sending < self.closing + 10:
            sending = self.closing + random.uniform(-2, 0.5)
        await asyncio.sleep(sending - time.monotonic())
        key = str(uuid.uuid4())
        begun = time.monotonic()
        answer = await citizen.send(key, f"{WORDS}{key}", name="王小明", phone="13800138000")
        took = time.monotonic() - begun
        if answer.receipt:
            self.accepted.append(took)
            self.acknowledged[key] = answer.receipt
            receipt = await citizen.read_receipt(answer.receipt)
            if receipt.status != 200 or answer.receipt not in receipt.text:
                self.errors[f"receipt: {receipt.status}"] += 1
        elif answer.status == 409 and key in answer.text:
            self.refused += 1
        else:
            self.errors[f"sending: {answer.status}"] += 1


async def main() -> None:
    base_url, consultation, people, seconds, closing, file = sys.argv[1:]
    evening = Evening(base_url, consultation, float(seconds), float(closing))
    await asyncio.gather(*(evening.visit() for _ in range(int(people))))
    Path(file).write_text("".join(f"{key}\t{number}\n" for key, number in evening.acknowledged.items()))
    cuts = statistics.quantiles(evening.accepted, n=100)
    print(f"accepted {len(evening.accepted)}, told that it has closed {evening.refused}, of {people} people")
    print(f"page read within {statistics.median(evening.read):.3f} s (half), {statistics.quantiles(evening.read, n=100)[98]:.3f} s (99 of 100)")
    print(f"p50 {cuts[49]:.3f}\np99 {cuts[98]:.3f}\nerrors {evening.errors.total()} {dict(evening.errors) or ''}")


asyncio.run(main())
