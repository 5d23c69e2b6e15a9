from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from jiannuo.kernel.tables import exports, services
from jiannuo.kernel.tables.models import ListExport, SavedView
from jiannuo.kernel.tables.tests.lists import orders, page_for
from jiannuo.kernel.tables.writers import csv_lines, harmless, plain, write_xlsx
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.testing import factories

pytestmark = [pytest.mark.django_db, pytest.mark.urls("jiannuo.kernel.tables.tests.lists")]

SIGN_IN = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def root():
    return factories.organization()


@pytest.fixture
def dealer(root):
    return factories.organization(root, kind="dealer")


def signed_in(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend=SIGN_IN)
    return client


@pytest.fixture
def dispatcher(root):
    return factories.person("dispatcher", at=root)


@pytest.fixture
def client(dispatcher):
    return signed_in(dispatcher)


def numbers(answer) -> list[str]:
    return [row.record.number for row in answer.context["table"].rows]


# Showing


def test_a_list_needs_twelve_queries_at_most_however_long_it_is(
    client, root, dispatcher, django_assert_max_num_queries
):
    # given a list with saved views, and a warm session
    orders(root, 60)
    services.save_view(by=dispatcher, page="test.orders", title="Mine", query="state=ready", columns=[])
    client.get("/orders/")
    # then each page of it stays within the budget
    with django_assert_max_num_queries(12) as few:
        client.get("/orders/?size=25")
    with django_assert_max_num_queries(12) as many:
        client.get("/orders/?size=100&state=draft&sort=due_at")
    assert len(many) <= len(few) + 1


def test_a_dealer_sees_the_own_rows_only(root, dealer):
    # given orders of two dealers
    other = factories.organization(root, kind="dealer")
    mine, theirs = orders(dealer, 2), orders(other, 2)
    # when one of them opens the list, also with a filter
    client = signed_in(factories.person("dealer_clerk", at=dealer))
    for address in ("/orders/", "/orders/?title=Order", "/orders/?export=csv"):
        answer = client.get(address)
        text = answer.getvalue().decode()
        # then the other's rows are nowhere
        assert all(order.number in text for order in mine)
        assert not any(order.number in text for order in theirs)


def test_a_list_is_closed_to_strangers_and_to_those_without_the_permission(root):
    assert Client().get("/orders/").status_code == 302
    assert signed_in(factories.person("customer", at=root)).get("/orders/").status_code == 403


@pytest.mark.parametrize("query", ["state=flying", "created_after=2026-02-31", "created_before=soon"])
def test_a_filter_that_makes_no_sense_is_explained(client, root, query):
    orders(root, 2)
    answer = client.get(f"/orders/?{query}")
    assert answer.status_code == 422
    assert numbers(answer) == []
    assert len(answer.context["filter_errors"]) == 1
    assert answer.context["filter_errors"][0] in answer.content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize(
    "query", ["after=rubbish", "before=a:b:c", "after=%00", "size=99999", "sort=password", "view=x"]
)
def test_an_address_that_makes_no_sense_shows_the_first_page(client, root, query):
    made = orders(root, 3)
    answer = client.get(f"/orders/?{query}")
    assert answer.status_code == 200
    assert numbers(answer) == [order.number for order in reversed(made)]
    assert bool(answer.context["notice"]) is query.startswith(("after", "before"))


def test_filters_in_force_can_be_removed_one_by_one(client, root):
    orders(root, 3, state="ready")
    answer = client.get("/orders/?state=ready&title=Order&created_after=2026-01-01&sort=title")
    chips = {chip.label: (chip.value, chip.url) for chip in answer.context["chips"]}
    assert chips["State"][0] == WorkOrder.State.READY.label
    assert "state" not in chips["State"][1]
    assert "title=Order" in chips["State"][1]
    assert "created" not in chips["Created"][1]
    assert chips["Created"][0] == "2026-01-01 – …"


def test_columns_are_remembered_for_each_person(client, root):
    orders(root, 1)
    # when a person chooses columns
    answer = client.post(
        "/orders/?columns=1", {"columns": ["title", "remark", "nonsense"], "query": "state=draft"}
    )
    # then the list comes back as it was, with these columns, now and later
    assert answer["Location"] == "/orders/?state=draft"
    shown = [c.name for c in client.get("/orders/").context["table"].columns if c.name != "select"]
    assert shown == ["title", "remark"]
    # and nobody else's list changes
    other = signed_in(factories.person("dispatcher", at=root))
    assert "remark" not in [c.name for c in other.get("/orders/").context["table"].columns]


def test_totals_are_worked_out_when_asked_for(client, root):
    orders(root, 3)
    orders(root, 2, customer=factories.customer(root), title="other")
    answer = client.get("/orders/?totals=1&title=other")
    totals = [(total["name"], str(total["value"])) for total in answer.context["totals"]]
    assert totals == [("rows", "2"), ("customers", "1")]


# Saved views


