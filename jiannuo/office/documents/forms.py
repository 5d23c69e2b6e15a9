"""Forms about documents: actions, comments, decisions on approvals."""

from __future__ import annotations

import inspect
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from jiannuo.office.documents.flow import Action
from jiannuo.office.documents.models import Attachment, Document


class ActionForm(forms.Form):
    """Base of the forms that actions declare; knows the document and the person."""

    def __init__(self, *args: Any, document: Any = None, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.document = document
        self.user = user


class ReasonForm(ActionForm):
    """Asks why."""

    reason = forms.CharField(label=_("reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


def form_for(
    action: Action, document: Document, user: Any, *, data: Any = None, files: Any = None
) -> forms.Form:
    """The form of ``action``, bound when ``data`` is given, with the version of the document in a hidden field.

    A form class may take ``document`` and ``user``; it need not extend :class:`ActionForm`.
    """
    form_class = action.form_class() or ActionForm
    wanted = _keyword_parameters(form_class)
    known = {"document": document, "user": user, "by": user}
    form = form_class(data, files, **{name: value for name, value in known.items() if name in wanted})
    form.fields["version"] = forms.IntegerField(
        required=False, min_value=1, widget=forms.HiddenInput, initial=document.version
    )
    return form


def _keyword_parameters(form_class: type[forms.Form]) -> set[str]:
    names: set[str] = set()
    for base in form_class.__mro__:
        if base in (forms.Form, forms.BaseForm):
            break
        if "__init__" in vars(base):
            names.update(inspect.signature(vars(base)["__init__"]).parameters)
    return names


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several uploads; cleans to a list."""

    widget = ManyFilesInput
    MOST = 20

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        uploads = data if isinstance(data, (list, tuple)) else [data] if data else []
        if not uploads and self.required:
            raise ValidationError(_("Choose a file."), code="required")
        if len(uploads) > self.MOST:
            raise ValidationError(
                _("At most %(most)s files at once. Send the rest afterwards."),
                code="too_many",
                params={"most": self.MOST},
            )
        return [super(ManyFilesField, self).clean(upload, initial) for upload in uploads]


class CommentForm(forms.Form):
    """A comment, files, or both."""

    text = forms.CharField(label=_("comment"), max_length=5000, required=False)
    files = ManyFilesField(label=_("files"), required=False)  # type: ignore[assignment]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not (cleaned.get("text") or "").strip() and not cleaned.get("files"):
            self.add_error("text", _("Write something or choose a file."))
        return cleaned


class UploadForm(forms.Form):
    """Files of one purpose."""

    files = ManyFilesField(label=_("files"))  # type: ignore[assignment]
    purpose = forms.ChoiceField(label=_("purpose"), choices=Attachment.Purpose, required=False)
    caption = forms.CharField(label=_("caption"), max_length=120, required=False)


class RemarkForm(forms.Form):
    """A decision that may be explained."""

    remark = forms.CharField(
        label=_("remark"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class RefusalForm(forms.Form):
    """A decision that must be explained."""

    remark = forms.CharField(label=_("reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class DelegationForm(forms.Form):
    """To whom a step of an approval is handed."""

    to: Any = forms.ModelChoiceField(label=_("delegate to"), queryset=None)
    remark = forms.CharField(
        label=_("remark"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]
