"""Says whether Kursmedel can work: the database must answer; what else there is, is only told about."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from applications import canary
from oversight.status import verified
from schemes import clock


@login_not_required
@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers, else 503; what else there is, is named in the body.

    Without Redis or worker everything is still taken in and decided, only the papers come later:
    that is no reason to send people away.
    """
    database = _database_answers()
    found = {
        "database": database,
        "redis": _redis_answers(),
        "worker": database and canary.worker_works(),
        # Whether last night all was whole and agreed; null before the first night.
        "verified": verified(at=clock.now()) if database else False,
    }
    return JsonResponse(found, status=200 if database else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def _redis_answers() -> bool:
    import redis  # large: only those who are asked how they are load it

    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1) as server:
            return bool(server.ping())
    except redis.RedisError:
        return False
