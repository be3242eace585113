FROM debian:12-slim
EXPOSE 8080
HEALTHCHECK CMD ["server", "--check"]
CMD ["server"]
