"""The tree of organisations: head office, branches, dealers, stations."""

from __future__ import annotations

from typing import Any

from auditlog.registry import auditlog
from django.db import models
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet


class OrganizationKind(models.TextChoices):
    HEAD_OFFICE = "head_office", _("head office")
    BRANCH = "branch", _("branch")
    WAREHOUSE = "warehouse", _("warehouse site")
    DEALER = "dealer", _("dealer")
    STATION = "station", _("service station")
    SUPPLIER = "supplier", _("supplier")


class OrganizationQuerySet(MP_NodeQuerySet):
    def visible_to(self, user: Any) -> OrganizationQuerySet:
        """The organisations that ``user`` may see: the subtrees where they hold a role."""
        from jiannuo.office.organizations.scope import organization_ids

        ids = organization_ids(user)
        return self if ids is None else self.filter(pk__in=ids)

    def active(self) -> OrganizationQuerySet:
        return self.filter(active=True)


class OrganizationManager(MP_NodeManager.from_queryset(OrganizationQuerySet)):
    use_in_migrations = False

    def get_queryset(self) -> OrganizationQuerySet:
        return OrganizationQuerySet(self.model, using=self._db).order_by("path")


class Organization(MP_Node):
    """A node of the tree; every record of the system belongs to one."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganizationKind)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    areas = models.JSONField(
        _("areas served"),
        default=list,
        blank=True,
        help_text=_("Codes of administrative divisions, e.g. 3301."),
    )
    grade = models.CharField(_("grade"), max_length=2, blank=True)
    agreement_number = models.CharField(_("agreement number"), max_length=60, blank=True)
    agreement_from = models.DateField(_("agreement from"), null=True, blank=True)
    agreement_to = models.DateField(_("agreement to"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    calendar = models.ForeignKey(
        "calendars.WorkCalendar", verbose_name=_("calendar"), null=True, blank=True, on_delete=models.SET_NULL
    )
    active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)

    node_order_by = ["code"]
    objects = OrganizationManager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.CheckConstraint(
                name="organization_agreement_dates",
                condition=models.Q(agreement_to__isnull=True)
                | models.Q(agreement_from__isnull=True)
                | models.Q(agreement_to__gte=models.F("agreement_from")),
                violation_error_message=_("The agreement cannot end before it begins."),
            )
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("organizations:detail", args=[self.pk])

    def serves(self, division_code: str) -> bool:
        """Whether the administrative division lies in the areas of this organisation (by prefix)."""
        return any(division_code.startswith(area_prefix(str(area))) for area in self.areas)


def area_prefix(code: str) -> str:
    """The code of a division as the codes below it begin: ``330100`` (padded) and ``3301`` both give ``3301``."""
    while len(code) in (4, 6) and code.endswith("00"):
        code = code[:-2]
    return code


auditlog.register(Organization, exclude_fields=["path", "depth", "numchild"])
