import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
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
            name="RegistrationCard",
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
                            ("page", "dealer's page"),
                            ("file", "file"),
                            ("api", "API"),
                            ("photo", "photo"),
                            ("post", "post"),
                        ],
                        default="page",
                        max_length=8,
                        verbose_name="how it came",
                    ),
                ),
                ("received_at", models.DateTimeField(verbose_name="received on")),
                ("quarter", models.DateField(editable=False)),
                (
                    "card_number",
                    models.CharField(blank=True, max_length=40, verbose_name="number on the card"),
                ),
                ("serial", models.CharField(blank=True, max_length=60, verbose_name="serial number")),
                ("sold_on", models.DateField(blank=True, null=True, verbose_name="sold on")),
                (
                    "invoice_number",
                    models.CharField(blank=True, max_length=40, verbose_name="invoice number"),
                ),
                (
                    "price",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="price",
                    ),
                ),
                ("customer_name", models.CharField(blank=True, max_length=120, verbose_name="customer")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="phone")),
                ("address", models.CharField(blank=True, max_length=160, verbose_name="street and number")),
                (
                    "refusal",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("falsified", "falsified"),
                            ("wrong_unit", "not this unit"),
                            ("not_sold", "not sold to this customer"),
                            ("unreadable", "cannot be read"),
                            ("other", "other reason"),
                        ],
                        max_length=12,
                        verbose_name="refused because",
                    ),
                ),
                ("refusal_reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("recognised_at", models.DateTimeField(blank=True, null=True, verbose_name="recognised at")),
                ("in_time", models.BooleanField(editable=False, null=True, verbose_name="in time")),
                ("excused_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("excuse_reason", models.CharField(blank=True, editable=False, max_length=200)),
                ("is_live", models.BooleanField(default=True, editable=False)),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="registration_cards",
                        to="customers.customer",
                        verbose_name="customer in the files",
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
                        verbose_name="division",
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
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="registration_cards",
                        to="installedbase.installedunit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "registration card",
                "verbose_name_plural": "registration cards",
                "indexes": [
                    models.Index(fields=["serial"], name="card_serial"),
                    models.Index(fields=["unit", "-document_ptr"], name="card_unit"),
                    models.Index(fields=["quarter", "model"], name="card_quarter"),
                    models.Index(fields=["sold_on", "document_ptr"], name="card_sold"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_live", True), models.Q(("serial", ""), _negated=True)),
                        fields=("model", "serial"),
                        name="card_once_for_unit",
                        violation_error_message="There is a registration card for this unit already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_live", True), models.Q(("card_number", ""), _negated=True)),
                        fields=("card_number",),
                        name="card_number_once",
                        violation_error_message="A card with this number has come in already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("price__isnull", True), ("price__gte", 0), _connector="OR"),
                        name="card_price",
                    ),
                ],
            },
            bases=("documents.document",),
        ),
        migrations.CreateModel(
            name="CardQuarter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quarter", models.DateField(verbose_name="quarter")),
                ("cards", models.PositiveIntegerField(default=0, verbose_name="recognised cards")),
                ("in_time", models.PositiveIntegerField(default=0, verbose_name="of them in time")),
                ("falsified", models.PositiveIntegerField(default=0, verbose_name="falsified")),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="products.category",
                        verbose_name="product",
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
                "verbose_name": "cards of a quarter",
                "verbose_name_plural": "cards of the quarters",
                "indexes": [
                    models.Index(fields=["quarter", "id"], name="cardquarter_quarter"),
                    models.Index(fields=["organization", "-id"], name="cardquarter_org"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "quarter", "category"), name="card_quarter_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CardSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "photo_required",
                    models.BooleanField(
                        default=False,
                        help_text="Without a photo or scan it is not recognised; the dealer's page asks for it at once.",
                        verbose_name="a card needs its picture",
                    ),
                ),
                (
                    "unknown_serials",
                    models.BooleanField(
                        default=False,
                        help_text="Recognising the card then opens the file of the unit.",
                        verbose_name="units that are not in the files may be registered",
                    ),
                ),
                ("changed_at", models.DateTimeField(auto_now=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "settings of registration cards",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="card_settings_one_row")
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitStanding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("awaited", "awaited"),
                            ("in_time", "recognised, in time"),
                            ("late", "recognised, but too late"),
                            ("excused", "recognised although late"),
                            ("overdue", "not recognised: no card in time"),
                            ("refused", "not recognised: the card was refused"),
                        ],
                        max_length=10,
                        verbose_name="recognition",
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="due")),
                ("why", models.TextField(blank=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                (
                    "card",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cards.registrationcard",
                    ),
                ),
                (
                    "unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="registration",
                        to="installedbase.installedunit",
                    ),
                ),
            ],
            options={
                "verbose_name": "recognition of a unit",
            },
        ),
    ]
