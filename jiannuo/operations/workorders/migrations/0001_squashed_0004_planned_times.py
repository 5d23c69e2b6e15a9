import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("workorders", "0001_initial"),
        ("workorders", "0002_order_wait"),
        ("workorders", "0003_charges"),
        ("workorders", "0004_planned_times"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("customers", "0001_squashed_0002_merge_and_erasure"),
        ("documents", "0001_initial"),
        ("files", "0001_initial"),
        ("installedbase", "0001_squashed_0004_service_level"),
        ("products", "0001_squashed_0002_model_version_and_prices"),
        ("regions", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="WorkOrder",
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
                    "job",
                    models.CharField(
                        choices=[
                            ("repair", "repair"),
                            ("installation", "installation"),
                            ("maintenance", "maintenance"),
                            ("inspection", "inspection"),
                        ],
                        default="repair",
                        max_length=14,
                        verbose_name="kind of job",
                    ),
                ),
                ("contact_name", models.CharField(blank=True, max_length=60, verbose_name="contact")),
                ("contact_phone", models.CharField(blank=True, max_length=20, verbose_name="phone")),
                ("address", models.CharField(blank=True, max_length=220, verbose_name="address")),
                ("latitude", models.FloatField(blank=True, null=True)),
                ("longitude", models.FloatField(blank=True, null=True)),
                ("fault", models.TextField(blank=True, verbose_name="fault reported")),
                ("severity", models.CharField(blank=True, max_length=12, verbose_name="severity")),
                (
                    "waiting_for",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("waiting_customer", "waiting for the customer"),
                            ("waiting_parts", "waiting for parts"),
                            ("waiting_approval", "waiting for approval"),
                        ],
                        max_length=20,
                        verbose_name="waiting for",
                    ),
                ),
                (
                    "decision",
                    models.JSONField(
                        blank=True, default=dict, help_text="the Decision of rules, frozen at intake"
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="due")),
                ("work_done", models.TextField(blank=True, verbose_name="work done")),
                ("test_result", models.CharField(blank=True, max_length=200, verbose_name="test result")),
                ("test_passed", models.BooleanField(blank=True, null=True, verbose_name="test passed")),
                (
                    "meter_reading",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="meter reading"
                    ),
                ),
                ("signed_by", models.CharField(blank=True, max_length=60, verbose_name="signed by")),
                ("signed_at", models.DateTimeField(blank=True, null=True, verbose_name="signed at")),
                ("opinion", models.CharField(blank=True, max_length=300, verbose_name="customer's opinion")),
                (
                    "rating",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="rating (1–5)"),
                ),
                (
                    "cancel_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="reason of cancelling"),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="products.category",
                        verbose_name="category",
                    ),
                ),
                (
                    "cause",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="products.faultcode",
                        verbose_name="cause",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="work_orders",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "division",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="regions.division",
                        verbose_name="division",
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="products.faultcode",
                        verbose_name="measure",
                    ),
                ),
                (
                    "signature",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
                (
                    "symptom",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="products.faultcode",
                        verbose_name="symptom",
                    ),
                ),
                (
                    "technician",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="work_orders",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="technician",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="work_orders",
                        to="installedbase.installedunit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "free_because",
                    models.CharField(blank=True, max_length=200, verbose_name="free of charge because"),
                ),
            ],
            options={
                "verbose_name": "work order",
                "verbose_name_plural": "work orders",
                "indexes": [
                    models.Index(fields=["technician", "-document_ptr"], name="workorder_technician"),
                    models.Index(fields=["customer", "-document_ptr"], name="workorder_customer"),
                    models.Index(fields=["unit", "-document_ptr"], name="workorder_unit"),
                    models.Index(fields=["due_at", "document_ptr"], name="workorder_due"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rating__isnull", True),
                            models.Q(("rating__gte", 1), ("rating__lte", 5)),
                            _connector="OR",
                        ),
                        name="workorder_rating_range",
                    )
                ],
            },
            bases=("documents.document",),
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sequence", models.PositiveSmallIntegerField(default=1)),
                (
                    "appointment_from",
                    models.DateTimeField(blank=True, null=True, verbose_name="appointment from"),
                ),
                (
                    "appointment_to",
                    models.DateTimeField(blank=True, null=True, verbose_name="appointment to"),
                ),
                ("agreed_with", models.CharField(blank=True, max_length=60, verbose_name="agreed with")),
                ("agreed_at", models.DateTimeField(blank=True, null=True)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("set_out_at", models.DateTimeField(blank=True, null=True)),
                ("arrived_at", models.DateTimeField(blank=True, null=True)),
                ("arrived_latitude", models.FloatField(blank=True, null=True)),
                ("arrived_longitude", models.FloatField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("done", "done"),
                            ("second_visit", "second visit needed"),
                            ("declined", "declined"),
                            ("reassigned", "reassigned"),
                            ("customer_absent", "customer absent"),
                            ("cancelled", "cancelled"),
                        ],
                        max_length=16,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "technician",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="technician",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visits",
                        to="workorders.workorder",
                    ),
                ),
                ("locked", models.BooleanField(default=False, verbose_name="locked")),
                ("planned_from", models.DateTimeField(blank=True, null=True, verbose_name="planned from")),
                ("planned_to", models.DateTimeField(blank=True, null=True, verbose_name="planned to")),
            ],
            options={
                "verbose_name": "visit",
                "ordering": ["sequence"],
                "indexes": [
                    models.Index(fields=["technician", "appointment_from"], name="visit_technician"),
                    models.Index(fields=["technician", "planned_from"], name="visit_planned"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("order", "sequence"), name="visit_sequence_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("appointment_to__isnull", True),
                            ("appointment_from__isnull", True),
                            ("appointment_to__gt", models.F("appointment_from")),
                            _connector="OR",
                        ),
                        name="visit_appointment_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("planned_from__isnull", True), ("planned_to__isnull", True)),
                            models.Q(
                                ("planned_from__isnull", False),
                                ("planned_to__gt", models.F("planned_from")),
                                ("planned_to__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="visit_plan_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("labour", "labour"),
                            ("parts", "spare part"),
                            ("travel", "travel"),
                            ("other", "other"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=40, verbose_name="code")),
                ("description", models.CharField(max_length=160, verbose_name="description")),
                ("old_serial", models.CharField(blank=True, max_length=60, verbose_name="old serial number")),
                ("new_serial", models.CharField(blank=True, max_length=60, verbose_name="new serial number")),
                (
                    "quantity",
                    models.DecimalField(decimal_places=2, default=1, max_digits=10, verbose_name="quantity"),
                ),
                (
                    "unit_price",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=12, verbose_name="unit price"
                    ),
                ),
                ("covered", models.BooleanField(default=False, verbose_name="in warranty")),
                (
                    "payer",
                    models.CharField(
                        choices=[
                            ("manufacturer", "manufacturer"),
                            ("dealer", "dealer"),
                            ("supplier", "supplier"),
                            ("customer", "customer"),
                            ("contract", "contract"),
                        ],
                        default="customer",
                        max_length=12,
                        verbose_name="payer",
                    ),
                ),
                ("clause", models.CharField(blank=True, max_length=60, verbose_name="clause")),
                ("reasons", models.JSONField(blank=True, default=list)),
                ("added", models.BooleanField(default=False, verbose_name="added on site")),
                (
                    "consented_by",
                    models.CharField(blank=True, max_length=60, verbose_name="consent given by"),
                ),
                ("consented_at", models.DateTimeField(blank=True, null=True)),
                (
                    "override_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="reason of override"),
                ),
                (
                    "component",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="products.component",
                        verbose_name="component",
                    ),
                ),
                (
                    "labour",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="products.labouritem",
                        verbose_name="labour item",
                    ),
                ),
                (
                    "overridden_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="products.sparepart",
                        verbose_name="spare part",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="workorders.workorder",
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("free", "free of charge"),
                            ("cost", "at cost"),
                            ("actual", "actual expense"),
                            ("discount", "list price less discount"),
                            ("fixed", "fixed sum"),
                            ("list", "list price"),
                        ],
                        default="list",
                        max_length=10,
                        verbose_name="basis of charge",
                    ),
                ),
                (
                    "charged",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Empty: the amount.",
                        max_digits=12,
                        null=True,
                        verbose_name="charged",
                    ),
                ),
            ],
            options={
                "verbose_name": "order line",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="order_line_quantity_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit_price__gte", 0)), name="order_line_price_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("charged__isnull", True), ("charged__gte", 0), _connector="OR"),
                        name="order_line_charge_positive",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("text", models.CharField(max_length=160, verbose_name="what to check")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("yes_no", "yes or no"),
                            ("number", "measured value"),
                            ("text", "free text"),
                            ("photo", "photo as proof"),
                        ],
                        default="yes_no",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=20, verbose_name="unit of measurement")),
                (
                    "minimum",
                    models.DecimalField(
                        blank=True, decimal_places=3, max_digits=12, null=True, verbose_name="minimum"
                    ),
                ),
                (
                    "maximum",
                    models.DecimalField(
                        blank=True, decimal_places=3, max_digits=12, null=True, verbose_name="maximum"
                    ),
                ),
                ("required", models.BooleanField(default=True, verbose_name="required")),
                ("value", models.CharField(blank=True, max_length=120, verbose_name="answer")),
                ("passed", models.BooleanField(blank=True, null=True, verbose_name="in order")),
                ("recorded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "item",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="products.checklistitem",
                    ),
                ),
                (
                    "photo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="checks",
                        to="workorders.workorder",
                    ),
                ),
            ],
            options={
                "verbose_name": "checklist answer",
                "ordering": ["position", "id"],
                "constraints": [models.UniqueConstraint(fields=("order", "item"), name="order_check_once")],
            },
        ),
        migrations.CreateModel(
            name="DoneStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                ("step", models.CharField(max_length=40)),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="done_steps",
                        to="workorders.workorder",
                    ),
                ),
            ],
            options={
                "verbose_name": "step done",
                "constraints": [models.UniqueConstraint(fields=("person", "key"), name="done_step_once")],
            },
        ),
        migrations.CreateModel(
            name="OrderWait",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "waiting_for",
                    models.CharField(
                        choices=[
                            ("waiting_customer", "waiting for the customer"),
                            ("waiting_parts", "waiting for parts"),
                            ("waiting_approval", "waiting for approval"),
                        ],
                        max_length=20,
                        verbose_name="waiting for",
                    ),
                ),
                ("from_at", models.DateTimeField()),
                ("to_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waits",
                        to="workorders.workorder",
                    ),
                ),
            ],
            options={
                "verbose_name": "wait",
                "ordering": ["from_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("to_at__isnull", True)),
                        fields=("order",),
                        name="order_wait_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("to_at__isnull", True), ("to_at__gte", models.F("from_at")), _connector="OR"
                        ),
                        name="order_wait_order",
                    ),
                ],
            },
        ),
    ]
