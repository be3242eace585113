FROM alpine:3.22
LABEL org.opencontainers.image.source="https://example.com" com.docker.x=y
