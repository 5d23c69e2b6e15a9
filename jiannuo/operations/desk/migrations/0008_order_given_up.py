from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0007_digest"),
    ]

    operations = [
        migrations.AlterField(
            model_name="pushback",
            name="kind",
            field=models.CharField(
                choices=[
                    ("declined", "order declined"),
                    ("given_up", "order cancelled"),
                    ("cancelled", "request cancelled"),
                    ("handed_back", "request handed back"),
                    ("referred", "customer sent elsewhere"),
                ],
                max_length=12,
                verbose_name="what happened",
            ),
        ),
    ]
