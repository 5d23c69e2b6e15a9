"""Forms of articles, of their actions, and of what a manager edits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.models import User
from jiannuo.office.documents.forms import ActionForm, ManyFilesField, ReasonForm
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.knowledge.models import Article, Audience, KindRule, SynonymGroup
from jiannuo.operations.knowledge.models.article import approving_roles
from jiannuo.operations.knowledge.queries import owners_for
from jiannuo.operations.knowledge.services.rules import split_words
from jiannuo.registry.products.models import Category, FaultCode, ProductModel, SparePart

__all__ = [
    "ArticleForm",
    "OwnerForm",
    "ReasonForm",
    "ReviewedForm",
    "RuleForm",
    "SubmitForm",
    "SynonymForm",
    "VoteForm",
]


class RemoteMultiple(forms.SelectMultiple):
    """Several records; renders the chosen ones only, the script fetches others from ``url``."""

    def __init__(self, url: Any) -> None:
        super().__init__({"data-remote": url})

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> Any:
        keys = [key for key in map(str, value or ()) if key.isdecimal() and len(key) < 19]
        source: Any = self.choices
        records = source.queryset.filter(pk__in=keys) if keys else ()
        chosen = [(record.pk, source.field.label_from_instance(record)) for record in records]
        return forms.SelectMultiple(attrs=self.attrs, choices=chosen).optgroups(name, value, attrs)


def _remote(queryset: Any, url: str, label: Any) -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(
        queryset, label=label, required=False, widget=RemoteMultiple(reverse_lazy(url))
    )


class CategoriesField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, node: Any) -> str:
        return "　" * (node.depth - 1) + str(node)


class ArticleForm(forms.Form):
    """What an article says, for whom, about what."""

    article_kind = forms.ChoiceField(label=_("kind of article"), choices=Article.Kind.choices)
    organization = forms.ModelChoiceField(
        label=_("organisation"),
        queryset=Organization.objects.none(),
        empty_label=None,
        help_text=_("It is for this organisation and all below it."),
    )
    title = forms.CharField(label=_("title"), max_length=120)
    question = forms.CharField(
        label=_("question or symptom"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("As the customer says it; this is what is searched first."),
    )
    cause = forms.CharField(
        label=_("cause"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )
    answer = forms.CharField(
        label=_("answer or measure"),
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Step by step, one step a line."),
    )
    minutes = forms.IntegerField(
        label=_("usual time (minutes)"), required=False, min_value=1, max_value=100_000
    )
    categories = CategoriesField(
        Category.objects.order_by("path"),
        label=_("categories"),
        required=False,
        widget=forms.SelectMultiple(attrs={"data-search-select": ""}),
    )
    product_models = _remote(ProductModel.objects.order_by("code"), "products:models", _("models"))
    symptoms = forms.ModelMultipleChoiceField(
        FaultCode.objects.filter(kind=FaultCode.Kind.SYMPTOM, active=True).order_by("path"),
        label=_("symptoms"),
        required=False,
        widget=forms.SelectMultiple(attrs={"data-search-select": ""}),
    )
    parts = _remote(SparePart.objects.order_by("code"), "products:part_choices", _("spare parts"))
    audiences = forms.MultipleChoiceField(
        label=_("for whom"), choices=Audience.choices, widget=forms.CheckboxSelectMultiple
    )
    review_on = forms.DateField(
        label=_("to be reviewed on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: as the rule for this kind says."),
    )
    change_note = forms.CharField(label=_("what was changed"), required=False, max_length=200)
    files = ManyFilesField(label=_("files"), required=False)  # type: ignore[assignment]
    files_for_customers = forms.BooleanField(label=_("customers may see these files"), required=False)
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, article: Article | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.article = article
        if article is not None:
            del self.fields["article_kind"], self.fields["organization"]
            return
        del self.fields["change_note"], self.fields["version"]
        ids = user.organization_scope("knowledge.write")
        rows = (
            Organization.objects.active() if ids is None else Organization.objects.active().filter(pk__in=ids)
        )
        field: Any = self.fields["organization"]
        field.queryset = rows
        field.initial = user.organization_id

    def values(self) -> dict[str, Any]:
        """What the services take."""
        apart = ("article_kind", "organization", "files", "files_for_customers", "version", "review_on")
        return {name: value for name, value in self.cleaned_data.items() if name not in apart}

    @classmethod
    def initial_of(cls, article: Article) -> dict[str, Any]:
        """The draft as the form shows it."""
        draft = article.draft
        if draft is None:
            return {}
        return {
            **{
                name: getattr(draft, name)
                for name in ("title", "question", "cause", "answer", "minutes", "change_note")
            },
            **{
                name: [record.pk for record in getattr(draft, name).all()]
                for name in ("categories", "product_models", "symptoms", "parts")
            },
            "audiences": [row.audience for row in draft.audiences.all()],
            "review_on": article.review_on,
            "version": article.version,
        }


class SubmitForm(ActionForm):
    """A word to whoever approves."""

    remark = forms.CharField(
        label=_("remark"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReviewedForm(ActionForm):
    """When it is to be looked at again."""

    review_on = forms.DateField(
        label=_("look at it again on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    remark = forms.CharField(label=_("remark"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.document is not None:
            from dateutil.relativedelta import relativedelta

            rule = KindRule.objects.filter(article_kind=self.document.article_kind).first()
            months = relativedelta(months=rule.review_months) if rule is not None else timedelta(days=1)
            self.fields["review_on"].initial = timezone.localdate() + months


class OwnerForm(ActionForm):
    """Who keeps it from now on."""

    owner = forms.ModelChoiceField(
        label=_("owner"),
        queryset=User.objects.none(),
        widget=forms.Select(attrs={"data-search-select": ""}),
    )
    remark = forms.CharField(label=_("remark"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.document is not None:
            field: Any = self.fields["owner"]
            field.queryset = owners_for(self.document, self.user)
            field.initial = self.document.owner_id


class VoteForm(forms.Form):
    """Whether it helped, and what is missing."""

    useful = forms.TypedChoiceField(
        choices=[("1", _("yes")), ("0", _("no"))], coerce=lambda value: value == "1"
    )
    remark = forms.CharField(label=_("What is missing or wrong?"), required=False, max_length=300)


class SynonymForm(forms.Form):
    """Words that mean the same."""

    words = forms.CharField(
        label=_("words"),
        max_length=700,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        help_text=_("With = between them, for example 不制冷 = 不凉 = 不冷."),
    )
    note = forms.CharField(label=_("remark"), required=False, max_length=120)

    @classmethod
    def initial_of(cls, group: SynonymGroup) -> dict[str, Any]:
        return {"words": str(group), "note": group.note}

    def clean_words(self) -> list[str]:
        return split_words(self.cleaned_data["words"])


class RuleForm(forms.Form):
    """Who approves a kind of article, and how often it is looked at again."""

    approver = forms.ChoiceField(label=_("approved by"), choices=approving_roles)
    review_months = forms.IntegerField(label=_("reviewed every (months)"), min_value=1, max_value=120)
