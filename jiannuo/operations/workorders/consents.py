"""Consents: what may not be done without whose approval, asked of the approval clauses of the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from jiannuo.office.accounts.roles import PERMISSIONS_BY_ROLE, Role
from jiannuo.office.documents.approvals import ask, holders_of
from jiannuo.office.documents.models import Approval, Document
from jiannuo.operations.workorders.case import Case
from jiannuo.promises.obligations.words import party_label

#: What a subject of the approval clauses is called where it is asked for.
SUBJECTS: dict[str, Any] = {
    "cost": gettext_lazy("cost of the work"),
    "free_repair": gettext_lazy("free repair out of warranty"),
    "discount": gettext_lazy("price below the list"),
    "quotation": pgettext_lazy("approval", "quotation"),
    "exchange": pgettext_lazy("approval", "exchange"),
    "refund": pgettext_lazy("approval", "refund"),
    "return": pgettext_lazy("approval", "return"),
    "compensation": pgettext_lazy("approval", "compensation"),
    "loan": gettext_lazy("loan of a machine"),
    "special_case": pgettext_lazy("approval", "special case"),
    "late_card": gettext_lazy("registration card that came too late"),
}
#: Above every limit of a clause (yuan): what a clause says of it, it says of the subject at all.
BEYOND = Decimal(10) ** 12
#: Who answers in the house for the consent of somebody without an account: the customer, the owner, the maker.
FOR_PARTIES = Role.DEPARTMENT_MANAGER
CUSTOMER = "customer"


class ConsentMissing(ValidationError):
    """Somebody's consent is missing; the message says whose."""


@dataclass(frozen=True, slots=True)
class Needed:
    """A consent that is needed: of these roles, one after the other, and of parties outside the house."""

    subject: str
    roles: tuple[str, ...]
    parties: tuple[str, ...]
    amount: Decimal | None

    @property
    def label(self) -> str:
        return str(SUBJECTS.get(self.subject, self.subject))

    @property
    def whose(self) -> str:
        """The roles and parties in words."""
        names = [str(Role(role).label) for role in self.roles if role not in self.parties]
        return "、".join(dict.fromkeys([*names, *(party_label(party) for party in self.parties)]))


def needed(
    document: Document, subject: str, *, amount: Decimal | None, by: Any, otherwise: Sequence[str] = ()
) -> Needed | None:
    """Whose consent ``subject`` still needs beside that of ``by``; nothing when no clause asks for any.

    An approver is a role that decides; for a party outside the house (customer, owner, manufacturer) the department
    manager confirms that its consent is there. Where no clause speaks of the subject at all, those who hold the roles
    ``otherwise`` have to agree, somebody else than ``by`` in any case.
    """
    amounts = {subject: amount} if amount is not None else {}
    case = Case(document)
    approvers = case.decision(amounts=amounts).approvers(subject)
    if otherwise and not approvers and not case.decision(amounts={subject: BEYOND}).approvers(subject):
        return Needed(subject, tuple(otherwise), (), amount)
    deciding = [who for who in approvers if "approvals.decide" in PERMISSIONS_BY_ROLE.get(who, ())]
    parties = tuple(who for who in approvers if who not in deciding)
    roles = [role for role in deciding if not holders_of(role, document).filter(pk=by.pk).exists()]
    if parties and FOR_PARTIES not in roles:
        roles.insert(0, FOR_PARTIES)
    return Needed(subject, tuple(roles), parties, amount) if roles else None


def given(document: Document, subject: str, *, amount: Decimal | None, about: str = "") -> bool:
    """Whether a consent to ``subject`` (for the thing that ``about`` names, up to at least this amount) was given."""
    rows = Approval.objects.filter(
        document_id=document.pk, state=Approval.State.APPROVED, data__consent=subject, data__about=about
    )
    return any(amount is None or one.amount is None or one.amount >= amount for one in rows)


@transaction.atomic
def obtain(
    document: Document,
    subject: str,
    *,
    by: Any,
    amount: Decimal | None = None,
    about: str = "",
    what: str = "",
    action: str = "",
    data: Mapping[str, Any] | None = None,
    reason: str = "",
    otherwise: Sequence[str] = (),
) -> Approval | None:
    """Start the chain of approvals that a step needs; ``None`` when it may be done at once.

    ``about`` is the key of the thing (a line, a remedy) and ``what`` its name, where there may be several of them.
    ``otherwise`` are the roles that agree where no clause says anything (:func:`needed`).
    ``action`` of the document is done with ``data`` (plain values) once everybody has agreed. Raises ConsentMissing
    while the same question is open, ValidationError where nobody holds a role that has to agree.
    """
    if given(document, subject, amount=amount, about=about):
        return None
    missing = needed(document, subject, amount=amount, by=by, otherwise=otherwise)
    if missing is None:
        return None
    _refuse_while_open(document, missing, about)
    values = {**(data or {}), "consent": subject, "about": about}
    return ask(
        document,
        _question(missing, what),
        missing.roles,
        by=by,
        amount=amount,
        reason="\n".join(part for part in (reason, _of_parties(missing)) if part),
        on_approved=action,
        data=values,
    )


def require(
    document: Document, subject: str, *, by: Any, amount: Decimal | None = None, about: str = ""
) -> None:
    """Raise ConsentMissing, which says whose, unless the consent that ``subject`` needs has been given."""
    if given(document, subject, amount=amount, about=about):
        return
    missing = needed(document, subject, amount=amount, by=by)
    if missing is not None:
        raise ConsentMissing(refusal(missing))


def require_of_house(document: Document, subject: str, *, by: Any, amount: Decimal | None = None) -> None:
    """Raise ConsentMissing unless our own people have agreed; the customer agrees by the answer."""
    if given(document, subject, amount=amount):
        return
    missing = needed(document, subject, amount=amount, by=by)
    if missing is not None and not is_customers_alone(missing):
        raise ConsentMissing(refusal(missing))


def is_customers_alone(missing: Needed) -> bool:
    """Whether nobody but the customer is asked, so that the answer to an offer is the consent."""
    return missing.parties == (CUSTOMER,) and set(missing.roles) <= {FOR_PARTIES}


def refusal(missing: Needed) -> str:
    """The sentence that says whose consent is missing."""
    if missing.amount is None:
        text = _("“%(what)s” needs the consent of: %(who)s. Ask for it and wait until it is given.")
    else:
        text = _(
            "“%(what)s” (%(amount)s yuan) needs the consent of: %(who)s. Ask for it and wait until it is given."
        )
    return text % {"what": missing.label, "who": missing.whose, "amount": missing.amount}


def asked_text(approval: Approval) -> str:
    """What a person reads whose step has to wait."""
    who = "、".join(str(step.get_role_display()) for step in approval.steps.all())
    return _("“%(what)s” needs consent. %(who)s was asked; it is done as soon as they agree.") % {
        "what": approval.subject,
        "who": who,
    }


def _refuse_while_open(document: Document, missing: Needed, about: str) -> None:
    rows = Approval.objects.filter(
        document_id=document.pk,
        state=Approval.State.PENDING,
        data__consent=missing.subject,
        data__about=about,
    )
    if rows.exists():
        text = _("“%(what)s” waits for the consent of: %(who)s.")
        raise ConsentMissing(text % {"what": missing.label, "who": missing.whose})


def _question(missing: Needed, what: str) -> str:
    return " · ".join(part for part in (missing.label, what) if part)[:200]


def _of_parties(missing: Needed) -> str:
    if not missing.parties:
        return ""
    names = "、".join(party_label(party) for party in missing.parties)
    return _("Agree only when the written consent of %(names)s is there.") % {"names": names}
