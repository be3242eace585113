# syntax=docker/dockerfile:1
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod go build -ldflags="-s -w" -o /out/app .
FROM scratch
COPY --from=build /out/app /app
USER 10001
ENTRYPOINT ["/app"]
