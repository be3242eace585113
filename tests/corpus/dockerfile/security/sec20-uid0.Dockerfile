FROM debian:12-slim
RUN useradd -o -u 0 toor
