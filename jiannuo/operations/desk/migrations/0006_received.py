from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0005_remote_attempts")]

    operations = [
        migrations.AddIndex(
            model_name="servicerequest",
            index=models.Index(fields=["received_at"], name="request_received"),
        ),
    ]
