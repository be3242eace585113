FROM debian:12-slim
ENV DB=192.168.1.20
