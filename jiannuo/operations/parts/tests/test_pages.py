"""Pages and forms: status, budget, who sees what, refusals that keep what was typed."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from django.urls import reverse

from jiannuo.operations.parts import services
from jiannuo.operations.parts.models import StockBalance, StockEntry, StockLocation
from jiannuo.operations.parts.queries import in_van
from jiannuo.operations.parts.services import Item
from jiannuo.operations.parts.tests.scene import location, spare_part
from jiannuo.testing import factories

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def loaded(stores):
    """Ten in the branch's store, three of them in the van, two defective ones in the store."""
    services.receive(stores.store, stores.part, 10, by=stores.manager)
    services.receive(stores.store, stores.fan, 2, by=stores.manager, condition="defective")
    services.move(stores.store, stores.van, [Item(stores.part, Decimal(3))], by=stores.manager)
    return stores


def lines(*rows, **fields):
    """What the form of a receipt or a move sends."""
    data = {"key": str(uuid.uuid4()), "note": "", "lines-TOTAL_FORMS": len(rows), "lines-INITIAL_FORMS": 0}
    for place, row in enumerate(rows):
        data |= {f"lines-{place}-{name}": value for name, value in row.items()}
    return data | fields


def balance(place, part, condition="good"):
    return StockBalance.objects.get(location=place, part=part, condition=condition)


@pytest.mark.parametrize("name", ["parts:list", "parts:ledger", "parts:places"])
def test_lists_keep_to_their_budget(client, loaded, name, django_assert_max_num_queries):
    for _turn in range(8):
        services.receive(location(loaded.branch), spare_part(), 2, by=loaded.manager)
    client.force_login(loaded.manager)
    client.get(reverse(name))
    with django_assert_max_num_queries(12):
        assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("query", ["", "?q=P0", "?kind=van&condition=good", "?sort=-quantity", "?totals=1"])
def test_the_page_of_a_place_keeps_to_its_budget(client, loaded, query, django_assert_max_num_queries):
    client.force_login(loaded.manager)
    url = loaded.store.get_absolute_url()
    client.get(url)
    with django_assert_max_num_queries(25):
        page = client.get(url + query)
    assert page.status_code == 200


def test_the_stock_is_found_by_part_place_kind_and_condition(client, loaded):
    client.force_login(loaded.manager)

    def shown(query):
        page = client.get(f"{reverse('parts:list')}?{query}")
        return {(row.location_id, row.part_id) for row in page.context["page"].rows}

    in_store, in_van_, broken = (
        (loaded.store.pk, loaded.part.pk),
        (loaded.van.pk, loaded.part.pk),
        (loaded.store.pk, loaded.fan.pk),
    )
    assert shown("") == {in_store, in_van_, broken}
    assert shown("kind=van") == {in_van_}
    assert shown(f"location={loaded.store.pk}&condition=defective") == {broken}
    assert shown(f"q={loaded.part.code.lower()}") == {in_store, in_van_}
    assert shown(f"q={loaded.fan.name}") == {broken}


def test_the_totals_say_what_lies_there_and_what_it_is_worth(client, loaded):
    client.force_login(loaded.manager)
    page = client.get(f"{loaded.store.get_absolute_url()}?totals=1").content.decode()
    assert "93.90" in page  # 7 at 12.50 and 2 at 3.20


def test_a_keeper_finds_what_to_do_in_the_rows_and_others_do_not(client, loaded):
    count = reverse("parts:count", args=[loaded.store.pk])
    ledger, entry = reverse("parts:ledger"), StockEntry.objects.order_by("pk").first()
    take_back = reverse("parts:reverse", args=[entry.pk])
    client.force_login(loaded.manager)
    assert count in client.get(loaded.store.get_absolute_url()).content.decode()
    assert take_back in client.get(ledger).content.decode()
    client.force_login(loaded.technician)
    assert count not in client.get(loaded.store.get_absolute_url()).content.decode()
    assert take_back not in client.get(ledger).content.decode()
    services.reverse(StockEntry.objects.get(condition="defective"), by=loaded.manager, reason="错")
    red = client.get(f"{ledger}?red=yes").context["page"].rows
    assert [row.is_red for row in red] == [True]
    assert not any(row.is_red for row in client.get(f"{ledger}?red=no").context["page"].rows)


