FROM debian:12-slim
RUN passwd -d root
