FROM debian:12-slim
RUN wget -qO- https://example.com/1.2/tool.tgz | tar xz
