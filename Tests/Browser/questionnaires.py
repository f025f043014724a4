"""Questionnaires for the tests of those who answer them, put into the database as the desk's doors would."""

import json
from pathlib import Path

from database import query


def option(code: str, text: str, **more) -> dict:
    return {"code": code, "text": text, **more}


def question(code: str, text: str, kind, **more) -> dict:
    return {"code": code, "text": text, "kind": kind, **more}


def page(code: str, title: str, *questions: dict, **more) -> dict:
    return {"code": code, "title": title, "groups": [{"code": f"g_{code}", "questions": list(questions)}], **more}


GRADES = [option("good", "满意"), option("fair", "一般"), option("bad", "不满意")]

# Every kind of question on three pages; who is not content is asked more.
EVERYTHING = {
    "title": "政务服务满意度调查",
    "introduction": "请按最近一次办事的情况回答。",
    "pages": [
        page(
            "visit", "办事",
            question("content", "您满意吗？", "yesNo", isRequired=True),
            question("why", "为什么不满意？", {"text": {"isLong": True, "most": 300}}, isRequired=True, condition="content = false"),
            question("ways", "您用过哪些渠道？", {"multiple": {"options": [
                option("window", "窗口"), option("web", "网上"), option("none", "都没有", isExclusive=True)], "most": 2}}),
            question("grades", "请给下面几项打分。", {"matrix": {
                "rows": [option("speed", "速度"), option("manner", "态度")], "columns": GRADES}}, isRequired=True),
        ),
        page(
            "wishes", "建议",
            question("order", "先改什么？", {"ranking": {"options": [
                option("queue", "排队"), option("papers", "材料"), option("parking", "停车")], "most": 2}}),
            question("score", "总的打几分？", {"scale": {"from": 1, "to": 5, "labels": ["很差", "很好"]}}),
            question("times", "跑了几趟？", {"number": {"least": 0, "most": 99, "unit": "趟"}}),
            question("hours", "各窗口等了多久？", {"matrix": {
                "rows": [option("tax", "税务"), option("land", "不动产")],
                "columns": [option("minutes", "分钟")], "cell": {"number": {"least": 0}}}}),
            condition="content = false",
        ),
        page(
            "about", "关于您",
            question("thanks", "下面几题只用来分组统计。", "information"),
            question("town", "您住在哪里？", {"unit": "towns"}),
            question("age", "您的年龄", {"single": {"options": [option("young", "30 岁以下"), option("old", "30 岁以上")], "isDropDown": True}}),
            question("job", "您的职业", {"single": {"options": [option("farm", "务农"), option("shop", "经商")], "other": "其他"}}),
            question("day", "最近一次是哪天？", {"date": {}}),
            question("name", "怎么称呼您？", {"text": {"most": 20}}, hint="不填也可以。"),
        ),
    ],
    "closing": "谢谢您，结果会公布在这里。",
}

POLL = {
    "title": "先修哪一段路？",
    "pages": [page("p", "", question("road", "先修哪一段？", {"single": {
        "options": [option("east", "东段"), option("west", "西段")]}}, isRequired=True))],
}


def ask(data: Path, content: dict, kind: str = "questionnaire", voice: str = "open", procedure: str = "null") -> str:
    """Opens a questionnaire and returns its number."""
    number = query(data, f"""
        with made as (
          insert into questionnaires (number, kind, unit_id, unit_ids, title, purpose, who_may_answer, content, version, voice, opens_at, closes_at,
            contact_phone, procedure_id)
          select '', '{kind}', id, array[id], $j${content["title"]}$j$, '了解办事是否方便。', '在本县办过事的人', $j${json.dumps(content)}$j$, 1, '{voice}',
            minyi_clock() - interval '1 h', minyi_clock() + interval '6 days', '0762-6750000', {procedure} from units order by id limit 1
          returning id, number, content
        ), frozen as (
          insert into questionnaire_versions (questionnaire_id, version, content, opened_at, note) select id, 1, content, minyi_clock(), '' from made
        )
        select number from made""")
    query(data, f"update questionnaires set state = 'open' where number = '{number}'")
    return number
