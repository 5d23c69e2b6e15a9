"""What the complaint desk does on the news of others."""

from __future__ import annotations

from jiannuo.kernel.events import subscribe
from jiannuo.kernel.search.services import index_many
from jiannuo.office.documents.events import MatterRaised
from jiannuo.office.documents.matters import takes
from jiannuo.office.documents.models import Document
from jiannuo.operations.complaints.models import Complaint, Suggestion
from jiannuo.operations.complaints.services import make_special, open_from, suggestion_from
from jiannuo.promises.obligations.events import ObligationMissed
from jiannuo.promises.obligations.models import Obligation
from jiannuo.registry.customers.events import CustomerErased

TAKES = {"complaint": open_from, "suggestion": suggestion_from}
takes("complaint")(open_from)  # by the desk: at once, so that the text stands nowhere else


@subscribe(MatterRaised)
def take_it_up(event: MatterRaised) -> None:
    """A request that is a complaint or a suggestion is taken up, once."""
    take = TAKES.get(event.matter)
    document = Document.objects.filter(pk=event.document_id).first()
    if take is not None and document is not None:
        take(document)


@subscribe(ObligationMissed)
def make_it_special(event: ObligationMissed) -> None:
    """A missed promise whose clause says “special case” puts the complaint on the directors' page."""
    if event.document_id is None or not any(one.code == "special_case" for one in event.consequences):
        return
    rows = Complaint.objects.select_related("organization")
    complaint = rows.filter(source=event.document_id).first() or rows.filter(pk=event.document_id).first()
    if complaint is not None:
        obligation = Obligation.objects.filter(pk=event.obligation_id).first()
        make_special(complaint, obligation.text if obligation is not None else "", at=event.at)


@subscribe(CustomerErased)
def forget_the_person(event: CustomerErased) -> None:
    """Complaints and suggestions keep what was said, not who said it."""
    Complaint.objects.filter(customer_id=event.customer_id).update(complainant="", phone="")
    index_many(
        Complaint, Complaint.objects.filter(customer_id=event.customer_id).values_list("pk", flat=True)
    )
    Suggestion.objects.filter(customer_id=event.customer_id).update(name="", phone="")
