import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("products", "0001_initial"), ("products", "0002_model_version_and_prices")]

    initial = True

    dependencies = [
        ("files", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Category",
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
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("code_path", models.CharField(editable=False, max_length=200, unique=True)),
            ],
            options={
                "verbose_name": "product category",
                "verbose_name_plural": "product categories",
            },
        ),
        migrations.CreateModel(
            name="SparePart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40, unique=True, verbose_name="part number")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("unit", models.CharField(default="件", max_length=10, verbose_name="unit of measure")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("guarantee", "guarantee part"),
                            ("wearing", "wearing part"),
                            ("consumable", "consumable"),
                        ],
                        default="guarantee",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "list_price",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        max_digits=12,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="list price",
                    ),
                ),
                (
                    "cost",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        max_digits=12,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="cost",
                    ),
                ),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                ("is_demo", models.BooleanField(default=False, editable=False)),
            ],
            options={
                "verbose_name": "spare part",
                "verbose_name_plural": "spare parts",
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("cost__gte", 0), ("list_price__gte", 0)),
                        name="spare_part_price_positive",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ChecklistItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="sequence")),
                ("text", models.CharField(max_length=160, verbose_name="what to check")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("yes_no", "yes or no"),
                            ("number", "measured value"),
                            ("text", "text"),
                            ("photo", "photo as proof"),
                        ],
                        default="yes_no",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=20, verbose_name="unit of measure")),
                (
                    "minimum",
                    models.DecimalField(
                        blank=True, decimal_places=3, max_digits=12, null=True, verbose_name="minimum"
                    ),
                ),
                (
                    "maximum",
                    models.DecimalField(
                        blank=True, decimal_places=3, max_digits=12, null=True, verbose_name="maximum"
                    ),
                ),
                ("required", models.BooleanField(default=True, verbose_name="required")),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="checklist",
                        to="products.category",
                    ),
                ),
            ],
            options={
                "verbose_name": "checklist item",
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="FaultCode",
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
                (
                    "kind",
                    models.CharField(
                        choices=[("symptom", "symptom"), ("cause", "cause"), ("action", "action")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("code", models.CharField(max_length=30, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("severity", models.CharField(blank=True, max_length=12, verbose_name="usual severity")),
                (
                    "cause_class",
                    models.CharField(
                        blank=True,
                        help_text="What clauses exclude, e.g. misuse.",
                        max_length=30,
                        verbose_name="cause class",
                    ),
                ),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="codes",
                        to="products.category",
                        verbose_name="category",
                    ),
                ),
            ],
            options={
                "verbose_name": "fault code",
                "verbose_name_plural": "fault codes",
            },
        ),
        migrations.CreateModel(
            name="ProductModel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=60, unique=True, verbose_name="model")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("maker", models.CharField(blank=True, max_length=80, verbose_name="maker")),
                (
                    "meter_unit",
                    models.CharField(
                        blank=True, help_text="hours, km or cycles", max_length=20, verbose_name="meter"
                    ),
                ),
                ("specification", models.JSONField(blank=True, default=dict, verbose_name="specification")),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                ("is_demo", models.BooleanField(default=False, editable=False)),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="models",
                        to="products.category",
                        verbose_name="category",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "verbose_name": "product model",
                "verbose_name_plural": "product models",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="LabourItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=30, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("minutes", models.PositiveIntegerField(default=60, verbose_name="usual time (minutes)")),
                (
                    "price",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        max_digits=12,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="price",
                    ),
                ),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="valid from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid until")),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="labour",
                        to="products.category",
                        verbose_name="category",
                    ),
                ),
            ],
            options={
                "verbose_name": "labour item",
                "verbose_name_plural": "labour items",
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("price__gte", 0)),
                        name="labour_price_positive",
                        violation_error_message="A price is not negative.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_from__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="labour_valid_dates",
                        violation_error_message="The price cannot end before it begins.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                (
                    "visible_to_customer",
                    models.BooleanField(default=False, verbose_name="shown to customers"),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="product_documents",
                        to="files.storedfile",
                    ),
                ),
                (
                    "model",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to="products.productmodel",
                    ),
                ),
            ],
            options={
                "verbose_name": "product document",
            },
        ),
        migrations.CreateModel(
            name="Component",
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
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("code_path", models.CharField(editable=False, max_length=200)),
                ("has_serial", models.BooleanField(default=False, verbose_name="has a serial number")),
                (
                    "model",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="components",
                        to="products.productmodel",
                    ),
                ),
            ],
            options={
                "verbose_name": "component",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("model", "code_path"),
                        name="component_path_once",
                        violation_error_message="This code is in use here already. Choose another.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PartListLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "quantity",
                    models.DecimalField(decimal_places=2, default=1, max_digits=10, verbose_name="quantity"),
                ),
                (
                    "component",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="parts",
                        to="products.component",
                    ),
                ),
                (
                    "model",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="part_list",
                        to="products.productmodel",
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="used_in",
                        to="products.sparepart",
                    ),
                ),
            ],
            options={
                "verbose_name": "part list line",
                "constraints": [
                    models.UniqueConstraint(fields=("model", "component", "part"), name="part_list_once"),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="part_list_quantity_positive"
                    ),
                ],
            },
        ),
    ]