def test_what_is_used_up_is_not_listed(client, loaded):
    services.move(loaded.van, loaded.store, [Item(loaded.part, Decimal(3))], by=loaded.manager)
    client.force_login(loaded.manager)
    page = client.get(f"{reverse('parts:list')}?kind=van")
    assert page.context["page"].rows == []


def test_a_technician_sees_the_own_van_and_the_stores_of_the_own_organisation(client, loaded):
    other = factories.person("technician", at=loaded.branch)
    foreign = location(loaded.branch, "van", person=other)
    client.force_login(loaded.technician)
    page = client.get(reverse("parts:places"))
    assert {row.pk for row in page.context["page"].rows} == {loaded.van.pk, loaded.store.pk}
    assert client.get(loaded.van.get_absolute_url()).status_code == 200
    for place in (foreign, loaded.main, loaded.elsewhere):
        assert client.get(place.get_absolute_url()).status_code == 404
    for name in ("parts:receive", "parts:move", "parts:place_new"):
        assert client.get(reverse(name)).status_code == 403
    assert client.get(reverse("parts:count", args=[loaded.van.pk])).status_code == 403


def test_a_dealers_storekeeper_sees_nothing_of_the_branch(client, loaded):
    client.force_login(loaded.stranger)
    assert client.get(reverse("parts:list")).context["page"].rows == []
    assert client.get(loaded.store.get_absolute_url()).status_code == 404
    entry = StockEntry.objects.first()
    assert client.get(reverse("parts:reverse", args=[entry.pk])).status_code == 404
    assert client.get(f"{reverse('parts:move')}?source={loaded.store.pk}").status_code == 404
    assert client.get(reverse("parts:choices", args=[loaded.store.pk])).status_code == 404


def test_who_sees_but_does_not_keep_books_nothing(client, loaded):
    dispatcher = factories.person("dispatcher", at=loaded.branch)
    client.force_login(dispatcher)
    assert client.get(loaded.store.get_absolute_url()).status_code == 200
    assert client.post(reverse("parts:receive"), lines()).status_code == 403


def test_the_own_van_stands_on_one_page(client, loaded, django_assert_max_num_queries):
    client.force_login(loaded.technician)
    client.get(reverse("parts:van"))
    with django_assert_max_num_queries(14):
        page = client.get(reverse("parts:van"))
    assert [(row.part, row.quantity) for row in page.context["good"]] == [(loaded.part, 3)]
    assert client.get(f"{reverse('parts:van')}?q=nothing").context["good"] == []
    client.force_login(loaded.manager)
    assert client.get(reverse("parts:van")).status_code == 200


def test_several_parts_are_received_at_once_and_only_once(client, loaded):
    client.force_login(loaded.manager)
    assert client.get(f"{reverse('parts:receive')}?location={loaded.store.pk}").status_code == 200
    sent = lines(
        {"part": loaded.part.pk, "condition": "good", "quantity": "2.5"},
        {"part": "", "condition": "good", "quantity": ""},
        {"part": loaded.fan.pk, "condition": "good", "quantity": "4"},
        location=loaded.store.pk,
        cause="received",
    )
    for _turn in range(2):
        answer = client.post(reverse("parts:receive"), sent)
        assert (answer.status_code, answer["Location"]) == (302, loaded.store.get_absolute_url())
    assert balance(loaded.store, loaded.part).quantity == Decimal("9.5")
    assert balance(loaded.store, loaded.fan).quantity == 4


