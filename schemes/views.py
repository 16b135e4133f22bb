"""The living page that shows every component once, for those who build pages."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from schemes import registry, samples


@require_safe
@login_not_required
def style(request: HttpRequest) -> HttpResponse:
    """Show all components with invented content, in the accent of the scheme asked for."""
    scheme = {scheme.slug: scheme for scheme in registry.SCHEMES}.get(request.GET.get("scheme"))
    return render(request, "style.html", samples.everything() | {"scheme": scheme})
