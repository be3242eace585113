FROM --platform=$BUILDPLATFORM golang:1.26 AS a
FROM debian:12-slim
COPY --from=a /x /x
