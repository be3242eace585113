FROM --platform=$BUILDPLATFORM golang:1.26 AS build
FROM debian:12-slim
COPY --from=build /x /x
