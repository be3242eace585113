FROM alpine:3.22
RUN apk add --no-cache build-base=0.5-r3 python3-dev=3.12.11-r0
