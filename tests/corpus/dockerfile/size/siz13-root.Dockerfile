FROM debian:12 AS build
RUN touch /x
FROM debian:12-slim
COPY --from=build / /
