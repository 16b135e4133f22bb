from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0012_register_kept")]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["scheme", "due", "invoice"],
                condition=models.Q(("due__isnull", False), ("made", True), ("stage", "unsent")),
                name="entry_pending",
            ),
        ),
    ]
