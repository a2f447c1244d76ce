# The service in an image of its own: built from this folder, run as nobody, with a folder for what it keeps.
FROM python:3.12-slim AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY graph_service graph_service
COPY cypher cypher
COPY loaders loaders
COPY viz viz
RUN pip wheel --no-cache-dir --wheel-dir /wheels ".[neo4j-fast,statistics]"

FROM python:3.12-slim
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels pip install --no-cache-dir /wheels/*.whl \
    && useradd --system --uid 10001 --home-dir /data graph-service \
    && install --directory --owner graph-service --mode 0700 /data
USER 10001
WORKDIR /data
ENV PYTHONUNBUFFERED=1 XDG_CACHE_HOME=/data/cache XDG_CONFIG_HOME=/data/config NUMBA_CACHE_DIR=/data/cache
VOLUME /data
EXPOSE 8400
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8400/healthz', timeout=4)"]
ENTRYPOINT ["graph-service"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8400", "--workers", "2"]
