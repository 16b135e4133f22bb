"""Every address of Kursmedel, in the order in which they are tried."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import include, path

from accounts import openid
from accounts.views import choose_language
from applications.views.landing import landing
from applications.views.public import ABOUT, about
from config.health import health
from oversight.today_views import today
from schemes.views import style

# The admin has a sign-in of its own, without second factor; this sends everybody to ours.
admin.site.login = secure_admin_login(admin.site.login)
# Their tables can be written in the libraries' own pages, and nobody would be told.
for model in (Group, EmailAddress, SocialApp, SocialToken, SocialAccount, Authenticator):
    admin.site.unregister(model)

urlpatterns = [
    path("", landing, name="landing"),
    path("today/", today, name="today"),
    *(path(f"{page}/", about, {"page": page}, name=page) for page in ABOUT),
    path("health/", health, name="health"),
    path("language/", choose_language, name="set_language"),
    # Stricter than the library's own page of that address, which comes after it.
    path(
        "account/oidc/<slug:provider_id>/login/callback/",
        openid.callback,
        name="openid_connect_callback",
    ),
    path("account/", include("allauth.urls")),
    path("people/", include("accounts.urls")),
    path("applications/", include("applications.urls")),
    path("decisions/", include("decisions.urls")),
    path("administration/", include("decisions.administration.urls")),
    path("finance/", include("invoicing.urls")),
    path("status/", include("oversight.urls")),
    path("admin/", admin.site.urls),
]

if settings.DEVELOPMENT:
    urlpatterns.append(path("style/", style, name="style"))

handler400 = "config.errors.bad_request"
handler500 = "config.errors.server_error"
