"""Papers and documents, handed to those who may read the application."""

from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from applications import readings
from applications.handing_out import attachment
from applications.models import Document, Paper, Reading
from applications.readers import readable_by


@require_safe
def paper(request: HttpRequest, uuid: UUID) -> FileResponse:
    """Hand out the harmless copy of a file that the applicant attached; never the original."""
    papers = Paper.objects.filter(application__in=readable_by(request.user))
    found = get_object_or_404(papers.select_related("application"), uuid=uuid)
    readings.of_case(request, found.application, Reading.What.PAPER)
    return attachment(found.file, name=found.name, content_type=found.content_type)


@require_safe
def document(request: HttpRequest, uuid: UUID) -> FileResponse:
    """Hand out a document that we made; it is not there until the worker has rendered it."""
    documents = Document.objects.filter(application__in=readable_by(request.user))
    documents = documents.select_related("application")
    found = get_object_or_404(documents.exclude(rendered_at=None), uuid=uuid)
    readings.of_case(request, found.application, Reading.What.DOCUMENT)
    name = f"{found.application.reference}-{found.kind}.pdf"
    return attachment(found.file, name=name, content_type="application/pdf")
