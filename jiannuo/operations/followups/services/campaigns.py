"""Campaigns: drawing the list, telling people, letters, results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from jiannuo.kernel.search.services import indexing_once
from jiannuo.office.documents import services as documents
from jiannuo.operations.followups.models import Campaign, CampaignEntry, CampaignKind, FollowUp, Letter
from jiannuo.operations.followups.services import making
from jiannuo.operations.followups.services.letters import do_letter, latest, write_letter
from jiannuo.promises.commitments.facts import facts_for
from jiannuo.promises.obligations import services as obligations
from jiannuo.promises.obligations.models import Obligation
from jiannuo.registry.customers.filters import CustomerFilter
from jiannuo.registry.customers.models import Customer, Phone
from jiannuo.registry.installedbase.filters import UnitFilter
from jiannuo.registry.installedbase.models import InstalledUnit

MANAGE = "campaigns.manage"
PORTION = 200
GONE = (InstalledUnit.Status.RETURNED, InstalledUnit.Status.SCRAPPED)
Result = CampaignEntry.Result
FILTERS: dict[str, Any] = {Campaign.Audience.UNITS: UnitFilter, Campaign.Audience.CUSTOMERS: CustomerFilter}
#: what clauses call a campaign, and a call after which a letter is wanted
ACTIVITY, LETTER_NEEDED = "activity", "letter_needed"


@transaction.atomic
def plan_campaign(campaign: Campaign, *, by: Any, at: datetime | None = None) -> Campaign:
    """Save a campaign that is new or still planned. Raises PermissionDenied or ValidationError."""
    at = at or timezone.now()
    if not by.has_perm(MANAGE, campaign):
        raise PermissionDenied(MANAGE)
    if campaign.pk and campaign.state != Campaign.State.PLANNED:
        raise ValidationError(_("The campaign has started: its list and its day stay as they are."))
    if campaign.takes_place_at <= at:
        raise ValidationError({"takes_place_at": _("This time has passed. Choose one to come.")})
    if campaign.ends_on and campaign.ends_on < timezone.localdate(campaign.takes_place_at):
        raise ValidationError({"ends_on": _("The last day cannot be before the first.")})
    form = filter_of(campaign, by)
    if not form.is_valid():
        raise ValidationError(_("The filter of the audience cannot be used. Choose it again."))
    if campaign.pk:
        return documents.save(campaign)
    campaign.created_at = at
    return documents.create_document(campaign, by=by, text=campaign.text)


def filter_of(campaign: Campaign, user: Any, query: QueryDict | None = None) -> Any:
    """The filter set of the audience, with the rows that ``user`` may invite."""
    request = SimpleNamespace(user=user, GET=QueryDict())
    below = {"organization__path__startswith": campaign.organization.path}
    rows: QuerySet[Any]
    if campaign.audience == Campaign.Audience.UNITS:
        rows = InstalledUnit.objects.visible_to(user).filter(customer__isnull=False, **below)
        rows = rows.exclude(status__in=GONE)
    else:
        rows = Customer.objects.visible_to(user).filter(**below)
    data = query if query is not None else QueryDict(campaign.query)
    return FILTERS[campaign.audience](data, queryset=rows, request=request)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Whom a filter finds: customers with one of their units, and how many of them do not wish it."""

    chosen: dict[int, int | None]
    opted_out: int


def draw(campaign: Campaign, user: Any) -> Drawn:
    """Find whom the campaign invites, each customer once, without those who do not agree. Three queries."""
    rows = filter_of(campaign, user).qs.order_by()
    pairs: dict[int, int | None] = {}
    if campaign.audience == Campaign.Audience.UNITS:
        for customer, unit in rows.order_by("customer", "pk").values_list("customer", "pk"):
            pairs.setdefault(customer, unit)
    else:
        pairs = dict.fromkeys(rows.values_list("pk", flat=True))
    key = "customer" if campaign.audience == Campaign.Audience.UNITS else "pk"
    found = Customer.objects.active().filter(pk__in=rows.values(key))
    agreeing = found
    if campaign.campaign_kind.consent == CampaignKind.Consent.MARKETING:
        agreeing = found.filter(consent_marketing=True)
    elif campaign.campaign_kind.consent == CampaignKind.Consent.MESSAGES:
        agreeing = found.filter(consent_messages=True)
    wanted = agreeing.order_by("pk").values_list("pk", flat=True)
    return Drawn({pk: pairs[pk] for pk in wanted}, found.count() - len(wanted))


@transaction.atomic
def do_campaign(
    document: Campaign,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    text: str = "",
) -> Campaign:
    """Do an action of a campaign with what follows; raises what ``documents.services.perform`` raises."""
    at = at or timezone.now()
    if name == "start" and document.takes_place_at <= at:
        raise ValidationError(_("Its day has passed. Change the day first."))
    campaign = documents.perform(
        document, name, by=by, data=dict(data or {}), version=version, at=at, as_system=as_system, text=text
    )
    if name == "start":
        _started(campaign, by=by, at=at)
    else:
        _ended(campaign, by=by, at=at, took_place=name == "finish")
    campaign.refresh_from_db()
    return campaign


