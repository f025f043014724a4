"""One organiser at the workbench, over HTTP. Part of ops/bench/workbench:

    workbench.py URL CONSULTATION PASSWORD-FILE TIMES

Prints a line an action: its name, and how many milliseconds 50 and 95 of 100 took.
"""

import http.cookiejar
import re
import statistics
import sys
import time
import urllib.parse
import urllib.request
import uuid

url, consultation, password_file, times = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
jar = http.cookiejar.CookieJar()
opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
opener.addheaders = [("Accept-Language", "zh-CN"), ("X-Forwarded-For", "10.0.0.1")]
took: dict[str, list[float]] = {}


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


sender = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar), Stay)
sender.addheaders = opener.addheaders


def get(path: str, name: str | None = None) -> str:
    began = time.perf_counter()
    with opener.open(url + path) as answer:
        page = answer.read().decode()
    if name:
        took.setdefault(name, []).append((time.perf_counter() - began) * 1000)
    return page


def post(path: str, fields: list[tuple[str, str]], name: str | None = None) -> str:
    began = time.perf_counter()
    try:
        sender.open(url + path, urllib.parse.urlencode(fields).encode())
        raise SystemExit(f"{path}: came back with a mistake")
    except urllib.error.HTTPError as answer:
        if answer.code != 303:
            raise SystemExit(f"{path}: {answer.code}") from answer
        address = answer.headers["Location"]
        answer.read()
    if name:
        took.setdefault(name, []).append((time.perf_counter() - began) * 1000)
    return address


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page).group(1)


page = get("/desk/sign-in")
password = open(password_file).read().strip()
post("/desk/sign-in", [("csrf", hidden(page, "csrf")), ("name", "zuzhi"), ("password", password)])
bench = f"/desk/procedures/{consultation}/workbench"
answer = [("outcome", "explained"), ("transferred_to", ""), ("invalid_code", ""), ("effect", ""), ("effect_on", "")]


def ids(page: str) -> list[str]:
    return re.findall(r'name="opinions" value="([0-9.]+)"', page)


def lines(page: str) -> list[str]:
    return [line.replace("&amp;", "&") for line in re.findall(r'href="(/desk/opinions/[^"]+)" data-line', page)]


for turn in range(-5, times):
    say = (lambda name: name) if turn >= 0 else (lambda name: None)
    # Forms are limited by where they come from: each turn comes from another place.
    opener.addheaders[1] = ("X-Forwarded-For", f"10.{turn % 250}.0.1")
    first = get(bench, say("list"))
    onwards = re.search(r'rel="next" href="([^"]+)"', first)
    if onwards:
        get(onwards.group(1).replace("&amp;", "&"), say("list-next"))
    get(f"{bench}?view=open&row={turn % 100 + 1}", say("filter-row"))
    get(f"{bench}?view=open&row=whole", say("filter-whole"))
    get(f"{bench}?view=all&channel=letter", say("filter-channel"))
    get(f"{bench}?view=open&channel=phone", say("filter-nothing"))
    get(f"{bench}?view=adopted", say("filter-adopted"))
    get(f"{bench}?view=all&ending=transferred", say("filter-ending"))
    get(f"{bench}?view=all&sender=organisation", say("filter-sender"))
    get(f"{bench}?view=views", say("filter-views"))
    get(f"{bench}?view=all&unit=1", say("filter-unit"))
    groups = get(f"{bench}?view=groups", say("filter-groups"))
    token = hidden(first, "csrf")

    address = lines(first)[turn % len(lines(first))]
    one = get(address, say("open"))
    path, query = address.split("?")
    batch = str(uuid.uuid4())
    post(f"{path}/answer?{query}", [("csrf", token), ("version", hidden(one, "version")), ("batch", batch),
                                    ("scope", "one"), ("reason", f"答复 {turn}"), ("then", "stay"), *answer], say("answer-one"))
    post(f"{bench}/undo?view=open", [("csrf", token), ("batch", batch)], say("undo-one"))

    address = lines(groups)[turn % len(lines(groups))]
    one = get(address)
    path, query = address.split("?")
    batch = str(uuid.uuid4())
    post(f"{path}/answer?{query}", [("csrf", token), ("version", hidden(one, "version")), ("batch", batch), ("scope", "group"),
                                    ("group", hidden(one, "group")), ("group_version", hidden(one, "group_version")),
                                    ("reason", f"一并答复 {turn}"), ("then", "stay"), *answer], say("answer-group"))
    post(f"{bench}/undo?view=open", [("csrf", token), ("batch", batch)], say("undo-group"))

    many = ids(get(bench))
    page = re.search(r'rel="next" href="([^"]+)"', get(bench))
    many = (many + ids(get(page.group(1).replace("&amp;", "&"))) if page else many)[:100]
    batch = str(uuid.uuid4())
    post(bench, [("csrf", token), ("batch", batch), ("action", "answer"), ("reason", f"统一答复 {turn}"), *answer,
                 *(("opinions", read) for read in many)], say("answer-100"))
    post(f"{bench}/undo?view=open", [("csrf", token), ("batch", batch)], say("undo-100"))

for name, values in took.items():
    cuts = statistics.quantiles(values, n=20, method="inclusive")
    print(f"{name} p50 {cuts[9]:.1f} p95 {cuts[18]:.1f}")
