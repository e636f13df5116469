from django.db import migrations, models


def number(apps, schema_editor):
    for product in apps.get_model("catalog", "Product").objects.filter(sku=None):
        product.sku = f"SHOP-{product.pk:04}"
        product.save(update_fields=["sku"])


class Migration(migrations.Migration):

    dependencies = [("catalog", "0002_opening_stock")]

    # PostgreSQL rolled the failed attempt of release 2 back as a whole, so the same migration can be mended.
    operations = [
        migrations.RunPython(number, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="product",
            name="sku",
            field=models.CharField(max_length=20, verbose_name="stock keeping unit"),
        ),
    ]
