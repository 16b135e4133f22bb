"""Says whether Kursmedel can work: the database must answer; the queue's server is only told about."""

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
@never_cache
def health(request):
    """Answer 200 when database and Redis answer, else 503; both are named in the body."""
    found = {"database": _database_answers(), "redis": _redis_answers()}
    return JsonResponse(found, status=200 if all(found.values()) else 503)


def _database_answers():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _redis_answers():
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1) as server:
            return bool(server.ping())
    except redis.RedisError:
        return False
