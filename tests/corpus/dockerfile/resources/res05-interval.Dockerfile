FROM debian:12-slim
HEALTHCHECK --interval=1s CMD ["check"]
