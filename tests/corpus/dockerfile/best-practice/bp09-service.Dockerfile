FROM debian:12-slim
RUN service nginx start
