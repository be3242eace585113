# syntax=docker/dockerfile:1
FROM node:22.14-slim
WORKDIR /app
COPY package*.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev
