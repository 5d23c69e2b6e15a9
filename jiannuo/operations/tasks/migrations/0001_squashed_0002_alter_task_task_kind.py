import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("tasks", "0001_initial"), ("tasks", "0002_alter_task_task_kind")]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("customers", "0001_squashed_0002_merge_and_erasure"),
        ("documents", "0001_initial"),
        ("installedbase", "0001_squashed_0004_service_level"),
        ("obligations", "0001_squashed_0004_retentions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Task",
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
                    "task_kind",
                    models.CharField(
                        choices=[
                            ("loaner", "lend a machine"),
                            ("exchange_offer", "offer an exchange"),
                            ("refund_offer", "offer a refund"),
                            ("compensation", "compensate the customer"),
                            ("deduction", "deduct from the pay"),
                            ("penalty", "book the penalty"),
                            ("forfeiture", "book the forfeiture"),
                            ("extension", "extend the term"),
                            ("free_service", "service free of charge"),
                            ("special_case", "special case"),
                            ("replacement_provider", "send somebody else"),
                            ("downgrade", "lower the grade"),
                            ("termination", "end the agreement"),
                            ("apology", "apologise"),
                            ("refund", "refund"),
                            ("exchange", "exchange"),
                            ("repair", "repair"),
                            ("price_reduction", "reduce the price"),
                            ("make_good", "make good"),
                            ("proof", "prove it"),
                            ("return", "return"),
                            ("article_review", "review an article"),
                        ],
                        max_length=24,
                        verbose_name="kind of task",
                    ),
                ),
                ("key", models.CharField(editable=False, max_length=120, unique=True)),
                (
                    "role",
                    models.CharField(
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
                        verbose_name="whose work",
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="due")),
                ("text", models.TextField(blank=True, verbose_name="promise")),
                (
                    "amount",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="amount"
                    ),
                ),
                (
                    "rate",
                    models.DecimalField(
                        blank=True, decimal_places=4, editable=False, max_digits=14, null=True
                    ),
                ),
                (
                    "share",
                    models.DecimalField(
                        blank=True, decimal_places=6, editable=False, max_digits=8, null=True
                    ),
                ),
                (
                    "value",
                    models.DecimalField(
                        blank=True, decimal_places=2, editable=False, max_digits=14, null=True
                    ),
                ),
                ("per", models.CharField(blank=True, editable=False, max_length=10)),
                ("counts_from", models.DateTimeField(blank=True, editable=False, null=True)),
                ("counts_until", models.DateTimeField(blank=True, editable=False, null=True)),
                ("result", models.TextField(blank=True, verbose_name="result")),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "obligation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="obligations.obligation",
                        verbose_name="obligation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
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
                        related_name="tasks",
                        to="installedbase.installedunit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "task",
                "verbose_name_plural": "tasks",
                "indexes": [
                    models.Index(fields=["person", "-document_ptr"], name="task_person"),
                    models.Index(fields=["task_kind", "-document_ptr"], name="task_kind"),
                    models.Index(fields=["due_at", "document_ptr"], name="task_due"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__isnull", True), ("amount__gte", 0), _connector="OR"),
                        name="task_amount",
                    )
                ],
            },
            bases=("documents.document",),
        ),
    ]
