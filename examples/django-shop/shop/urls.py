from django.urls import path

from catalog import views

urlpatterns = [
    path("", views.products, name="products"),
    path("products/<int:product_id>/order", views.order, name="order"),
    path("orders", views.orders, name="orders"),
    path("healthz", views.healthz),
]
