from decimal import Decimal
from typing import Any

import django.core.validators
import django.db.migrations.operations.special
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import jiannuo.operations.surveys.models.invitations
from jiannuo.operations.surveys.defaults import fill

"""The table of categories begins as the sources name them."""


def write_categories(apps: Any, _editor: Any) -> None:
    fill(apps.get_model("surveys", "OpinionCategory"))


class Migration(migrations.Migration):
    replaces = [("surveys", "0001_initial"), ("surveys", "0002_categories_of_the_sources")]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("customers", "0001_squashed_0002_merge_and_erasure"),
        ("documents", "0001_initial"),
        ("installedbase", "0001_squashed_0004_service_level"),
        ("organizations", "0001_initial"),
        ("products", "0001_squashed_0002_model_version_and_prices"),
    ]

    operations = [
        migrations.CreateModel(
            name="OpinionCategory",
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
                    "words",
                    models.TextField(
                        blank=True,
                        help_text="Separated by spaces, commas or lines; they suggest the category.",
                        verbose_name="words",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=50, verbose_name="order")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "category of opinions",
                "verbose_name_plural": "categories of opinions",
                "ordering": ["position", "code"],
            },
        ),
        migrations.CreateModel(
            name="Questionnaire",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=30, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questionnaires",
                        to="organizations.organization",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "questionnaire",
                "verbose_name_plural": "questionnaires",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Edition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="version")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("published", "published"), ("retired", "replaced")],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("intro", models.TextField(blank=True, max_length=500, verbose_name="greeting")),
                ("thanks", models.TextField(blank=True, max_length=500, verbose_name="thanks")),
                (
                    "satisfied_from",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal(4),
                        help_text="Of the overall question; without one, the weighted mean of the scores.",
                        max_digits=3,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal(1)),
                            django.core.validators.MaxValueValidator(Decimal(5)),
                        ],
                        verbose_name="satisfied from a score of",
                    ),
                ),
                (
                    "link_days",
                    models.PositiveSmallIntegerField(
                        default=14,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(365),
                        ],
                        verbose_name="links are good for (days)",
                    ),
                ),
                (
                    "small_number",
                    models.PositiveSmallIntegerField(
                        default=5,
                        help_text="Figures from fewer answers are marked.",
                        verbose_name="few answers below",
                    ),
                ),
                (
                    "source_limit",
                    models.PositiveSmallIntegerField(
                        default=3,
                        help_text="More than these within the hours below wait for a person; 0 does not look.",
                        verbose_name="answers from one address or device",
                    ),
                ),
                ("source_hours", models.PositiveSmallIntegerField(default=24, verbose_name="within hours")),
                (
                    "least_seconds",
                    models.PositiveSmallIntegerField(
                        default=4,
                        help_text="Faster answers wait for a person.",
                        verbose_name="shortest time to answer (seconds)",
                    ),
                ),
                ("published_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "questionnaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="editions",
                        to="surveys.questionnaire",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of a questionnaire",
                "ordering": ["questionnaire", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("questionnaire", "number"), name="survey_edition_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "draft")),
                        fields=("questionnaire",),
                        name="survey_one_draft",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "published")),
                        fields=("questionnaire",),
                        name="survey_one_published",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InvitationRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "event",
                    models.CharField(
                        choices=[
                            ("order_signed", "the customer signed a work order"),
                            ("order_closed", "a work order was closed"),
                        ],
                        default="order_closed",
                        max_length=20,
                        verbose_name="event",
                    ),
                ),
                (
                    "job",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("repair", "repair"),
                            ("installation", "installation"),
                            ("maintenance", "maintenance"),
                            ("inspection", "inspection"),
                        ],
                        help_text="Empty: any.",
                        max_length=14,
                        verbose_name="kind of job",
                    ),
                ),
                (
                    "share",
                    models.PositiveSmallIntegerField(
                        default=100,
                        help_text="0 asks nobody, also where an organisation above would ask.",
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="share that is asked (%)",
                    ),
                ),
                (
                    "interval_days",
                    models.PositiveSmallIntegerField(
                        default=30, verbose_name="days between two invitations of a customer"
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitation_rules",
                        to="organizations.organization",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "questionnaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rules",
                        to="surveys.questionnaire",
                        verbose_name="questionnaire",
                    ),
                ),
            ],
            options={
                "verbose_name": "rule of invitations",
                "verbose_name_plural": "rules of invitations",
                "ordering": ["organization", "event", "job"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "event", "job", "questionnaire"),
                        name="survey_rule_once",
                        violation_error_message="There is a line for this already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=50, verbose_name="order")),
                ("code", models.SlugField(max_length=30, verbose_name="code")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("score", "score 1–5"),
                            ("nps", "would recommend us, 0–10"),
                            ("choice", "one choice"),
                            ("choices", "several choices"),
                            ("text", "free opinion"),
                        ],
                        default="score",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("text", models.CharField(max_length=200, verbose_name="question")),
                (
                    "weight",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal(1),
                        help_text="Of scores in the satisfaction index; 0 leaves it out.",
                        max_digits=6,
                        validators=[django.core.validators.MinValueValidator(Decimal(0))],
                        verbose_name="weight",
                    ),
                ),
                (
                    "is_overall",
                    models.BooleanField(
                        default=False,
                        help_text="It alone says whether a customer is satisfied.",
                        verbose_name="overall question",
                    ),
                ),
                ("required", models.BooleanField(default=True, verbose_name="must be answered")),
                (
                    "options",
                    models.TextField(blank=True, help_text="One on each line.", verbose_name="choices"),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="surveys.edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "question",
                "verbose_name_plural": "questions",
                "ordering": ["edition", "position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("edition", "code"),
                        name="survey_question_once",
                        violation_error_message="There is a question with this code already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "nps")),
                        fields=("edition",),
                        name="survey_one_nps",
                        violation_error_message="A questionnaire asks once whether one would recommend us.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_overall", True)),
                        fields=("edition",),
                        name="survey_one_overall",
                        violation_error_message="There is an overall question already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="phone")),
                (
                    "nonce",
                    models.CharField(
                        default=jiannuo.operations.surveys.models.invitations.nonce,
                        editable=False,
                        max_length=20,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("unsent", "not sent"), ("sent", "sent"), ("answered", "answered")],
                        default="unsent",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("month", models.DateField(verbose_name="month")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="asked")),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(verbose_name="good until")),
                ("is_demo", models.BooleanField(default=False, editable=False)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="survey_invitations",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="documents.document",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="surveys.edition",
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
                        verbose_name="product",
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
                        verbose_name="technician",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="installedbase.installedunit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "questionnaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="surveys.questionnaire",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "indexes": [
                    models.Index(fields=["customer", "-created_at"], name="survey_inv_customer"),
                    models.Index(fields=["organization", "-id"], name="survey_inv_org"),
                    models.Index(fields=["state", "-id"], name="survey_inv_state"),
                    models.Index(fields=["questionnaire", "month", "organization"], name="survey_inv_month"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("document__isnull", False)),
                        fields=("document", "questionnaire"),
                        name="survey_invited_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LowScoreRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("csi", "satisfaction index (0–100)"),
                            ("nps", "recommendation (0–10)"),
                            ("any", "any score (1–5)"),
                            ("overall", "overall question (1–5)"),
                        ],
                        max_length=8,
                        verbose_name="figure",
                    ),
                ),
                (
                    "at_most",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal(0)),
                            django.core.validators.MaxValueValidator(Decimal(100)),
                        ],
                        verbose_name="at most",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="low_scores",
                        to="surveys.edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "low score",
                "verbose_name_plural": "low scores",
                "ordering": ["edition", "measure"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("edition", "measure"),
                        name="survey_low_once",
                        violation_error_message="There is a line for this figure already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SurveyAnswer",
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
                    "way",
                    models.CharField(
                        choices=[
                            ("link", "link"),
                            ("phone", "by phone"),
                            ("paper", "on paper"),
                            ("sheet", "from a file"),
                        ],
                        default="link",
                        max_length=6,
                        verbose_name="way",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=60, verbose_name="name")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="phone")),
                ("answered_at", models.DateTimeField(verbose_name="when it was answered")),
                ("month", models.DateField(editable=False, verbose_name="month")),
                (
                    "csi",
                    models.DecimalField(
                        decimal_places=2,
                        editable=False,
                        max_digits=5,
                        null=True,
                        verbose_name="satisfaction index",
                    ),
                ),
                (
                    "nps",
                    models.PositiveSmallIntegerField(
                        editable=False, null=True, verbose_name="recommendation"
                    ),
                ),
                ("satisfied", models.BooleanField(editable=False, null=True, verbose_name="satisfied")),
                ("low", models.BooleanField(default=False, editable=False, verbose_name="low score")),
                ("flags", models.JSONField(blank=True, default=list, editable=False)),
                ("address_print", models.CharField(blank=True, editable=False, max_length=32)),
                ("device_print", models.CharField(blank=True, editable=False, max_length=32)),
                ("seconds", models.PositiveIntegerField(editable=False, null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="survey_answers",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="surveys.edition",
                        verbose_name="questionnaire",
                    ),
                ),
                (
                    "invitation",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answer",
                        to="surveys.invitation",
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
                        verbose_name="product",
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
                        verbose_name="technician",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="installedbase.installedunit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "survey answer",
                "verbose_name_plural": "survey answers",
                "indexes": [
                    models.Index(fields=["edition", "month"], name="survey_answer_month"),
                    models.Index(fields=["customer", "-document_ptr"], name="survey_answer_customer"),
                    models.Index(fields=["answered_at", "document_ptr"], name="survey_answer_at"),
                    models.Index(
                        condition=models.Q(("address_print", ""), _negated=True),
                        fields=["address_print", "answered_at"],
                        name="survey_answer_address",
                    ),
                    models.Index(
                        condition=models.Q(("device_print", ""), _negated=True),
                        fields=["device_print", "answered_at"],
                        name="survey_answer_device",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("csi__isnull", True),
                            models.Q(("csi__gte", 0), ("csi__lte", 100)),
                            _connector="OR",
                        ),
                        name="survey_csi",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("nps__isnull", True), ("nps__lte", 10), _connector="OR"),
                        name="survey_nps",
                    ),
                ],
            },
            bases=("documents.document",),
        ),
        migrations.CreateModel(
            name="Reply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "value",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="score, recommendation, or place of the choice", null=True
                    ),
                ),
                ("values", models.JSONField(blank=True, default=list, help_text="places of several choices")),
                ("text", models.TextField(blank=True)),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="surveys.question",
                    ),
                ),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="replies",
                        to="surveys.surveyanswer",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["question", "value"], name="survey_reply_value")],
                "constraints": [
                    models.UniqueConstraint(fields=("answer", "question"), name="survey_reply_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Opinion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(verbose_name="month")),
                ("text", models.TextField(verbose_name="opinion")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="surveys.opinioncategory",
                        verbose_name="category",
                    ),
                ),
                (
                    "suggested",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="surveys.opinioncategory",
                        verbose_name="suggested category",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="surveys.question"
                    ),
                ),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="opinions",
                        to="surveys.surveyanswer",
                    ),
                ),
            ],
            options={
                "verbose_name": "opinion",
                "verbose_name_plural": "opinions",
                "indexes": [
                    models.Index(fields=["organization", "-id"], name="survey_opinion_org"),
                    models.Index(fields=["month", "organization", "category"], name="survey_opinion_month"),
                    models.Index(
                        condition=models.Q(("category__isnull", True)),
                        fields=["-id"],
                        name="survey_opinion_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("answer", "question"), name="survey_opinion_once")
                ],
            },
        ),
        migrations.RunPython(
            code=write_categories,
            reverse_code=django.db.migrations.operations.special.RunPython.noop,
        ),
    ]
