"""Installations without network: what the phone takes along, what is taken over later, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from jiannuo.office.notices.models import Notice
from jiannuo.operations.installations import services
from jiannuo.operations.installations.models import Installation, PackingLine, SiteStep, Trainee
from jiannuo.operations.installations.tests.conftest import Site, news_is_heard_at_once  # noqa: F401
from jiannuo.operations.workorders.tests import scene
from jiannuo.promises.obligations.models import Obligation

#: the most that a greeting and one project may ask of the database
GREETING_QUERIES, PROJECT_QUERIES = 29, 21


@pytest.fixture
def site(db) -> Site:
    return Site()


@pytest.fixture
def phone(client, site):
    client.force_login(site.technician)
    return client


def named(site: Site, one: Installation) -> Installation:
    return services.do(one, "name_persons", by=site.dispatcher, data={"persons": [site.technician]})


def agreed(site: Site, *units: Any) -> Installation:
    """A project whose goods come tomorrow, and to which the technician goes."""
    one = named(site, site.project(*units))
    now = timezone.now()
    return site.step(one, "agree", expected_at=now + timedelta(days=1), agreed_with="赵工", told_at=now)


def hello(phone):
    return phone.get(reverse("field:hello")).json()["installations"]


def take(phone, number):
    return phone.get(reverse("field:project", args=[number]))


def send(phone, one, step, key="", at=None, **data):
    values = {"key": key, **data}
    if at is not None:
        values["at"] = at.isoformat()
    return phone.post(reverse("field:send_project", args=[one.number, step]), values)


def photo(name="a.png"):
    return SimpleUploadedFile(name, scene.drawing(), content_type="image/png")


def refused(answer):
    return answer.status_code, answer.json()["code"]


def state_of(one):
    return Installation.objects.get(pk=one.pk).state


# Taking along


def test_projects_to_which_the_technician_goes_come_along_while_they_are_under_way(site, phone):
    mine = agreed(site)
    far = named(site, site.project())
    site.step(far, "agree", expected_at=timezone.now() + timedelta(days=9))
    unplanned = named(site, site.project())
    nobodys = site.arrived(site.project())
    by_order = site.step(site.unpacked(site.project()), "make_orders")
    by_order.parts.first().order.__class__.objects.update(technician=site.technician)
    left = site.arrived(site.project())
    services.add_remaining(
        left, by=site.dispatcher, text="补漆", due_on=timezone.localdate(), person=site.technician
    )

    assert set(hello(phone)) == {mine.number, by_order.number, left.number}
    for other in (far, unplanned, nobodys):
        assert refused(take(phone, other.number)) == (404, "unknown")
    pack = take(phone, mine.number).json()
    assert (pack["state"], pack["persons"]) == ("agreed", ["程志强"])
    assert [line["text"] for line in pack["packing"]] == ["主机", "地脚螺栓"]
    assert [(m["limits"], m["is_number"]) for m in pack["measures"]] == [("1.5 – 2.5 MPa", True), ("", False)]
    assert [paper["title"] for paper in pack["papers"]] == ["使用说明书", "合格证"]
    assert len(pack["skills"]) == 2


def test_the_word_of_a_project_changes_with_what_the_office_and_others_do(site, phone):
    one = agreed(site)
    words = [hello(phone)[one.number]]
    one = site.step(one, "arrive")
    words.append(hello(phone)[one.number])
    services.check_line(one, one.packing.first(), by=site.technician, received=1)
    words.append(hello(phone)[one.number])
    services.add_trainee(one, by=site.technician, name="钱师傅")
    words.append(hello(phone)[one.number])
    assert hello(phone)[one.number] == words[-1]
    assert len(set(words)) == 4


def test_what_projects_ask_of_the_database_does_not_grow(site, phone, django_assert_max_num_queries):
    def count(projects: int) -> int:
        for _n in range(projects):
            one = site.trained(named(site, site.project(site.unit(), site.unit())))
            site.remaining(one)
        phone.get(reverse("field:hello"))
        with django_assert_max_num_queries(GREETING_QUERIES) as asked:
            known = hello(phone)
        with django_assert_max_num_queries(PROJECT_QUERIES):
            assert take(phone, next(iter(known))).status_code == 200
        return len(asked.captured_queries)

    assert count(1) == count(3)


def test_strangers_and_people_who_do_no_field_work_get_none(client, site):
    one = agreed(site)
    from jiannuo.testing import factories

    elsewhere = factories.person("technician", at=site.other)
    for person, status in ((None, 401), (site.dispatcher, 403), (site.auditor, 403), (elsewhere, 404)):
        client.logout()
        if person is not None:
            client.force_login(person)
        assert take(client, one.number).status_code == status
        assert send(client, one, "arrive").status_code == status
        assert send(client, one, "note", text="x").status_code == status
    assert state_of(one) == "agreed"


def test_only_people_of_the_field_are_named(site):
    one = site.project()
    with pytest.raises(ValidationError) as caught:
        services.do(one, "name_persons", by=site.dispatcher, data={"persons": [site.auditor]})
    assert "persons" in caught.value.message_dict
    named(site, one)
    assert Notice.objects.filter(person=site.technician, kind="installations.yours").count() == 1


# The whole way


def walk(phone, site, one, start, *, times=1):
    """Every step from the arrival to the acceptance, each sent ``times`` times; hours of work each."""
    hour = timedelta(hours=1)
    clock = {"at": start}

    def step(name, key, /, **data):
        clock["at"] += timedelta(minutes=5)
        for turn in range(times):
            files = {k: photo() for k in data if k.startswith("photo-")}
            answer = send(phone, one, name, key, clock["at"], **{**data, **files})
            assert answer.status_code == 200, answer.content.decode()
            assert turn == 0 or answer.json()["again"]

    pack = take(phone, one.number).json()
    step("arrive", "k1", state="agreed")
    bolts, main = pack["packing"][1], pack["packing"][0]
    step("packing", "k2", line=bolts["id"], received=6, condition="good")
    step(
        "packing",
        "k3",
        line=main["id"],
        received=1,
        condition="damaged",
        remark="外壳凹陷",
        **{"photo-0": 1, "photo-1": 1},
        latitude="30.27",
        longitude="120.15",
        taken=f"{(start + hour).isoformat()},",
    )
    step("packing-add", "k4", text="随机工具", expected=1)
    step("packing", "k5", line="k4", received=1, condition="good")
    step("notice", "k6", lines=f"{bolts['id']},{main['id']}", supplier="上海泵阀厂")
    step("photos", "k7", caption="开箱", **{"photo-0": 1})
    step("go-on", "k8", state="unpacking")

    fresh = Installation.objects.get(pk=one.pk)
    site.step(fresh, "make_orders")
    for part in one.parts.all():
        type(part.order).objects.filter(pk=part.order_id).update(state="completed")
        services.order_completed(part.order_id, at=clock["at"])
    step("go-on", "k9", state="installing")
    number, yes = pack["measures"]
    step("measure", "k10", line=number["id"], value="3.1")
    step("measure", "k11", line=number["id"], value="2.1")
    step("measure", "k12", line=yes["id"], passed="yes")
    step("go-on", "k13", state="commissioning")
    step("trial-start", "k14", state="trial", trial_hours="24", trial_basis="合同第九条")
    step("trial", "k15", kind="stopped", text="停电")
    step("trial", "k16", kind="resumed")
    clock["at"] += timedelta(hours=25)
    step("go-on", "k17", state="trial")
    for n, paper in enumerate(pack["papers"]):
        step("paper", f"k18{n}", line=paper["id"], copies=2)
    step("paper-sign", "k19", name="赵工", signature=scene.signature_text())
    step("go-on", "k20", state="documents")
    step("topic", "k21", line=pack["topics"][0]["id"], hours="2", trainer="程志强")
    step("trainee", "k22", name="钱师傅", duty="操作工")
    step("trainee-sign", "k23", line="k22", signature=scene.signature_text())
    step("assess", "k24", line="k22", skills=",".join(str(skill["id"]) for skill in pack["skills"]))
    step("go-on", "k25", state="training")
    step("remaining", "k26", text="补装减振垫", due_on=(timezone.localdate() + timedelta(days=5)).isoformat())
    step(
        "accept",
        "k27",
        state="acceptance",
        parts=pack["units"][0]["id"],
        opinion="运行平稳",
        signed_by="赵工",
        signature=scene.signature_text(),
    )
    return clock["at"]


@pytest.mark.parametrize("times", [1, 2])
def test_every_step_at_the_customer_is_taken_over_at_its_own_time_and_once(site, phone, times):
    site.promise()
    start = timezone.now() - timedelta(hours=60)
    one = agreed(site)
    one.timeline.update(at=start - timedelta(days=1))

    ended = walk(phone, site, one, start, times=times)

    one.refresh_from_db()
    unit = one.parts.get().unit
    accepted = one.acceptances.get()
    assert one.state == "accepted"
    assert (accepted.at, one.accepted_at) == (ended, ended)
    assert one.arrived_at == start + timedelta(minutes=5)
    assert unit.delivered_on == timezone.localdate(one.arrived_at)
    assert unit.accepted_on == timezone.localdate(ended)
    assert (unit.status, accepted.signed_by) == ("in_use", "赵工")
    assert {row["begins"] for row in accepted.begins if row["what"] == "cover"} == {
        timezone.localdate(ended).isoformat()
    }
    assert Obligation.objects.get(document=one.pk, metric="installation").started_at == one.arrived_at
    bad = one.packing.get(text="主机")
    assert bad.photos.count() == 2
    first = bad.photos.order_by("pk").first().file
    assert (first.taken_at, float(first.latitude)) == (start + timedelta(hours=1), 30.27)
    trainee = one.trainees.get()
    assert (trainee.known.count(), trainee.signed_at < ended) == (2, True)
    assert one.parts.get().measures.first().readings.count() == 2
    assert one.trial.count() == 2
    assert one.goods_notices.count() == 1
    assert one.remaining.get().obligation is not None
    assert SiteStep.objects.count() == 28
    pack = take(phone, one.number)
    assert pack.status_code == (200 if timezone.localdate(ended) == timezone.localdate() else 404)


# The phone's clock


def test_a_clock_that_is_wrong_by_a_day_neither_dates_anything_to_come_nor_before_what_was(site, phone):
    one = agreed(site)
    told = timezone.now()
    tomorrow = told + timedelta(days=1)
    answer = send(phone, one, "arrive", "a", tomorrow, state="agreed").json()
    assert answer["corrected"]
    one.refresh_from_db()
    assert told <= one.arrived_at <= timezone.now()

    yesterday = timezone.now() - timedelta(days=1)
    services.check_rest(one, by=site.technician)
    assert send(phone, one, "go-on", "b", yesterday, state="unpacking").json()["corrected"]
    one.refresh_from_db()
    assert one.unpacked_at >= one.arrived_at


def test_what_the_office_does_meanwhile_does_not_move_what_was_done_on_site(site, phone):
    one = agreed(site)
    one.timeline.update(at=timezone.now() - timedelta(days=1))
    arrived = timezone.now() - timedelta(hours=3)
    services.do(one, "name_persons", by=site.dispatcher, data={"persons": [site.technician]})
    send(phone, one, "arrive", "a", arrived)
    one.refresh_from_db()
    assert one.arrived_at == arrived


# Refused


def test_a_step_is_refused_in_words_when_the_office_changed_the_state_meanwhile(site, phone):
    one = site.arrived(named(site, site.project()))
    services.check_rest(one, by=site.technician)
    one = site.step(one, "go_on")

    late = send(phone, one, "go-on", "a", state="unpacking")
    assert refused(late) == (409, "state")
    assert one.number in late.json()["text"]
    assert state_of(one) == "installing"
    line = PackingLine.objects.first()
    assert send(phone, one, "packing", "b", line=line.pk, received=1, condition="good").status_code == 200

    site.step(one, "make_orders")
    one.parts.first().order.__class__.objects.update(state="completed")
    one = site.step(one, "go_on")
    answer = send(phone, one, "packing", "c", line=line.pk, received=1, condition="good")
    assert refused(answer) == (422, "invalid")
    assert one.number in answer.json()["details"][0]
    assert not SiteStep.objects.filter(key__in="ac").exists()


def test_a_cancelled_project_and_a_lost_role_are_told_apart_and_keep_a_note(site, phone):
    one = agreed(site)
    site.step(one, "cancel", reason="客户退货")
    assert refused(send(phone, one, "arrive", "a", state="agreed")) == (409, "cancelled")
    note = {"key": "n1", "note": "n1", "text": "货到了，拍了照"}
    assert send(phone, one, "note", **note).json()["done"]
    assert send(phone, one, "note", **note).json()["again"]
    assert one.timeline.filter(kind="comment", text__contains="拍了照").count() == 1
    assert Notice.objects.filter(kind="installations.note", person=site.dispatcher).count() == 1


@pytest.mark.parametrize(
    ("step", "data"),
    [
        ("packing", {"received": 9, "condition": "good"}),
        ("packing", {"received": 1, "condition": "damaged"}),
        ("packing", {"line": 0, "received": 1, "condition": "good"}),
        ("measure", {"line": 0, "value": "2"}),
        ("notice", {"supplier": "x"}),
        ("trainee", {"name": ""}),
        ("packing-add", {"text": "螺栓", "expected": 10**12}),
        ("paper-add", {"title": "图纸", "copies": 10**6}),
        ("photos", {}),
        ("remaining", {"text": "x", "due_on": "2020-01-01"}),
        ("go-on", {"state": "unpacking"}),
    ],
)
def test_what_the_page_would_not_take_the_phone_is_refused_with_the_reason(site, phone, step, data):
    one = site.arrived(named(site, site.project()))
    values = {"line": one.packing.first().pk, **data}
    answer = send(phone, one, step, "k", **values)
    assert refused(answer) == (422, "invalid")
    assert answer.json()["details"]
    assert not SiteStep.objects.exists()


def test_unknown_steps_lines_and_signatures_are_refused(site, phone):
    one = site.trained(named(site, site.project()))
    assert refused(send(phone, one, "fly")) == (404, "unknown")
    assert refused(send(phone, one, "assess", "a", line="nothing", skills="")) == (409, "changed")
    foreign = Trainee.objects.create(installation=site.project(), name="别人")
    assert refused(send(phone, one, "trainee-sign", line=foreign.pk, signature=scene.signature_text())) == (
        422,
        "invalid",
    )
    parts = one.parts.get().pk
    unsigned = send(phone, one, "accept", "b", state="acceptance", parts=parts, signed_by="赵工")
    assert refused(unsigned) == (422, "invalid")
    assert state_of(one) == "acceptance"


def test_signs_that_no_database_keeps_are_left_out(site, phone):
    one = site.arrived(named(site, site.project()))
    assert send(phone, one, "trainee", "a\0b", name="钱师傅").json()["done"]
    assert send(phone, one, "trainee", "a\0b", name="钱师傅").json()["again"]
    assert send(phone, one, "note", "c\0", text="留言\0").json()["done"]
    assert refused(send(phone, one, "trainee-sign", line="x\0y")) == (409, "changed")
    assert phone.get("/field/app/installations/IN%00").status_code == 404
    assert phone.post("/field/app/installations/IN%00/arrive").status_code == 404


def test_refused_mended_and_presented_again_without_network(site, phone):
    one = site.trained(named(site, site.project()))
    due = (timezone.localdate() + timedelta(days=3)).isoformat()
    data = {"state": "acceptance", "reasons": "噪声大\n漏油", "due_on": due, "signed_by": "赵工"}
    assert send(phone, one, "refuse", "a", **data, paper=photo()).json()["done"]
    assert refused(send(phone, one, "present-again", "b", state="refused")) == (422, "invalid")
    for n, item in enumerate(one.remaining.all()):
        assert send(phone, one, "remaining-done", f"c{n}", line=item.pk, how="已处理").json()["done"]
    assert send(phone, one, "present-again", "d", state="refused").json()["done"]
    assert state_of(one) == "acceptance"
    assert one.acceptances.get(is_refusal=True).paper is not None


def test_a_value_outside_the_limits_is_kept_as_not_passed(site, phone):
    one = site.installed(named(site, site.project()))
    line = one.parts.get().measures.first()
    assert send(phone, one, "measure", "a", line=line.pk, value="9.75", remark="偏高").json()["done"]
    reading = line.readings.get()
    assert (reading.value, reading.passed) == (Decimal("9.75"), False)
