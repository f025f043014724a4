"""The database of the county that a browser test looks at: for what takes days to come about on its pages."""

import os
import subprocess

PSQL = "/usr/lib/postgresql/15/bin/psql"


def sql(server, statement: str) -> list[list[str]]:
    sockets = (server.data / "postgres" / "postmaster.pid").read_text().splitlines()[4]
    password = (server.data / "secrets" / "password-postgres").read_text().strip()
    asked = subprocess.run(
        [PSQL, "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-F", "\x1f", "-c", statement],
        env=os.environ | {"PGHOST": sockets, "PGUSER": "postgres", "PGDATABASE": "minyi", "PGPASSWORD": password,
             "PGOPTIONS": "-c search_path=minyi,public"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [row.split("\x1f") for row in asked.stdout.splitlines()]
