FROM node:22.14-slim
COPY .env /app/.env
