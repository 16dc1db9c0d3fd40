"""The alerts: every threshold has a case on either side, every alert a runbook entry, every metric exists."""

import re
import subprocess
from copy import deepcopy

import pytest
import yaml

from newswire.metrics.families import FAMILIES
from support.alerts import CASES, RULES, alerts, rules
from support.tool import tool

ROOT = RULES.parents[2]
RUNBOOK = ROOT / "docs" / "runbook.md"
SUFFIXES = {"histogram": ("_bucket", "_count", "_sum")}
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
NUMBER = re.compile(r'(?<![\w.":])\d+(?:\.\d+)?(?![\w."])')
LIMIT = re.compile(r'(?<=le=")300\.0(?=")')
WINDOW = re.compile(r"(?<=\[)\d+[smhd](?=\])")
METRIC = re.compile(r"newswire_\w+")
RECORDED = re.compile(r"newswire:\w+(?::\w+)?")
WORD = re.compile(r"newswire[\w:]+|Newswire\w+")
ASKED = re.compile(r"Unit Testing: +(\S+)")
PASSED = re.compile(r"Unit Testing: +(\S+)\s+SUCCESS")


@pytest.fixture(scope="module")
def promtool():
    return tool("promtool", "go install github.com/prometheus/prometheus/cmd/promtool@latest")


def scaled(text, factor):
    """A number or a duration, changed by a factor; a zero becomes a one, above or below it."""
    if text[-1] in UNITS:
        return f"{round(int(text[:-1]) * UNITS[text[-1]] * factor)}s"
    return f"{float(text) * factor:g}" if float(text) else str(1 if factor > 1 else -1)


def mutations(rule):
    """The rule with one of its thresholds, windows or waits changed: each of them, up and down."""
    for factor in (1.25, 0.8):
        for pattern in (NUMBER, LIMIT, WINDOW):
            for found in pattern.finditer(rule.raw["expr"]):
                changed = deepcopy(rule.raw)
                start, end = found.span()
                changed["expr"] = f"{rule.raw['expr'][:start]}{scaled(found[0], factor)}{rule.raw['expr'][end:]}"
                yield changed
        if "for" in rule.raw:
            yield {**deepcopy(rule.raw), "for": scaled(rule.raw["for"], factor)}


def cases_of(name, folder):
    """The cases that ask for one rule, as test files of their own, for a file rule.yaml beside them."""
    for path in CASES:
        whole = yaml.safe_load(path.read_text())
        asking = []
        for case in whole["tests"]:
            questions = [question for question in case["promql_expr_test"] if name in WORD.findall(question["expr"])]
            asking += [{**case, "promql_expr_test": questions}] if questions else []
        if asking:
            file = folder / path.name
            file.write_text(yaml.safe_dump({**whole, "rule_files": ["rule.yaml"], "tests": asking}))
            yield file


def verdicts(promtool, folder, name, variants):
    """For each variant of a rule, whether all of its cases pass."""
    files = []
    for number, raw in enumerate(variants):
        place = folder / str(number)
        place.mkdir()
        (place / "rule.yaml").write_text(yaml.safe_dump({"groups": [{"name": "one", "rules": [raw]}]}))
        files.append(list(cases_of(name, place)))
    assert all(files), f"no case asks for {name}"
    done = subprocess.run(
        [promtool, "test", "rules", *(str(file) for some in files for file in some)], capture_output=True, text=True
    )
    # The names and the successes are on stdout, in order; each failure is on stderr.
    passed = dict.fromkeys(ASKED.findall(done.stdout), False) | dict.fromkeys(PASSED.findall(done.stdout), True)
    assert len(passed) == sum(map(len, files)) == sum(passed.values()) + done.stderr.count("FAILED:"), done.stderr[
        :2000
    ]
    return [all(passed[str(file)] for file in some) for some in files], done


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_a_rule_passes_its_cases_and_no_change_of_a_threshold_does(promtool, tmp_path, rule):
    changed = list(mutations(rule))
    (passed, *slipped), done = verdicts(promtool, tmp_path, rule.name, [rule.raw, *changed])
    assert passed, done.stderr[:2000]
    assert [raw for raw, through in zip(changed, slipped, strict=True) if through] == []


def test_every_alert_has_a_severity_a_summary_and_its_own_entry_in_the_runbook():
    headings = re.findall(r"^### (Newswire\w+)$", RUNBOOK.read_text(), re.MULTILINE)
    assert headings == [alert.name for alert in alerts()], "in the order of the rules, one entry for each alert"
    for alert in alerts():
        assert alert.raw["labels"]["severity"] in {"page", "ticket"}
        assert alert.raw["annotations"]["summary"].endswith(".")
        assert alert.raw["annotations"]["runbook"] == f"docs/runbook.md#{alert.name.lower()}"


def test_every_series_that_a_rule_reads_is_exposed_or_recorded_under_that_name():
    exposed = {row.name + suffix for row in FAMILIES for suffix in SUFFIXES.get(row.kind, ("",))}
    recorded = {rule.name for rule in rules() if not rule.is_alert}
    for rule in rules():
        assert set(METRIC.findall(rule.raw["expr"])) <= exposed, rule.name
        assert set(RECORDED.findall(rule.raw["expr"])) <= recorded, rule.name


def test_a_label_that_a_rule_asks_for_is_one_of_its_metric():
    labels = {row.name: {*row.labels, "le"} for row in FAMILIES}
    labels |= {name + suffix: found for name, found in labels.items() for suffix in SUFFIXES["histogram"]}
    for rule in rules():
        for metric, asked in re.findall(r"(newswire_\w+)\{([^}]*)\}", rule.raw["expr"]):
            assert set(re.findall(r"(\w+)(?:=|!)", asked)) <= labels[metric], rule.name


def test_the_limit_of_the_promise_is_a_bucket_of_its_histogram():
    (delay,) = (row for row in FAMILIES if row.name == "newswire_publication_delay_seconds")
    child = delay.metric.labels("first")
    assert 300.0 in child._upper_bounds


def test_every_alert_that_a_document_names_is_one():
    named = set()
    for path in (ROOT / "docs").glob("*.md"):
        named |= set(re.findall(r"\bNewswire[A-Z]\w+", path.read_text()))
    assert named == {alert.name for alert in alerts()}
