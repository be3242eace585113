FROM debian:12-slim
RUN curl -ksSL https://example.com/x.json
