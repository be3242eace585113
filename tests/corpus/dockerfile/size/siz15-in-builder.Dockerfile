FROM debian:12-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends vim && rm -rf /var/lib/apt/lists/*
FROM debian:12-slim
COPY --from=build /x /x
