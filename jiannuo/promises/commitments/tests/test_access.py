"""Who may open which page of commitments, and what each page costs; who hands a draft to whom."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from jiannuo.office.accounts.roles import PERMISSIONS_BY_ROLE
from jiannuo.office.notices.models import Notice
from jiannuo.promises.commitments import drafts, publishing, urls
from jiannuo.promises.commitments.drafts import NotADraft
from jiannuo.promises.commitments.services import load_pack
from jiannuo.testing import factories

from .samples import content

pytestmark = pytest.mark.django_db
PACK = Path(__file__).resolve().parents[4] / "packs/samples/p02-dealer-repair-agreement.yaml"

#: name of the page → permission that opens it, what follows the code in its address
PAGES = {
    "list": ("commitments.view", None),
    "create": ("commitments.edit", None),
    "upload": ("commitments.edit", None),
    "simulator": ("commitments.view", None),
    "review": ("commitments.review", None),
    "detail": ("commitments.view", ()),
    "begin": ("commitments.edit", ()),
    "compare": ("commitments.view", ()),
    "draft": ("commitments.review", ()),
    "ask": ("commitments.edit", ()),
    "discard": ("commitments.edit", ()),
    "hand_over": ("commitments.edit", ()),
    "reopen": ("commitments.edit", ()),
    "section": ("commitments.edit", ("about",)),
    "add_clause": ("commitments.edit", ("time",)),
    "preview": ("commitments.edit", ("time",)),
    "confirm": ("commitments.edit", ("*clause*",)),
    "edit_clause": ("commitments.edit", (0,)),
    "arrange": ("commitments.edit", (0, "copy")),
    "publish": ("commitments.publish", (2,)),
    "withdraw": ("commitments.publish", (1,)),
    "letter": ("commitments.view", (1,)),
    "plan": ("commitments.view", (1,)),
    "export": ("commitments.view", (1,)),
}
POSTED = {"begin", "preview", "arrange"}
ROLES = ("customer", "technician", "service_agent", "auditor", "quality_engineer", "general_manager")


@pytest.fixture
def office():
    return factories.organization()


@pytest.fixture
def writer(office):
    return factories.person("quality_engineer", at=office)


@pytest.fixture
def draft(office, writer):
    """The second version of a long commitment, of which the first is published."""
    version = load_pack(PACK, by=None)
    return drafts.begin(version.commitment, by=writer)


@pytest.fixture
def address(draft, office, writer):
    """The address of a page about that commitment; the draft waits for approval."""
    factories.person("general_manager", at=office)
    review = publishing.ask_approval(draft, roles=["general_manager"], by=writer)
    clause = draft.pack["clauses"][0]["id"]

    def find(name):
        after = PAGES[name][1]
        if name == "review":
            return reverse("commitments:review", args=[review.number])
        args = [] if after is None else [draft.commitment.code, *after]
        return reverse(f"commitments:{name}", args=[clause if one == "*clause*" else one for one in args])

    return find


def test_every_page_is_in_this_table():
    assert {one.name for one in urls.urlpatterns} == set(PAGES)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_what_its_permissions_name_and_nothing_else(client, office, address, role):
    client.force_login(factories.person(role, at=office))
    opened = {}
    for name in PAGES:
        opened[name] = client.get(address(name)).status_code
    may = {name for name, (permission, _after) in PAGES.items() if permission in PERMISSIONS_BY_ROLE[role]}
    assert {name: opened[name] for name in may} == {name: 405 if name in POSTED else 200 for name in may}
    assert {opened[name] for name in set(PAGES) - may} <= {403}
    assert {client.post(address(name)).status_code for name in set(PAGES) - may} <= {403}


def test_strangers_are_asked_to_sign_in(client, address):
    for name in PAGES:
        answer = client.get(address(name))
        assert (answer.status_code, answer.url.startswith(reverse("account_login"))) == (302, True), name


def test_the_commitment_of_another_dealer_is_not_there(client, office):
    # Given a draft of one dealer, and the manager of another
    dealer, other = (factories.organization(office, kind="dealer") for _one in range(2))
    owner = factories.person("department_manager", at=dealer)
    version = drafts.start(code="D9", name="经销商承诺", kind="dealer", organization=dealer, by=owner)
    drafts.save(version, {**content("D9")}, revision=version.revision, by=owner)
    client.force_login(factories.person("department_manager", at=other))
    # When the manager asks for any of its pages
    for name, (_permission, after) in PAGES.items():
        if after is None:
            continue
        args = ["D9", *("arrival" if one == "*clause*" else one for one in after)]
        ask = client.post if name in POSTED else client.get
        # Then it is not there
        assert ask(reverse(f"commitments:{name}", args=args)).status_code == 404, name


@pytest.mark.parametrize("name", sorted(set(PAGES) - POSTED))
def test_every_page_keeps_its_budget(client, office, address, name, django_assert_max_num_queries):
    client.force_login(factories.person("general_manager", at=office))
    with django_assert_max_num_queries(12 if name == "list" else 25):
        assert client.get(address(name)).status_code == 200


def test_the_preview_keeps_its_budget(client, writer, draft, django_assert_max_num_queries):
    client.force_login(writer)
    form = {"text": "半小时内响应。", "source.document": "x", "metric": "response", "limit.amount": "30"}
    with django_assert_max_num_queries(25):
        answer = client.post(reverse("commitments:preview", args=[draft.commitment.code, "time"]), form)
    assert "半小时内响应。" in answer.content.decode()


# Handing over


def test_a_draft_is_handed_to_a_colleague_who_is_told(client, office, draft, writer):
    colleague = factories.person("quality_engineer", at=office)
    client.force_login(writer)
    page = reverse("commitments:hand_over", args=["P02"])
    assert list(client.get(page).context["form"].fields["to"].queryset) == [colleague]

    done = client.post(page, {"to": colleague.pk, "remark": "只差结算条款"}, HTTP_HX_REQUEST="true")

    assert done["HX-Redirect"] == reverse("commitments:draft", args=["P02"])
    assert set(draft.writers.all()) == {writer, colleague}
    notice = Notice.objects.get(person=colleague)
    assert draft.commitment.name in notice.title
    assert "只差结算条款" in notice.text
    assert notice.url == reverse("commitments:draft", args=["P02"])


def test_a_draft_is_not_handed_to_somebody_who_may_not_write_it(client, office, draft, writer):
    agent = factories.person("service_agent", at=office)
    elsewhere = factories.person("department_manager", at=factories.organization(office, kind="dealer"))
    gone = factories.person("quality_engineer", at=office, is_active=False)
    client.force_login(writer)
    page = reverse("commitments:hand_over", args=["P02"])
    for person in (agent, elsewhere, gone, writer):
        assert client.post(page, {"to": person.pk}).status_code == 422
    with pytest.raises(ValidationError):
        drafts.hand_over(draft, agent, by=writer)
    with pytest.raises(PermissionDenied):
        drafts.hand_over(draft, writer, by=agent)
    assert list(draft.writers.all()) == [writer]
    assert not Notice.objects.exists()


def test_a_draft_that_waits_for_approval_is_not_handed_over(client, office, address, draft, writer):
    colleague = factories.person("quality_engineer", at=office)
    client.force_login(writer)
    assert client.post(address("hand_over"), {"to": colleague.pk}).status_code == 409
    with pytest.raises(NotADraft):
        drafts.hand_over(draft, colleague, by=writer)
