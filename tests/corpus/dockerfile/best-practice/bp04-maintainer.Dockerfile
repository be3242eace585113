FROM alpine:3.22
MAINTAINER Joe <joe@example.com>
