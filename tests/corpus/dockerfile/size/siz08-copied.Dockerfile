FROM debian:12-slim
COPY x.tar.gz /tmp/
RUN tar xzf /tmp/x.tar.gz -C /opt
