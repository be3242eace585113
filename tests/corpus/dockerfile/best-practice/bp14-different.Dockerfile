FROM alpine:3.22 AS a
FROM debian:12-slim AS b
COPY --from=a /x /x
