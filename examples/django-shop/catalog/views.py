from django import forms
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from catalog.models import Order, Product
from shop import RELEASE


class OrderForm(forms.ModelForm):
    class Meta:
        model = Order
        fields = ["quantity", "customer"]


def products(request):
    return render(request, "catalog/products.html", {"products": Product.objects.all(), "release": RELEASE})


def orders(request):
    placed = Order.objects.select_related("product")[:50]
    return render(request, "catalog/orders.html", {"orders": placed, "release": RELEASE})


@require_POST
def order(request, product_id):
    form = OrderForm(request.POST)
    if not form.is_valid():
        return HttpResponse(form.errors.as_text(), status=400, content_type="text/plain")
    form.instance.product = get_object_or_404(Product, pk=product_id)
    form.save()
    return redirect("orders")


def healthz(request):
    """Ready means that a page could be served: with the database, not only with the process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse(f"ok, release {RELEASE}\n", content_type="text/plain")