def test_a_van_is_loaded_on_the_page(client, loaded):
    client.force_login(loaded.manager)
    assert client.get(f"{reverse('parts:move')}?target={loaded.van.pk}").status_code == 200
    url = f"{reverse('parts:move')}?source={loaded.store.pk}"
    page = client.get(f"{url}&target={loaded.van.pk}&all=1")
    assert page.context["lines"].initial == [
        {"balance": balance(loaded.store, loaded.part).pk, "quantity": Decimal(7)}
    ]
    key = balance(loaded.store, loaded.part).pk
    sent = lines({"balance": key, "quantity": "2"}, target=loaded.van.pk)
    for _turn in range(2):
        assert client.post(url, sent)["Location"] == loaded.van.get_absolute_url()
    assert in_van(loaded.technician) == {loaded.part.pk: 5}
    found = client.get(reverse("parts:choices", args=[loaded.store.pk]), {"q": loaded.part.code}).json()
    assert [row["value"] for row in found["results"]] == [key]
    for name, place in (("parts:move_row", [loaded.store.pk]), ("parts:receive_row", [])):
        assert b"lines-3-quantity" in client.get(reverse(name, args=place), {"lines-TOTAL_FORMS": 3}).content


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"quantity": "8"}, "more than there is"),
        ({"quantity": "0"}, "quantity"),
        ({"quantity": "-1"}, "quantity"),
        ({"quantity": "1.234"}, "quantity"),
        ({"quantity": "abc"}, "quantity"),
        ({"quantity": "99999999999"}, "quantity"),
        ({"balance": "999999"}, "balance"),
        ({"balance": "x" * 30}, "balance"),
        ({"balance": ""}, "balance"),
        ({"quantity": ""}, "quantity"),
        ({"balance": "", "quantity": ""}, "no line"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_booked(client, loaded, change, field):
    client.force_login(loaded.manager)
    line = {"balance": balance(loaded.store, loaded.part).pk, "quantity": "1", **change}
    before = StockEntry.objects.count()
    answer = client.post(
        f"{reverse('parts:move')}?source={loaded.store.pk}", lines(line, target=loaded.van.pk, note="装车")
    )
    assert (answer.status_code, StockEntry.objects.count()) == (422, before)
    assert "装车" in answer.content.decode()
    form, rows = answer.context["form"], answer.context["lines"]
    if field == "more than there is":
        assert form.non_field_errors()
    elif field == "no line":
        assert rows.non_form_errors()
    else:
        assert list(rows.errors[0]) == [field]


@pytest.mark.parametrize("target", ["store", "elsewhere", "closed", "none"])
def test_a_move_goes_to_another_place_in_use_that_is_kept(client, loaded, target):
    closed = location(loaded.branch, active=False)
    aims = {"store": loaded.store.pk, "elsewhere": loaded.elsewhere.pk, "closed": closed.pk, "none": ""}
    client.force_login(loaded.manager)
    line = {"balance": balance(loaded.store, loaded.part).pk, "quantity": "1"}
    answer = client.post(
        f"{reverse('parts:move')}?source={loaded.store.pk}", lines(line, target=aims[target])
    )
    assert answer.status_code == 422
    assert "target" in answer.context["form"].errors


@pytest.mark.parametrize("data", [{}, {"lines-TOTAL_FORMS": "x"}, {"lines-TOTAL_FORMS": "99999"}])
def test_a_damaged_form_is_refused_kindly(client, loaded, data):
    client.force_login(loaded.manager)
    assert client.post(reverse("parts:receive"), data or {"key": "x"}).status_code == 422


def test_a_count_books_the_difference_once(client, loaded):
    client.force_login(loaded.manager)
    row = balance(loaded.store, loaded.part)
    url = f"{reverse('parts:count', args=[loaded.store.pk])}?balance={row.pk}"
    assert client.get(url).context["form"]["expected"].initial == 7
    sent = {"key": str(uuid.uuid4()), "counted": "5", "reason": "盘点", "expected": "7.00"}
    for _turn in range(2):
        assert client.post(url, sent).status_code == 302
    row.refresh_from_db()
    assert row.quantity == 5
    stale = client.post(url, {**sent, "key": str(uuid.uuid4())})
    assert stale.status_code == 409
    for wrong in ({"reason": ""}, {"counted": "-1"}, {"counted": ""}):
        assert client.post(url, {**sent, **wrong}).status_code == 422
    free = reverse("parts:count", args=[loaded.store.pk])
    found = {
        "key": str(uuid.uuid4()),
        "part": loaded.fan.pk,
        "condition": "good",
        "counted": "3",
        "reason": "盘盈",
    }
    assert client.post(free, found).status_code == 302
    assert balance(loaded.store, loaded.fan).quantity == 3
    assert client.get(f"{free}?balance={balance(loaded.van, loaded.part).pk}").status_code == 404


def test_an_entry_is_taken_back_once_with_a_reason(client, loaded):
    client.force_login(loaded.manager)
    entry = StockEntry.objects.filter(cause="moved", quantity__gt=0).get()
    url = reverse("parts:reverse", args=[entry.pk])
    page = client.get(url)
    assert len(page.context["sides"]) == 2
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "装错车"}).status_code == 302
    assert in_van(loaded.technician) == {}
    assert client.post(url, {"reason": "再来"}).status_code == 409


