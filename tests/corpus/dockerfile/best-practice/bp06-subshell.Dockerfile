FROM alpine:3.22
RUN (cd /src && make)
