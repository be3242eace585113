FROM debian:12-slim
RUN wget -q https://example.com/1.0/a && curl -O https://example.com/1.0/b
