"""Many who take a place in a questionnaire at the same moment: each opens it, waits until all have, and sends. Part of
ops/bench/questionnaire:

    questionnaire.py URL NUMBER TAKERS

Who is told that the server is busy tries again when it says. Prints how often each status was answered: 303 who was taken, 409 who was told that it is full.
"""

import asyncio
import re
import sys
from collections import Counter
from urllib.parse import quote, urlsplit


class Connection:
    def __init__(self, host: str, port: int, address: str):
        self.host, self.port, self.address = host, port, address
        self.reader = self.writer = None

    async def ask(self, method: str, path: str, body: str = "", cookie: str = "") -> tuple[int, dict[str, str], str]:
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        head = [f"{method} {path} HTTP/1.1", "Host: bench", "Accept-Language: zh-CN", f"X-Forwarded-For: {self.address}"]
        if cookie:
            head.append(f"Cookie: {cookie}")
        if method == "POST":
            head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        self.writer.write(("\r\n".join(head) + "\r\n\r\n" + body).encode())
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:] if ": " in line)}
        text = (await self.reader.readexactly(int(headers.get("content-length", "0")))).decode()
        if headers.get("connection") == "close":
            self.writer.close()
            self.writer = None
        return int(lines[0].split()[1]), headers, text


async def take(place: int, url: str, number: str, opened: asyncio.Barrier, told: Counter, gate: asyncio.Semaphore):
    parts = urlsplit(url)
    it = Connection(parts.hostname, parts.port, f"10.{place % 250}.{place // 250}.7")
    async with gate:
        _, headers, page = await it.ask("GET", f"/questionnaires/{number}/fill")
    token = re.search(r'name="csrf" value="([^"]*)"', page)[1]
    sheet = re.search(r'name="sheet" value="([^"]*)"', page)[1]
    cookie = headers["set-cookie"].split(";")[0]
    body = f"csrf={quote(token)}&sheet={sheet}&version=1&asked=q1+q2+q3+q4+q5&do=send&a.q1=a&a.q2=a&a.q3=5&a.q4=1&a.q5=x"
    await opened.wait()
    while True:
        status, headers, _ = await it.ask("POST", f"/questionnaires/{number}/fill/p", body, cookie)
        told[status] += 1
        if status not in (429, 503):
            return
        await asyncio.sleep(float(headers.get("retry-after", "1")))


async def main(url: str, number: str, takers: int):
    told: Counter = Counter()
    opened = asyncio.Barrier(takers)
    gate = asyncio.Semaphore(200)
    await asyncio.gather(*(take(place, url, number, opened, told, gate) for place in range(takers)))
    print(", ".join(f"status {status}: {times}" for status, times in sorted(told.items())))


asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
