FROM debian:12-slim
RUN curl -fsSL https://example.com/x-1.0.tar.gz | tar xz -C /opt
