FROM golang:1.26 AS build
RUN go build -o /app . && strip /app
FROM debian:12-slim
COPY --from=build /app /app
