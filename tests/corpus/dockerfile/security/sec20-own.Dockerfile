FROM debian:12-slim
RUN groupadd -g 1001 a && useradd -u 1001 -g 1001 a
