FROM debian:12-slim
RUN X = 5 && make
