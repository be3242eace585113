# syntax=docker/dockerfile:1
FROM node:22.14-slim
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci --omit=dev
