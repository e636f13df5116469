from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("catalog", "0002_opening_stock")]

    # What makemigrations writes after "2) Ignore for now. Existing rows that contain NULL values will have to be
    # handled manually". On the developer's machine every product had one.
    operations = [
        migrations.AlterField(
            model_name="product",
            name="sku",
            field=models.CharField(max_length=20, verbose_name="stock keeping unit"),
        ),
    ]
