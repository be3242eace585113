FROM debian:12-slim
ADD https://example.com/tool.tar.gz /tmp/
