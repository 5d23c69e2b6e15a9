"""Answers: scores, one for an invitation, doubts, low scores, corrections."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from jiannuo.office.documents.queries import visible_as_kind
from jiannuo.office.notices.models import Notice
from jiannuo.operations.complaints.models import Complaint
from jiannuo.operations.surveys import services
from jiannuo.operations.surveys.models import Edition, Invitation, LowScoreRule, Question, SurveyAnswer
from jiannuo.operations.surveys.scores import read_replies, scores_of
from jiannuo.operations.surveys.services.guarding import Origin, fingerprint
from jiannuo.operations.surveys.tests.conftest import BAD, GOOD, QUESTIONS, Firm
from jiannuo.testing import factories

QUESTIONNAIRE = [Question(**{"required": True, **values}) for values in QUESTIONS]
RULES = [LowScoreRule(measure="csi", at_most=Decimal(40)), LowScoreRule(measure="nps", at_most=Decimal(3))]


@pytest.mark.parametrize(
    ("values", "csi", "nps", "satisfied", "low"),
    [
        ({"overall": 5, "attitude": 5, "speed": 5}, "100.00", None, True, False),
        ({"overall": 1, "attitude": 1, "speed": 1}, "0.00", None, False, True),
        # 2·4 + 1·3 over 3 is 3.667; (3.667 − 1)/4 is 66.67
        ({"overall": 4, "attitude": 3, "recommend": 6}, "66.67", 6, True, False),
        ({"overall": 3, "attitude": 5, "speed": 5, "recommend": 3}, "75.00", 3, False, True),
    ],
)
def test_scores_follow_the_weights_and_the_table(values, csi, nps, satisfied, low):
    scores = scores_of(Edition(), read_replies(QUESTIONNAIRE, values), RULES)

    assert (scores.csi, scores.nps) == (Decimal(csi), nps)
    assert (scores.satisfied, scores.low) == (satisfied, low)


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"overall": 6, "attitude": 5}, "overall"),
        ({"overall": 0, "attitude": 5}, "overall"),
        ({"overall": "五", "attitude": 5}, "overall"),
        ({"overall": 5}, "attitude"),
        ({**GOOD, "recommend": 11}, "recommend"),
        ({**GOOD, "heard": 3}, "heard"),
        ({**GOOD, "good": [0, 9]}, "good"),
        ({**GOOD, "good": "态度"}, "good"),
        ({**GOOD, "say": "x" * 2001}, "say"),
        ({**GOOD, "unknown": 1}, "unknown"),
    ],
)
def test_wrong_replies_are_refused_at_their_question(values, where):
    with pytest.raises(ValidationError) as refusal:
        read_replies(QUESTIONNAIRE, values)

    assert list(refusal.value.message_dict) == [where]


def test_a_refused_answer_leaves_nothing(firm):
    with pytest.raises(ValidationError):
        services.answer_invitation(firm.invitation(), {"overall": 6, "attitude": 5})

    assert not SurveyAnswer.objects.exists()


def test_choices_are_kept_in_words(firm):
    answer = firm.answer({**GOOD, "heard": "1", "good": ["2", "0"], "say": "很好"})

    shown = {reply.question.code: reply.shown for reply in answer.replies.select_related("question")}
    assert (shown["heard"], shown["good"], shown["say"]) == ("门店", "态度、速度", "很好")


def test_the_first_answer_stands(firm):
    invitation = firm.invitation()
    first = services.answer_invitation(invitation, GOOD)

    with pytest.raises(services.AlreadyAnswered):
        services.answer_invitation(invitation, BAD)

    assert SurveyAnswer.objects.get() == first
    first.refresh_from_db()
    assert first.csi == 100


@pytest.mark.django_db(transaction=True)
def test_of_two_who_answer_at_once_one_is_first(transactional_db):
    invitation = Firm().invitation()
    gate, outcomes = threading.Barrier(2), []

    def answer():
        gate.wait()
        try:
            services.answer_invitation(Invitation.objects.get(pk=invitation.pk), GOOD)
            outcomes.append("answered")
        except services.AlreadyAnswered:
            outcomes.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=answer) for _turn in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["answered", "too late"]
    assert SurveyAnswer.objects.count() == 1


def test_an_old_link_is_refused_but_the_agent_may_still_call(firm):
    invitation = firm.invitation()
    late = invitation.expires_at + timedelta(seconds=1)

    with pytest.raises(services.InvitationExpired):
        services.answer_invitation(invitation, GOOD, at=late)
    answer = services.answer_invitation(invitation, GOOD, by=firm.follow_up)

    assert (answer.way, answer.state) == ("phone", "counted")


def test_answers_of_our_own_people_wait(firm):
    customer = factories.customer(firm.branch, phone="+8613911112222")
    by_phone = firm.answer(customer=customer, contact_phone="13911112222")
    invitation = firm.invitation()
    signed_in = services.answer_invitation(invitation, GOOD, origin=Origin(user=firm.agent, seconds=60))
    hasty = services.answer_invitation(firm.invitation(), GOOD, origin=Origin(seconds=1))

    assert (by_phone.state, by_phone.flags) == ("waiting", ["staff_phone"])
    assert (signed_in.state, signed_in.flags) == ("waiting", ["staff_session"])
    assert (hasty.state, hasty.flags) == ("waiting", ["too_fast"])


def test_many_answers_from_one_address_wait(firm):
    origin = Origin(address=fingerprint("10.0.0.9"), device=fingerprint("d"), seconds=60)

    found = [services.answer_invitation(firm.invitation(), GOOD, origin=origin) for _ in range(4)]

    assert [one.state for one in found] == ["counted"] * 3 + ["waiting"]
    assert set(found[-1].flags) == {"same_address", "same_device"}
    assert "10.0.0.9" not in found[-1].address_print


def test_a_doubtful_answer_is_counted_by_a_person_who_is_independent(firm):
    paper = services.enter_answer(firm.edition, GOOD, by=firm.clerk, organization=firm.dealer, name="许女士")
    assert (paper.state, paper.flags) == ("waiting", ["self_entered"])

    with pytest.raises(PermissionDenied):
        services.do(paper, "count", by=firm.clerk, data={"reason": "x"})
    with pytest.raises(PermissionDenied):
        services.do(paper, "count", by=firm.manager, data={"reason": "x"})
    counted = services.do(paper, "count", by=firm.follow_up, data={"reason": "电话核实"})

    assert counted.state == "counted"
    assert counted.timeline.filter(action="count", text="电话核实").exists()


def test_who_checks_surveys_does_not_count_an_answer_they_entered(firm):
    entered = services.enter_answer(
        firm.edition, GOOD, by=firm.follow_up, organization=firm.branch, name="许"
    )

    with pytest.raises(PermissionDenied):
        services.do(entered, "leave_out", by=firm.follow_up, data={"reason": "x"})


def test_paper_is_refused_elsewhere_in_the_future_and_without_right(firm):
    with pytest.raises(PermissionDenied):
        services.enter_answer(firm.edition, GOOD, by=firm.technician, organization=firm.branch)
    with pytest.raises(PermissionDenied):
        services.enter_answer(firm.edition, GOOD, by=firm.clerk, organization=firm.other)
    tomorrow = timezone.now() + timedelta(days=1)
    with pytest.raises(ValidationError):
        services.enter_answer(
            firm.edition, GOOD, by=firm.agent, organization=firm.branch, answered_at=tomorrow
        )


def test_a_low_score_opens_one_complaint_for_the_desk_alone(firm):
    answer = firm.answer(BAD)
    services.correct(answer, {**BAD, "overall": 2}, by=firm.follow_up, reason="听错")

    complaint = Complaint.objects.get()
    assert complaint.source_id == answer.pk
    assert (complaint.customer, complaint.organization) == (firm.customer, firm.branch)
    assert "师傅态度很差" in complaint.text
    assert answer.links_in.get().source_id == complaint.pk
    assert visible_as_kind(complaint.pk, "complaint", firm.supervisor) is not None
    for person in (firm.manager, firm.agent, firm.technician, firm.clerk, firm.follow_up):
        assert visible_as_kind(complaint.pk, "complaint", person) is None
    assert {one.person_id for one in Notice.objects.filter(document=complaint)} <= {
        firm.supervisor.pk,
        firm.general.pk,
    }


def test_a_good_answer_opens_none(firm):
    firm.answer(GOOD)

    assert not Complaint.objects.exists()


def test_a_correction_leaves_before_and_after_with_the_reason(firm):
    answer = firm.answer({"overall": 3, "attitude": 3})

    fixed = services.correct(answer, {"overall": 5, "attitude": 3}, by=firm.follow_up, reason="录入错误")

    assert fixed.csi == Decimal("83.33")
    line = fixed.timeline.get(action="corrected")
    assert "录入错误" in line.text
    assert f"{QUESTIONS[0]['text']}：3 → 5" in line.text
    with pytest.raises(ValidationError):
        services.correct(fixed, {"overall": 5, "attitude": 3}, by=firm.follow_up, reason="再来一次")
    with pytest.raises(ValidationError):
        services.correct(fixed, {"overall": 4, "attitude": 3}, by=firm.follow_up, reason=" ")


def test_the_department_judged_corrects_nothing(firm):
    answer = firm.answer(GOOD)
    judged = factories.person("quality_engineer", at=firm.branch)
    SurveyAnswer.objects.filter(pk=answer.pk).update(person=judged)
    answer.refresh_from_db()

    for person in (firm.manager, firm.agent, firm.technician, firm.clerk, judged):
        with pytest.raises(PermissionDenied):
            services.correct(answer, {**GOOD, "overall": 4}, by=person, reason="x")
