"""Writes survey.lss as LimeSurvey 6 exports a survey, and form.xlsx as people write XLSForms. Run here; the files are kept beside it."""

import openpyxl

LANGUAGE = "zh-Hans"


def table(name, rows):
    fields = sorted({field for row in rows for field in row})
    out = f" <{name}>\n  <fields>\n" + "".join(f"   <fieldname>{field}</fieldname>\n" for field in fields) + "  </fields>\n  <rows>\n"
    for row in rows:
        out += "   <row>\n" + "".join(f"    <{field}><![CDATA[{value}]]></{field}>\n" for field, value in row.items()) + "   </row>\n"
    return out + f"  </rows>\n </{name}>\n"


questions, question_words, parts, answers, answer_words, attributes = [], [], [], [], [], []


def question(group, type, title, text, relevance="1", mandatory="N", other="N", rows=(), columns=(), options=(), **settings):
    qid = str(100 + 10 * len(questions))
    questions.append(dict(qid=qid, parent_qid="0", sid="777", gid=str(group), type=type, title=title, preg="", other=other,
                          mandatory=mandatory, encrypted="N", question_order=str(len(questions)), scale_id="0", same_default="0",
                          relevance=relevance, modulename="", same_script="0"))
    question_words.append(dict(id=qid, qid=qid, question=text, help="", script="", language=LANGUAGE))
    question_words.append(dict(id=qid + "9", qid=qid, question="in English", help="", script="", language="en"))
    for scale, list in (("0", rows), ("1", columns)):
        for number, (code, words) in enumerate(list):
            part = f"{qid}{scale}{number:02}"
            parts.append(dict(qid=part, parent_qid=qid, sid="777", gid=str(group), type="T", title=code, preg="", other="N", mandatory="N",
                              question_order=str(number), scale_id=scale, same_default="0", relevance="1"))
            question_words.append(dict(id=part, qid=part, question=words, help="", script="", language=LANGUAGE))
    for number, (code, words) in enumerate(options):
        aid = f"{qid}{number:02}"
        answers.append(dict(aid=aid, qid=qid, code=code, sortorder=str(number), assessment_value="0", scale_id="0"))
        answer_words.append(dict(id=aid, aid=aid, answer=words, language=LANGUAGE))
    for name, value in settings.items():
        attributes.append(dict(qid=qid, attribute=name, value=value, language=""))


YES = (("A1", "很满意"), ("A2", "一般"), ("A3", "不满意"))
ROWS = (("SQ001", "窗口"), ("SQ002", "网上"))
question(1, "L", "Q1", "<p>您对政务服务<b>满意</b>吗？</p><script>alert(1)</script>", mandatory="Y", other="Y", options=YES, random_order="1")
question(1, "!", "Q2", "您住在哪个镇？", options=(("1", "老隆镇"), ("2", "佗城镇")))
question(1, "M", "Q3", "您用过哪些服务？", rows=(("SQ001", "社保"), ("SQ002", "医保"), ("SQ003", "都没有")), other="Y", min_answers="1", max_answers="2",
         exclude_all_others="SQ003")
question(1, "Y", "Q4", "您愿意再来吗？", relevance='((Q1.NAOK == "A1" or Q1.NAOK == "A2"))')
question(1, "S", "Q5", "为什么？", relevance='Q4.NAOK == "N" and Q3_SQ001.NAOK == "Y"', maximum_chars="50")
question(1, "T", "Q6", "您的建议，{Q5.shown}", em_validation_q="strlen(this) > 3", em_validation_q_tip="请多写几个字", cssclass="x")
question(1, "N", "Q7", "您的年龄", min_num_value_n="0", max_num_value_n="120", num_value_int_only="1", suffix="岁")
question(1, "D", "Q8", "哪一天？", date_min="2026-01-01")
question(2, "F", "Q9", "请评价", rows=ROWS, options=YES, relevance="Q7 >= 18 && !is_empty(Q2.NAOK)", array_filter="Q3")
question(2, "A", "Q10", "打分", rows=ROWS)
question(2, "B", "Q11", "打分", rows=ROWS)
question(2, "C", "Q12", "是否", rows=ROWS)
question(2, "E", "Q13", "变化", rows=ROWS)
question(2, "H", "Q14", "按列", rows=ROWS, options=YES)
question(2, ":", "Q15", "次数", rows=ROWS, columns=(("c1", "去年"), ("c2", "今年")), multiflexible_min="0", multiflexible_max="10")
question(2, ":", "Q16", "勾选", rows=ROWS, columns=(("c1", "去年"), ("c2", "今年")), multiflexible_checkbox="1")
question(2, "K", "Q17", "花费", rows=ROWS, array_filter_exclude="Q3")
question(2, "R", "Q18", "排序", options=YES, max_answers="2")
question(2, "5", "Q19", "几分？", relevance="Q9_SQ001 == 'A1'")
question(2, "G", "Q20", "性别")
question(2, "|", "Q21", "照片")
question(2, "X", "Q22", "谢谢<br />再见")
question(2, "*", "Q23", "{Q15_SQ001_c1 + Q15_SQ002_c1}")
question(2, "U", "Q24", "长文", relevance="Q23 > 3")
question(2, "O", "Q25", "带说明", options=YES)
question(2, "P", "Q26", "带说明", rows=ROWS)
question(2, "1", "Q27", "双量表", rows=ROWS, options=YES)
question(2, ";", "Q28", "文字矩阵", rows=ROWS, columns=(("c1", "去年"),))
question(2, "Q", "Q29", "多个短文", rows=ROWS)
question(2, "I", "Q30", "语言")
question(2, "S", "Q31", "正则", relevance='regexMatch("/a/", Q5)', array_filter="Q3")
question(2, "S", "in", "保留字")

