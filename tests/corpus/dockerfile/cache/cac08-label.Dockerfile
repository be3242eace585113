FROM python:3.13-slim
ARG BUILD_DATE
LABEL org.opencontainers.image.created=$BUILD_DATE
RUN pip install --no-cache-dir flask==3.1.0
