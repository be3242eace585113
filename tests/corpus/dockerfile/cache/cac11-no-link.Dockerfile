# syntax=docker/dockerfile:1
FROM golang:1.26-bookworm AS build
RUN CGO_ENABLED=0 go build -ldflags="-s -w" -o /app .
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /app /app
