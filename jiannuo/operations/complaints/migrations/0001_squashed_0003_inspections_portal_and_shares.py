from decimal import Decimal
from typing import Any

import django.core.validators
import django.db.migrations.operations.special
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from jiannuo.operations.complaints.defaults import fill

"""The tables begin as the sources write them."""


def write_tables(apps: Any, _editor: Any) -> None:
    fill(
        apps.get_model("complaints", "Matter"),
        apps.get_model("complaints", "UpgradeRule"),
        apps.get_model("complaints", "PenaltyRule"),
    )


class Migration(migrations.Migration):
    replaces = [
        ("complaints", "0001_initial"),
        ("complaints", "0002_tables_of_the_sources"),
        ("complaints", "0003_inspections_portal_and_shares"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("customers", "0001_squashed_0002_merge_and_erasure"),
        ("documents", "0001_initial"),
        ("installedbase", "0001_squashed_0004_service_level"),
        ("organizations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Matter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=30, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "ask",
                    models.CharField(
                        blank=True,
                        help_text="The department that answers for it.",
                        max_length=80,
                        verbose_name="whom to ask",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "matter of complaints",
                "verbose_name_plural": "matters of complaints",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="PenaltyRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "grade",
                    models.CharField(
                        choices=[("general", "general"), ("repeat", "repeated"), ("malicious", "malicious")],
                        max_length=10,
                        verbose_name="class",
                    ),
                ),
                (
                    "weight",
                    models.CharField(
                        blank=True,
                        choices=[("minor", "minor"), ("important", "important"), ("major", "major")],
                        help_text="Empty: of any weight.",
                        max_length=10,
                        verbose_name="weight",
                    ),
                ),
                (
                    "payer",
                    models.CharField(
                        choices=[("person", "the person responsible"), ("head", "the head of the station")],
                        default="head",
                        max_length=10,
                        verbose_name="who pays",
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Empty: it is set on each sheet.",
                        max_digits=12,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(Decimal(0))],
                        verbose_name="amount (yuan)",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=120, verbose_name="source")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "penalty rule",
                "verbose_name_plural": "penalty rules",
                "ordering": ["grade", "-weight", "pk"],
            },
        ),
        migrations.CreateModel(
            name="UpgradeRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="rule")),
                (
                    "trigger",
                    models.CharField(
                        choices=[
                            ("callbacks_failed", "call-backs that found it unsolved (times)"),
                            ("reopened", "reopened (times)"),
                            ("again", "complaints of the customer about the same matter (times)"),
                            ("unsolved", "unsolved for so long"),
                            ("circumstance", "a circumstance"),
                            ("loss", "loss of the customer (yuan)"),
                            ("at_fault", "the investigation found us at fault"),
                        ],
                        max_length=20,
                        verbose_name="trigger",
                    ),
                ),
                (
                    "threshold",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal(1),
                        help_text="Times, yuan, or how long.",
                        max_digits=12,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.01"))],
                        verbose_name="from",
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        blank=True,
                        choices=[("hours", "hours"), ("days", "days"), ("months", "months")],
                        max_length=10,
                        verbose_name="unit of time",
                    ),
                ),
                (
                    "within_days",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="For repeated complaints; 0 counts all earlier ones.",
                        verbose_name="within days",
                    ),
                ),
                (
                    "circumstance",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("serious", "serious circumstances"),
                            ("injury", "somebody was hurt"),
                            ("heavy_loss", "heavy loss of the customer"),
                            ("broken_promise", "a promised service was not given"),
                            ("media", "the media report on it"),
                            ("lawsuit", "a lawsuit"),
                            ("authority", "an authority is in charge of it"),
                            ("crisis", "possible crisis, our credit is at stake"),
                        ],
                        max_length=20,
                        verbose_name="circumstance",
                    ),
                ),
                (
                    "grade",
                    models.CharField(
                        blank=True,
                        choices=[("general", "general"), ("repeat", "repeated"), ("malicious", "malicious")],
                        max_length=10,
                        verbose_name="raise the class to",
                    ),
                ),
                (
                    "weight",
                    models.CharField(
                        blank=True,
                        choices=[("minor", "minor"), ("important", "important"), ("major", "major")],
                        max_length=10,
                        verbose_name="raise the weight to",
                    ),
                ),
                (
                    "special",
                    models.BooleanField(
                        default=False, verbose_name="make it a special case of the directors"
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=120, verbose_name="source")),
                ("position", models.PositiveSmallIntegerField(default=50, verbose_name="order")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "rule of upgrading",
                "verbose_name_plural": "rules of upgrading",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="HoldPeriod",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="first day")),
                (
                    "ends_on",
                    models.DateField(
                        blank=True,
                        help_text="Empty: until further notice.",
                        null=True,
                        verbose_name="last day",
                    ),
                ),
                ("reason", models.CharField(max_length=120, verbose_name="reason")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "period without penalties",
                "verbose_name_plural": "periods without penalties",
                "ordering": ["-starts_on", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="penalty_hold_order",
                        violation_error_message="The last day cannot be before the first.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Payout",
            fields=[
                (
                    "document_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="documents.document",
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[("compensation", "compensation"), ("reward", "reward for a suggestion")],
                        max_length=14,
                        verbose_name="purpose",
                    ),
                ),
                ("payee", models.CharField(max_length=80, verbose_name="payee")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="amount")),
                ("clause", models.CharField(blank=True, max_length=300, verbose_name="promise")),
                (
                    "way",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("transfer", "bank transfer"),
                            ("cash", "cash"),
                            ("offset", "set off against a bill"),
                            ("goods", "goods or a voucher"),
                        ],
                        max_length=10,
                        verbose_name="way of payment",
                    ),
                ),
                ("paid_on", models.DateField(blank=True, null=True, verbose_name="paid on")),
                ("reference", models.CharField(blank=True, max_length=60, verbose_name="receipt number")),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payouts",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payouts",
                        to="documents.document",
                        verbose_name="document",
                    ),
                ),
            ],
            options={
                "verbose_name": "payout",
                "verbose_name_plural": "payouts",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="payout_amount"),
                    models.UniqueConstraint(fields=("source",), name="payout_once_for_source"),
                ],
            },
            bases=("documents.document",),
        ),
        migrations.CreateModel(
            name="PenaltySheet",
            fields=[
                (
                    "document_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="documents.document",
                    ),
                ),
                ("month", models.DateField(verbose_name="month")),
                ("signed_at", models.DateTimeField(blank=True, null=True, verbose_name="signed at")),
                (
                    "signed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="signed by",
                    ),
                ),
                (
                    "ranking",
                    models.JSONField(
                        blank=True,
                        default=list,
                        editable=False,
                        help_text="the shares of the stations as they were signed",
                    ),
                ),
            ],
            options={
                "verbose_name": "penalty table",
                "verbose_name_plural": "penalty tables",
                "indexes": [models.Index(fields=["month", "document_ptr"], name="penalty_month_index")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("month__day", 1)), name="penalty_month")
                ],
            },
            bases=("documents.document",),
        ),
        migrations.CreateModel(
            name="StationVolume",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(verbose_name="month")),
                ("quantity", models.PositiveIntegerField(verbose_name="quantity")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="complaint_volumes",
                        to="organizations.organization",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "quantity of a station",
                "verbose_name_plural": "quantities of stations",
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "month"), name="station_volume_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Suggestion",
            fields=[
                (
                    "document_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="documents.document",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=60, verbose_name="name")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="phone")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("slip", "slip from a public place"),
                            ("hotline", "hotline"),
                            ("site", "at the customer's site"),
                            ("letter", "letter"),
                            ("web", "web"),
                            ("desk", "service desk"),
                            ("inspection", "mystery inspection"),
                        ],
                        default="slip",
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=80, verbose_name="place of the slip")),
                ("received_at", models.DateTimeField(verbose_name="received")),
                ("text", models.TextField(verbose_name="suggestion")),
                ("opinion", models.TextField(blank=True, verbose_name="our opinion")),
                ("answer", models.TextField(blank=True, verbose_name="answer")),
                (
                    "reward",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="reward"
                    ),
                ),
                ("reward_clause", models.CharField(blank=True, max_length=300)),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suggestions",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="fed back to",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suggestions",
                        to="documents.document",
                        verbose_name="document",
                    ),
                ),
            ],
            options={
                "verbose_name": "suggestion",
                "verbose_name_plural": "suggestions",
                "indexes": [models.Index(fields=["customer", "-document_ptr"], name="suggestion_customer")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source__isnull", False)),
                        fields=("source",),
                        name="suggestion_once_for_source",
                    )
                ],
            },
            bases=("documents.document",),
        ),
        migrations.CreateModel(
            name="ScoreForm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("number", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "being drawn up"), ("in_use", "in use"), ("retired", "retired")],
                        default="draft",
                        editable=False,
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="what it is for")),
                ("in_use_since", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "verbose_name": "form of inspections",
                "verbose_name_plural": "forms of inspections",
                "ordering": ["name", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("name", "number"), name="score_form_version_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "in_use")),
                        fields=("name",),
                        name="score_form_one_in_use",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "draft")), fields=("name",), name="score_form_one_draft"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Complaint",
            fields=[
                (
                    "document_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="documents.document",
                    ),
                ),
                ("complainant", models.CharField(blank=True, max_length=60, verbose_name="complainant")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="phone")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("hotline", "hotline"),
                            ("letter", "letter"),
                            ("visit", "visit in person"),
                            ("web", "web"),
                            ("email", "e-mail"),
                            ("superior", "to a superior or a leader"),
                            ("authority", "through an authority"),
                            ("desk", "service desk"),
                            ("inspection", "mystery inspection"),
                        ],
                        default="hotline",
                        max_length=12,
                        verbose_name="channel",
                    ),
                ),
                ("received_at", models.DateTimeField(verbose_name="received")),
                ("text", models.TextField(verbose_name="complaint")),
                (
                    "grade",
                    models.CharField(
                        choices=[("general", "general"), ("repeat", "repeated"), ("malicious", "malicious")],
                        default="general",
                        max_length=10,
                        verbose_name="class",
                    ),
                ),
                (
                    "weight",
                    models.CharField(
                        choices=[("minor", "minor"), ("important", "important"), ("major", "major")],
                        default="minor",
                        max_length=10,
                        verbose_name="weight",
                    ),
                ),
                ("graded_at", models.DateTimeField(editable=False)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("desk", "complaint desk"),
                            ("manager", "department manager"),
                            ("director", "directors"),
                        ],
                        default="desk",
                        max_length=10,
                        verbose_name="level",
                    ),
                ),
                ("special", models.BooleanField(default=False, verbose_name="special case")),
                ("circumstances", models.JSONField(blank=True, default=list, verbose_name="circumstances")),
                ("findings", models.TextField(blank=True, verbose_name="findings")),
                ("cause", models.CharField(blank=True, max_length=200, verbose_name="cause")),
                ("is_valid", models.BooleanField(blank=True, null=True, verbose_name="founded")),
                ("at_fault", models.BooleanField(default=False, verbose_name="we are at fault")),
                (
                    "loss",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(Decimal(0))],
                        verbose_name="loss of the customer (yuan)",
                    ),
                ),
                (
                    "responsibility",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("department", "a department or station"),
                            ("person", "a person of ours"),
                            ("supplier", "a supplier"),
                            ("customer", "the customer"),
                            ("nobody", "nobody"),
                        ],
                        max_length=12,
                        verbose_name="responsibility",
                    ),
                ),
                ("responsible_name", models.CharField(blank=True, max_length=80, verbose_name="supplier")),
                ("ruling", models.TextField(blank=True, verbose_name="decision")),
                ("measures", models.TextField(blank=True, verbose_name="measures")),
                ("decided_on", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "compensation",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(Decimal(0))],
                        verbose_name="compensation (yuan)",
                    ),
                ),
                ("answer", models.TextField(blank=True, verbose_name="answer")),
                ("round", models.PositiveSmallIntegerField(default=1, editable=False)),
                ("unit_verified", models.BooleanField(default=False, editable=False)),
                (
                    "failed_callbacks",
                    models.PositiveSmallIntegerField(
                        default=0, editable=False, verbose_name="failed call-backs"
                    ),
                ),
                (
                    "reopened",
                    models.PositiveSmallIntegerField(
                        default=0, editable=False, verbose_name="times reopened"
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("look_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "accused_person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person complained of",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints_handled",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="handled by",
                    ),
                ),
                (
                    "responsible_organization",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="department or station responsible",
                    ),
                ),
                (
                    "responsible_person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person responsible",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints",
                        to="documents.document",
                        verbose_name="document",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints",
                        to="installedbase.installedunit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="complaints.matter",
                        verbose_name="matter",
                    ),
                ),
                ("client_key", models.CharField(blank=True, editable=False, max_length=80)),
            ],
            options={
                "verbose_name": "complaint",
                "verbose_name_plural": "complaints",
                "indexes": [
                    models.Index(fields=["customer", "-document_ptr"], name="complaint_customer"),
                    models.Index(fields=["officer", "-document_ptr"], name="complaint_officer"),
                    models.Index(fields=["received_at", "document_ptr"], name="complaint_received"),
                    models.Index(fields=["special", "-document_ptr"], name="complaint_special"),
                    models.Index(
                        condition=models.Q(("look_at__isnull", False)),
                        fields=["look_at"],
                        name="complaint_look",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source__isnull", False)),
                        fields=("source",),
                        name="complaint_once_for_source",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("client_key", ""), _negated=True),
                        fields=("client_key",),
                        name="complaint_sent_once",
                    ),
                ],
            },
            bases=("documents.document",),
        ),
        migrations.CreateModel(
            name="Inspection",
            fields=[
                (
                    "document_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="documents.document",
                    ),
                ),
                ("visited_at", models.DateTimeField(verbose_name="visited")),
                (
                    "guise",
                    models.CharField(
                        blank=True,
                        help_text="As whom the inspector came, with which wish.",
                        max_length=120,
                        verbose_name="came as",
                    ),
                ),
                ("summary", models.TextField(blank=True, verbose_name="whole impression")),
                (
                    "total",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        editable=False,
                        max_digits=5,
                        null=True,
                        verbose_name="total (of 100)",
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="published at"),
                ),
                (
                    "inspector",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="inspector",
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspections",
                        to="complaints.scoreform",
                        verbose_name="form of inspections",
                    ),
                ),
            ],
            options={
                "verbose_name": "mystery inspection",
                "verbose_name_plural": "mystery inspections",
                "indexes": [models.Index(fields=["visited_at", "document_ptr"], name="inspection_visited")],
            },
            bases=("documents.document",),
        ),
        migrations.CreateModel(
            name="ScoreItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=10, verbose_name="order")),
                ("title", models.CharField(max_length=120, verbose_name="what is looked at")),
                ("hint", models.CharField(blank=True, max_length=200, verbose_name="how it is judged")),
                (
                    "weight",
                    models.PositiveSmallIntegerField(
                        default=10,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1000),
                        ],
                        verbose_name="weight",
                    ),
                ),
                (
                    "steps",
                    models.CharField(
                        help_text="From the lowest to the highest, as 0 3 5 for three steps.",
                        max_length=80,
                        verbose_name="scores",
                    ),
                ),
                (
                    "remark_below",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="A lower score must say why. Empty: never.",
                        null=True,
                        verbose_name="remark required below",
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="complaints.scoreform",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a form of inspections",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="CallBack",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(default=1)),
                (
                    "whom",
                    models.CharField(
                        choices=[
                            ("unit", "the unit concerned"),
                            ("customer", "the customer, by telephone"),
                            ("household", "the customer, at home"),
                        ],
                        max_length=10,
                        verbose_name="who was asked",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("spoken_with", models.CharField(blank=True, max_length=60, verbose_name="spoken with")),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("solved", "solved"),
                            ("unsolved", "not solved"),
                            ("not_reached", "not reached"),
                        ],
                        max_length=12,
                        verbose_name="result",
                    ),
                ),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remark")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="call_backs",
                        to="complaints.complaint",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="PenaltyLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "grade",
                    models.CharField(
                        choices=[("general", "general"), ("repeat", "repeated"), ("malicious", "malicious")],
                        max_length=10,
                        verbose_name="class",
                    ),
                ),
                (
                    "weight",
                    models.CharField(
                        choices=[("minor", "minor"), ("important", "important"), ("major", "major")],
                        max_length=10,
                        verbose_name="weight",
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(Decimal(0))],
                        verbose_name="amount (yuan)",
                    ),
                ),
                ("struck", models.BooleanField(default=False, verbose_name="struck out")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("collected_on", models.DateField(blank=True, null=True, verbose_name="collected on")),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="penalties",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="complaints.penaltysheet",
                    ),
                ),
            ],
            options={
                "ordering": ["organization__path", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("complaint", "grade"), name="penalty_once_for_grade")
                ],
            },
        ),
        migrations.CreateModel(
            name="GradeChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "axis",
                    models.CharField(
                        choices=[("grade", "class"), ("weight", "weight"), ("special", "special case")],
                        max_length=8,
                    ),
                ),
                ("before", models.CharField(blank=True, max_length=12)),
                ("after", models.CharField(max_length=12)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="complaints.upgraderule",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("rule__isnull", False)),
                        fields=("complaint", "rule", "axis"),
                        name="complaint_rule_speaks_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="InspectionScore",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("score", models.PositiveSmallIntegerField(verbose_name="score")),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remark")),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scores",
                        to="complaints.inspection",
                    ),
                ),
                ("photos", models.ManyToManyField(blank=True, related_name="+", to="documents.attachment")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="complaints.scoreitem",
                    ),
                ),
            ],
            options={
                "ordering": ["item__position", "item__pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("inspection", "item"), name="inspection_item_once")
                ],
            },
        ),
        migrations.RunPython(
            code=write_tables,
            reverse_code=django.db.migrations.operations.special.RunPython.noop,
        ),
    ]
