"""Papers and documents, handed to those who may read the application."""

from uuid import UUID

from django.core.files import File
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from applications.models import Document, Paper
from applications.readers import readable_by


@require_safe
@never_cache
def paper(request: HttpRequest, uuid: UUID) -> FileResponse:
    """Hand out a file that the applicant attached."""
    papers = Paper.objects.filter(application__in=readable_by(request.user))
    found = get_object_or_404(papers, uuid=uuid)
    return _handed_out(found.file, name=found.name, content_type=found.content_type)


@require_safe
@never_cache
def document(request: HttpRequest, uuid: UUID) -> FileResponse:
    """Hand out a document that we made; it is not there until the worker has rendered it."""
    documents = Document.objects.filter(application__in=readable_by(request.user))
    found = get_object_or_404(documents.exclude(rendered_at=None), uuid=uuid)
    name = f"{found.application.reference}-{found.kind}.pdf"
    return _handed_out(found.file, name=name, content_type="application/pdf")


def _handed_out(file: File, *, name: str, content_type: str) -> FileResponse:
    # Always as an attachment: what somebody uploaded never opens as a page of ours.
    try:
        opened = file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(opened, as_attachment=True, filename=name, content_type=content_type)
