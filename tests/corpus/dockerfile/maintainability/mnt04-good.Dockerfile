FROM alpine:3.22
LABEL org.opencontainers.image.source="https://example.com/x" \
      org.opencontainers.image.version="1.2.3" \
      org.opencontainers.image.created="2026-01-02T03:04:05Z" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0" \
      org.opencontainers.image.revision="0123456789abcdef0123456789abcdef01234567"
