"""`minyi deadline`: a date counted on the command line, without a database."""

import subprocess

import pytest
from installation import MINYI


def deadline(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([MINYI, "deadline", *arguments], capture_output=True, text=True, timeout=30)


@pytest.mark.parametrize(
    "start, days, end",
    [
        ("2026-02-09", 5, "2026-02-14"), ("2026-02-09", 7, "2026-02-25"), ("2026-02-09", 15, "2026-03-06"), ("2026-02-09", 20, "2026-03-13"),
        ("2026-09-24", 5, "2026-10-09"), ("2026-09-24", 20, "2026-10-29"), ("2025-01-20", 5, "2025-01-26"), ("2020-01-22", 20, "2020-02-27"),
    ],
)
def test_prints_the_last_day(start, days, end):
    answer = deadline("--from", start, "--working-days", str(days))
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, f"{end}\n", "")


def test_explains_every_day():
    lines = deadline("--from", "2026-02-09", "--working-days", "5", "--explain").stdout.splitlines()
    assert lines[0] == "2026-02-14" and len(lines) == 7
    assert lines[1].endswith("day of the event, not counted") and lines[-1].endswith("5  make-up working day (春节)")


def test_says_when_the_calendar_ends(tmp_path):
    answer = deadline("--from", "2026-12-30", "--working-days", "5")
    assert answer.stdout == "2027-01-06\n" and "provisional" in answer.stderr
    file = tmp_path / "2027.csv"
    year = "01-01,holiday,元旦 02-10,holiday,春节 04-05,holiday,清明节 05-01,holiday,劳动节 06-15,holiday,端午节 10-01,holiday,国庆节"
    file.write_text("date,kind,name\n" + "".join(f"{y}-{day}\n" for y in (2026, 2027) for day in year.split()))
    answer = deadline("--from", "2026-12-30", "--working-days", "5", "--calendar", str(file))
    assert (answer.stdout, answer.stderr) == ("2027-01-07\n", "")


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--from", "2026-02-30", "--working-days", "5"], "is no day"),
        (["--from", "2026-02-09"], "either --working-days or --calendar-days"),
        (["--from", "2026-02-09", "--working-days", "5", "--calendar-days", "5"], "either --working-days or --calendar-days"),
        (["--from", "2026-02-09", "--calendar-days", "4000"], "At most 3650 days"),
        (["--from", "2026-02-09", "--working-days", "5", "--calendar", "/nowhere.csv"], "cannot be read"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(arguments, words):
    answer = deadline(*arguments)
    assert answer.returncode != 0 and answer.stdout == "" and words in answer.stderr