def test_a_place_is_set_up_changed_and_closed(client, loaded):
    client.force_login(loaded.manager)
    new = reverse("parts:place_new")
    assert client.get(new).status_code == 200
    typed = {"organization": loaded.branch.pk, "kind": "regional", "name": "二号库", "person": ""}
    assert client.post(new, typed).status_code == 302
    assert client.post(new, typed).status_code == 422
    assert client.post(new, {**typed, "kind": "van"}).status_code == 422
    assert client.post(new, {**typed, "organization": loaded.root.pk}).status_code == 422
    place = StockLocation.objects.get(name="二号库")
    edit = reverse("parts:place_edit", args=[place.pk])
    assert client.get(edit).status_code == 200
    assert client.post(edit, {"name": "三号库"}).status_code == 302
    place.refresh_from_db()
    assert (place.name, place.active) == ("三号库", False)
    assert client.post(reverse("parts:place_edit", args=[loaded.van.pk]), {"name": "车"}).status_code == 422


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/stock/places/99999999999999999999999/", 404),
        ("/stock/ledger/99999999999999999999999/reverse", 404),
        ("/stock/move?source=99999999999999999999999", 200),
        ("/stock/move?source=999999999999999999", 404),
        ("/stock/receive?location=999999999999999999", 200),
        ("/stock/?location=99999999999999999999999", 422),
        ("/stock/?kind=spaceship", 422),
        ("/stock/ledger/?day_from=yesterday", 422),
        ("/stock/?after=broken", 200),
        ("/stock/receive/row?lines-TOTAL_FORMS=x", 200),
        ("/api/v1/stock/?location=99999999999999999999999", 422),
        ("/api/v1/stock-entries/999999999999999999/", 404),
        ("/api/v1/stock-entries/99999999999999999999999/", 404),
    ],
)
def test_a_damaged_address_meets_no_error(client, loaded, path, status):
    client.force_login(loaded.manager)
    assert client.get(path).status_code == status


@pytest.mark.parametrize("name", ["parts:list", "parts:ledger", "parts:places"])
def test_a_file_holds_what_the_list_shows(client, loaded, name):
    client.force_login(loaded.manager)
    answer = client.get(f"{reverse(name)}?export=csv&kind=van")
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200
    assert (loaded.van.name if name == "parts:places" else loaded.part.code) in text.decode("utf-8-sig")
    assert loaded.store.name not in text.decode("utf-8-sig")
    assert client.get(f"{reverse(name)}?export=xlsx").status_code == 200
