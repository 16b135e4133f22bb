"""The addresses of the administration of a scheme."""

from datetime import date

from django.urls import path, register_converter

from decisions.administration import doors, lists, people, rows, start, terms


class Day:
    """A day in an address: 2027-01-01."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """Return the day. Raises ValueError, which makes the address unknown."""
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        """Return the day as it stands in an address."""
        return str(value)


register_converter(Day, "day")

app_name = "administration"
OF_TERMS = "<slug:scheme>/terms/<day:day>/"
LIST = "<slug:scheme>/lists/<slug:name>/"

urlpatterns = [
    path("", start.own, name="own"),
    path("<slug:scheme>/", start.page, name="start"),
    path("<slug:scheme>/follow/", start.follow, name="follow"),
    path("<slug:scheme>/terms/", terms.begin, name="begin"),
    path(OF_TERMS, terms.tasks, name="terms"),
    path(f"{OF_TERMS}check/", terms.check, name="check"),
    path(f"{OF_TERMS}effect/", terms.effect, name="effect"),
    path(f"{OF_TERMS}discard/", terms.discard, name="discard"),
    path(f"{OF_TERMS}<slug:part>/", terms.page, name="page"),
    path("<slug:scheme>/people/", people.mandates, name="people"),
    path("<slug:scheme>/people/appoint/", people.appoint, name="appoint"),
    path("<slug:scheme>/people/account/", doors.account, name="account"),
    path("<slug:scheme>/people/<int:pk>/end/", people.end, name="end"),
    path(LIST, lists.rows, name="list"),
    path(f"{LIST}add/", rows.add, name="add"),
    path(f"{LIST}<int:pk>/", rows.change, name="change"),
    path(f"{LIST}<int:pk>/end/", rows.end, name="end_row"),
    path(f"{LIST}<int:pk>/remove/", rows.remove, name="remove_row"),
]
