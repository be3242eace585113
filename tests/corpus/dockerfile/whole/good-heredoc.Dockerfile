# syntax=docker/dockerfile:1
FROM debian:12-slim
RUN <<EOF
set -e
apt-get update
apt-get install -y --no-install-recommends ca-certificates
rm -rf /var/lib/apt/lists/*
useradd --uid 10001 app
EOF
COPY <<EOF /etc/app.conf
listen 8080
EOF
USER 10001
CMD ["app"]
