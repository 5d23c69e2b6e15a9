import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("organizations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportJob",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("importer", models.CharField(max_length=60, verbose_name="what is imported")),
                ("file", models.FileField(max_length=200, upload_to="imports/%Y/%m/%d", verbose_name="file")),
                ("file_name", models.CharField(max_length=160, verbose_name="file name")),
                ("sheets", models.JSONField(default=list, help_text="names of the sheets that are read")),
                (
                    "looks",
                    models.JSONField(
                        default=list, help_text="the beginning of each sheet, as it was read at the upload"
                    ),
                ),
                (
                    "mapping",
                    models.JSONField(default=dict, help_text="field of the importer → heading in the file"),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[("all", "everything or nothing"), ("good", "the good rows only")],
                        default="all",
                        max_length=4,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "columns to be matched"),
                            ("checking", "being checked"),
                            ("checked", "checked"),
                            ("running", "being imported"),
                            ("undoing", "being taken back"),
                            ("done", "imported"),
                            ("failed", "not imported"),
                        ],
                        default="uploaded",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("total", models.PositiveIntegerField(default=0, verbose_name="rows")),
                (
                    "cursor",
                    models.PositiveIntegerField(
                        default=0, help_text="rows of the present pass that are finished"
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0, verbose_name="imported")),
                ("bad", models.PositiveIntegerField(default=0, verbose_name="bad rows")),
                ("message", models.CharField(blank=True, max_length=400)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="uploaded"),
                ),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="started")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
                (
                    "touched_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, help_text="last sign of life of the worker"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
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
            ],
            options={
                "verbose_name": "import",
                "verbose_name_plural": "imports",
                "indexes": [
                    models.Index(fields=["organization", "-id"], name="import_job_org"),
                    models.Index(
                        condition=models.Q(("state__in", ["checking", "running", "undoing"])),
                        fields=["touched_at"],
                        name="import_job_busy",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportPortion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("phase", models.CharField(choices=[("check", "Check"), ("save", "Save")], max_length=5)),
                ("start", models.PositiveIntegerField()),
                ("bad", models.PositiveIntegerField(default=0)),
                (
                    "problems",
                    models.TextField(default="[]", help_text="bad rows as JSON: sheet, row, cells, faults"),
                ),
                (
                    "created",
                    models.TextField(
                        default="{}", help_text="label of a model → keys, in the order of their creation"
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="portions",
                        to="exchange.importjob",
                    ),
                ),
            ],
            options={
                "ordering": ["start"],
                "constraints": [
                    models.UniqueConstraint(fields=("job", "phase", "start"), name="import_portion_once")
                ],
            },
        ),
    ]
