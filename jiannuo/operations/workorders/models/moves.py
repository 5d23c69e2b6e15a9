"""What can be done with a work order (工单): each action with its states, permission and form."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from jiannuo.office.documents.flow import action

FORMS = "jiannuo.operations.workorders.forms."

#: states in which the order may still change
RUNNING = (
    "draft",
    "ready",
    "dispatched",
    "accepted",
    "travelling",
    "on_site",
    "waiting",
    "bench",
    "completed",
    "signed",
)


def is_assigned(order: Any, user: Any) -> bool:
    """Whether ``user`` is the technician of the order."""
    return order.technician_id is not None and order.technician_id == user.pk


class OrderMoves:
    """The actions of a work order, one declaration each. They change the order; its services do what follows."""

    class Waiting(models.TextChoices):
        CUSTOMER = "waiting_customer", _("waiting for the customer")
        PARTS = "waiting_parts", _("waiting for parts")
        APPROVAL = "waiting_approval", _("waiting for approval")

    technician: Any
    waiting_for: Any
    test_passed: Any
    work_done: Any
    test_result: Any
    signed_by: Any
    signed_at: Any
    signature: Any
    opinion: Any
    rating: Any
    test_agreed: Any
    cancel_reason: Any

    @action(
        source="draft",
        target="ready",
        label=_("Release"),
        permission="orders.dispatch",
        style="primary",
        order=10,
    )
    def release(self, *, by: Any, at: datetime) -> None:
        pass

    @action(
        source=["ready", "dispatched", "accepted"],
        target="dispatched",
        label=_("Assign"),
        permission="orders.dispatch",
        form=FORMS + "AssignForm",
        style="primary",
        order=10,
    )
    def assign(self, *, by: Any, at: datetime, technician: Any, **_appointment: Any) -> None:
        self.technician = technician
        self.waiting_for = ""

    @action(
        source="dispatched",
        target="accepted",
        label=_("Accept"),
        permission="orders.work",
        condition=is_assigned,
        style="primary",
        order=10,
    )
    def accept(self, *, by: Any, at: datetime) -> None:
        pass

    @action(
        source=["dispatched", "accepted"],
        target="ready",
        label=_("Decline"),
        permission="orders.work",
        condition=is_assigned,
        form=FORMS + "ReasonForm",
        style="danger",
        order=80,
    )
    def decline(self, *, by: Any, at: datetime, reason: str) -> None:
        self.technician = None

    @action(
        source=["dispatched", "accepted"],
        target="ready",
        label=_("Take back"),
        permission="orders.dispatch",
        form=FORMS + "ReasonForm",
        order=75,
    )
    def take_back(self, *, by: Any, at: datetime, reason: str) -> None:
        self.technician = None

    @action(
        source="accepted",
        target="travelling",
        label=_("Set out"),
        permission="orders.work",
        condition=is_assigned,
        style="primary",
        order=10,
    )
    def set_out(self, *, by: Any, at: datetime) -> None:
        pass

    @action(
        source=["accepted", "travelling"],
        target="on_site",
        label=_("Arrived"),
        permission="orders.work",
        condition=is_assigned,
        form=FORMS + "ArriveForm",
        style="primary",
        order=10,
    )
    def arrive(self, *, by: Any, at: datetime, **_place: Any) -> None:
        pass

    @action(
        source=["accepted", "travelling", "on_site", "bench"],
        target="waiting",
        label=_("Pause"),
        permission="orders.work",
        condition=is_assigned,
        form=FORMS + "PauseForm",
        order=60,
    )
    def pause(self, *, by: Any, at: datetime, waiting_for: str, reason: str = "") -> None:
        self.waiting_for = waiting_for

    @action(
        source="waiting",
        target="accepted",
        label=_("Resume"),
        permission="orders.work",
        condition=is_assigned,
        style="primary",
        order=10,
    )
    def resume(self, *, by: Any, at: datetime) -> None:
        self.waiting_for = ""

    @action(
        source="on_site",
        target="bench",
        label=_("Bring in for repair"),
        permission="orders.work",
        condition=is_assigned,
        form=FORMS + "ReasonForm",
        order=65,
    )
    def bring_in(self, *, by: Any, at: datetime, reason: str) -> None:
        pass

    @action(
        source=["draft", "ready", "dispatched", "accepted"],
        target="bench",
        label=_("Take onto the bench"),
        permission="bench.handle",
        hidden=True,
    )
    def take_in(self, *, by: Any, at: datetime, reason: str = "") -> None:
        self.waiting_for = ""

    @action(
        source=["bench", "waiting", "accepted"],
        target=None,
        label=_("Who works on it"),
        permission="bench.assign",
        hidden=True,
    )
    def entrust(self, *, by: Any, at: datetime, technician: Any) -> None:
        self.technician = technician

    @action(
        source=["bench", "waiting", "accepted"],
        target="completed",
        label=_("Give back unrepaired"),
        permission="bench.work",
        hidden=True,
    )
    def give_back(self, *, by: Any, at: datetime, reason: str) -> None:
        self.waiting_for, self.test_passed = "", None
        self.work_done, self.test_result = reason, ""

    @action(
        source=["on_site", "waiting"],
        target="ready",
        label=_("Second visit needed"),
        permission="orders.work",
        condition=is_assigned,
        form=FORMS + "ReasonForm",
        order=70,
    )
    def need_second_visit(self, *, by: Any, at: datetime, reason: str) -> None:
        self.technician, self.waiting_for = None, ""

    @action(
        source=["travelling", "on_site"],
        target="ready",
        label=_("Customer absent"),
        permission="orders.work",
        condition=is_assigned,
        form=FORMS + "ReasonForm",
        order=75,
    )
    def customer_absent(self, *, by: Any, at: datetime, reason: str) -> None:
        self.technician, self.waiting_for = None, self.Waiting.CUSTOMER

    @action(
        source=["on_site", "bench"],
        target="completed",
        label=_("Complete"),
        permission="orders.work",
        condition=is_assigned,
        form=FORMS + "CompleteForm",
        style="success",
        order=10,
    )
    def complete(self, *, by: Any, at: datetime, **data: Any) -> None:
        for field in (
            "symptom",
            "cause",
            "measure",
            "work_done",
            "test_result",
            "test_passed",
            "meter_reading",
        ):
            if field in data:
                setattr(self, field, data[field])

    @action(
        source="completed",
        target="signed",
        label=_("Customer signs"),
        permission="orders.work",
        condition=is_assigned,
        form=FORMS + "SignForm",
        style="success",
        order=10,
    )
    def sign(
        self,
        *,
        by: Any,
        at: datetime,
        signed_by: str = "",
        signature: Any = None,
        opinion: str = "",
        rating: int | None = None,
        test_agreed: bool = True,
        **_shown: Any,
    ) -> None:
        self.signed_by, self.signed_at, self.signature = signed_by, at, signature
        self.opinion, self.rating, self.test_agreed = opinion, rating, test_agreed

    @action(
        source="signed",
        target="reviewed",
        label=_("Review"),
        permission="orders.review",
        form=FORMS + "ReviewForm",
        style="primary",
        order=10,
    )
    def review(self, *, by: Any, at: datetime, remark: str = "") -> None:
        pass

    @action(
        source=["completed", "signed"],
        target="on_site",
        label=_("Send back to the technician"),
        permission="orders.review",
        form=FORMS + "ReasonForm",
        order=70,
    )
    def send_back(self, *, by: Any, at: datetime, reason: str) -> None:
        self.signature, self.signed_by, self.signed_at, self.test_agreed = None, "", None, False

    @action(
        source=[*RUNNING],
        target=None,
        label=_("Customer's choice"),
        permission="orders.dispatch",
        hidden=True,
    )
    def choose_remedy(self, *, by: Any, at: datetime, remedy: str, **_agreed: Any) -> None:
        pass

    @action(
        source=[*RUNNING],
        target=None,
        label=_("Change who pays"),
        permission="orders.charge",
        hidden=True,
    )
    def override(self, *, by: Any, at: datetime, **_charge: Any) -> None:
        pass

    @action(
        source="reviewed",
        target="closed",
        label=_("Close"),
        permission="orders.review",
        style="primary",
        order=10,
    )
    def close(self, *, by: Any, at: datetime) -> None:
        pass

    @action(
        source=["draft", "ready", "dispatched", "accepted", "travelling", "waiting", "bench"],
        target="cancelled",
        label=_("Cancel"),
        permission="orders.dispatch",
        form=FORMS + "ReasonForm",
        style="danger",
        order=90,
    )
    def cancel(self, *, by: Any, at: datetime, reason: str) -> None:
        self.cancel_reason, self.waiting_for = reason, ""
