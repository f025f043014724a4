"""A recorder and the screens that follow. Part of ops/bench/hearing:

    hearing.py URL NUMBER PERSON PASSWORD-FILE SCREENS ENTRIES SERVER-PROCESS
"""

import asyncio
import http.cookiejar
import json
import re
import statistics
import sys
import time
import urllib.parse
import urllib.request
import uuid
from datetime import datetime, timezone

url, number, person, password_file = sys.argv[1:5]
screens, entries, server = (int(argument) for argument in sys.argv[5:8])
host, port = urllib.parse.urlparse(url).hostname, urllib.parse.urlparse(url).port

opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
opener.addheaders = [("Accept-Language", "zh-CN"), ("X-Forwarded-For", "10.0.0.1")]


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page).group(1)


def sign_in() -> str:
    """The token of the live desk's forms."""
    page = opener.open(f"{url}/desk/sign-in").read().decode()
    fields = {"csrf": hidden(page, "csrf"), "name": "zuzhi", "password": open(password_file).read().strip()}
    opener.open(f"{url}/desk/sign-in", urllib.parse.urlencode(fields).encode()).read()
    answer = opener.open(f"{url}/desk/hearings/{number}/live/token").read()
    return json.loads(answer)["csrf"]


def type_one(token: str, text: str, count: int) -> None:
    entry = {
        "key": str(uuid.uuid4()), "kind": "statement", "person": int(person), "body": text,
        "saidAt": datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    body = urllib.parse.urlencode({"csrf": token, "entries": json.dumps([entry])}).encode()
    request = urllib.request.Request(f"{url}/desk/hearings/{number}/live/entries", body, {
        # At tenfold speed one address would send more than one may.
        "Accept": "application/json", "X-Forwarded-For": f"10.2.{count // 250 % 250}.{count % 250}",
    })
    outcome = json.loads(opener.open(request).read())["outcomes"][0]["outcome"]
    if outcome != "accepted":
        raise SystemExit(f"an entry was not taken: {outcome}")


class Screen:
    def __init__(self, index: int) -> None:
        self.index = index
        self.places: list[int] = []
        self.arrived: list[float] = []

    async def follow(self) -> None:
        reader, writer = await asyncio.open_connection(host, port)
        address = f"10.1.{self.index // 250}.{self.index % 250}"
        writer.write(f"GET /hearings/{number}/stream HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-For: {address}\r\n\r\n".encode())
        place = None
        async for line in reader:
            if line.startswith(b"id: "):
                place = int(line[4:])
            elif line.startswith(b"data: ") and place is not None:
                self.places.append(place)
                self.arrived.append(time.monotonic())
                place = None


def resident() -> float:
    """Megabytes the server holds now."""
    lines = open(f"/proc/{server}/status").read()
    return int(re.search(r"VmRSS:\s+(\d+)", lines).group(1)) / 1024


async def main() -> None:
    token = await asyncio.to_thread(sign_in)
    followed = [Screen(index) for index in range(screens)]
    tasks = [asyncio.create_task(screen.follow()) for screen in followed]
    await asyncio.sleep(2)
    sent: list[float] = []

    async def type_at(rate: float, count: int) -> list[float]:
        memory = []
        begin = time.monotonic()
        for index in range(count):
            await asyncio.sleep(max(0, begin + index / rate - time.monotonic()))
            sent.append(time.monotonic())
            await asyncio.to_thread(type_one, token, f"第{len(sent)}句：希望把办事的时间写清楚，也写明谁负责。", len(sent))
            memory.append(resident())
        return memory

    await type_at(2, min(120, entries))
    measured = len(sent)
    # 7,200 entries in two hours are one a second.
    memory = await type_at(10, entries - measured)
    await asyncio.sleep(3)
    for task in tasks:
        task.cancel()
    late = []
    for screen in followed:
        if screen.places != sorted(set(screen.places)) or len(screen.places) != len(sent):
            raise SystemExit(f"screen {screen.index} has {len(screen.places)} of {len(sent)}, or not in order")
        late += [arrived - begun for arrived, begun in zip(screen.arrived[:measured], sent[:measured])]
    p95 = statistics.quantiles(late, n=20)[-1]
    tenth = max(1, len(memory) // 10)
    first, last = statistics.median(memory[:tenth]), statistics.median(memory[-tenth:])
    print(f"{screens} screens, {measured} statements: p50 {statistics.median(late):.2f} s, p95 {p95:.2f} s, most {max(late):.2f} s")
    print(f"{len(memory)} further entries: the server held {first:.0f} MB in the first tenth, {last:.0f} MB in the last")
    print(f"ratio hearing-screens {p95:.2f}")
    print(f"ratio hearing-memory {max(memory) / 200:.2f}")
    print(f"ratio hearing-growth {last / first:.2f}")


asyncio.run(main())
