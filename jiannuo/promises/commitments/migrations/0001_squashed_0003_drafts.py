import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("commitments", "0001_initial"),
        ("commitments", "0002_commitmentversion_withdrawn_at"),
        ("commitments", "0003_drafts"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("documents", "0001_initial"),
        ("organizations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Commitment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("statute", "statute"),
                            ("maker", "maker's commitment"),
                            ("contract", "contract"),
                            ("dealer", "dealer's commitment"),
                            ("promotion", "promotion"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("is_demo", models.BooleanField(default=False, editable=False)),
                (
                    "organization",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: for every organisation.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitments",
                        to="organizations.organization",
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "verbose_name": "commitment",
                "verbose_name_plural": "commitments",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="CommitmentVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("approved", "approved"),
                            ("published", "published"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("content", models.JSONField(blank=True, default=dict, verbose_name="content")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid until")),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="commitments.commitment",
                    ),
                ),
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
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                ("pack", models.JSONField(blank=True, default=dict, verbose_name="pack")),
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "shortened_at",
                    models.DateTimeField(
                        blank=True, help_text="when a later version moved the end of this one", null=True
                    ),
                ),
                (
                    "writers",
                    models.ManyToManyField(blank=True, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "verbose_name": "commitment version",
                "ordering": ["-number"],
                "indexes": [
                    models.Index(fields=["state", "valid_from", "valid_to"], name="commitment_in_force")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("commitment", "number"), name="commitment_version_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="commitment_version_dates",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CommitmentReview",
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
                    "version_of",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="review",
                        to="commitments.commitmentversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "approval of a commitment",
            },
            bases=("documents.document",),
        ),
        migrations.CreateModel(
            name="ClauseConfirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("clause", models.CharField(max_length=80, verbose_name="clause")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "remark",
                    models.CharField(blank=True, max_length=200, verbose_name="where it was looked up"),
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
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="confirmations",
                        to="commitments.commitmentversion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("version", "clause"), name="clause_confirmation_once")
                ],
            },
        ),
    ]
