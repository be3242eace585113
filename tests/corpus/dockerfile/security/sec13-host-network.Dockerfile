# syntax=docker/dockerfile:1
FROM alpine:3.22
RUN --network=host wget -q http://localhost/x
