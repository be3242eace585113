FROM --platform=linux/amd64 debian:12-slim AS build-amd64
FROM debian:12-slim
COPY --from=build-amd64 /x /x
