"""Formulas of questionnaires: Chromium gives what the server gives, for thousands of random ones."""

import json
import os
import subprocess

import pytest
from installation import ROOT

SCRIPT = ROOT / "web" / "scripts" / "questionnaire-formulas.js"

VALUES = """cases => cases.filter(one => {
  const found = MinyiFormulas.value(one.formula, one.answers, MinyiFormulas.computed(one.computed, one.answers));
  return JSON.stringify(found) !== JSON.stringify(one.value);
})"""

PAGES = """cases => cases.map(one => {
  const found = MinyiFormulas.follow(one.rules, one.given);
  return {hidden: Object.keys(found.hidden).sort(), kept: found.answers, one};
}).filter(found => JSON.stringify(found.hidden) !== JSON.stringify(found.one.hidden)
  || JSON.stringify(sorted(found.kept)) !== JSON.stringify(sorted(found.one.kept)))"""

SORTED = """function sorted(value) {
  if (Array.isArray(value) || value === null || typeof value !== 'object') { return value; }
  return Object.keys(value).sort().map(function (key) { return [key, sorted(value[key])]; });
}"""


@pytest.fixture(scope="session")
def cases(tmp_path_factory) -> dict:
    """What a test in Swift has written: formulas, answers, and the server's values."""
    file = tmp_path_factory.mktemp("formulas") / "cases.json"
    run = subprocess.run(
        ["swift", "test", "--skip-build", "--filter", "FormulaCases"], cwd=ROOT, capture_output=True, text=True, timeout=120,
        env=os.environ | {"MINYI_FORMULA_CASES": str(file)},
    )
    assert file.exists(), run.stdout + run.stderr
    return json.loads(file.read_text())


@pytest.fixture
def formulas(page):
    page.goto("about:blank")
    page.add_script_tag(path=SCRIPT)
    page.add_script_tag(content=SORTED)
    return page


def test_every_value_agrees(formulas, cases):
    assert len(cases["values"]) >= 2_000
    differing = formulas.evaluate(VALUES, cases["values"])
    assert differing == [], f"{len(differing)} differ, the first: {differing[:1]}"


def test_what_is_hidden_and_kept_agrees(formulas, cases):
    differing = formulas.evaluate(PAGES, cases["pages"])
    assert differing == [], f"{len(differing)} differ, the first: {differing[:1]}"
    assert any(case["given"] != case["kept"] for case in cases["pages"])
