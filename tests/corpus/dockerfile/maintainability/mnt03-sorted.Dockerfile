FROM debian:12-slim
RUN apt-get update && apt-get install -y \
    bash \
    curl \
    git \
    zlib1g