def test_a_saved_view_comes_back_as_it_was(client, root, dispatcher):
    # given a filtered and sorted list with chosen columns
    made = orders(root, 4)
    WorkOrder.objects.filter(pk__in=[made[0].pk, made[2].pk]).update(title="special")
    client.post("/orders/?columns=1", {"columns": ["number", "title"]})
    screen = "http://testserver/orders/?title=special&sort=number&after=x"
    form = client.get("/orders/?save=1", headers={"hx-current-url": screen})
    query = form.context["form"].initial["query"]
    # when it is saved, and the columns are changed afterwards
    answer = client.post("/orders/?save=1", {"title": " Special ", "query": query})
    client.post("/orders/?columns=1", {"columns": ["customer"]})
    # then its address gives the same rows, order and columns
    shown = client.get(answer["HX-Redirect"])
    assert numbers(shown) == [made[0].number, made[2].number]
    assert [c.name for c in shown.context["table"].columns if c.name != "select"] == ["number", "title"]
    active = [view["name"] for view in shown.context["views"] if view["is_active"]]
    assert active == ["Special"]


def test_a_default_view_opens_first_and_can_be_left(client, root, dispatcher):
    orders(root, 1)
    view = services.save_view(
        by=dispatcher, page="test.orders", title="V", query="title=zz", columns=[], default=True
    )
    answer = client.get("/orders/")
    assert answer["Location"] == f"/orders/?title=zz&view={view.pk}"
    assert len(numbers(client.get("/orders/?view="))) == 1


def test_a_view_is_shared_downwards_only_and_shows_each_person_the_own_rows(root, dealer, dispatcher):
    # given a view shared by head office, a private one, and one shared by another dealer
    other = factories.organization(root, kind="dealer")
    stranger = factories.person("dealer_clerk", at=other)
    kwargs = {"page": "test.orders", "query": "state=draft", "columns": []}
    services.save_view(by=dispatcher, title="From above", shared=True, **kwargs)
    services.save_view(by=dispatcher, title="Private", **kwargs)
    services.save_view(by=stranger, title="Next door", shared=True, **kwargs)
    orders(other, 1)
    mine = orders(dealer, 1)
    clerk = factories.person("dealer_clerk", at=dealer)
    # when the clerk of a dealer opens the list
    assert [view.title for view in SavedView.objects.visible_to(clerk)] == ["From above"]
    view = SavedView.objects.visible_to(clerk).get()
    answer = signed_in(clerk).get(f"/orders/?state=draft&view={view.pk}")
    # then the shared view is there, with the clerk's own rows
    assert numbers(answer) == [mine[0].number]


def test_a_view_is_removed_by_its_owner_only(client, root, dispatcher):
    view = services.save_view(by=dispatcher, page="test.orders", title="V", query="", columns=[], shared=True)
    colleague = factories.person("dispatcher", at=root)
    assert signed_in(colleague).post("/orders/?views=1", {"remove": view.pk}).status_code == 403
    with pytest.raises(PermissionDenied):
        services.delete_view(view, by=colleague)
    assert client.post("/orders/?views=1", {"remove": view.pk}).status_code == 200
    assert client.post("/orders/?views=1", {"remove": view.pk}).status_code == 404
    assert client.post("/orders/?views=1", {"remove": "x"}).status_code == 404


def test_a_view_without_a_name_or_too_long_is_refused(client, dispatcher):
    assert client.post("/orders/?save=1", {"title": "  "}).status_code == 422
    with pytest.raises(ValidationError, match=r"\w"):
        services.save_view(by=dispatcher, page="p", title="t", query="x" * 3000, columns=[])


# Doing something with several rows


def test_one_bad_row_does_not_spoil_a_bulk_action(client, root):
    made = orders(root, 3)
    WorkOrder.objects.filter(pk=made[1].pk).update(title="stuck")
    answer = client.post("/orders/?bulk=finish", {"select": [order.pk for order in made]})
    result = answer.context["result"]
    assert result.done == 2
    assert result.errors == [(made[1].number, "It is stuck.")]
    done = WorkOrder.objects.filter(test_result="ok").values_list("pk", flat=True)
    assert set(done) == {made[0].pk, made[2].pk}


def test_a_bulk_action_reaches_visible_rows_only(root, dealer):
    mine, theirs = orders(dealer, 1)[0], orders(root, 1)[0]
    client = signed_in(factories.person("dealer_clerk", at=dealer))
    answer = client.post("/orders/?bulk=finish", {"select": [mine.pk, theirs.pk, "x"]})
    assert answer.context["result"].done == 1
    assert "2" in answer.context["result"].errors[0][1]
    theirs.refresh_from_db()
    assert theirs.test_result == ""


def test_a_bulk_action_asks_for_what_it_needs(client, root):
    made = orders(root, 2)
    keys = [order.pk for order in made]
    assert client.post("/orders/?bulk=annotate", {"select": keys}).context["form"].is_bound is False
    wrong = client.post("/orders/?bulk=annotate", {"select": keys, "bulk_form": "1", "reason": ""})
    assert wrong.status_code == 422
    client.post("/orders/?bulk=annotate", {"select": keys, "bulk_form": "1", "reason": "late"})
    assert WorkOrder.objects.filter(test_result="late").count() == 2


