from __future__ import annotations

import re
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command

from jiannuo.promises.commitments import engine
from jiannuo.promises.commitments.facts import facts_for
from jiannuo.promises.commitments.models import Commitment, CommitmentVersion
from jiannuo.promises.commitments.packs import PackErrors
from jiannuo.promises.commitments.reading import Reader, reason_texts
from jiannuo.promises.commitments.services import decide, load_content, load_pack, withdraw
from jiannuo.rules import Decision
from jiannuo.testing import factories

from .samples import content, load, time_clause

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
PACK = """\
code: X1
name: 空调售后服务承诺
calendars:
  office:
    weekly: {mon: ["09:00-18:00"], tue: ["09:00-18:00"], wed: ["09:00-18:00"]}
clauses:
  - id: arrive
    kind: time
    text: 两个工作小时内到场
    source: {document: 承诺书, article: 第三条}
    metric: arrival
    limit: {amount: 2, unit: working_hours}
    calendar: office
  - id: answer
    kind: time
    text: 尽快答复
    source: {document: 承诺书}
    metric: answer
    limit: {amount: 1, unit: hours}
    verify: true
"""


@pytest.fixture
def office():
    return factories.organization()


@pytest.fixture
def manager(office):
    return factories.person("general_manager", at=office)


def test_the_content_of_a_pack_becomes_a_version_in_force(office, manager):
    version = load_content(content(), by=manager)

    assert (version.number, version.state, version.published_by) == (1, "published", manager)
    assert version.commitment.name == "售后服务承诺书"
    assert load_content(content(), by=manager) == version
    changed = load_content(content(name="新的承诺书"), by=manager)
    assert changed.number == 2
    assert changed.commitment.name == "新的承诺书"


def test_a_pack_is_read_from_its_text_with_its_calendar(office):
    load_pack(PACK, by=None)

    decision = decide(facts_for(), datetime(2026, 11, 23, 9, 30, tzinfo=UTC), office)  # Monday 17:30 in China

    assert decision.obligation("arrival").due_at == datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
    assert decision.obligation("answer") is None  # to be verified


def test_a_figure_confirmed_by_a_person_is_promised(office):
    load_pack(PACK, by=None, confirmed=["answer"])
    assert decide(facts_for(), NOON, office).obligation("answer") is not None


def test_a_wrong_pack_is_refused_with_line_and_mend():
    with pytest.raises(PackErrors) as refused:
        load_pack(PACK.replace("calendar: office", "calendar: ofice"), by=None)
    assert ":8:" in str(refused.value) or "did you mean" in str(refused.value).lower()
    assert not Commitment.objects.exists()


def test_content_that_the_rules_do_not_accept_is_refused():
    with pytest.raises(ValidationError, match="-1"):
        load_content(content(clauses=[time_clause("arrival", "-1")]), by=None)


def test_only_managers_publish(office):
    agent = factories.person("service_agent", at=office)
    with pytest.raises(PermissionDenied):
        load_content(content(), by=agent)


def test_a_published_version_never_changes(office):
    version = load()
    version.content = {**version.content, "name": "别的"}
    with pytest.raises(ValidationError, match="T01"):
        version.save()
    version.refresh_from_db()
    assert version.content["name"] == "售后服务承诺书"


def test_the_version_in_force_at_the_start_event_decides(office):
    old = content(valid_to="2026-06-30", clauses=[time_clause("arrival", "8")])
    new = content(valid_from="2026-07-01", clauses=[time_clause("arrival", "2")])
    load_content(old, by=None)
    load_content(new, by=None)

    before = decide(facts_for(), datetime(2026, 6, 30, 4, 0, tzinfo=UTC), office)
    after = decide(facts_for(), datetime(2026, 7, 1, 4, 0, tzinfo=UTC), office)

    assert before.obligation("arrival").limit.amount == 8
    assert before.obligation("arrival").version == 1
    assert after.obligation("arrival").limit.amount == 2
    assert after.obligation("arrival").version == 2


def test_a_version_withdrawn_promises_nothing_new(office, manager):
    version = load()
    withdraw(version, by=manager)
    assert decide(facts_for(), NOON, office).obligations == ()


def test_a_dealers_commitment_binds_the_dealer_and_those_below(office):
    dealer = factories.organization(office, kind="dealer")
    station = factories.organization(dealer, kind="station")
    load_content(content(), by=None, organization=dealer)

    assert decide(facts_for(), NOON, station).obligation("arrival")
    assert decide(facts_for(), NOON, office).obligation("arrival") is None
    assert decide(facts_for(), NOON, factories.organization(office)).obligation("arrival") is None


