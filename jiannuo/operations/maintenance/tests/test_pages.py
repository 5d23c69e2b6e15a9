"""The pages: what they show and refuse, and how many questions they ask."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from jiannuo.operations.maintenance.models import (
    Checklist,
    DutyBook,
    DutyShift,
    Finding,
    InspectionReport,
    MaintenancePlan,
    PatrolRoute,
    PlannedJob,
    Season,
)
from jiannuo.operations.maintenance.services import (
    begin_shift,
    do_report,
    do_shift,
    draft_report,
    order_job,
    plan_round,
    raise_item,
    save_book,
)
from jiannuo.operations.workorders.tests.scene import signature_text


@pytest.fixture
def office(client, plant):
    client.force_login(plant.dispatcher)
    return client


def post(client, name, data, *arguments):
    return client.post(reverse(f"maintenance:{name}", args=arguments), data)


def plan_data(plant, **fields):
    return {
        "organization": plant.branch.pk,
        "customer": plant.customer.pk,
        "source": "contract",
        "reference": "维保合同第4条",
        "units": plant.unit.serial,
        "job": "maintenance",
        "work": "例行保养",
        "checklist": plant.checklist.pk,
        "every_amount": 3,
        "every_unit": "months",
        "starts_on": plant.ago(85).isoformat(),
        "lead_days": 14,
        **fields,
    }


def test_a_plan_is_entered_started_ordered_and_printed(office, plant):
    answer = post(office, "plan_form", plan_data(plant, start="1"), "calendar")
    plan = MaintenancePlan.objects.get()
    assert answer["Location"] == plan.get_absolute_url()
    page = office.get(plan.get_absolute_url(), follow=True).content.decode()
    assert plant.unit.serial in page
    assert "维保合同第4条" in page
    job = plan.jobs.get()
    post(office, "job_order", {}, job.pk)
    job.refresh_from_db()
    assert job.state == "ordered"
    assert office.get(reverse("printing:print", args=["F25", plan.pk])).content.startswith(b"%PDF")
    answer = post(office, "plan_edit", {**plan_data(plant), "version": 1}, plan.number)
    assert answer.status_code == 409
    plan.refresh_from_db()
    answer = post(
        office, "plan_edit", {**plan_data(plant, lead_days=30), "version": plan.version}, plan.number
    )
    plan.refresh_from_db()
    assert answer.status_code == 302
    assert plan.lead_days == 30


@pytest.mark.parametrize(
    ("rhythm", "fields", "wrong"),
    [
        ("calendar", {"every_amount": "0"}, "every_amount"),
        ("calendar", {"units": "NO-SUCH"}, "units"),
        ("season", {}, "season"),
        ("weekdays", {}, "weekdays"),
        ("meter", {"meter_every": "0"}, "meter_every"),
    ],
)
def test_bad_plans_come_back_with_what_was_typed(office, plant, rhythm, fields, wrong):
    answer = post(office, "plan_form", plan_data(plant, **fields), rhythm)
    assert answer.status_code == 422
    assert wrong in answer.context["form"].errors
    assert "例行保养" in answer.content.decode()


def test_units_of_several_customers_are_refused_on_the_form(office, plant):
    both = f"{plant.unit.serial}\n{plant.foreign.serial}"
    answer = post(office, "plan_form", plan_data(plant, units=both), "calendar")
    assert answer.status_code == 422
    assert plant.foreign.serial in str(answer.context["form"].errors["units"])


def test_the_jobs_are_ordered_in_bulk_and_one_left_out(office, plant):
    plan = plant.running(units=[plant.unit, plant.twin])
    keys = list(plan.jobs.values_list("pk", flat=True))
    office.post(reverse("maintenance:jobs") + "?bulk=order", {"select": keys[:1], "confirmed": "1"})
    post(office, "job_skip", {"reason": "停机"}, keys[1])
    assert post(office, "job_skip", {"reason": ""}, keys[1]).status_code == 422
    states = set(PlannedJob.objects.values_list("state", flat=True))
    assert "skipped" in states


def walk_to_first_point(client, plant):
    one = plan_round(plant.route((plant.unit, "配电间")))
    client.force_login(plant.technician)
    assert client.get(reverse("maintenance:my_rounds")).content.decode().count("园区照明巡查") == 1
    post(client, "walk_step", {}, one.number, "start")
    return one, one.points.first()


def test_a_round_on_the_phone_with_a_finding(client, plant):
    one, point = walk_to_first_point(client, plant)
    yes_no, number = point.checks.all()
    bad = post(
        client, "walk_point", {f"check-{yes_no.pk}": "yes", f"check-{number.pk}": "abc"}, one.number, point.pk
    )
    assert bad.status_code == 422
    assert "abc" in bad.content.decode()
    sent = {
        f"check-{yes_no.pk}": "yes",
        f"check-{number.pk}": "600",
        "key": "k1",
        "latitude": "30.2",
        "longitude": "x",
    }
    answer = post(client, "walk_point", sent, one.number, point.pk)
    second = one.points.last()
    assert answer["Location"] == reverse("maintenance:walk_point", args=[one.number, second.pk])
    assert post(client, "walk_point", {**sent, "key": "k2"}, one.number, point.pk).status_code == 409
    assert post(client, "walk_step", {"remark": ""}, one.number, "finish").status_code == 422
    assert post(client, "walk_skip", {"reason": ""}, one.number, second.pk).status_code == 422
    post(client, "walk_skip", {"reason": "锁着"}, one.number, second.pk)
    post(client, "walk_step", {"remark": ""}, one.number, "finish")
    one.refresh_from_db()
    point.refresh_from_db()
    assert (one.state, point.latitude, point.longitude) == ("finished", 30.2, None)
    assert Finding.objects.get().unit == plant.unit
    for address in (one.get_absolute_url(), reverse("printing:print", args=["F23-round", one.pk])):
        assert client.get(address, follow=True).status_code == 200
    assert post(client, "walk_step", {}, one.number, "start").status_code == 409


def test_routes_are_drawn_changed_and_their_points_moved(office, plant):
    data = {
        "organization": plant.branch.pk,
        "customer": plant.customer.pk,
        "name": "机房巡查",
        "weekdays": ["0", "2", "4", "6"],
        "starts_on": plant.today.isoformat(),
        "checklist": plant.checklist.pk,
        "points": f"{plant.unit.serial}\n配电间",
    }
    assert post(office, "route_new", {**data, "weekdays": []}).status_code == 422
    post(office, "route_new", data)
    route = PatrolRoute.objects.get()
    assert route.weekdays == "0246"
    assert [p.unit for p in route.points.all()] == [plant.unit, None]
    assert post(office, "point_new", {"serial": plant.foreign.serial}, route.pk).status_code == 422
    post(office, "point_new", {"place": "水泵房"}, route.pk)
    last = route.points.last()
    post(office, "point_move", {}, last.pk, "up")
    post(office, "point_remove", {}, last.pk)
    last.refresh_from_db()
    assert last.removed_at is not None
    assert (
        post(office, "special", {"day": plant.ago(1).isoformat(), "occasion": "台风"}, route.pk).status_code
        == 422
    )
    post(office, "special", {"day": plant.today.isoformat(), "occasion": "台风"}, route.pk)
    assert route.rounds.filter(occasion="台风").exists()
    changed = {**data, "name": "机房日检", "is_active": "on"}
    post(office, "route_edit", changed, route.pk)
    route.refresh_from_db()
    assert route.name == "机房日检"
    for name, key in (("route", route.pk), ("point", route.points.first().pk)):
        assert office.get(reverse(f"maintenance:{name}", args=[key])).status_code == 200


def test_a_report_is_drafted_written_issued_and_printed(office, plant):
    order = plant.done(order_job(plant.job(job="inspection"), by=plant.dispatcher), current="600")
    assert order.number in office.get(reverse("maintenance:report_new")).content.decode()
    assert post(office, "report_new", {}).status_code == 422
    post(office, "report_new", {"order": [order.pk]})
    report = InspectionReport.objects.get()
    words = {"inspected_on": plant.today.isoformat(), "summary": "整体良好", "version": report.version}
    assert post(office, "report_edit", {**words, "next_on": "2020-01-01"}, report.number).status_code == 422
    assert post(office, "report_edit", {**words, "version": 99}, report.number).status_code == 409
    post(office, "report_edit", words, report.number)
    report.refresh_from_db()
    assert report.summary == "整体良好"
    do_report(report, "issue", by=plant.dispatcher)
    assert post(office, "report_edit", words, report.number).status_code == 409
    for form, key in (("F24", report.pk), ("F23", order.pk)):
        assert office.get(reverse("printing:print", args=[form, key])).content.startswith(b"%PDF")
    assert "600" in office.get(reverse("maintenance:unit", args=[plant.unit.pk])).content.decode()


def test_a_log_from_the_first_shift_to_the_signature(client, plant):
    client.force_login(plant.dispatcher)
    assert (
        post(client, "book_new", {"organization": plant.branch.pk, "name": "x", "shifts": ","}).status_code
        == 422
    )
    data = {"organization": plant.branch.pk, "name": "值班电话", "shifts": "早,晚", "is_active": "on"}
    post(client, "book_new", data)
    book = DutyBook.objects.get()
    client.force_login(plant.technician)
    post(client, "begin", {"shift_name": "早"}, book.pk)
    shift = DutyShift.objects.get()
    post(client, "entry_new", {"kind": "fault", "text": "报警一次"}, shift.number)
    post(client, "item_new", {"text": "等客户回电"}, shift.number)
    item = shift.items_raised.get()
    do_shift(shift, "hand_over", by=plant.technician, data={"summary": "x"})
    client.force_login(plant.second)
    address = reverse("maintenance:accept", args=[shift.number])
    assert "等客户回电" in client.get(address).content.decode()
    sent = {"shift_name": "晚", "signature": signature_text()}
    assert client.post(address, sent).status_code == 422
    assert client.post(address, {**sent, "read": [item.pk], "signature": ""}).status_code == 422
    client.post(address, {**sent, "read": [item.pk]})
    mine = book.duty_shifts.get(is_running=True)
    assert mine.person == plant.second
    post(client, "item_close", {"result": "已回电"}, mine.number, item.pk)
    item.refresh_from_db()
    assert item.closed_by == plant.second
    assert client.get(reverse("printing:print", args=["F26", shift.pk])).content.startswith(b"%PDF")
    for url in (
        shift.get_absolute_url(),
        book.get_absolute_url(),
        reverse("maintenance:book_edit", args=[book.pk]),
    ):
        assert client.get(url, follow=True).status_code in (200, 403)


def test_managers_keep_seasons_checklists_and_settings(client, plant):
    manager = plant.manager
    client.force_login(manager)
    assert client.get(reverse("maintenance:settings")).status_code == 200
    bad = {"name": "反", "begins": "09-30", "ends": "07-01"}
    assert post(client, "season_new", bad).status_code == 422
    post(client, "season_new", {"name": "采暖季", "begins": "11-15", "ends": "03-15", "over_new_year": "on"})
    season = Season.objects.get(name="采暖季")
    post(
        client,
        "season_edit",
        {"name": "采暖季", "begins": "11-01", "ends": "03-15", "over_new_year": "on"},
        season.pk,
    )
    post(client, "checklist_new", {"organization": plant.branch.pk, "name": "日检", "is_active": "on"})
    checklist = Checklist.objects.get(name="日检")
    line = {"position": 1, "text": "压力", "kind": "number", "minimum": "2", "maximum": "1"}
    assert post(client, "line_new", line, checklist.pk).status_code == 422
    assert post(client, "line_new", {**line, "kind": "text", "maximum": ""}, checklist.pk).status_code == 422
    post(client, "line_new", {**line, "maximum": "3", "required": "on"}, checklist.pk)
    kept = checklist.lines.get()
    post(client, "line_edit", {**line, "text": "油压", "maximum": "3"}, kept.pk)
    assert client.get(reverse("maintenance:checklist", args=[checklist.pk])).content.decode().count("油压")
    post(client, "line_remove", {}, kept.pk)
    assert not checklist.lines.exists()
    values = {
        "trend_points": 2,
        "trend_days": 60,
        "usage_days": 90,
        "handover_minutes": 20,
        "late_entry_hours": 6,
    }
    assert post(client, "settings_values", values).status_code == 422
    assert post(client, "settings_values", {**values, "trend_points": 5}).status_code == 302
    assert post(client, "checklist_edit", {"name": "x"}, plant.checklist.pk).status_code == 403


def test_the_figures_and_their_workbook(office, plant):
    plan = plant.running(units=[plant.unit, plant.twin])
    first, second = plan.jobs.all()
    plant.done(order_job(first, by=plant.dispatcher))
    PlannedJob.objects.filter(pk=second.pk).update(due_on=plant.ago(1), opens_on=plant.ago(30))
    month = f"{first.due_on:%Y-%m}"
    address = reverse("maintenance:figures") + f"?month={month}"
    page = office.get(address)
    assert page.context["figures"].total.done == 1
    assert [job.pk for job in page.context["late"]] == [second.pk]
    book = load_workbook(io.BytesIO(b"".join(office.get(address + "&export=xlsx").streaming_content)))
    assert len(book.sheetnames) == 4
    assert [row[3].value for row in book.worksheets[3].iter_rows(min_row=2)] == [plant.twin.serial]


LISTS = ("plans", "jobs", "rounds", "routes", "findings", "reports", "books", "shifts", "promised", "figures")


def test_lists_ask_little_however_long_they_are(client, plant, django_assert_max_num_queries):
    for number in range(3):
        job = plant.job(units=[plant.machine()], job="inspection")
        order = plant.done(order_job(job, by=plant.dispatcher), current="600")
        draft_report([order], by=plant.dispatcher)
        plan_round(plant.route(name=f"路线{number}"))
        book = save_book(
            DutyBook(organization=plant.branch, name=f"日志{number}", shifts="早"), by=plant.dispatcher
        )
        raise_item(begin_shift(book, by=plant.technician, shift_name="早"), by=plant.technician, text="x")
    client.force_login(plant.manager)
    for name in LISTS:
        client.get(reverse(f"maintenance:{name}"))
        with django_assert_max_num_queries(12, info=name):
            assert client.get(reverse(f"maintenance:{name}")).status_code == 200


def test_document_pages_keep_their_budget(client, plant, django_assert_max_num_queries):
    plan = plant.running(units=[plant.unit, plant.twin])
    order = plant.done(order_job(plan.jobs.first(), by=plant.dispatcher), current="600")
    report = draft_report([order], by=plant.dispatcher)
    one = plant.round(plant.route(tuple(f"{n}号" for n in range(8))))
    book = save_book(DutyBook(organization=plant.branch, name="日志", shifts="早"), by=plant.dispatcher)
    shift = begin_shift(book, by=plant.technician, shift_name="早")
    client.force_login(plant.manager)
    pages = [document.get_absolute_url() for document in (plan, report, one, shift, Finding.objects.get())]
    pages += [reverse("maintenance:route", args=[one.route_id]), reverse("maintenance:book", args=[book.pk])]
    for address in pages:
        client.get(address, follow=True)
        target = client.get(address, follow=True).redirect_chain
        with django_assert_max_num_queries(25):
            assert client.get(target[-1][0] if target else address).status_code == 200


def test_finance_sees_no_maintenance_and_others_must_sign_in(client, plant):
    names = (*LISTS, "settings", "my_rounds", "plan_new", "finding_new", "report_new")
    pages = [reverse(f"maintenance:{name}") for name in names]
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 302)
    client.force_login(plant.finance)
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 403)


def test_a_stranger_finds_nothing(client, plant):
    plan = plant.running()
    one = plant.round()
    client.force_login(plant.stranger)
    for name, key in (
        ("plan", plan.number),
        ("plan_edit", plan.number),
        ("round", one.number),
        ("walk", one.number),
        ("route", one.route_id),
        ("unit", plant.unit.pk),
        ("point", one.route.points.first().pk),
        ("job_skip", plan.jobs.get().pk),
    ):
        assert client.get(reverse(f"maintenance:{name}", args=[key])).status_code == 404
