from django.db import models


class Product(models.Model):
    name = models.CharField(max_length=100)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    sku = models.CharField("stock keeping unit", max_length=20)
    stock = models.PositiveIntegerField("in stock", default=0)

    class Meta:
        ordering = ["id"]


class Order(models.Model):
    product = models.ForeignKey(Product, on_delete=models.PROTECT)
    quantity = models.PositiveIntegerField(default=1)
    customer = models.EmailField()
    placed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-placed_at"]