def test_facts_come_from_the_file_of_the_unit(office):
    dealer = factories.organization(office, code="D1", kind="dealer")
    model = factories.product_model(meter_unit="hours")
    customer = factories.customer(office, grade="key")
    unit = factories.unit(office, of=customer, model=model, dealer=dealer)
    unit.readings.create(value="120")

    facts = facts_for(unit=unit, customer=customer, kind="repair", severity="critical", division="330106")

    assert facts.product == ("appliance", "air-conditioner")
    assert facts.dates["invoiced"] == facts.dates["sold"] == date(2026, 3, 1)
    assert facts.dates["commissioned"] == date(2026, 3, 3)
    assert (facts.dealer, facts.customer_class, facts.severity) == ("D1", "key", "critical")
    assert facts.meters == {"hours": 120}


def test_reasons_are_read_in_the_language_of_the_reader(office, settings):
    load()
    customer = factories.customer(office)
    unit = factories.unit(office, of=customer)
    decision = decide(facts_for(unit=unit, customer=customer), NOON, office)

    texts = reason_texts(Decision.from_json(decision.to_json()))

    assert texts
    assert all("{" not in one.text for one in texts)
    assert any(one.style == "won" and one.source == "Letter 1" for one in texts)
    cover = Reader().cover(decision)
    assert [(line.item_code, line.covered) for line in cover] == [
        ("parts", True),
        ("labour", True),
        ("travel", False),
    ]
    assert cover[0].why.source == "Letter 1"


def test_every_reason_of_the_rules_has_words(office):
    from jiannuo.rules import REASON_TEMPLATES, Reason

    reader = Reader([])
    for code, template in REASON_TEMPLATES.items():
        words = dict.fromkeys(re.findall(r"{(\w+)}", template), "1")
        assert "{" not in reader.reason(Reason(code=code, params=words)).text


def test_versions_are_read_once(office, django_assert_max_num_queries):
    load()
    decide(facts_for(), NOON, office)
    with django_assert_max_num_queries(1):
        decide(facts_for(), NOON, office)


def test_a_clause_that_uses_an_office_calendar_finds_it(office):
    from jiannuo.kernel.calendars.models import WorkCalendar

    WorkCalendar.objects.create(
        code="hotline", name="热线", definition={"weekly": {"mon": ["08:00-20:00"], "tue": ["08:00-20:00"]}}
    )
    clause = time_clause("arrival", "2", calendar="hotline")
    clause["limit"]["unit"] = "working_hours"
    load_content(content(clauses=[clause]), by=None)

    decision = decide(facts_for(), datetime(2026, 11, 23, 11, 0, tzinfo=UTC), office)  # 19:00

    assert decision.obligation("arrival").due_at == datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    version = CommitmentVersion.objects.get()
    assert engine.calendar_of(version, "hotline").name == "hotline"
    with pytest.raises(LookupError):
        engine.calendar_of(version, "nowhere")


# The command


def test_the_command_checks_and_loads_a_folder(tmp_path: Path, office):
    (tmp_path / "one.yaml").write_text(PACK, encoding="utf-8")
    out = StringIO()

    call_command("packs", "check", str(tmp_path), stdout=out)
    assert not Commitment.objects.exists()
    call_command("packs", "load", str(tmp_path), "--confirm", "answer", stdout=out)
    call_command("packs", "load", str(tmp_path / "one.yaml"), "--confirm", "answer", stdout=out)

    assert CommitmentVersion.objects.get().state == "published"
    assert "X1 v1" in out.getvalue()


def test_the_command_names_file_line_and_clause_and_loads_nothing(tmp_path: Path):
    good, bad = tmp_path / "a.yaml", tmp_path / "b.yaml"
    good.write_text(PACK, encoding="utf-8")
    bad.write_text(PACK.replace("metric: arrival", "metric: arival").replace("X1", "X2"), encoding="utf-8")
    out = StringIO()

    with pytest.raises(CommandError) as refused:
        call_command("packs", "load", str(tmp_path), stdout=out)

    assert refused.value.returncode == 1
    assert "b.yaml:" in out.getvalue()
    assert "arrival" in out.getvalue()
    assert not Commitment.objects.exists()


def test_the_command_refuses_what_is_not_there(tmp_path: Path):
    with pytest.raises(CommandError, match="nowhere"):
        call_command("packs", "check", str(tmp_path / "nowhere"))
    with pytest.raises(CommandError):
        call_command("packs", "check", str(tmp_path))
    (tmp_path / "one.yaml").write_text(PACK, encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("packs", "load", str(tmp_path), "--set", "nothing")


def test_the_packs_of_the_house_load_and_decide(office):
    folder = Path(__file__).resolve().parents[4] / "packs"
    call_command("packs", "load", str(folder), stdout=StringIO())
    assert Commitment.objects.filter(code__in=["P06", "P12", "P20", "P25", "P30"]).count() == 5
    unit = factories.unit(office, model=factories.product_model("engineering/project-equipment"))
    decision = decide(facts_for(unit=unit, kind="repair", severity="major"), NOON, office)
    assert decision.obligation("arrival").due_at == datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
