"""Statistics handed in, and what surveys keep of the promises to survey (packs P03, P09, P23)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from jiannuo.operations.complaints.models import Complaint
from jiannuo.operations.followups.defaults import fill as fill_followups
from jiannuo.operations.followups.models import FollowUp
from jiannuo.operations.surveys import services
from jiannuo.operations.surveys.models import SurveyAnswer, SurveyReport
from jiannuo.operations.surveys.services.reporting import keep_by_answer
from jiannuo.operations.surveys.tests.conftest import BAD, GOOD
from jiannuo.promises.commitments.services import load_content
from jiannuo.promises.commitments.tests.samples import content
from jiannuo.promises.obligations.duties import open_due
from jiannuo.promises.obligations.models import Obligation
from jiannuo.promises.obligations.services import happened
from jiannuo.testing import factories

PACK = Path(settings.BASE_DIR) / "packs" / "samples" / "p03-electric-vehicle-agreement.yaml"
FORMS = ["satisfaction_statistics", "opinion_statistics"]


def at(month: int, day: int, hour: int = 10) -> datetime:
    return timezone.make_aware(datetime(2026, month, day, hour))


def monthly(**fields):
    clause = {
        "id": "monthly-survey",
        "kind": "recurring",
        "text": "经销商每月做一次顾客满意度调查并统计分析。",
        "source": {"document": "协议", "article": "四之4"},
        "action": "survey",
        "begins": {"events": ["contract_signed"]},
        "every": {"amount": 1, "unit": "months"},
        "by_calendar": True,
        "debtor": "dealer",
        "creditor": "manufacturer",
        "evidence": FORMS,
    }
    return {**clause, **fields}


@pytest.fixture
def followup_tables(db):
    fill_followups(lambda name: apps.get_model("followups", name), at(1, 1))


@pytest.fixture
def dealers_clause(firm):
    load_content(content(clauses=[monthly()]), by=None, organization=firm.head)
    happened("contract_signed", at=at(5, 4), told_at=at(5, 4), organization=firm.dealer)
    happened("contract_signed", at=at(5, 4), told_at=at(5, 4), organization=firm.other)


def entered(firm, month: int, day: int = 10, organization=None, values=GOOD, **fields) -> SurveyAnswer:
    return services.enter_answer(
        firm.edition,
        values,
        by=firm.follow_up,
        organization=organization or firm.dealer,
        answered_at=at(month, day),
        **fields,
    )


def handed_in(firm, first: int, last: int | None = None, *, when=None, by=None, **fields) -> SurveyReport:
    return services.hand_in(
        firm.questionnaire,
        organization=fields.pop("organization", firm.dealer),
        first=at(first, 1).date(),
        last=at(last or first, 1).date(),
        by=by or firm.clerk,
        at=when or at(last or first, 28),
        **fields,
    )


def owed(firm, organization=None) -> dict[int, str]:
    """State of what the dealer owes, by the month in which its window opens."""
    rows = Obligation.objects.filter(metric="survey", organization=organization or firm.dealer)
    return {timezone.localtime(one.started_at).month: one.state for one in rows}


def test_the_pack_of_the_maker_names_the_papers_that_a_report_is():
    text = PACK.read_text()
    part = text[text.index("- id: monthly-satisfaction-survey") :]
    assert "evidence: [satisfaction_statistics, opinion_statistics]" in part[:500]


def test_the_statistics_of_the_month_keep_the_dealers_promise(firm, dealers_clause):
    entered(firm, 6)

    report = handed_in(firm, 6)

    kept = Obligation.objects.get(evidence=report.pk)
    assert (kept.state, timezone.localtime(kept.started_at).month) == ("met", 6)
    assert owed(firm)[5] != "met"
    # and nobody else's
    assert "met" not in owed(firm, firm.other).values()


def test_statistics_that_come_late_keep_it_late_and_for_their_own_month(firm, dealers_clause):
    entered(firm, 6)

    handed_in(firm, 6, when=at(7, 3))

    assert owed(firm)[6] == "met_late"
    assert owed(firm)[7] == "open"


def test_statistics_of_several_months_keep_each_of_them(firm, dealers_clause):
    entered(firm, 6)

    handed_in(firm, 5, 6)

    assert [owed(firm)[month] for month in (5, 6)] == ["met_late", "met"]


def test_a_survey_alone_or_another_paper_is_not_enough(firm):
    load_content(content(clauses=[monthly(evidence=["training_record"])]), by=None, organization=firm.head)
    happened("contract_signed", at=at(5, 4), told_at=at(5, 4), organization=firm.dealer)
    entered(firm, 6)
    handed_in(firm, 6)
    assert "met" not in owed(firm).values()


def test_what_was_handed_in_does_not_change_any_more(firm):
    entered(firm, 6)
    report = handed_in(firm, 6)
    entered(firm, 6, values=BAD)

    fresh = SurveyReport.objects.get(pk=report.pk)

    assert (fresh.answers, str(fresh.csi), fresh.shown["total"]["csi"]) == (1, "100.0", "100.0")
    assert handed_in(firm, 6).answers == 2


def test_a_report_tells_units_and_products_apart_and_an_old_one_shows_what_it_holds(firm, client):
    unit = factories.unit(firm.dealer, of=factories.customer(firm.dealer), model=firm.model)
    answer = entered(firm, 6, unit=unit, values={**GOOD, "say": "上门费太贵"})
    opinion = answer.opinions.get()
    services.confirm(opinion, opinion.suggested, by=firm.follow_up)
    report = handed_in(firm, 6)
    figures = report.figures

    assert [row["label"] for row in figures["models"]] == [str(firm.model)]
    assert {name: rows[0]["label"] for name, rows in figures["opinions"]["groups"].items()} == {
        "month": "2026-06",
        "organization": "甲店",
        "model": str(firm.model),
    }
    page = reverse("surveys:report", args=[report.number])
    client.force_login(firm.clerk)
    shown = client.get(page).content.decode()
    assert shown.count(f">{firm.model}</td>") == 2

    del figures["models"], figures["opinions"]["groups"]
    SurveyReport.objects.filter(pk=report.pk).update(figures=figures)

    old = client.get(page).content.decode()
    assert "甲店" in old
    assert str(firm.model) not in old
    for number in ("F59", "F60"):
        assert client.get(reverse("printing:print", args=[number, report.pk])).content.startswith(b"%PDF")


def test_what_cannot_be_handed_in(firm):
    with pytest.raises(ValidationError) as nobody:
        handed_in(firm, 6)
    assert "organization" in nobody.value.message_dict
    entered(firm, 6)
    for first, last, when, field in ((6, 5, at(6, 28), "last"), (6, 7, at(6, 28), "last")):
        with pytest.raises(ValidationError) as wrong:
            handed_in(firm, first, last, when=when)
        assert field in wrong.value.message_dict
    for person in (firm.other_clerk, firm.technician, firm.agent):
        with pytest.raises(PermissionDenied):
            handed_in(firm, 6, by=person)
    strange, _edition = firm.write("own")
    type(strange).objects.filter(pk=strange.pk).update(organization=firm.other)
    strange.refresh_from_db()
    with pytest.raises(ValidationError) as elsewhere:
        services.hand_in(
            strange, organization=firm.dealer, first=at(6, 1).date(), last=at(6, 1).date(), by=firm.clerk
        )
    assert "questionnaire" in elsewhere.value.message_dict


def test_a_low_answer_without_a_name_is_taken_up_too(firm):
    entered(firm, 6, values=BAD)

    complaint = Complaint.objects.get()

    assert (complaint.customer, complaint.complainant) == (None, "匿名")


# To customers


def asked_in_summer(firm, **fields) -> None:
    """As pack P09: every July and August the customers are asked."""
    summer = monthly(
        begins={"events": ["delivered"], "fallbacks": ["sold"]},
        seasons=[{"begins": "07-01", "ends": "08-31", "name": "回访"}],
        evidence=["satisfaction_survey"],
    )
    for name in ("every", "by_calendar", "debtor", "creditor"):
        del summer[name]
    load_content(content(clauses=[{**summer, **fields}]), by=None, organization=firm.head)
    happened("delivered", at=at(2, 1), told_at=at(2, 1), unit=firm.unit)


@pytest.fixture
def summer(firm):
    firm.unit = factories.unit(firm.branch, of=firm.customer, model=firm.model)


def of_unit(firm) -> list[str]:
    return list(
        Obligation.objects.filter(metric="survey").order_by("started_at").values_list("state", flat=True)
    )


def test_the_customers_answer_in_the_season_keeps_the_promise_to_ask(firm, summer):
    asked_in_summer(firm)
    early = entered(firm, 6, organization=firm.branch, customer=firm.customer)
    assert not Obligation.objects.filter(evidence=early.pk).exists()

    answer = entered(firm, 7, organization=firm.branch, customer=firm.customer)

    assert Obligation.objects.get(evidence=answer.pk).state == "met"


def test_another_customers_answer_or_one_about_another_unit_does_not(firm, summer):
    asked_in_summer(firm)
    second = factories.unit(firm.branch, of=firm.customer, model=firm.model)
    stranger = factories.customer(firm.branch)

    entered(firm, 7, organization=firm.branch, customer=stranger)
    entered(firm, 7, organization=firm.branch, customer=firm.customer, unit=second)

    assert set(of_unit(firm)) <= {"open", "missed"}


def test_a_doubtful_answer_counts_only_when_a_person_says_so(firm, summer):
    asked_in_summer(firm)
    answer = services.enter_answer(
        firm.edition,
        GOOD,
        by=firm.agent,
        organization=firm.branch,
        customer=firm.customer,
        answered_at=at(7, 10),
    )
    assert answer.state == "waiting"
    assert not Obligation.objects.filter(evidence=answer.pk).exists()

    services.do(answer, "count", by=firm.follow_up, data={"reason": "已核实"})

    assert Obligation.objects.get(evidence=answer.pk).state == "met"


def test_a_technical_visit_wants_its_own_report(firm, summer):
    asked_in_summer(firm, evidence=["survey_report"])
    answer = entered(firm, 7, organization=firm.branch, customer=firm.customer)
    assert set(of_unit(firm)) <= {"open", "missed"}

    firm.questionnaire.paper = "survey_report"
    firm.questionnaire.save()
    keep_by_answer(SurveyAnswer.objects.get(pk=answer.pk))

    assert "met" in of_unit(firm)


def test_whom_a_clause_promises_to_ask_is_called_unless_they_answer_before(firm, summer, followup_tables):
    asked_in_summer(firm)
    open_due(at(7, 2))
    calls = FollowUp.objects.filter(obligation__metric="survey")
    assert [one.followup_kind.name for one in calls] == ["满意度回访"]

    entered(firm, 7, organization=firm.branch, customer=firm.customer)

    assert [one.state for one in calls.all()] == ["dropped"]


# Pages


def test_a_dealer_hands_in_over_the_page(firm, client, dealers_clause, django_assert_max_num_queries):
    month = timezone.localdate().replace(day=1)
    services.enter_answer(firm.edition, GOOD, by=firm.follow_up, organization=firm.dealer)
    client.force_login(firm.clerk)
    address = reverse("surveys:report_new")
    assert client.get(address).status_code == 200
    assert reverse("surveys:report_new") in client.get(reverse("surveys:statistics")).content.decode()
    data = {"organization": firm.dealer.pk, "questionnaire": firm.questionnaire.pk}
    data |= {"first": f"{month:%Y-%m}", "last": f"{month:%Y-%m}", "remark": "本月"}

    response = client.post(address, data)

    report = SurveyReport.objects.get()
    assert response["Location"] == report.get_absolute_url()
    with django_assert_max_num_queries(25):
        page = client.get(reverse("surveys:report", args=[report.number])).content.decode()
    assert "每月做一次顾客满意度调查" in page
    with django_assert_max_num_queries(12):
        assert report.number in client.get(reverse("surveys:reports")).content.decode()
    for form in ("F59", "F60"):
        assert client.get(f"/print/{form}/{report.pk}.pdf")["Content-Type"] == "application/pdf"
    for wrong in (
        {"first": "2026-13"},
        {"organization": firm.other.pk},
        {"last": "2099-01"},
        {"remark": "x" * 1001},
    ):
        assert client.post(address, {**data, **wrong}).status_code == 422, wrong


def test_who_may_not_see_or_hand_in(firm, client):
    entered(firm, 6)
    report = handed_in(firm, 6)
    client.force_login(firm.other_clerk)
    assert client.get(reverse("surveys:report", args=[report.number])).status_code == 404
    assert client.get(f"/print/F59/{report.pk}.pdf").status_code == 404
    assert report.number not in client.get(reverse("surveys:reports")).content.decode()
    client.force_login(firm.agent)
    assert client.get(reverse("surveys:report", args=[report.number])).status_code == 200
    assert client.get(reverse("surveys:report_new")).status_code == 403
    client.force_login(firm.technician)
    assert client.get(reverse("surveys:reports")).status_code == 403
