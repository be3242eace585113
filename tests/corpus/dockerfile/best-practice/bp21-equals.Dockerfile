FROM alpine:3.22
ENV FOO="bar baz" X=y
LABEL a=b
