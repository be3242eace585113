FROM python:3.13-slim
LABEL org.opencontainers.image.source=https://example.com/app
RUN pip install --no-cache-dir flask==3.1.0
