FROM debian:12-slim
HEALTHCHECK --interval=30s --timeout=3s CMD ["check"]
