"""`minyi import questionnaire FILE --dry-run`: what a file holds, and what of it cannot be carried over."""

import json
import os
import subprocess

from installation import MINYI, ROOT

FIXTURES = ROOT / "Tests" / "QuestionnairesTests" / "Fixtures"


def look_through(file, *options: str, locale: str = "C.UTF-8") -> subprocess.CompletedProcess:
    environment = os.environ | {"LC_ALL": locale}
    return subprocess.run(
        [MINYI, "import", "questionnaire", str(file), *options], capture_output=True, text=True, timeout=60, env=environment)


def test_what_cannot_be_carried_over_is_listed():
    answer = look_through(FIXTURES / "survey.lss", "--dry-run")
    assert answer.returncode == 3 and answer.stderr == ""
    lines = answer.stdout.splitlines()
    assert lines[0] == "政务服务满意度 (limeSurvey)" and lines[1].startswith("Read: questions ") and ", pages 2, " in lines[1]
    assert "  Q30: A kind of question that is not supported, left out: I language switch" in lines
    assert "  The whole file: Words in another language, left out: en" in lines
    chinese = look_through(FIXTURES / "survey.lss", "--dry-run", locale="zh_CN.UTF-8").stdout.splitlines()
    assert "  Q30：不支持的题型，没有带过来：I language switch" in chinese
    assert any(line.endswith(" 处带不过来") for line in chinese)
    report = json.loads(look_through(FIXTURES / "form.xlsx", "--dry-run", "--json").stdout)
    assert report["questions"]["single"] == 1 and report["computed"] == 1 and report["faults"] == []
    sentence = "survey 25: A kind of question that is not supported, left out: geopoint place"
    assert {"what": "question", "place": "survey 25", "detail": "geopoint place", "sentence": sentence} in report["unsupported"]


def test_what_is_to_be_mended_is_said_with_its_place(tmp_path):
    file = tmp_path / "later.yaml"
    questions = "    - {code: a, text: 满意吗, kind: yesNo, condition: b}\n    - {code: b, text: 去过吗, kind: yesNo}\n"
    file.write_text("title: 您满意吗\nclosing: 谢谢\npages:\n- code: p\n  groups:\n  - code: g\n    questions:\n" + questions)
    answer = look_through(file, "--dry-run")
    assert answer.returncode == 0 and "  Page 1 · Question 1 · a: The condition names “b”, which is asked later." in answer.stdout
    [fault] = json.loads(look_through(file, "--dry-run", "--json", locale="zh_CN.UTF-8").stdout)["faults"]
    assert (fault["code"], fault["place"], fault["names"]) == ("check-later", "p › g › a", {"name": "b"})
    assert fault["sentence"] == "第 1 页 · 第 1 题 · a：条件里的“b”在后面才问到。"


def test_a_whole_one_is_taken_whole(tmp_path):
    file = tmp_path / "short.yaml"
    file.write_text("title: 您满意吗\nclosing: 谢谢\npages:\n- code: p\n  groups:\n  - code: g\n    questions:\n    - {code: q, text: 满意吗, kind: yesNo}\n")
    answer = look_through(file, "--dry-run")
    assert (answer.returncode, answer.stderr) == (0, "") and "Everything in the file was carried over." in answer.stdout


def test_an_attack_is_refused(tmp_path):
    file = tmp_path / "bomb.lss"
    file.write_text('<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><document>&b;</document>')
    answer = look_through(file, "--dry-run")
    assert (answer.returncode, answer.stdout) == (2, "") and "document type definition" in answer.stderr
    refused = look_through(file, "--dry-run", "--json", locale="zh_CN.UTF-8")
    assert refused.returncode == 2 and "文档类型定义" in json.loads(refused.stdout)["refused"] and "什么也没有带过来" in refused.stderr


def test_who_makes_it_and_for_whom_is_asked():
    answer = look_through(FIXTURES / "survey.lss")
    assert answer.returncode not in (0, 2, 3) and "--unit" in answer.stderr and "--dry-run" in answer.stderr
