FROM alpine:3.22
RUN mkdir /data
COPY a /data/
RUN chown 1000 /data
