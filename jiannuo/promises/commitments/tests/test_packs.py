"""Packs: what the letters of the sources promise, in exact figures, and what is wrong with a pack."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from jiannuo.kernel.calendars.holidays import chinese_holidays, holidays_of, known_years
from jiannuo.promises.commitments.packs import (
    PackErrors,
    check_pack,
    dump_pack,
    load_pack,
    pack_from_content,
    to_content,
    to_rules,
)
from jiannuo.rules import CommitmentInForce, Decision, Facts, decide, path

PACKS = Path(__file__).parents[4] / "packs"
FILES = sorted(PACKS.glob("s*/*.yaml"))
FLOOR = PACKS / "statutory" / "home-appliance.yaml"
CHINA = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=CHINA).astimezone(UTC)  # a Monday


def decided(file: str, parameters=None, confirmed=(), **facts) -> Decision:
    pack = load_pack(next(PACKS.glob(f"s*/{file}*.yaml")))
    rules = to_rules(pack, parameters=parameters, confirmed=confirmed, holidays=chinese_holidays())
    dates = {"requested": NOW, **facts.pop("dates", {})}
    return decide([rules.commitment], Facts(dates=dates, **facts), rules.calendars, NOW)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_packs_are_read_checked_written_and_read_again(file):
    pack = load_pack(file)
    floor = load_pack(FLOOR)
    assert [error for error in check_pack(pack, [floor]) if error.severity == "error"] == []
    assert load_pack(dump_pack(pack)) == pack
    assert pack_from_content(pack.content()) == pack
    commitment = to_rules(pack).commitment
    assert CommitmentInForce.from_json(commitment.to_json()) == commitment
    assert all(
        clause.source.document and clause.source.article and clause.text for clause in commitment.clauses
    )


AIR_CONDITIONER = path("appliance/air-conditioner/central")


@pytest.mark.parametrize(
    ("component", "years", "clause"),
    [
        ("compressor", 5, "compressor-5-years"),
        ("main/motor", 3, "main-parts-3-years"),
        ("main/board", 3, "main-parts-3-years"),
        ("main/remote", 3, "main-parts-3-years"),
        ("valve", 2, "other-parts-2-years"),
    ],
)
def test_p06_years_of_an_air_conditioner(component, years, clause):
    bought = date(2024, 2, 29)
    outcome = decided(
        "p06", product=AIR_CONDITIONER, component=path(component), dates={"invoiced": bought}
    ).cover("parts")
    assert outcome.clause == clause
    last = {5: "2029-02-28", 3: "2027-02-28", 2: "2026-02-28"}[years]
    assert outcome.until == local(last) + timedelta(days=1)
    assert outcome.in_warranty is (years != 2)  # judged on 2 March 2026


@pytest.mark.parametrize(
    ("batch", "expected"),
    [(1, "2026-03-03 15:30"), (100, "2026-03-03 15:30"), (101, "2026-03-20 08:00"), (None, None)],
)
def test_p06_installation_within_48_hours_up_to_100_units(batch, expected):
    dates = {"delivered": local("2026-03-01 15:30"), "appointed": local("2026-03-20 08:00")}
    decision = decided(
        "p06", product=AIR_CONDITIONER, request_kind="installation", batch_size=batch, dates=dates
    )
    owed = decision.obligation("installation")
    assert (owed.due_at if owed else None) == (local(expected) if expected else None)


@pytest.mark.parametrize(
    ("kind", "metric", "hours", "warned_after"),
    [("repair", "response", 2, 1.5), ("repair", "arrival", 12, 9), ("help", "guidance", 24, 18)],
)
def test_p12_response_2_arrival_12_guidance_24_hours(kind, metric, hours, warned_after):
    owed = decided("p12", product=path("machinery/equipment"), request_kind=kind).obligation(metric)
    assert owed.due_at == NOW + timedelta(hours=hours)
    assert owed.warn_at == NOW + timedelta(hours=warned_after)


def test_p12_the_warranty_is_a_blank():
    facts = {"product": path("machinery/equipment"), "dates": {"accepted": date(2025, 3, 2)}}
    assert decided("p12", **facts).coverage == ()
    filled = decided("p12", parameters={"warranty_months": Decimal(12)}, **facts).cover("travel")
    assert (filled.in_warranty, filled.until) == (True, local("2026-03-03"))
    assert to_rules(load_pack(PACKS / "samples" / "p12-equipment-supplier.yaml")).blank == ("warranty",)


@pytest.mark.parametrize(
    ("level", "minutes"),
    [("A", 10), ("B", 10), ("C", 30)],
)
def test_p20_an_answer_within_10_or_30_minutes(level, minutes):
    owed = decided("p20", product=path("it/storage"), service_level=level).obligation("answer")
    assert owed.due_at == NOW + timedelta(minutes=minutes)


def test_p20_a_spare_within_4_hours_of_the_diagnosis():
    found = NOW + timedelta(minutes=40)
    owed = decided("p20", product=path("it/storage"), dates={"diagnosed": found}).obligation("spare")
    assert owed.due_at == found + timedelta(hours=4)
    assert [(step.role, owed.due_at - step.at) for step in owed.steps] == [
        ("storekeeper", timedelta(hours=1)),
        ("department_manager", timedelta(minutes=30)),
    ]


@pytest.mark.parametrize(
    ("inspected", "due"),
    [
        ("2026-03-02 16:00", "2026-03-05 18:00"),
        ("2026-02-12 10:00", "2026-02-24 18:00"),  # Spring Festival from 15 to 23 February, the 14th worked
        ("2026-03-06 17:00", "2026-03-11 18:00"),
    ],
)
def test_p20_the_inspection_report_within_3_working_days(inspected, due):
    owed = decided("p20", product=path("it/storage"), dates={"inspected": local(inspected)}).obligation(
        "report"
    )
    assert owed.due_at == local(due)


def test_p20_response_times_are_blanks():
    facts = {"product": path("it/storage"), "severity": "critical"}
    assert decided("p20", **facts).obligation("response") is None
    filled = decided("p20", parameters={"level_1_minutes": Decimal(15)}, **facts).obligation("response")
    assert filled.due_at == NOW + timedelta(minutes=15)
    assert "15分钟内响应" in filled.text


PROJECT = path("engineering/project-equipment")


@pytest.mark.parametrize(
    ("metric", "minutes"),
    [("response", 30), ("arrival", 120), ("repair", 240)],
)
def test_p25_half_an_hour_two_hours_four_hours(metric, minutes):
    owed = decided("p25", product=PROJECT).obligation(metric)
    assert owed.due_at == NOW + timedelta(minutes=minutes)


def test_p25_after_four_hours_a_machine_of_the_same_grade():
    assert [one.code for one in decided("p25", product=PROJECT).obligation("repair").consequences] == [
        "loaner"
    ]


@pytest.mark.parametrize(
    ("accepted", "covered"), [("2024-03-02", True), ("2024-03-01", False), ("2025-12-31", True)]
)
def test_p25_two_years_from_acceptance(accepted, covered):
    decision = decided("p25", product=PROJECT, dates={"accepted": date.fromisoformat(accepted)})
    assert {outcome.in_warranty for outcome in decision.coverage} == {covered}
    assert decision.cover("loaner").payer == ("contract" if covered else "customer")


def test_p25_card_within_a_month_and_first_visit_within_half_a_year():
    dates = {"completed": date(2026, 1, 31), "handed_over": date(2026, 1, 31), "accepted": date(2026, 1, 31)}
    decision = decided("p25", product=PROJECT, dates=dates)
    assert decision.obligation("document").due_at == local("2026-03-01")
    visits = [one for one in decision.recurrences if one.action == "visit"]
    assert [one.next.due_at for one in visits] == [local("2026-08-01")]


def test_p25_an_emergency_is_a_blank_that_undercuts_two_hours():
    facts = {"product": PROJECT, "severity": "critical"}
    assert decided("p25", **facts).obligation("arrival").due_at == NOW + timedelta(hours=2)
    at_once = decided("p25", parameters={"emergency_minutes": Decimal(30)}, **facts)
    assert at_once.obligation("arrival").due_at == NOW + timedelta(minutes=30)


SCALE = path("machinery/scale")


@pytest.mark.parametrize(
    ("division", "hours"),
    [
        ("310115", 24),
        ("320500", 24),
        ("330106", 24),
        ("340100", 24),
        ("350200", 48),
        ("110000", 48),
        ("", 48),
    ],
)
def test_p30_arrival_near_24_elsewhere_48_hours(division, hours):
    decision = decided("p30", product=SCALE, request_kind="repair", division=division)
    assert decision.obligation("arrival").due_at == NOW + timedelta(hours=hours)


def test_p30_solved_within_24_hours_of_arrival():
    dates = {"arrived": NOW + timedelta(hours=20)}
    owed = decided("p30", product=SCALE, request_kind="repair", dates=dates).obligation("repair")
    assert owed.due_at == NOW + timedelta(hours=44)


@pytest.mark.parametrize(
    ("component", "last"),
    [("body", "2027-08-31"), ("electrical", "2026-02-28"), ("display", "2026-02-15")],
)
def test_p30_three_years_or_eighteen_months(component, last):
    dates = {"commissioned": date(2024, 8, 15), "accepted": date(2024, 8, 31)}
    outcome = decided("p30", product=SCALE, component=path(component), dates=dates).cover("travel")
    assert outcome.until == local(last) + timedelta(days=1)
    assert outcome.in_warranty is (component == "body")


def test_statutory_figures_stay_off_until_confirmed():
    facts = {
        "product": AIR_CONDITIONER,
        "component": path("compressor"),
        "dates": {"invoiced": date(2024, 1, 1)},
    }
    assert decided("home-appliance", **facts).coverage == ()
    outcome = decided("home-appliance", confirmed=["air-conditioner-main-parts"], **facts).cover("parts")
    assert outcome.until == local("2027-01-01")


def test_the_content_of_a_version_keeps_its_calendars_beside_the_rules():
    content = to_content(load_pack(next(PACKS.glob("s*/p20*.yaml"))))
    assert content["calendars"]["office"]["observes_holidays"] is True
    body = {key: value for key, value in content.items() if key not in ("calendars", "labels")}
    clauses = CommitmentInForce.from_json(body).clauses
    assert {clause.calendar for clause in clauses} == {"24x7", "office"}


def test_holidays_are_named_holidays_only():
    assert known_years()[0] == 2004
    year = holidays_of(2025)
    assert date(2025, 10, 4) in year.holidays  # a Saturday inside National Day
    assert date(2025, 10, 18) not in year.holidays  # an ordinary one
    assert date(2025, 10, 11) in year.make_up_days
    assert holidays_of(2099).years == frozenset()


PACK = """\
code: T
name: test
scope:
  product: it/server
