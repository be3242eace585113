ARG APP=/app
FROM debian:12-slim
WORKDIR $APP
