FROM alpine:3.22 AS base
WORKDIR /app
FROM base
COPY app.py .