parameters:
  limit: {label: limit}
calendars:
  office: {weekly: {mon: ["09:00-12:00"]}}
clauses:
  - id: arrive
    kind: time
    text: two hours
    source: {document: Letter, article: "1"}
    metric: arrival
    limit: {amount: 2, unit: hours}
    calendar: office
  - id: cover
    kind: coverage
    text: a year
    source: {document: Letter, article: "2"}
    term: {years: 1}
    begins: {events: [invoiced]}
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "clause", "message", "mend"),
    [
        (
            "metric: arrival",
            "metrik: arrival",
            15,
            "arrive",
            "unknown key 'metrik'",
            "Did you mean 'metric'?",
        ),
        (
            "metric: arrival",
            "metric: arival",
            14,
            "arrive",
            "unknown metric 'arival'",
            "Did you mean 'arrival'?",
        ),
        ("unit: hours", "unit: hour", 15, "arrive", "unknown unit 'hour'", "Did you mean 'hours'?"),
        ("amount: 2", "amount: -2", 15, "arrive", "cannot be negative", "-2."),
        ("amount: 2", "amount: two", 15, "arrive", "cannot read the amount 'two'", "Write a number"),
        ("events: [invoiced]", "events: [invoice]", 22, "cover", "unknown event 'invoice'", "'invoiced'"),
        ("term: {years: 1}", "term: {}", 21, "cover", "the components have no term", "Give years"),
        ("term: {years: 1}", "term: {year: 1}", 21, "cover", "unknown key 'year'", "'years'"),
        ("    text: a year\n", "", 17, "cover", "'text' is missing", "Add it"),
        ("product: it/server", "produkt: it/server", 4, "", "unknown fact 'produkt'", "'product'"),
        ("kind: coverage", "kind: wish", 17, "cover", "wish", ""),
        ("name: test", "nmae: test", 2, "", "unknown key 'nmae'", "'name'"),
        ("weekly: {mon:", "weekli: {mon:", 8, "", "unknown key 'weekli'", "'weekly'"),
        ("code: T", "code: T\nvalid_from: 2026-02-01\nvalid_to: 2026-01-01", 1, "", "valid_to", ""),
    ],
)
def test_mistakes_name_line_clause_and_mend(old, new, line, clause, message, mend):
    with pytest.raises(PackErrors) as caught:
        load_pack(PACK.replace(old, new, 1))
    found = next(error for error in caught.value.errors if message in error.message)
    assert found.clause == clause
    assert mend in found.mend
    assert abs(found.line - line) <= 1
    assert str(found).startswith(f"<text>:{found.line}: error: ")


