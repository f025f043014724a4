"""What can go wrong at once: kills, a full disk, jumping clocks, slow and hostile clients, under load, with the real program.

Fixtures: `server` (a running `minyi up` with the demo, one for all tests that leave it alive), `consultation` (the number
of an open one), `rounds` (how often: few by default, many with MINYI_DEEP=1, which `ops/test --deep` sets).
"""

import asyncio
import os
import random

import pytest
from installation import short_folder
from server import Server

DEEP = bool(os.environ.get("MINYI_DEEP"))


def pytest_configure(config):
    seed = int(os.environ.get("MINYI_SEED") or random.randrange(1 << 32))
    random.seed(seed)
    config.seed = seed


def pytest_report_header(config):
    return f"MINYI_SEED={config.seed}"


@pytest.fixture
def rounds() -> int:
    return 300 if DEEP else 20


@pytest.fixture(scope="session")
def server():
    with Server(short_folder()).running() as running:
        yield running


@pytest.fixture(scope="session")
def consultation(server) -> str:
    return asyncio.run(open_consultation(server))


async def open_consultation(server: Server) -> str:
    """The demo's open consultation with the most days left, whose form asks for nothing but the comment."""
    rows = await server.sql(
        """select number from public_procedures where state = 'open' and name_rule <> 'required'
        and phone_rule <> 'required' order by closes_at desc limit 1"""
    )
    return rows[0][0]
