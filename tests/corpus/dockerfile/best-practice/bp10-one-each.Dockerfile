FROM debian:12-slim AS a
RUN wget -q https://example.com/1.0/a
FROM debian:12-slim
RUN curl -O https://example.com/1.0/b
COPY --from=a /a /a