def test_what_is_no_pack_is_refused(tmp_path):
    for text, message in (("code: [\n", "cannot read the file"), ("- a\n- b\n", "must be a mapping")):
        with pytest.raises(PackErrors, match=message):
            load_pack(text)
    file = tmp_path / "pack.yaml"
    file.write_text("code: T\n", encoding="utf-8")
    with pytest.raises(PackErrors, match=r"pack\.yaml:1: error: 'name' is missing"):
        load_pack(file)
    with pytest.raises(PackErrors, match="'name' is missing"):
        pack_from_content({"code": "T"})


LADDER = "metric: arrival\n    ladder:\n      - {at: {anchor: %s, amount: %s, unit: hours}, role: dispatcher}"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id: cover", "id: arrive", "used twice"),
        ("calendar: office", "calendar: ofice", "unknown calendar 'ofice'"),
        ("amount: 2", 'amount: "{limitt}"', "unknown parameter 'limitt'"),
        ("amount: 2", 'amount: "{limit}"', "the blank 'limit' (limit) has no value"),
        ('mon: ["09:00-12:00"]', 'mon: ["09:00-12:00", "11:00-13:00"]', "hours of mon overlap"),
        ('{mon: ["09:00-12:00"]}', "{}", "never opens"),
        ("metric: arrival", "when: {zone: north}\n    metric: arrival", "unknown zone 'north'"),
        ("code: T", "code: T\ncomponents: [board]", None),
        ("    term:", "    components: [disk]\n    term:", "components that no clause names have no term"),
        ("metric: arrival", LADDER % ("start", 3), "an escalation comes after the due instant"),
        ("metric: arrival", LADDER % ("missed", 3), None),
        ("metric: arrival", LADDER % ("before_due", 3), None),
        ("metric: arrival", "warn: {amount: 3, unit: hours}\n    metric: arrival", "the warning comes after"),
    ],
)
def test_contradictions(old, new, message):
    found = check_pack(load_pack(PACK.replace(old, new, 1)))
    if message is None:
        assert found == []
    else:
        assert any(message in error.message for error in found), found
        assert all(error.line for error in found)


