FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends vim strace && rm -rf /var/lib/apt/lists/*
