# syntax=docker/dockerfile:1
FROM nginxinc/nginx-unprivileged:1.28.0-alpine
COPY --chown=101:101 public /usr/share/nginx/html
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=3s CMD ["wget", "-q", "--spider", "http://localhost:8080/"]
