"""Mystery inspections: a form with versions, a visit nobody knows of, scores with reasons, and what follows."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import ProtectedError
from django.urls import reverse

from jiannuo.kernel.files.tests.test_files import picture
from jiannuo.office.documents.services import ActionNotAllowed
from jiannuo.office.notices.models import Notice
from jiannuo.operations.complaints.models import (
    Complaint,
    Inspection,
    ScoreForm,
    ScoreItem,
    Suggestion,
    total_of,
)
from jiannuo.operations.complaints.queries import inspection_trends
from jiannuo.operations.complaints.services import (
    Scored,
    do_inspection,
    draw_up,
    follow_up,
    new_version,
    open_inspection,
    put_in_use,
    save_score_form,
    score,
)
from jiannuo.operations.complaints.tests.conftest import CALLED

LINES = (
    ("三声内接听电话", 20, "0 5 10", 5),
    ("报出收费标准", 30, "0 10", 10),
    ("着装整洁", 10, "0 1 2 3", None),
)


def line(title: str, weight: int, steps: str, remark: int | None) -> ScoreItem:
    return ScoreItem(title=title, weight=weight, steps=steps, remark_below=remark)


@pytest.fixture
def form(firm) -> ScoreForm:
    draft = save_score_form(ScoreForm(name="站点暗访"), [line(*one) for one in LINES], by=firm.supervisor)
    return put_in_use(draft, by=firm.supervisor)


def visit(firm: Any, form: ScoreForm, **changed: Any) -> Inspection:
    values = {
        "by": firm.supervisor,
        "organization": firm.station,
        "form": form,
        "visited_at": CALLED,
        "inspector": firm.colleague,
        "guise": "来买配件的顾客",
        **changed,
    }
    return open_inspection(**values)


def scored(inspection: Inspection, firm: Any, *scores: int) -> Inspection:
    items = list(inspection.form.items.all())
    given = [Scored(item, one, "没有做到") for item, one in zip(items, scores, strict=False)]
    return score(inspection, given, by=firm.supervisor, summary="总体较好")


def test_the_total_weighs_the_lines():
    items = [line(*one) for one in LINES]
    assert total_of(zip(items, (10, 10, 3), strict=True)) == Decimal("100.0")
    assert total_of(zip(items, (5, 0, 3), strict=True)) == Decimal("33.3")
    assert total_of(zip(items, (0, 0, 0), strict=True)) == Decimal("0.0")
    assert total_of([]) is None


@pytest.mark.parametrize(
    "steps", ["", "5", "0 0", "5 3", "0 x", "-1 5", "0 2000", "1.5 3", " ".join("0123456789abc")]
)
def test_scores_that_do_not_rise_are_refused(firm, steps):
    with pytest.raises(ValidationError):
        save_score_form(ScoreForm(name="x"), [line("a", 1, steps, None)], by=firm.supervisor)
    with pytest.raises(ValidationError):
        save_score_form(ScoreForm(name="x"), [line("a", 0, "0 5", None)], by=firm.supervisor)
    with pytest.raises(ValidationError):
        save_score_form(ScoreForm(name="x"), [], by=firm.supervisor)


def test_a_version_in_use_never_changes(firm, form):
    inspection = visit(firm, form)
    with pytest.raises(ValidationError):
        save_score_form(form, [line(*LINES[0])], by=firm.supervisor)
    draft = new_version(form, by=firm.general)
    assert (draft.number, draft.items.count(), new_version(form, by=firm.general)) == (2, 3, draft)
    save_score_form(draft, [line("只看一项", 10, "0，5，10", None)], by=firm.supervisor)
    put_in_use(draft, by=firm.supervisor)
    form.refresh_from_db()
    inspection.refresh_from_db()
    assert (form.state, inspection.form, inspection.form.items.count()) == ("retired", form, 3)
    with pytest.raises(ValidationError):
        visit(firm, form)
    with pytest.raises(ProtectedError):
        form.delete()


def test_only_managers_of_the_desk_edit_forms(client, firm, form):
    for person in (*firm.service, firm.manager, firm.auditor):
        with pytest.raises(PermissionDenied):
            new_version(form, by=person)
        client.force_login(person)
        for name in ("complaints:score_forms", "complaints:score_form_new", "complaints:inspection_new"):
            assert client.get(reverse(name)).status_code == 403


def test_a_low_score_must_say_why_and_a_foreign_score_is_refused(firm, form):
    inspection = visit(firm, form)
    first, second, third = form.items.all()
    for wrong in (Scored(first, 0), Scored(second, 0, "  "), Scored(third, 4), Scored(first, 7, "x")):
        with pytest.raises(ValidationError):
            score(inspection, [wrong], by=firm.supervisor)
    assert not inspection.scores.exists()
    half = score(inspection, [Scored(first, 5), Scored(third, 0)], by=firm.supervisor)
    assert half.total == Decimal("33.3")


def test_a_visit_to_come_and_a_stranger_as_inspector_are_refused(firm, form):
    for wrong in ({"visited_at": CALLED + timedelta(days=4000)}, {"inspector": firm.agent}):
        with pytest.raises(ValidationError):
            visit(firm, form, **wrong)
    for person in (firm.agent, firm.manager, firm.clerk, firm.auditor):
        with pytest.raises(PermissionDenied):
            visit(firm, form, by=person)


def test_nobody_inspected_knows_of_it_before_it_is_published(client, firm, form):
    inspection = scored(visit(firm, form), firm, 5, 10, 3)
    number, others = inspection.number, [*firm.service, firm.manager]
    pages = [
        reverse("complaints:inspection", args=[number]),
        reverse("documents:open", args=[number]),
        reverse("documents:timeline", args=[number]),
        reverse("complaints:inspection_score", args=[number]),
        reverse("complaints:inspection_follow", args=[number, "complaint"]),
        f"/print/MI/{inspection.pk}.pdf",
        f"/api/v1/inspections/{number}/",
    ]
    lists = [reverse("complaints:inspections"), reverse("complaints:inspections") + "?export=csv"]
    lists += ["/api/v1/inspections/", reverse("console:home"), reverse("search:results") + "?q=宁波站"]
    for person in others:
        client.force_login(person)
        for page in pages:
            assert client.get(page).status_code in (403, 404), (person, page)
        for page in lists:
            answer = client.get(page)
            told = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert number not in told.decode(), (person, page)
    assert not Notice.objects.filter(person__in=others, document=inspection.pk).exists()
    client.force_login(firm.auditor)
    assert client.get(pages[0]).status_code == 200
    inspection = do_inspection(inspection, "publish", by=firm.supervisor)
    for person in (firm.clerk, firm.manager):
        client.force_login(person)
        assert client.get(pages[0]).status_code == 200
        assert "没有做到" in client.get(pages[0]).content.decode()
        assert Notice.objects.filter(person=person, document=inspection.pk).count() == 1
    client.force_login(firm.technician)
    assert client.get(pages[0]).status_code in (403, 404)


def test_it_is_published_whole_and_stays_as_it_is(firm, form):
    inspection = scored(visit(firm, form), firm, 5, 10)
    with pytest.raises(ValidationError):
        do_inspection(inspection, "publish", by=firm.supervisor)
    inspection = do_inspection(scored(inspection, firm, 5, 10, 3), "publish", by=firm.supervisor)
    with pytest.raises(ValidationError):
        scored(inspection, firm, 10, 10, 3)
    with pytest.raises(ActionNotAllowed):
        do_inspection(inspection, "make_void", by=firm.supervisor, data={"reason": "x"})
    other = visit(firm, form)
    with pytest.raises(PermissionDenied):
        do_inspection(other, "make_void", by=firm.manager, data={"reason": "x"})
    assert do_inspection(other, "make_void", by=firm.supervisor, data={"reason": "走错了站"}).state == "void"


def test_what_follows_goes_the_ways_of_the_house(firm, form):
    inspection = scored(visit(firm, form), firm, 0, 0, 0)
    with pytest.raises(ValidationError):
        follow_up(inspection, "complaint", by=firm.supervisor, text="不报价")
    inspection = do_inspection(inspection, "publish", by=firm.supervisor)
    with pytest.raises(PermissionDenied):
        follow_up(inspection, "complaint", by=firm.clerk, text="x")
    with pytest.raises(ValidationError):
        follow_up(inspection, "complaint", by=firm.supervisor, text=" ")
    complaint = follow_up(inspection, "complaint", by=firm.supervisor, text="不报收费标准")
    assert isinstance(complaint, Complaint)
    assert (complaint.channel, complaint.organization) == ("inspection", firm.station)
    complaint = firm.investigated(firm.assigned(complaint))
    complaint = firm.step(
        complaint, "regrade", grade="malicious", weight="major", circumstances=[], reason="情节严重"
    )
    firm.step(complaint, "decide", ruling="扣罚")
    month = complaint.graded_at.date().replace(day=1)
    sheet = draw_up(month, organization=firm.head, by=firm.supervisor)
    assert sheet.lines.get().complaint_id == complaint.pk
    made = follow_up(inspection, "suggestion", by=firm.supervisor, text="墙上张贴收费标准")
    assert isinstance(made, Suggestion)


def test_the_pages(client, firm, django_assert_max_num_queries):
    client.force_login(firm.supervisor)
    lines = {"items-TOTAL_FORMS": "3", "items-INITIAL_FORMS": "0", "items-MAX_NUM_FORMS": "60"}
    lines |= {"items-MIN_NUM_FORMS": "0"}
    for place, (title, weight, steps, remark) in enumerate(LINES[:2]):
        lines |= {f"items-{place}-title": title, f"items-{place}-weight": str(weight)}
        lines |= {f"items-{place}-steps": steps, f"items-{place}-remark_below": str(remark)}
    lines |= {"items-2-weight": "10"}
    address = reverse("complaints:score_form_new")
    assert client.get(address).status_code == 200
    assert client.post(address, {"name": "", **lines}).status_code == 422
    assert client.post(address, {"name": "x", **lines, "items-0-steps": "5 1"}).status_code == 422
    assert client.post(address, {"name": "站点暗访", **lines}).status_code == 302
    draft = ScoreForm.objects.get()
    edit = reverse("complaints:score_form", args=[draft.pk])
    ids = {f"items-{place}-id": str(item.pk) for place, item in enumerate(draft.items.all())}
    changed = {**lines, **ids, "items-INITIAL_FORMS": "2", "items-0-DELETE": "on"}
    assert client.post(edit, {"name": "站点暗访", **changed, "use": "1"}).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, [item.title for item in draft.items.all()]) == ("in_use", [LINES[1][0]])
    assert client.get(edit).status_code == 200
    assert client.post(reverse("complaints:score_form_version", args=[draft.pk])).status_code == 302
    with django_assert_max_num_queries(12):
        assert client.get(reverse("complaints:score_forms")).status_code == 200

    data = {"organization": firm.station.pk, "form": draft.pk, "inspector": firm.supervisor.pk}
    new = reverse("complaints:inspection_new")
    assert client.post(new, {**data, "visited_at": "2999-01-01T10:00"}).status_code == 422
    made = client.post(new, {**data, "visited_at": "2026-03-20T10:00"})
    inspection = Inspection.objects.get()
    assert made["Location"] == reverse("complaints:inspection_score", args=[inspection.number])
    item = draft.items.get()
    assert client.get(made["Location"]).status_code == 200
    assert client.post(made["Location"], {f"score_{item.pk}": "0"}).status_code == 422
    assert client.post(made["Location"], {f"score_{item.pk}": "99"}).status_code == 422
    assert client.post(made["Location"], {f"remark_{item.pk}": "x"}).status_code == 422
    given = {f"score_{item.pk}": "0", f"remark_{item.pk}": "未张贴", f"photos_{item.pk}": [picture()]}
    stale = client.post(made["Location"], {**given, "version": "77"})
    assert stale.status_code == 409
    given[f"photos_{item.pk}"] = [picture()]
    assert client.post(made["Location"], given).status_code == 302
    kept = inspection.scores.get()
    assert (kept.score, kept.remark, kept.photos.count()) == (0, "未张贴", 1)
    inspection.refresh_from_db()
    do_inspection(inspection, "publish", by=firm.supervisor)
    with django_assert_max_num_queries(25):
        page = client.get(reverse("complaints:inspection", args=[inspection.number]))
    assert "未张贴" in page.content.decode()
    with django_assert_max_num_queries(12):
        assert client.get(reverse("complaints:inspections")).status_code == 200
    follow = reverse("complaints:inspection_follow", args=[inspection.number, "complaint"])
    assert "未张贴" in client.get(follow).content.decode()
    assert client.post(follow, {"text": "未张贴收费标准"}).status_code == 302
    assert Complaint.objects.get().number in client.get(page.request["PATH_INFO"]).content.decode()
    assert client.get(follow.replace("complaint/", "dance/")).status_code == 404
    assert client.get(f"/print/MI/{inspection.pk}.pdf").content.startswith(b"%PDF")
    assert client.get(f"/api/v1/inspections/{inspection.number}/").json()["scores"][0]["score"] == 0


def test_the_trend_of_each_station(client, firm, form, django_assert_max_num_queries):
    for days, given in ((0, (10, 10, 3)), (1, (5, 0, 3)), (-40, (0, 0, 0))):
        inspection = visit(firm, form, visited_at=CALLED + timedelta(days=days))
        do_inspection(scored(inspection, firm, *given), "publish", by=firm.supervisor)
    scored(visit(firm, form, organization=firm.other), firm, 10, 10, 3)  # not published
    months, trends = inspection_trends(firm.supervisor, CALLED.date().replace(day=1))
    assert [one.station for one in trends] == [str(firm.station)]
    assert [f"{one:%m}" for one in months] == ["10", "11", "12", "01", "02", "03"]
    assert trends[0].totals == [None, None, None, None, Decimal("0.0"), Decimal("66.6")]
    client.force_login(firm.supervisor)
    with django_assert_max_num_queries(12):
        assert "66.6" in client.get(reverse("complaints:month") + "?month=2026-03").content.decode()
