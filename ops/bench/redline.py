"""Makes the two editions of ops/bench/redline, and checks which rows were taken for which.

    redline.py BINARY FOLDER ROWS
"""

import csv
import gzip
import random
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOWNS = "老隆 义都 佗城 鹤市 黄布 紫市 通衢 登云 丰稔 四都 铁场 龙母 田心 黎咀 黄石 赤光 回龙 新田 车田 岩镇 麻布岗 贝岭 细坳 上坪".split()
PHRASES = ["，并公布结果", "十五个工作日内", "（试行）", "及各镇人民政府", "办公地址、咨询电话", "依法", "每半年更新一次", ""]


def directory(count: int) -> list[list[str]]:
    """The demo's rows, again and again, each time of another town."""
    folder = Path(__file__).resolve().parents[1] / "demo" / "directories"
    rows = [
        row[1:]
        for file in sorted(folder.glob("*.csv")) if file.name != "index.csv"
        for row in list(csv.reader(file.open(encoding="utf-8-sig")))[1:]
    ]
    made = []
    for number in range(count):
        row = list(rows[number % len(rows)])
        town = TOWNS[number // len(rows) % len(TOWNS)]
        row[1], row[5] = f"{row[1]}（{town}镇）", f"{town}镇人民政府"
        made.append(row)
    return made


def revised(old: list[list[str]], chance: random.Random) -> list[tuple[list[int], list[str]]]:
    """Rows of the next edition, each with the positions of those it comes from."""
    new = [([position], list(row)) for position, row in enumerate(old)]
    untouched = chance.sample(range(len(old)), len(old) * 3 // 10)
    kinds = {position: chance.choices("wmspad", (60, 12, 7, 7, 7, 7))[0] for position in untouched}
    result, moved = [], []
    for position, (sources, row) in enumerate(new):
        kind = kinds.get(position)
        if kind == "w":
            for column in chance.sample([1, 2, 3, 4, 5], chance.randint(1, 2)):
                place = chance.randrange(len(row[column]) + 1)
                row[column] = row[column][:place] + chance.choice(PHRASES) + row[column][place + chance.randint(0, 6):]
        if kind == "m":
            moved.append((sources, row))
        elif kind == "s" and len(row[2]) > 20:
            first, second = list(row), list(row)
            first[2], second[2] = row[2][:len(row[2]) // 2], row[2][len(row[2]) // 2:]
            result += [(sources, first), (sources, second)]
        elif kind == "p" and result and result[-1][0] == [position - 1] and position - 1 not in kinds:
            before, merged = result.pop()
            merged = [mine if mine == yours else mine + yours for mine, yours in zip(merged, row)]
            result.append((before + sources, merged))
        elif kind == "a":
            added = list(old[chance.randrange(len(old))])
            added[1] = "".join(chance.sample("新增临时救助公益岗位就业培训养老托育文化体育卫生站点", 8))
            added[2] = "".join(chance.sample("申请条件对象范围标准程序材料时限电话地址结果名单依据政策解读监督渠道", 24))
            result += [([], added), (sources, row)]
        elif kind != "d":
            result.append((sources, row))
    for one in moved:
        result.insert(chance.randrange(len(result) + 1), one)
    return result


def links(count: int, new: list[tuple[list[int], list[str]]]) -> set[str]:
    """As the program prints them."""
    found = {}
    for place, (sources, _) in enumerate(new):
        found.setdefault(tuple(sources) or f"added {place}", []).append(place)
    lines = {f"{','.join(map(str, [] if isinstance(key, str) else key))}|{','.join(map(str, places))}" for key, places in found.items()}
    kept = {source for sources, _ in new for source in sources}
    return lines | {f"{position}|" for position in range(count) if position not in kept}


def main() -> None:
    binary, folder, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    old = directory(count)
    new = revised(old, random.Random(202058))
    for name, rows in (("old", old), ("new", [row for _, row in new])):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    seconds, whole = [], []
    for _ in range(5):
        lines = subprocess.run(
            [binary, "bench", "redline", folder / "old", folder / "new", "--pages", folder], check=True, cwd=ROOT, capture_output=True, text=True,
        ).stdout.split("\n")
        seconds.append(float(lines[0].split()[1]))
        whole.append(float(next(line for line in lines if line.startswith("page changed")).split()[2]))
    truth = links(count, new)
    print(f"{count} rows, then {len(new)}; {lines[1]} in the redline; {len(truth & set(lines))} of {len(truth)} links as they were made")
    for name in ("changed", "all"):
        page = (folder / f"{name}.html").read_bytes()
        print(f"page {name}: {len(page):,} bytes, {len(gzip.compress(page, 6)):,} with gzip")
    print(f"redline and page {statistics.median(whole):.2f} s")
    print(f"ratio redline {statistics.median(seconds):.2f}")


if __name__ == "__main__":
    main()