def test_a_bulk_action_is_refused_without_permission_rows_or_name(client, root):
    made = orders(root, 1)[0]
    assert client.post("/orders/?bulk=charge", {"select": [made.pk]}).status_code == 403
    assert client.post("/orders/?bulk=finish").status_code == 422
    assert client.post("/orders/?bulk=finish", {"select": list(range(501))}).status_code == 422
    assert client.post("/orders/?bulk=fly", {"select": [made.pk]}).status_code == 404
    buttons = [button["label"] for button in client.get("/orders/").context["bulk_actions"]]
    assert buttons == ["Finish", "Annotate"]


# Export


def sheet_of(answer) -> list[tuple]:
    book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))
    return list(book.active.iter_rows(values_only=True))


def csv_of(answer) -> list[list[str]]:
    text = answer.getvalue().decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def test_an_export_is_exactly_what_the_page_shows(client, root):
    # given a filtered, sorted list with chosen columns, longer than a page
    orders(root, 80)
    client.post("/orders/?columns=1", {"columns": ["title", "number", "state", "customer"]})
    query = "title=Order&sort=-title&created_after=2020-01-01"
    # when it is paged through, and exported
    shown, address = [], f"/orders/?{query}"
    while address:
        answer = client.get(address)
        page = answer.context["page"]
        shown += [
            [row.record.title, row.record.number, row.record.state_label, row.record.customer.name]
            for row in answer.context["table"].rows
        ]
        address = f"/orders/?{query}&after={page.next_cursor}" if page.has_next else ""
    xlsx, text = client.get(f"/orders/?{query}&export=xlsx"), client.get(f"/orders/?{query}&export=csv")
    # then both files hold the same cells in the same order under the same headings
    header, *cells = [list(row) for row in sheet_of(xlsx)]
    assert cells == shown
    lines = csv_of(text)
    assert lines[1:] == shown
    assert lines[0] == header == ["Title", "Number", "State", "Customer"]
    assert len(shown) == 80


@pytest.mark.parametrize("hostile", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_exported_cell_is_a_formula(client, root, hostile):
    orders(root, 1, title=hostile)
    client.post("/orders/?columns=1", {"columns": ["title"]})
    book = openpyxl.load_workbook(io.BytesIO(client.get("/orders/?export=xlsx").getvalue()))
    assert book.active["A2"].data_type in {"s", "inlineStr"}
    assert harmless(hostile).startswith("'")
    assert csv_of(client.get("/orders/?export=csv"))[1][0].startswith("'")


def test_an_export_needs_its_permission_a_known_format_and_a_good_filter(client, root):
    technician = signed_in(factories.person("technician", at=root))
    assert technician.get("/orders/").context["export_url"] == ""
    assert technician.get("/orders/?export=xlsx").status_code == 403
    assert client.get("/orders/?export=pdf").status_code == 422
    assert client.get("/orders/?export=csv&state=flying").status_code == 422


def test_a_long_list_is_written_in_the_background_for_its_owner(
    client, root, monkeypatch, django_capture_on_commit_callbacks
):
    # given a list longer than what is written at once
    orders(root, 30)
    monkeypatch.setattr(exports, "MOST_AT_ONCE", 10)
    # when it is exported
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.get("/orders/?export=csv&title=Order")
    # then its owner finds the file, and nobody else does
    export = ListExport.objects.get()
    assert (export.state, export.rows) == ("done", 30)
    assert client.get(answer["Location"]).status_code == 200
    lines = csv_of(client.get(f"/exports/{export.pk}/file"))
    assert len(lines) == 31
    stranger = signed_in(factories.person("general_manager", at=root))
    assert stranger.get(f"/exports/{export.pk}/").status_code == 404
    assert stranger.get(f"/exports/{export.pk}/file").status_code == 404


def test_a_background_export_has_the_rights_of_its_owner_when_it_runs(client, root, dispatcher, monkeypatch):
    orders(root, 3)
    monkeypatch.setattr(exports, "MOST_AT_ONCE", 1)
    client.get("/orders/?export=xlsx")
    dispatcher.role_assignments.all().delete()
    exports.run(ListExport.objects.get().pk)
    export = ListExport.objects.get()
    assert export.state == "failed"
    assert not export.file


def test_cells_keep_their_kind(tmp_path):
    row = [Decimal("12.50"), 3, date(2026, 5, 4), datetime(2026, 5, 4, 9, 30), "text", "", True]
    cells = [plain(value) for value in row]
    write_xlsx(str(tmp_path / "a.xlsx"), "A/B", ["h"] * 7, [cells])
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    read = [cell.value for cell in sheet[2]]
    assert read[:5] == [12.5, 3, datetime(2026, 5, 4), datetime(2026, 5, 4, 9, 30), "text"]
    assert next(iter(list(csv_lines(["h"], [cells]))[1:])).startswith(
        "12.50,3,2026-05-04,2026-05-04 09:30:00,text,,"
    )


def test_a_heading_sorts_when_an_ordering_has_its_name(dispatcher, root):
    table = page_for(dispatcher).state.table([])
    sortable = {column.name for column in table.columns.iterall() if column.orderable}
    assert sortable == {"number", "due_at", "title"}
