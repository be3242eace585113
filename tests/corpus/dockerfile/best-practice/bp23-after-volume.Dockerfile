FROM debian:12-slim
VOLUME /data
RUN mkdir -p /data/x
