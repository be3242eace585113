FROM debian:12-slim
COPY $APP_DIRECTORY /app
