"""Taking over what was recorded of an installation without network: once, at its time, or refused in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from jiannuo.faces.field.offline.taking import LONGEST_NOTE, Answer, moment_of, problem
from jiannuo.faces.field.offline.walking import MOST_PHOTOS, Refused
from jiannuo.faces.field.steps import instant_of
from jiannuo.kernel.files.services import store
from jiannuo.office.documents.models import Document
from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument
from jiannuo.operations.installations import services
from jiannuo.operations.installations.forms import RefuseForm, TrialForm
from jiannuo.operations.installations.models import Installation
from jiannuo.operations.installations.services.guard import WORK
from jiannuo.operations.installations.stepforms import STEPS, carry_out

#: what the phone calls a step → the action of the project, and the form that it asks for
ACTIONS: dict[str, tuple[str, type[forms.Form]]] = {
    "arrive": ("arrive", forms.Form),
    "go-on": ("go_on", forms.Form),
    "trial-start": ("start_trial", TrialForm),
    "refuse": ("refuse", RefuseForm),
    "present-again": ("present_again", forms.Form),
}
#: records that name a line which another step may have made a moment before
MADE = ("packing-add", "paper-add", "topic-add", "trainee", "remaining")
#: steps that are only right in the state in which they were recorded
BOUND = (*ACTIONS, "accept")
#: fields that name lines, by commas
NAMING, MOST_NAMED = ("line", "part", "lines", "parts", "skills"), 200


class PhotosForm(forms.Form):
    """Photos of a stage."""

    caption = forms.CharField(max_length=120, required=False)


class PlaceForm(forms.Form):
    """Where the phone was."""

    latitude = forms.FloatField(required=False, min_value=-90, max_value=90)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180)


def plain(text: str, longest: int = 64) -> str:
    """What the phone sent as a word, without the sign that no database keeps."""
    return text.replace("\0", "")[:longest]


def find(number: str, user: Any) -> Installation | None:
    """The project, for those who may see it."""
    rows = Installation.objects.visible_to(user).select_related("organization", "customer")
    return rows.filter(number=plain(number)).first()


def unknown() -> Answer:
    """There is nothing of this number for the person."""
    return 404, problem("unknown", _("There is no such installation of yours."))


def take_site(number: str, step: str, data: Any, files: Any, *, by: Any) -> Answer:
    """Do a step of a project at the time when it was done. Status and what to tell the app."""
    one = find(number, by)
    if one is None:
        return unknown()
    if step not in STEPS and step not in ACTIONS and step != "photos":
        return 404, problem("unknown", _("There is no such step."))
    sent_key = plain(data.get("key", ""))
    try:
        _check_state(one, step, data, by)
        at, corrected = moment_of(one, data.get("at", ""))
        work = _work_of(one, step, _with_lines(one, data, by), uploads_of(files), by=by, at=at)
        services.once(sent_key, one, step, by=by, do=work)
    except Refused as error:
        return error.status, problem(error.code, error.text)
    except Invalid as error:
        return 422, problem("invalid", _("This was not accepted."), error.form)
    except (StaleDocument, ActionNotAllowed) as error:
        return 409, problem("state", str(error))
    except PermissionDenied:
        return 409, problem("not_yours", _("You record no installations here any more."))
    except ValidationError as error:
        return 422, problem("invalid", _("This was not accepted."), errors=error)
    return 200, {"done": True, "at": at.isoformat(), "corrected": corrected}


class Invalid(Exception):
    """Answers that are none, with the form that says so."""

    def __init__(self, form: forms.Form) -> None:
        self.form = form
        super().__init__("invalid")


def _check_state(one: Installation, step: str, data: Any, by: Any) -> None:
    """Refuse what is no longer possible, with what happened meanwhile."""
    if not by.has_perm(WORK, one):
        raise Refused(409, "not_yours", _("You record no installations here any more."))
    words = {"number": one.number, "state": one.state_label}
    if one.state == "cancelled":
        raise Refused(409, "cancelled", _("%(number)s was cancelled in the office.") % words)
    if one.state == "closed":
        raise Refused(409, "over", _("%(number)s is closed.") % words)
    recorded = data.get("state", "")
    if step in BOUND and recorded and recorded != one.state:
        raise Refused(
            409, "state", _("%(number)s is now “%(state)s”: somebody changed it meanwhile.") % words
        )


def _with_lines(one: Installation, data: Any, by: Any) -> Any:
    """The data with lists taken apart, and lines that earlier steps made in place of the keys that name them."""
    answers = data.copy()
    for name in NAMING:
        if name in data:
            keys = [key for key in data[name].split(",")[:MOST_NAMED] if key]
            answers.setlist(name, [key if key.isdecimal() else _made(one, key, by) for key in keys])
    return answers


def _made(one: Installation, key: str, by: Any) -> str:
    made = services.line_made(plain(key), one, by)
    if made is None:
        raise Refused(409, "changed", _("What this belongs to was not taken over."))
    return str(made)


def uploads_of(files: Any) -> MultiValueDict[str, Any]:
    """The files as the forms want them: all photos under one name."""
    shown = [file for name, file in files.items() if name.startswith("photo-")]
    found: MultiValueDict[str, Any] = MultiValueDict({"photos": shown[:MOST_PHOTOS]})
    if "paper" in files:
        found["paper"] = files["paper"]
    return found


def cleaned_of(form: forms.Form) -> dict[str, Any]:
    """The answers of a form; raises Invalid."""
    if not form.is_valid():
        raise Invalid(form)
    return form.cleaned_data


def stored_photos(uploads: list[Any], data: Any, *, by: Any) -> list[Any]:
    """Keep photos with when and where they were taken."""
    place = cleaned_of(PlaceForm(data))
    taken = [instant_of(text) for text in data.get("taken", "")[:2000].split(",")]
    moments = [*taken, *[None] * len(uploads)]
    return [
        store(upload, by=by, kinds=("image",), taken_at=moment, **place)
        for upload, moment in zip(uploads, moments, strict=False)
    ]


def _work_of(
    one: Installation, step: str, data: Any, files: Any, *, by: Any, at: datetime
) -> Callable[[], int | None]:
    """What is to be done, with the answers read; raises Invalid for those that are none."""
    if step == "photos":
        caption = cleaned_of(PhotosForm(data))["caption"]

        def keep() -> None:
            services.add_site_photos(
                one, stored_photos(files.getlist("photos"), data, by=by), by=by, caption=caption
            )

        return keep
    if step in ACTIONS:
        return _action(one, step, data, files, by=by, at=at)
    wanted = STEPS[step]
    form = wanted.form(data, files, installation=one, user=by)
    cleaned = cleaned_of(form)
    if step == "accept":
        cleaned["version"] = (
            one.version
        )  # nobody may change it between the look at its state and the acceptance

    def record() -> int | None:
        if cleaned.get("photos"):
            cleaned["photos"] = stored_photos(cleaned["photos"], data, by=by)
        made = carry_out(wanted, one, cleaned, by=by, at=at)
        return made.pk if step in MADE else None

    return record


def _action(
    one: Installation, step: str, data: Any, files: Any, *, by: Any, at: datetime
) -> Callable[[], None]:
    name, form_class = ACTIONS[step]
    more = {"document": one, "user": by} if form_class is not forms.Form else {}
    cleaned = {
        key: value for key, value in cleaned_of(form_class(data, files, **more)).items() if value is not None
    }

    def act() -> None:
        services.do(one, name, by=by, data=cleaned, at=at, version=one.version)

    return act


def take_site_note(number: str, data: Any, files: Any, *, by: Any) -> Answer:
    """Keep as a note what cannot be taken over, once for each key."""
    one = find(number, by)
    if one is None or not by.has_perm(WORK, one):
        return unknown()
    sent_key, text = plain(data.get("key", "")), plain(data.get("text", ""), LONGEST_NOTE)
    document: Document = one
    at, _corrected = moment_of(document, data.get("at", ""))
    note = plain(data.get("note", sent_key))

    def keep() -> None:
        photos = files.getlist("photos")[:MOST_PHOTOS]
        stored = [store(photo, by=by, kinds=("image",)) for photo in photos]
        services.leave_site_note(one, text, by=by, key=note, at=at, files=stored)

    try:
        services.once(sent_key, one, "note", by=by, do=keep)
    except ValidationError as error:
        return 422, problem("invalid", _("This was not accepted."), errors=error)
    return 200, {"done": True, "at": at.isoformat()}
