"""The database of a test's server: for what takes days to come about on its pages."""

import subprocess
from pathlib import Path


def query(data: Path, text: str) -> str:
    """Asks the database of a test's server as its superuser."""
    socket = Path(data, "postgres", "postmaster.pid").read_text().splitlines()[4]
    password = Path(data, "secrets", "password-postgres").read_text().strip()
    return subprocess.run(
        ["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", "-h", socket, "-U", "postgres", "-d", "minyi", "-c", "set search_path = minyi", "-c", text],
        env={"PGPASSWORD": password, "PATH": "/usr/bin:/bin"}, check=True, timeout=20, text=True, stdout=subprocess.PIPE,
    ).stdout.strip()
