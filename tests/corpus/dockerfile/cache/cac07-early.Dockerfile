FROM debian:12-slim
ARG GIT_SHA
RUN apt-get update && apt-get install -y --no-install-recommends curl=7.88.1-10 && rm -rf /var/lib/apt/lists/*
LABEL org.opencontainers.image.revision=$GIT_SHA
