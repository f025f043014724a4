"""Recomputes the lot of a hearing from its published file: python3 verify_lot.py FILE. Needs nothing but Python 3."""

import hashlib
import hmac
import json
import re
import sys

NAME, HASH, TIME = "[!-~]{1,40}", "[0-9a-f]{64}", "[0-9]{4}(-[0-9]{2}){2}T([0-9]{2}:){2}[0-9]{2}[.][0-9]{6}Z"
VALUE = r"(?=.{1,200}\Z)[^\x00-\x20\x7f]+( [^\x00-\x20\x7f]+)*"
faults = []


def require(holds: bool, fault: str) -> None:
    if not holds:
        faults.append(fault)


def without_twins(members: list) -> dict:
    require(len(dict(members)) == len(members), "a key stands there twice, and who reads it may take either")
    return dict(members)


def check(lot: dict) -> None:
    require(lot["format"] == "minyi-lot-v1" and lot["state"] == "drawn", "no lot that has been drawn and can be recomputed")
    begun, closed, frozen, due, entered, drawn = times = [
        lot[key] for key in ("committedAt", "registrationUntil", "frozenAt", "valueDueAt", "valueEnteredAt", "drawnAt")]
    renamed = [source["until"] for source in lot.get("earlierSources", [])]
    codes = [category["code"] for category in lot["categories"]]
    numbers = [number for category in lot["categories"] for number in category["numbers"]]
    # Without these forms a text could be read in two ways: a tab within a number looks like the end of a code.
    forms = {NAME: [lot["hearing"], *codes, *numbers], HASH: [lot["seed"]], TIME: times + renamed, VALUE: [lot["value"]]}
    if not all(re.fullmatch(form, text) for form, texts in forms.items() for text in texts):
        raise ValueError
    seed = bytes.fromhex(lot["seed"])
    require(hashlib.sha256(seed).hexdigest() == lot["commitment"], "the seed is not the one committed to")
    require(begun < closed <= frozen < due <= entered <= drawn and all(begun < time <= frozen for time in renamed),
            "the steps were not taken in their order")
    require(len(lot["witnesses"]) >= 2, "fewer than two witnesses")
    require(codes and codes == sorted(set(codes)), "the categories are not in order")
    require(len(numbers) == len(set(numbers)), "a number stands there twice")
    lines = [f"{category['code']}\t{number}\n" for category in lot["categories"] for number in category["numbers"]]
    require(hashlib.sha256("".join(lines).encode()).hexdigest() == lot["listSha256"], "the list is not the one that was frozen")
    for category in lot["categories"]:
        code, seats = category["code"], category["seats"]
        require(category["numbers"] == sorted(category["numbers"]), f"{code}: the list is not in order")
        head = "\n".join(["minyi-lot-v1", lot["hearing"], lot["value"], code, ""])
        order = sorted(category["numbers"], key=lambda number: (hmac.digest(seed, (head + number).encode(), "sha256"), number))
        require(order == category["chosen"] + category["reserve"], f"{code}: drawn in another order")
        require(type(seats) is int and 1 <= seats <= 500 and len(category["chosen"]) == min(seats, len(order)), f"{code}: not as many chosen as there are seats")


try:
    with open(sys.argv[1], encoding="utf-8") as file:
        check(json.load(file, object_pairs_hook=without_twins))
except (OSError, LookupError, TypeError, ValueError, AttributeError, RecursionError):
    faults.append("this is no file of a lot that has been drawn, or it is damaged")
print("\n".join(faults) or "The lot is as published.")
sys.exit(1 if faults else 0)
