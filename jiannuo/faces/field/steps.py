"""The steps of a job on the phone: what each asks for, what it does, which part of the page shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiannuo.faces.field.offline import film, late
from jiannuo.faces.field.offline.instants import instant_of
from jiannuo.kernel.files.services import store
from jiannuo.office.documents.forms import ActionForm, ManyFilesField, ReasonForm
from jiannuo.operations.workorders import forms as order_forms
from jiannuo.operations.workorders.models import OrderCheck, OrderLine, WorkOrder
from jiannuo.operations.workorders.services import (
    add_line,
    add_missing_part,
    add_photos,
    answer_check,
    do,
    once,
    remove_line,
    save_record,
)


@dataclass(frozen=True, slots=True)
class Sent:
    """A step as the phone sent it, cleaned."""

    order: WorkOrder
    by: Any
    data: dict[str, Any]
    key: str
    version: int | None
    #: when it was done, where that was not now: the app sends what was done without network
    at: datetime | None = None


class CheckForm(forms.Form):
    """The answer to one check."""

    check = forms.IntegerField()
    value = forms.CharField(max_length=120, required=False)
    photo = forms.ImageField(required=False)
    taken_at = forms.CharField(required=False, max_length=40)
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180)


class PhotoForm(forms.Form):
    """Photos before or after the work."""

    photos = ManyFilesField(label=gettext_lazy("photos"))
    photos_taken_at = forms.CharField(required=False, max_length=2000)
    purpose = forms.CharField(max_length=12)
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180)


class LineKeyForm(forms.Form):
    """Which line."""

    line = forms.IntegerField()


def about_document(form: type[ActionForm]) -> Callable[..., forms.Form]:
    """A maker of a form that knows the document and the person."""

    def make(order: WorkOrder, by: Any, data: Any = None, files: Any = None) -> forms.Form:
        return form(data, files, document=order, user=by)

    return make


def about_order(form: type[order_forms.LineForm]) -> Callable[..., forms.Form]:
    """A maker of a form of a line."""

    def make(order: WorkOrder, by: Any, data: Any = None, files: Any = None) -> forms.Form:
        return form(data, files, order=order, by=by)

    return make


def plain(form: type[forms.Form]) -> Callable[..., forms.Form]:
    """A maker of a form that needs to know nothing."""

    def make(order: WorkOrder, by: Any, data: Any = None, files: Any = None) -> forms.Form:
        return form(data, files)

    return make


def _action(name: str) -> Callable[[Sent], object]:
    def run(sent: Sent) -> object:
        return do(
            sent.order, name, by=sent.by, data=sent.data, version=sent.version, key=sent.key, at=sent.at
        )

    return run


def _once(name: str, work: Callable[[Sent], object]) -> Callable[[Sent], object]:
    def run(sent: Sent) -> object:
        body = {field: _plain(value) for field, value in sent.data.items()}
        return once(sent.key, sent.order, name, body, by=sent.by, do=lambda: work(sent))

    return run


def _plain(value: Any) -> Any:
    """A cleaned value as text that is the same for the same contents."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if hasattr(value, "chunks"):
        return f"{value.size} bytes"
    return str(getattr(value, "pk", value))


def _check(sent: Sent) -> object:
    check = OrderCheck.objects.select_related("order").filter(order=sent.order, pk=sent.data["check"]).first()
    if check is None:
        raise ValidationError(_("This check does not belong to the job. Reload the page."))
    photo = sent.data.get("photo")
    stored = None
    if photo:
        taken_at, place = instant_of(sent.data["taken_at"]), _place(sent)
        stored = store(photo, by=sent.by, kinds=("image",), taken_at=taken_at, **place)
    return answer_check(check, sent.data["value"], by=sent.by, photo=stored, at=sent.at)


def _place(sent: Sent) -> dict[str, float | None]:
    return {name: sent.data.get(name) for name in ("latitude", "longitude")}


def _photos(sent: Sent) -> object:
    taken = [instant_of(text) for text in sent.data["photos_taken_at"].split(",")]
    return add_photos(
        sent.order,
        sent.data["photos"],
        by=sent.by,
        purpose=sent.data["purpose"],
        taken=taken,
        place=_place(sent),
    )


def _line(sent: Sent) -> object:
    if sent.data.get("gone") and sent.data.get("part"):
        return add_missing_part(sent.order, sent.data, by=sent.by, at=sent.at)
    return add_line(sent.order, sent.data, by=sent.by, at=sent.at)


def _remove(sent: Sent) -> object:
    line = OrderLine.objects.select_related("order").filter(order=sent.order, pk=sent.data["line"]).first()
    if line is None:
        raise ValidationError(_("This line was removed before."))
    return remove_line(line, by=sent.by)


def _record(sent: Sent) -> object:
    return save_record(sent.order, sent.data, by=sent.by)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the technician sends. ``section`` of the page shows it; ``moves`` when the whole page changes."""

    section: str
    make: Callable[..., forms.Form]
    run: Callable[[Sent], object]
    moves: bool = False
    done: Any = ""


def _moving(name: str, form: type[ActionForm] = ActionForm, section: str = "next", done: Any = "") -> Step:
    return Step(section, about_document(form), _action(name), moves=True, done=done)


STEPS: dict[str, Step] = {
    "accept": _moving("accept", done=gettext_lazy("Job accepted.")),
    "decline": _moving("decline", ReasonForm, "other", gettext_lazy("Declined. The dispatcher was told.")),
    "set_out": _moving("set_out", done=gettext_lazy("Good journey.")),
    "arrive": _moving("arrive", order_forms.ArriveForm, done=gettext_lazy("Arrival recorded.")),
    "pause": _moving("pause", order_forms.PauseForm, "other", gettext_lazy("Paused.")),
    "resume": _moving("resume", done=gettext_lazy("Going on.")),
    "bring_in": _moving("bring_in", ReasonForm, "other", gettext_lazy("Brought in for repair.")),
    "need_second_visit": _moving(
        "need_second_visit", ReasonForm, "other", gettext_lazy("The dispatcher plans a second visit.")
    ),
    "customer_absent": _moving(
        "customer_absent", ReasonForm, "other", gettext_lazy("Recorded. The dispatcher agrees a new time.")
    ),
    "complete": _moving(
        "complete", section="finish", done=gettext_lazy("Completed. Now let the customer sign.")
    ),
    "sign": _moving("sign", order_forms.SignForm, "sign", gettext_lazy("Signed. Thank you.")),
    "check": Step("checks", plain(CheckForm), _once("check", _check)),
    "finding": Step("finding", about_document(order_forms.FindingForm), _once("finding", _record)),
    "test": Step("test", about_document(order_forms.TestForm), _once("test", _record)),
    "part": Step("part", about_order(order_forms.PartForm), _once("part", _line)),
    "labour": Step("labour", about_order(order_forms.LabourForm), _once("labour", _line)),
    "added": Step("added", about_order(order_forms.AddedItemForm), _once("added", _line)),
    "line_remove": Step("charges", plain(LineKeyForm), _once("line_remove", _remove)),
    "photos": Step("photos", plain(PhotoForm), _once("photos", _photos)),
    "video": Step("photos", plain(film.VideoForm), _once("video", film.keep)),
    "delay": Step("other", plain(late.DelayForm), _once("delay", late.tell_delay)),
    "customer_late": Step(
        "other", plain(late.CustomerLateForm), _once("customer_late", late.keep_customer_late)
    ),
}
