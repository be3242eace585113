FROM debian:12-slim
RUN systemctl enable nginx && make kill
