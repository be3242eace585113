FROM debian:12-slim
RUN test -f /x && make a || make b
