FROM debian:12-slim
ENV API=http://host.docker.internal:8080