def test_a_component_without_a_term():
    text = PACK.replace("code: T", "code: T\ncomponents: [disk/ssd, board]").replace(
        "    term:", "    components: [disk]\n    term:"
    )
    assert [error.message for error in check_pack(load_pack(text))] == ["the component 'board' has no term"]


def test_two_clauses_for_one_case_need_an_order():
    clause = PACK[PACK.index("  - id: arrive") : PACK.index("  - id: cover")].replace(
        "id: arrive", "id: again"
    )
    found = check_pack(load_pack(PACK.replace("  - id: cover", clause + "  - id: cover")))
    assert [(error.clause, error.severity) for error in found] == [("again", "error")]
    told_apart = clause.replace("metric:", "when: {severity: major}\n    metric:")
    assert check_pack(load_pack(PACK.replace("  - id: cover", told_apart + "  - id: cover"))) == []


def test_a_promise_below_the_law_is_reported():
    law = load_pack(PACK.replace("code: T", "code: LAW\nkind: statute\nfloor: true"))
    assert check_pack(load_pack(PACK), [law]) == []
    less = PACK.replace("amount: 2", "amount: 3").replace("years: 1", "months: 11")
    assert [error.clause for error in check_pack(load_pack(less), [law])] == ["arrive", "cover"]
    elsewhere = less.replace("it/server", "it/printer")
    assert check_pack(load_pack(elsewhere), [law]) == []
    for_one_part = PACK.replace("    term: {years: 1}", "    components: [board]\n    term: {months: 1}")
    assert [e.severity for e in check_pack(load_pack(for_one_part), [law])] == ["warning"]
