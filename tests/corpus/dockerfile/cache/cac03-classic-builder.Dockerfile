FROM node:22.14-slim
WORKDIR /app
COPY package*.json ./
RUN npm ci --omit=dev
