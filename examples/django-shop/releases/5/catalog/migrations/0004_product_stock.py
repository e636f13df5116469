from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("catalog", "0003_require_sku")]

    # What makemigrations writes for the model of release 4, whose author forgot to run it.
    operations = [
        migrations.AddField(
            model_name="product",
            name="stock",
            field=models.PositiveIntegerField(default=0, verbose_name="in stock"),
        ),
    ]
