FROM debian:12-slim
RUN mkdir -p /data/x
VOLUME /data
