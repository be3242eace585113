FROM debian:12-slim
HEALTHCHECK --interval=10s --timeout=30s CMD ["check"]
