import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import jiannuo.registry.installedbase.models


class Migration(migrations.Migration):
    replaces = [
        ("installedbase", "0001_initial"),
        ("installedbase", "0002_component_and_meter_authors"),
        ("installedbase", "0003_to_plan"),
        ("installedbase", "0004_service_level"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("customers", "0001_squashed_0002_merge_and_erasure"),
        ("documents", "0001_initial"),
        ("organizations", "0001_initial"),
        ("products", "0001_squashed_0002_model_version_and_prices"),
    ]

    operations = [
        migrations.CreateModel(
            name="InstalledUnit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("serial", models.CharField(max_length=60, verbose_name="serial number")),
                ("batch", models.CharField(blank=True, max_length=40, verbose_name="batch")),
                (
                    "label_code",
                    models.CharField(
                        default=jiannuo.registry.installedbase.models.new_label_code,
                        editable=False,
                        max_length=16,
                        unique=True,
                        verbose_name="label code",
                    ),
                ),
                ("produced_on", models.DateField(blank=True, null=True, verbose_name="produced")),
                ("shipped_on", models.DateField(blank=True, null=True, verbose_name="shipped")),
                ("delivered_on", models.DateField(blank=True, null=True, verbose_name="delivered")),
                ("invoiced_on", models.DateField(blank=True, null=True, verbose_name="invoiced")),
                ("installed_on", models.DateField(blank=True, null=True, verbose_name="installed")),
                ("accepted_on", models.DateField(blank=True, null=True, verbose_name="accepted")),
                (
                    "invoice_number",
                    models.CharField(blank=True, max_length=40, verbose_name="invoice number"),
                ),
                (
                    "price",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="price",
                    ),
                ),
                ("configuration", models.JSONField(blank=True, default=dict, verbose_name="configuration")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("in_stock", "in stock"),
                            ("sold", "sold"),
                            ("installed", "installed"),
                            ("in_use", "in use"),
                            ("stopped", "out of use"),
                            ("returned", "returned"),
                            ("scrapped", "scrapped"),
                        ],
                        default="in_use",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("remark", models.TextField(blank=True, verbose_name="remark")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("is_demo", models.BooleanField(default=False, editable=False)),
                (
                    "address",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="units",
                        to="customers.address",
                        verbose_name="site",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="units",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "dealer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="units_sold",
                        to="organizations.organization",
                        verbose_name="selling dealer",
                    ),
                ),
                (
                    "model",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="units",
                        to="products.productmodel",
                        verbose_name="model",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="units",
                        to="organizations.organization",
                        verbose_name="servicing organisation",
                    ),
                ),
                (
                    "to_plan",
                    models.BooleanField(
                        default=True,
                        editable=False,
                        help_text="the file is new or has changed: its promises are to be worked out",
                    ),
                ),
                (
                    "service_level",
                    models.CharField(
                        blank=True,
                        help_text="As the promises call it, such as A or gold.",
                        max_length=20,
                        verbose_name="service level",
                    ),
                ),
            ],
            options={
                "verbose_name": "installed unit",
                "verbose_name_plural": "installed units",
                "indexes": [
                    models.Index(fields=["organization", "-id"], name="unit_org"),
                    models.Index(fields=["serial"], name="unit_serial"),
                    models.Index(fields=["customer", "-id"], name="unit_customer"),
                    models.Index(condition=models.Q(("to_plan", True)), fields=["id"], name="unit_to_plan"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("model", "serial"),
                        name="unit_serial_once",
                        violation_error_message="This unit is already registered.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("shipped_on__isnull", True),
                            ("produced_on__isnull", True),
                            ("shipped_on__gte", models.F("produced_on")),
                            _connector="OR",
                        ),
                        name="unit_shipped_after_produced",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("delivered_on__isnull", True),
                            ("produced_on__isnull", True),
                            ("delivered_on__gte", models.F("produced_on")),
                            _connector="OR",
                        ),
                        name="unit_delivered_after_produced",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("invoiced_on__isnull", True),
                            ("produced_on__isnull", True),
                            ("invoiced_on__gte", models.F("produced_on")),
                            _connector="OR",
                        ),
                        name="unit_invoiced_after_produced",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("installed_on__isnull", True),
                            ("produced_on__isnull", True),
                            ("installed_on__gte", models.F("produced_on")),
                            _connector="OR",
                        ),
                        name="unit_installed_after_produced",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted_on__isnull", True),
                            ("produced_on__isnull", True),
                            ("accepted_on__gte", models.F("produced_on")),
                            _connector="OR",
                        ),
                        name="unit_accepted_after_produced",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted_on__isnull", True),
                            ("installed_on__isnull", True),
                            ("accepted_on__gte", models.F("installed_on")),
                            _connector="OR",
                        ),
                        name="unit_accepted_after_installed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("price__isnull", True), ("price__gte", 0), _connector="OR"),
                        name="unit_price_positive",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InstalledComponent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("serial", models.CharField(blank=True, max_length=60, verbose_name="serial number")),
                ("since", models.DateField(blank=True, null=True, verbose_name="since")),
                (
                    "component",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="products.component"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="components",
                        to="installedbase.installedunit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("unit", "component", "serial"), name="installed_component_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ComponentChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("old_serial", models.CharField(blank=True, max_length=60, verbose_name="old serial number")),
                ("new_serial", models.CharField(blank=True, max_length=60, verbose_name="new serial number")),
                ("changed_on", models.DateField(verbose_name="changed on")),
                (
                    "component",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="products.component"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="component_changes",
                        to="documents.document",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="component_changes",
                        to="installedbase.installedunit",
                    ),
                ),
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
            ],
            options={
                "ordering": ["-changed_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="MeterReading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("value", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="reading")),
                (
                    "read_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="reading taken at"),
                ),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.document",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readings",
                        to="installedbase.installedunit",
                    ),
                ),
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
                ("meter_replaced", models.BooleanField(default=False, verbose_name="the meter was replaced")),
            ],
            options={
                "ordering": ["-read_at", "-id"],
                "indexes": [models.Index(fields=["unit", "-read_at"], name="meter_unit_read")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("value__gte", 0)), name="meter_positive")
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnershipChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("changed_on", models.DateField(verbose_name="changed on")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "from_customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "to_customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ownership_changes",
                        to="installedbase.installedunit",
                    ),
                ),
            ],
            options={
                "ordering": ["-changed_on", "-id"],
            },
        ),
    ]
