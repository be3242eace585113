FROM alpine:3.22
WORKDIR /proc/1
