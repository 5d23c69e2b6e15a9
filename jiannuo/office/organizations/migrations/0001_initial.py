import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("calendars", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Organization",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.CharField(max_length=255, unique=True)),
                ("depth", models.PositiveIntegerField()),
                ("numchild", models.PositiveIntegerField(default=0)),
                ("code", models.CharField(max_length=32, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("short_name", models.CharField(blank=True, max_length=40, verbose_name="short name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("head_office", "head office"),
                            ("branch", "branch"),
                            ("warehouse", "warehouse site"),
                            ("dealer", "dealer"),
                            ("station", "service station"),
                            ("supplier", "supplier"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="address")),
                (
                    "areas",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Codes of administrative divisions, e.g. 3301.",
                        verbose_name="areas served",
                    ),
                ),
                ("grade", models.CharField(blank=True, max_length=2, verbose_name="grade")),
                (
                    "agreement_number",
                    models.CharField(blank=True, max_length=60, verbose_name="agreement number"),
                ),
                ("agreement_from", models.DateField(blank=True, null=True, verbose_name="agreement from")),
                ("agreement_to", models.DateField(blank=True, null=True, verbose_name="agreement to")),
                (
                    "time_zone",
                    models.CharField(default="Asia/Shanghai", max_length=40, verbose_name="time zone"),
                ),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                ("is_demo", models.BooleanField(default=False, editable=False)),
                (
                    "calendar",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="calendars.workcalendar",
                        verbose_name="calendar",
                    ),
                ),
            ],
            options={
                "verbose_name": "organisation",
                "verbose_name_plural": "organisations",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("agreement_to__isnull", True),
                            ("agreement_from__isnull", True),
                            ("agreement_to__gte", models.F("agreement_from")),
                            _connector="OR",
                        ),
                        name="organization_agreement_dates",
                        violation_error_message="The agreement cannot end before it begins.",
                    )
                ],
            },
        ),
    ]
