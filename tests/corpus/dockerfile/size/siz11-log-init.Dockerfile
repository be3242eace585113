FROM debian:12-slim
RUN useradd --no-log-init -u 1000860000 app && useradd -u 1000 b
