"""Draws the lot for ops/bench/lot, and has it checked.

    lot.py BINARY FOLDER APPLICANTS
"""

import hashlib
import hmac
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CATEGORIES, SEATS, REPEATS = 12, 25, 7


def lot(applicants: int) -> dict:
    """The example with other categories."""
    made = json.loads((ROOT / "ops" / "lot" / "example.json").read_text(encoding="utf-8"))
    seed, categories, listed = bytes.fromhex(made["seed"]), [], hashlib.sha256()
    for ordinal in range(1, CATEGORIES + 1):
        code = f"c{ordinal:02}"
        numbers = [f"MY-2026-{number:06}-0" for number in range(ordinal, applicants + 1, CATEGORIES)]
        head = "\n".join(["minyi-lot-v1", made["hearing"], made["value"], code, ""])
        order = sorted(numbers, key=lambda number: hmac.digest(seed, (head + number).encode(), "sha256"))
        categories.append(
            {"code": code, "name": code, "seats": SEATS, "numbers": numbers, "chosen": order[:SEATS], "reserve": order[SEATS:]})
        for number in numbers:
            listed.update(f"{code}\t{number}\n".encode())
    return made | {"categories": categories, "listSha256": listed.hexdigest()}


def seconds(*command: str | Path) -> float:
    taken = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main() -> None:
    binary, folder, applicants = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    file = folder / "lot.json"
    file.write_text(json.dumps(lot(applicants), ensure_ascii=False), encoding="utf-8")
    ours = seconds(binary, "verify", "lot", file)
    script = seconds(sys.executable, ROOT / "ops" / "lot" / "verify_lot.py", file)
    print(f"{applicants} applicants in {CATEGORIES} categories, {file.stat().st_size:,} bytes: {ours:.3f} s, the script {script:.3f} s")
    if ours > 1:
        sys.exit("a second was not enough")
    print(f"ratio lot-speed {script / ours:.2f}")


if __name__ == "__main__":
    main()
