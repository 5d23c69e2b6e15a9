"""Stores and vans (仓库、随车): the places where spare parts lie."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.kernel.links import path_of
from jiannuo.office.organizations.scope import ScopedQuerySet, organization_ids


def places_for(user: Any) -> Q | None:
    """Which places a person may see; ``None`` means all.

    Where a role holds ``stock.all``, every place of those organisations; else the own van and the stores of the own
    organisation.
    """
    if not getattr(user, "is_authenticated", False) or not user.has_perm("stock.view"):
        return Q(pk__in=[])
    ids = organization_ids(user, "stock.all")
    if ids is None:
        return None
    condition = Q(person=user.pk) | Q(organization__in=ids)
    beside = organization_ids(user, "stock.view")
    if user.organization_id is not None and (beside is None or user.organization_id in beside):
        stores = [StockLocation.Kind.MAIN, StockLocation.Kind.REGIONAL]
        condition |= Q(organization=user.organization_id, kind__in=stores)
    return condition


class LocationQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Places in the person's scope; a technician's own van and the stores of the own organisation."""
        condition = places_for(user)
        return self.all() if condition is None else self.filter(condition)

    def active(self) -> Self:
        return self.filter(active=True)


class StockLocation(models.Model):
    """A main store, a regional store, or the van of one person."""

    VIEW_PERMISSION = "stock.view"

    class Kind(models.TextChoices):
        MAIN = "main", pgettext_lazy("stock", "main store")
        REGIONAL = "regional", pgettext_lazy("stock", "regional store")
        VAN = "van", pgettext_lazy("stock", "van")

    KIND_STYLES: ClassVar[dict[str, str]] = {"main": "primary", "regional": "info", "van": "secondary"}

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    name = models.CharField(_("name"), max_length=80)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("driver"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Only for a van: who drives it and uses what is in it."),
    )
    active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = LocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("store or van")
        verbose_name_plural = _("stores and vans")
        ordering = ["organization__path", "kind", "name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="van", person__isnull=False) | (~Q(kind="van") & Q(person__isnull=True)),
                name="stock_location_person",
                violation_error_message=_("A van has a driver, a store has none."),
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(active=True),
                name="stock_location_one_van",
                violation_error_message=_("This person drives another van already."),
            ),
            models.UniqueConstraint(
                fields=["organization", "name"],
                condition=~Q(kind="van"),
                name="stock_location_name",
                violation_error_message=_("The organisation has a store of this name already."),
            ),
        ]
        indexes = [models.Index(fields=["organization", "kind"], name="stock_location_org")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return path_of("parts:location", self.pk)

    @property
    def is_van(self) -> bool:
        return self.kind == self.Kind.VAN

    @property
    def kind_label(self) -> str:
        return str(self.get_kind_display())

    @property
    def kind_style(self) -> str:
        """The look of the kind."""
        return self.KIND_STYLES.get(self.kind, "secondary")


auditlog.register(StockLocation)
