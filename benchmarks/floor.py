"""What Django and PostgreSQL cost by themselves: one view with session, sign-in, one query and 50 rows.

A project in one file, run by the same gunicorn beside ours: `gunicorn benchmarks.floor`. Its database is
DATABASE_URL, and so is its pool of connections.
"""

import os

import dj_database_url
import django
from django.conf import settings

ROWS = 50
PAGE = """<!doctype html><title>Floor</title><table>{% for row in rows %}
<tr><td>{{ row.title }}</td><td>{{ row.person }}</td><td>{{ row.asked }}</td>
<td>{{ row.at|date:"Y-m-d H:i" }}</td></tr>{% endfor %}</table><p>{{ user }}</p>"""

database = dj_database_url.parse(os.environ["DATABASE_URL"], conn_health_checks=True)
database.setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": 10}
settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": database},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    ROOT_URLCONF=__name__,
    SECRET_KEY="floor" * 10,
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    USE_TZ=True,
)
django.setup()

from django.contrib.auth.decorators import login_required  # noqa: E402, Django is set up by now
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.template import Context, engines  # noqa: E402
from django.urls import path  # noqa: E402


class Row(models.Model):
    """One line of the list."""

    state = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    person = models.CharField(max_length=150)
    asked = models.DecimalField(max_digits=12, decimal_places=2)
    at = models.DateTimeField()

    class Meta:
        app_label = "floor"
        indexes = [models.Index(fields=["state", "at"], name="floor_list")]


template = engines["django"].from_string(PAGE).template


@login_required
def page(request):
    rows = Row.objects.filter(state="submitted").order_by("at")[:ROWS]
    return HttpResponse(template.render(Context({"rows": rows, "user": request.user})))


urlpatterns = [path("", page)]
application = get_wsgi_application()


def fill(count):
    """Make the tables with so many rows; return the cookie of somebody who is signed in."""
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(Row)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO floor_row (state, title, person, asked, at) SELECT "
            "CASE WHEN n %% 6 = 0 THEN 'submitted' ELSE 'settled' END, 'Course ' || n, "
            "'Person ' || n, 6000, now() - n * interval '1 minute' FROM generate_series(1, %s) n",
            [count],
        )
        cursor.execute("ANALYZE")
    client = Client()
    client.force_login(User.objects.create_user("floor"))
    return client.cookies[settings.SESSION_COOKIE_NAME].value
