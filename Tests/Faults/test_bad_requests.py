"""Requests that no browser sends, byte by byte. Each gets an answer of the 400s or a closed door, and the program goes on."""

import asyncio
import random

import pytest
from conftest import DEEP
from server import Server

CLOSED = 0


async def exchange(server: Server, sent: bytes, seconds: float = 5) -> bytes:
    """What comes back until the server closes or falls silent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    received = b""
    try:
        writer.write(sent)
        while part := await asyncio.wait_for(reader.read(65536), seconds):
            received += part
            if received.startswith(b"HTTP/1.1 ") and is_whole(received):
                break
    except (ConnectionError, TimeoutError):
        pass
    finally:
        writer.transport.abort()
    return received


def is_whole(answer: bytes) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(end) and bool(lengths) and len(body) >= int(lengths[0])


def status(answer: bytes) -> int:
    return int(answer[9:12]) if answer.startswith(b"HTTP/1.1 ") else CLOSED


async def is_well(server: Server) -> bool:
    healthy = await exchange(server, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    return server.process.poll() is None and status(healthy) == 200


# A second request hidden in the body of the first: whoever reads the lengths otherwise would answer it.
HIDDEN = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /receipts HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"

REFUSED = {
    "two lengths": POST + b"Content-Length: 3\r\nContent-Length: 37\r\n\r\na=1" + HIDDEN,
    "two lengths in one line": POST + b"Content-Length: 3, 37\r\n\r\na=1" + HIDDEN,
    "length and chunks": POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "chunks and length": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 50\r\n\r\n0\r\n\r\n" + HIDDEN,
    "space before the colon": POST + b"Content-Length : 37\r\n\r\n" + HIDDEN,
    "chunked in disguise": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "chunked and then identity": POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + HIDDEN,
    "wrong chunk length": POST + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\na=1\r\n0\r\n\r\n" + HIDDEN,
    "endless chunk length": POST + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\na=1\r\n0\r\n\r\n" + HIDDEN,
    "negative length": POST + b"Content-Length: -1\r\n\r\n" + HIDDEN,
    "length with a sign": POST + b"Content-Length: +3\r\n\r\na=1" + HIDDEN,
    "length in hexadecimal": POST + b"Content-Length: 0x3\r\n\r\na=1" + HIDDEN,
    "length beyond all numbers": POST + b"Content-Length: 99999999999999999999999\r\n\r\na=1" + HIDDEN,
    "NUL in a value": b"GET / HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n",
    "NUL in a name": b"GET / HTTP/1.1\r\nHost: x\r\nX\0A: a\r\n\r\n",
    "NUL in the target": b"GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n",
    "return in a value": b"GET / HTTP/1.1\r\nHost: x\r\nX-A: a\rSet-Cookie: b=1\r\n\r\n",
    "header without a colon": b"GET / HTTP/1.1\r\nHost: x\r\nnothing\r\n\r\n",
    "header without a name": b"GET / HTTP/1.1\r\nHost: x\r\n: nothing\r\n\r\n",
    "unknown method": b"BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n",
    "method in small letters": b"get / HTTP/1.1\r\nHost: x\r\n\r\n",
    "HTTP/0.9": b"GET /\r\n\r\n",
    "HTTP/2 without agreement": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/9.9": b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(200)),
    "no target": b"GET HTTP/1.1\r\nHost: x\r\n\r\n",
    "tunnel": b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n",
    "a header of 20 KB": b"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 20_000 + b"\r\n\r\n",
    "ten thousand headers": b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: a\r\n" * 10_000 + b"\r\n",
    "a target of 100 KB": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "broken multipart": b"POST /receipts HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=X\r\nContent-Length: 9\r\n\r\n--X\r\n\r\n\r\n",
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(server: Server, name: str):
    async def play() -> None:
        answer = await exchange(server, REFUSED[name])
        assert status(answer) == CLOSED or 400 <= status(answer) < 500 or status(answer) == 505, f"{name}: {answer[:200]}"
        assert b"\r\n\r\nok\n" not in answer, f"the hidden request was answered: {answer}"
        assert await is_well(server)

    asyncio.run(asyncio.wait_for(play(), 30))


def test_a_head_of_ten_megabytes(server: Server):
    async def play() -> None:
        before = server.memory()
        head = b"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 10_000_000 + b"\r\n\r\n"
        answers = await asyncio.gather(*(exchange(server, head) for _ in range(20)))
        assert all(status(answer) in (CLOSED, 400, 431) for answer in answers), answers
        assert server.memory() < before + 50, "heads are kept that nobody will read"
        assert await is_well(server)

    asyncio.run(asyncio.wait_for(play(), 60))


def test_pipelined_requests_are_answered_in_order(server: Server):
    async def play() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        asked = ["/healthz", "/no-such-page", "/healthz"]
        for path, last in zip(asked, ("A: b", "A: b", "Connection: close")):
            writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n{last}\r\n\r\n".encode())
        answers = await asyncio.wait_for(reader.read(-1), 10)
        writer.close()
        assert [int(part[:3]) for part in answers.split(b"HTTP/1.1 ")[1:]] == [200, 404, 200], answers[:300]

    asyncio.run(play())


def test_old_and_odd_but_allowed(server: Server, consultation: str):
    async def play() -> None:
        path = f"/consultations/{consultation}".encode()
        for request in (
            b"GET " + path + b" HTTP/1.0\r\n\r\n",
            b"GET http://elsewhere.example" + path + b" HTTP/1.1\r\nHost: x\r\n\r\n",
            b"\r\nGET " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        ):
            answer = await exchange(server, request)
            assert status(answer) == 200, f"{request}: {answer[:200]}"
        # A program that asks before it sends its body, and does not wait for long.
        answer = await exchange(server, POST + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\na=1")
        assert status(answer) in (100, 403), answer[:200]

    asyncio.run(asyncio.wait_for(play(), 30))


def mutated(chance: random.Random) -> bytes:
    """A good request with some of its bytes changed, cut out, doubled or made up."""
    if chance.random() < 0.2:
        return chance.randbytes(chance.randint(1, 4000))
    request = bytearray(chance.choice([*REFUSED.values(), POST + b"Content-Length: 3\r\n\r\na=1"])[:3000])
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(request) + 1)
        piece = chance.choice([b"", b"\0", b"\r\n", b"\r", b"\n", b":", b" ", b"\xff\xfe", b"\r\n\r\n", b"%00", chance.randbytes(3)])
        request[at : at + chance.choice([0, 0, 1, 5])] = piece
    return bytes(request)


def test_random_bytes(server: Server):
    chance = random.Random(random.random())
    cases = 20_000 if DEEP else 400

    async def play() -> None:
        for _ in range(cases // 20):
            requests = [mutated(chance) + b"\r\n\r\n" for _ in range(20)]
            answers = await asyncio.gather(*(exchange(server, request, seconds=0.5) for request in requests))
            for request, answer in zip(requests, answers):
                assert status(answer) < 500 or status(answer) == 505, f"{request}: {answer[:300]}"
            assert await is_well(server), f"after one of {requests}"

    asyncio.run(asyncio.wait_for(play(), 60 + cases))
