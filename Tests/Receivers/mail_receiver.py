"""A real SMTP server for tests (Debian's python3-aiosmtpd, run with /usr/bin/python3). Prints a line of JSON with its port,
then one for every letter it has accepted.

Addresses decide: unknown@… is refused for good, busy@… for now, anything else is taken.
"""

import argparse
import asyncio
import email
import email.policy
import json
import os
import random
import ssl
import threading
import time

from aiosmtpd.smtp import SMTP, AuthResult


def say(**line) -> None:
    # At once: two threads that print each send the line and its end by themselves.
    os.write(1, (json.dumps(line) + "\n").encode())


def end_with(parent: int) -> None:
    """Nobody is left behind when a test is killed."""
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(0)


threading.Thread(target=end_with, args=[os.getppid()], daemon=True).start()


class Handler:
    slowest = 0.0

    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.partition("@")[0]
        if name == "unknown":
            return f"550 5.1.1 <{address}>: user unknown"
        if name == "busy":
            return "451 4.7.1 greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(random.uniform(0, self.slowest))
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        say(
            sender=envelope.mail_from, to=envelope.rcpt_tos, encrypted=session.ssl is not None,
            account=session.auth_data.login.decode() if session.auth_data else None,
            headers=dict(letter.items()), text=letter.get_content(), raw=envelope.content.decode(),
        )  # fmt: skip
        await asyncio.sleep(random.uniform(0, self.slowest))
        return "250 taken over"


async def serve() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--certificate")
    options.add_argument("--key")
    options.add_argument("--account", help="name:password that must sign in")
    options.add_argument("--from-the-start", action="store_true", help="encrypted from the start, without STARTTLS")
    options.add_argument("--slowest", type=float, default=0, help="seconds that it may take before and after a letter is its own")
    chosen = options.parse_args()
    Handler.slowest = chosen.slowest
    context = None
    if chosen.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chosen.certificate, chosen.key)

    def authenticate(server, session, envelope, mechanism, data):
        knows = f"{data.login.decode()}:{data.password.decode()}" == chosen.account
        return AuthResult(success=knows, handled=knows, auth_data=data)  # not handled: the server says 535

    starts_tls = context and not chosen.from_the_start

    def protocol():
        return SMTP(
            Handler(), hostname="mail.test", tls_context=context if starts_tls else None, require_starttls=bool(starts_tls),
            authenticator=authenticate if chosen.account else None, auth_required=bool(chosen.account),
            auth_require_tls=bool(starts_tls),
        )  # fmt: skip

    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        protocol, "127.0.0.1", 0, ssl=context if chosen.from_the_start else None, backlog=200
    )
    say(port=server.sockets[0].getsockname()[1])
    await server.serve_forever()


asyncio.run(serve())
