FROM debian:12-slim
ONBUILD ADD app /app
ONBUILD RUN apt-get update && apt-get install -y curl=7 && rm -rf /var/lib/apt/lists/*
