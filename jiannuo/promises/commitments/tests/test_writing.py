"""A commitment is written, mended, approved by somebody else, published, replaced and withdrawn."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from jiannuo.office.documents import approvals
from jiannuo.promises.commitments import drafts, packs, publishing
from jiannuo.promises.commitments.drafts import NotADraft, StaleDraft
from jiannuo.promises.commitments.models import Commitment, CommitmentReview, CommitmentVersion
from jiannuo.promises.commitments.services import decide, facts_for
from jiannuo.testing import factories

from .samples import load

pytestmark = pytest.mark.django_db

ARRIVE = {
    "kind": "time",
    "id": "arrival",
    "text": "接到报修后2小时内到场。",
    "source": {"document": "承诺书", "article": "3"},
    "metric": "arrival",
    "limit": {"amount": 2, "unit": "hours"},
}
VERIFY = {**ARRIVE, "id": "repair", "metric": "repair", "text": "4小时内修好。", "verify": True}
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def office():
    return factories.organization()


@pytest.fixture
def writer(office):
    return factories.person("quality_engineer", at=office)


@pytest.fixture
def manager(office):
    return factories.person("general_manager", at=office)


@pytest.fixture
def draft(writer):
    version = drafts.start(code="N01", name="新承诺书", kind="maker", organization=None, by=writer)
    return write(version, writer, ARRIVE)


def write(version, by, *clauses, **fields):
    content = {**drafts.pack_content(version), **fields, "clauses": list(clauses)}
    return drafts.save(version, content, revision=version.revision, by=by)


def approved(version, writer, manager):
    review = publishing.ask_approval(version, roles=["general_manager"], by=writer)
    approvals.approve(review.approvals.latest("pk").steps.get(), by=manager)
    version.refresh_from_db()
    return version


def published(version, writer, manager, first=date(2026, 1, 1), last=None):
    return publishing.publish(approved(version, writer, manager), valid_from=first, valid_to=last, by=manager)


def due(at):
    facts = facts_for(kind="repair", events={"requested": at})
    found = decide(facts, at).obligation("arrival")
    return found.due_at - at if found else None


# Drafts


def test_a_draft_keeps_its_mistakes_and_decides_nothing_until_they_are_mended(draft, writer):
    wrong = {**ARRIVE, "metric": "arival", "limit": {"amount": "two", "unit": "hours"}}
    version = write(draft, writer, wrong)

    assert version.pack["clauses"] == [wrong]
    assert version.content == {}
    assert len(drafts.wrong(drafts.mistakes_of(version))) == 2
    with pytest.raises(ValidationError, match="2"):
        publishing.ask_approval(version, roles=["general_manager"], by=writer)

    assert write(version, writer, ARRIVE).content["clauses"][0]["metric"] == "arrival"


def test_a_stale_save_is_refused_and_changes_nothing(draft, writer, manager):
    seen = draft.revision
    write(draft, manager, ARRIVE, name="别人改的")

    with pytest.raises(StaleDraft):
        drafts.save(draft, {**draft.pack, "name": "我改的"}, revision=seen, by=writer)
    draft.refresh_from_db()
    assert draft.pack["name"] == "别人改的"


def test_blanks_texts_and_sentences_without_a_clause_survive_from_pack_to_draft_to_pack(writer):
    path = Path(__file__).resolve().parents[4] / "packs/samples/p01-furniture-plan-table.yaml"
    pack = packs.load_pack(path)

    version = drafts.take_in(pack, organization=None, by=writer)

    assert packs.load_pack(packs.dump_pack(packs.pack_from_content(version.pack))) == pack
    assert publishing.blanks(version)


def test_a_version_without_a_pack_is_written_on_from_what_its_rules_say(office, manager):
    version = load()
    content = drafts.pack_content(version)

    assert packs.pack_from_content(content).content() == content
    assert packs.to_content(packs.pack_from_content(content))["clauses"][4]["term"]["periods"] == [
        {"amount": 2, "unit": "years"}
    ]


# Approval


def test_who_wrote_it_alone_cannot_approve_it(draft, office, writer):
    # Given a manager who wrote on the draft, and a colleague who asks
    author = factories.person("general_manager", at=office)
    version = write(draft, author, ARRIVE)
    review = publishing.ask_approval(version, roles=["general_manager"], by=writer)

    # When only the author approves
    approvals.approve(review.approvals.get().steps.get(), by=author)

    # Then it is not approved, and the paper says why
    version.refresh_from_db()
    assert version.state == "draft"
    assert review.timeline.filter(action="not_done").exists()


def test_while_people_decide_nobody_writes_and_a_refusal_gives_it_back(draft, writer, manager):
    review = publishing.ask_approval(draft, roles=["general_manager"], by=writer)
    with pytest.raises(NotADraft):
        write(draft, writer, VERIFY)

    approvals.send_back(review.approvals.get().steps.get(), by=manager, remark="措辞")

    write(draft, writer, ARRIVE, VERIFY)
    again = publishing.ask_approval(draft, roles=["general_manager"], by=writer)
    assert again == review
    assert CommitmentReview.objects.count() == 1


def test_an_approved_version_that_is_taken_up_again_needs_approval_anew(draft, writer, manager):
    version = publishing.reopen(approved(draft, writer, manager), by=writer, reason="漏了一条")

    assert version.state == "draft"
    with pytest.raises(ValidationError):
        publishing.publish(version, valid_from=date(2026, 1, 1), by=manager)
    published(
        write(version, writer, ARRIVE, {**ARRIVE, "id": "response", "metric": "response"}), writer, manager
    )


# In force


def test_the_version_before_ends_the_day_before(draft, writer, manager, office):
    first = published(draft, writer, manager)
    second = write(
        drafts.begin(first.commitment, by=writer), writer, {**ARRIVE, "limit": {"amount": 1, "unit": "hours"}}
    )
    published(second, writer, manager, date(2026, 7, 1))

    first.refresh_from_db()
    assert first.valid_to == date(2026, 6, 30)
    zone = timezone.get_default_timezone()
    june, july = (timezone.datetime(2026, month, day, 9, tzinfo=zone) for month, day in ((6, 30), (7, 1)))
    assert due(june) == timedelta(hours=2)
    assert due(july) == timedelta(hours=1)
    # What was decided before the second was published is decided anew by the first
    facts = facts_for(kind="repair", events={"requested": july})
    earlier = decide(facts, july, as_of=first.published_at).obligation("arrival")
    assert earlier.due_at - july == timedelta(hours=2)


def test_a_version_that_begins_within_another_one_is_refused(draft, writer, manager):
    first = published(draft, writer, manager, date(2026, 7, 1))
    second = write(drafts.begin(first.commitment, by=writer), writer, {**ARRIVE, "text": "新"})

    with pytest.raises(ValidationError, match="2026-07-01"):
        published(second, writer, manager, date(2026, 3, 1))
    second.refresh_from_db()
    assert second.state == "approved"
    publishing.publish(second, valid_from=date(2026, 3, 1), valid_to=date(2026, 6, 30), by=manager)


def test_figures_to_confirm_stay_off_until_a_named_person_confirms_them(draft, writer, manager):
    version = write(draft, writer, VERIFY)
    with pytest.raises(ValidationError):
        drafts.confirm(version, "repair", by=writer, remark=" ")
    assert [one["id"] for one in publishing.unconfirmed(version)] == ["repair"]

    done = drafts.confirm(version, "repair", by=writer, remark="国标第5条")

    assert done.by == writer
    assert publishing.unconfirmed(version) == []
    version.refresh_from_db()
    assert "verify" not in version.content["clauses"][0]


def test_a_published_version_never_changes_and_can_be_withdrawn(draft, writer, manager):
    version = published(draft, writer, manager)
    with pytest.raises(NotADraft):
        write(version, writer, VERIFY)
    version.pack = {}
    with pytest.raises(ValidationError):
        version.save()
    version.refresh_from_db()

    publishing.withdraw(version, by=manager)

    assert due(timezone.now()) is None


# Who may


def test_each_step_needs_its_permission_in_the_scope_of_the_owner(draft, office, writer, manager):
    dealer = factories.organization(office, kind="dealer")
    clerk = factories.person("dealer_clerk", at=dealer)
    branch_manager = factories.person("department_manager", at=dealer)

    with pytest.raises(PermissionDenied):
        drafts.start(code="X", name="X", kind="dealer", organization=dealer, by=clerk)
    with pytest.raises(PermissionDenied):
        write(draft, branch_manager, ARRIVE)
    own = drafts.start(code="D9", name="经销商承诺", kind="dealer", organization=dealer, by=branch_manager)
    assert own.commitment.organization == dealer
    with pytest.raises(PermissionDenied):
        publishing.publish(approved(draft, writer, manager), valid_from=date(2026, 1, 1), by=writer)


@pytest.mark.parametrize("name", ["draft", "begin", "ask", "discard", "reopen"])
def test_the_pages_of_a_draft_are_closed_to_who_only_reads(client, office, draft, name):
    client.force_login(factories.person("service_agent", at=office))
    address = reverse(f"commitments:{name}", args=["N01"])
    assert client.post(address).status_code in (403, 404, 405)
    assert client.get(address).status_code in (403, 404, 405)
    assert "N01" not in client.get(reverse("commitments:simulator")).content.decode()


def test_a_draft_of_another_dealer_is_not_there(client, office, draft):
    dealer = factories.organization(office, kind="dealer")
    other = factories.organization(office, kind="dealer")
    person = factories.person("department_manager", at=dealer)
    drafts.start(code="D9", name="经销商承诺", kind="dealer", organization=dealer, by=person)
    client.force_login(factories.person("department_manager", at=other))
    for name in ("draft", "ask", "discard"):
        assert client.get(reverse(f"commitments:{name}", args=["D9"])).status_code == 404
    assert client.get(reverse("commitments:export", args=["D9", 1])).status_code == 404


# Pages


def clause_form(version, **fields):
    return {
        "revision": version.revision,
        "original": "",
        "kind": "time",
        "text": "半小时内响应。",
        "source.document": "承诺书",
        "metric": "response",
        "limit.amount": "30",
        "limit.unit": "minutes",
        "start": "requested",
        "calendar": "24x7",
        **fields,
    }


def test_a_clause_is_written_on_a_form(client, draft, writer, django_assert_max_num_queries):
    client.force_login(writer)
    address = reverse("commitments:add_clause", args=["N01", "time"])
    with django_assert_max_num_queries(25):
        assert client.get(address).status_code == 200

    done = client.post(
        address,
        clause_form(
            draft, **{"when.0.fact": "severity", "when.0.how": "any_of", "when.0.values": "critical"}
        ),
    )

    assert done.status_code == 302
    draft.refresh_from_db()
    clause = draft.pack["clauses"][1]
    assert (clause["id"], clause["limit"], clause["when"]) == (
        "response",
        {"amount": 30, "unit": "minutes"},
        {"severity": ["critical"]},
    )
    with django_assert_max_num_queries(25):
        page = client.get(reverse("commitments:draft", args=["N01"])).content.decode()
    assert "半小时内响应。" in page


def test_a_mistake_answers_422_with_its_mend_and_keeps_what_was_typed(client, draft, writer):
    client.force_login(writer)
    page = client.post(
        reverse("commitments:add_clause", args=["N01", "time"]),
        clause_form(draft, **{"limit.amount": "bald"}),
    )
    text = page.content.decode()

    assert page.status_code == 422
    assert 'value="bald"' in text
    assert "{name}" in text
    draft.refresh_from_db()
    assert draft.pack["clauses"][1]["limit"]["amount"] == "bald"
    # and saving once more, mended, replaces the same clause
    mended = clause_form(draft, original="response")
    assert client.post(reverse("commitments:add_clause", args=["N01", "time"]), mended).status_code == 302
    draft.refresh_from_db()
    assert [one["id"] for one in draft.pack["clauses"]] == ["arrival", "response"]


def test_a_stale_form_answers_409_and_shows_both(client, draft, writer, manager):
    client.force_login(writer)
    form = clause_form(draft, original="arrival", text="我的文字", id="arrival", metric="arrival")
    write(draft, manager, {**ARRIVE, "text": "别人的文字"})

    page = client.post(reverse("commitments:edit_clause", args=["N01", 0]), form)
    text = page.content.decode()

    assert page.status_code == 409
    assert "我的文字" in text
    assert "别人的文字" in text
    draft.refresh_from_db()
    assert draft.pack["clauses"][0]["text"] == "别人的文字"
    # saved again, knowingly
    form["revision"] = page.context["version"].revision
    assert client.post(reverse("commitments:edit_clause", args=["N01", 0]), form).status_code == 302


def test_the_preview_reads_as_the_customer_will_read_it_and_saves_nothing(client, draft, writer):
    client.force_login(writer)
    address = reverse("commitments:preview", args=["N01", "time"])
    text = client.post(address, clause_form(draft)).content.decode()
    assert "半小时内响应。" in text
    assert "30" in text
    assert CommitmentVersion.objects.get(pk=draft.pk).revision == draft.revision


def test_parts_of_the_pack_are_written_on_forms(client, draft, writer):
    client.force_login(writer)
    for name in ("about", "blanks", "zones", "calendars", "words", "remarks"):
        assert client.get(reverse("commitments:section", args=["N01", name])).status_code == 200
    zones = {
        "revision": draft.revision,
        "zones.0.key": "主城区",
        "zones.0.value": "310101、310104",
    }
    assert client.post(reverse("commitments:section", args=["N01", "zones"]), zones).status_code == 302
    draft.refresh_from_db()
    assert draft.pack["zones"] == {"主城区": ["310101", "310104"]}
    calendar = {
        "revision": draft.revision,
        "calendars.0.key": "office",
        "calendars.0.weekly.mon": "08:30-12:00, 13:30-17:30",
        "calendars.0.tz": "Asia/Shanghai",
    }
    client.post(reverse("commitments:section", args=["N01", "calendars"]), calendar)
    draft.refresh_from_db()
    assert draft.pack["calendars"] == {"office": {"weekly": {"mon": ["08:30-12:00", "13:30-17:30"]}}}


def test_clauses_are_moved_copied_and_removed(client, draft, writer):
    client.force_login(writer)

    def do(index, how):
        draft.refresh_from_db()
        address = reverse("commitments:arrange", args=["N01", index, how])
        client.post(address, {"revision": draft.revision})
        draft.refresh_from_db()
        return [one["id"] for one in draft.pack["clauses"]]

    assert do(0, "copy") == ["arrival", "arrival-2"]
    assert do(1, "up") == ["arrival-2", "arrival"]
    assert do(0, "remove") == ["arrival"]


def test_approving_and_publishing_on_pages(client, draft, writer, manager, django_assert_max_num_queries):
    client.force_login(writer)
    asked = client.post(reverse("commitments:ask", args=["N01"]), {"roles": ["general_manager"]}, **HTMX)
    review = CommitmentReview.objects.get()
    assert asked["HX-Redirect"] == reverse("commitments:review", args=[review.number])

    client.force_login(manager)
    with django_assert_max_num_queries(25):
        page = client.get(reverse("commitments:review", args=[review.number]))
    assert "2小时内到场" in page.content.decode()
    step = review.approvals.get().steps.get()
    client.post(reverse("documents:decide", args=[step.pk, "approve"]), {"remark": "同意"})
    publish = reverse("commitments:publish", args=["N01", 1])
    assert client.get(publish, **HTMX).status_code == 200
    assert client.post(publish, {"valid_from": "2026-02-30"}, **HTMX).status_code == 422
    assert client.post(publish, {"valid_from": "2026-03-01"}, **HTMX).status_code == 200
    assert Commitment.objects.get(code="N01").versions.get().state == "published"
    client.post(reverse("commitments:withdraw", args=["N01", 1]))
    assert Commitment.objects.get(code="N01").versions.get().state == "withdrawn"


def test_clauses_that_stay_off_are_listed_before_publishing(client, draft, writer, manager):
    blank = {**ARRIVE, "id": "blank", "metric": "repair", "limit": {"amount": "{hours}", "unit": "hours"}}
    version = write(
        draft, writer, {**VERIFY, "metric": "response"}, blank, parameters={"hours": {"label": "修复小时数"}}
    )
    approved(version, writer, manager)
    client.force_login(manager)
    address = reverse("commitments:publish", args=["N01", 1])

    page = client.get(address, **HTMX).content.decode()
    assert "修复小时数" in page
    assert "4小时内修好。" in page
    assert client.post(address, {"valid_from": "2026-03-01"}, **HTMX).status_code == 422
    assert client.post(address, {"valid_from": "2026-03-01", "understood": "on"}, **HTMX).status_code == 200


def test_two_versions_are_compared_clause_by_clause(
    client, draft, writer, manager, django_assert_max_num_queries
):
    first = published(draft, writer, manager)
    client.force_login(writer)
    client.post(reverse("commitments:begin", args=["N01"]))
    second = first.commitment.versions.first()
    changed = {**ARRIVE, "limit": {"amount": 1, "unit": "hours"}}
    write(second, writer, changed, {**ARRIVE, "id": "response", "metric": "response", "text": "新增响应"})

    with django_assert_max_num_queries(25):
        page = client.get(reverse("commitments:compare", args=["N01"]), {"from": 1, "to": 2})
    changes = page.context["changes"]
    assert [one["text"] for one in changes["added"]] == ["新增响应"]
    assert changes["removed"] == []
    assert [(now, before) for _label, now, before in changes["changed"][0]["rows"]] == [("1", "2")]


# Files


def upload(client, text):
    file = SimpleUploadedFile("pack.yaml", text.encode())
    return client.post(reverse("commitments:upload"), {"file": file, "organization": ""})


def test_a_pack_is_imported_and_exported_unchanged(client, writer, office):
    client.force_login(writer)
    text = (Path(__file__).resolve().parents[4] / "packs/samples/p12-equipment-supplier.yaml").read_text()

    assert upload(client, text).status_code == 302

    exported = client.get(reverse("commitments:export", args=["P12", 1])).content.decode()
    assert packs.load_pack(exported) == packs.load_pack(text)
    assert upload(client, text).status_code == 422


def test_an_upload_with_mistakes_names_line_and_mend_and_loads_nothing(client, writer, office):
    client.force_login(writer)
    head = (
        "code: Q1\nname: 测试\nclauses:\n  - id: a\n    kind: time\n    text: x\n    source: {document: d}\n"
    )
    text = f"{head}    metric: arival\n    limit: {{amount: 1, unit: hours}}\n"
    page = upload(client, text)
    assert page.status_code == 422
    assert [(one.line, one.clause) for one in page.context["found"]] == [(8, "a")]
    assert not Commitment.objects.filter(code="Q1").exists()
    assert upload(client, "[1, 2").status_code == 422
    assert client.post(reverse("commitments:upload")).status_code == 422


def test_what_was_written_is_in_the_audit_trail(draft, writer):
    from auditlog.models import LogEntry

    assert LogEntry.objects.get_for_object(draft).filter(action=LogEntry.Action.UPDATE).exists()
