FROM alpine:3.22
RUN apk add --update curl=8.14.1-r0 && rm -rf /var/cache/apk/*
