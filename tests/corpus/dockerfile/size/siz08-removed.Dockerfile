FROM debian:12-slim
RUN curl -fsSLo /tmp/x-1.0.tar.gz https://example.com/x-1.0.tar.gz && tar -xzf /tmp/x-1.0.tar.gz -C /opt && rm /tmp/x-1.0.tar.gz
