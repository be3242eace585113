FROM node:22.14-slim
COPY package.json .npmrc /app/
