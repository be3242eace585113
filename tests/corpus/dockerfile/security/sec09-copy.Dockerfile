# syntax=docker/dockerfile:1
FROM alpine:3.22
COPY --chmod=777 x /x
