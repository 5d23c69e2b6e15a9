import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("customers", "0001_initial"), ("customers", "0002_merge_and_erasure")]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("organizations", "0001_initial"),
        ("regions", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CustomerTag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=30, unique=True, verbose_name="name")),
            ],
            options={
                "verbose_name": "tag",
            },
        ),
        migrations.CreateModel(
            name="Customer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=32, unique=True, verbose_name="customer number")),
                (
                    "kind",
                    models.CharField(
                        choices=[("household", "household"), ("company", "company")],
                        default="household",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "grade",
                    models.CharField(
                        choices=[
                            ("ordinary", "ordinary customer"),
                            ("important", "important customer"),
                            ("key", "key account"),
                        ],
                        default="ordinary",
                        max_length=12,
                        verbose_name="class",
                    ),
                ),
                (
                    "credit_code",
                    models.CharField(
                        blank=True,
                        max_length=18,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[0-9A-HJ-NPQRTUWXY]{18}$",
                                "A unified social credit code has 18 digits and capital letters (without I, O, S, V, Z).",
                            )
                        ],
                        verbose_name="unified social credit code",
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "do_not_call_from",
                    models.TimeField(blank=True, null=True, verbose_name="do not call from"),
                ),
                ("do_not_call_to", models.TimeField(blank=True, null=True, verbose_name="do not call until")),
                (
                    "consent_messages",
                    models.BooleanField(default=True, verbose_name="agrees to service messages"),
                ),
                ("consent_marketing", models.BooleanField(default=False, verbose_name="agrees to marketing")),
                ("remark", models.TextField(blank=True, verbose_name="remark")),
                ("archived_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("is_demo", models.BooleanField(default=False, editable=False)),
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
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_from",
                        to="customers.customer",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="customers",
                        to="organizations.organization",
                        verbose_name="organisation",
                    ),
                ),
                ("tags", models.ManyToManyField(blank=True, to="customers.customertag", verbose_name="tags")),
                ("erased_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "verbose_name": "customer",
                "verbose_name_plural": "customers",
                "indexes": [
                    models.Index(fields=["organization", "-id"], name="customer_org"),
                    models.Index(fields=["name"], name="customer_name"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into__isnull", True),
                            models.Q(("merged_into", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="customer_not_merged_into_self",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("do_not_call_from__isnull", True), ("do_not_call_to__isnull", True)),
                            models.Q(("do_not_call_from__isnull", False), ("do_not_call_to__isnull", False)),
                            _connector="OR",
                        ),
                        name="customer_do_not_call_both",
                        violation_error_message="Give both ends of the do-not-call hours, or neither.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("position", models.CharField(blank=True, max_length=60, verbose_name="position")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("is_primary", models.BooleanField(default=False, verbose_name="main contact")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contacts",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact",
                "ordering": ["-is_primary", "id"],
            },
        ),
        migrations.CreateModel(
            name="Address",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=30, verbose_name="label")),
                ("detail", models.CharField(blank=True, max_length=160, verbose_name="street and number")),
                ("latitude", models.FloatField(blank=True, null=True, verbose_name="latitude")),
                ("longitude", models.FloatField(blank=True, null=True, verbose_name="longitude")),
                ("is_primary", models.BooleanField(default=False, verbose_name="main address")),
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
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="addresses",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "address",
                "verbose_name_plural": "addresses",
                "ordering": ["-is_primary", "id"],
            },
        ),
        migrations.CreateModel(
            name="CustomerMerge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="merged at")),
                (
                    "moved",
                    models.JSONField(
                        default=dict, help_text="model.field → primary keys that pointed to the loser"
                    ),
                ),
                (
                    "dropped",
                    models.JSONField(default=list, help_text="phones that both had, removed from the loser"),
                ),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "loser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges_lost",
                        to="customers.customer",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "winner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges_won",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "merge of customers",
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Phone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20, verbose_name="phone")),
                ("label", models.CharField(blank=True, max_length=20, verbose_name="label")),
                ("is_primary", models.BooleanField(default=False, verbose_name="main number")),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="phones",
                        to="customers.contact",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="phones",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "phone",
                "ordering": ["-is_primary", "id"],
                "indexes": [models.Index(fields=["number"], name="customer_phone_number")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("customer", "number"),
                        name="customer_phone_once",
                        violation_error_message="This number is already there.",
                    )
                ],
            },
        ),
    ]
