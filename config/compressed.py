"""Pages travel compressed; files and streams as they are, most of them compressed already."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressedPages(GZipMiddleware):
    """Compresses pages of HTML for browsers that take it.

    Django adds bytes of no meaning, so that the length tells nothing of what is secret on the page, and
    the forms' token differs each time.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Return the answer, compressed where it is a page that is not streamed."""
        page = response.headers.get("Content-Type", "").startswith("text/html")
        if response.streaming or not page:
            return response
        return super().process_response(request, response)
