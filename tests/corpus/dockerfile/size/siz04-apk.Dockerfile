FROM alpine:3.22
RUN apk add curl=8.14.1-r0
