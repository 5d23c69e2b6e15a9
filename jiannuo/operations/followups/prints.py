"""The printed forms: F53 call record, F56 opinion on use, F57 visit record, and a letter for the window envelope."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.printing import PrintForm, register
from jiannuo.kernel.regions.services import full_name
from jiannuo.operations.followups.models import FollowUp, Letter, ScriptVersion
from jiannuo.operations.followups.queries import phone_of, raised_by
from jiannuo.operations.followups.services.calling import questions_of, talk_of

#: letters in one file; the rest follows when these are sent
MOST_PRINTED = 300


def _followups(user: Any) -> Any:
    return FollowUp.objects.visible_to(user).select_related(
        "organization",
        "customer",
        "contact",
        "unit__model",
        "unit__address",
        "followup_kind",
        "owner",
        "source",
    )


def record(followup: FollowUp) -> dict[str, Any]:
    """What F53 and F57 show: who was asked, what they said, what was promised and told."""
    place = (
        followup.unit.address if followup.unit is not None else None
    ) or followup.customer.addresses.first()
    return {
        "followup": followup,
        "phone": phone_of(followup),
        "address": f"{full_name(place.division_id)}{place.detail}" if place is not None else "",
        "talk": talk_of(followup),
        "tries": list(followup.tries.all()),
        "requests": raised_by(followup),
    }


def opinion(followup: FollowUp) -> dict[str, Any]:
    """What F56 shows: the questions of the script with their answers, or empty to be filled in by hand."""
    context = record(followup)
    version_id = followup.script_version_id
    if version_id is None and followup.followup_kind.script_id is not None:
        published = ScriptVersion.objects.filter(
            script=followup.followup_kind.script_id, published_at__isnull=False
        )
        version_id = published.values_list("pk", flat=True).first()
    talk = context["talk"]
    questions = [
        (one, talk.answers[one.pk].words if one.pk in talk.answers else "")
        for one in questions_of(version_id)
    ]
    return {**context, "questions": questions}


# The forms show the phone number in full: for those who make follow-ups.
for form_id, title, template, context in (
    ("F53", _("Follow-up call record"), "call", record),
    ("F56", _("Opinion on the use of the product"), "opinion", opinion),
    ("F57", _("Visit record"), "visit", record),
):
    register(
        PrintForm(
            id=form_id,
            title=title,
            template=f"followups/print/{template}.html",
            model=FollowUp,
            rows=_followups,
            context=context,
            permission="followups.handle",
        )
    )

register(
    PrintForm(
        id="letter",
        title=_("Letter"),
        template="followups/print/letter.html",
        model=Letter,
        rows=lambda user: Letter.objects.visible_to(user).select_related("organization"),
        context=lambda letter: {"letters": [letter]},
        permission="followups.handle",
    )
)
