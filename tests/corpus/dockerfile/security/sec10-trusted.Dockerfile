FROM registry.example.com/base:1.2 AS a
FROM alpine:3.22
COPY --from=a /x /x