def _started(campaign: Campaign, *, by: Any, at: datetime) -> None:
    """Freeze the list, owe what clauses promise about it, and let the calls be made."""
    drawn = draw(campaign, by)
    if not drawn.chosen:
        raise ValidationError(_("The filter finds nobody who may be invited."))
    owners = Customer.objects.in_bulk(drawn.chosen)
    CampaignEntry.objects.bulk_create(
        [
            CampaignEntry(
                campaign=campaign, customer_id=pk, unit_id=unit, organization_id=owners[pk].organization_id
            )
            for pk, unit in drawn.chosen.items()
        ],
        batch_size=1000,
    )
    facts = facts_for(events={"requested": at})
    obligations.happened(
        "appointed",
        at=campaign.takes_place_at,
        document=campaign,
        facts=replace(facts, subject=ACTIVITY),
        told_at=at,
        by=by,
    )
    campaign.opted_out = drawn.opted_out
    campaign.without_phone = campaign.entries.exclude(_has_phone()).count()
    campaign.announce_by = _announce_by(campaign, at)
    campaign.save(update_fields=["opted_out", "without_phone", "announce_by"])
    if campaign.campaign_kind.announces:
        from jiannuo.operations.followups.tasks import make_calls

        transaction.on_commit(lambda: make_calls.enqueue(campaign.pk))


def _has_phone() -> Exists:
    return Exists(Phone.objects.filter(customer=OuterRef("customer")))


def _announce_by(campaign: Campaign, at: datetime) -> datetime:
    """By when customers are told: as a clause says, else by the days of the table; its day where that has passed."""
    owed = Obligation.objects.filter(document_id=campaign.pk, metric="announcement", due_at__isnull=False)
    promised = owed.order_by("due_at").values_list("due_at", flat=True).first()
    by_table = campaign.takes_place_at - timedelta(days=campaign.campaign_kind.announce_days)
    wanted = promised or by_table
    return wanted if wanted > at else campaign.takes_place_at


def make_calls_of(campaign_id: int, *, at: datetime | None = None) -> int:
    """Make the follow-ups that announce a running campaign, in portions; how many were made. Can be run again."""
    made = 0
    while portion := _portion(campaign_id, at or timezone.now()):
        made += portion
    return made


@transaction.atomic
@indexing_once()
def _portion(campaign_id: int, at: datetime) -> int:
    rows = Campaign.objects.select_related("campaign_kind__followup_kind", "organization")
    campaign = rows.filter(pk=campaign_id, state=Campaign.State.RUNNING).first()
    if campaign is None:
        return 0
    waiting = CampaignEntry.objects.filter(_has_phone(), campaign=campaign, followup__isnull=True)
    waiting = waiting.filter(result=Result.WAITING).select_related("customer", "unit", "organization")
    entries = list(waiting.order_by("pk")[:PORTION])
    kind = campaign.campaign_kind.followup_kind
    for entry in entries:
        entry.followup = making.make_now(
            kind,
            organization=entry.organization,
            customer=entry.customer,
            unit=entry.unit,
            source=campaign,
            purpose=f"{campaign.title}：{campaign.text}"[:300],
            due_at=campaign.announce_by or campaign.takes_place_at,
            call_at=campaign.started_at or at,
            owner=making.caller_for(entry.organization, kind, at),
            at=at,
            is_demo=campaign.is_demo,
        )
    CampaignEntry.objects.bulk_update(entries, ["followup"])
    return len(entries)


def spoken(followup: FollowUp, *, comes: str, letter: bool, by: Any, at: datetime) -> None:
    """What a customer said to an invitation; a letter follows within the days of the clause or the table."""
    entry = CampaignEntry.objects.select_related("campaign__campaign_kind").filter(followup=followup).first()
    if entry is None:
        return
    entry.result = comes if comes in (Result.COMING, Result.DECLINED) else Result.ANNOUNCED
    entry.save(update_fields=["result"])
    version = latest(entry.campaign.campaign_kind.letter_template)
    if letter and version is not None and not _has_letter(entry):
        write_letter(
            version,
            followup.customer,
            by=by,
            organization=followup.organization,
            unit=followup.unit,
            followup=followup,
            campaign=entry.campaign,
            due_on=_letter_by(followup, entry.campaign, by=by, at=at),
            is_demo=followup.is_demo,
        )
    all_told(entry.campaign, at=at, by=by)


def _has_letter(entry: CampaignEntry) -> bool:
    return Letter.objects.filter(mailing=entry.campaign_id, customer=entry.customer_id).exists()


def _letter_by(followup: FollowUp, campaign: Campaign, *, by: Any, at: datetime) -> Any:
    facts = facts_for(
        unit=followup.unit,
        customer=followup.customer,
        flags=frozenset({LETTER_NEEDED}),
        events={"requested": at},
    )
    opened = obligations.happened("notified", at=at, document=followup, facts=facts, by=by)
    promised = [one.due_at for one in opened if one.metric == "document" and one.due_at is not None]
    if promised:
        return timezone.localdate(min(promised) - timedelta(microseconds=1))
    return timezone.localdate(at) + timedelta(days=campaign.campaign_kind.letter_days)


