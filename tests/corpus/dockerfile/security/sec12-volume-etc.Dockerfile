FROM alpine:3.22
VOLUME /etc
