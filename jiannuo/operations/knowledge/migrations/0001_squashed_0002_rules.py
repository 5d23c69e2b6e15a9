import django.core.validators
import django.db.migrations.operations.special
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

# What holds until a manager says otherwise: the department approves, a year goes by; documents every two years.
FIRST = {"faq": 12, "case": 12, "plan": 12, "document": 24}


def add_rules(apps, schema_editor):
    rules = apps.get_model("knowledge", "KindRule").objects
    for kind, months in FIRST.items():
        rules.get_or_create(
            article_kind=kind, defaults={"approver": "department_manager", "review_months": months}
        )


class Migration(migrations.Migration):
    replaces = [("knowledge", "0001_initial"), ("knowledge", "0002_rules")]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("documents", "0001_initial"),
        ("organizations", "0001_initial"),
        ("products", "0001_squashed_0002_model_version_and_prices"),
    ]

    operations = [
        migrations.CreateModel(
            name="Article",
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
                    "article_kind",
                    models.CharField(
                        choices=[
                            ("faq", "frequent question"),
                            ("case", "difficult case"),
                            ("plan", "standard plan"),
                            ("document", "technical document"),
                        ],
                        max_length=10,
                        verbose_name="kind of article",
                    ),
                ),
                ("review_on", models.DateField(blank=True, null=True, verbose_name="to be reviewed on")),
                (
                    "reviewed_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="last reviewed on"),
                ),
                (
                    "review_asked",
                    models.DateField(
                        blank=True,
                        editable=False,
                        help_text="the review date of which the owner was told",
                        null=True,
                    ),
                ),
                (
                    "origin",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="article_written",
                        to="documents.document",
                        verbose_name="written from",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="articles",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "verbose_name": "article",
                "verbose_name_plural": "articles",
                "indexes": [
                    models.Index(fields=["article_kind", "-document_ptr"], name="article_kind"),
                    models.Index(fields=["owner", "-document_ptr"], name="article_owner"),
                    models.Index(fields=["review_on", "document_ptr"], name="article_review"),
                ],
            },
            bases=("documents.document",),
        ),
        migrations.CreateModel(
            name="IndexChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("article", "article"), ("case", "solved case")], max_length=8),
                ),
                ("object_id", models.BigIntegerField()),
                ("at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "change for the index",
            },
        ),
        migrations.CreateModel(
            name="SynonymGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=120, verbose_name="remark")),
                ("changed_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
            ],
            options={
                "verbose_name": "words that mean the same",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="KindRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "article_kind",
                    models.CharField(
                        choices=[
                            ("faq", "frequent question"),
                            ("case", "difficult case"),
                            ("plan", "standard plan"),
                            ("document", "technical document"),
                        ],
                        editable=False,
                        max_length=10,
                        unique=True,
                        verbose_name="kind of article",
                    ),
                ),
                (
                    "approver",
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
                        verbose_name="approved by",
                    ),
                ),
                (
                    "review_months",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(120),
                        ],
                        verbose_name="reviewed every (months)",
                    ),
                ),
            ],
            options={
                "verbose_name": "rule for a kind of article",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("review_months__gte", 1), ("review_months__lte", 120)),
                        name="kind_rule_months",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SolvedCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fault", models.TextField(blank=True, verbose_name="fault reported")),
                ("work_done", models.TextField(blank=True, verbose_name="work done")),
                ("test_result", models.CharField(blank=True, max_length=200, verbose_name="test result")),
                (
                    "minutes",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="time on site (minutes)"),
                ),
                ("visits", models.PositiveSmallIntegerField(default=1, verbose_name="visits")),
                ("closed_at", models.DateTimeField(verbose_name="closed")),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="products.category",
                        verbose_name="category",
                    ),
                ),
                (
                    "cause",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="products.faultcode",
                        verbose_name="cause",
                    ),
                ),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="solved_case",
                        to="documents.document",
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="products.faultcode",
                        verbose_name="measure",
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
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                    ),
                ),
                (
                    "symptom",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="products.faultcode",
                        verbose_name="symptom",
                    ),
                ),
            ],
            options={
                "verbose_name": "solved case",
                "verbose_name_plural": "solved cases",
                "indexes": [models.Index(fields=["model", "-id"], name="solved_case_model")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("minutes__isnull", True), ("minutes__lte", 100000), _connector="OR"
                        ),
                        name="solved_case_minutes",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ArticleCounter",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="counter",
                        serialize=False,
                        to="knowledge.article",
                    ),
                ),
                ("views", models.PositiveIntegerField(default=0, verbose_name="views")),
                ("useful", models.PositiveIntegerField(default=0, verbose_name="useful")),
                ("useless", models.PositiveIntegerField(default=0, verbose_name="not useful")),
                ("uses", models.PositiveIntegerField(default=0, verbose_name="requests answered with it")),
            ],
            options={
                "verbose_name": "counts of an article",
            },
        ),
        migrations.CreateModel(
            name="ArticleVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="version")),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                (
                    "question",
                    models.TextField(blank=True, max_length=4000, verbose_name="question or symptom"),
                ),
                ("cause", models.TextField(blank=True, max_length=4000, verbose_name="cause")),
                ("answer", models.TextField(max_length=20000, verbose_name="answer or measure")),
                (
                    "minutes",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="usual time (minutes)"),
                ),
                (
                    "change_note",
                    models.CharField(blank=True, max_length=200, verbose_name="what was changed"),
                ),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="published")),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="knowledge.article",
                    ),
                ),
                (
                    "categories",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="products.category", verbose_name="categories"
                    ),
                ),
                (
                    "parts",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="products.sparepart", verbose_name="spare parts"
                    ),
                ),
                (
                    "product_models",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="products.productmodel", verbose_name="models"
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
                (
                    "symptoms",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="products.faultcode", verbose_name="symptoms"
                    ),
                ),
                (
                    "written_by",
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
                "verbose_name": "version of an article",
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("article", "number"), name="article_version_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ArticleUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="used_for",
                        to="knowledge.article",
                    ),
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
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="articles_used",
                        to="documents.document",
                    ),
                ),
            ],
            options={
                "verbose_name": "use of an article",
                "constraints": [
                    models.UniqueConstraint(fields=("article", "document"), name="article_use_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SynonymWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", models.CharField(max_length=30, unique=True, verbose_name="word")),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="words",
                        to="knowledge.synonymgroup",
                    ),
                ),
            ],
            options={
                "verbose_name": "word",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="CasePart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=160, verbose_name="spare part")),
                (
                    "quantity",
                    models.DecimalField(decimal_places=2, default=1, max_digits=10, verbose_name="quantity"),
                ),
                (
                    "part",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="products.sparepart",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="knowledge.solvedcase",
                    ),
                ),
            ],
            options={
                "verbose_name": "part of a solved case",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="ArticleVote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "voter",
                    models.CharField(
                        help_text="user:PK of a person, unit:PK of a machine's page", max_length=64
                    ),
                ),
                ("useful", models.BooleanField(verbose_name="useful")),
                ("remark", models.CharField(blank=True, max_length=300, verbose_name="what is missing")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="votes",
                        to="knowledge.article",
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
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="votes",
                        to="knowledge.articleversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "vote on an article",
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("article", "voter"), name="article_vote_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="VersionAudience",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("audience", models.CharField(max_length=30)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="audiences",
                        to="knowledge.articleversion",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("version", "audience"), name="version_audience_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="article",
            name="draft",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="knowledge.articleversion",
            ),
        ),
        migrations.AddField(
            model_name="article",
            name="published",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="knowledge.articleversion",
            ),
        ),
        migrations.RunPython(
            code=add_rules,
            reverse_code=django.db.migrations.operations.special.RunPython.noop,
        ),
    ]