document = '<?xml version="1.0" encoding="UTF-8"?>\n<document>\n <LimeSurveyDocType>Survey</LimeSurveyDocType>\n <DBVersion>623</DBVersion>\n'
document += f" <languages>\n  <language>{LANGUAGE}</language>\n  <language>en</language>\n </languages>\n"
document += table("answers", answers) + table("answer_l10ns", answer_words)
document += table("groups", [dict(gid="1", sid="777", group_order="0", randomization_group="", grelevance=""),
                             dict(gid="2", sid="777", group_order="1", randomization_group="r", grelevance='Q4.NAOK == "Y"')])
document += table("group_l10ns", [dict(id="1", gid="1", group_name="关于您", description="", language=LANGUAGE),
                                  dict(id="2", gid="2", group_name="评价", description="<p>请逐项回答</p>", language=LANGUAGE)])
document += table("questions", questions) + table("subquestions", parts) + table("question_l10ns", question_words)
document += table("question_attributes", attributes)
document += table("quota", [dict(id="1", sid="777", name="young", qlimit="100", action="1", active="1", autoload_url="0"),
                            dict(id="2", sid="777", name="odd", qlimit="5", action="1", active="1", autoload_url="0")])
document += table("quota_members", [dict(id="1", sid="777", qid="100", quota_id="1", code="A1"), dict(id="2", sid="777", qid="100", quota_id="1", code="A2"),
                                    dict(id="3", sid="777", qid="130", quota_id="1", code="Y"), dict(id="4", sid="777", qid="150", quota_id="2", code="x")])
document += table("quota_languagesettings", [dict(quotals_id="1", quotals_quota_id="1", quotals_language=LANGUAGE, quotals_name="young", quotals_message="已满")])
document += table("surveys", [dict(sid="777", language=LANGUAGE, additional_languages="en", format="G", active="N")])
document += table("surveys_languagesettings", [
    dict(surveyls_survey_id="777", surveyls_language=LANGUAGE, surveyls_title="政务服务满意度", surveyls_description="", surveyls_welcometext="<p>您好。</p><p>请填写。</p>",
         surveyls_endtext="谢谢 &amp; 再见")])
with open("survey.lss", "w", encoding="utf-8") as file:
    file.write(document + "</document>\n")

book = openpyxl.Workbook()
sheet = book.active
sheet.title = "survey"
for row in [
    ("type", "name", "label::中文 (zh)", "label::English (en)", "hint", "required", "relevant", "constraint", "constraint_message", "calculation", "default", "appearance",
     "parameters", "choice_filter", "repeat_count", "media::image", "bind::odk:length"),
    ("start", "start"),
    ("begin group", "about", "关于您"),
    ("integer", "age", "您的年龄", "Your age", "周岁", "yes", None, ". >= 0 and . <= 120", "0 到 120"),
    ("select_one yn", "adult", "您已成年？"),
    ("select_one towns", "town", "您住在哪里？", None, None, None, "${age} >= 18", None, None, None, "laolong", "minimal"),
    ("select_multiple uses or_other", "uses", "用过哪些？", None, None, None, "not(${town} = 'other-town')", "not(selected(., 'none') and count-selected(.) > 1)", "不能同选", None, None,
     None, "randomize=true"),
    ("begin group", "why", "原因", None, None, None, "selected(${uses}, 'web')"),
    ("text", "reason", "为什么 ${age}？", None, None, None, None, "string-length(.) > 3 and regex(., 'x')"),
    ("end group",),
    ("note", "thanks", "还有几题") + (None,) * 12 + ("map.png", "9"),
    ("end group",),
    ("begin group", "rates", "请评价", None, None, None, "${reason} != ''", None, None, None, None, "table-list"),
    ("select_one rate", "rates_desk", "窗口", None, None, "yes"),
    ("select_one rate", "rates_web", "网上", None, None, "yes"),
    ("end group",),
    ("calculate", "twice", None, None, None, None, None, None, None, "${age} * 2 + if(${adult} = 'true', 1, 0)"),
    ("calculate", "now", None, None, None, None, None, None, None, "today()"),
    ("begin repeat", "member", "家庭成员", None, None, None, None, None, None, None, None, None, None, None, "3"),
    ("decimal", "income", "收入", None, None, None, "${twice} > 40 or ${rates_desk} = '1'"),
    ("end repeat",),
    ("range", "stars", "几颗星？", None, None, None, None, None, None, None, None, "rating", "start=1 end=5 step=1"),
    ("rank uses", "order", "排序"),
    ("date", "day", "哪一天？"),
    ("geopoint", "place", "在哪里？"),
    ("image", "photo", "照片"),
    ("text", "long", "建议", None, None, None, None, None, None, None, None, "multiline"),
]:
    sheet.append(row)
choices = book.create_sheet("choices")
for row in [
    ("list_name", "name", "label::中文 (zh)", "label::English (en)"),
    ("yn", "true", "是"), ("yn", "false", "否"), ("towns", "laolong", "老隆镇"), ("towns", "other-town", "其他镇"),
    ("uses", "web", "网上"), ("uses", "desk", "窗口"), ("uses", "none", "都没有"), ("rate", 1, "好"), ("rate", 2, "差"),
]:
    choices.append(row)
settings = book.create_sheet("settings")
settings.append(("form_title", "form_id"))
settings.append(("办事体验", "visit"))
book.save("form.xlsx")
