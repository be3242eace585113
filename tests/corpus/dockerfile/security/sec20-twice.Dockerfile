FROM debian:12-slim
RUN useradd -u 1001 a && useradd -o -u 1001 b
