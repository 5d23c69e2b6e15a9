"""Tasks: the list, the page, the buttons, and where else they are shown."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from jiannuo.office.documents.services import act
from jiannuo.operations.tasks.models import Task
from jiannuo.operations.tasks.queries import mine


@pytest.fixture
def task(firm) -> Task:
    firm.missed({"code": "compensation", "amount": "100", "per": "day", "text": "每逾期一天赔偿 100 元"})
    return Task.objects.get()


def test_the_list_is_for_the_own_organisation(client, firm, task, django_assert_max_num_queries):
    client.force_login(firm.agent)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("tasks:list"))
    assert task.number in page.content.decode()
    client.force_login(firm.stranger)
    assert task.number not in client.get(reverse("tasks:list")).content.decode()
    assert client.get(task.get_absolute_url(), follow=True).status_code == 404


def test_the_page_of_a_task(client, firm, task, django_assert_max_num_queries):
    client.force_login(firm.finance)
    with django_assert_max_num_queries(25):
        page = client.get(reverse("tasks:detail", args=[task.number]))
    content = page.content.decode()
    assert "每逾期一天赔偿 100 元" in content
    assert task.source.number in content


def test_it_is_shown_on_the_request_and_among_my_promises(client, firm, task):
    client.force_login(firm.finance)
    assert (
        task.number in client.get(reverse("desk:request_detail", args=[task.source.number])).content.decode()
    )
    assert reverse("tasks:detail", args=[task.number]) in client.get(reverse("console:home")).content.decode()
    client.force_login(firm.storekeeper)
    home = client.get(reverse("console:home")).content.decode()
    assert reverse("tasks:detail", args=[task.number]) not in home


def test_special_cases_are_on_the_managers_list(client, firm):
    firm.missed({"code": "special_case", "text": "上门三次仍未解决"})
    task = Task.objects.get()
    assert list(mine(firm.general, with_special=True)) == [task]
    assert not mine(firm.general).exists()
    assert not mine(firm.stranger, with_special=True).exists()
    client.force_login(firm.general)
    assert task.number not in client.get(reverse("tasks:list") + "?state=done").content.decode()
    assert reverse("tasks:detail", args=[task.number]) in client.get(reverse("console:home")).content.decode()


def test_from_taking_it_on_to_done(firm, task):
    assert list(mine(firm.finance)) == [task]
    act(task, "take", by=firm.finance)
    act(task, "hand_over", by=firm.finance, data={"person": firm.agent})
    assert not mine(firm.finance).exists()
    assert list(mine(firm.agent)) == [task]

    done = act(task, "finish", by=firm.agent, data={"result": "已汇款", "amount": Decimal("88.00")})

    assert (done.state, done.amount, done.result) == ("done", Decimal("88.00"), "已汇款")
    assert not mine(firm.agent).exists()
    said = [entry.text for entry in done.source.timeline.filter(action="task")]
    assert any("已汇款" in text for text in said)


def test_finishing_needs_a_result(client, firm, task):
    client.force_login(firm.finance)
    address = reverse("documents:action", args=[task.number, "finish"])
    assert client.post(address, {"result": "", "amount": "100"}).status_code == 422
    assert client.post(address, {"result": "已付", "amount": "100"}).status_code in (200, 302)
    task.refresh_from_db()
    assert task.state == "done"


def test_only_managers_drop(firm, task):
    with pytest.raises(PermissionDenied):
        act(task, "drop", by=firm.finance, data={"reason": "不必"})
    assert act(task, "drop", by=firm.manager, data={"reason": "客户谢绝"}).state == "dropped"


def test_over_the_api(client, firm, task):
    client.force_login(firm.finance)
    listed = client.get("/api/v1/tasks/?task_kind=compensation").json()
    assert [row["number"] for row in listed["results"]] == [task.number]
    read = client.get(f"/api/v1/tasks/{task.number}/").json()
    assert (read["source"], read["metric"], read["grows"]) == (task.source.number, "repair", True)
    assert "finish" in read["actions"]
    client.force_login(firm.stranger)
    assert client.get(f"/api/v1/tasks/{task.number}/").status_code == 404
