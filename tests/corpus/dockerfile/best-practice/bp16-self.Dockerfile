FROM alpine:3.22
ENV APP=/app BIN=$APP/bin
