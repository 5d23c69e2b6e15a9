import datetime
from typing import Any

import django.core.validators
import django.db.migrations.operations.special
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

from jiannuo.operations.followups.defaults import fill

"""The tables begin as the sources write them."""


def write_tables(apps: Any, _editor: Any) -> None:
    fill(lambda name: apps.get_model("followups", name), timezone.now())


class Migration(migrations.Migration):
    replaces = [("followups", "0001_initial"), ("followups", "0002_tables_of_the_sources")]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("customers", "0001_squashed_0002_merge_and_erasure"),
        ("documents", "0001_initial"),
        ("installedbase", "0001_squashed_0004_service_level"),
        ("obligations", "0001_squashed_0004_retentions"),
        ("organizations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="LetterTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="template")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("notice", "notice"),
                            ("invitation", "invitation"),
                            ("reply", "reply"),
                            ("thanks", "thanks"),
                            ("opinion", "opinion on use"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "template of letters",
                "verbose_name_plural": "templates of letters",
                "ordering": ["kind", "name"],
            },
        ),
        migrations.CreateModel(
            name="Script",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="script")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "script",
                "verbose_name_plural": "scripts",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="LetterVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                ("subject", models.CharField(max_length=120, verbose_name="subject")),
                ("body", models.TextField(verbose_name="words")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="followups.lettertemplate",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of a template",
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("template", "number"), name="letter_version_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowUpKind",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="kind of follow-up")),
                (
                    "way",
                    models.CharField(
                        choices=[("phone", "by phone"), ("visit", "visit")],
                        default="phone",
                        max_length=8,
                        verbose_name="way",
                    ),
                ),
                (
                    "metrics",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Empty: it is made by hand only.",
                        verbose_name="promises that it keeps",
                    ),
                ),
                (
                    "events",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Empty: whatever starts them.",
                        verbose_name="only what starts with",
                    ),
                ),
                (
                    "only_recurring",
                    models.BooleanField(
                        default=False,
                        help_text="So that the arrival of a technician is not taken for a visit of ours.",
                        verbose_name="only promises that recur",
                    ),
                ),
                (
                    "begins_round",
                    models.BooleanField(
                        default=False,
                        help_text="What is promised some days after the first follow-up begins when this one is done.",
                        verbose_name="a further follow-up counts from it",
                    ),
                ),
                ("call_from", models.TimeField(default=datetime.time(9, 0), verbose_name="call from")),
                ("call_to", models.TimeField(default=datetime.time(20, 0), verbose_name="call until")),
                (
                    "most_attempts",
                    models.PositiveSmallIntegerField(
                        default=3,
                        help_text="After so many without reaching the customer it is closed as not reached.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(50),
                        ],
                        verbose_name="attempts",
                    ),
                ),
                (
                    "retry_minutes",
                    models.PositiveIntegerField(
                        default=120,
                        validators=[django.core.validators.MaxValueValidator(20160)],
                        verbose_name="try again after (minutes)",
                    ),
                ),
                (
                    "target_percent",
                    models.DecimalField(
                        decimal_places=2,
                        default=100,
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="target: done (%)",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=120, verbose_name="source")),
                ("position", models.PositiveSmallIntegerField(default=50, verbose_name="order")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                (
                    "script",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kinds",
                        to="followups.script",
                        verbose_name="script",
                    ),
                ),
            ],
            options={
                "verbose_name": "kind of follow-up",
                "verbose_name_plural": "kinds of follow-ups",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("call_to__gt", models.F("call_from"))),
                        name="followup_kind_hours",
                        violation_error_message="The hours of calling end after they begin.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ScriptVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                (
                    "greeting",
                    models.TextField(
                        blank=True,
                        help_text="{customer}, {unit} and {person} are filled in.",
                        verbose_name="opening words",
                    ),
                ),
                ("closing", models.TextField(blank=True, verbose_name="closing words")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="published")),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "script",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="followups.script",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of a script",
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("script", "number"), name="script_version_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("published_at__isnull", True)),
                        fields=("script",),
                        name="script_one_draft",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignKind",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="kind of campaign")),
                (
                    "consent",
                    models.CharField(
                        choices=[
                            ("marketing", "only who agrees to marketing"),
                            ("messages", "only who agrees to service messages"),
                            ("all", "everybody: it concerns safety"),
                        ],
                        max_length=10,
                        verbose_name="whom it may reach",
                    ),
                ),
                (
                    "announces",
                    models.BooleanField(
                        default=True,
                        help_text="Otherwise letters alone are sent.",
                        verbose_name="announced by phone",
                    ),
                ),
                (
                    "announce_days",
                    models.PositiveSmallIntegerField(
                        default=14,
                        validators=[django.core.validators.MaxValueValidator(365)],
                        verbose_name="announce by phone (days before)",
                    ),
                ),
                (
                    "letter_days",
                    models.PositiveSmallIntegerField(
                        default=2,
                        validators=[django.core.validators.MaxValueValidator(60)],
                        verbose_name="letter within (days of the announcement)",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=120, verbose_name="source")),
                ("position", models.PositiveSmallIntegerField(default=50, verbose_name="order")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                (
                    "followup_kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="followups.followupkind",
                        verbose_name="kind of follow-up that announces it",
                    ),
                ),
                (
                    "letter_template",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="followups.lettertemplate",
                        verbose_name="template of the letter",
                    ),
                ),
            ],
            options={
                "verbose_name": "kind of campaign",
                "verbose_name_plural": "kinds of campaigns",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Caller",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("substitute_from", models.DateField(blank=True, null=True, verbose_name="substitute from")),
                ("substitute_to", models.DateField(blank=True, null=True, verbose_name="substitute until")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follow_up_callers",
                        to="organizations.organization",
                        verbose_name="organisation and below",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="follow-up employee",
                    ),
                ),
                (
                    "substitute",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="substitute",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="callers",
                        to="followups.followupkind",
                        verbose_name="only this kind",
                    ),
                ),
            ],
            options={
                "verbose_name": "follow-up employee",
                "verbose_name_plural": "follow-up employees",
                "ordering": ["organization", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind__isnull", False)),
                        fields=("organization", "kind"),
                        name="follow_up_caller_once",
                        violation_error_message="Somebody is named for this already; change that row.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind__isnull", True)),
                        fields=("organization",),
                        name="follow_up_caller_of_all_once",
                        violation_error_message="Somebody is named for this already; change that row.",
                    ),
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
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "identity",
                    models.CharField(
                        help_text="The same in all scripts for the same question: it is not asked twice.",
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9_]+$", "Small letters, digits and _ only."
                            )
                        ],
                        verbose_name="what it asks (identity)",
                    ),
                ),
                ("text", models.CharField(max_length=300, verbose_name="question")),
                ("hint", models.CharField(blank=True, max_length=300, verbose_name="hint for the caller")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("yes_no", "yes or no"),
                            ("choice", "choice"),
                            ("scale", "scale"),
                            ("number", "number"),
                            ("text", "text"),
                        ],
                        default="yes_no",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("choices", models.JSONField(blank=True, default=list, verbose_name="choices")),
                ("lowest", models.SmallIntegerField(default=1, verbose_name="lowest")),
                ("highest", models.SmallIntegerField(default=5, verbose_name="highest")),
                ("required", models.BooleanField(default=True, verbose_name="must be answered")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="followups.scriptversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "question",
                "verbose_name_plural": "questions",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "identity"),
                        name="question_identity_once",
                        violation_error_message="This script asks that already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
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
                ("purpose", models.CharField(blank=True, max_length=300, verbose_name="occasion")),
                ("due_at", models.DateTimeField(verbose_name="due")),
                ("call_at", models.DateTimeField(verbose_name="from")),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="attempts"),
                ),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                ("spoken_with", models.CharField(blank=True, max_length=60, verbose_name="spoken with")),
                ("summary", models.TextField(blank=True, verbose_name="main points")),
                ("wishes", models.TextField(blank=True, verbose_name="requests of the customer")),
                ("hopes", models.TextField(blank=True, verbose_name="hopes of the customer")),
                ("grievances", models.TextField(blank=True, verbose_name="complaints of the customer")),
                (
                    "issue_kind",
                    models.CharField(
                        blank=True,
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
                        max_length=14,
                        verbose_name="becomes a request",
                    ),
                ),
                ("issue_text", models.TextField(blank=True, verbose_name="what must be answered")),
                ("solution", models.TextField(blank=True, verbose_name="solution")),
                ("solved_at", models.DateTimeField(blank=True, null=True, verbose_name="solution found")),
                ("told_text", models.TextField(blank=True, verbose_name="what the customer said to it")),
                ("told_at", models.DateTimeField(blank=True, null=True, verbose_name="customer told")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="customers.contact",
                        verbose_name="contact",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followups",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "follows",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="followups.followup",
                        verbose_name="follows",
                    ),
                ),
                (
                    "obligation",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followup",
                        to="obligations.obligation",
                        verbose_name="obligation",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followups",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="follow-up employee",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followups",
                        to="documents.document",
                        verbose_name="document",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followups",
                        to="installedbase.installedunit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "followup_kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followups",
                        to="followups.followupkind",
                        verbose_name="kind of follow-up",
                    ),
                ),
                (
                    "script_version",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followups",
                        to="followups.scriptversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "follow-up",
                "verbose_name_plural": "follow-ups",
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["due_at", "document_ptr"],
                        name="followup_waiting",
                    ),
                    models.Index(fields=["due_at", "document_ptr"], name="followup_due"),
                    models.Index(fields=["ended_at", "document_ptr"], name="followup_ended"),
                    models.Index(fields=["owner", "-document_ptr"], name="followup_owner"),
                    models.Index(fields=["customer", "-document_ptr"], name="followup_customer"),
                ],
            },
            bases=("documents.document",),
        ),
        migrations.CreateModel(
            name="Campaign",
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
                ("text", models.TextField(verbose_name="what is offered")),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="place")),
                ("takes_place_at", models.DateTimeField(verbose_name="takes place")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "audience",
                    models.CharField(
                        choices=[("units", "owners of installed units"), ("customers", "customers")],
                        default="units",
                        max_length=10,
                        verbose_name="audience",
                    ),
                ),
                (
                    "query",
                    models.CharField(blank=True, editable=False, max_length=2000, verbose_name="filter"),
                ),
                (
                    "announce_by",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="to be announced by"
                    ),
                ),
                ("started_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "opted_out",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="do not wish it"),
                ),
                (
                    "without_phone",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="without a phone"),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "campaign_kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaigns",
                        to="followups.campaignkind",
                        verbose_name="kind of campaign",
                    ),
                ),
            ],
            options={
                "verbose_name": "campaign",
                "verbose_name_plural": "campaigns",
                "indexes": [models.Index(fields=["takes_place_at", "document_ptr"], name="campaign_day")],
            },
            bases=("documents.document",),
        ),
        migrations.CreateModel(
            name="QuestionRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "operator",
                    models.CharField(
                        choices=[
                            ("is", "is"),
                            ("is_not", "is not"),
                            ("at_most", "is at most"),
                            ("at_least", "is at least"),
                            ("any", "is anything"),
                        ],
                        default="is",
                        max_length=8,
                        verbose_name="when the answer",
                    ),
                ),
                ("value", models.CharField(blank=True, max_length=60, verbose_name="value")),
                ("ends", models.BooleanField(default=False, verbose_name="end of the script")),
                (
                    "issue",
                    models.CharField(
                        blank=True,
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
                        max_length=14,
                        verbose_name="suggest a request",
                    ),
                ),
                (
                    "goto",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="followups.question",
                        verbose_name="go on with",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rules",
                        to="followups.question",
                    ),
                ),
            ],
            options={
                "verbose_name": "rule of a question",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="time")),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("no_answer", "no answer"),
                            ("busy", "busy"),
                            ("wrong_number", "wrong number"),
                            ("refused", "refused to talk"),
                            ("later", "call again at another time"),
                            ("absent", "nobody there"),
                        ],
                        max_length=14,
                        verbose_name="result",
                    ),
                ),
                ("again_at", models.DateTimeField(blank=True, null=True, verbose_name="again at")),
                ("remark", models.CharField(blank=True, max_length=200, verbose_name="remark")),
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
                    "followup",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tries",
                        to="followups.followup",
                    ),
                ),
            ],
            options={
                "verbose_name": "attempt",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("value", models.TextField(blank=True, verbose_name="answer")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
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
                    "followup",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="followups.followup",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="followups.question",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer",
                "ordering": ["question__position", "pk"],
                "constraints": [models.UniqueConstraint(fields=("followup", "question"), name="answer_once")],
            },
        ),
        migrations.CreateModel(
            name="CampaignEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("waiting", "to be told"),
                            ("announced", "told"),
                            ("coming", "will come"),
                            ("declined", "does not come"),
                            ("unreached", "not reached"),
                            ("came", "took part"),
                            ("absent", "stayed away"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="result",
                    ),
                ),
                ("remark", models.CharField(blank=True, max_length=200, verbose_name="remark")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="followups.campaign",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaign_entries",
                        to="customers.customer",
                        verbose_name="customer",
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
                    "followup",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaign_entry",
                        to="followups.followup",
                    ),
                ),
            ],
            options={
                "verbose_name": "customer of a campaign",
                "verbose_name_plural": "customers of a campaign",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["campaign", "result", "id"], name="campaign_entry_result")],
            },
        ),
        migrations.CreateModel(
            name="Letter",
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
                    "letter_kind",
                    models.CharField(
                        choices=[
                            ("notice", "notice"),
                            ("invitation", "invitation"),
                            ("reply", "reply"),
                            ("thanks", "thanks"),
                            ("opinion", "opinion on use"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("recipient", models.CharField(max_length=120, verbose_name="recipient")),
                ("address_text", models.CharField(blank=True, max_length=300, verbose_name="address")),
                ("subject", models.CharField(max_length=120, verbose_name="subject")),
                ("body", models.TextField(verbose_name="words")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="to be sent by")),
                ("sent_on", models.DateField(blank=True, null=True, verbose_name="sent on")),
                ("posting", models.CharField(blank=True, max_length=40, verbose_name="posting number")),
                ("returned_on", models.DateField(blank=True, null=True, verbose_name="returned on")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "address",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="customers.address",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "mailing",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="followups.campaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sent by",
                    ),
                ),
                (
                    "talk",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="followups.followup",
                        verbose_name="follow-up",
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
                    "template_version",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="followups.letterversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "letter",
                "verbose_name_plural": "letters",
                "indexes": [
                    models.Index(fields=["customer", "-document_ptr"], name="letter_customer"),
                    models.Index(fields=["mailing", "-document_ptr"], name="letter_campaign"),
                    models.Index(fields=["due_on", "document_ptr"], name="letter_due"),
                    models.Index(fields=["sent_on", "document_ptr"], name="letter_sent"),
                ],
            },
            bases=("documents.document",),
        ),
        migrations.CreateModel(
            name="AddressDoubt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateField(verbose_name="since")),
                ("cleared_at", models.DateTimeField(blank=True, null=True)),
                (
                    "address",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="doubts",
                        to="customers.address",
                    ),
                ),
                (
                    "cleared_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="address_doubts",
                        to="customers.customer",
                    ),
                ),
                (
                    "letter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="doubt",
                        to="followups.letter",
                    ),
                ),
            ],
            options={
                "verbose_name": "address in doubt",
                "indexes": [
                    models.Index(
                        condition=models.Q(("cleared_at__isnull", True)),
                        fields=["customer"],
                        name="address_doubt_open",
                    )
                ],
            },
        ),
        migrations.RunPython(
            code=write_tables,
            reverse_code=django.db.migrations.operations.special.RunPython.noop,
        ),
    ]
