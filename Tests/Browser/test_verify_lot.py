"""`minyi verify lot` and the script for people without Minyi: two programs that share nothing say the same of the same file."""

import copy
import hashlib
import hmac
import json
import random
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from installation import MINYI, ROOT

EXAMPLE = ROOT / "ops" / "lot" / "example.json"
SCRIPT = ROOT / "ops" / "lot" / "verify_lot.py"


def verify(file) -> subprocess.CompletedProcess:
    return subprocess.run([MINYI, "verify", "lot", file], capture_output=True, text=True, timeout=60)


def recompute(file) -> subprocess.CompletedProcess:
    """By the Python of the system: the script needs nothing else."""
    return subprocess.run(["/usr/bin/python3", "-I", SCRIPT, file], capture_output=True, text=True, timeout=60)


def verdicts(lot: dict | str, file) -> tuple[int, int]:
    """Exit statuses of the command and the script; neither says nothing, or more than a sentence for each fault."""
    file.write_text(lot if isinstance(lot, str) else json.dumps(lot, ensure_ascii=False), encoding="utf-8")
    command, script = verify(file), recompute(file)
    for answer in (command, script):
        assert answer.stdout + answer.stderr and "Traceback" not in answer.stderr, (answer.stdout, answer.stderr)
    return command.returncode, script.returncode


@pytest.fixture
def example() -> dict:
    return json.loads(EXAMPLE.read_text(encoding="utf-8"))


def test_the_example_holds(example):
    command, script = verify(EXAMPLE), recompute(EXAMPLE)
    assert (command.returncode, command.stderr) == (0, "")
    assert "Hearing H-2026-000001-7, 3 categories, 8 numbers" in command.stdout
    assert example["commitment"] in command.stdout and example["listSha256"] in command.stdout
    assert (script.returncode, script.stdout, script.stderr) == (0, "The lot is as published.\n", "")


def put(*path_and_value):
    """A change that puts a value at a place of the file."""
    *path, last, value = path_and_value

    def change(lot):
        for step in path:
            lot = lot[step]
        lot[last] = value

    return change


def swap(category: int, kind: str, one: int, other: int):
    def change(lot):
        numbers = lot["categories"][category][kind]
        numbers[one], numbers[other] = numbers[other], numbers[one]

    return change


