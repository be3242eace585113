FROM debian:12-slim
RUN useradd -u 10001 app
USER 10001
