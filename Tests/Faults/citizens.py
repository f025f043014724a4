"""People who send comments through the form, and remember what they were told.

Each keeps the key of the form until there is a receipt: what is left without an answer is sent again with the same key,
as a browser does when its owner presses the button once more.
"""

import asyncio
import json
import random
import re
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp

HIDDEN = re.compile(r'<input type="hidden" name="(csrf|edition)" value="([^"]*)">')
RECEIPT = re.compile(r"/receipts/([A-Z]+-\d{4}-\d+-\d)$")

# What a client may see while a server is down or comes back.
LOST = (aiohttp.ClientError, ConnectionError, TimeoutError)


@dataclass
class Answer:
    status: int
    text: str
    receipt: str | None


class Citizen:
    """One browser: a network, cookies, and the hidden fields of the form."""

    def __init__(self, base_url: str, consultation: str):
        self.address = f"{base_url}/consultations/{consultation}/comment"
        self.network = ".".join(str(random.randint(1, 254)) for _ in range(4))
        self.session = aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True),
            timeout=aiohttp.ClientTimeout(20),
            headers={"X-Forwarded-For": self.network, "Accept": "text/html"},
        )
        self.hidden: dict[str, str] = {}

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        await self.session.close()

    async def read_consultation(self) -> Answer:
        async with self.session.get(self.address.removesuffix("/comment")) as answer:
            return Answer(answer.status, await answer.text(), None)

    async def open_form(self) -> Answer:
        async with self.session.get(self.address) as answer:
            text = await answer.text()
            self.hidden = dict(HIDDEN.findall(text))
            return Answer(answer.status, text, None)

    async def send(self, key: str, content: str, **fields: str) -> Answer:
        form = self.hidden | {"idempotency": key, "content": content, "submitter": "person"} | fields
        async with self.session.post(self.address, data=form, allow_redirects=False) as answer:
            receipt = RECEIPT.search(answer.headers.get("Location", ""))
            return Answer(answer.status, await answer.text(), receipt and receipt[1])

    async def send_as_program(self, key: str, content: str) -> Answer:
        """The same through the JSON API, which needs neither form nor cookie."""
        address = self.address.replace("/consultations/", "/api/v1/consultations/") + "s"
        headers = {"Idempotency-Key": key, "Accept": "application/json"}
        async with self.session.post(address, json={"content": content}, headers=headers) as answer:
            text = await answer.text()
            receipt = json.loads(text)["number"] if answer.status in (200, 201) else None
            return Answer(answer.status, text, receipt)

    async def read_receipt(self, number: str) -> Answer:
        async with self.session.get(self.address.split("/consultations/")[0] + f"/receipts/{number}") as answer:
            return Answer(answer.status, await answer.text(), None)


@dataclass
class Crowd:
    """Citizens who send one comment after the other, and the ledger of what they were told."""

    base_url: str
    consultation: str
    size: int = 12
    tag: str = field(default_factory=lambda: uuid.uuid4().hex[:8])
    # Key → number on the receipt.
    acknowledged: dict[str, str] = field(default_factory=dict)
    # Attempts that were left without an answer, and those that were turned away with words.
    unanswered: int = 0
    refused: int = 0
    # The same by the titles of their pages.
    titles: Counter[str] = field(default_factory=Counter)
    # What no citizen should ever see.
    faults: list[str] = field(default_factory=list)
    # When the latest acknowledged comment was first sent off.
    latest: float = 0.0
    leaving: bool = False

    async def __aenter__(self):
        self.tasks = [asyncio.create_task(self._live()) for _ in range(self.size)]
        return self

    async def __aexit__(self, *failure):
        """Everyone sends what they have begun to the end."""
        self.leaving = True
        if failure[0] is not None:
            for task in self.tasks:
                task.cancel()
        results = await asyncio.gather(*self.tasks, return_exceptions=True)
        if failure[0] is None:
            for result in results:
                if isinstance(result, BaseException):
                    raise result

    async def until_acknowledged_after(self, moment: float, seconds: float) -> None:
        """Waits until something that was sent after the moment is acknowledged."""
        while self.latest < moment:
            if failed := [task for task in self.tasks if task.done() and task.exception()]:
                await failed[0]
            assert time.monotonic() < moment + seconds, f"nothing was accepted for {seconds} s"
            await asyncio.sleep(0.005)

    async def _live(self) -> None:
        async with Citizen(self.base_url, self.consultation) as citizen:
            number = 0
            while not self.leaving:
                number += 1
                key = str(uuid.uuid4())
                text = f"{self.tag} 第{number}条意见：办理时限请写明。{key}"
                # Every third comment is sent by a program.
                send = citizen.send_as_program if number % 3 == 0 else citizen.send
                receipt = await self._until_acknowledged(citizen, send, key, text)
                if random.random() < 0.1:
                    again = await self._until_acknowledged(citizen, send, key, text)
                    if again != receipt:
                        self.faults.append(f"{key} has two receipts: {receipt} and {again}")

    async def _until_acknowledged(
        self, citizen: Citizen, send: Callable[[str, str], Awaitable[Answer]], key: str, text: str
    ) -> str:
        end = time.monotonic() + 120
        while True:
            begun = time.monotonic()
            try:
                while not citizen.hidden:
                    await citizen.open_form()
                answer = await send(key, text)
            except LOST:
                self.unanswered += 1
            else:
                if answer.receipt:
                    self.acknowledged[key] = answer.receipt
                    self.latest = max(self.latest, begun)
                    return answer.receipt
                self._note(answer, None if send == citizen.send_as_program else key)
            assert time.monotonic() < end, f"a comment was not accepted within two minutes; seen: {self.faults[-3:]}"
            await asyncio.sleep(random.uniform(0.02, 0.1))

    def _note(self, answer: Answer, kept: str | None) -> None:
        """Counts a refusal, which must show again what was typed; a program still has it."""
        found = re.search(r'<h1[^>]*>([^<]*)|"title":"([^"]*)', answer.text)
        title = found[1] or found[2] if found else answer.text[:80]
        self.titles[title] += 1
        if answer.status not in (429, 503):
            self.faults.append(f"{answer.status} {title}")
        elif kept and kept not in answer.text:
            self.faults.append(f"{answer.status} {title}, and what was typed is gone")
        else:
            self.refused += 1

    async def check(self, server) -> None:
        """Everything that was acknowledged is in the database exactly once, and nothing else is."""
        rows = await server.sql(f"select key, number from submissions where body like '{self.tag} %'")
        stored = dict(rows)
        lost = self.acknowledged.keys() - stored.keys()
        assert not lost, f"{len(lost)} of {len(self.acknowledged)} acknowledged comments are lost: {sorted(lost)[:5]}"
        others = {key for key, number in self.acknowledged.items() if stored[key] != number}
        assert not others, f"{len(others)} receipts name another number than the database: {sorted(others)[:5]}"
        assert len(rows) == len(self.acknowledged), "comments are stored whose senders never had a receipt"
        torn = await server.sql(
            f"""select s.number from submissions s where body like '{self.tag} %' and not
            ((select count(*) from opinions o where o.submission_id = s.id) = 1 and
             (select count(*) from events e where e.subject = 'submission' and e.subject_id = s.id) = 1)"""
        )
        assert not torn, f"stored in part or twice: {torn[:5]}"
        doubled = await server.sql(
            f"select body from submissions where body like '{self.tag} %' group by body having count(*) > 1"
        )
        assert not doubled, f"stored twice: {doubled[:5]}"
        assert not self.faults, f"{len(self.faults)} answers that nobody should get: {sorted(set(self.faults))[:5]}"