def not_reached(followup: FollowUp, *, by: Any, at: datetime) -> None:
    """Nobody could tell the customer of the campaign."""
    entry = CampaignEntry.objects.select_related("campaign").filter(followup=followup).first()
    if entry is not None and entry.result == Result.WAITING:
        entry.result = Result.UNREACHED
        entry.save(update_fields=["result"])
        all_told(entry.campaign, at=at, by=by)


def all_told(campaign: Campaign, *, at: datetime, by: Any) -> bool:
    """Whether nobody is left to be told; the promise to announce it is kept with the last."""
    if campaign.entries.filter(result=Result.WAITING).exists():
        return False
    obligations.fulfil(campaign, "announcement", at=at, by=by)
    return True


def _ended(campaign: Campaign, *, by: Any, at: datetime, took_place: bool) -> None:
    """What was still to be called or sent for a campaign that is over falls away."""
    obligations.called_off("appointed", at=at, document=campaign, took_place=took_place, by=by)
    with override(settings.LANGUAGE_CODE):
        reason = str(_("The campaign is over."))
    from jiannuo.operations.followups.services.doing import do

    waiting = FollowUp.objects.waiting().filter(campaign_entry__campaign=campaign, state="due")
    for followup in waiting.order_by("pk"):
        do(followup, "drop", by=by, at=at, data={"reason": reason}, as_system=True)
    for letter in Letter.objects.open().filter(mailing=campaign).order_by("pk"):
        do_letter(letter, "drop", by=by, at=at, data={"reason": reason}, as_system=True)


@transaction.atomic
def set_result(
    entry: CampaignEntry, result: str, *, by: Any, remark: str = "", at: datetime | None = None
) -> None:
    """Put down what became of one customer. Raises PermissionDenied or ValidationError."""
    if not by.has_perm(making.HANDLE, entry):
        raise PermissionDenied(making.HANDLE)
    if entry.campaign.state == Campaign.State.PLANNED or result not in CampaignEntry.BY_HAND:
        raise ValidationError({"result": _("Choose what became of it.")})
    entry.result, entry.remark = result, remark.strip()[:200]
    entry.save(update_fields=["result", "remark"])
    all_told(entry.campaign, at=at or timezone.now(), by=by)


def without_letter(campaign: Campaign, results: Any) -> QuerySet[CampaignEntry]:
    """Those with such results to whom no letter was written in this campaign."""
    letters = Letter.objects.filter(mailing=campaign, customer=OuterRef("customer"))
    return campaign.entries.filter(~Exists(letters), result__in=list(results)).order_by("pk")


@transaction.atomic
def ask_for_letters(campaign: Campaign, results: Any, *, by: Any) -> int:
    """Have letters written to all with such results; how many there will be.

    Raises PermissionDenied or ValidationError.
    """
    if not by.has_perm(MANAGE, campaign):
        raise PermissionDenied(MANAGE)
    if campaign.state != Campaign.State.RUNNING:
        raise ValidationError(_("Letters are written while the campaign is running."))
    if latest(campaign.campaign_kind.letter_template) is None:
        raise ValidationError(
            _("This kind of campaign has no template for letters. Choose one in the tables.")
        )
    count = without_letter(campaign, results).count()
    if not count:
        raise ValidationError({"results": _("Everybody with these results has a letter already.")})
    from jiannuo.operations.followups.tasks import write_letters

    names = list(results)
    transaction.on_commit(lambda: write_letters.enqueue(campaign.pk, names, by.pk))
    return count


def write_letters_of(campaign_id: int, results: list[str], by: Any) -> int:
    """Write the letters of a campaign, in portions; how many were written. Can be run again."""
    return sum(_letter_portions(campaign_id, results, by))


def _letter_portions(campaign_id: int, results: list[str], by: Any) -> Iterator[int]:
    while True:
        with transaction.atomic(), indexing_once():
            rows = Campaign.objects.select_related("campaign_kind__letter_template", "organization")
            campaign = rows.filter(pk=campaign_id, state=Campaign.State.RUNNING).first()
            version = latest(campaign.campaign_kind.letter_template) if campaign is not None else None
            if campaign is None or version is None:
                return
            entries = without_letter(campaign, results).select_related(
                "customer__organization", "unit__model", "organization"
            )
            portion = list(entries[:PORTION])
            if not portion:
                return
            due_on = timezone.localdate() + timedelta(days=campaign.campaign_kind.letter_days)
            for entry in portion:
                write_letter(
                    version,
                    entry.customer,
                    by=by,
                    organization=entry.organization,
                    unit=entry.unit,
                    campaign=campaign,
                    due_on=due_on,
                    as_system=True,
                    is_demo=campaign.is_demo,
                )
        yield len(portion)
