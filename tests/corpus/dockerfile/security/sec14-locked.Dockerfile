FROM debian:12-slim
RUN passwd -l root && adduser --disabled-password --gecos "" app
