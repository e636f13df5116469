from decimal import Decimal

from django.db import migrations

# The mugs came over from the old shop, which knew no stock keeping units.
PRODUCTS = [
    ("Teapot", "39.00", "TEA-POT"),
    ("Green tea, 100 g", "7.50", "TEA-GRN"),
    ("Mug, blue", "12.00", None),
    ("Mug, red", "12.00", None),
]
ORDERS = [("Teapot", 1, "ada@example.com"), ("Mug, blue", 4, "grace@example.com")]


def stock(apps, schema_editor):
    Product, Order = apps.get_model("catalog", "Product"), apps.get_model("catalog", "Order")
    for name, price, sku in PRODUCTS:
        Product.objects.create(name=name, price=Decimal(price), sku=sku)
    for name, quantity, customer in ORDERS:
        Order.objects.create(product=Product.objects.get(name=name), quantity=quantity, customer=customer)


class Migration(migrations.Migration):

    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunPython(stock, migrations.RunPython.noop)]
