# One image for web, worker, beat and migrations; docker-compose.yml says which is which.

FROM python:3.11-slim-bookworm AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /srv/kursmedel
COPY pyproject.toml uv.lock ./
# The extra "backup" is PostgreSQL's own programs, of the same major version as in docker-compose.yml.
RUN uv sync --frozen --no-default-groups --extra s3 --extra backup
COPY . .
# Else every start and every command would compile it anew: the image is read only.
RUN .venv/bin/python -m compileall -q -x '/\.venv/' --invalidation-mode=unchecked-hash .
# The file names that production serves carry a hash; collecting them needs settings, but no real secret.
RUN .venv/bin/python -m local.messages compile \
 && KURSMEDEL_URL=https://build.example EMAIL_URL=smtp://build REDIS_URL=redis://build \
    DATABASE_URL=postgres://build/build \
    SECRET_KEY=used-only-while-the-image-is-built-and-never-afterwards \
    PERSON_KEY=used-only-while-the-image-is-built-and-never-afterwards \
    .venv/bin/python manage.py collectstatic --no-input

FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install --yes --no-install-recommends \
    fonts-dejavu-core libfontconfig1 libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --no-create-home kursmedel \
 && install --directory --owner=kursmedel /srv/media
WORKDIR /srv/kursmedel
COPY --from=build /srv/kursmedel ./
ENV KURSMEDEL_ENV=production \
    MEDIA_ROOT=/srv/media \
    PATH=/srv/kursmedel/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    XDG_CACHE_HOME=/tmp
USER kursmedel
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind=0.0.0.0:8000", "--workers=3", "--threads=4", \
     "--worker-tmp-dir=/dev/shm", "--no-control-socket"]
