import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("obligations", "0001_initial"),
        ("obligations", "0002_every_debtor_and_creditor"),
        ("obligations", "0003_keys"),
        ("obligations", "0004_retentions"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("commitments", "0001_squashed_0003_drafts"),
        ("customers", "0001_squashed_0002_merge_and_erasure"),
        ("documents", "0001_initial"),
        ("files", "0001_initial"),
        ("installedbase", "0001_squashed_0004_service_level"),
        ("organizations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="RecurringDuty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(editable=False, max_length=200, unique=True)),
                ("clause", models.CharField(max_length=60, verbose_name="clause")),
                ("action", models.CharField(max_length=30, verbose_name="what is owed")),
                ("event", models.CharField(max_length=30, verbose_name="start event")),
                ("anchor", models.DateField(verbose_name="counted from")),
                ("last_on", models.DateField(blank=True, null=True, verbose_name="until")),
                ("product_path", models.CharField(blank=True, max_length=200)),
                ("division_code", models.CharField(blank=True, max_length=12)),
                ("zone", models.CharField(blank=True, max_length=60)),
                ("next_index", models.PositiveIntegerField(default=1)),
                ("next_opens_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                ("end_reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("is_demo", models.BooleanField(default=False, editable=False)),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recurring_duties",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recurring_duties",
                        to="documents.document",
                        verbose_name="document",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recurring_duties",
                        to="organizations.organization",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="recurring_duties",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person responsible",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recurring_duties",
                        to="installedbase.installedunit",
                        verbose_name="installed unit",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recurring_duties",
                        to="commitments.commitmentversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "recurring duty",
                "verbose_name_plural": "recurring duties",
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_opens_at__isnull", False)),
                        fields=["next_opens_at"],
                        name="duty_next",
                    ),
                    models.Index(
                        condition=models.Q(("unit__isnull", False)),
                        fields=["unit", "action"],
                        name="duty_unit",
                    ),
                    models.Index(fields=["organization", "-id"], name="duty_org"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True), ("next_opens_at__isnull", True), _connector="OR"
                        ),
                        name="duty_ended_is_over",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ClosedPeriod",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("event", models.CharField(max_length=30)),
                ("begins", models.DateField()),
                ("at", models.DateTimeField()),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="closed_periods",
                        to="organizations.organization",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "event", "begins"), name="period_closed_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SpreadVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="spread",
                        to="commitments.commitmentversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Retention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(editable=False, max_length=200, unique=True)),
                ("clause", models.CharField(max_length=60)),
                ("keeps", models.CharField(max_length=40)),
                ("since", models.DateField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="retentions",
                        to="documents.document",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="retentions",
                        to="organizations.organization",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="retentions",
                        to="installedbase.installedunit",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="retentions",
                        to="commitments.commitmentversion",
                    ),
                ),
            ],
            options={
                "ordering": ["keeps", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Obligation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("clause", models.CharField(max_length=60, verbose_name="clause")),
                ("metric", models.CharField(max_length=30, verbose_name="what is owed")),
                ("text", models.TextField(blank=True, verbose_name="promise")),
                ("plan", models.JSONField(default=dict, help_text="the ObligationPlan of rules, frozen")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("met", "kept"),
                            ("missed", "missed"),
                            ("met_late", "kept late"),
                            ("waived", "waived"),
                            ("cancelled", "cancelled"),
                        ],
                        default="open",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="started")),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="due")),
                ("warn_at", models.DateTimeField(blank=True, null=True, verbose_name="warn")),
                ("warned_at", models.DateTimeField(blank=True, null=True)),
                ("missed_at", models.DateTimeField(blank=True, null=True, verbose_name="missed")),
                ("met_at", models.DateTimeField(blank=True, null=True, verbose_name="kept")),
                ("next_at", models.DateTimeField(blank=True, null=True)),
                (
                    "abandoned_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="when the subject ended while this was missed: no longer owed, still missed",
                        null=True,
                    ),
                ),
                ("waive_reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("is_demo", models.BooleanField(default=False, editable=False)),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="obligations",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="obligations",
                        to="documents.document",
                        verbose_name="document",
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="evidence_for",
                        to="documents.document",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="obligations",
                        to="organizations.organization",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="obligations",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person responsible",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="obligations",
                        to="commitments.commitmentversion",
                    ),
                ),
                (
                    "waived_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("creditor", models.CharField(default="customer", max_length=20, verbose_name="creditor")),
                ("debtor", models.CharField(default="provider", max_length=20, verbose_name="debtor")),
                ("division_code", models.CharField(blank=True, max_length=12, verbose_name="division")),
                ("event", models.CharField(blank=True, max_length=30, verbose_name="start event")),
                (
                    "key",
                    models.CharField(
                        blank=True,
                        editable=False,
                        help_text="what must be owed only once; empty when it was cancelled, so that it may be owed anew",
                        max_length=200,
                        null=True,
                        unique=True,
                    ),
                ),
                ("product_path", models.CharField(blank=True, max_length=200, verbose_name="product")),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="obligations",
                        to="installedbase.installedunit",
                        verbose_name="installed unit",
                    ),
                ),
                ("zone", models.CharField(blank=True, max_length=60, verbose_name="zone")),
                (
                    "duty",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="occurrences",
                        to="obligations.recurringduty",
                        verbose_name="recurring duty",
                    ),
                ),
            ],
            options={
                "verbose_name": "obligation",
                "verbose_name_plural": "obligations",
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_at__isnull", False)),
                        fields=["next_at"],
                        name="obligation_next",
                    ),
                    models.Index(fields=["organization", "state", "due_at"], name="obligation_org_due"),
                    models.Index(fields=["person", "state", "due_at"], name="obligation_person_due"),
                    models.Index(
                        condition=models.Q(("state__in", ["open", "missed"])),
                        fields=["due_at", "id"],
                        name="obligation_open_due",
                    ),
                    models.Index(fields=["state", "due_at", "id"], name="obligation_state_due"),
                    models.Index(fields=["due_at", "id"], name="obligation_due"),
                    models.Index(fields=["organization", "due_at", "id"], name="obligation_org_all_due"),
                    models.Index(fields=["document", "metric"], name="obligation_document"),
                    models.Index(
                        condition=models.Q(("unit__isnull", False)),
                        fields=["unit", "metric", "due_at"],
                        name="obligation_unit",
                    ),
                    models.Index(fields=["version", "clause", "due_at"], name="obligation_clause_due"),
                    models.Index(fields=["product_path", "due_at"], name="obligation_product_due"),
                    models.Index(fields=["zone", "due_at"], name="obligation_zone_due"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["met", "met_late"]), _negated=True),
                            ("met_at__isnull", False),
                            _connector="OR",
                        ),
                        name="obligation_met_has_instant",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ObligationPause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=30, verbose_name="reason")),
                ("from_at", models.DateTimeField()),
                ("to_at", models.DateTimeField(blank=True, null=True)),
                (
                    "obligation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pauses",
                        to="obligations.obligation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("to_at__isnull", True)),
                        fields=("obligation",),
                        name="pause_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("to_at__isnull", True), ("to_at__gte", models.F("from_at")), _connector="OR"
                        ),
                        name="pause_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ObligationStep",
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
                        choices=[("warn", "warning"), ("escalate", "escalation"), ("miss", "missed")],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField(blank=True, null=True)),
                ("role", models.CharField(blank=True, max_length=30)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "obligation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="obligations.obligation",
                    ),
                ),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "channels",
                    models.JSONField(blank=True, default=list, help_text="empty: as the person has chosen"),
                ),
                ("repeat", models.DurationField(blank=True, help_text="told again after so long", null=True)),
                ("told", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["obligation", "at"],
                        name="step_pending",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ObligationEvidence",
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
                        choices=[("document", "document"), ("file", "file"), ("call", "call")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=300, verbose_name="what it shows")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="at")),
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
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
                (
                    "obligation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proofs",
                        to="obligations.obligation",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("document__isnull", False)),
                        fields=("obligation", "document"),
                        name="evidence_document_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("document__isnull", False),
                            ("file__isnull", False),
                            models.Q(("text", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="evidence_is_something",
                    ),
                ],
            },
        ),
    ]
