"""Applications in the administration: to look things up. Nothing is changed there."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin import UserAdmin
from accounts.mandates import ADMINISTRATOR, current_schemes
from accounts.models import User
from applications import readings
from applications.models import (
    Application,
    Document,
    Event,
    HeadRequest,
    Notice,
    Question,
    Reading,
)
from schemes.admin import ReadOnly


class NotedWhenRead:
    """Notes who opens a row about a person, or looks at a list of them, for the auditor."""

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().changelist_view(request, *args, **kwargs)
        if (shown := getattr(response, "context_data", {}).get("cl")) is not None:
            readings.of_list(request, Reading.What.TABLE, shown.result_list)
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        response = super().change_view(request, object_id, *args, **kwargs)
        if (found := self.get_object(request, object_id)) is not None:
            self.noted(request, found)
        return response


class Inside(ReadOnly, admin.TabularInline):
    """Rows that belong to an application, shown with it."""

    extra = 0


class Events(Inside):
    """What happened; what is between the signatories not in a case to which one is party."""

    model = Event
    fields = ["at", "kind", "by_name", "text", "internal"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        own = Application.objects.to_which_party(request.user)
        return super().get_queryset(request).exclude(internal=True, application__in=own)


class HeadRequests(Inside):
    model = HeadRequest
    fields = ["sent_at", "name", "email", "revision", "answer", "answered_at", "reason"]


class Questions(Inside):
    model = Question
    fields = ["asked_at", "asked_by", "steps", "text", "answered_at"]


class Documents(Inside):
    model = Document
    fields = ["kind", "made_at", "rendered_at", "attempts", "sha256"]


@admin.register(Application)
class ApplicationAdmin(NotedWhenRead, ReadOnly, admin.ModelAdmin):
    """Without answers and facts: those are read in the case, by those who decide."""

    list_display = ["reference", "participant", "course_title", "starts_on", "state", "granted"]
    list_filter = ["scheme", "state", "year"]
    search_fields = ["participant", "course_title"]
    date_hierarchy = "submitted_at"
    exclude = ["answers", "facts", "person_key"]
    inlines = [Events, HeadRequests, Questions, Documents]

    def noted(self, request: HttpRequest, application: Application) -> None:
        readings.of_case(request, application, Reading.What.CASE)

    @admin.display(description=_("number"), ordering="pk")
    def reference(self, application: Application) -> str:
        return application.reference


# Known to the accounts already; here it can be noted who reads them.
admin.site.unregister(User)


@admin.register(User)
class PersonAdmin(NotedWhenRead, UserAdmin):
    """People, each look at one of them noted; the administrator can take out all about one."""

    readonly_fields = ["everything"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Return what is shown: the way to the person's data for administrators alone."""
        more = ["everything"] if current_schemes(request.user, ADMINISTRATOR) else []
        return [*UserAdmin.fields, *more]

    @admin.display(description=_("Everything about the person"))
    def everything(self, person: User) -> str:
        page = reverse("oversight:takeout_of", args=[person.pk])
        return format_html('<a href="{}">{}</a>', page, _("Download"))

    def noted(self, request: HttpRequest, person: User) -> None:
        readings.of_person(request, person, Reading.What.PERSON)


@admin.register(Notice)
class NoticeAdmin(NotedWhenRead, ReadOnly, admin.ModelAdmin):
    """What went out by mail and what still waits; the text holds links and is not shown."""

    list_display = ["created_at", "recipient", "subject", "sent_at", "attempts"]
    list_filter = ["sent_at"]
    search_fields = ["recipient", "subject"]
    date_hierarchy = "created_at"
    exclude = ["text", "html", "files"]

    def noted(self, request: HttpRequest, notice: Notice) -> None:
        if notice.application:
            readings.of_case(request, notice.application, Reading.What.CASE)
        else:  # about nobody's case: as a list of one
            readings.of_list(request, Reading.What.TABLE, [notice])