CHANGES = {
    "value": put("value", "03 09 14 20 27 32"),
    "spaces": put("value", "03 09 14 20 27  31"),
    "seed": put("seed", "01" * 32),
    "capitals": put("seed", "000102030405060708090A0B0C0D0E0F101112131415161718191a1b1c1d1e1f"),
    "half a seed": put("seed", "00" * 31),
    "commitment": put("commitment", "00" * 32),
    "list hash": put("listSha256", "00" * 32),
    "hearing": put("hearing", "H-2026-000002-5"),
    "format": put("format", "minyi-lot-v2"),
    "state": put("state", "frozen"),
    "a number": put("categories", 2, "numbers", 0, "MY-2026-000121-2"),
    "two numbers swapped": swap(0, "numbers", 0, 1),
    "a number twice": put("categories", 1, "numbers", 1, "MY-2026-000108-5"),
    "nobody applied": put("categories", 2, "numbers", []),
    "two chosen swapped": swap(0, "chosen", 0, 1),
    "two of the reserve swapped": swap(0, "reserve", 1, 2),
    "another chosen": put("categories", 1, "chosen", ["MY-2026-000110-8"]),
    "nobody chosen": put("categories", 2, "chosen", []),
    "one left out of the reserve": put("categories", 0, "reserve", ["MY-2026-000102-8", "MY-2026-000104-4"]),
    "fewer seats": put("categories", 0, "seats", 1),
    "more seats": put("categories", 1, "seats", 2),
    "no seats": put("categories", 2, "seats", 0),
    "seats beyond all": put("categories", 2, "seats", 10**30),
    "code": put("categories", 2, "code", "c04"),
    "a tab in a code": put("categories", 2, "code", "c03\tc"),
    "committed late": put("committedAt", "2026-12-10T16:00:00.000000Z"),
    "frozen early": put("frozenAt", "2026-12-10T15:59:59.999999Z"),
    "frozen late": put("frozenAt", "2026-12-15T13:15:00.000000Z"),
    "value due later": put("valueDueAt", "2026-12-15T13:40:00.000001Z"),
    "value entered early": put("valueEnteredAt", "2026-12-15T13:14:59.999999Z"),
    "drawn early": put("drawnAt", "2026-12-15T13:39:59.999999Z"),
    "a time written in another way": put("committedAt", "2026-12-01 01:00:00.000000Z"),
    "one witness": put("witnesses", ["钟某（县司法局）"]),
    "source renamed after the freeze": put(
        "earlierSources", [{"source": "体彩", "dueAt": "2026-12-12T13:00:00.000000Z", "until": "2026-12-12T14:00:00.000000Z"}]),
    "no categories": put("categories", []),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_single_change_is_found_by_both(name, example, tmp_path):
    whole = copy.deepcopy(example)
    CHANGES[name](example)
    assert example != whole
    assert verdicts(example, tmp_path / "lot.json") == (1, 1)


def draw(chance: random.Random, sizes: list[int]) -> dict:
    """A lot as the format says it, by a third hand."""
    seed, hearing = chance.randbytes(32), f"H-2026-{chance.randrange(10**6):06}-1"
    value = " ".join(f"{number:02}" for number in sorted(chance.sample(range(1, 34), 6)))
    numbers = iter(f"MY-2026-{number:06}-0" for number in sorted(chance.sample(range(10**6), sum(sizes))))
    categories, listed = [], b""
    for ordinal, size in enumerate(sizes, 1):
        code = f"c{ordinal:02}"
        mine = [next(numbers) for _ in range(size)]
        seats = chance.choice([1, 2, 5, max(1, size - 1), max(1, size), min(500, size + 3)])
        message = f"minyi-lot-v1\n{hearing}\n{value}\n{code}\n"
        order = sorted(mine, key=lambda number: hmac.new(seed, (message + number).encode(), hashlib.sha256).digest())
        categories.append(
            {"code": code, "name": "村民", "seats": seats, "numbers": mine, "chosen": order[:seats], "reserve": order[seats:]})
        listed += b"".join(f"{code}\t{number}\n".encode() for number in mine)
    return {
        "format": "minyi-lot-v1", "state": "drawn", "hearing": hearing, "title": "听证会",
        "commitment": hashlib.sha256(seed).hexdigest(), "committedAt": "2026-12-01T01:00:00.000000Z",
        "registrationUntil": "2026-12-10T16:00:00.000000Z", "valueSource": "双色球", "valueDueAt": "2026-12-15T13:15:00.000000Z",
        "frozenAt": "2026-12-11T02:00:00.000000Z", "listSha256": hashlib.sha256(listed).hexdigest(), "value": value,
        "valueEnteredAt": "2026-12-15T13:40:00.000000Z", "drawnAt": "2026-12-15T13:45:00.000000Z", "seed": seed.hex(),
        "witnesses": ["甲", "乙"], "categories": categories,
    }  # fmt: skip


def spoil(lot: dict, chance: random.Random) -> None:
    """Changes one thing that is proven."""
    category = chance.choice([category for category in lot["categories"] if len(category["numbers"]) > 1])
    order = category["chosen"] + category["reserve"]
    kind = chance.randrange(5)
    if kind == 0:  # somebody who came late is put in
        category["numbers"] = sorted([*category["numbers"], "MY-2027-000001-1"])
    elif kind == 1:  # somebody is lost
        category["numbers"].remove(chance.choice(category["numbers"]))
    elif kind == 2:  # two change places
        one, other = chance.sample(range(len(order)), 2)
        order[one], order[other] = order[other], order[one]
        seats = len(category["chosen"])
        category["chosen"], category["reserve"] = order[:seats], order[seats:]
    elif kind == 3:  # another seed
        lot["seed"] = chance.randbytes(32).hex()
    else:  # somebody loses a seat
        category["chosen"], category["reserve"] = order[: len(category["chosen"]) - 1], order[len(category["chosen"]) - 1:]


def test_both_agree_on_random_lots(tmp_path):
    chance = random.Random(20261126)
    lots = []
    for number in range(200):
        lot = draw(chance, [chance.choice([0, 1, 2, 7, 40, chance.randrange(501)]) for _ in range(chance.randint(1, 6))] + [5])
        changed = copy.deepcopy(lot)
        spoil(changed, chance)
        lots += [(lot, tmp_path / f"{number}.json", (0, 0)), (changed, tmp_path / f"{number}-changed.json", (1, 1))]
    # Most of the time goes into starting programs.
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda one: verdicts(one[0], one[1]), lots))
    wrong = [(file.name, verdict) for (_, file, expected), verdict in zip(lots, found) if verdict != expected]
    assert wrong == []


