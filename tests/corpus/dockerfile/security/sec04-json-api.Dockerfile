FROM debian:12-slim
RUN curl -fsS https://example.com/api/1.0/x | jq .name
