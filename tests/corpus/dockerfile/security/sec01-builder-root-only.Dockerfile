FROM golang:1.26-bookworm AS build
USER root
RUN CGO_ENABLED=0 go build -o /app .
FROM scratch
USER 65532:65532
COPY --from=build /app /app
