FROM debian:12-slim
RUN curl -fsSLo /usr/local/bin/tool https://example.com/1.2/tool && chmod +x /usr/local/bin/tool
