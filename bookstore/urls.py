"""The shop's addresses."""

from django.conf import settings
from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path, re_path
from django.utils.functional import lazy
from django.views.generic import RedirectView
from django.views.static import serve

from bookstore import health
from checkout import order_views

urlpatterns = [
    path("", include("catalog.urls")),
    path("basket/", include("checkout.basket.urls")),
    path("checkout/", include("checkout.urls")),
    path("orders/<slug:number>/<slug:token>/", order_views.order, name="order"),
    path("orders/<slug:number>/<slug:token>/pay/", order_views.pay, name="order_pay"),
    path("orders/<slug:number>/<slug:token>/change/", order_views.change, name="order_change"),
    path("orders/<slug:number>/<slug:token>/again/", order_views.again, name="order_again"),
    path("orders/<slug:number>/<slug:token>/cancel/", order_views.cancel, name="order_cancel"),
    path("orders/<slug:number>/<slug:token>/parcel/", order_views.parcel, name="order_parcel"),
    path("shipping/", include("shipping.urls")),
    path("newsletter/", include("newsletter.urls")),
    path("account/", include("checkout.account.urls")),
    path("admin/", admin.site.urls),
    path("favicon.ico", RedirectView.as_view(url=lazy(static, str)("img/icon.svg"))),
    path("healthz", health.alive),
    path("readyz", health.ready),
]

if settings.DEMO:
    # In production the web server or the object store gives out uploaded files.
    media = {"document_root": settings.MEDIA_ROOT}
    urlpatterns.append(re_path(r"^media/(?P<path>.*)$", serve, media))
