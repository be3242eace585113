FROM alpine:3.22 AS build
RUN true
FROM alpine:3.22 AS build
COPY --from=nothing /x /x
