FROM debian:12-slim
COPY data /data
