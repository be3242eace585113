FROM debian:12-slim
ENV V=1.192.168.1
RUN curl http://127.0.0.1:80/
