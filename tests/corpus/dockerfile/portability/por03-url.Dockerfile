FROM debian:12-slim
RUN curl -fsSLO https://example.com/1.0/tool-linux-amd64
