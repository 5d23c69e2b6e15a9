"""From the agreed delivery to the acceptance, with all that people do wrong on the way."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from dateutil.relativedelta import relativedelta
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument
from jiannuo.office.documents.tests.makers import photo
from jiannuo.operations.installations import services
from jiannuo.operations.installations.models import Installation, InstallationUnit
from jiannuo.operations.installations.stages import missing, passed_share
from jiannuo.operations.installations.trial import trial_state
from jiannuo.operations.workorders.tests.scene import signature_upload
from jiannuo.promises.obligations.models import Obligation, RecurringDuty


def refusal(call, *arguments, **named) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as caught:
        call(*arguments, **named)
    error = caught.value
    return error.message_dict if hasattr(error, "error_dict") else {"": error.messages}


# Beginning


def test_a_project_copies_the_table_of_its_product(site):
    one = site.project(site.unit(), site.unit(configuration={"远程监控": "有"}))

    assert one.state == "planned"
    assert one.unit is None
    assert one.trial_hours == 24
    assert one.packing.count() == 5  # the remote module only where the configuration has it
    assert one.papers.count() == 2
    assert missing(one) == ["Agree with the customer when the goods arrive."] or missing(one)


def test_stages_that_the_product_does_not_need_are_left_out(site):
    site.procedure.needs_delivery = site.procedure.needs_trial = False
    site.procedure.needs_unpacking = False
    site.procedure.save()
    one = site.project()

    assert one.state == "installing"
    assert one.after("commissioning") == "documents"


def test_no_project_without_procedure_or_for_a_unit_that_is_taken_or_accepted(site):
    foreign = site.unit(model=factories_model("it/server"))
    assert "units" in refusal(site.project, foreign)

    unit = site.unit()
    site.project(unit)
    assert "units" in refusal(site.project, unit)

    done = site.unit(installed_on="2026-03-03", accepted_on="2026-03-05")
    done.refresh_from_db()
    assert "2026-03-05" in refusal(site.project, done)["units"][0]
    with pytest.raises(PermissionDenied):
        site.project(by=site.technician)


def factories_model(path: str):
    from jiannuo.testing import factories

    return factories.product_model(path)


# Delivery


def test_the_arrival_is_told_half_a_day_before(site):
    site.promise()
    one = site.project()
    expected = timezone.now() + timedelta(days=2)
    one = site.step(one, "agree", expected_at=expected)

    owed = Obligation.objects.get(document=one.pk, metric="contact")
    assert owed.due_at == expected - timedelta(hours=12)
    assert owed.state == "open"

    later = expected + timedelta(days=1)
    one = site.step(one, "agree", expected_at=later)
    owed.refresh_from_db()
    assert owed.due_at == later - timedelta(hours=12)

    site.step(one, "tell", agreed_with="赵工")
    owed.refresh_from_db()
    assert owed.state == "met"


def test_the_clock_of_the_installation_starts_when_the_goods_are_there(site):
    site.promise()
    one = site.arrived(site.project())

    owed = Obligation.objects.get(document=one.pk, metric="installation")
    assert owed.due_at == one.arrived_at + timedelta(hours=48)
    assert one.state == "unpacking"


def test_goods_do_not_arrive_tomorrow_nor_before_they_left(site):
    one = site.project(site.unit(shipped_on=timezone.localdate()))
    tomorrow = timezone.now() + timedelta(days=1)
    assert "arrived_at" in refusal(site.step, one, "arrive", arrived_at=tomorrow)
    assert "arrived_at" in refusal(site.step, one, "arrive", arrived_at=timezone.now() - timedelta(days=3))
    assert "expected_at" in refusal(site.step, one, "agree", expected_at=timezone.now() - timedelta(hours=1))


# Unpacking


def test_what_is_missing_goes_to_the_supplier_who_owes_an_answer(site):
    site.promise()
    one = site.arrived(site.project())
    bolts = one.packing.get(text="地脚螺栓")
    services.check_line(one, bolts, by=site.technician, received=6)
    assert "packing list" in missing(one)[0] or missing(one)
    services.check_rest(one, by=site.technician)
    assert len(missing(one)) == 1  # the supplier was not told

    assert "supplier" in refusal(services.send_notice, one, by=site.technician, lines=[bolts])
    notice = services.send_notice(one, by=site.technician, lines=[bolts], addressee=site.works)
    owed = Obligation.objects.get(document=notice.pk)
    assert (owed.metric, owed.debtor) == ("answer", "supplier")
    assert owed.due_at - owed.started_at == timedelta(hours=24)
    assert not missing(one)
    assert "lines" in refusal(
        services.send_notice, one, by=site.technician, lines=[bolts], addressee=site.works
    )

    answer = {"answer": "明天补发", "way": "send"}
    assert "promised_on" in refusal(
        services.do_notice, notice, "give_answer", by=site.technician, data=answer
    )
    answer["promised_on"] = timezone.localdate() + timedelta(days=1)
    notice = services.do_notice(notice, "give_answer", by=site.technician, data=answer)
    owed.refresh_from_db()
    assert owed.state == "met"
    notice = services.do_notice(notice, "settle", by=site.technician, data={"remark": "2 件已到"})
    bolts.refresh_from_db()
    assert (notice.state, bolts.is_faulty) == ("closed", False)


def test_bad_entries_of_the_packing_list(site):
    one = site.arrived(site.project())
    line = one.packing.get(text="地脚螺栓")
    by = site.technician
    assert "received" in refusal(services.check_line, one, line, by=by, received=-1)
    assert "received" in refusal(services.check_line, one, line, by=by, received=9)
    assert "remark" in refusal(services.check_line, one, line, by=by, received=8, condition="damaged")
    bad = {"received": 8, "condition": "damaged", "remark": "压弯"}
    assert "photos" in refusal(services.check_line, one, line, by=by, **bad)
    services.check_line(one, line, by=by, photos=[photo()], **bad)
    assert line.is_faulty
    assert "expected" in refusal(services.add_line, one, by=by, text="垫铁", expected=-4)
    with pytest.raises(PermissionDenied):
        services.check_line(one, line, by=site.agent, received=8)


# Installation and commissioning


def test_work_orders_serve_a_single_unit_and_follow_a_batch(site):
    site.promise()
    single = site.unpacked(site.project())
    assert "work order" in missing(single)[0] or missing(single)
    single = site.step(single, "make_orders")
    order = single.parts.get().order
    assert order.job == "installation"
    assert order.links_out.get().kind == "serves"
    assert order.due_at == single.arrived_at + timedelta(hours=48)
    assert refusal(site.step, single, "make_orders")

    batch = site.step(site.unpacked(site.project(site.unit(), site.unit())), "make_orders")
    orders = [part.order for part in batch.parts.select_related("order")]
    assert {one.links_out.get().kind for one in orders} == {"follows"}
    services.order_completed(orders[0].pk, at=timezone.now())
    assert Obligation.objects.get(document=batch.pk, metric="installation").state == "open"


def test_the_last_unit_installed_keeps_the_promise(site):
    site.promise()
    one = site.installed(site.project(site.unit(), site.unit()))
    assert one.state == "commissioning"
    assert Obligation.objects.get(document=one.pk, metric="installation").state == "met"


def test_a_value_outside_the_limits_has_not_passed(site):
    one = site.installed(site.project())
    pressure = one.parts.get().measures.get(text="油压")
    stop = one.parts.get().measures.get(text="紧急停机有效")
    by = site.technician
    assert "passed" in refusal(services.measure, one, pressure, by=by, value=Decimal(3), passed=True)
    assert "value" in refusal(services.measure, one, pressure, by=by)
    assert "passed" in refusal(services.measure, one, stop, by=by)
    assert not services.measure(one, pressure, by=by, value=Decimal(3)).passed
    services.measure(one, stop, by=by, passed=True)
    assert len(missing(one)) == 1
    assert refusal(site.step, one, "go_on")
    assert services.measure(one, pressure, by=by, value=Decimal("2.5")).passed  # the limit is inside
    assert not missing(one)
    assert pressure.readings.count() == 2


# Trial run


@pytest.mark.parametrize(("rule", "hours"), [("extend", 26), ("restart", 24)])
def test_an_interruption_extends_or_restarts_the_trial_run(site, rule, hours):
    site.procedure.trial_rule = rule
    site.procedure.save()
    one = site.step(site.commissioned(site.project()), "start_trial", trial_hours=Decimal(24))
    start = timezone.now() - timedelta(hours=10)
    Installation.objects.filter(pk=one.pk).update(trial_started_at=start, commissioned_at=start)
    one = Installation.objects.get(pk=one.pk)
    by = site.technician
    assert "kind" in refusal(services.log_trial, one, by=by, kind="resumed")
    stop, back = start + timedelta(hours=3), start + timedelta(hours=5)
    assert "text" in refusal(services.log_trial, one, by=by, kind="stopped", at=stop)
    services.log_trial(one, by=by, kind="stopped", at=stop, text="高压保护")
    assert len(missing(one)) == 1
    services.log_trial(one, by=by, kind="resumed", at=back, text="已换继电器")
    state = trial_state(one, one.trial.all())
    counted = start if rule == "extend" else back
    assert state.ends_at == counted + timedelta(hours=hours)
    assert refusal(site.step, one, "go_on")  # not over yet
    assert "at" in refusal(services.log_trial, one, by=by, kind="stopped", at=stop, text="再停")


def test_the_trial_run_is_not_shorter_than_promised(site):
    one = site.commissioned(site.project(trial_hours=Decimal(72), contract="HT-2026-018"))
    assert "trial_hours" in refusal(site.step, one, "start_trial", trial_hours=Decimal(24))
    assert one.trial_basis == "HT-2026-018"


def test_nothing_is_accepted_before_the_trial_run_has_ended(site):
    one = site.step(site.commissioned(site.project()), "start_trial", trial_hours=Decimal(24))
    with pytest.raises(ActionNotAllowed):
        site.accept(one)


# Documents and training


def test_documents_are_signed_for_when_all_are_handed_over(site):
    site.promise()
    one = site.ran(site.project())
    by = site.technician
    assert refusal(services.sign_papers, one, by=by, name="赵工", signature=signature_upload())
    for paper in one.papers.all():
        services.hand_over(one, paper, by=by)
    one = services.sign_papers(one, by=by, name="赵工", signature=signature_upload())
    assert Obligation.objects.get(document=one.pk, metric="document").state == "met"
    assert refusal(services.sign_papers, one, by=by, name="钱工", signature=signature_upload())
    assert not missing(one)


def test_each_trainee_has_a_name_signs_and_is_assessed(site):
    one = site.handed_over(site.project())
    by = site.technician
    assert "name" in refusal(services.add_trainee, one, by=by, name="  ")
    first = services.add_trainee(one, by=by, name="钱师傅")
    second = services.add_trainee(one, by=by, name="孙师傅")
    assert refusal(services.sign_training, one, first, by=by, signature=signature_upload())  # nothing taught
    topic = one.topics.get()
    services.hold_topic(one, topic, by=by, hours=Decimal(1), trainer="程志强")
    assert any("1 of 2" in text or "1" in text for text in missing(one))
    services.hold_topic(one, topic, by=by, hours=Decimal(2), trainer="程志强")
    for trainee in (first, second):
        services.sign_training(one, trainee, by=by, signature=signature_upload())
    assert refusal(services.sign_training, one, first, by=by, signature=signature_upload())
    services.assess(one, first, by=by, skills=list(one.skills.all()))
    services.assess(one, second, by=by, skills=list(one.skills.all())[:1])
    assert passed_share(one) == 50
    assert not missing(one)


# Acceptance


def test_acceptance_dates_the_unit_and_begins_what_was_promised(site):
    site.promise()
    unit = site.unit()
    one = site.accept(site.trained(site.project(unit)))

    unit.refresh_from_db()
    today = timezone.localdate()
    assert (one.state, unit.status, unit.accepted_on) == ("accepted", "in_use", today)
    assert unit.delivered_on is not None
    assert unit.installed_on is not None
    assert RecurringDuty.objects.get(unit=unit, ended_at=None).anchor == today
    record = one.acceptances.get()
    begins = {row["clause"]: row for row in record.begins}
    assert set(begins) >= {"SITE/warranty-12-months", "SITE/visits-after-acceptance"}
    last = today + relativedelta(months=12)
    assert begins["SITE/warranty-12-months"]["until"] == last.isoformat(), (
        "the last day, not the midnight after it"
    )
    assert record.figures[0]["met"]
    # each promise stands in the ledger once
    assert Obligation.objects.filter(metric="document").exclude(state="cancelled").count() == 1


def test_acceptance_needs_a_name_a_signature_and_an_instant_after_the_delivery(site):
    one = site.trained(site.project())
    before = one.arrived_at - timedelta(days=1)
    assert "accepted_at" in refusal(site.accept, one, accepted_at=before)
    assert "accepted_at" in refusal(site.accept, one, accepted_at=timezone.now() + timedelta(hours=1))
    assert "signed_by" in refusal(site.accept, one, signed_by=" ")
    assert "signature" in refusal(site.accept, one, signature=None)
    assert "parts" in refusal(site.accept, one, parts=[])
    with pytest.raises(PermissionDenied):
        site.accept(one, by=site.agent)
    one = site.accept(one, signature=None, paper=photo())
    assert one.acceptances.get().paper is not None


def test_of_two_who_sign_at_once_the_second_is_told(site):
    one = site.trained(site.project())
    version, parts = one.version, list(one.parts.all())
    site.accept(one, parts=parts, version=version)
    with pytest.raises((StaleDocument, ActionNotAllowed)):
        site.accept(one, parts=parts, version=version)
    assert one.acceptances.count() == 1


def test_a_unit_accepted_elsewhere_is_refused(site):
    unit = site.unit()
    one = site.trained(site.project(unit))
    type(unit).objects.filter(pk=unit.pk).update(installed_on="2026-03-04", accepted_on="2026-03-05")
    assert "parts" in refusal(site.accept, one)


def test_one_of_two_units_is_accepted_and_the_rest_agreed_for_a_day(site):
    first, second = site.unit(), site.unit()
    one = site.trained(site.project(first, second))
    parts = list(one.parts.all())
    assert "parts" in refusal(site.accept, one, parts=parts[:1])
    item = site.remaining(one, part=parts[1])
    assert item.obligation is not None
    one = site.accept(one, parts=parts[:1])
    assert one.state == "partly"
    second.refresh_from_db()
    assert second.accepted_on is None

    services.finish_remaining(one, item, by=site.technician, how="已补装")
    item.obligation.refresh_from_db()
    assert item.obligation.state == "met"
    one = site.accept(one)
    second.refresh_from_db()
    assert (one.state, second.accepted_on) == ("accepted", timezone.localdate())
    assert site.step(one, "close").state == "closed"


def test_what_remains_is_owed_on_the_day_and_holds_up_the_closing(site):
    one = site.trained(site.project())
    assert "due_on" in refusal(site.remaining, one, due_on=timezone.localdate() - timedelta(days=1))
    item = site.remaining(one)
    one = site.accept(one)
    assert timezone.localdate(item.obligation.due_at) == item.due_on
    assert refusal(site.step, one, "close")
    services.finish_remaining(one, item, by=site.technician, how="已补装")
    assert refusal(services.finish_remaining, one, item, by=site.technician, how="又装")
    assert site.step(one, "close").state == "closed"


def test_a_refusal_is_mended_before_the_second_acceptance(site):
    one = site.trained(site.project())
    due = timezone.localdate() + timedelta(days=3)
    assert "reasons" in refusal(site.step, one, "refuse", reasons=" ", due_on=due, signed_by="赵工")
    one = site.step(one, "refuse", reasons="噪声超标\n面板划伤", due_on=due, signed_by="赵工")
    assert (one.state, one.remaining.count()) == ("refused", 2)
    assert one.acceptances.get().is_refusal
    assert refusal(site.step, one, "present_again")
    with pytest.raises(ActionNotAllowed):
        site.accept(one)
    for item in one.remaining.all():
        services.finish_remaining(one, item, by=site.technician, how="已处理")
    one = site.step(one, "present_again")
    assert (one.state, one.round) == ("acceptance", 2)
    assert site.accept(one).state == "accepted"


def test_an_acceptance_is_taken_back_only_with_reason_and_consent(site):
    site.promise()
    unit = site.unit()
    one = site.accept(site.trained(site.project(unit)))
    with pytest.raises(PermissionDenied):
        site.step(one, "ask_correction", by=site.technician, reason="签错机器")
    with pytest.raises(PermissionDenied):
        site.step(one, "take_back", by=site.technician, reason="签错机器")
    one = site.step(one, "ask_correction", reason="签错机器")
    unit.refresh_from_db()
    assert unit.accepted_on is not None  # nothing happens before the consent

    from jiannuo.office.documents.approvals import approve

    approve(one.approvals.get().steps.get(), by=site.manager)
    one = Installation.objects.get(pk=one.pk)
    unit.refresh_from_db()
    record = one.acceptances.get()
    assert (one.state, unit.accepted_on, unit.status) == ("acceptance", None, "sold")
    assert record.taken_back_reason == "签错机器"
    assert not RecurringDuty.objects.filter(unit=unit, ended_at=None).exists()
    assert site.accept(one).state == "accepted"


def test_a_cancelled_project_lets_its_unit_go(site):
    unit = site.unit()
    one = site.step(site.project(unit), "cancel", reason="客户改期")
    assert one.state == "cancelled"
    assert not InstallationUnit.objects.filter(unit=unit, is_active=True).exists()
    assert site.project(unit).state == "planned"
