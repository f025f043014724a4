"""`minyi import questionnaire FILE --dry-run`: what a file holds, and what of it cannot be carried over."""

import json
import subprocess

from installation import MINYI, ROOT

FIXTURES = ROOT / "Tests" / "QuestionnairesTests" / "Fixtures"


def look_through(file, *options: str) -> subprocess.CompletedProcess:
    return subprocess.run([MINYI, "import", "questionnaire", str(file), *options], capture_output=True, text=True, timeout=60)


def test_what_cannot_be_carried_over_is_listed():
    answer = look_through(FIXTURES / "survey.lss", "--dry-run")
    assert answer.returncode == 3 and answer.stderr == ""
    lines = answer.stdout.splitlines()
    assert lines[:2] == ["政务服务满意度 (limeSurvey)", "2 pages, 31 questions:"]
    assert "  question  Q28  ; array (texts)" in lines and "  language    en" in lines
    report = json.loads(look_through(FIXTURES / "form.xlsx", "--dry-run", "--json").stdout)
    assert report["questions"]["single"] == 1 and report["computed"] == 1 and report["faults"] == []
    assert {"what": "question", "place": "survey 25", "detail": "geopoint place"} in report["unsupported"]


def test_a_whole_one_is_taken_whole(tmp_path):
    file = tmp_path / "short.yaml"
    file.write_text("title: 您满意吗\nclosing: 谢谢\npages:\n- code: p\n  groups:\n  - code: g\n    questions:\n    - {code: q, text: 满意吗, kind: yesNo}\n")
    answer = look_through(file, "--dry-run")
    assert (answer.returncode, answer.stderr) == (0, "") and "Everything can be carried over." in answer.stdout


def test_an_attack_is_refused(tmp_path):
    file = tmp_path / "bomb.lss"
    file.write_text('<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><document>&b;</document>')
    answer = look_through(file, "--dry-run")
    assert (answer.returncode, answer.stdout) == (2, "") and "document type definition" in answer.stderr


def test_who_makes_it_and_for_whom_is_asked():
    answer = look_through(FIXTURES / "survey.lss")
    assert answer.returncode not in (0, 2, 3) and "--unit" in answer.stderr and "--dry-run" in answer.stderr
