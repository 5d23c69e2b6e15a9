import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("organizations", "0001_initial"),
        ("products", "0001_squashed_0002_model_version_and_prices"),
    ]

    operations = [
        migrations.CreateModel(
            name="Technician",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "areas",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Codes of administrative divisions.",
                        verbose_name="areas",
                    ),
                ),
                ("home_latitude", models.FloatField(blank=True, null=True)),
                ("home_longitude", models.FloatField(blank=True, null=True)),
                (
                    "daily_minutes",
                    models.PositiveIntegerField(default=480, verbose_name="working minutes a day"),
                ),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="technicians",
                        to="organizations.organization",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="technician",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "technician",
                "verbose_name_plural": "technicians",
            },
        ),
        migrations.CreateModel(
            name="Skill",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.PositiveSmallIntegerField(default=3, verbose_name="level")),
                ("certificate", models.CharField(blank=True, max_length=60, verbose_name="certificate")),
                (
                    "expires_on",
                    models.DateField(blank=True, null=True, verbose_name="certificate valid until"),
                ),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="products.category",
                        verbose_name="category",
                    ),
                ),
                (
                    "technician",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="skills",
                        to="workforce.technician",
                    ),
                ),
            ],
            options={
                "verbose_name": "skill",
                "constraints": [
                    models.UniqueConstraint(fields=("technician", "category"), name="skill_once"),
                    models.CheckConstraint(
                        condition=models.Q(("level__gte", 1), ("level__lte", 5)), name="skill_level_range"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Shift",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="begins")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                ("standby", models.BooleanField(default=False, verbose_name="standby")),
                (
                    "technician",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shifts",
                        to="workforce.technician",
                    ),
                ),
            ],
            options={
                "verbose_name": "shift",
                "ordering": ["starts_at"],
                "indexes": [models.Index(fields=["technician", "starts_at"], name="shift_technician")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="shift_order"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="begins")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                (
                    "reason",
                    models.CharField(
                        choices=[("leave", "leave"), ("illness", "illness"), ("training", "training")],
                        max_length=10,
                        verbose_name="reason",
                    ),
                ),
                (
                    "technician",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="absences",
                        to="workforce.technician",
                    ),
                ),
            ],
            options={
                "verbose_name": "absence",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="absence_order"
                    )
                ],
            },
        ),
    ]