WHOLE = EXAMPLE.read_text(encoding="utf-8")
BROKEN = {
    "nothing": "",
    "no JSON": "%PDF-1.7",
    "cut off": WHOLE[:900],
    "a list": "[]",
    "deep lists": "[" * 200_000,
    "deep objects": '{"categories":' * 200_000,
    "depth within": WHOLE.replace('"听证会"', "[" * 100_000 + "]" * 100_000),
    "no keys": "{}",
    "a number for a text": WHOLE.replace('"c01"', "1"),
    "a text for a list": WHOLE.replace('"categories": [', '"categories": "", "others": ['),
    "null": WHOLE.replace('"value": "03 09 14 20 27 31"', '"value": null'),
    "a long number": WHOLE.replace('"seats": 3', '"seats": ' + "9" * 5_000),
    "infinite seats": WHOLE.replace('"seats": 3', '"seats": 1e400'),
    "a key twice": WHOLE.replace('"seed"', '"seed": "00", "seed"'),
    "half a pair": WHOLE.replace("03 09 14", "\\ud800"),
    "a long value": WHOLE.replace("03 09 14", "03" * 100_000),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_lot_is_refused_in_a_sentence(name, tmp_path):
    assert BROKEN[name] != WHOLE
    file = tmp_path / "lot.json"
    assert verdicts(BROKEN[name], file) == (1, 1)
    answer = verify(file)
    assert len((answer.stdout + answer.stderr).splitlines()) <= 2


def test_files_that_are_none_are_refused_in_a_sentence(tmp_path):
    large = tmp_path / "large.json"
    large.write_bytes(b" " * (4 * 1024 * 1024 + 1))
    binary = tmp_path / "binary.json"
    binary.write_bytes(bytes(range(256)))
    for file, words in [
        (large, "larger than 4 MB"), (binary, "no JSON"), (tmp_path / "none.json", "cannot be read"), (tmp_path, "cannot be read")
    ]:  # fmt: skip
        answer = verify(file)
        assert (answer.returncode, answer.stdout) == (1, "") and words in answer.stderr and len(answer.stderr.splitlines()) == 1


def test_of_a_witnessed_lot_only_its_numbers_are_checked(example, tmp_path):
    for key in ("commitment", "committedAt", "valueSource", "valueDueAt", "value", "valueEnteredAt", "seed"):
        del example[key]
    example |= {"format": "minyi-lot-witnessed-v1", "place": "县政务服务中心"}
    swap(0, "chosen", 0, 1)(example)
    file = tmp_path / "lot.json"
    file.write_text(json.dumps(example), encoding="utf-8")
    answer = verify(file)
    assert answer.returncode == 0 and "nobody can compute more" in answer.stdout
    example["categories"][0]["reserve"].pop()
    file.write_text(json.dumps(example), encoding="utf-8")
    answer = verify(file)
    assert answer.returncode == 1 and answer.stdout == "differs    c01: chosen and reserve are not the list, each number once\n"
