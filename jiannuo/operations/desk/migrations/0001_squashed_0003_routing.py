import django.db.migrations.operations.special
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from jiannuo.operations.desk.routing.defaults import fill


def write_reasons(apps, _editor):
    fill(apps.get_model("desk", "HandBackReason"))


class Migration(migrations.Migration):
    replaces = [
        ("desk", "0001_initial"),
        ("desk", "0002_servicerequest_client_key_and_more"),
        ("desk", "0003_routing"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("customers", "0001_squashed_0002_merge_and_erasure"),
        ("documents", "0001_initial"),
        ("installedbase", "0001_squashed_0004_service_level"),
        ("organizations", "0001_initial"),
        ("products", "0001_squashed_0002_model_version_and_prices"),
        ("regions", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ServiceRequest",
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
                    "channel",
                    models.CharField(
                        choices=[
                            ("hotline", "hotline"),
                            ("letter", "letter"),
                            ("visit", "visit in person"),
                            ("web", "web"),
                            ("qr", "QR code"),
                            ("email", "e-mail"),
                            ("im", "instant message"),
                            ("dealer", "dealer"),
                            ("inspection", "own inspection"),
                            ("api", "API"),
                        ],
                        default="hotline",
                        max_length=12,
                        verbose_name="channel",
                    ),
                ),
                (
                    "request_kind",
                    models.CharField(
                        choices=[
                            ("repair", "repair"),
                            ("consultation", "consultation"),
                            ("installation", "installation"),
                            ("maintenance", "maintenance"),
                            ("complaint", "complaint"),
                            ("return", "return"),
                            ("suggestion", "suggestion"),
                            ("help", "help"),
                        ],
                        default="repair",
                        max_length=14,
                        verbose_name="kind of request",
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("minor", "minor"),
                            ("normal", "normal"),
                            ("major", "major"),
                            ("critical", "critical"),
                        ],
                        default="normal",
                        max_length=10,
                        verbose_name="severity",
                    ),
                ),
                ("received_at", models.DateTimeField(verbose_name="received")),
                ("reporter_name", models.CharField(blank=True, max_length=60, verbose_name="reported by")),
                ("reporter_phone", models.CharField(blank=True, max_length=20, verbose_name="phone")),
                ("address", models.CharField(blank=True, max_length=220, verbose_name="address")),
                ("latitude", models.FloatField(blank=True, null=True)),
                ("longitude", models.FloatField(blank=True, null=True)),
                ("symptom_text", models.TextField(verbose_name="what is wrong")),
                ("wished_from", models.DateTimeField(blank=True, null=True, verbose_name="wished from")),
                ("wished_to", models.DateTimeField(blank=True, null=True, verbose_name="wished to")),
                (
                    "decision",
                    models.JSONField(
                        blank=True, default=dict, help_text="the Decision of rules, frozen at intake"
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("in_warranty", models.BooleanField(blank=True, null=True, verbose_name="in warranty")),
                ("answer", models.TextField(blank=True, verbose_name="answer")),
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
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
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
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_requests",
                        to="desk.servicerequest",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests_owned",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
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
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="installedbase.installedunit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "client_key",
                    models.CharField(
                        blank=True,
                        editable=False,
                        help_text="given by the sender, so that sending twice registers once",
                        max_length=64,
                    ),
                ),
                (
                    "nature",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("quality", "quality of the product"),
                            ("packing", "packaging and transport"),
                            ("attitude", "attitude of staff"),
                            ("partner", "trade partner"),
                            ("other", "other matter"),
                        ],
                        max_length=10,
                        verbose_name="nature of the matter",
                    ),
                ),
                (
                    "responsible_role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("service_agent", "service agent"),
                            ("dispatcher", "dispatcher"),
                            ("technician", "technician"),
                            ("storekeeper", "storekeeper"),
                            ("technical_appraiser", "technical appraiser"),
                            ("finance_clerk", "finance clerk"),
                            ("follow_up_agent", "follow-up agent"),
                            ("quality_engineer", "quality engineer"),
                            ("complaint_supervisor", "complaint supervisor"),
                            ("department_manager", "department manager"),
                            ("general_manager", "general manager"),
                            ("dealer_clerk", "dealer clerk"),
                            ("dealer_technician", "dealer technician"),
                            ("customer", "customer"),
                            ("auditor", "auditor"),
                            ("administrator", "administrator"),
                        ],
                        max_length=30,
                        verbose_name="responsible role",
                    ),
                ),
                (
                    "routed_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="responsible unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "service request",
                "verbose_name_plural": "service requests",
                "indexes": [
                    models.Index(fields=["customer", "-document_ptr"], name="request_customer"),
                    models.Index(fields=["unit", "-document_ptr"], name="request_unit"),
                    models.Index(fields=["owner", "-document_ptr"], name="request_owner"),
                    models.Index(fields=["category", "-document_ptr"], name="request_category"),
                    models.Index(fields=["symptom", "-document_ptr"], name="request_symptom"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("client_key", ""), _negated=True),
                        fields=("client_key",),
                        name="request_sent_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("wished_to__isnull", True),
                            ("wished_from__isnull", True),
                            ("wished_to__gt", models.F("wished_from")),
                            _connector="OR",
                        ),
                        name="request_wish_order",
                        violation_error_message="The wished time cannot end before it begins.",
                    ),
                ],
            },
            bases=("documents.document",),
        ),
        migrations.CreateModel(
            name="HandBackReason",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=30, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="reason")),
                (
                    "accepted",
                    models.BooleanField(
                        default=False,
                        help_text="An accepted reason is not reported as push-back.",
                        verbose_name="accepted reason",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "reason for handing back",
                "verbose_name_plural": "reasons for handing back",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="PushBack",
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
                            ("declined", "order declined"),
                            ("cancelled", "request cancelled"),
                            ("handed_back", "request handed back"),
                            ("referred", "customer sent elsewhere"),
                        ],
                        max_length=12,
                        verbose_name="what happened",
                    ),
                ),
                (
                    "owed",
                    models.CharField(
                        choices=[
                            ("area", "the place lies in the dealer's area"),
                            ("sale", "the dealer sold the unit"),
                            ("both", "own area and own sale"),
                        ],
                        max_length=6,
                        verbose_name="why it owes service",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason given")),
                ("at", models.DateTimeField(verbose_name="when")),
                ("month", models.DateField(editable=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "to be decided"),
                            ("justified", "justified"),
                            ("unjustified", "not justified"),
                        ],
                        default="open",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("ruling", models.CharField(blank=True, max_length=300, verbose_name="decision and why")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                ("key", models.CharField(editable=False, max_length=80, unique=True)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="push_backs",
                        to="documents.document",
                        verbose_name="document",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="dealer",
                    ),
                ),
            ],
            options={
                "verbose_name": "push-back",
                "verbose_name_plural": "push-backs",
                "indexes": [
                    models.Index(fields=["organization", "month"], name="pushback_month"),
                    models.Index(fields=["state", "-id"], name="pushback_state"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoutingRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="rule")),
                ("position", models.PositiveIntegerField(default=0, editable=False, verbose_name="order")),
                ("natures", models.JSONField(blank=True, default=list, verbose_name="nature of the matter")),
                ("kinds", models.JSONField(blank=True, default=list, verbose_name="kind of request")),
                ("severities", models.JSONField(blank=True, default=list, verbose_name="severity")),
                ("channels", models.JSONField(blank=True, default=list, verbose_name="channel")),
                ("grades", models.JSONField(blank=True, default=list, verbose_name="customer class")),
                (
                    "to_role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("service_agent", "service agent"),
                            ("dispatcher", "dispatcher"),
                            ("technician", "technician"),
                            ("storekeeper", "storekeeper"),
                            ("technical_appraiser", "technical appraiser"),
                            ("finance_clerk", "finance clerk"),
                            ("follow_up_agent", "follow-up agent"),
                            ("quality_engineer", "quality engineer"),
                            ("complaint_supervisor", "complaint supervisor"),
                            ("department_manager", "department manager"),
                            ("general_manager", "general manager"),
                            ("dealer_clerk", "dealer clerk"),
                            ("dealer_technician", "dealer technician"),
                            ("customer", "customer"),
                            ("auditor", "auditor"),
                            ("administrator", "administrator"),
                        ],
                        max_length=30,
                        verbose_name="role",
                    ),
                ),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="valid from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                ("source", models.CharField(blank=True, max_length=120, verbose_name="source")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                (
                    "below",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="organisation and below",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="products.category",
                        verbose_name="product and below",
                    ),
                ),
                (
                    "division",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="regions.division",
                        verbose_name="area",
                    ),
                ),
                (
                    "model",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="products.productmodel",
                        verbose_name="model",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        help_text="The rule is asked for requests of this organisation and of those below it.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="routing_rules",
                        to="organizations.organization",
                        verbose_name="table of",
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
                        verbose_name="symptom and below",
                    ),
                ),
                (
                    "to_organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="goes to",
                    ),
                ),
                (
                    "to_person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "routing rule",
                "verbose_name_plural": "routing rules",
                "indexes": [models.Index(fields=["organization", "position"], name="routing_order")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_from__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="routing_validity",
                        violation_error_message="The rule cannot end before it begins.",
                    )
                ],
            },
        ),
        migrations.RunPython(
            code=write_reasons,
            reverse_code=django.db.migrations.operations.special.RunPython.noop,
        ),
    ]
