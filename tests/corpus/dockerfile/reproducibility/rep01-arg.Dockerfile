ARG TAG=12-slim
FROM debian:${TAG}
