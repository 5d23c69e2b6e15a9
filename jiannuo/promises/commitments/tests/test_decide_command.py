"""``jiannuo decide``: from files alone, without any database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from jiannuo.promises.commitments.tests.promise_cases import pack_files
from jiannuo.rules import Decision

CASE = """\
product: machinery/scale
division: "310115"
request_kind: repair
dates: {requested: 2026-03-02T09:00+08:00, accepted: 2024-08-31, commissioned: 2024-08-15}
"""


@pytest.fixture
def case(tmp_path):
    file = tmp_path / "facts.yaml"
    file.write_text(CASE, encoding="utf-8")
    return file


def said(case, *arguments: str, pack: str = "P30") -> str:
    out = StringIO()
    call_command("decide", "--pack", str(pack_files()[pack]), "--facts", str(case), *arguments, stdout=out)
    return out.getvalue()


def test_it_says_what_is_covered_owed_and_asked_and_why(case):
    lines = [line.strip() for line in said(case, "--lang", "en").splitlines()]
    assert "秤体与钢结构  parts  covered  until 2027-08-31  manufacturer" in [
        line.replace("称体", "body") for line in lines
    ]
    assert any(line.startswith("2026-03-03 09:00  arrival on site") for line in lines)
    assert any(line.startswith("inspection  next 2026-08-16 00:00") for line in lines)
    assert "Why" in lines
    assert "What does not count, and why" in lines


def test_it_answers_in_json_that_the_rules_read_back(case):
    decision = Decision.from_json(json.loads(said(case, "--json")))
    assert decision.obligation("arrival").due_at.isoformat() == "2026-03-03T01:00:00+00:00"
    later = Decision.from_json(json.loads(said(case, "--json", "--at", "2026-03-05T09:00")))
    assert later.decided_at.isoformat() == "2026-03-05T01:00:00+00:00"


def test_it_fills_blanks_and_switches_on_what_is_to_be_verified(tmp_path):
    facts = tmp_path / "facts.json"
    facts.write_text(
        json.dumps(
            {
                "product": "machinery/equipment",
                "dates": {"requested": "2026-03-02T09:00+08:00", "accepted": "2025-06-01"},
            }
        ),
        encoding="utf-8",
    )
    without = Decision.from_json(json.loads(said(facts, "--json", pack="P12")))
    assert without.cover("parts") is None
    filled = said(facts, "--json", "--set", "warranty_months=12", pack="P12")
    assert Decision.from_json(json.loads(filled)).cover("parts").in_warranty


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("product:", "produkt:", "unknown key 'produkt': did you mean 'product'?"),
        ("requested:", "request:", "facts.dates: unknown key 'request': did you mean 'requested'?"),
        ("T09:00+08:00", "T09:00", "no time zone: write it as 2026-03-02T09:00"),
        (
            "accepted: 2024-08-31",
            "produced: 2024-09-01",
            "facts.dates.commissioned: 2024-08-15 lies before produced (2024-09-01): correct one",
        ),
        ("accepted: 2024-08-31", "accepted: soon", "cannot read 'soon' as date"),
        ("dates: {", "dates: {{", "facts.yaml"),
        ("dates: {", "dates: [", "facts.yaml"),
    ],
)
def test_facts_that_cannot_be_are_refused_with_place_and_mend(case, old, new, message):
    case.write_text(CASE.replace(old, new), encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        said(case)
    assert message in str(caught.value)
    assert str(case) in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--set", "nothing=1"), "'nothing'"),
        (("--set", "nothing"), "NAME=VALUE"),
        (("--confirm", "nobody"), "'nobody'"),
        (("--at", "noon"), "noon"),
    ],
)
def test_arguments_that_fit_no_pack_are_refused(case, arguments, message):
    with pytest.raises(CommandError, match=message):
        said(case, *arguments)


def test_files_that_are_missing_or_wrong_are_named(case, tmp_path):
    with pytest.raises(CommandError, match="nowhere"):
        said(tmp_path / "nowhere.yaml")
    bad = tmp_path / "bad.yaml"
    for text, message in (("code: X\n", "'name' is missing"), (None, "bad.yaml")):
        bad.write_text(text, encoding="utf-8") if text else bad.unlink()
        with pytest.raises(CommandError, match=message):
            call_command("decide", "--pack", str(bad), "--facts", str(case))


def test_it_needs_no_database(case):
    """The program itself, with a database that cannot be reached."""
    environment = {**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    ran = subprocess.run(
        [sys.executable, "-m", "jiannuo", "decide", "--pack", pack_files()["P30"], "--facts", case, "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["obligations"]
